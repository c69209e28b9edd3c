//! K-15, K-16: the partner of record, named by the customer for all that it has or for one subscription.

use serde_json::{Value, json};
use tests::running::{E1, E3, Running};
use tests::shop::{YEAR_ANNUAL, customer, offer, rows, text, told, wrong};
use tests::{TestApp, both};

const KEYS: &str = "mskeys";
const NUMBER: &str = "5357564";

/// A partner of the marketplace with an administrator; says the administrator's address.
#[track_caller]
fn partner(app: &TestApp, name: &str, number: &str) -> String {
    let made = app.provider("mskeys").post("/v1/resellers", json!({"name": name, "partner_id": number})).expect(201);
    let email = format!("admin@p{number}.mskeys.example");
    let admin = json!({
        "email": email, "first_name": "Petra", "last_name": "Partner", "role": "reseller_admin",
        "reseller_id": made.text_at("/id"), "send_activation_mail": true,
    });
    app.provider("mskeys").post("/v1/users", admin).expect(201);
    app.drain();
    email
}

/// The days of the reminders that somebody got.
fn reminded(app: &TestApp, address: &str) -> usize {
    app.drain();
    let mails = app.mails_to(address);
    mails.iter().filter(|mail| mail.kind == "term_ending").count()
}

both! {
    /// U-37, K-15: the customer names its partner, for all that it has and for one subscription; nobody does it for it.
    u37_a_customer_names_its_partner(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let own = format!("/v1/customers/{}", text(&rows(&buyer.get("/v1/customers").expect(200))[0]["id"]));
        assert_eq!(buyer.get(&own).expect(200).body["partner_of_record"], Value::Null);
        let named = buyer.patch(&own, json!({"partner_of_record": " 5357564 "})).expect(200);
        assert_eq!(named.text_at("/partner_of_record"), NUMBER);
        assert_eq!(provider.get(&own).expect(200).text_at("/partner_of_record"), NUMBER);
        crate::people::behalf::accepted(&app);
        provider.patch(&own, json!({"partner_of_record": "4847383"})).refused(403, "forbidden");
        provider.patch(&own, json!({"size": "1-9"})).expect(200);
        for text in ["1", "12345678901", "53 57564", "MPN5357564"] {
            let refused = buyer.patch(&own, json!({"partner_of_record": text})).expect(422);
            assert!(told(&refused).iter().all(|(pointer, _)| pointer == "/partner_of_record"), "{}", refused.text);
        }
        let running = Running::buy(&app, KEYS, E1, YEAR_ANNUAL, 5);
        let path = format!("/v1/subscriptions/{}", running.id);
        let before = buyer.get(&path).expect(200);
        assert_eq!(before.body["partner_of_record"], Value::Null, "the customer's own holds");
        let put = buyer.patch(&path, json!({"partner_of_record": "4847383"})).expect(200);
        assert_eq!((put.text_at("/partner_of_record"), put.body["quantity"].clone()), ("4847383", json!(5)));
        assert_eq!(buyer.get(&path).expect(200).body, put.body);
        assert_ne!(put.header("etag"), before.header("etag"));
        provider.patch(&path, json!({"partner_of_record": NUMBER})).refused(403, "forbidden");
        let none = json!({"partner_of_record": null});
        app.user("mskeys").patch(&path, none.clone()).refused(403, "forbidden");
        app.admin("cancom").patch(&path, none.clone()).refused(404, "not_found");
        let refused = buyer.patch(&path, json!({"partner_of_record": "x"})).expect(422);
        assert_eq!(told(&refused), wrong([("/partner_of_record", "invalid_value")]));
        assert_eq!(buyer.patch(&path, json!({})).expect(200).body, put.body);
        let log = rows(&buyer.get(&format!("/v1/audit-log?subject={}", running.id)).expect(200));
        assert_eq!(
            (&log[0]["action"], &log[0]["before"]["partner_of_record"], &log[0]["after"]["partner_of_record"]),
            (&json!("subscription.partner_named"), &Value::Null, &json!("4847383"))
        );
        assert_eq!(buyer.patch(&path, none).expect(200).body["partner_of_record"], Value::Null);
    }
}

both! {
    /// U-37, K-16: the partner of a customer that buys directly is told 60, 30, 7 and 1 days before its terms end; who
    /// is named for one subscription is told of that one instead.
    u37_a_direct_customers_partner_is_reminded(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let first = partner(&app, "Systemhaus Nord GmbH", NUMBER);
        let second = partner(&app, "Systemhaus Süd GmbH", "4847383");
        let own = format!("/v1/customers/{}", customer(&provider, "Musterfirma GmbH"));
        assert_eq!(buyer.get(&own).expect(200).body["reseller_id"], Value::Null);
        let one = Running::buy(&app, KEYS, E1, YEAR_ANNUAL, 5);
        let other = Running::buy(&app, KEYS, E3, YEAR_ANNUAL, 1);
        buyer.patch(&own, json!({"partner_of_record": NUMBER})).expect(200);
        let path = format!("/v1/subscriptions/{}", other.id);
        buyer.patch(&path, json!({"partner_of_record": "4847383"})).expect(200);
        assert_eq!((reminded(&app, &first), reminded(&app, &second)), (0, 0));
        for (n, now) in (1..).zip(["2027-07-07", "2027-08-06", "2027-08-29", "2027-09-04"]) {
            app.go_to(KEYS, &format!("{now}T09:00:00Z"));
            assert_eq!((reminded(&app, &first), reminded(&app, &second)), (n, n), "{now}");
        }
        app.go_to(KEYS, "2027-09-06T12:00:00Z");
        assert_eq!((reminded(&app, &first), reminded(&app, &second)), (4, 4));
        assert_eq!(one.fields(["status"]), ["expired"]);
    }
}

both! {
    /// U-37: the partner that is named with a redemption is that of what its keys began.
    u37_a_redemptions_partner_stays_with_its_subscription(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let wanted = json!({"offer_id": offer(&provider, E1, YEAR_ANNUAL), "quantity": 5, "count": 2});
        let keys = provider.post("/v1/product-keys/batches", wanted).expect(201).body["keys"].clone();
        let redeem = |key: &Value, partner: Value| {
            let entered = json!({"keys": [key], "responsible": true, "partner_of_record": partner});
            let entered = buyer.post("/v1/product-keys/redemptions", entered).expect(201);
            let path = format!("/v1/product-keys/redemptions/{}/complete", entered.text_at("/id"));
            let done = buyer.post(&path, json!({})).expect(200);
            app.drain();
            let id = done.text_at("/keys/0/subscription_id").to_owned();
            buyer.get(&format!("/v1/subscriptions/{id}")).expect(200).body
        };
        let begun = redeem(&keys[0], json!(NUMBER));
        assert_eq!((&begun["partner_of_record"], &begun["status"]), (&json!(NUMBER), &json!("active")));
        // One that names nobody leaves whoever was named.
        let more = redeem(&keys[1], Value::Null);
        assert_eq!((&more["id"], &more["quantity"]), (&begun["id"], &json!(10)));
        assert_eq!(more["partner_of_record"], NUMBER);
    }
}
