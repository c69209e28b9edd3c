//! U-43: whatever is done for a customer by somebody who is not of it passes one gate: nothing before the customer has
//! accepted its partner, where a policy asks for that (K-13). It is tried on every operation there is.
//!
//! A new operation that changes anything is named in [`DELEGATED`] or in [`FREE`].

use crate::contract::world::World;
use crate::people::power::changes;
use api::auth::delegated::Passed;
use api::auth::standing::Identity;
use api::clock::instant;
use api::http::meta::Meta;
use api::openapi::operations;
use api::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tests::shop::{self, Cart, YEAR_ANNUAL, YEAR_MONTHLY, text, told, wrong};
use tests::{Client, TestApp, both};
use time::Duration;

/// What a partner does for a customer only once it was accepted.
const DELEGATED: &[&str] = &[
    "accept_agreement",
    "activate_user",
    "assign_licenses",
    "change_subscription",
    "complete_redemption",
    "create_branch",
    "create_user",
    "create_users",
    "delete_branch",
    "delete_user",
    "disable_user",
    "enable_user",
    "end_user_sessions",
    "impersonate_user",
    "invite_users",
    "place_order",
    "preview_change",
    "put_tenant",
    "request_vat_check",
    "reset_user_password",
    "send_activation_mail",
    "take_license_back",
    "take_tenant_credentials",
    "unlock_user",
    "update_branch",
    "update_customer",
    "update_invoice_data",
    "update_user",
    "verify_tenant",
    "withdraw_change",
    "withdraw_invitation",
    "withdraw_tenant",
];

/// What needs no acceptance, and why.
const FREE: &[(&str, &[&str])] = &[
    ("the customer comes into being with it", &["create_customer"]),
    ("the offer itself, and its answer", &["offer_delegation", "accept_delegation", "decline_delegation"]),
    ("only the customer names its partner", &["update_subscription"]),
    ("administrators set no passwords here: nobody gets so far", &["set_user_password"]),
    (
        "noted down: nothing is done before it is ordered or completed",
        &[
            "create_cart",
            "update_cart",
            "delete_cart",
            "add_cart_line",
            "update_cart_line",
            "remove_cart_line",
            "preview_cart",
            "preview_cart_lines",
            "create_redemption",
            "update_redemption",
            "abandon_redemption",
        ],
    ),
    (
        "one's own",
        &[
            "change_password",
            "update_me",
            "end_own_session",
            "end_own_sessions",
            "give_own_consents",
            "create_api_client",
            "update_api_client",
            "revoke_api_client",
            "add_api_client_secret",
            "revoke_api_client_secret",
        ],
    ),
    (
        "the provider's, of no customer",
        &[
            "put_customer_number",
            "delete_customer_number",
            "cancel_job",
            "replay_task",
            "import_price_list",
            "publish_price_list",
            "discard_price_list",
            "import_offer_matrix",
            "publish_offer_matrix",
            "discard_offer_matrix",
            "change_sale",
            "update_sku",
            "publish_policy",
            "put_catalog_texts",
            "create_category",
            "update_category",
            "remove_category",
            "put_people_rules",
            "put_role",
            "remove_role",
            "create_product_key_batch",
            "revoke_product_key_batch",
            "sell_product_key_batch",
            "preview_product_key_sale",
            "preview_product_key_revocation",
            "move_sandbox_clock",
        ],
    ),
    (
        "a marketplace itself",
        &["create_marketplace", "update_marketplace", "open_marketplace", "suspend_marketplace", "close_marketplace"],
    ),
    ("a reseller's", &["create_reseller", "update_reseller", "put_microsoft_ids", "verify_onboarding"]),
    (
        "lets in who registered: the customer comes into being with it",
        &["approve_registration", "reject_registration", "refer_registration", "resend_registration"],
    ),
];

/// The customer accepts its partner.
pub fn accepted(app: &TestApp) {
    let provider = app.provider("mskeys");
    let path = format!("/v1/customers/{}/delegated-administration", shop::customer(&provider, "Musterfirma GmbH"));
    provider.post(&path, json!({})).expect(201);
    app.admin("mskeys").post(&format!("{path}/accept"), json!({})).expect(200);
}

/// Every policy of what terra sells asks for the customer's acceptance from now on.
fn required(provider: &Client) {
    for key in ["terra_nce_p1y_m", "terra_nce_p1y_y", "terra_nce_p1m_m"] {
        let mut rules = provider.get(&format!("/v1/policies/{key}")).expect(200).body["rules"].clone();
        rules["delegated_administration"] = json!("required");
        shop::idle(provider);
        provider.post("/v1/policies", json!({"key": key, "rules": rules})).expect(201);
    }
    shop::idle(provider);
}

fn stands(app: &TestApp, status: &str) {
    app.execute(&format!("UPDATE delegations SET status = '{status}'"));
}

#[test]
fn u43_every_change_says_whether_it_waits_for_the_customer() {
    let free = FREE.iter().flat_map(|(_, operations)| operations.iter());
    let named: Vec<_> = DELEGATED.iter().chain(free).map(|id| (*id).to_owned()).collect();
    let unique: BTreeSet<_> = named.iter().cloned().collect();
    assert_eq!(unique.len(), named.len(), "each once");
    let all: BTreeSet<_> = operations().into_iter().filter(changes).map(|one| one.id).collect();
    let differ: Vec<_> = unique.symmetric_difference(&all).collect();
    assert_eq!(differ, Vec::<&String>::new(), "name in DELEGATED or in FREE what changes anything, and only that");
}

both! {
    /// U-43, K-13: before the customer has accepted each of them is refused for this reason and no other, and none is
    /// once it has.
    u43_nothing_is_done_for_a_customer_that_has_not_accepted(app) {
        let provider = app.provider("terra");
        required(&provider);
        let offer = format!("/v1/customers/{}/delegated-administration", shop::customer(&provider, "Kunde 1 GmbH"));
        provider.post(&offer, json!({})).expect(201);
        app.customer_of_reseller(1).post(&format!("{offer}/accept"), json!({})).expect(200);
        let mut world = World::new(&app, "terra", "Kunde 1 GmbH");
        let (mut refused, mut wrong) = (BTreeSet::new(), vec![]);
        for operation in operations().into_iter().filter(changes) {
            let kept = world.ids.clone();
            world.freshen(&operation.id);
            stands(&app, "declined");
            let early = world.call(&provider, &operation.method, &operation);
            stands(&app, "accepted");
            let Some(early) = early.filter(|early| early.code() == "delegation_required") else {
                world.ids = kept;
                continue;
            };
            if early.status != 409 || early.body["rule"] != "delegated_administration" {
                wrong.push(early.text.clone());
            }
            let late = world.call(&provider, &operation.method, &operation);
            world.ids = kept;
            if late.is_none_or(|late| late.code() == "delegation_required") {
                wrong.push(format!("{} once it is accepted", operation.id));
            }
            refused.insert(operation.id);
        }
        app.drain();
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(refused, DELEGATED.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>());
    }
}

both! {
    /// K-10: whoever sets a customer up gives it its first administrator, and looks after that one until somebody of
    /// the customer has come in; from then on only its own people make others what a partner is not.
    k10_a_reseller_adds_the_first_administrator_of_its_customer(app) {
        let reseller = app.reseller(1);
        let company = json!({
            "name": "Neukunde GmbH",
            "contact": {
                "first_name": "Nora", "last_name": "Neu", "email": "nora@neu.example", "phone": "+49 221 1234567",
            },
            "address": {"street": "Ring 1", "postal_code": "50668", "city": "Köln", "region": "NW", "country": "DE"},
        });
        let customer = reseller.post("/v1/customers", company).expect(201).text_at("/id").to_owned();
        let person = |email: &str| {
            json!({
                "customer_id": customer, "email": email, "first_name": "Nora", "last_name": "Neu",
                "role": "customer_admin", "send_activation_mail": true,
            })
        };
        // A user that has come in answers for nobody.
        let mut user = person("ulla@neu.example");
        user["role"] = json!("customer_user");
        app.joined(&reseller, user);
        let first = reseller.post("/v1/users", person("nora@neu.example")).expect(201);
        let path = format!("/v1/users/{}", first.text_at("/id"));
        reseller.patch(&path, json!({"last_name": "Neumann"})).expect(200);
        reseller.post(&format!("{path}/activation-mail"), Value::Null).expect(200);
        app.drain();
        app.activate("nora@neu.example");
        // Nobody acts as somebody who may more.
        reseller.post(&format!("{path}/impersonation"), Value::Null).refused(403, "role_exceeds_own");
        let refused = reseller.post("/v1/users", person("nils@neu.example")).refused(403, "role_exceeds_own");
        assert_eq!(refused.body["missing"], json!(["delegations.answer"]));
        reseller.patch(&path, json!({"last_name": "Neu"})).refused(403, "role_exceeds_own");
        app.drain();
    }
}

both! {
    /// U-43: an order that itself needs no acceptance changes no data of a customer that has not accepted: its invoice
    /// address is the order's alone.
    u43_an_order_moves_nobody_that_has_not_accepted(app) {
        let provider = app.provider("terra");
        let mut rules = provider.get("/v1/policies/terra_nce_p1y_y").expect(200).body["rules"].clone();
        rules["delegated_administration"] = json!("required");
        shop::idle(&provider);
        provider.post("/v1/policies", json!({"key": "terra_nce_p1y_y", "rules": rules})).expect(201);
        shop::idle(&provider);
        let customer = shop::customer(&provider, "Kunde 1 GmbH");
        let path = format!("/v1/customers/{customer}");
        let before = provider.get(&path).expect(200).body["address"].clone();
        let cart = Cart::of(&provider, &customer);
        cart.add(&shop::offer(&provider, "Microsoft 365 Business Basic", YEAR_MONTHLY), 1);
        let mut request = cart.request();
        let elsewhere =
            json!({"street": "Ring 9", "postal_code": "50668", "city": "Köln", "region": "NW", "country": "DE"});
        (request["billing_address"], request["save"]) = (elsewhere, json!(true));
        provider.post("/v1/orders", request.clone()).refused(409, "delegation_required");
        request["save"] = json!(false);
        let order = provider.post("/v1/orders", request).expect(201);
        assert_eq!(order.text_at("/billing_address/street"), "Ring 9");
        assert_eq!(provider.get(&path).expect(200).body["address"], before);
        app.drain();
    }
}

both! {
    /// U-43: a write that did not ask is asked where it records what it did, and taken back; one for a customer that is
    /// created with it is not.
    u43_a_write_that_forgets_to_ask_is_refused(app) {
        let provider = app.provider("mskeys");
        let me = provider.get("/v1/me").expect(200);
        let customer: CustomerId = shop::customer(&provider, "Musterfirma GmbH").parse().expect("an id");
        let marketplace = me.text_at("/marketplace_id").parse().expect("an id");
        let beside = app.beside(Arc::clone(&app.mock) as Arc<dyn provisioning::PartnerCenter>);
        let identity = Identity::of_program("forgetful", marketplace);
        let meta = Meta::of_work("u43");
        let forget = |of: Option<CustomerId>| {
            beside.store.write(|tx| {
                let now = beside.now_in(tx, marketplace)?;
                let (app, identity, meta) = (&*beside, &identity, &meta);
                let mut write = Write { app, tx, identity, meta, now, forget: false, passed: Passed::default() };
                write.record(EventKind::CustomerChanged, of, customer.to_string(), json!({}))?;
                write.audit("u43.forgotten", of, customer.to_string(), None, None)
            })
        };
        assert_eq!(forget(Some(customer)).expect_err("refused").code.as_str(), "delegation_required");
        let forgotten = || {
            let log = shop::rows(&provider.get(&format!("/v1/audit-log?subject={customer}")).expect(200));
            log.iter().filter(|entry| entry["action"] == "u43.forgotten").count()
        };
        assert_eq!(forgotten(), 0);
        accepted(&app);
        forget(Some(customer)).expect("let through");
        assert_eq!(forgotten(), 1);
        app.drain();
    }
}

both! {
    /// U-43: what is to be refused is named before: by the preview of a cart, by the review of a redemption, by what
    /// could be changed, and by where the offer stands.
    u43_what_waits_for_the_customer_is_named_before(app) {
        let (provider, buyer) = (app.provider("mskeys"), app.admin("mskeys"));
        let customer = shop::customer(&provider, "Musterfirma GmbH");
        let path = format!("/v1/customers/{customer}/delegated-administration");
        let stand = provider.get(&path).expect(200);
        assert_eq!((stand.text_at("/status"), &stand.body["required"]), ("none", &json!(true)));
        let cart = Cart::of(&provider, &customer);
        cart.add(&shop::offer(&provider, "Office 365 E1", YEAR_MONTHLY), 1);
        let waits = wrong([("/customer_id", "delegation_required")]);
        assert_eq!(told(&cart.preview()), waits);
        assert_eq!(told(&cart.try_order().refused(409, "delegation_required")), waits);
        let offer = shop::offer(&provider, "Office 365 E1", YEAR_ANNUAL);
        let batch = json!({"offer_id": offer, "quantity": 1, "count": 1});
        let keys = provider.post("/v1/product-keys/batches", batch).expect(201).body["keys"].clone();
        let entered = json!({"customer_id": customer, "keys": keys, "responsible": true});
        let redemption = provider.post("/v1/product-keys/redemptions", entered).expect(201);
        assert_eq!(told(&redemption), waits);
        let redemption = format!("/v1/product-keys/redemptions/{}", redemption.text_at("/id"));
        assert_eq!(told(&provider.get(&redemption).expect(200)), waits);
        let complete = provider.post(&format!("{redemption}/complete"), Value::Null);
        assert_eq!(told(&complete.refused(409, "delegation_required")), waits);
        // The customer itself is not concerned.
        assert_eq!(told(&buyer.get(&redemption).expect(200)), wrong([]));
        accepted(&app);
        assert_eq!(told(&cart.preview()), wrong([]));
        assert_eq!(told(&provider.get(&redemption).expect(200)), wrong([]));
        cart.order();
        provider.post(&format!("{redemption}/complete"), Value::Null).expect(200);
        app.drain();
        // Elsewhere nothing is asked.
        let terra = app.provider("terra");
        let path = format!("/v1/customers/{}/delegated-administration", shop::customer(&terra, "Kunde 1 GmbH"));
        assert_eq!(terra.get(&path).expect(200).body["required"], false);
    }
}

both! {
    /// U-43, K-13: the offer goes by mail to whoever answers it, with what the partner writes, which has its limit.
    u43_the_offer_is_mailed_with_the_partners_own_words(app) {
        let provider = app.provider("mskeys");
        let path = format!("/v1/customers/{}/delegated-administration", shop::customer(&provider, "Musterfirma GmbH"));
        let long = provider.post(&path, json!({"message": "x".repeat(2_001)})).refused(422, "too_long");
        assert_eq!(told(&long), wrong([("/message", "too_long")]));
        let words = "Wir richten Ihre Postfächer ein und helfen Ihren Leuten.";
        provider.post(&path, json!({"message": words})).expect(201);
        app.drain();
        let [mail] = <[_; 1]>::try_from(app.mails_to("admin@kunde.mskeys.example")).expect("one mail");
        assert_eq!(mail.kind, "delegation_offered");
        let link = "https://shop.mskeys.example/delegatedAdministration";
        for part in ["Microsoft product keys schreibt dazu:", words, link] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        assert!(app.mails_to("user@kunde.mskeys.example").is_empty());
        // It is mailed once a day at most. Without words it says nothing in their place; once it is answered nobody is
        // asked any more.
        let waits = provider.post(&path, json!({})).refused(409, "delegation_waits");
        app.advance(Duration::days(1));
        assert_eq!(waits.text_at("/next_allowed_at"), instant(app.now()));
        let (provider, buyer) = (app.provider("mskeys"), app.admin("mskeys"));
        provider.post(&path, json!({})).expect(201);
        app.drain();
        let mails = app.mails_to("admin@kunde.mskeys.example");
        assert!(!mails[1].text.contains("schreibt dazu"), "{}", mails[1].text);
        buyer.post(&format!("{path}/accept"), json!({})).expect(200);
        app.drain();
        assert_eq!(app.mails_to("admin@kunde.mskeys.example").len(), 2);
        // A customer without people is written to where it is reached.
        let other = shop::customer(&provider, "Neukunde GmbH");
        provider.post(&format!("/v1/customers/{other}/delegated-administration"), json!({})).expect(201);
        app.drain();
        assert_eq!(app.mails_to("admin@neukunde.mskeys.example").len(), 1);
        let told = shop::rows(&provider.get("/v1/notifications?kind=delegation_offered").expect(200));
        assert_eq!((told.len(), text(&told[0]["status"])), (3, "sent".to_owned()));
    }
}
