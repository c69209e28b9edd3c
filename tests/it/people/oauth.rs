//! The token endpoint of scripts and portals: RFC 6749 4.4, client credentials, errors in OAuth's own words.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp, both};

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
        ask(
            &basic(&client, &id(), SECRET),
            "grant_type=client_credentials&scope=me.read+orders.place&audience=unknown",
        ),
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

/// The permissions that a token may use, one after the other.
fn scope_of(grant: &Answer) -> Vec<&str> {
    grant.text_at("/scope").split(' ').collect()
}

/// What a token says of itself.
fn claims(grant: &Answer) -> Value {
    let payload = grant.text_at("/access_token").split('.').nth(1).expect("a payload");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

both! {
    /// U-46, RFC 6749 3.3: the token carries what was asked for of what the client has, says so, and may only that.
    u46_a_token_may_what_was_asked_for_of_what_the_client_has(app) {
        let client = app.anonymous();
        let known = basic(&client, &id(), SECRET);
        let grant = |scope: &str| {
            let scope = tests::shop::encoded(scope);
            ask(&known, &format!("grant_type=client_credentials&scope={scope}"))
        };
        let whole = ask(&known, "grant_type=client_credentials").expect(200);
        // Left out, or without a value (RFC 6749, 3.1): all that the client has.
        assert_eq!(scope_of(&grant("").expect(200)), scope_of(&whole));
        assert_eq!(claims(&whole)["scope"], whole.body["scope"]);
        for (asked, carried) in [
            ("orders.read", vec!["orders.read"]),
            ("orders.read me.read", vec!["me.read", "orders.read"]),
            ("orders.read orders.read", vec!["orders.read"]),
            ("orders.eat orders.read openid", vec!["orders.read"]),
        ] {
            let granted = grant(asked).expect(200);
            assert_eq!(scope_of(&granted), carried, "{asked}");
            assert_eq!(claims(&granted)["scope"], granted.body["scope"], "{asked}");
        }
        // The token really may only that, and gives nothing on that it has not.
        let some = grant("orders.read me.read api_clients.manage").expect(200);
        let script = client.with_token(some.text_at("/access_token"));
        assert_eq!(
            script.get("/v1/me").expect(200).body["permissions"],
            json!(["me.read", "orders.read", "api_clients.manage"])
        );
        script.get("/v1/orders").expect(200);
        script.get("/v1/subscriptions").refused(403, "forbidden");
        script.get("/v1/users").refused(403, "forbidden");
        let other = json!({"name": "ERP", "permissions": ["orders.read", "users.read"]});
        let refused = script.post("/v1/api-clients", other).refused(403, "role_exceeds_own");
        assert_eq!(refused.body["missing"], json!(["users.read"]));
        // Of a token without `money.read` an order has no amounts.
        let whole = client.with_token(whole.text_at("/access_token"));
        whole.get("/v1/subscriptions").expect(200);
    }
}

both! {
    /// U-46: where nothing is left there is no token; what is no scope at all is told so.
    u46_a_scope_of_which_nothing_is_left_is_refused(app) {
        let client = basic(&app.anonymous(), &id(), SECRET);
        let malformed = ["orders.read%22", "orders.read%5C", "orders.read%0Ame.read", "%C3%A4"];
        for scope in ["orders.eat", "ORDERS.READ", "%20"].into_iter().chain(malformed) {
            let form = format!("grant_type=client_credentials&scope={scope}");
            refused(&ask(&client, &form), 400, "invalid_scope");
        }
        let twice = "grant_type=client_credentials&scope=me.read&scope=orders.read";
        refused(&ask(&client, twice), 400, "invalid_request");
        // A client that may little gets none of the rest.
        let admin = app.admin("cancom");
        let small = admin.new_api_client(&["me.read"]);
        let (id, secret) = (small.text_at("/id"), small.text_at("/secret"));
        let form =
            |scope: &str| format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}");
        let open = app.anonymous();
        refused(&ask(&open, &form("orders.read")), 400, "invalid_scope");
        assert_eq!(scope_of(&ask(&open, &form("orders.read+me.read")).expect(200)), ["me.read"]);
        // Who does not know the secret learns nothing of the scope.
        let wrong = format!("grant_type=client_credentials&client_id={id}&client_secret=wrong&scope=orders.read");
        refused(&ask(&open, &wrong), 401, "invalid_client");
    }
}

both! {
    /// U-46: a token holds no more than it said, whatever the client is given since; what the client loses, it loses.
    u46_a_token_keeps_within_its_scope_and_within_the_client(app) {
        let admin = app.admin("cancom");
        let made = admin.new_api_client(&["me.read", "orders.read"]);
        let (id, secret) = (made.text_at("/id"), made.text_at("/secret"));
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let grant = ask(&app.anonymous(), &format!("{form}&scope=me.read+users.read")).expect(200);
        let script = app.anonymous().with_token(grant.text_at("/access_token"));
        let may = || script.get("/v1/me").expect(200).body["permissions"].clone();
        assert_eq!(may(), json!(["me.read"]));
        let path = format!("/v1/api-clients/{id}");
        admin.patch(&path, json!({"permissions": ["me.read", "orders.read", "users.read"]})).expect(200);
        assert_eq!(may(), json!(["me.read"]));
        admin.patch(&path, json!({"permissions": ["orders.read"]})).expect(200);
        assert_eq!(may(), json!([]));
        script.get("/v1/orders").refused(403, "forbidden");
    }
}

/// RFC 8414: a library that knows the address of the installation finds the rest.
#[test]
fn what_the_authorization_server_says_of_itself_leads_to_a_token() {
    let app = TestApp::sqlite();
    let anonymous = app.anonymous();
    let server = anonymous.get("/.well-known/oauth-authorization-server").expect(200);
    let issuer = server.text_at("/issuer").to_owned();
    assert_eq!(server.header("cache-control"), "public, max-age=300");
    assert_eq!(server.text_at("/token_endpoint"), format!("{issuer}/v1/oauth/token"));
    assert_eq!(server.body["grant_types_supported"], json!(["client_credentials"]));
    assert_eq!(server.body["response_types_supported"], json!([]));
    let ways = json!(["client_secret_basic", "client_secret_post"]);
    assert_eq!(server.body["token_endpoint_auth_methods_supported"], ways);
    let scopes = server.body["scopes_supported"].as_array().expect("scopes");
    assert_eq!(scopes.len(), domain::access::Permission::ALL.len());
    assert!(scopes.contains(&json!("orders.place")));
    let keys = server.text_at("/jwks_uri").strip_prefix(&issuer).expect("an address here").to_owned();
    assert_eq!(anonymous.get(&keys).expect(200).body["keys"][0]["kty"], "OKP");
}
