//! Who may call what: every operation × every kind of caller × one's own and everybody else's data.
//!
//! The answers make a table that must equal the committed `openapi/access.txt`; `make openapi` writes it anew
//! (by `KONTOR_TEST_WRITE=1`). A new operation needs a place in [`whose`], and in [`body`] where it takes one.
//!
//! `provider_support` and `reseller_employee` have no column: nobody in the demo data has these roles, and people
//! cannot be added over HTTP yet. `domain::access` holds what they may do.

use crate::registrations;
use crate::shop::{self, Cart, MONTH, YEAR_MONTHLY, text};
use api::openapi::{Operation, operations};
use domain::access::{Permission, Role};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use tests::schema::differences;
use tests::{Answer, Client, TestApp, both};

/// Whose data an operation's ids lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Nobody's, or whoever asks.
    Nobody,
    /// A marketplace's.
    Marketplace,
    /// A reseller's.
    Reseller,
    /// A customer's.
    Customer,
    /// An organisation's itself: not even seen from above.
    Organization,
}

/// Operations about nobody's data, or about that of whoever asks.
const OF_NOBODY: &[&str] = &[
    "show_jwks",
    "show_health",
    "show_metrics",
    "show_readiness",
    "show_problem",
    "log_in",
    "log_out",
    "refresh_login",
    "issue_token",
    "show_activation",
    "activate_account",
    "change_password",
    "request_password_reset",
    "confirm_password_reset",
    "list_own_logins",
    "list_own_sessions",
    "end_own_session",
    "end_own_sessions",
    "list_own_consents",
    "give_own_consents",
    "show_me",
    "list_marketplaces",
    "show_marketplace",
    "list_audit_log",
    "list_api_clients",
    "create_api_client",
    "list_categories",
    "list_customers",
    "create_customer",
    "list_customer_numbers",
    "put_customer_number",
    "list_jobs",
    "list_notifications",
    "list_registrations",
    "request_registration",
    "show_registration_link",
    "complete_registration",
    "confirm_registration",
    "list_orders",
    "list_policies",
    "list_roles",
    "list_users",
    "list_invitations",
    "put_role",
    "show_people_rules",
    "put_people_rules",
    "show_policy",
    "publish_policy",
    "list_policy_versions",
    "show_policy_version",
    "list_price_lists",
    "import_price_list",
    "list_products",
    "list_resellers",
    "create_reseller",
    "show_sandbox_clock",
    "move_sandbox_clock",
    "list_subscriptions",
    "suggest_tenant_domain",
    "check_tenant_domain",
];

/// Operations about what is a person's own, and no script's.
const IN_PERSON: &[&str] = &[
    "impersonate_user",
    "change_password",
    "list_own_logins",
    "list_own_sessions",
    "end_own_session",
    "end_own_sessions",
    "list_own_consents",
    "give_own_consents",
];

/// Operations about a customer's people.
const OF_PEOPLE: &[&str] =
    &["create_user", "create_users", "invite_users", "show_user", "list_user_logins", "list_user_sessions"];

/// Those that change somebody who may not more than whoever calls.
const CHANGES_SOMEBODY: &[&str] = &[
    "update_user",
    "delete_user",
    "enable_user",
    "disable_user",
    "unlock_user",
    "activate_user",
    "send_activation_mail",
    "reset_user_password",
    "set_user_password",
    "end_user_sessions",
    "withdraw_invitation",
];

fn whose(operation: &str) -> Of {
    if let Some(of) = of_keys(operation) {
        return of;
    }
    if OF_PEOPLE.contains(&operation) || CHANGES_SOMEBODY.contains(&operation) {
        return Of::Customer;
    }
    match operation {
        nobody if OF_NOBODY.contains(&nobody) => Of::Nobody,
        "show_api_client"
        | "update_api_client"
        | "revoke_api_client"
        | "add_api_client_secret"
        | "revoke_api_client_secret" => Of::Organization,
        "show_role"
        | "remove_role"
        | "show_job"
        | "replay_job"
        | "show_offer"
        | "discard_price_list"
        | "show_price_list"
        | "list_price_list_errors"
        | "publish_price_list"
        | "list_price_list_rows"
        | "show_product" => Of::Marketplace,
        "show_reseller" | "update_reseller" | "put_microsoft_ids" | "show_onboarding" | "verify_onboarding" => {
            Of::Reseller
        }
        "show_customer_number"
        | "delete_customer_number"
        | "show_registration"
        | "approve_registration"
        | "reject_registration"
        | "refer_registration"
        | "resend_registration" => Of::Marketplace,
        "create_cart"
        | "delete_cart"
        | "show_cart"
        | "update_cart"
        | "add_cart_line"
        | "remove_cart_line"
        | "update_cart_line"
        | "preview_cart"
        | "show_customer"
        | "update_customer"
        | "create_branch"
        | "list_branches"
        | "show_branch"
        | "update_branch"
        | "delete_branch"
        | "show_agreement"
        | "accept_agreement"
        | "show_tenant"
        | "put_tenant"
        | "take_tenant_credentials"
        | "verify_tenant"
        | "place_order"
        | "show_order"
        | "show_subscription"
        | "list_history"
        | "show_allowed_actions"
        | "show_coterm_options"
        | "preview_change"
        | "change_subscription"
        | "list_changes"
        | "show_change"
        | "withdraw_change"
        | "list_assignments"
        | "assign_licenses"
        | "take_license_back"
        | "impersonate_user"
        | "list_license_summary" => Of::Customer,
        new => panic!("say whose data {new} is about, here and in tests/it/access.rs::body"),
    }
}

/// The same of product keys and delegated administration.
fn of_keys(operation: &str) -> Option<Of> {
    Some(match operation {
        "list_redemptions" | "list_product_key_batches" => Of::Nobody,
        "create_product_key_batch" | "show_product_key_batch" | "revoke_product_key_batch" => Of::Marketplace,
        "create_redemption"
        | "show_redemption"
        | "update_redemption"
        | "abandon_redemption"
        | "complete_redemption"
        | "offer_delegation"
        | "show_delegation"
        | "accept_delegation"
        | "decline_delegation" => Of::Customer,
        _ => return None,
    })
}

/// Refusals that only those get to who may: the demo's customers are linked and have agreed, and no job is parked.
fn reached(operation: &str) -> &'static str {
    match operation {
        "accept_agreement" => "agreement_exists",
        "take_tenant_credentials" => "credentials_not_ready",
        "replay_job" => "task_not_parked",
        // Whoever comes second adds to what the first has begun.
        "complete_redemption" => "subscription_not_ready",
        "offer_delegation" => "delegation_exists",
        "decline_delegation" => "delegation_not_offered",
        "preview_change" | "change_subscription" => "nothing_changes",
        "withdraw_change" => "change_not_waiting",
        "impersonate_user" => "impersonation_not_allowed",
        "show_activation" | "activate_account" | "confirm_password_reset" => "link_invalid",
        "change_password" => "validation_failed",
        "end_own_session" => "not_found",
        // Another marketplace needs other consents.
        "give_own_consents" => "invalid_value",
        // Somebody new has not activated the account, and administrators set no passwords there.
        "reset_user_password" => "user_not_ready",
        "set_user_password" => "password_not_settable",
        "assign_licenses" => "license_assigned",
        // Whoever decides first has decided.
        "approve_registration" | "reject_registration" | "refer_registration" | "resend_registration" => {
            "registration_not_waiting"
        }
        "show_registration_link" | "complete_registration" | "confirm_registration" => "link_invalid",
        _ => "",
    }
}

/// A customer with all that belongs to it, in its marketplace.
pub struct World {
    slug: &'static str,
    provider: Client,
    ids: HashMap<&'static str, String>,
}

impl World {
    /// Orders something for a customer of a marketplace.
    pub fn new(app: &TestApp, slug: &'static str, customer: &str) -> Self {
        let provider = app.client(&format!("provider@{slug}.example"));
        let edition = shop::edition(&provider, "Office 365 E1");
        let offer = shop::plan_of(&edition, YEAR_MONTHLY);
        let customer = provider.get(&format!("/v1/customers/{}", shop::customer(&provider, customer))).expect(200);
        let admin = app.client(customer.text_at("/contact/email")).get("/v1/me").expect(200);
        let domain = provider.get(&format!("/v1/customers/{}/tenant", customer.text_at("/id"))).expect(200);
        let mut ids = HashMap::from([
            ("slug", slug.to_owned()),
            ("key", "default_nce".to_owned()),
            ("version", "1".to_owned()),
            ("code", "tenant_required".to_owned()),
            ("prefix", "freifirma".to_owned()),
            ("role", format!("{slug}_purchaser")),
            ("session_id", "ses_01kagy2qk8e3vrc6h1x0m4t7ws".to_owned()),
            ("domain", domain.text_at("/domain").to_owned()),
            ("customer_id", customer.text_at("/id").to_owned()),
            ("user_id", admin.text_at("/id").to_owned()),
            ("product_id", text(&offer["product_id"])),
            ("offer_id", text(&offer["id"])),
            ("prepaid_offer_id", text(&shop::plan_of(&edition, MONTH)["id"])),
        ]);
        if let Some(reseller) = customer.body["reseller_id"].as_str() {
            ids.insert("reseller_id", reseller.to_owned());
        }
        let mut world = Self { slug, provider, ids };
        world.put_api_client();
        world.put_role();
        world.put_customer_number();
        let branch = world.put_branch();
        world.ids.extend([("branch_id", branch), ("free_branch", "Werk West".to_owned())]);
        world.put_cart();
        world.put_redemption();
        world.put_registration(app);
        let cart = Cart::of(&world.provider, &world.ids["customer_id"]);
        cart.add(&world.ids["offer_id"], 1);
        let order = cart.order();
        app.drain();
        let first = |path: &str| text(&shop::rows(&world.provider.get(path).expect(200))[0]["id"]);
        let (job, list) = (first("/v1/jobs"), first("/v1/price-lists"));
        let (order, subscription) = (text(&order["id"]), text(&order["lines"][0]["subscription_id"]));
        let mut change = String::new();
        for quantity in [2, 3] {
            let more = json!({"type": "set_quantity", "quantity": quantity});
            let made = world.provider.post(&format!("/v1/subscriptions/{subscription}/changes"), more);
            change = made.expect(201).text_at("/id").to_owned();
            app.drain();
        }
        world.ids.insert("change_id", change);
        let found = [("job_id", job), ("price_list_id", list), ("order_id", order), ("subscription_id", subscription)];
        world.ids.extend(found);
        world
    }

    /// A cart with a line, which nobody has ordered.
    fn put_cart(&mut self) {
        let cart = Cart::of(&self.provider, &self.ids["customer_id"]);
        let line = cart.add(&self.ids["offer_id"], 2);
        self.ids.extend([("cart_id", cart.id), ("line_id", line)]);
    }

    /// A registration that the provider is to review.
    fn put_registration(&mut self, app: &TestApp) {
        let email = format!("neu-{}@unbekannt.example", &self.ids["customer_id"][20..]);
        let id = registrations::requested(app, self.slug, &email);
        self.ids.insert("registration_id", id);
    }

    /// The customer's administrator has a licence of its subscription.
    fn give_license(&self) {
        let assignments = format!("/v1/subscriptions/{}/assignments", self.ids["subscription_id"]);
        let given = self.provider.post(&assignments, json!({"user_id": self.ids["user_id"]}));
        assert!(given.status == 201 || given.code() == "license_assigned", "{}", given.text);
    }

    /// A script of the provider's own.
    fn put_api_client(&mut self) {
        let client =
            self.provider.post("/v1/api-clients", json!({"name": "ERP", "permissions": ["me.read"]})).expect(201);
        let (id, secret) = (client.text_at("/id").to_owned(), client.text_at("/secrets/0/id").to_owned());
        self.ids.extend([("client_id", id), ("secret_id", secret)]);
    }

    /// A branch of the customer, with a name that none had.
    fn put_branch(&self) -> String {
        let path = format!("/v1/customers/{}/branches", self.ids["customer_id"]);
        let last =
            shop::rows(&self.provider.get(&path).expect(200)).first().map_or_else(String::new, |row| text(&row["id"]));
        let made = self.provider.post(&path, json!({"name": format!("Nach {last}"), "address": address()}));
        made.expect(201).text_at("/id").to_owned()
    }

    /// A role of the marketplace's own.
    fn put_role(&self) {
        let role = json!({"organization": "customer", "title": title(), "permissions": ["orders.place"]});
        let put = self.provider.put(&format!("/v1/roles/{}", self.ids["role"]), role);
        assert!(put.status < 300, "{}", put.text);
    }

    /// A customer number that nobody is registered under.
    fn put_customer_number(&mut self) {
        let number = format!("{}-1", self.slug.to_uppercase());
        let record = json!({"company": "Neu GmbH", "postal_code": "51063", "country": "DE"});
        let put = self.provider.put(&format!("/v1/customer-numbers/{number}"), record);
        assert!(put.status < 300, "{}", put.text);
        self.ids.insert("number", number);
    }

    /// A redemption with a new key, which nobody has completed.
    fn put_redemption(&mut self) {
        let batch = json!({"offer_id": self.ids["prepaid_offer_id"], "quantity": 1, "count": 1});
        let batch = self.provider.post("/v1/product-keys/batches", batch).expect(201);
        let redemption =
            json!({"customer_id": self.ids["customer_id"], "keys": batch.body["keys"], "responsible": true});
        let redemption = self.provider.post("/v1/product-keys/redemptions", redemption).expect(201);
        let (batch, redemption) = (batch.text_at("/id").to_owned(), redemption.text_at("/id").to_owned());
        self.ids.extend([("batch_id", batch), ("redemption_id", redemption)]);
    }

    /// Replaces what a call of the operation uses up.
    fn freshen(&mut self, operation: &str) {
        match operation {
            somebody if CHANGES_SOMEBODY.contains(&somebody) => {
                let added = self.provider.post("/v1/users", self.person()).expect(201);
                self.ids.insert("user_id", added.text_at("/id").to_owned());
            }
            "take_license_back" => self.give_license(),
            "create_branch" => {
                self.ids.insert("free_branch", format!("Werk {}", self.put_branch()));
            }
            "delete_branch" => {
                let branch = self.put_branch();
                self.ids.insert("branch_id", branch);
            }
            "show_role" | "remove_role" => self.put_role(),
            "show_customer_number" | "delete_customer_number" => self.put_customer_number(),
            "update_api_client" | "revoke_api_client" | "add_api_client_secret" | "revoke_api_client_secret" => {
                self.put_api_client();
            }
            "delete_cart" | "remove_cart_line" | "place_order" => self.put_cart(),
            "abandon_redemption" | "complete_redemption" => self.put_redemption(),
            "accept_delegation" => {
                // Refused once it is accepted.
                self.provider
                    .post(&format!("/v1/customers/{}/delegated-administration", self.ids["customer_id"]), json!({}));
            }
            "publish_price_list" | "discard_price_list" => {
                let draft = shop::import(&self.provider, shop::RETAIL, shop::sheet(&[shop::Row::e1()]));
                self.ids.insert("price_list_id", text(&draft["id"]));
            }
            _ => {}
        }
    }

    /// Calls an operation with this world's ids; none where the world has not what it is about.
    pub fn call(&self, client: &Client, method: &str, operation: &Operation) -> Option<Answer> {
        let mut path = operation.path.clone();
        if operation.id == "put_role" {
            // One that no other operation is about.
            path = path.replace("{role}", "assistant");
        }
        while let Some((before, rest)) = path.clone().split_once('{') {
            let (name, after) = rest.split_once('}').expect("a parameter");
            path = format!("{before}{}{after}", self.ids.get(name)?);
        }
        path += match operation.id.as_str() {
            "suggest_tenant_domain" => "?company=Freie+Firma",
            "import_price_list" => "?name=Herbst&percent_off_retail=0",
            _ => "",
        };
        let (media, body) = self.body(&operation.id).unwrap_or_default();
        Some(client.send_raw(method, &path, media, body.into_bytes()))
    }

    fn body(&self, operation: &str) -> Option<(&'static str, String)> {
        let id = |name: &str| self.ids[name].as_str();
        let body = match operation {
            "issue_token" => {
                let (id, secret) = (api::demo::client_id(self.slug), api::demo::CLIENT_SECRET);
                let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
                return Some(("application/x-www-form-urlencoded", form));
            }
            "import_price_list" => return Some(("text/csv", shop::sheet(&[shop::Row::e1()]))),
            "log_in" => self.credentials(),
            "refresh_login" | "log_out" => {
                let pair = self.provider.post("/v1/auth/login", self.credentials()).expect(200);
                json!({"refresh_token": pair.body["refresh_token"]})
            }
            "show_activation" => json!({"token": "x"}),
            "change_password" => json!({"current_password": "x", "new_password": "x"}),
            "request_password_reset" => json!({"email": "nobody@kunde.example"}),
            "confirm_password_reset" => json!({"token": "x", "password": "Kontor-demo-2!"}),
            "give_own_consents" => json!({"consents": [{"kind": "general_terms", "version": "2026-01"}]}),
            "activate_account" => json!({"token": "x", "password": "Kontor-demo-2!"}),
            "create_user" => self.person(),
            "create_users" => json!({"users": [self.person()]}),
            "invite_users" => {
                let person = self.person();
                json!({"emails": [person["email"]], "role": "customer_user", "customer_id": id("customer_id")})
            }
            "update_user" => json!({"first_name": "Anna"}),
            "set_user_password" => json!({"password": "Kontor-demo-2!"}),
            "create_cart" => json!({"customer_id": id("customer_id")}),
            "update_cart" => json!({"name": "Herbst"}),
            "add_cart_line" => json!({"offer_id": id("offer_id"), "quantity": 3}),
            "update_cart_line" => json!({"quantity": 4}),
            "preview_cart"
            | "replay_job"
            | "resend_registration"
            | "publish_price_list"
            | "verify_tenant"
            | "verify_onboarding"
            | "take_tenant_credentials"
            | "complete_redemption"
            | "revoke_product_key_batch"
            | "accept_delegation"
            | "decline_delegation"
            | "add_api_client_secret" => {
                return None;
            }
            "create_product_key_batch" => json!({"offer_id": id("prepaid_offer_id"), "quantity": 1, "count": 1}),
            "create_redemption" => {
                let key = "ABCDE-FGHJK-LMNPQ-RSTUV-23456";
                json!({"customer_id": id("customer_id"), "keys": [key], "responsible": true})
            }
            "create_api_client" => json!({"name": "ERP", "permissions": ["me.read"]}),
            "update_api_client" => json!({"name": "Lager"}),
            "update_redemption" => json!({"partner_of_record": "5357564"}),
            "offer_delegation" => json!({"message": "Wir helfen gern."}),
            "create_branch" => json!({"name": id("free_branch"), "address": address()}),
            "update_branch" => json!({"address": {"city": "Bonn"}}),
            "put_customer_number" => json!({"company": "Neu GmbH", "postal_code": "51063", "country": "DE"}),
            "create_customer" => {
                let mut contact = contact();
                contact["phone"] = json!("+49 221 1234567");
                json!({"name": "Müller GmbH", "contact": contact, "address": address()})
            }
            "update_customer" => json!({"contact": contact()}),
            "accept_agreement" => {
                json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"})
            }
            "put_tenant" => json!({"mode": "link", "domain": id("domain")}),
            "place_order" => {
                let consents = self.provider.post(&format!("/v1/carts/{}/preview", id("cart_id")), Value::Null);
                let consents = &consents.expect(200).body["consents_required"];
                json!({"cart_id": id("cart_id"), "payment_method": "invoice", "consents": consents})
            }
            "put_role" => json!({"organization": "customer", "title": title(), "permissions": ["orders.place"]}),
            "put_people_rules" => self.provider.get("/v1/people-rules").expect(200).body,
            "publish_policy" => {
                let rules = &self.provider.get("/v1/policies/colt_nce").expect(200).body["rules"];
                json!({"key": "another_portal", "rules": rules})
            }
            "put_microsoft_ids" => {
                json!({"partner_id": "5357564", "microsoft_id": "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e"})
            }
            "request_registration" => registrations::request(self.slug, "erika@unbekannt.example"),
            "show_registration_link" | "confirm_registration" => json!({"token": "x"}),
            "complete_registration" => registrations::account_form("x"),
            "approve_registration" if self.slug == "terra" => {
                json!({"customer_number": id("registration_id")[24..].to_uppercase()})
            }
            "approve_registration" => json!({}),
            "reject_registration" => json!({"reason": "Wir kennen das Unternehmen nicht."}),
            "refer_registration" => json!({"customer_id": id("customer_id")}),
            "create_reseller" | "update_reseller" => json!({"name": "Systemhaus West GmbH"}),
            "preview_change" | "change_subscription" => json!({"type": "resume"}),
            "assign_licenses" => json!({"user_id": id("user_id")}),
            "move_sandbox_clock" => {
                json!({"now": self.provider.get("/v1/sandbox/clock").expect(200).body["now"]})
            }
            _ => return None,
        };
        Some(("application/json", body.to_string()))
    }

    /// Somebody new at the customer.
    fn person(&self) -> Value {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let email = format!("neu{}@kunde.example", NEXT.fetch_add(1, Ordering::Relaxed));
        let (customer, role) = (&self.ids["customer_id"], "customer_user");
        json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": role, "customer_id": customer})
    }

    fn credentials(&self) -> Value {
        json!({"email": format!("provider@{}.example", self.slug), "password": api::demo::PASSWORD})
    }
}

fn title() -> Value {
    json!({"de": "Einkauf", "en": "Purchasing", "pl": "Zakupy"})
}

fn contact() -> Value {
    json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"})
}

fn address() -> Value {
    json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE"})
}

/// Somebody who calls.
struct Actor {
    name: &'static str,
    client: Client,
    /// None is nobody that we know.
    role: Option<Role>,
    marketplace: &'static str,
    /// The worlds whose customer it sees.
    sees: &'static [usize],
}

const WORLDS: [(&str, &str); 4] = [
    ("terra", "Musterfirma GmbH"), // the provider's own customer
    ("terra", "Kunde 1 GmbH"),     // of one reseller
    ("terra", "Kunde 2 GmbH"),     // of the other
    ("cancom", "Musterfirma GmbH"),
];

fn actors(app: &TestApp) -> Vec<Actor> {
    let expired = app.client("provider@terra.example");
    app.advance(time::Duration::minutes(16));
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        api::demo::client_id("terra"),
        api::demo::CLIENT_SECRET
    );
    let anonymous = app.anonymous();
    let grant = anonymous.send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", form.into());
    let script = anonymous.with_token(grant.expect(200).text_at("/access_token"));
    let garbage = anonymous.with_token("eyJhbGciOiJub25lIn0.e30.");
    let actor = |name, client, role, marketplace, sees| Actor { name, client, role, marketplace, sees };
    let person = |name, email, role, sees| actor(name, app.client(email), Some(role), "terra", sees);
    vec![
        actor("anonymous", anonymous, None, "", &[]),
        actor("garbage", garbage, None, "", &[]),
        actor("expired", expired, None, "", &[]),
        person("provider_admin", "provider@terra.example", Role::ProviderAdmin, &[0, 1, 2]),
        actor("api_client", script, Some(Role::ProviderAdmin), "terra", &[0, 1, 2]),
        person("reseller_admin", "admin@reseller1.terra.example", Role::ResellerAdmin, &[1]),
        person("other_reseller", "admin@reseller2.terra.example", Role::ResellerAdmin, &[2]),
        person("customer_admin", "admin@kunde.terra.example", Role::CustomerAdmin, &[0]),
        person("customer_billing", "billing@kunde.terra.example", Role::CustomerBilling, &[0]),
        person("customer_user", "user@kunde.terra.example", Role::CustomerUser, &[0]),
        actor("other_provider", app.client("provider@cancom.example"), Some(Role::ProviderAdmin), "cancom", &[3]),
    ]
}

impl Actor {
    /// What the role table and the ownership of data say.
    fn expected(&self, operation: &Operation, worlds: &[World], n: usize) -> &'static str {
        let Some(permission) = operation.permission.as_deref() else {
            // There an `Authorization` header is the client's own log-in, and only `Basic` is one (RFC 6749 2.3.1).
            return if operation.id == "issue_token" && self.name != "anonymous" { "401" } else { "ok" };
        };
        let Some(role) = self.role else { return "401" };
        if !role.may(Permission::from_code(permission).expect("a permission")) {
            return "403";
        }
        if self.name == "api_client" && IN_PERSON.contains(&operation.id.as_str()) {
            return "403";
        }
        let seen = match whose(&operation.id) {
            Of::Nobody => true,
            Of::Marketplace => worlds[n].slug == self.marketplace,
            Of::Reseller | Of::Customer => self.sees.contains(&n),
            Of::Organization => role == Role::ProviderAdmin && worlds[n].slug == self.marketplace,
        };
        // K-13: nobody accepts or declines for a customer.
        let of_customer = matches!(role, Role::CustomerAdmin | Role::CustomerBilling | Role::CustomerUser);
        let answers = matches!(operation.id.as_str(), "accept_delegation" | "decline_delegation");
        match seen {
            true if answers && !of_customer => "403",
            true => "ok",
            false => "404",
        }
    }

    /// What one's own data and everybody else's are answered by.
    fn cell(&self, operation: &Operation, worlds: &mut [World], wrong: &mut Vec<String>) -> String {
        let mut answers = [BTreeSet::new(), BTreeSet::new()];
        for n in 0..worlds.len() {
            if n > 0 && whose(&operation.id) == Of::Nobody {
                continue;
            }
            let expected = self.expected(operation, worlds, n);
            let kept = worlds[n].ids.clone();
            if expected == "ok" {
                worlds[n].freshen(&operation.id);
            }
            let answer = worlds[n].call(&self.client, &operation.method, operation);
            worlds[n].ids = kept;
            let Some(answer) = answer else { continue };
            wrong.extend(differences(&operation.id, &answer));
            let given = match answer.status {
                200..300 => "ok".to_owned(),
                _ if !answer.code().is_empty() && answer.code() == reached(&operation.id) => "ok".to_owned(),
                // An offer of another marketplace is none.
                _ if answer.code() == "offer_unknown" => "404".to_owned(),
                status => status.to_string(),
            };
            if given != expected {
                let Self { name, .. } = self;
                wrong.push(format!("{} by {name}, world {n}: {expected} expected: {}", operation.id, answer.text));
            }
            answers[usize::from(expected == "404")].insert(given);
        }
        let list = |answers: &BTreeSet<String>| answers.iter().cloned().collect::<Vec<_>>().join("+");
        match answers {
            [own, foreign] if foreign.is_empty() => list(&own),
            [own, foreign] if own.is_empty() => list(&foreign),
            [own, foreign] => format!("{}/{}", list(&own), list(&foreign)),
        }
    }
}

const HEAD: &str = "\
# Who may call what, as the tests have seen it (tests/it/access.rs; written by `make openapi`).
# ok/404: one's own is answered, everybody else's does not exist. `other_provider` runs another marketplace.
";

both! {
    /// Every operation answers everybody as `domain::access` says, and nobody finds what is not his.
    the_access_table_is_the_committed_one(app) {
        let mut worlds: Vec<_> = WORLDS.iter().map(|(slug, customer)| World::new(&app, slug, customer)).collect();
        let foreign = worlds[3].provider.post("/v1/resellers", json!({"name": "Systemhaus Ost GmbH"})).expect(201);
        worlds[3].ids.insert("reseller_id", foreign.text_at("/id").to_owned());
        let actors = actors(&app);
        for world in &mut worlds {
            world.provider = app.client(&format!("provider@{}.example", world.slug));
        }
        let (mut table, mut wrong) = (HEAD.to_owned(), vec![]);
        let _ = write!(table, "{:<24}", "operation");
        for actor in &actors {
            let _ = write!(table, " {:>16}", actor.name);
        }
        for operation in operations() {
            let _ = write!(table, "\n{:<24}", operation.id);
            for actor in &actors {
                let _ = write!(table, " {:>16}", actor.cell(&operation, &mut worlds, &mut wrong));
            }
        }
        table.push('\n');
        app.drain();
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        equals_committed("access.txt", &table);
    }
}

/// Compares with a file under `openapi/`, and writes it first where that is asked for.
#[allow(clippy::disallowed_methods, reason = "how `make openapi` asks for the file")]
fn equals_committed(name: &str, text: &str) {
    let path = format!("{}/../openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var("KONTOR_TEST_WRITE").is_ok() {
        std::fs::write(&path, text).expect("the file is written");
    }
    crate::openapi::same_as_committed(name, text);
}
