//! A reseller on its way to the first purchase: ids, agreement, relationship, access within the hour.

use domain::onboarding::Standing;
use serde_json::{Value, json};
use tests::shop::{self, Cart, YEAR_MONTHLY, column, rows, text, told, wrong};
use tests::{Client, TestApp, both};
use time::Duration;

const GUID: &str = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e";

/// A new reseller of terra, and a customer of it with everything but a reseller that may buy.
fn newcomer(app: &TestApp) -> (String, Cart) {
    let provider = app.provider("terra");
    let reseller = provider.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
    let id = reseller.text_at("/id").to_owned();
    let customer = json!({
        "name": "Nowak S.A.", "reseller_id": id,
        "contact": {"first_name": "Anna", "last_name": "Nowak", "email": "anna@nowak.example", "phone": "+48 22 1"},
        "address": {"street": "Prosta 1", "postal_code": "00-838", "city": "Warszawa", "region": "14", "country": "PL"},
    });
    let customer = provider.post("/v1/customers", customer).expect(201).text_at("/id").to_owned();
    let cart = Cart::of(&provider, &customer);
    cart.add(&shop::offer(&provider, "Office 365 E1", YEAR_MONTHLY), 1);
    (format!("/v1/resellers/{id}"), cart)
}

fn way(app: &TestApp, path: &str) -> Value {
    app.provider("terra").get(&format!("{path}/onboarding")).expect(200).body
}

fn states(way: &Value) -> Vec<(String, bool)> {
    let steps = way["steps"].as_array().expect("steps");
    steps.iter().map(|step| (text(&step["step"]), step["done"] == true)).collect()
}

fn steps(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
    expected.iter().map(|(step, done)| ((*step).to_owned(), *done)).collect()
}

fn in_words(need: &str) -> &str {
    match need {
        "ids" => "its ids at Microsoft",
        "partner_agreement" => "the signed Microsoft Partner Agreement",
        "relationship" => "the relationship with the provider",
        other => other,
    }
}

fn not_ready(cart: &Cart, missing: &[&str]) {
    let refused = cart.try_order().expect(409);
    let problem =
        refused.body["errors"].as_array().expect("errors").iter().find(|one| one["code"] == "reseller_not_ready");
    let problem = problem.unwrap_or_else(|| panic!("{}", refused.text));
    assert_eq!(problem["pointer"], "/customer_id");
    for need in missing {
        assert!(text(&problem["detail"]).contains(in_words(need)), "{need}: {problem}");
    }
}

/// What stands in the log about a reseller, newest first.
fn logged(client: &Client, path: &str) -> Vec<Value> {
    let id = path.rsplit('/').next().expect("an id");
    rows(&client.get(&format!("/v1/audit-log?subject={id}")).expect(200))
}

both! {
    /// T-12…T-16: from nothing, by ids, agreement and relationship, to access; nothing is bought before.
    a_reseller_gets_ready_step_by_step(app) {
        let (path, cart) = newcomer(&app);
        let before = way(&app, &path);
        assert_eq!(
            (&before["scenario"], &before["access"]["state"], &before["access"]["due_at"]),
            (&json!("new"), &json!("missing_ids"), &json!(null))
        );
        assert_eq!(
            states(&before),
            steps(&[
                ("enrol", false),
                ("enter_ids", false),
                ("sign_agreement", false),
                ("establish_relationship", false)
            ])
        );
        // T-16: the link carries the provider's GUID.
        assert!(text(&before["steps"][3]["link"]).contains("partnerId="), "{before}");
        assert_eq!(before["missing"], json!(["ids", "partner_agreement", "relationship"]));
        not_ready(&cart, &["ids", "partner_agreement", "relationship"]);
        // T-14: it has a partner id, but has signed nothing.
        let standing = |agreement_signed, related| Standing { known: true, agreement_signed, related };
        app.mock.set_reseller("5999001", standing(false, false)).expect("the mock");
        let ids = |partner_id: &str, microsoft_id: &str| {
            let ids = json!({"partner_id": partner_id, "microsoft_id": microsoft_id});
            app.provider("terra").put(&format!("{path}/microsoft-ids"), ids)
        };
        let bad = ids("MPN-1", "me").refused(422, "validation_failed");
        assert_eq!(told(&bad), wrong([("/partner_id", "invalid_value"), ("/microsoft_id", "invalid_value")]));
        ids("5999001", &GUID.to_uppercase()).expect(200);
        app.work();
        let entered = way(&app, &path);
        assert_eq!((&entered["scenario"], &entered["access"]["state"]), (&json!("has_partner_id"), &json!("waiting")));
        assert_eq!(states(&entered)[..3], steps(&[("enrol", true), ("enter_ids", true), ("sign_agreement", false)]));
        assert_eq!(entered["missing"], json!(["partner_agreement", "relationship"]));
        // T-13: it signs, and its link is still open.
        app.mock.set_reseller("5999001", standing(true, false)).expect("the mock");
        let verified = app.provider("terra").post(&format!("{path}/onboarding/verify"), Value::Null).expect(200).body;
        assert_eq!(
            (&verified["scenario"], &verified["missing"]),
            (&json!("already_reseller"), &json!(["relationship"]))
        );
        not_ready(&cart, &["relationship"]);
        // T-09: access follows by itself within minutes.
        app.mock.set_reseller("5999001", standing(true, true)).expect("the mock");
        app.advance(Duration::minutes(2));
        app.work();
        let granted = way(&app, &path);
        assert_eq!((&granted["access"]["state"], &granted["missing"]), (&json!("granted"), &json!([])));
        assert!(!cart.preview().text.contains("reseller_not_ready"));
        app.advance(Duration::hours(2));
        app.work();
        assert_eq!(way(&app, &path)["access"]["escalated_at"], json!(null));
        // T-12: other ids are announced with what was before, and access is asked for anew.
        ids("6100001", GUID).expect(200);
        let announced = &logged(&app.provider("terra"), &path)[0];
        assert_eq!(announced["action"], "reseller.ids_changed");
        assert_eq!(
            (&announced["before"]["partner_id"], &announced["after"]["partner_id"]),
            (&json!("5999001"), &json!("6100001"))
        );
        app.work();
        assert_eq!(way(&app, &path)["missing"], json!(["partner_agreement", "relationship"]));
        app.drain();
    }
}

both! {
    /// T-09, X-32: after sixty minutes the provider is told, once.
    access_that_does_not_follow_is_escalated_once(app) {
        let (path, _) = newcomer(&app);
        app.provider("terra").patch(&path, json!({"customer_number": "K-77"})).expect(200);
        let ids = json!({"partner_id": "6200001", "microsoft_id": GUID});
        app.provider("terra").put(&format!("{path}/microsoft-ids"), ids).expect(200);
        app.work();
        app.advance(Duration::minutes(59));
        app.work();
        assert_eq!(way(&app, &path)["access"]["state"], "waiting");
        app.advance(Duration::minutes(1));
        app.work();
        let late = way(&app, &path);
        assert_eq!((&late["access"]["state"], &late["missing"]), (&json!("overdue"), &json!(["relationship"])));
        assert_eq!(late["access"]["escalated_at"], late["access"]["due_at"]);
        let version = app.provider("terra").get(&path).expect(200).header("etag").to_owned();
        for _ in 0..3 {
            app.advance(Duration::hours(1));
            app.work();
        }
        assert_eq!(way(&app, &path), late);
        assert_eq!(app.provider("terra").get(&path).expect(200).header("etag"), version);
        // Asking again still helps.
        let standing = Standing { known: true, agreement_signed: true, related: true };
        app.mock.set_reseller("6200001", standing).expect("the mock");
        let verified = app.provider("terra").post(&format!("{path}/onboarding/verify"), Value::Null).expect(200).body;
        assert_eq!(verified["access"]["state"], "granted");
        app.drain();
    }
}

both! {
    /// T-01, T-02: a reseller is registered under its customer number; nobody else under the same.
    a_reseller_has_its_customer_number_and_reference(app) {
        let provider = app.provider("terra");
        let reseller = |number: &str, external_ref: &str| {
            let contact = json!({"first_name": "Jan", "last_name": "Nowak", "email": "jan@west.example"});
            let address =
                json!({"street": "Ring 1", "postal_code": "50667", "city": "Köln", "region": "NW", "country": "DE"});
            let body = json!({
                "name": "Systemhaus West GmbH", "customer_number": number, "external_ref": external_ref,
                "contact": contact, "address": address,
            });
            provider.post("/v1/resellers", body)
        };
        let west = reseller("20001", "crm-1").expect(201);
        assert_eq!((west.text_at("/customer_number"), west.text_at("/address/city")), ("20001", "Köln"));
        let record = provider.get("/v1/customer-numbers/20001").expect(200);
        assert_eq!(record.body["reseller_id"], west.body["id"]);
        provider.delete("/v1/customer-numbers/20001").refused(409, "customer_number_in_use");
        assert_eq!(
            told(&reseller("20001", "crm-2").refused(409, "customer_number_taken")),
            wrong([("/customer_number", "customer_number_taken")])
        );
        assert_eq!(
            told(&reseller("20009", "crm-1").refused(409, "external_ref_taken")),
            wrong([("/external_ref", "external_ref_taken")])
        );
        let found = rows(&provider.get("/v1/resellers?external_ref=crm-1").expect(200));
        assert_eq!(column(&found, "/id"), [west.text_at("/id")]);
        // Its own number is not a reseller's to change.
        let first = app.reseller(1);
        let own = format!("/v1/resellers/{}", text(&rows(&first.get("/v1/resellers").expect(200))[0]["id"]));
        first.patch(&own, json!({"customer_number": "1"})).refused(403, "forbidden");
        first.patch(&own, json!({"address": {"city": "Bonn"}, "contact": {"phone": "+49 228 1"}})).expect(200);
    }
}
