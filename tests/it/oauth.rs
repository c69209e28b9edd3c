//! The token endpoint of scripts and portals: RFC 6749 4.4, client credentials, errors in OAuth's own words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";
const SECRET: &str = api::demo::logins::CLIENT_SECRET;

fn id() -> String {
    api::demo::logins::client_id("cancom").to_string()
}

fn ask(client: &Client, form: &str) -> Answer {
    client.send_raw("POST", "/v1/oauth/token", FORM, form.as_bytes().to_vec())
}

fn basic(client: &Client, id: &str, secret: &str) -> Client {
    client.with("Authorization", &format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
}

/// RFC 6749 5.2: exactly its two members, never a problem document.
#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status, answer.text_at("/error")), (status, error), "{}", answer.text);
    let members: Vec<_> = answer.body.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["error", "error_description"]);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let challenge = if status == 401 { "Basic realm=\"kontor\"" } else { "" };
    assert_eq!(answer.header("www-authenticate"), challenge);
}

#[test]
fn a_script_gets_a_token_by_basic_or_by_form() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    let by_form = format!("grant_type=client_credentials&client_id={}&client_secret={SECRET}", id());
    let grants = [
        ask(&client, &by_form),
        ask(&basic(&client, &id(), SECRET), "grant_type=client_credentials"),
        ask(&basic(&client, &id(), SECRET), "grant_type=client_credentials&scope=orders.place&audience=unknown"),
        ask(&basic(&client, &id().replace('_', "%5F"), SECRET), "grant_type=client_credentials"),
        client.send_raw("POST", "/v1/oauth/token", &format!("{FORM}; charset=utf-8"), by_form.clone().into_bytes()),
    ];
    for grant in grants {
        let grant = grant.expect(200);
        assert_eq!(grant.header("cache-control"), "no-store");
        assert_eq!((&grant.body["token_type"], &grant.body["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(grant.body.get("refresh_token"), None, "a script logs in again (RFC 6749 4.4.3)");
        let me = client.with_token(grant.text_at("/access_token")).get("/v1/me").expect(200);
        assert_eq!(
            (&me.body["id"], &me.body["machine"], &me.body["email"]),
            (&json!(id()), &json!(true), &Value::Null)
        );
        let scope: Vec<_> = grant.text_at("/scope").split(' ').collect();
        assert_eq!(json!(scope), me.body["permissions"]);
    }
}

#[test]
fn who_is_not_known_is_told_to_authenticate() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    let (id, other) = (id(), api::demo::logins::client_id("ahd").to_string().replace("key_", "usr_"));
    let grant = "grant_type=client_credentials";
    for form in [
        grant.to_owned(),
        format!("{grant}&client_id={id}"),
        format!("{grant}&client_secret={SECRET}"),
        format!("{grant}&client_id={id}&client_secret="),
        format!("{grant}&client_id={id}&client_secret=wrong"),
        format!("{grant}&client_id={other}&client_secret={SECRET}"),
        format!("{grant}&client_id=&client_secret={SECRET}"),
        format!("{grant}&client_id=%27%20OR%201%3D1&client_secret={SECRET}"),
    ] {
        refused(&ask(&client, &form), 401, "invalid_client");
    }
    let whole = format!("{grant}&client_id={id}&client_secret={SECRET}");
    for header in ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Basic /w==", "Bearer x", "Digest x"] {
        refused(&ask(&client.with("Authorization", header), &whole), 401, "invalid_client");
    }
    refused(&ask(&basic(&client, &id, "wrong"), &whole), 401, "invalid_client");
}

#[test]
fn what_is_no_request_of_rfc_6749_is_refused_in_its_words() {
    let app = TestApp::sqlite();
    let client = basic(&app.anonymous(), &id(), SECRET);
    for form in [
        "",
        "grant_type",
        "grant=client_credentials",
        "grant_type=client_credentials&grant_type=client_credentials",
        "%",
    ] {
        let answer = ask(&client, form);
        assert!(
            ["invalid_request", "unsupported_grant_type"].contains(&answer.text_at("/error")),
            "{form}: {}",
            answer.text
        );
        assert_eq!(answer.status, 400, "{form}");
    }
    for grant in ["password", "authorization_code", "refresh_token", "", "CLIENT_CREDENTIALS"] {
        refused(&ask(&client, &format!("grant_type={grant}")), 400, "unsupported_grant_type");
    }
    let json = json!({"grant_type": "client_credentials"}).to_string().into_bytes();
    for media in ["application/json", "text/plain", "application/x-www-form-urlencodedx"] {
        refused(&client.send_raw("POST", "/v1/oauth/token", media, json.clone()), 400, "invalid_request");
    }
    refused(&client.send("POST", "/v1/oauth/token?grant_type=client_credentials", None), 400, "invalid_request");
    client.get("/v1/oauth/token").refused(405, "method_not_allowed");
}
