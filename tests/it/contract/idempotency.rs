//! `Idempotency-Key`: the same request is done once and answered alike, also when many ask at once.

use api::worker::housekeeping;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::shop::{self, Cart, YEAR_MONTHLY, text};
use tests::{Answer, Client, both};
use time::Duration;

fn keyed(client: &Client, key: &str) -> Client {
    client.with("Idempotency-Key", key)
}

/// What a repeated answer has in common with the first.
fn likeness(answer: &Answer) -> (u16, String, String, String, String) {
    let header = |name: &str| answer.header(name).to_owned();
    (answer.status, answer.text.clone(), header("location"), header("etag"), header("content-type"))
}

#[track_caller]
fn again(answer: &Answer, first: &Answer) {
    assert_eq!(answer.header("idempotent-replayed"), "true", "{}", answer.text);
    assert_eq!(likeness(answer), likeness(first));
}

fn count(client: &Client, path: &str) -> usize {
    shop::rows(&client.get(&format!("{path}?limit=200")).expect(200)).len()
}

/// One licence, ready to be ordered.
fn order_of(client: &Client) -> Value {
    shop::cart_with(client, "Office 365 E1", YEAR_MONTHLY, 1).request()
}

both! {
    the_same_request_is_answered_alike(app) {
        let (buyer, provider) = (app.admin("cancom"), app.provider("cancom"));
        let customer = text(&provider.get("/v1/customers").expect(200).body["data"][0]["id"]);
        let line = json!({"offer_id": shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY), "quantity": 1});
        let cart = Cart::new(&buyer);
        let contact = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"});
        let address =
            json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"});
        let requests = [
            (&buyer, "/v1/carts".to_owned(), json!({"name": "Herbst"}), 201),
            (&buyer, cart.path("/lines"), line, 201),
            (
                &provider,
                "/v1/customers".to_owned(),
                json!({"name": "Müller GmbH", "contact": contact, "address": address}),
                201,
            ),
            (&provider, "/v1/resellers".to_owned(), json!({"name": "Systemhaus West GmbH"}), 201),
            (&provider, format!("/v1/customers/{customer}/agreements"), contact.clone(), 201),
            (&buyer, "/v1/orders".to_owned(), order_of(&buyer), 201),
        ];
        for (n, (client, path, body, status)) in requests.into_iter().enumerate() {
            let client = keyed(client, &format!("key-{n}"));
            let first = client.post(&path, body.clone()).expect(status);
            assert_eq!(first.header("idempotent-replayed"), "", "{path}");
            assert!(!first.header("location").is_empty() && !first.header("etag").is_empty(), "{path}");
            again(&client.post(&path, body.clone()), &first);
            again(&client.post(&path, body), &first);
        }
        let lines = buyer.get(&cart.path("")).expect(200).body["lines"].as_array().map(Vec::len);
        assert_eq!((lines, count(&buyer, "/v1/orders")), (Some(1), 1));
        app.drain();
    }
}

both! {
    /// The file may arrive in other pieces the second time.
    an_upload_is_imported_once(app) {
        let provider = keyed(&app.provider("cancom"), "sheet");
        let rows: Vec<_> =
            (0..600).map(|n| shop::Row::of("Katalog", &format!("CFQ7TTC0{n:04}"), "0001", "Edition")).collect();
        let sheet = shop::sheet(&rows);
        let first = shop::ask_import(&provider, shop::RETAIL, sheet.clone()).expect(202);
        again(&shop::ask_import(&provider, shop::RETAIL, sheet.clone()), &first);
        shop::followed(&provider, &first);
        assert_eq!(count(&provider, "/v1/price-lists"), 2, "the demo's and this one");
        let other = shop::try_import(&provider, "percent_off_retail=5", sheet.clone());
        other.refused(422, "idempotency_key_reused");
        shop::try_import(&provider, shop::RETAIL, shop::sheet(&rows[1..])).refused(422, "idempotency_key_reused");
    }
}

both! {
    the_same_key_with_another_request_is_refused(app) {
        let buyer = keyed(&app.admin("cancom"), "one");
        buyer.post("/v1/carts", json!({"name": "Herbst"})).expect(201);
        let refused = buyer.post("/v1/carts", json!({"name": "Winter"})).refused(422, "idempotency_key_reused");
        assert_eq!(refused.body["errors"][0]["pointer"], "Idempotency-Key");
        buyer.post("/v1/orders", json!({"cart_id": "x", "payment_method": "invoice"})).refused(422, "invalid_id");
        let cart = Cart::new(&app.admin("cancom"));
        buyer.patch(&cart.path(""), json!({"name": "Herbst"})).refused(422, "idempotency_key_reused");
    }
}

both! {
    /// U-74: what is sent again may be written otherwise, as another library writes it.
    u74_the_key_goes_with_what_a_body_says(app) {
        let buyer = keyed(&app.admin("cancom"), "one");
        let post = |body: &str| buyer.send_raw("POST", "/v1/carts", "application/json", body.as_bytes().to_vec());
        let address = r#"{"street":"Weg 1","postal_code":"51063","city":"Köln","country":"DE"}"#;
        let first = post(&format!(r#"{{"name":"Büro","billing_address":{address}}}"#)).expect(201);
        let otherwise = r#"{ "billing_address": {"city": "K\u00f6ln", "country": "DE",
            "postal_code": "51063", "street": "Weg 1"}, "name": "Bu\u0308ro" }"#;
        again(&post(otherwise), &first);
        let other = otherwise.replace("51063", "51064");
        post(&other).refused(422, "idempotency_key_reused");
        assert_eq!(text(&first.body["name"]), "Büro");
    }
}

both! {
    /// U-73: an answer with a secret is not kept; its twin is told what the first one made.
    u73_what_tells_a_secret_is_done_once_and_its_twin_names_it(app) {
        let (admin, provider) = (app.admin("cancom"), app.provider("cancom"));
        let offer = shop::offer(&provider, "Office 365 E1", shop::YEAR_ANNUAL);
        let user = app.user("cancom").id();
        let erp = json!({"name": "ERP", "permissions": ["orders.read"]});
        let client = admin.post("/v1/api-clients", erp.clone()).expect(201).header("location").to_owned();
        let requests = [
            (&admin, "/v1/api-clients".to_owned(), erp, "/secret"),
            (&admin, format!("{client}/secrets"), Value::Null, "/secret"),
            (&admin, format!("/v1/users/{user}/impersonation"), Value::Null, "/access_token"),
            (
                &provider,
                "/v1/product-keys/batches".to_owned(),
                json!({"offer_id": offer, "quantity": 1, "count": 1}),
                "/keys/0",
            ),
        ];
        for (n, (client, path, body, secret)) in requests.into_iter().enumerate() {
            let keyed = keyed(client, &format!("secret-{n}"));
            let first = keyed.post(&path, body.clone());
            let kept = first.header("cache-control");
            assert!([200, 201].contains(&first.status) && kept == "no-store", "{}", first.text);
            let secret = first.text_at(secret).to_owned();
            let twin = keyed.post(&path, body.clone()).refused(409, "secret_told_before");
            assert!(secret.len() > 10 && !twin.text.contains(&secret), "{}", twin.text);
            let made = twin.text_at("/first").to_owned();
            let location = first.header("location");
            assert_eq!(made, if location.is_empty() { format!("/v1/users/{user}") } else { location.to_owned() });
            assert!(twin.text_at("/hint").contains(&made), "{}", twin.text);
            client.get(&made).expect(200);
            let other = json!({"name": "Another", "permissions": ["orders.read"]});
            keyed.post("/v1/api-clients", other).refused(422, "idempotency_key_reused");
        }
        assert_eq!(count(&admin, "/v1/api-clients"), 2);
        assert_eq!(count(&provider, "/v1/product-keys/batches"), 1);
        let secrets = admin.get(&client).expect(200).body["secrets"].as_array().map(Vec::len);
        assert_eq!(secrets, Some(2));
    }
}

both! {
    a_key_is_its_callers_own(app) {
        let (buyer, colleague) = (app.admin("cancom"), app.billing("cancom"));
        let first = keyed(&buyer, "shared").post("/v1/carts", json!({"name": "Herbst"})).expect(201);
        let second = keyed(&colleague, "shared").post("/v1/carts", json!({"name": "Herbst"})).expect(201);
        assert_eq!(second.header("idempotent-replayed"), "");
        assert_ne!(first.body["id"], second.body["id"]);
        keyed(&app.user("cancom"), "shared").post("/v1/carts", json!({"name": "Herbst"})).refused(403, "forbidden");
        keyed(&app.anonymous(), "shared").post("/v1/carts", json!({"name": "Herbst"})).refused(401, "unauthorized");
    }
}

both! {
    a_refusal_keeps_nothing_and_may_be_tried_again(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        let request = json!({
            "cart_id": cart.id, "payment_method": "invoice",
            "consents": [{"kind": "vendor_terms", "version": "2026-01"}],
        });
        let keyed = keyed(&buyer, "patience");
        keyed.post("/v1/orders", request.clone()).refused(422, "cart_empty");
        keyed.post("/v1/orders", json!({"cart_id": 1})).refused(422, "validation_failed");
        cart.add(&shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 1);
        let placed = keyed.post("/v1/orders", request.clone()).expect(201);
        assert_eq!(placed.header("idempotent-replayed"), "");
        again(&keyed.post("/v1/orders", request), &placed);
        app.drain();
    }
}

both! {
    /// Twenty at once, as from an impatient button: one order, one answer.
    of_twenty_at_once_one_order_is_placed(app) {
        let buyer = app.admin("cancom");
        let request = order_of(&buyer);
        let keyed = keyed(&buyer, "impatient");
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..20).map(|_| scope.spawn(|| keyed.post("/v1/orders", request.clone()))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        let likenesses: BTreeSet<_> = answers.iter().map(likeness).collect();
        assert_eq!(likenesses.len(), 1, "{likenesses:?}");
        assert_eq!(answers[0].status, 201, "{}", answers[0].text);
        assert_eq!(answers.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count(), 1);
        assert_eq!(count(&buyer, "/v1/orders"), 1);
        app.drain();
        assert_eq!(count(&buyer, "/v1/subscriptions"), 1);
    }
}

both! {
    /// Stripe's bare key and the draft's quoted one are the same key.
    a_key_is_1_to_255_printable_characters(app) {
        let buyer = app.admin("cancom");
        let cart = json!({"name": "Herbst"});
        let first =
            keyed(&buyer, "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"").post("/v1/carts", cart.clone()).expect(201);
        again(&keyed(&buyer, "8e03978e-40d5-43dd-bc93-6894a57f9324").post("/v1/carts", cart.clone()), &first);
        for key in ["x", "with blanks, too", &"x".repeat(255)] {
            let first = keyed(&buyer, key).post("/v1/carts", cart.clone()).expect(201);
            again(&keyed(&buyer, key).post("/v1/carts", cart.clone()), &first);
        }
        for key in ["", "\"\"", &"x".repeat(256), "tab\tinside", "Schlüssel"] {
            let refused = keyed(&buyer, key).post("/v1/carts", cart.clone()).refused(400, "invalid_header");
            assert_eq!(refused.body["errors"][0]["pointer"], "Idempotency-Key", "{key:?}");
        }
    }
}

both! {
    /// By real time: a sandbox that jumps a year must not forget a retry.
    a_key_is_kept_30_days(app) {
        let again_after = |by: Duration| {
            app.advance(by);
            housekeeping::sweep(&app.app).expect("the housekeeping works");
            keyed(&app.admin("cancom"), "kept").post("/v1/carts", json!({"name": "Herbst"})).expect(201)
        };
        let first = again_after(Duration::ZERO);
        shop::set_clock(&app.provider("cancom"), "2027-10-06T10:15:00Z");
        again(&again_after(Duration::days(30)), &first);
        let late = again_after(Duration::SECOND);
        assert_eq!(late.header("idempotent-replayed"), "");
        assert_ne!(late.body["id"], first.body["id"]);
    }
}
