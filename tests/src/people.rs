//! The demo's people by what they are, and those who come in during a test.

use crate::{Answer, Client, TestApp};
use api::auth::one_time;
use api::http::problem::Problem;
use api::ids::New as _;
use domain::id::{MarketplaceId, OneTimeTokenId, UserId};
use domain::people::UserState;
use serde_json::{Value, json};
use store::one_time_tokens::{Owner, Purpose};
use store::users::StoredUser;
use time::Duration;

/// The password of those who come in during a test.
pub const PASSWORD: &str = "Kontor-demo-2!";

impl TestApp {
    /// Who runs the installation.
    pub fn operator(&self) -> Client {
        self.client("operator@kontor.example")
    }

    /// Who may read what is at a path: an operator what is the installation's, else whoever is named.
    pub fn reader(&self, path: &str, otherwise: &Client) -> Client {
        if path.starts_with("/v1/platform/") { self.operator() } else { otherwise.clone() }
    }

    /// The provider of a marketplace, who also moves its clock.
    pub fn provider(&self, slug: &str) -> Client {
        self.client(&format!("provider@{slug}.example"))
    }

    /// The administrator of a marketplace's first customer, who also buys for it.
    pub fn admin(&self, slug: &str) -> Client {
        self.client(&format!("admin@kunde.{slug}.example"))
    }

    /// The billing administrator of the same customer.
    pub fn billing(&self, slug: &str) -> Client {
        self.client(&format!("billing@kunde.{slug}.example"))
    }

    /// Somebody of the same customer who uses what others buy.
    pub fn user(&self, slug: &str) -> Client {
        self.client(&format!("user@kunde.{slug}.example"))
    }

    /// The administrator of a reseller in terra, by its number.
    pub fn reseller(&self, number: u8) -> Client {
        self.client(&format!("admin@reseller{number}.terra.example"))
    }

    /// The administrator of the customer of such a reseller.
    pub fn customer_of_reseller(&self, number: u8) -> Client {
        self.client(&format!("admin@kunde{number}.terra.example"))
    }

    /// Tries to log in, whatever the answer.
    pub fn log_in(&self, login: &str, password: &str) -> Answer {
        self.anonymous().post("/v1/auth/login", json!({"email": login, "password": password}))
    }

    /// Anybody, logged in anew.
    #[track_caller]
    pub fn logged_in(&self, login: &str, password: &str) -> Client {
        Client::log_in_with(&self.url, login, password)
    }

    /// The form behind the link of an activation mail, filled: a password, and the consents that it asks for.
    #[track_caller]
    pub fn activation_form(&self, token: &str) -> Value {
        let shown = self.anonymous().post("/v1/activations/show", json!({"token": token})).expect(200);
        let needed = shown.body["consents"].as_array().expect("consents").iter();
        let consents: Vec<_> = needed.map(|one| json!({"kind": one["kind"], "version": one["version"]})).collect();
        json!({"token": token, "password": PASSWORD, "consents": consents})
    }

    /// Follows the link in the newest mail to an address; says to which log-in name it led.
    #[track_caller]
    pub fn activate(&self, address: &str) -> String {
        let form = self.activation_form(&self.last_mail(address).token());
        self.anonymous().post("/v1/activations", form).expect(200).text_at("/login").to_owned()
    }

    /// Somebody is added and follows the link of the mail; says the id.
    #[track_caller]
    pub fn joined(&self, by: &Client, person: Value) -> String {
        let added = by.post("/v1/users", person).expect(201);
        self.drain();
        self.activate(added.text_at("/email"));
        self.drain();
        added.text_at("/id").to_owned()
    }
    /// A marketplace's id.
    pub fn marketplace(&self, slug: &str) -> MarketplaceId {
        self.app.marketplaces.by_slug(slug).expect("a marketplace").marketplace.id
    }

    /// Puts one of the rules for people of a marketplace in force.
    #[track_caller]
    pub fn set_people_rule(&self, slug: &str, pointer: &str, value: Value) {
        let provider = self.provider(slug);
        let mut rules = provider.get("/v1/people-rules").expect(200).body;
        *rules["rules"].pointer_mut(pointer).expect("a rule") = value;
        provider.put("/v1/people-rules", rules).expect(200);
    }

    /// Somebody of the demo as stored.
    pub fn somebody(&self, login: &str) -> StoredUser {
        self.app.store.read(|conn| store::users::by_login_unscoped(conn, login, None)).expect("a read").remove(0)
    }

    /// A colleague of the customer's administrator, stored as a user of a log-in name that is not activated.
    pub fn added(&self, slug: &str, login: &str) -> StoredUser {
        let like = self.somebody(&format!("user@kunde.{slug}.example"));
        let state = UserState { disabled: false, activated_at: None, lock: None };
        let (id, login) = (UserId::new(), login.to_owned());
        let user = StoredUser { id, email: login.clone(), login, state, password_hash: None, version: 1, ..like };
        self.app.store.write(|tx| store::users::insert(tx, &user)).expect("the user is added");
        user
    }

    /// The token of a new link for somebody.
    pub fn link(&self, user: &StoredUser, purpose: Purpose, ttl: Duration) -> String {
        let issue = |tx: &mut store::Conn| {
            let (owner, now) = (Owner::User(user.id), self.app.now(user.marketplace_id));
            let id: OneTimeTokenId = one_time::issue(&self.app, tx, user.marketplace_id, owner, purpose, ttl, now)?;
            one_time::text(&self.app, &store::one_time_tokens::by_id_unscoped(tx, id)?)
        };
        self.app.store.write::<_, Problem>(issue).expect("a link")
    }

    /// What the token endpoint says to the secret of an API client.
    pub fn grant(&self, client: &Answer, secret: &Answer) -> Answer {
        let (id, secret) = (client.text_at("/id"), secret.text_at("/secret"));
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        self.anonymous().send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", form.into_bytes())
    }

    /// A script that is in.
    #[track_caller]
    pub fn script(&self, client: &Answer, secret: &Answer) -> Client {
        self.anonymous().with_token(self.grant(client, secret).expect(200).text_at("/access_token"))
    }
}

impl Client {
    /// A new API client of the caller's organisation, with its secret.
    #[track_caller]
    pub fn new_api_client(&self, permissions: &[&str]) -> Answer {
        self.post("/v1/api-clients", json!({"name": "ERP", "permissions": permissions})).expect(201)
    }

    /// Logs a demo person in; says the pair of tokens.
    #[track_caller]
    pub fn tokens(&self, email: &str) -> Value {
        let who = json!({"email": email, "password": api::demo::logins::PASSWORD});
        self.post("/v1/auth/login", who).expect(200).body
    }

    /// Shows a refresh token, whatever the answer.
    pub fn refresh(&self, token: &Value) -> Answer {
        self.post("/v1/auth/refresh", json!({"refresh_token": token}))
    }
}
