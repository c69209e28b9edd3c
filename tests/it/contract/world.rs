//! What the operations are called with: a customer with everything that belongs to it, and a sample of each request.

use crate::operation::offer_matrices;
use crate::people::access::CHANGES_SOMEBODY;
use crate::people::registrations;
use api::openapi::Operation;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use tests::shop::{self, Cart, MONTH, YEAR_MONTHLY, text};
use tests::{Answer, Client, TestApp};

/// A customer with all that belongs to it, in its marketplace.
pub struct World {
    pub slug: &'static str,
    pub provider: Client,
    pub ids: HashMap<&'static str, String>,
}

/// A category under a name that none has yet.
fn category() -> Value {
    static MADE: AtomicU32 = AtomicU32::new(0);
    json!({"slug": format!("neu-{}", MADE.fetch_add(1, Ordering::Relaxed)), "title": "Datensicherung"})
}

/// A marketplace under a name that none has yet.
fn marketplace() -> Value {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let slug = format!("nord-{}", MADE.fetch_add(1, Ordering::Relaxed));
    json!({
        "slug": slug,
        "name": "Nord Cloud",
        "template": "plain",
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "sandbox": true,
        "administrator": {"email": format!("ada@{slug}.example"), "first_name": "Ada", "last_name": "Nord"},
    })
}

impl World {
    /// Orders something for a customer of a marketplace.
    pub fn new(app: &TestApp, slug: &'static str, customer: &str) -> Self {
        let provider = app.provider(slug);
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
        world.provider.post("/v1/users", world.person()).expect(201);
        world.put_role();
        world.put_customer_number();
        world.put_category();
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
        shop::import(&world.provider, shop::RETAIL, shop::sheet(&[shop::Row::e1()]));
        let (task, job, list) = (first("/v1/tasks"), first("/v1/jobs"), first("/v1/price-lists"));
        let matrix = offer_matrices::imported(&world.provider, "", &offer_matrices::SAMPLE);
        let edition = text(&edition["id"]);
        world.ids.extend([("offer_matrix_id", text(&matrix["id"])), ("subject", edition.clone()), ("sku_id", edition)]);
        let (order, subscription) = (text(&order["id"]), text(&order["lines"][0]["subscription_id"]));
        let mut change = String::new();
        for quantity in [2, 3] {
            let more = json!({"type": "set_quantity", "quantity": quantity});
            let made = world.provider.post(&format!("/v1/subscriptions/{subscription}/changes"), more);
            change = made.expect(201).text_at("/id").to_owned();
            app.drain();
        }
        world.ids.insert("change_id", change);
        let found = [
            ("task_id", task),
            ("job_id", job),
            ("price_list_id", list),
            ("order_id", order),
            ("subscription_id", subscription),
        ];
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
    pub fn give_license(&self) {
        let assignments = format!("/v1/subscriptions/{}/assignments", self.ids["subscription_id"]);
        let given = self.provider.post(&assignments, json!({"user_id": self.ids["user_id"]}));
        assert!(given.status == 201 || given.code() == "license_assigned", "{}", given.text);
    }

    /// Somebody else has one, too.
    pub fn give_license_to(&self, user: &str) {
        let assignments = format!("/v1/subscriptions/{}/assignments", self.ids["subscription_id"]);
        self.provider.post(&assignments, json!({"user_id": user})).expect(201);
    }

    /// A category that holds nothing.
    fn put_category(&mut self) {
        let new = category();
        self.provider.post("/v1/categories", new.clone()).expect(201);
        self.ids.insert("category", text(&new["slug"]));
    }

    /// A script of the provider's own.
    fn put_api_client(&mut self) {
        let client =
            self.provider.post("/v1/api-clients", json!({"name": "ERP", "permissions": ["orders.read"]})).expect(201);
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

    /// A reseller of the marketplace, whoever's the customer is.
    fn any_reseller(&self) -> String {
        let first = shop::rows(&self.provider.get("/v1/resellers?sort=created_at&limit=1").expect(200)).pop();
        let made = || self.provider.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201).body;
        text(&first.unwrap_or_else(made)["id"])
    }

    /// A redemption with a new key, which nobody has completed.
    fn put_redemption(&mut self) {
        let batch = json!({"offer_id": self.ids["prepaid_offer_id"], "quantity": 1, "count": 1});
        let batch = self.provider.post("/v1/product-keys/batches", batch).expect(201);
        // Its reseller sees it; where there is none, or it was sold before, nobody buys it.
        if let Some(reseller) = self.ids.get("reseller_id") {
            let sale = json!({"reseller_id": reseller});
            self.provider.post(&format!("/v1/product-keys/batches/{}/sell", batch.text_at("/id")), sale).expect(200);
        }
        let redemption =
            json!({"customer_id": self.ids["customer_id"], "keys": batch.body["keys"], "responsible": true});
        let redemption = self.provider.post("/v1/product-keys/redemptions", redemption).expect(201);
        let (batch, redemption) = (batch.text_at("/id").to_owned(), redemption.text_at("/id").to_owned());
        self.ids.extend([("batch_id", batch), ("redemption_id", redemption)]);
    }

    /// Replaces what a call of the operation uses up.
    pub fn freshen(&mut self, operation: &str) {
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
            "update_category" | "remove_category" => self.put_category(),
            "show_customer_number" | "delete_customer_number" => self.put_customer_number(),
            "update_api_client" | "revoke_api_client" | "add_api_client_secret" | "revoke_api_client_secret" => {
                self.put_api_client();
            }
            "delete_cart" | "remove_cart_line" | "place_order" => self.put_cart(),
            "abandon_redemption" | "complete_redemption" => self.put_redemption(),
            "sell_product_key_batch" | "preview_product_key_sale" => {
                let batch = json!({"offer_id": self.ids["prepaid_offer_id"], "quantity": 1, "count": 1});
                let batch = self.provider.post("/v1/product-keys/batches", batch).expect(201);
                self.ids.insert("batch_id", batch.text_at("/id").to_owned());
            }
            "accept_delegation" => {
                // Refused once it is accepted.
                self.provider
                    .post(&format!("/v1/customers/{}/delegated-administration", self.ids["customer_id"]), json!({}));
            }
            "publish_price_list" | "discard_price_list" => {
                // A draft is stale once another comes into force.
                shop::idle(&self.provider);
                let draft = shop::import(&self.provider, shop::RETAIL, shop::sheet(&[shop::Row::e1()]));
                self.ids.insert("price_list_id", text(&draft["id"]));
            }
            "publish_offer_matrix" | "discard_offer_matrix" => {
                shop::idle(&self.provider);
                let draft = offer_matrices::imported(&self.provider, "", &offer_matrices::SAMPLE);
                self.ids.insert("offer_matrix_id", text(&draft["id"]));
            }
            _ => {}
        }
    }

    /// Calls an operation with this world's ids; none where the world has not what it is about.
    pub fn call(&self, client: &Client, method: &str, operation: &Operation) -> Option<Answer> {
        let (media, body) = self.body(&operation.id).unwrap_or_default();
        self.call_with(client, method, operation, media, body)
    }

    /// The same with another body.
    pub fn call_with(
        &self,
        client: &Client,
        method: &str,
        operation: &Operation,
        media: &str,
        body: String,
    ) -> Option<Answer> {
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
            "import_offer_matrix" => "?name=Herbst",
            _ => "",
        };
        Some(client.send_raw(method, &path, media, body.into_bytes()))
    }

    /// A sample of an operation's request: what it is made of, and its body.
    pub fn sample(&self, operation: &str) -> Option<(&'static str, String)> {
        self.body(operation)
    }

    fn body(&self, operation: &str) -> Option<(&'static str, String)> {
        let of_people = || self.body_of_people(operation);
        self.body_of_log_in(operation).or_else(of_people).or_else(|| self.body_of_shop(operation))
    }

    /// What opens the door, and what is a person's own; and what is no JSON.
    fn body_of_log_in(&self, operation: &str) -> Option<(&'static str, String)> {
        let body = match operation {
            "issue_token" => {
                let (id, secret) = (api::demo::logins::client_id(self.slug), api::demo::logins::CLIENT_SECRET);
                let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
                return Some(("application/x-www-form-urlencoded", form));
            }
            "import_price_list" => return Some(("text/csv", shop::sheet(&[shop::Row::e1()]))),
            "import_offer_matrix" => return Some(("text/csv", offer_matrices::matrix(&offer_matrices::SAMPLE))),
            "log_in" => self.credentials(),
            "refresh_login" | "log_out" => {
                let pair = self.provider.post("/v1/auth/login", self.credentials()).expect(200);
                json!({"refresh_token": pair.body["refresh_token"]})
            }
            "show_activation" => json!({"token": "x"}),
            "change_password" => json!({"current_password": "x", "new_password": "x"}),
            "request_password_reset" => json!({"email": "nobody@kunde.example"}),
            "confirm_password_reset" => json!({"token": "x", "password": "Kontor-demo-2!"}),
            "update_me" => json!({"language": "de"}),
            "give_own_consents" => json!({"consents": [{"kind": "general_terms", "version": "2026-01"}]}),
            "activate_account" => json!({"token": "x", "password": "Kontor-demo-2!"}),
            _ => return None,
        };
        Some(("application/json", body.to_string()))
    }

    /// Organisations and their people.
    fn body_of_people(&self, operation: &str) -> Option<(&'static str, String)> {
        let id = |name: &str| self.ids[name].as_str();
        let body = match operation {
            "create_marketplace" => marketplace(),
            "update_marketplace" => json!({"name": "Nord Cloud"}),
            "create_user" => self.person(),
            "create_users" => json!({"users": [self.person()]}),
            "invite_users" => {
                let person = self.person();
                json!({"emails": [person["email"]], "role": "customer_user", "customer_id": id("customer_id")})
            }
            "update_user" => json!({"first_name": "Anna"}),
            "set_user_password" => json!({"password": "Kontor-demo-2!"}),
            "create_api_client" => json!({"name": "ERP", "permissions": ["orders.read"]}),
            "update_api_client" => json!({"name": "Lager"}),
            "create_branch" => json!({"name": id("free_branch"), "address": address()}),
            "update_branch" => json!({"address": {"city": "Bonn"}}),
            "put_customer_number" => json!({"company": "Neu GmbH", "postal_code": "51063", "country": "DE"}),
            "create_customer" => {
                let mut contact = contact();
                contact["phone"] = json!("+49 221 1234567");
                json!({"name": "Müller GmbH", "contact": contact, "address": address()})
            }
            "update_customer" => json!({"contact": contact()}),
            "update_invoice_data" => json!({"invoice_email": "rechnung@kunde.example"}),
            "put_role" => json!({"organization": "customer", "title": title(), "permissions": ["orders.place"]}),
            "put_people_rules" => self.provider.get("/v1/people-rules").expect(200).body,
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
            _ => return None,
        };
        Some(("application/json", body.to_string()))
    }

    /// What is bought, runs, and is published.
    fn body_of_shop(&self, operation: &str) -> Option<(&'static str, String)> {
        let id = |name: &str| self.ids[name].as_str();
        let body = match operation {
            "create_cart" => json!({"customer_id": id("customer_id")}),
            "preview_cart_lines" => {
                json!({"customer_id": id("customer_id"), "lines": [{"offer_id": id("offer_id"), "quantity": 1}]})
            }
            "change_sale" => json!({"end_of_sale": null}),
            "update_sku" => json!({"own_limit": 5000}),
            "create_category" => category(),
            "update_category" => json!({"title": "Archivierung"}),
            "put_catalog_texts" => json!({"title": {"pl": "Pakiet"}}),
            "update_cart" => json!({"name": "Herbst"}),
            "add_cart_line" => json!({"offer_id": id("offer_id"), "quantity": 3}),
            "update_cart_line" => json!({"quantity": 4}),
            "preview_cart"
            | "replay_task"
            | "cancel_job"
            | "resend_registration"
            | "publish_price_list"
            | "publish_offer_matrix"
            | "verify_tenant"
            | "verify_onboarding"
            | "take_tenant_credentials"
            | "complete_redemption"
            | "revoke_product_key_batch"
            | "preview_product_key_revocation"
            | "accept_delegation"
            | "decline_delegation"
            | "add_api_client_secret" => {
                return None;
            }
            "sell_product_key_batch" | "preview_product_key_sale" => json!({"reseller_id": self.any_reseller()}),
            "create_product_key_batch" => json!({"offer_id": id("prepaid_offer_id"), "quantity": 1, "count": 1}),
            "create_redemption" => {
                let key = "ABCDE-FGHJK-LMNPQ-RSTUV-23456";
                json!({"customer_id": id("customer_id"), "keys": [key], "responsible": true})
            }
            "update_redemption" => json!({"partner_of_record": "5357564"}),
            "update_subscription" => json!({"partner_of_record": "5357564"}),
            "offer_delegation" => json!({"message": "Wir helfen gern."}),
            "accept_agreement" => {
                json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"})
            }
            "put_tenant" => json!({"mode": "link", "domain": id("domain")}),
            "place_order" => {
                let consents = self.provider.post(&format!("/v1/carts/{}/preview", id("cart_id")), Value::Null);
                let consents = &consents.expect(200).body["consents_required"];
                json!({"cart_id": id("cart_id"), "payment_method": "invoice", "consents": consents})
            }
            "publish_policy" => {
                let rules = &self.provider.get("/v1/policies/colt_nce").expect(200).body["rules"];
                json!({"key": "another_portal", "rules": rules})
            }
            "preview_change" | "change_subscription" => json!({"type": "resume"}),
            "assign_licenses" => json!({"user_id": id("user_id")}),
            "move_sandbox_clock" => {
                json!({"now": self.provider.get("/v1/sandbox/clock").expect(200).body["now"]})
            }

            _ => return None,
        };
        Some(("application/json", body.to_string()))
    }

    /// Somebody new at the world's organisation.
    fn person(&self) -> Value {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let email = format!("neu{}@kunde.example", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut person = json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": "customer_user"});
        match (self.ids.get("customer_id"), self.ids.get("reseller_id")) {
            (Some(customer), _) => person["customer_id"] = json!(customer),
            (None, Some(reseller)) => {
                person["reseller_id"] = json!(reseller);
                person["role"] = json!("reseller_employee");
                person["areas"] = json!(["general_access"]);
            }
            (None, None) => person["role"] = json!("provider_support"),
        }
        person
    }

    fn credentials(&self) -> Value {
        json!({"email": format!("provider@{}.example", self.slug), "password": api::demo::logins::PASSWORD})
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
