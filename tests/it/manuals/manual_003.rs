//! U-44: manual [003] from its first to its last page, in its order, by the partner alone: no step is done by anybody
//! else but the one that the manual leaves to the customer, its answer to the partner's offer (K-13).

use serde_json::{Value, json};
use tests::people::PASSWORD;
use tests::shop::{self, YEAR_ANNUAL, column, rows, text, told, wrong};
use tests::{Client, TestApp, both};

const REDEMPTIONS: &str = "/v1/product-keys/redemptions";
const ADMIN: &str = "admin@neufirma.example";

/// A partner with product keys that it has bought (K-03): its client, and the keys.
fn partner(app: &TestApp, quantities: &[u32]) -> (Client, Vec<String>) {
    let provider = app.provider("mskeys");
    let made = provider.post("/v1/resellers", json!({"name": "Systemhaus Nord GmbH", "partner_id": "5357564"}));
    let reseller = made.expect(201).text_at("/id").to_owned();
    let admin = json!({
        "email": "petra@nord.example", "first_name": "Petra", "last_name": "Partner", "role": "reseller_admin",
        "reseller_id": reseller,
    });
    app.joined(&provider, admin);
    let mut keys = vec![];
    for quantity in quantities {
        let offer = shop::offer(&provider, "Office 365 E1", YEAR_ANNUAL);
        let batch = json!({"offer_id": offer, "quantity": quantity, "count": 1});
        let batch = provider.post("/v1/product-keys/batches", batch).expect(201);
        let sale = json!({"reseller_id": reseller});
        provider.post(&format!("/v1/product-keys/batches/{}/sell", batch.text_at("/id")), sale).expect(200);
        keys.push(text(&batch.body["keys"][0]));
    }
    (app.logged_in("petra@nord.example", PASSWORD), keys)
}

fn new_customer() -> Value {
    json!({
        "name": "Neufirma GmbH",
        "address": {
            "street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE",
        },
        "administrator": {"first_name": "Nora", "last_name": "Neu", "email": ADMIN},
        "agreement_accepted": true,
    })
}

fn entered(keys: &[String], customer: &Value) -> Value {
    json!({"keys": keys, "responsible": true, "new_customer": customer, "partner_of_record": "5357564"})
}

both! {
    /// K-01…K-19 in the order of the manual.
    u44_manual_003_holds_from_its_first_to_its_last_page(app) {
        let (partner, keys) = partner(&app, &[3, 2]);
        // K-04: it begins with being responsible.
        let mut first = entered(&keys, &new_customer());
        first["responsible"] = json!(false);
        let refused = partner.post(REDEMPTIONS, first).refused(422, "responsibility_required");
        assert_eq!(told(&refused), wrong([("/responsible", "responsibility_required")]));
        // K-09: where there is no service, that is said at once.
        let mut abroad = new_customer();
        let brazil = json!({"street": "Rua 1", "postal_code": "01310-100", "city": "São Paulo", "country": "BR"});
        abroad["address"] = brazil;
        let refused = partner.post(REDEMPTIONS, entered(&keys, &abroad)).refused(422, "country_not_served");
        assert_eq!(told(&refused), wrong([("/new_customer/address/country", "country_not_served")]));
        // K-05, K-08: several keys; country, organisation, administrator.
        let mut unsigned = new_customer();
        unsigned["agreement_accepted"] = json!(false);
        let begun = partner.post(REDEMPTIONS, entered(&keys, &unsigned)).expect(201);
        assert_eq!((&begun.body["customer_id"], begun.text_at("/status")), (&json!(null), "open"));
        assert_eq!(begun.text_at("/new_customer/domain_prefix"), "neufirmagmbh");
        let path = format!("{REDEMPTIONS}/{}", begun.text_at("/id"));
        // K-06: the review says what there is to be, and what is not right yet.
        let effect = &begun.body["effects"][0];
        assert_eq!((&effect["action"], &effect["quantity"]), (&json!("activate"), &json!(5)));
        let missing = wrong([("/new_customer/agreement_accepted", "agreement_required")]);
        assert_eq!(told(&begun), missing);
        assert_eq!(told(&partner.post(&format!("{path}/complete"), Value::Null).expect(409)), missing);
        // K-07: left and taken up again; nothing is consumed, and nobody has come into being.
        assert!(rows(&partner.get("/v1/customers?name=Neufirma").expect(200)).is_empty());
        assert_eq!(column(&rows(&partner.get(&format!("{REDEMPTIONS}?status=open")).expect(200)), "/id").len(), 1);
        let mended = partner.patch(&path, json!({"new_customer": {"agreement_accepted": true}})).expect(200);
        assert_eq!((told(&mended), mended.text_at("/new_customer/name")), (wrong([]), "Neufirma GmbH"));
        assert_eq!(partner.get(&path).expect(200).body, mended.body);
        let done = partner.post(&format!("{path}/complete"), Value::Null).expect(200);
        app.drain();
        let customer = done.text_at("/customer_id").to_owned();
        assert_eq!((done.text_at("/status"), &done.body["new_customer"]), ("completed", &json!(null)));
        // The account: the tenant, the agreement, the administrator with its role and one licence (K-08, K-10).
        let tenant = partner.get(&format!("/v1/customers/{customer}/tenant")).expect(200);
        assert_eq!((tenant.text_at("/status"), tenant.text_at("/domain")), ("linked", "neufirmagmbh.onmicrosoft.com"));
        let agreement = partner.get(&format!("/v1/customers/{customer}/agreements")).expect(200);
        assert_eq!(agreement.text_at("/email"), ADMIN);
        let admin = partner.get(&format!("/v1/users/{}", done.text_at("/administrator_id"))).expect(200);
        assert_eq!((admin.text_at("/role"), admin.text_at("/status")), ("customer_admin", "not_activated"));
        let subscription = format!("/v1/subscriptions/{}", text(&done.body["keys"][0]["subscription_id"]));
        let runs = partner.get(&subscription).expect(200);
        assert_eq!((runs.text_at("/status"), &runs.body["quantity"]), ("active", &json!(5)));
        assert_eq!(runs.text_at("/partner_of_record"), "5357564");
        let holders = rows(&partner.get(&format!("{subscription}/assignments")).expect(200));
        assert_eq!(column(&holders, "/user_id"), [admin.text_at("/id")], "one, and none is the partner's (K-11)");
        // K-12: people now or later.
        let max = json!({
            "email": "max@neufirma.example", "first_name": "Max", "last_name": "Neu", "role": "customer_user",
            "customer_id": customer,
        });
        let max = partner.post("/v1/users", max).expect(201).text_at("/id").to_owned();
        partner.post(&format!("{subscription}/assignments"), json!({"user_id": max})).expect(201);
        // K-13, K-14: the offer, in the partner's own words.
        let offer = format!("/v1/customers/{customer}/delegated-administration");
        partner.post(&offer, json!({"message": "Wir kümmern uns um Ihre Postfächer."})).expect(201);
        app.drain();
        let kinds: Vec<_> = app.mails_to(ADMIN).into_iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, ["activation", "delegation_offered"]);
        comes_in(&app);
        let change = json!({"type": "set_quantity", "quantity": 6});
        partner.post(&format!("{subscription}/changes"), change.clone()).refused(409, "delegation_required");
        let erika = json!({"emails": ["erika@neufirma.example"], "customer_id": customer});
        partner.post("/v1/invitations", erika.clone()).refused(409, "delegation_required");
        let admin = app.logged_in(ADMIN, PASSWORD);
        admin.post(&format!("{offer}/accept"), Value::Null).expect(200);
        partner.post("/v1/invitations", erika).expect(201);
        // What the keys began was paid with them: who now buys more agrees to the terms.
        let preview = partner.post(&format!("{subscription}/changes/preview"), change.clone()).expect(200);
        let consents = &preview.body["consents_required"];
        assert_eq!(column(consents.as_array().expect("consents"), "/kind"), ["terms"]);
        let mut agreed = change.clone();
        agreed["consents"] = consents.clone();
        partner.post(&format!("{subscription}/changes"), change).refused(422, "consent_required");
        partner.post(&format!("{subscription}/changes"), agreed).expect(201);
        app.drain();
    }
}

/// A customer that came into being with a redemption: its id, its administrator's, its subscription's path.
fn set_up(app: &TestApp, partner: &Client, key: &str, customer: &Value) -> [String; 3] {
    let begun = partner.post(REDEMPTIONS, entered(&[key.to_owned()], customer)).expect(201);
    let done = partner.post(&format!("{REDEMPTIONS}/{}/complete", begun.text_at("/id")), Value::Null).expect(200);
    app.drain();
    let subscription = format!("/v1/subscriptions/{}", text(&done.body["keys"][0]["subscription_id"]));
    [done.text_at("/customer_id").to_owned(), done.text_at("/administrator_id").to_owned(), subscription]
}

both! {
    /// U-43, K-12: who sets a new customer up adds its people and gives them licences. It acts in nobody's name, takes
    /// no password of the tenant, changes no data; who does not set it up gives no licence either. All of it waits for
    /// the customer's answer.
    u43_k12_who_sets_a_new_customer_up_does_no_more_for_it(app) {
        let (partner, keys) = partner(&app, &[5, 1]);
        let provider = app.provider("mskeys");
        let [customer, admin, subscription] = set_up(&app, &partner, &keys[0], &new_customer());
        let person = |email: &str| json!({
            "email": email, "first_name": "Max", "last_name": "Neu", "role": "customer_user", "customer_id": customer,
        });
        let max = app.joined(&partner, person("max@neufirma.example"));
        let licence = json!({"user_id": max});
        let assign = format!("{subscription}/assignments");
        provider.post(&assign, licence.clone()).refused(409, "delegation_required");
        partner.post(&assign, licence).expect(201);
        let path = format!("/v1/customers/{customer}");
        partner.post(&format!("/v1/users/{max}/impersonation"), Value::Null).refused(409, "delegation_required");
        partner.post(&format!("{path}/tenant/credentials"), Value::Null).refused(409, "delegation_required");
        partner.patch(&path, json!({"external_ref": "N-1"})).refused(409, "delegation_required");
        partner.patch(&format!("{path}/invoice-data"), json!({"vat_id": null})).refused(409, "delegation_required");
        // Nobody is there who could answer: that a user has come in changes nothing for the administrator.
        partner.patch(&format!("/v1/users/{admin}"), json!({"last_name": "Neumann"})).expect(200);
        // People of two customers at once, each as if alone.
        let other_customer = json!({
            "name": "Zweitfirma GmbH", "address": new_customer()["address"], "agreement_accepted": true,
            "administrator": {"first_name": "Zoe", "last_name": "Zwei", "email": "zoe@zweitfirma.example"},
        });
        let [other, ..] = set_up(&app, &partner, &keys[1], &other_customer);
        let mut second = person("zara@zweitfirma.example");
        second["customer_id"] = json!(other);
        partner.post("/v1/users/bulk", json!({"users": [person("mia@neufirma.example"), second]})).expect(201);
        comes_in(&app);
        partner.post("/v1/users", person("moritz@neufirma.example")).refused(409, "delegation_required");
        app.drain();
    }
}

/// The administrator follows the link of its mail.
fn comes_in(app: &TestApp) {
    let token = app.mails_to(ADMIN).first().expect("an activation mail").token();
    app.anonymous().post("/v1/activations", app.activation_form(&token)).expect(200);
}

both! {
    /// K-17, K-19: the keys' subscription is renewed with a key, and used for thirty days more where it is not.
    u44_what_began_with_a_new_customer_is_renewed_and_expires_like_any_other(app) {
        let (partner, keys) = partner(&app, &[1, 1]);
        let provider = app.provider("mskeys");
        let begun = partner.post(REDEMPTIONS, entered(&keys[..1], &new_customer())).expect(201);
        let path = format!("{REDEMPTIONS}/{}", begun.text_at("/id"));
        let done = partner.post(&format!("{path}/complete"), Value::Null).expect(200);
        app.drain();
        let customer = done.text_at("/customer_id").to_owned();
        // More is bought for it only once it has accepted: the partner sets it up, no more.
        let renewal = json!({"customer_id": customer, "keys": keys[1..], "responsible": true});
        let renewal = partner.post(REDEMPTIONS, renewal).expect(201);
        assert_eq!(told(&renewal), wrong([("/customer_id", "delegation_required")]));
        comes_in(&app);
        let offer = format!("/v1/customers/{customer}/delegated-administration");
        partner.post(&offer, json!({})).expect(201);
        app.logged_in(ADMIN, PASSWORD).post(&format!("{offer}/accept"), Value::Null).expect(200);
        let renew = format!("{REDEMPTIONS}/{}", renewal.text_at("/id"));
        partner.patch(&renew, json!({"keys": [{"position": 0, "action": "renew"}]})).expect(200);
        partner.post(&format!("{renew}/complete"), Value::Null).expect(200);
        app.drain();
        let subscription = format!("/v1/subscriptions/{}", text(&done.body["keys"][0]["subscription_id"]));
        let stands = |now: &str| {
            shop::set_clock(&provider, now);
            text(&provider.get(&subscription).expect(200).body["status"])
        };
        assert_eq!(stands("2027-09-06T00:00:00Z"), "active");
        assert_eq!(stands("2028-09-06T00:00:00Z"), "expired");
        assert_eq!(stands("2028-10-06T00:00:00Z"), "disabled");
    }
}

both! {
    /// K-08: what is wrong with a new customer is named by its place, and nothing comes into being by half.
    u44_a_new_customer_is_whole_or_not_there(app) {
        let (partner, keys) = partner(&app, &[1]);
        let enter = |change: Value| {
            let mut customer = new_customer();
            for (name, value) in change.as_object().expect("an object") {
                customer[name] = value.clone();
            }
            partner.post(REDEMPTIONS, entered(&keys, &customer))
        };
        let taken = json!({"first_name": "Petra", "last_name": "Partner", "email": "petra@nord.example"});
        let refused = enter(json!({"administrator": taken})).refused(422, "login_taken");
        assert_eq!(told(&refused), wrong([("/new_customer/administrator/email", "login_taken")]));
        let refused = enter(json!({"name": "北京"})).refused(422, "tenant_prefix_invalid");
        assert_eq!(told(&refused), wrong([("/new_customer/domain_prefix", "tenant_prefix_invalid")]));
        let refused = enter(json!({"domain_prefix": "contoso"})).refused(409, "tenant_domain_taken");
        assert_eq!(told(&refused), wrong([("/new_customer/domain_prefix", "tenant_domain_taken")]));
        // Both a customer and a new one.
        let mut both = entered(&keys, &new_customer());
        both["customer_id"] = json!("cus_01kagy2qk8e3vrc6h1x0m4t7ws");
        assert_eq!(told(&partner.post(REDEMPTIONS, both).expect(422)), wrong([("/new_customer", "invalid_value")]));
        // A customer enters none: it is one.
        let buyer = app.admin("mskeys");
        let refused = buyer.post(REDEMPTIONS, entered(&keys, &new_customer())).refused(403, "forbidden");
        assert_eq!(told(&refused), wrong([("/new_customer", "forbidden")]));
        // Somebody takes the address meanwhile: nothing is there by half, and the key is not consumed.
        let begun = enter(json!({})).expect(201);
        let path = format!("{REDEMPTIONS}/{}", begun.text_at("/id"));
        let person = json!({"email": ADMIN, "first_name": "Nora", "last_name": "Neu", "role": "customer_user"});
        buyer.post("/v1/users", person).expect(201);
        let refused = partner.post(&format!("{path}/complete"), Value::Null).refused(422, "login_taken");
        assert_eq!(told(&refused), wrong([("/new_customer/administrator/email", "login_taken")]));
        assert!(rows(&partner.get("/v1/customers").expect(200)).is_empty());
        let mended = json!({"new_customer": {"administrator": {"email": "nora@neufirma.example"}}});
        partner.patch(&path, mended).expect(200);
        let done = partner.post(&format!("{path}/complete"), Value::Null).expect(200);
        assert_eq!(done.body["keys"][0]["consumed"], true);
        partner.post(&format!("{path}/complete"), Value::Null).refused(409, "redemption_completed");
        app.drain();
        assert_eq!(rows(&partner.get("/v1/customers").expect(200)).len(), 1);
    }
}

both! {
    /// K-08: a tenant that Microsoft refuses keeps the order waiting; the partner chooses another domain, and it runs.
    u44_an_order_waits_for_its_tenant(app) {
        let (partner, keys) = partner(&app, &[1]);
        let mut customer = new_customer();
        customer["domain_prefix"] = json!("refusedneufirma");
        let begun = partner.post(REDEMPTIONS, entered(&keys, &customer)).expect(201);
        let path = format!("{REDEMPTIONS}/{}", begun.text_at("/id"));
        let done = partner.post(&format!("{path}/complete"), Value::Null).expect(200);
        app.work();
        let tenant = format!("/v1/customers/{}/tenant", done.text_at("/customer_id"));
        assert_eq!(partner.get(&tenant).expect(200).text_at("/status"), "failed");
        let subscription = format!("/v1/subscriptions/{}", text(&done.body["keys"][0]["subscription_id"]));
        assert_eq!(partner.get(&subscription).expect(200).text_at("/status"), "pending");
        partner.put(&tenant, json!({"mode": "create", "prefix": "neufirma"})).expect(202);
        app.drain();
        assert_eq!(partner.get(&subscription).expect(200).text_at("/status"), "active");
    }
}
