//! What a request says is read or refused, never ignored; what comes back is packed, and known again by its tag.

use serde_json::{Value, json};
use tests::shop::{self, told, wrong};
use tests::{Answer, Client, TestApp, both};

/// U-67: who is refused for want of a permission is pointed to `/v1/me`, which every log-in may read.
#[test]
fn u67_everybody_may_ask_who_it_is() {
    let app = TestApp::sqlite();
    let admin = app.admin("cancom");
    let client = admin.new_api_client(&["orders.read"]);
    let script = app.script(&client, &client);
    let refused = script.get("/v1/products").refused(403, "forbidden");
    assert!(refused.text_at("/hint").contains("/v1/me"), "{}", refused.text);
    let me = script.get("/v1/me").expect(200);
    assert_eq!((&me.body["id"], &me.body["permissions"]), (&client.body["id"], &json!(["orders.read"])));
    for other in ["/v1/me/logins", "/v1/me/sessions", "/v1/me/consents"] {
        script.get(other).refused(403, "forbidden");
    }
    app.anonymous().get("/v1/me").refused(401, "unauthorized");
}

/// U-67: a body that breaks off is no JSON, whatever could be said of its beginning.
#[test]
fn u67_json_that_breaks_off_is_400() {
    let app = TestApp::sqlite();
    let buyer = app.admin("cancom");
    for body in ["{\"a\":", "{\"a\"", "{\"name\":", "{\"name\": 7,", "{\"name\": \"x\"", "[", "{]", "{} {}", "x", ""] {
        let answer = buyer.send_raw("POST", "/v1/carts", "application/json", body.as_bytes().to_vec());
        answer.refused(400, "malformed_json");
    }
}

both! {
    /// U-67: a parameter or a member that nobody reads is a mistake of who sends it.
    u67_what_is_not_read_is_refused_and_nothing_happens(app) {
        let (buyer, provider) = (app.admin("cancom"), app.provider("cancom"));
        let cart = shop::cart_with(&buyer, "Office 365 E1", shop::YEAR_MONTHLY, 1);
        let me = buyer.id();
        let refused = |answer: Answer, field: &str, code: &str| {
            assert_eq!(told(&answer.refused(422, code)), wrong([(field, code)]));
        };
        for path in ["/v1/me", "/v1/sandbox/clock", &format!("/v1/users/{me}"), "/v1/people-rules"] {
            refused(provider_or(&buyer, &provider, path).get(&format!("{path}?expand=all")), "expand", "unknown_field");
        }
        let two = buyer.get("/v1/me?b=1&a=2&b=3").refused(422, "validation_failed");
        assert_eq!(told(&two), wrong([("a", "unknown_field"), ("b", "unknown_field")]));
        refused(buyer.post(&format!("{}?dry_run=true", cart.path("/preview")), json!({})), "dry_run", "unknown_field");
        refused(buyer.patch(&format!("{}?x=1", cart.path("")), json!({"name": "x"})), "x", "unknown_field");
        refused(buyer.send("DELETE", &cart.path(""), Some(json!({"force": true}))), "/force", "unknown_field");
        refused(buyer.post(&cart.path("/preview"), json!({"quantity": 1})), "/quantity", "unknown_field");
        refused(buyer.send("GET", "/v1/me", Some(json!([1]))), "", "invalid_type");
        refused(buyer.send_raw("GET", "/v1/me", "text/plain", b"hello".to_vec()), "", "invalid_type");
        let client = buyer.new_api_client(&["orders.read"]);
        let path = format!("/v1/api-clients/{}", client.text_at("/id"));
        refused(buyer.post(&format!("{path}/secrets"), json!({"name": "second"})), "/name", "unknown_field");
        refused(buyer.delete(&format!("{path}?now=true")), "now", "unknown_field");
        assert_eq!(buyer.get(&path).expect(200).body["secrets"].as_array().map(Vec::len), Some(1));
        assert_eq!(buyer.get(&cart.path("")).expect(200).body["name"], Value::Null);
        // Nothing said is nothing too much; and who may not ask is not told what was.
        for nothing in [json!({}), Value::Null] {
            buyer.post(&cart.path("/preview"), nothing).expect(200);
        }
        buyer.get("/v1/me?").expect(200);
        app.anonymous().get("/v1/me?x=1").refused(401, "unauthorized");
        app.user("cancom").delete(&format!("{path}?x=1")).refused(403, "forbidden");
        buyer.get("/healthz?probe=1").expect(200);
    }
}

fn provider_or<'a>(buyer: &'a Client, provider: &'a Client, path: &str) -> &'a Client {
    if path == "/v1/me" { buyer } else { provider }
}

/// U-67: a path that takes other methods says which, also where an id could stand in its place.
#[test]
fn u67_a_path_with_other_methods_is_405() {
    let app = TestApp::sqlite();
    let provider = app.provider("cancom");
    let others = api::openapi::operations();
    for operation in &others {
        let path = &operation.path;
        if path.contains('{') || others.iter().any(|one| one.method == "GET" && one.path == *path) {
            continue;
        }
        let refused = provider.get(path).refused(405, "method_not_allowed");
        assert!(refused.header("allow").split(", ").any(|method| method == operation.method), "{path}");
    }
    provider.get("/v1/users/nobody").refused(404, "not_found");
}

/// U-78: over a kilobyte, in what the reader likes best; what is told once is not.
#[test]
fn u78_answers_are_packed_as_the_reader_asks() {
    let app = TestApp::sqlite();
    let client = app.provider("cancom");
    let length = |answer: &Answer| answer.header("content-length").parse::<usize>().expect("a length");
    for path in
        ["/v1/products?limit=50", "/openapi.json", "/v1/policies/cancom_monthly12", "/docs/swagger-ui-bundle.js"]
    {
        let plain = client.get(path).expect(200);
        assert_eq!((plain.header("content-encoding"), length(&plain) > 1_024), ("", true), "{path}");
        assert!(plain.header("vary").contains("Accept-Encoding") || vary_of(&plain).contains("Accept-Encoding"));
        for (asked, coding) in [("gzip", "gzip"), ("gzip, br", "br"), ("gzip, deflate, br, zstd", "zstd")] {
            let packed = client.with("Accept-Encoding", asked).get(path).expect(200);
            assert_eq!(packed.header("content-encoding"), coding, "{path}");
            assert!(length(&packed) * 2 < length(&plain), "{path} {coding}: {} of {}", length(&packed), length(&plain));
            if !plain.header("etag").is_empty() {
                assert_eq!(packed.header("etag"), format!("W/{}", plain.header("etag")), "{path}");
                let known =
                    client.with("If-None-Match", packed.header("etag")).with("Accept-Encoding", asked).get(path);
                known.expect(304);
            }
        }
    }
    let packed = client.with("Accept-Encoding", "gzip");
    for path in ["/healthz", "/.well-known/jwks.json"] {
        assert_eq!(packed.get(path).expect(200).header("content-encoding"), "", "{path} is short");
    }
    let batch = json!({
        "offer_id": shop::offer(&client, "Office 365 E1", shop::YEAR_ANNUAL), "quantity": 1, "count": 100,
    });
    let secret = packed.post("/v1/product-keys/batches", batch).expect(201);
    assert_eq!((secret.header("content-encoding"), length(&secret) > 1_024), ("", true));
}

fn vary_of(answer: &Answer) -> String {
    let lines = answer.headers().into_iter().filter(|(name, _)| name == "vary").map(|(_, value)| value);
    lines.collect::<Vec<_>>().join(", ")
}

/// U-78: what is part of the program is asked for again only after a while, and then by its tag.
#[test]
fn u78_files_have_a_tag_and_an_age() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    for path in ["/openapi.json", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"] {
        let first = client.get(path).expect(200);
        let kept = first.header("cache-control").to_owned();
        assert!(kept.starts_with("public, max-age="), "{path}: {kept}");
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() == 34, "{path}: {tag}");
        for condition in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let known = client.with("If-None-Match", &condition).get(path).expect(304);
            assert_eq!((known.header("etag"), known.text.as_str()), (tag.as_str(), ""), "{path}");
            assert_eq!(known.header("cache-control"), kept, "{path}");
        }
        assert_eq!(client.with("If-None-Match", "\"x\"").get(path).expect(200).text, first.text);
    }
    assert_eq!(client.get("/healthz").expect(200).header("cache-control"), "private, no-cache");
}

/// U-78: a condition is a list of quoted tags or `*`; what is none is said, not passed over.
#[test]
fn u78_a_condition_is_read_as_rfc_9110_has_it() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    let cart = shop::Cart::new(&client).path("");
    let patch = |condition: &str| client.with("If-Match", condition).patch(&cart, json!({"name": "Herbst"}));
    let version = || client.get(&cart).expect(200).header("etag").trim_matches('"').to_owned();
    for condition in ["7", "garbage", "\"1", "w/\"1\"", "\"1\" \"2\"", "*, \"1\""] {
        let refused = patch(condition).refused(400, "invalid_header");
        assert_eq!(told(&refused), wrong([("If-Match", "invalid_header")]), "{condition}");
        let refused = client.with("If-None-Match", condition).get(&cart).refused(400, "invalid_header");
        assert_eq!(told(&refused), wrong([("If-None-Match", "invalid_header")]), "{condition}");
    }
    patch(&version()).refused(400, "invalid_header");
    for right in ["\"V\"", "W/\"V\"", "\"V-gzip\"", "\"999\", W/\"V\"", "*"] {
        patch(&right.replace('V', &version())).expect(200);
    }
    for stale in ["\"999\"", "W/\"999\"", "\"998\", \"999\""] {
        patch(stale).refused(412, "precondition_failed");
    }
    // What is not there yet is no version at all.
    let provider = app.provider("cancom");
    let number = json!({"name": "Nordlicht GmbH", "country": "DE"});
    let new = provider.with("If-Match", "*").put("/v1/customer-numbers/K-4711", number);
    assert!([412, 422].contains(&new.status), "{}", new.text);
}
