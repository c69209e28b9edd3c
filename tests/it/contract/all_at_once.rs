//! U-26: whatever is wrong with a request is said at once: what cannot be read, and what the checks find beside it.

use crate::contract::world::World;
use crate::people::registrations::{account_form, approved, complete};
use api::openapi::operations;
use serde_json::{Value, json};
use tests::schema::{operation, resolve};
use tests::shop::{self, Cart, YEAR_MONTHLY, offer, told, wrong};
use tests::{Answer, TestApp, both};

const ERIKA: &str = "erika@mueller.example";

/// What is wrong, in the order of the pointers.
#[track_caller]
fn all(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!((answer.status, answer.code()), (422, "validation_failed"), "{}", answer.text);
    let mut all = told(answer);
    all.sort();
    all
}

both! {
    /// The row's own case: a wrong enum no longer hides the rest of the account form.
    u26_a_wrong_enum_hides_nothing_of_the_account_form(app) {
        let token = approved(&app, ERIKA);
        let mut form = account_form(&token);
        form["company"]["size"] = json!("5-10");
        form["company"]["invoice_email"] = Value::Null;
        form["company"]["phone"] = json!(49);
        form["company"]["colour"] = json!("red");
        form["password"] = json!("abcdefgh");
        form["first_name"] = json!(" ");
        form["consents"] = json!([]);
        form["role"] = json!("provider_admin");
        form.as_object_mut().expect("an object").remove("last_name");
        let refused = complete(&app, form);
        let expected = [
            ("/company/colour", "unknown_field"),
            ("/company/invoice_email", "required"),
            ("/company/phone", "invalid_type"),
            ("/company/size", "invalid_value"),
            ("/consents", "consent_required"),
            ("/first_name", "required"),
            ("/last_name", "missing_field"),
            ("/password", "password_class_missing_any"),
            ("/role", "unknown_field"),
        ];
        assert_eq!(all(&refused), wrong(expected));
        // The link stays, and the whole form is taken.
        complete(&app, account_form(&token)).expect(200);
    }
}

both! {
    /// Bodies of several operations, with checks before and inside of the transaction; nothing of them is done.
    u26_every_operation_says_everything_at_once_and_does_nothing(app) {
        let provider = app.provider("cancom");
        let customer = format!("/v1/customers/{}", shop::customer(&provider, "Musterfirma GmbH"));
        let made = provider.post(
            "/v1/customers",
            json!({
                "name": "--", "size": "many", "contact": {"first_name": 1, "last_name": "", "email": "erika"},
                "address": {"street": "Ring 1", "postal_code": "5106", "city": ["Köln"], "country": "DE"}, "id": "x",
            }),
        );
        let expected = [
            ("/address/city", "invalid_type"),
            ("/address/postal_code", "postal_code_invalid"),
            ("/contact/email", "invalid_value"),
            ("/contact/first_name", "invalid_type"),
            ("/contact/last_name", "required"),
            ("/id", "unknown_field"),
            ("/name", "invalid_value"),
            ("/size", "invalid_value"),
        ];
        assert_eq!(all(&made), wrong(expected));
        // Merge patches: parts are read inside of the transaction, and so is what is checked.
        let before = provider.get(&customer).expect(200);
        let patch = json!({
            "name": "", "size": 7, "contact": {"email": 5, "planet": 1}, "address": {"country": "Germany"},
        });
        let expected = [
            ("/address/country", "invalid_value"),
            ("/contact/email", "invalid_type"),
            ("/contact/planet", "unknown_field"),
            ("/name", "required"),
            ("/size", "invalid_type"),
        ];
        assert_eq!(all(&provider.patch(&customer, patch)), wrong(expected));
        // What is right beside it is not done either, nor is it with a key that is tried again.
        let keyed = provider.with("Idempotency-Key", "u26");
        let half = json!({"name": "Halb GmbH", "size": "many"});
        keyed.patch(&customer, half.clone()).refused(422, "invalid_value");
        keyed.patch(&customer, half).refused(422, "invalid_value");
        let after = provider.get(&customer).expect(200);
        assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")));
        keyed.patch(&customer, json!({"size": "50+"})).expect(200);
        let branch = provider.post(&format!("{customer}/branches"), json!({"name": 1, "address": {"city": "-"}}));
        let expected = [
            ("/address/city", "invalid_value"),
            ("/address/country", "missing_field"),
            ("/address/street", "missing_field"),
            ("/name", "invalid_type"),
        ];
        assert_eq!(all(&branch), wrong(expected));
        let users = json!({"users": [{"email": "a", "first_name": "A", "last_name": 1, "role": "customer_user"}, 5]});
        let refused = provider.post("/v1/users/bulk", users);
        assert_eq!(refused.status, 422, "{}", refused.text);
        app.drain();
    }
}

both! {
    /// An order with a wrong enum is not placed, and says what else keeps it.
    u26_an_order_that_cannot_be_read_says_what_else_is_wrong_and_is_not_placed(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        let mut request = cart.request();
        request["payment_method"] = json!("barter");
        let refused = buyer.post("/v1/orders", request.clone()).refused(422, "invalid_value");
        assert_eq!(told(&refused), wrong([("/payment_method", "invalid_value")]));
        request["billing_address"] = json!({"street": "Ring 1", "postal_code": "1", "city": "Köln", "country": "DE"});
        request["save"] = json!("yes");
        let expected = [
            ("/billing_address/postal_code", "postal_code_invalid"),
            ("/payment_method", "invalid_value"),
            ("/save", "invalid_type"),
        ];
        assert_eq!(all(&buyer.post("/v1/orders", request)), wrong(expected));
        assert!(shop::rows(&buyer.get("/v1/orders").expect(200)).is_empty());
        assert_eq!(buyer.get(&cart.path("")).expect(200).body["order_id"], Value::Null);
        cart.order();
        app.drain();
    }
}

both! {
    /// Query strings say everything at once, too, with what is checked after they were read.
    u26_every_wrong_parameter_is_said_at_once(app) {
        let provider = app.provider("cancom");
        let refused = provider.get("/v1/customers?limit=many&colour=red&reseller_id=nobody&external_ref=x");
        let expected = [("colour", "unknown_field"), ("limit", "invalid_type"), ("reseller_id", "invalid_id")];
        assert_eq!(all(&refused), wrong(expected));
        let refused = provider.get("/v1/customers?limit=0&colour=red");
        let codes: Vec<_> = told(&refused).into_iter().map(|(at, _)| at).collect();
        assert_eq!((refused.status, codes), (422, vec!["colour".to_owned(), "limit".to_owned()]));
        provider.get("/v1/customers?limit=2").expect(200);
    }
}

#[test]
fn u26_who_may_not_ask_is_told_only_that() {
    let app = TestApp::sqlite();
    let wrong_body = json!({"name": 1, "size": "many"});
    app.anonymous().post("/v1/customers", wrong_body.clone()).refused(401, "unauthorized");
    app.user("cancom").post("/v1/customers", wrong_body).refused(403, "forbidden");
    // A log-in that cannot be read is no wrong password: nothing is counted or looked up.
    let answer = app.anonymous().post("/v1/auth/login", json!({"email": 1, "password": ["x"], "pin": "1"}));
    let mut told = told(&answer);
    told.sort();
    let expected = [("/email", "invalid_type"), ("/password", "invalid_type"), ("/pin", "unknown_field")];
    assert_eq!((answer.status, told), (422, wrong(expected)));
}

/// U-71: of every operation that has to be told something, an empty body names all of it, and what is too much.
#[test]
fn u71_every_operation_names_everything_that_is_missing() {
    let app = TestApp::sqlite();
    let world = World::new(&app, "terra", "Kunde 1 GmbH");
    let people = ["provider@terra.example", "admin@reseller1.terra.example", "admin@kunde1.terra.example"];
    let people: Vec<_> = people.iter().chain(&["operator@kontor.example"]).map(|login| app.client(login)).collect();
    let (mut several, mut wrong) = (0, vec![]);
    for one in operations() {
        let schema = resolve(&operation(&one.id)["requestBody"]["content"]["application/json"]["schema"]);
        let names: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if names.is_empty() {
            continue;
        }
        let media = "application/json";
        let ask = |client| world.call_with(client, &one.method, &one, media, r#"{"zzz": 1}"#.to_owned());
        let Some(answer) = people.iter().filter_map(ask).find(|answer| answer.status == 422) else {
            wrong.push(format!("{}: nobody is told", one.id));
            continue;
        };
        several += usize::from(names.len() > 1);
        let told = told(&answer);
        let missing = names.iter().map(|name| (format!("/{name}"), "missing_field".to_owned()));
        let all = missing.chain([("/zzz".to_owned(), "unknown_field".to_owned())]);
        wrong.extend(all.filter(|field| !told.contains(field)).map(|field| format!("{}: {field:?}", one.id)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(several >= 15, "{several} operations with several members");
}
