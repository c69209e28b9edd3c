//! Getting in and staying out: forged access tokens, refresh tokens, client credentials, log-in.

use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::id::UserId;
use serde_json::{Value, json};
use tests::{START, TestApp, both};
use time::Duration;

const ME: &str = "/v1/me";
const EMAIL: &str = "admin@kunde.cancom.example";

fn credentials(email: &str) -> Value {
    json!({"email": email, "password": api::demo::logins::PASSWORD})
}

/// A token taken apart, to be put together again differently.
struct Forge {
    header: Value,
    claims: Value,
    genuine: String,
    ours: api::keys::Keys,
    theirs: api::keys::Keys,
}

impl Forge {
    fn of(genuine: &str) -> Self {
        let keys = |byte| api::keys::Keys::derive(&[byte; 32], None).expect("keys");
        let part = |n| {
            let text = URL_SAFE_NO_PAD.decode(genuine.split('.').nth(n).expect("a part")).expect("base64url");
            serde_json::from_slice(&text).expect("JSON")
        };
        // The service under test has the secret [7; 32].
        Self { header: part(0), claims: part(1), genuine: genuine.to_owned(), ours: keys(7), theirs: keys(8) }
    }

    fn sign(keys: &api::keys::Keys, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let pair = signature::Ed25519KeyPair::from_pkcs8(&keys.signing().expect("a key").0).expect("a key pair");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())))
    }

    /// Signed by our own key, with another member in the header; null leaves it out.
    fn header(&self, name: &str, value: Value) -> String {
        Self::sign(&self.ours, &with(&self.header, name, value), &self.claims)
    }

    /// The same with another claim.
    fn claim(&self, name: &str, value: Value) -> String {
        Self::sign(&self.ours, &self.header, &with(&self.claims, name, value))
    }

    /// Another claim under the old signature.
    fn tampered(&self, name: &str, value: Value) -> String {
        format!("{}.{}", message(&self.header, &with(&self.claims, name, value)), self.signature())
    }

    fn signature(&self) -> &str {
        self.genuine.rsplit('.').next().expect("a signature")
    }

    /// The public key used as if it were a shared secret (RFC 8725 2.1).
    fn confused(&self, secret: &[u8]) -> String {
        let message = message(&with(&self.header, "alg", json!("HS256")), &self.claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Signed by a stranger who brings the key along.
    fn brought(&self, name: &str, value: Value) -> String {
        Self::sign(&self.theirs, &with(&self.header, name, value), &self.claims)
    }
}

fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn with(whole: &Value, name: &str, value: Value) -> Value {
    let mut whole = whole.clone();
    let members = whole.as_object_mut().expect("an object");
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
    whole
}

fn forged_headers(forge: &Forge) -> Vec<String> {
    let key = forge.ours.verifying().remove(0).1;
    let x = URL_SAFE_NO_PAD.encode(&key);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(&forge.theirs.verifying()[0].1)});
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&key));
    let mut all = vec![];
    for alg in ["none", "None", "NONE", "nOnE", "none ", ""] {
        let header = with(&forge.header, "alg", json!(alg));
        all.push(format!("{}.", message(&header, &forge.claims)));
        all.push(format!("{}.{}", message(&header, &forge.claims), forge.signature()));
    }
    for secret in [&key[..], x.as_bytes(), pem.as_bytes(), b"", &[7; 32]] {
        all.push(forge.confused(secret));
    }
    let alg = ["RS256", "ES256", "PS512", "HS512", "eddsa"].map(|alg| forge.header("alg", json!(alg)));
    let typ = [json!("JWT"), Value::Null, json!("id+jwt"), json!(1)].map(|typ| forge.header("typ", typ));
    let kids = [Value::Null, json!(""), json!("unknown"), json!("../../etc/passwd"), json!("' OR '1'='1"), json!(1)];
    let kid = kids.map(|kid| forge.header("kid", kid));
    let brought = [
        ("kid", forge.header["kid"].clone()),
        ("kid", json!(forge.theirs.verifying()[0].0)),
        ("jwk", jwk.clone()),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("x5u", json!("https://attacker.example/certificate")),
        ("x5c", json!(["MIIB"])),
    ];
    let brought = brought.map(|(name, value)| forge.brought(name, value));
    all.into_iter().chain(alg).chain(typ).chain(kid).chain(brought).collect()
}

/// Who else there is, for tokens that mix people up.
struct Others {
    colleague: String,
    provider: String,
    elsewhere: String,
    client: String,
    marketplace: String,
    /// A colleague's log-in.
    session: String,
    /// An own log-in that has ended.
    ended: String,
}

impl Others {
    fn of(app: &TestApp) -> Self {
        let id = |email: &str| app.client(email).get(ME).expect(200).text_at("/id").to_owned();
        let colleague = app.user("cancom");
        let sid = |token: &str| Forge::of(token).claims["sid"].as_str().expect("a session").to_owned();
        let anonymous = app.anonymous();
        let over = anonymous.tokens(EMAIL);
        anonymous.post("/v1/auth/logout", json!({"refresh_token": over["refresh_token"]})).expect(204);
        Self {
            colleague: id("user@kunde.cancom.example"),
            provider: id("provider@cancom.example"),
            elsewhere: id("admin@kunde.ahd.example"),
            client: api::demo::logins::client_id("cancom").to_string(),
            marketplace: app.provider("ahd").get(ME).expect(200).text_at("/marketplace_id").to_owned(),
            session: sid(colleague.token()),
            ended: sid(over["access_token"].as_str().expect("a token")),
        }
    }
}

/// Claims that any service would refuse.
fn wrong_claims() -> Vec<(&'static str, Vec<Value>)> {
    let now = START.unix_timestamp();
    vec![
        (
            "iss",
            vec![
                Value::Null,
                json!("http://kontor.test/"),
                json!("http://KONTOR.test"),
                json!("http://kontor"),
                json!(""),
            ],
        ),
        (
            "aud",
            vec![
                Value::Null,
                json!("https://other.example"),
                json!(["https://other.example"]),
                json!(["http://kontor.test", "https://other.example"]),
                json!(""),
            ],
        ),
        (
            "exp",
            vec![
                Value::Null,
                json!(now),
                json!(now - 1),
                json!(-1),
                json!(0),
                json!("4102444800"),
                json!(4_102_444_800.5),
                json!(1e300),
                json!(4_102_444_800_i64), // longer than any of ours
                json!(now + 901),
            ],
        ),
        ("nbf", vec![json!(now + 60), json!("later")]),
        (
            "iat",
            vec![Value::Null, json!("now"), json!(now + 3_600), json!(0), json!(-1)], // the others outlive ours
        ),
        ("jti", vec![Value::Null, json!(1)]),
    ]
}

/// Claims of somebody else, of nobody, and of what is over.
fn claims_of_others(forge: &Forge, others: &Others) -> Vec<(&'static str, Vec<Value>)> {
    vec![
        (
            "sub",
            vec![
                Value::Null,
                json!(1),
                json!(""),
                json!("*"),
                json!("admin@kunde.cancom.example"),
                json!("usr_01kagy2qk8e3vrc6h1x0m4t7ws"), // nobody
                json!(others.colleague),
                json!(others.elsewhere),
                json!(others.client),
                forge.claims["sid"].clone(),
            ],
        ),
        (
            "sid",
            vec![
                Value::Null,
                json!(1),
                json!(""),
                json!("ses_01kagy2qk8e3vrc6h1x0m4t7ws"), // none
                json!(others.session),
                json!(others.ended),
                forge.claims["sub"].clone(),
            ],
        ),
        (
            "client_id",
            vec![json!(1), json!(""), json!(others.client), forge.claims["sub"].clone(), forge.claims["sid"].clone()],
        ),
        (
            "act",
            vec![
                json!({}),
                json!([]),
                json!("usr_01kagy2qk8e3vrc6h1x0m4t7ws"),
                json!({"sub": 1}),
                json!({"sub": ""}),
                json!({"sub": "usr_01kagy2qk8e3vrc6h1x0m4t7ws"}),
                json!({"sub": others.provider}), // the log-in is its owner's own
                json!({"sub": forge.claims["sub"]}),
            ],
        ),
        (
            "marketplace_id",
            vec![
                Value::Null,
                json!("*"),
                json!(""),
                json!("mkt_01kagy2qk8e3vrc6h1x0m4t7ws"),
                json!(others.marketplace),
                forge.claims["sub"].clone(),
            ],
        ),
    ]
}

fn forged_claims(forge: &Forge, others: &Others) -> Vec<String> {
    let claims = wrong_claims().into_iter().chain(claims_of_others(forge, others));
    let signed = claims.flat_map(|(name, values)| values.into_iter().map(move |value| (name, value)));
    let signed = signed.map(|(name, value)| forge.claim(name, value));
    let tampered = [
        ("client_id", json!(others.client)),
        ("act", json!({"sub": others.provider})),
        ("marketplace_id", json!("mkt_01kagy2qk8e3vrc6h1x0m4t7ws")),
        ("exp", json!(4_102_444_800_i64)),
        ("sub", json!(others.provider)),
        ("sid", json!(others.session)),
        ("role", json!("provider_admin")),
    ];
    signed.chain(tampered.map(|(name, value)| forge.tampered(name, value))).collect()
}

fn mangled(forge: &Forge, refresh_token: &str) -> Vec<String> {
    let token = &forge.genuine;
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("three parts") };
    let all = [
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{payload}.{header}.{signature}"),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{token}."),
        format!("{token}=="),
        format!("{token}.{signature}"),
        format!("{token},{token}"),
        format!("{header}.{payload}.{header}.{payload}.{signature}"), // the parts of a JWE
        token[..token.len() - 1].to_owned(),
        format!("{}+{}", &token[..token.len() - 2], &token[token.len() - 1..]),
        token.to_uppercase(),
        refresh_token.to_owned(),
        "null".to_owned(),
        "x".repeat(5_000),
    ];
    // Each bit of the signature's end and some of the rest.
    let flip = |place: usize| {
        let mut bytes = token.clone().into_bytes();
        let place = bytes.len() - 1 - place % bytes.len();
        bytes[place] ^= 1 << (place % 5);
        String::from_utf8(bytes).ok()
    };
    all.into_iter()
        .chain((0..token.len()).filter_map(flip).filter(|flipped| flipped.bytes().all(|byte| byte.is_ascii_graphic())))
        .collect()
}

#[test]
fn no_forged_access_token_is_accepted() {
    let app = TestApp::sqlite();
    let anonymous = app.anonymous();
    let pair = anonymous.tokens(EMAIL);
    let forge = Forge::of(pair["access_token"].as_str().expect("a token"));
    // The forge works: what it signs unchanged is taken.
    let untouched = Forge::sign(&forge.ours, &forge.header, &forge.claims);
    anonymous.with_token(&untouched).get(ME).expect(200);
    let mut forged = forged_headers(&forge);
    forged.extend(forged_claims(&forge, &Others::of(&app)));
    forged.extend(mangled(&forge, pair["refresh_token"].as_str().expect("a token")));
    assert!(forged.len() > 300, "{}", forged.len());
    for token in &forged {
        let answer = anonymous.with_token(token).get(ME);
        assert_eq!(answer.status, 401, "accepted: {token}");
        assert!(["unauthorized", "token_expired"].contains(&answer.code()), "{}", answer.text);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"kontor\"");
    }
    anonymous.with_token(&"x".repeat(64 * 1024)).get(ME).refused(401, "unauthorized");
}

/// Who may what is looked up: a claim that says so is not asked.
#[test]
fn what_a_token_says_beyond_who_it_is_for_counts_for_nothing() {
    let app = TestApp::sqlite();
    let anonymous = app.anonymous();
    let forge = Forge::of(app.user("cancom").token());
    let me = anonymous.with_token(&forge.genuine).get(ME).expect(200).body;
    for (name, value) in [
        ("role", json!("provider_admin")),
        ("scope", json!("users.manage audit.read")),
        ("permissions", json!(["audit.read"])),
        ("customer_id", json!("*")),
        ("reseller_id", json!("rsl_01kagy2qk8e3vrc6h1x0m4t7ws")),
    ] {
        let client = anonymous.with_token(&forge.claim(name, value));
        assert_eq!(client.get(ME).expect(200).body, me, "{name}");
        client.get("/v1/audit-log").refused(403, "forbidden");
    }
}

#[test]
fn a_token_comes_in_one_authorization_header_and_nowhere_else() {
    let app = TestApp::sqlite();
    let anonymous = app.anonymous();
    let token = anonymous.tokens(EMAIL)["access_token"].as_str().expect("a token").to_owned();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        anonymous.with("Authorization", &format!("{scheme} {token}")).get(ME).expect(200);
    }
    for header in
        ["Bearer", "Bearer ", &token, &format!("Basic {token}"), &format!("Token {token}"), &format!("Bearer{token}")]
    {
        anonymous.with("Authorization", header).get(ME).refused(401, "unauthorized");
    }
    anonymous.with_token(&token).with("Authorization", &format!("Bearer {token}")).get(ME).refused(401, "unauthorized");
    anonymous.get(&format!("{ME}?access_token={token}")).refused(401, "unauthorized");
    anonymous.with("Cookie", &format!("access_token={token}")).get(ME).refused(401, "unauthorized");
    anonymous.with("X-Access-Token", &token).get(ME).refused(401, "unauthorized");
}

#[test]
fn an_access_token_lives_15_minutes() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    app.advance(Duration::minutes(15) - Duration::SECOND);
    client.get(ME).expect(200);
    app.advance(Duration::SECOND);
    client.get(ME).refused(401, "token_expired");
}

/// RFC 7517: whoever has `/.well-known/jwks.json` can check a token without asking.
#[test]
fn a_token_is_verified_by_the_published_key_also_after_a_rotation() {
    use api::auth::token::{Refused, Tokens};
    let app = TestApp::sqlite();
    let token = app.admin("cancom").token().to_owned();
    let forge = Forge::of(&token);
    let keys = app.anonymous().get("/.well-known/jwks.json").expect(200);
    assert_eq!(keys.body["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(keys.body["keys"][0]["kid"], forge.header["kid"]);
    let public = URL_SAFE_NO_PAD.decode(keys.text_at("/keys/0/x")).expect("a key");
    let (message, mark) = token.rsplit_once('.').expect("a signature");
    let mark = URL_SAFE_NO_PAD.decode(mark).expect("base64url");
    signature::UnparsedPublicKey::new(&signature::ED25519, public).verify(message.as_bytes(), &mark).expect("genuine");
    let rotated = |current, previous| {
        let keys = api::keys::Keys::derive(&[current; 32], Some(&[previous; 32])).expect("keys");
        let tokens = Tokens::new("http://kontor.test", &keys).expect("tokens");
        let published = tokens.jwks()["keys"].as_array().map_or(0, Vec::len);
        (tokens.verify(&token, START).map(|known| known.0.who.actor()), published)
    };
    assert_eq!(rotated(9, 7), (Ok(forge.claims["sub"].as_str().expect("somebody").to_owned()), 2));
    assert_eq!(rotated(10, 9), (Err(Refused::Invalid), 2));
}

both! {
    what_is_no_refresh_token_opens_nothing(app) {
        let client = app.anonymous();
        let pair = client.tokens(EMAIL);
        for token in [&pair["access_token"], &json!(""), &json!("x"), &json!("A".repeat(43)), &json!("A".repeat(200))] {
            client.refresh(token).refused(401, "invalid_credentials");
        }
        client.refresh(&Value::Null).refused(422, "invalid_type");
    }
}

both! {
    /// Nobody learns which addresses and marketplaces there are.
    a_failed_log_in_does_not_say_what_was_wrong(app) {
        let client = app.anonymous();
        let attempt = |email: &str, password: &str, marketplace: Value| {
            let body = json!({"email": email, "password": password, "marketplace": marketplace});
            let mut answer = client.post("/v1/auth/login", body).refused(401, "invalid_credentials").body;
            answer["request_id"].take();
            answer
        };
        let wrong = attempt(EMAIL, "wrong", Value::Null);
        assert_eq!(attempt("nobody@kunde.cancom.example", api::demo::logins::PASSWORD, Value::Null), wrong);
        assert_eq!(attempt(EMAIL, api::demo::logins::PASSWORD, json!("nowhere")), wrong);
        assert_eq!(attempt(EMAIL, api::demo::logins::PASSWORD, json!("ahd")), wrong);
        assert_eq!(attempt(EMAIL, &"x".repeat(1_025), Value::Null), wrong);
        assert_eq!(attempt("", "", Value::Null), wrong);
        let pair = client.post("/v1/auth/login", credentials(" Admin@Kunde.CANCOM.example ")).expect(200);
        assert_eq!((pair.header("cache-control"), &pair.body["expires_in"]), ("no-store", &json!(900)));
    }
}

both! {
    /// The same address and password open several: the marketplace has to be named. People cannot be added over HTTP
    /// yet.
    one_address_may_have_a_log_in_in_two_marketplaces(app) {
        let client = app.anonymous();
        for (slug, password) in [("ahd", api::demo::logins::PASSWORD), ("colt", "Another-1!")] {
            let marketplace = app.app.marketplaces.by_slug(slug).expect("a marketplace").marketplace.id;
            let password_hash = app.app.passwords.hash(password).expect("a hash");
            app.app
                .store
                .write(|tx| {
                    let provider =
                        store::users::by_login_unscoped(tx, &format!("provider@{slug}.example"), Some(marketplace))?
                            .remove(0);
                    let id = UserId::from_u128(api::ids::fresh());
                    store::users::insert(
                        tx,
                        &store::users::StoredUser {
                            id,
                            login: EMAIL.to_owned(),
                            password_hash: Some(password_hash.clone()),
                            ..provider
                        },
                    )
                })
                .expect("the user is added");
        }
        client.post("/v1/auth/login", credentials(EMAIL)).refused(422, "marketplace_required");
        let open = |password: &str, marketplace: Option<&str>| {
            let body = json!({"email": EMAIL, "password": password, "marketplace": marketplace});
            let pair = client.post("/v1/auth/login", body).expect(200);
            client.with_token(pair.text_at("/access_token")).get(ME).expect(200).text_at("/marketplace").to_owned()
        };
        assert_eq!(open(api::demo::logins::PASSWORD, Some("cancom")), "cancom");
        assert_eq!(open(api::demo::logins::PASSWORD, Some("ahd")), "ahd");
        assert_eq!(open("Another-1!", None), "colt", "only one log-in has this password");
    }
}
