//! Who maintains the billing information (C-63, U-41): invoice data and branches, and nothing else of a customer.

use serde_json::{Value, json};
use tests::people::PASSWORD;
use tests::shop::{self, YEAR_MONTHLY, rows, text, told, wrong};
use tests::{Client, TestApp, both};

fn billing(app: &TestApp) -> Client {
    app.billing("cancom")
}

fn own(client: &Client) -> String {
    format!("/v1/customers/{}", client.customer())
}

both! {
    /// C-63: the billing administrator views and maintains the account's billing information.
    u41_a_billing_administrator_maintains_the_invoice_data(app) {
        let billing = billing(&app);
        let own = own(&billing);
        let before = billing.get(&own).expect(200);
        let change = json!({
            "name": "Musterfirma AG",
            "address": {"street": "Domstraße 2", "postal_code": "50668"},
            "vat_id": "DE136695976",
            "invoice_email": "rechnung@kunde.example",
        });
        let path = format!("{own}/invoice-data");
        let changed = billing.with("If-Match", before.header("etag")).patch(&path, change.clone()).expect(200);
        let mut expected = before.body.clone();
        for (pointer, value) in [
            ("/name", "Musterfirma AG"),
            ("/address/street", "Domstraße 2"),
            ("/address/postal_code", "50668"),
            ("/vat_id", "DE136695976"),
            ("/invoice_email", "rechnung@kunde.example"),
        ] {
            *expected.pointer_mut(pointer).expect("a member") = json!(value);
        }
        for member in ["name", "address", "vat_id", "invoice_email", "contact", "size", "external_ref", "id"] {
            assert_eq!(changed.body[member], expected[member], "{member}");
        }
        billing.with("If-Match", before.header("etag")).patch(&path, change).refused(412, "precondition_failed");
        let subject = text(&before.body["id"]);
        let admin = app.admin("cancom");
        let log = admin.get(&format!("/v1/audit-log?subject={subject}&sort=created_at")).expect(200);
        let log = rows(&log);
        let entry = log.iter().find(|one| one["action"] == "customer.changed").expect("an entry");
        let names = (&entry["before"]["name"], &entry["after"]["name"]);
        assert_eq!(names, (&before.body["name"], &json!("Musterfirma AG")));
        // All else of the company is its administrator's.
        billing.patch(&own, json!({"contact": {"first_name": "Udo"}})).refused(403, "forbidden");
        let refused = billing.patch(&path, json!({"contact": {"first_name": "Udo"}})).refused(422, "unknown_field");
        assert_eq!(refused.text_at("/errors/0/pointer"), "/contact");
        app.drain();
    }
}

both! {
    /// What is wrong is told field by field, as everywhere, and nothing stays of it.
    u41_wrong_invoice_data_is_refused_by_field(app) {
        let billing = billing(&app);
        let path = format!("{}/invoice-data", own(&billing));
        let before = billing.get(&own(&billing)).expect(200).body;
        let address = json!({"country": "UK"});
        let body = json!({"name": "?!", "address": address, "vat_id": "DE136695975", "invoice_email": "nobody"});
        let refused = billing.patch(&path, body);
        let expected = [
            ("/name", "invalid_value"),
            ("/address/country", "country_unknown"),
            ("/vat_id", "vat_id_mistyped"),
            ("/invoice_email", "invalid_value"),
        ];
        assert_eq!(told(&refused), wrong(expected));
        billing.patch(&path, json!({"name": null})).refused(422, "invalid_type");
        assert_eq!(billing.get(&own(&billing)).expect(200).body, before);
        // Nobody else's, and not by who only uses what it has.
        let stranger = app.billing("ahd");
        stranger.patch(&path, json!({"name": "Andere GmbH"})).refused(404, "not_found");
        let user = app.user("cancom");
        user.patch(&path, json!({"name": "Andere GmbH"})).refused(403, "forbidden");
    }
}

both! {
    /// C-34, C-63: branches are other invoice addresses, and are maintained with them.
    u41_a_billing_administrator_maintains_the_branches(app) {
        // At cancom the provider sets them up.
        let billing = app.billing("colt");
        let path = format!("{}/branches", own(&billing));
        let address = json!({"street": "Domstraße 2", "postal_code": "50668", "city": "Köln", "country": "DE"});
        let made = billing.post(&path, json!({"name": "Werk Nord", "address": address})).expect(201);
        let branch = format!("{path}/{}", made.text_at("/id"));
        let changed = billing.patch(&branch, json!({"name": "Werk Süd"})).expect(200);
        assert_eq!(changed.text_at("/name"), "Werk Süd");
        billing.delete(&branch).expect(204);
        billing.get(&branch).refused(404, "not_found");
        billing.post(&format!("{}/vat-checks", own(&billing)), Value::Null).expect(202);
        app.drain();
    }
}

both! {
    /// C-63: an order's invoice address is kept by who maintains the invoice data.
    u41_an_orders_address_becomes_the_companys(app) {
        let billing = billing(&app);
        let cart = shop::cart_with(&billing, "Office 365 E1", YEAR_MONTHLY, 2);
        let mut request = cart.request();
        request["billing_address"] =
            json!({"street": "Domstraße 2", "postal_code": "50668", "city": "Köln", "country": "DE"});
        request["save"] = json!(true);
        request["preview_token"] = Value::Null;
        billing.post("/v1/orders", request).expect(201);
        app.drain();
        assert_eq!(billing.get(&own(&billing)).expect(200).text_at("/address/street"), "Domstraße 2");
    }
}

both! {
    /// Who buys here reads who is responsible, by name, without reading people.
    u41_a_billing_administrator_reads_who_is_responsible(app) {
        let admin = app.admin("cancom");
        let subscription = shop::buy(&app, &admin, "Office 365 E1", YEAR_MONTHLY, 2);
        let me = admin.get("/v1/me").expect(200).body;
        let responsible = json!({"id": me["id"], "name": me["name"]});
        let billing = billing(&app);
        billing.get("/v1/users").refused(403, "forbidden");
        let path = format!("/v1/subscriptions/{}", text(&subscription["id"]));
        assert_eq!(billing.get(&path).expect(200).body["responsible_user"], responsible);
        let listed = rows(&billing.get(&format!("/v1/subscriptions?responsible_user={}", text(&me["id"]))).expect(200));
        assert_eq!(listed[0]["responsible_user"], responsible);
        // Whoever was deleted has no name any more.
        let person = json!({
            "email": "zweite@kunde.example", "first_name": "Ute", "last_name": "Klein", "role": "customer_admin",
        });
        let second = app.joined(&admin, person);
        let by = app.logged_in("zweite@kunde.example", PASSWORD);
        by.post(&format!("{path}/changes"), json!({"type": "take_over"})).expect(201);
        let named = |name: Value| json!({"id": second, "name": name});
        assert_eq!(billing.get(&path).expect(200).body["responsible_user"], named(json!("Ute Klein")));
        admin.delete(&format!("/v1/users/{second}")).expect(204);
        assert_eq!(billing.get(&path).expect(200).body["responsible_user"], named(Value::Null));
        app.drain();
    }
}
