//! What is refused, and how it is said: one shape of problem from every layer, in the reader's language.

use serde_json::{Value, json};
use tests::company::company;
use tests::shop::{self, wrong};
use tests::{Answer, Client, TestApp};

const BUYER: &str = "admin@kunde.cancom.example";
const CART: &str = "/v1/carts";

fn raw(client: &Client, path: &str, media: &str, body: &[u8]) -> Answer {
    client.send_raw("POST", path, media, body.to_vec())
}

fn fields(answer: &Answer) -> Vec<(String, String)> {
    shop::told(answer)
}

#[test]
fn what_is_no_json_is_malformed() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    let deep = "[".repeat(200);
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"{\"name\":}",
        b"{\"name\":\"Herbst\"} x",
        b"{\"name\":\"a\0b\"}",
        b"{\"name\":\"\\ud800\"}",
        b"{\"name\":\"\xff\"}",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        b"{'name':'Herbst'}",
        b"{\"name\":NaN}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let problem = raw(&client, CART, "application/json", body);
        let known = [(400, "malformed_json"), (422, "invalid_type")].contains(&(problem.status, problem.code()));
        assert!(known, "{}: {}", String::from_utf8_lossy(body), problem.text);
    }
    raw(&client, CART, "application/json", b"{").refused(400, "malformed_json");
}

#[test]
fn a_wrong_field_is_named_by_its_pointer() {
    let app = TestApp::sqlite();
    let client = app.provider("cancom");
    let with = |pointer: &str, value: Value| {
        let mut body = company("Müller GmbH");
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        body.pointer_mut(parent).expect("a parent")[name] = value;
        client.post("/v1/customers", body)
    };
    for (pointer, value, code) in [
        ("/role", json!("provider_admin"), "unknown_field"),
        ("/contact/admin", json!(true), "unknown_field"),
        ("/name", json!(1.5), "invalid_type"),
        ("/name", Value::Null, "invalid_type"),
        ("/name", json!(["Müller"]), "invalid_type"),
        ("/contact", json!("Erika"), "invalid_type"),
        // An array is no object, even with the right values in the right order.
        ("/contact", json!(["Erika", "Muster", "erika@kunde.example", null]), "invalid_type"),
        ("/contact/email", json!("erika"), "invalid_value"),
        ("/address/country", json!("Deutschland"), "invalid_value"),
        ("/address/street", json!("  "), "required"),
        ("/name", json!("x".repeat(201)), "too_long"),
        ("/name", json!("a\u{7}b"), "invalid_value"),
        ("/reseller_id", json!("cus_01kagy2qk8e3vrc6h1x0m4t7ws"), "invalid_id"),
    ] {
        let problem = with(pointer, value).refused(422, code);
        assert_eq!(fields(&problem), wrong([(pointer, code)]));
    }
    let mut incomplete = company("Müller GmbH");
    incomplete["address"].as_object_mut().expect("an address").remove("city");
    let problem = client.post("/v1/customers", incomplete).refused(422, "missing_field");
    assert_eq!(fields(&problem), wrong([("/address/city", "missing_field")]));
    for body in [json!(["Müller GmbH"]), json!([]), json!("Müller GmbH"), json!(1), Value::Null] {
        let problem = client.post("/v1/customers", body).refused(422, "invalid_type");
        assert_eq!(fields(&problem), wrong([("", "invalid_type")]));
    }
    let log_in = json!([BUYER, api::demo::logins::PASSWORD, null]);
    app.anonymous().post("/v1/auth/login", log_in).refused(422, "invalid_type");
    let twice = company("Müller GmbH").to_string().replacen('{', "{\"name\":\"Meier\",", 1);
    raw(&client, "/v1/customers", "application/json", twice.as_bytes()).refused(422, "invalid_value");
}

#[test]
fn a_quantity_is_a_whole_number() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    let cart = shop::Cart::new(&client);
    let offer = shop::offer(&client, "Office 365 E1", shop::YEAR_MONTHLY);
    for quantity in ["1.5", "\"5\"", "null", "true", "[5]", "-1", "4294967296", "18446744073709551616", "1e3"] {
        let body = format!("{{\"offer_id\":\"{offer}\",\"quantity\":{quantity}}}");
        let problem = raw(&client, &cart.path("/lines"), "application/json", body.as_bytes());
        assert_eq!(problem.status, 422, "{quantity}: {}", problem.text);
        assert_eq!(problem.body["errors"][0]["pointer"], "/quantity", "{quantity}");
        // Words for people: nothing of the language that this is written in.
        for word in ["u32", "i64", "struct", "line 1", "column", "`"] {
            assert!(!problem.text.contains(word), "{word}: {}", problem.text);
        }
    }
    let body = format!("{{\"offer_id\":\"{offer}\",\"quantity\":1e400}}");
    raw(&client, &cart.path("/lines"), "application/json", body.as_bytes()).refused(400, "malformed_json");
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let app = TestApp::sqlite();
    let mut body = company("Müller GmbH");
    body["name"] = json!("");
    body["contact"]["email"] = json!("erika");
    body["address"]["country"] = json!("XX1");
    body["vat_id"] = json!("x".repeat(21));
    body["reseller_id"] = json!("nobody");
    let problem = app.provider("cancom").post("/v1/customers", body).refused(422, "validation_failed");
    let expected = wrong([
        ("/name", "required"),
        ("/contact/email", "invalid_value"),
        ("/address/country", "invalid_value"),
        ("/vat_id", "too_long"),
        ("/reseller_id", "invalid_id"),
    ]);
    assert_eq!(fields(&problem), expected);
}

#[test]
fn what_is_not_there_is_404_and_nothing_else() {
    let app = TestApp::sqlite();
    let client = app.provider("cancom");
    for path in [
        "/v1",
        "/v1/",
        "/v2/orders",
        "/v1/nothing",
        "/v1/orders/",
        "/v1//orders",
        "/V1/orders",
        "/v1/orders/x/y",
        "/v1/orders/x",
        "/v1/orders/1",
        "/v1/orders/ord_",
        "/v1/orders/ORD_01kagy2qk8e3vrc6h1x0m4t7ws",
        "/v1/orders/ord_01kagy2qk8e3vrc6h1x0m4t7ws",
        "/v1/orders/cus_01kagy2qk8e3vrc6h1x0m4t7ws",
        "/v1/orders/%6frd_01kagy2qk8e3vrc6h1x0m4t7ws",
        "/v1/orders/..%2f..%2fetc%2fpasswd",
        "/v1/orders/'%20OR%201=1",
        "/v1/orders/ord_81kagy2qk8e3vrc6h1x0m4t7ws",
        "/v1/marketplaces/nowhere",
        "/v1/policies/nothing",
        "/v1/products/x",
        "/v1/offers/x",
        "/v1/tasks/x",
        "/problems/nothing",
        "/docsx",
    ] {
        client.get(path).refused(404, "not_found");
    }
    client.post("/v1/orders/ord_01kagy2qk8e3vrc6h1x0m4t7ws/x", json!({})).refused(404, "not_found");
}

#[test]
fn two_megabytes_are_too_large() {
    let app = TestApp::sqlite();
    let large = "x".repeat(2 * 1024 * 1024);
    app.admin("cancom").post(CART, json!({"name": large})).refused(413, "payload_too_large");
    let log_in = app.anonymous().post("/v1/auth/login", json!({"email": BUYER, "password": large}));
    log_in.refused(413, "payload_too_large");
    // Within the limit it is the field that is too long.
    app.admin("cancom").post(CART, json!({"name": "x".repeat(900_000)})).refused(422, "too_long");
}

/// U-103: neither another type, nor other characters, nor anything compressed.
#[test]
fn only_json_is_taken_where_json_is_documented() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    for media in ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8"] {
        raw(&client, CART, media, b"{}").expect(201);
    }
    for charset in ["utf-16", "iso-8859-1", "\"windows-1252\""] {
        let media = format!("application/json; charset={charset}");
        raw(&client, CART, &media, b"{}").refused(415, "unsupported_encoding");
    }
    for coding in ["deflate", "gzip", "identity, br"] {
        let compressed = client.with("Content-Encoding", coding);
        raw(&compressed, CART, "application/json", b"{}").refused(415, "unsupported_encoding");
    }
    raw(&client.with("Content-Encoding", "identity"), CART, "application/json", b"{}").expect(201);
    let forms = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "text/json"];
    let others =
        ["application/xml", "application/jsonx", "application/merge-patch+json", "application/problem+json", "x"];
    for media in forms.into_iter().chain(others) {
        raw(&client, CART, media, b"{}").refused(415, "unsupported_media_type");
    }
    client.send("POST", CART, None).refused(415, "unsupported_media_type");
    let cart = shop::Cart::new(&client);
    let patch = |media: &str| client.send_raw("PATCH", &cart.path(""), media, b"{}".to_vec());
    patch("application/merge-patch+json").expect(200);
    patch("application/json-patch+json").refused(415, "unsupported_media_type");
}

#[test]
fn a_problem_speaks_the_readers_language() {
    let app = TestApp::sqlite();
    let titles = |language: &str| {
        let problem = app.anonymous().with("Accept-Language", language).get("/v1/me").refused(401, "unauthorized");
        assert_eq!(problem.header("vary"), "Accept-Language");
        (problem.text_at("/title").to_owned(), problem.text_at("/detail").to_owned())
    };
    let (english, german, polish) = (titles("en"), titles("de"), titles("pl"));
    assert!(
        english.0 != german.0 && german.0 != polish.0 && english.1 != polish.1,
        "{english:?} {german:?} {polish:?}"
    );
    for (language, same) in [
        ("de-AT,de;q=0.9,en;q=0.8", &german),
        ("fr,pl;q=0.5,en;q=0.4", &polish),
        ("DE", &german),
        ("fr", &english),
        ("*", &english),
        ("", &english),
        ("q=1;;,,", &english),
        ("tlh-\u{e9}", &english),
    ] {
        assert_eq!(&titles(language), same, "{language}");
    }
}

/// RFC 9457 3.1.1: `type` leads somewhere.
#[test]
fn the_type_of_every_problem_is_a_page_in_three_languages() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    let problem = client.get("/v1/me").refused(401, "unauthorized");
    assert_eq!(problem.text_at("/type"), "/problems/unauthorized");
    assert_eq!(problem.body["status"], 401);
    for code in api::http::problem::Code::ALL {
        let page = |language| {
            client.with("Accept-Language", language).get(&format!("/problems/{}", code.as_str())).expect(200)
        };
        let pages = ["en", "de", "pl"].map(page);
        for page in &pages {
            assert_eq!(page.body["status"], code.status().as_u16());
            assert_eq!(page.code(), code.as_str());
        }
        assert_ne!(pages[0].body["detail"], pages[1].body["detail"], "{}", code.as_str());
    }
}
