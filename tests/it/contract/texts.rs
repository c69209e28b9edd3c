//! U-23, U-24: texts as people type them: mail addresses of any alphabet's domain, and one writing of each text.

use serde_json::{Value, json};
use tests::company::company;
use tests::shop::{self, Row, column, encoded, rows, text, told, wrong};
use tests::{TestApp, both};

const KEPT: &str = "max@xn--mller-kva.de";

/// A company whose mails and invoices go to an address.
fn reached_at(email: &str, name: &str) -> Value {
    let mut company = company(name);
    company["contact"]["email"] = json!(email);
    company["invoice_email"] = json!(email);
    company
}

fn log_in(app: &TestApp, name: &str, password: &str) -> u16 {
    let who = json!({"email": name, "password": password, "marketplace": "cancom"});
    app.anonymous().post("/v1/auth/login", who).status
}

/// Adds somebody of a company of cancom's, who activates the log-in with a password.
#[track_caller]
fn join(app: &TestApp, email: &str, password: &str) {
    let provider = app.provider("cancom");
    let user = json!({
        "email": email, "first_name": "Max", "last_name": "Müller", "role": "customer_user",
        "customer_id": shop::customer(&provider, "Musterfirma GmbH"),
    });
    let kept = provider.post("/v1/users", user).expect(201).text_at("/email").to_owned();
    app.drain();
    let token = app.last_mail(&kept).token();
    let consents =
        app.anonymous().get("/v1/marketplaces/cancom").expect(200).body["form_rules"]["account_consents"].clone();
    let consents: Vec<_> = consents
        .as_array()
        .expect("consents")
        .iter()
        .map(|one| json!({"kind": one["kind"], "version": one["version"]}))
        .collect();
    let activation = json!({"token": token, "password": password, "consents": consents});
    app.anonymous().post("/v1/activations", activation).expect(200);
}

both! {
    /// U-23: wherever an address comes in its domain is taken in Unicode and kept with its A-label, and mails go.
    u23_an_address_of_any_alphabets_domain_is_taken_everywhere(app) {
        let provider = app.provider("cancom");
        let made = provider.post("/v1/customers", reached_at("Max@Müller.de", "Müller GmbH")).expect(201);
        assert_eq!((made.text_at("/contact/email"), made.text_at("/invoice_email")), (KEPT, KEPT));
        let path = format!("/v1/customers/{}", made.text_at("/id"));
        let changed = provider.patch(&path, json!({"contact": {"email": "post@Łódź.example"}})).expect(200);
        assert_eq!(changed.text_at("/contact/email"), "post@xn--d-uga0v4h.example");
        let agreed = json!({"first_name": "Max", "last_name": "Müller", "email": "max@mu\u{308}ller.de"});
        assert_eq!(provider.post(&format!("{path}/agreements"), agreed).expect(201).text_at("/email"), KEPT);
        let registered = json!({"marketplace": "cancom", "email": "max@müller.de"});
        assert_eq!(app.anonymous().post("/v1/registrations", registered).expect(202).text_at("/email"), KEPT);
        let invited = json!({
            "emails": ["anna@straße.example"], "role": "customer_user", "customer_id": made.text_at("/id"),
        });
        provider.post("/v1/invitations", invited).expect(201);
        app.drain();
        assert_eq!(app.mails_to("anna@xn--strae-oqa.example").len(), 1);
        let terra = json!({
            "name": "Kowalski Sp. z o.o.",
            "contact": {"first_name": "Jan", "last_name": "Kowalski", "email": "jan@żółw.pl"},
        });
        let reseller = app.provider("terra").post("/v1/resellers", terra).expect(201);
        assert_eq!(reseller.text_at("/contact/email"), "jan@xn--w-uga1v8h.pl");
        // One rule: what is refused in one place is in all.
        for bad in ["max@müller", "müller@kunde.example", "a..b@kunde.example", "max@-müller.de", "max@mül ler.de"]
        {
            let refused = provider.post("/v1/customers", reached_at(bad, "Andere GmbH")).expect(422);
            let each = wrong([("/contact/email", "invalid_value"), ("/invoice_email", "invalid_value")]);
            assert_eq!(told(&refused), each, "{bad}");
            let registered = json!({"marketplace": "cancom", "email": bad});
            let refused = app.anonymous().post("/v1/registrations", registered).expect(422);
            assert_eq!(told(&refused), wrong([("/email", "invalid_value")]), "{bad}");
        }
    }
}

both! {
    /// U-23: who was added with such an address logs in with it however it is typed, gets its mails, and is known by
    /// it.
    u23_somebody_with_such_an_address_logs_in(app) {
        join(&app, "max@müller.de", "Passwort-1!");
        for name in ["max@müller.de", "MAX@MÜLLER.DE", "max@mu\u{308}ller.de", KEPT] {
            assert_eq!(log_in(&app, name, "Passwort-1!"), 200, "{name}");
        }
        assert_eq!(log_in(&app, "max@muller.de", "Passwort-1!"), 401);
        let before = app.mails_to(KEPT).len();
        app.anonymous().post("/v1/auth/password-reset", json!({"email": "max@müller.de"})).expect(202);
        app.drain();
        assert_eq!(app.mails_to(KEPT).len(), before + 1);
        let again = json!({
            "email": KEPT, "first_name": "Max", "last_name": "Müller", "role": "customer_user",
            "customer_id": shop::customer(&app.provider("cancom"), "Musterfirma GmbH"),
        });
        app.provider("cancom").post("/v1/users", again).refused(409, "already_exists");
    }
}

both! {
    /// U-24: a password that is set on one keyboard is right on another: it is hashed composed, and with the blank of
    /// ASCII for every other (RFC 8265).
    u24_a_password_is_right_however_it_is_typed(app) {
        join(&app, "eins@kunde.cancom.example", "Pa\u{308}sse-Schlüssel\u{a0}1");
        join(&app, "zwei@kunde.cancom.example", "Pässe-Schlüssel 1");
        for name in ["eins@kunde.cancom.example", "zwei@kunde.cancom.example"] {
            for typed in ["Pässe-Schlüssel 1", "Pa\u{308}sse-Schlu\u{308}ssel 1", "Pässe-Schlüssel\u{2003}1"] {
                assert_eq!(log_in(&app, name, typed), 200, "{name} {typed}");
            }
            for typed in ["Passe-Schlüssel 1", "pässe-Schlüssel 1", "Pässe-Schlüssel1", "Pässe-Schlüssel  1"] {
                assert_eq!(log_in(&app, name, typed), 401, "{name} {typed}");
            }
            app.advance(time::Duration::hours(2));
        }
        // One that was escaped in its JSON is the same.
        let typed = r#"{"email":"eins@kunde.cancom.example","password":"Pa\u0308sse-Schlu\u0308ssel\u00a01"}"#;
        let answer = app.anonymous().send_raw("POST", "/v1/auth/login", "application/json", typed.into());
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

both! {
    /// U-24: what is searched, compared and unique is in one writing, wherever it comes from.
    u24_a_search_finds_a_text_however_it_is_typed(app) {
        let provider = app.provider("cancom");
        let mut decomposed = reached_at("max@kunde.example", "Mu\u{308}ller & So\u{308}hne GmbH");
        decomposed["external_ref"] = json!("Kürzel-1");
        let made = provider.post("/v1/customers", decomposed.clone()).expect(201);
        assert_eq!(made.text_at("/name"), "Müller & Söhne GmbH");
        for name in ["Mül", "Mu\u{308}l", "mÜLLER", "Mu\u{308}ller & S\u{f6}"] {
            let found = rows(&provider.get(&format!("/v1/customers?name={}", encoded(name))).expect(200));
            assert_eq!(column(&found, "/id"), [made.text_at("/id")], "{name}");
        }
        let found = provider.get(&format!("/v1/customers?external_ref={}", encoded("Ku\u{308}rzel-1"))).expect(200);
        assert_eq!(column(&rows(&found), "/id"), [made.text_at("/id")]);
        decomposed["external_ref"] = json!("Ku\u{308}rzel-1");
        provider.post("/v1/customers", decomposed).refused(409, "external_ref_taken");
        let twin = provider.post("/v1/customers", reached_at("b@kunde.example", "Müller & Söhne GmbH")).expect(201);
        assert_eq!(text(&twin.body["possible_duplicates"][0]["id"]), made.text_at("/id"));
        // A sheet's titles are in one writing, too.
        let row = Row { product_title: "Bu\u{308}ro Plus".to_owned(), ..Row::e1() };
        let row = Row { product: "CFQ7TTC0XXX1".to_owned(), publisher: "Gru\u{308}n AG".to_owned(), ..row };
        shop::publish(&provider, shop::RETAIL, &[row]);
        for words in ["büro", "bu\u{308}ro", "BÜRO"] {
            let found = rows(&provider.get(&format!("/v1/products?q={}", encoded(words))).expect(200));
            assert!(column(&found, "/title").contains(&"Büro Plus".to_owned()), "{words}");
        }
        let published = provider.get(&format!("/v1/products?publisher={}", encoded("Gru\u{308}n AG"))).expect(200);
        assert_eq!(column(&rows(&published), "/publisher"), ["Grün AG"]);
    }
}
