//! How strangers get in, in the order of the manuals: by review (C-03…C-13), by a customer number (T-01…T-07), or not
//! at all (L-01).

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::shop::{self, rows, told, wrong};
use tests::{Answer, TestApp, both};
use time::Duration;

const ERIKA: &str = "erika@mueller.example";
const JAN: &str = "jan@wschod.example";

fn ask(app: &TestApp, email: &str) -> Answer {
    app.anonymous().post("/v1/registrations", json!({"marketplace": "cancom", "email": email}))
}

/// The registrations that the provider sees.
fn seen(app: &TestApp, slug: &str) -> Vec<Value> {
    rows(&app.provider(slug).get("/v1/registrations").expect(200))
}

/// The only one.
#[track_caller]
fn only(app: &TestApp, slug: &str) -> Value {
    let all = seen(app, slug);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

fn decide(app: &TestApp, slug: &str, registration: &Value, what: &str, body: Value) -> Answer {
    let id = registration["id"].as_str().expect("an id");
    app.provider(slug).post(&format!("/v1/registrations/{id}/{what}"), body)
}

/// Asks, is approved, and has the token of the activation mail.
#[track_caller]
pub fn approved(app: &TestApp, email: &str) -> String {
    ask(app, email).expect(202);
    app.drain();
    decide(app, "cancom", &only(app, "cancom"), "approve", json!({})).expect(200);
    app.drain();
    app.last_mail(email).token()
}

/// What a stranger asks a marketplace with, as it wants to be asked.
pub fn request(slug: &str, email: &str) -> Value {
    if slug == "terra" { whole_form(email) } else { json!({"marketplace": slug, "email": email}) }
}

/// A registration that waits for the provider's review; its id.
pub fn requested(app: &TestApp, slug: &str, email: &str) -> String {
    let anonymous = app.anonymous();
    anonymous.post("/v1/registrations", request(slug, email)).expect(202);
    app.drain();
    if slug == "terra" {
        anonymous.post("/v1/registrations/confirm", json!({"token": app.last_mail(email).token()})).expect(200);
    }
    let waiting = rows(&app.provider(slug).get("/v1/registrations?status=requested").expect(200));
    let found = waiting.iter().find(|one| one["email"] == email).unwrap_or_else(|| panic!("{email} in {waiting:?}"));
    shop::text(&found["id"])
}

/// The form of a reseller without a customer number, as T-01 to T-06 have it.
fn whole_form(email: &str) -> Value {
    json!({
        "marketplace": "terra",
        "email": email,
        "first_name": "Jan",
        "last_name": "Nowak",
        "password": "Nowak-2026!",
        "company": {
            "name": "Systemhaus Wschód Sp. z o.o.",
            "phone": "+48 22 1234567",
            "address": {
                "street": "Prosta 1", "postal_code": "00-838", "city": "Warszawa", "region": "14", "country": "PL",
            },
        },
        "bank_data": {"account_holder": "Jan Nowak", "iban": "PL61 1090 1014 0000 0712 1981 2874", "bic": "WBKPPLPP"},
        "consents": [
            {"kind": "general_terms", "version": "2026-01"},
            {"kind": "data_protection", "version": "2026-01"},
        ],
    })
}

/// The same with a customer number.
fn numbered_form(number: &str) -> Value {
    let mut form = whole_form(JAN);
    let form_object = form.as_object_mut().expect("an object");
    form_object.remove("bank_data");
    form_object.insert("customer_number".to_owned(), json!(number));
    form
}

/// The account form as C-07 and C-08 have it.
pub fn account_form(token: &str) -> Value {
    json!({
        "token": token,
        "first_name": "Erika",
        "last_name": "Müller",
        "password": "Mueller-2026",
        "company": {
            "name": "Müller GmbH",
            "size": "10-49",
            "phone": "+49 221 1234567",
            "vat_id": "DE136695976",
            "invoice_email": "rechnung@mueller.example",
        },
        "consents": [{"kind": "terms_and_privacy", "version": "2026-01"}],
    })
}

fn with(mut form: Value, pointer: &str, value: Value) -> Value {
    *form.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    form
}

/// Sends an account form; whatever was sent by mail for it has gone out.
pub fn complete(app: &TestApp, form: Value) -> Answer {
    let answer = app.anonymous().post("/v1/registrations/complete", form);
    app.drain();
    answer
}

both! {
    /// C-03 to C-11, in the manual's order: one field, review, activation mail, account form, and the shop is open.
    c03_to_c11_one_field_leads_to_a_company_account(app) {
        let receipt = ask(&app, "Erika@Mueller.example").expect(202);
        assert_eq!(receipt.body, json!({"marketplace": "cancom", "email": ERIKA}));
        app.drain();
        assert_eq!(app.mails(), [], "C-05: only after approval");
        let requested = only(&app, "cancom");
        assert_eq!((&requested["status"], &requested["email"]), (&json!("requested"), &json!(ERIKA)));
        let approved = decide(&app, "cancom", &requested, "approve", json!({})).expect(200);
        assert_eq!(approved.text_at("/status"), "activation_sent");
        app.drain();
        let mail = app.last_mail(ERIKA);
        assert_eq!((mail.kind.as_str(), mail.language.as_str()), ("registration_approved", "de"));
        // C-06: the mail names the address and carries the link.
        let link = format!("https://shop.cancom.example/accountSetup/{}\n", mail.token());
        assert!(mail.text.contains(ERIKA) && mail.text.contains(&link), "{}", mail.text);
        let shown = app.anonymous().post("/v1/registrations/show", json!({"token": mail.token()})).expect(200);
        assert_eq!(
            shown.body,
            json!({
                "marketplace": "cancom", "email": ERIKA, "status": "activation_sent",
                "expires_at": "2026-09-08T10:15:00Z",
                "consents": [{
                    "kind": "terms_and_privacy", "version": "2026-01",
                    "url": "https://shop.cancom.example/legal/terms-and-privacy",
                }],
            })
        );
        let done = complete(&app, account_form(&mail.token())).expect(200);
        assert_eq!(done.body, json!({"status": "active", "login": ERIKA}));
        // C-11: usable at once, by the company's administrator.
        let pair = app.log_in(ERIKA, "Mueller-2026").expect(200);
        let erika = app.anonymous().with_token(pair.text_at("/access_token"));
        let me = erika.get("/v1/me").expect(200);
        assert_eq!((me.text_at("/role"), me.text_at("/name")), ("customer_admin", "Erika Müller"));
        let customer = erika.get(&format!("/v1/customers/{}", me.text_at("/customer_id"))).expect(200);
        assert_eq!((customer.text_at("/name"), customer.text_at("/vat_id")), ("Müller GmbH", "DE136695976"));
        assert_eq!(customer.text_at("/contact/email"), ERIKA);
        assert!(!rows(&erika.get("/v1/products?q=office+365+e1").expect(200)).is_empty());
        app.drain();
        let active = only(&app, "cancom");
        assert_eq!((&active["status"], &active["customer_id"]), (&json!("active"), &me.body["customer_id"]));
        assert_eq!(active["user_id"], me.body["id"]);
    }
}

both! {
    /// C-13: known and unknown addresses get the same answer; only the address itself learns more, by mail.
    c13_nobody_learns_whether_an_address_is_known(app) {
        let answers: Vec<_> = ["admin@kunde.cancom.example", "nobody@kunde.cancom.example"]
            .iter()
            .map(|email| {
                let answer = ask(&app, email);
                let names: BTreeSet<_> = answer.headers().into_iter().map(|(name, _)| name).collect();
                (answer.status, answer.text.replace(email, "X"), names)
            })
            .collect();
        assert_eq!(answers[0], answers[1]);
        app.drain();
        let mails = app.mails();
        assert_eq!(mails.len(), 1, "{mails:#?}");
        assert_eq!(
            (mails[0].to.as_str(), mails[0].kind.as_str()),
            ("admin@kunde.cancom.example", "registration_known")
        );
        for link in ["https://shop.cancom.example/login", "https://shop.cancom.example/passwordReset"] {
            assert!(mails[0].text.contains(link), "{}", mails[0].text);
        }
        assert_eq!(only(&app, "cancom")["email"], "nobody@kunde.cancom.example");
        // Whoever asks again and again fills nobody's mailbox.
        for _ in 0..5 {
            ask(&app, "admin@kunde.cancom.example").expect(202);
            app.drain();
        }
        assert_eq!(app.mails_to("admin@kunde.cancom.example").len(), 3);
        assert_eq!(seen(&app, "cancom").len(), 1);
    }
}

both! {
    /// C-04: an organisation that is known by the address's domain is pointed out; its administrator adds the person.
    c04_a_known_organization_is_referred_to(app) {
        ask(&app, "neu@kunde.cancom.example").expect(202);
        app.drain();
        let provider = app.provider("cancom");
        let id = only(&app, "cancom")["id"].as_str().expect("an id").to_owned();
        let shown = provider.get(&format!("/v1/registrations/{id}")).expect(200);
        let customer = shop::customer(&provider, "Musterfirma GmbH");
        assert_eq!(shown.body["known_organizations"], json!([{"customer_id": customer, "name": "Musterfirma GmbH"}]));
        let referred = decide(&app, "cancom", &shown.body, "refer", json!({"customer_id": customer})).expect(200);
        assert_eq!((referred.text_at("/status"), referred.text_at("/referred_to")), ("referred", customer.as_str()));
        app.drain();
        assert_eq!(app.last_mail("neu@kunde.cancom.example").kind, "registration_referred");
        let mail = app.last_mail("admin@kunde.cancom.example");
        assert_eq!(mail.kind, "registration_referral");
        for part in ["neu@kunde.cancom.example", "Musterfirma GmbH", "https://shop.cancom.example/users"] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        // A free mail's address points to nobody.
        ask(&app, "erika@gmx.de").expect(202);
        app.drain();
        let id = seen(&app, "cancom")[0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(provider.get(&format!("/v1/registrations/{id}")).expect(200).body["known_organizations"], json!([]));
    }
}

both! {
    /// C-05: a rejection says why, by mail, in the language that was asked for; then one may ask again.
    c05_a_rejection_says_why(app) {
        let body = json!({"marketplace": "cancom", "email": ERIKA, "language": "pl"});
        app.anonymous().post("/v1/registrations", body).expect(202);
        app.drain();
        let requested = only(&app, "cancom");
        decide(&app, "cancom", &requested, "reject", json!({"reason": " "})).refused(422, "required");
        let rejected = decide(&app, "cancom", &requested, "reject", json!({"reason": "Nie znaleźliśmy firmy."}));
        assert_eq!(rejected.expect(200).text_at("/reason"), "Nie znaleźliśmy firmy.");
        app.drain();
        let mail = app.last_mail(ERIKA);
        assert_eq!((mail.kind.as_str(), mail.language.as_str()), ("registration_rejected", "pl"));
        assert!(mail.text.contains("Nie znaleźliśmy firmy."), "{}", mail.text);
        for (what, body) in [("approve", json!({})), ("reject", json!({"reason": "x"})), ("resend", Value::Null)] {
            decide(&app, "cancom", &requested, what, body).refused(409, "registration_not_waiting");
        }
        ask(&app, ERIKA).expect(202);
        app.drain();
        assert_eq!(seen(&app, "cancom").len(), 2);
    }
}

both! {
    /// Requests of an address that waits already do not pile up, wherever it stands.
    requests_of_one_address_do_not_pile_up(app) {
        for _ in 0..3 {
            ask(&app, ERIKA).expect(202);
        }
        app.drain();
        let token = approved(&app, ERIKA);
        ask(&app, ERIKA).expect(202);
        app.drain();
        assert_eq!((seen(&app, "cancom").len(), app.mails().len()), (1, 1));
        complete(&app, account_form(&token)).expect(200);
        ask(&app, ERIKA).expect(202);
        app.drain();
        assert_eq!(app.last_mail(ERIKA).kind, "registration_known");
    }
}

both! {
    /// G-21, X-19: the link works for 48 hours, to the second; the registration stays as it is.
    g21_the_link_works_for_48_hours(app) {
        let token = approved(&app, ERIKA);
        app.advance(Duration::hours(48) - Duration::SECOND);
        app.anonymous().post("/v1/registrations/show", json!({"token": token})).expect(200);
        app.advance(Duration::SECOND);
        for path in ["show", "complete"] {
            let body = if path == "show" { json!({"token": token}) } else { account_form(&token) };
            app.anonymous().post(&format!("/v1/registrations/{path}"), body).refused(422, "link_expired");
        }
        assert_eq!(only(&app, "cancom")["status"], "activation_sent");
        // Who asks anew was approved already, and gets another link.
        ask(&app, ERIKA).expect(202);
        app.drain();
        let newest = app.last_mail(ERIKA).token();
        assert!(newest != token && seen(&app, "cancom").len() == 1);
        app.anonymous().post("/v1/registrations/show", json!({"token": newest})).expect(200);
        // L-16: it is sent again.
        decide(&app, "cancom", &only(&app, "cancom"), "resend", Value::Null).expect(200);
        app.drain();
        let newer = app.last_mail(ERIKA).token();
        assert_ne!(newer, token);
        complete(&app, account_form(&token)).refused(409, "link_used");
        complete(&app, account_form(&newer)).expect(200);
        complete(&app, account_form(&newer)).refused(409, "link_used");
        app.log_in(ERIKA, "Mueller-2026").expect(200);
    }
}

both! {
    /// A link that was altered, or is for something else, opens nothing.
    an_altered_link_opens_nothing(app) {
        let token = approved(&app, ERIKA);
        let altered = format!("{}{}", &token[1..], &token[..1]);
        for wrong in [altered.as_str(), "", "x", &token[..20]] {
            complete(&app, account_form(wrong)).refused(422, "link_invalid");
            app.anonymous().post("/v1/registrations/show", json!({"token": wrong})).refused(422, "link_invalid");
        }
        app.anonymous().post("/v1/registrations/confirm", json!({"token": token})).refused(422, "link_invalid");
        complete(&app, account_form(&token)).expect(200);
    }
}

both! {
    /// C-07 to C-10: what the account form must have; everything that is wrong is said at once, and the link stays.
    c07_to_c10_the_account_form_says_at_once_what_it_must_have(app) {
        let token = approved(&app, ERIKA);
        let form = account_form(&token);
        let cases = [
            ("/first_name", json!(" "), ("/first_name", "required")),
            ("/last_name", json!(""), ("/last_name", "required")),
            ("/password", json!("abcdefgh"), ("/password", "password_class_missing_any")),
            ("/password", json!("abcdef1"), ("/password", "password_too_short")),
            ("/password", json!(ERIKA), ("/password", "password_is_login")),
            ("/company/name", json!(""), ("/company/name", "required")),
            ("/company/size", json!("5-10"), ("/company/size", "invalid_value")),
            ("/company/invoice_email", json!(null), ("/company/invoice_email", "required")),
            ("/company/invoice_email", json!("x"), ("/company/invoice_email", "invalid_value")),
            ("/consents", json!([]), ("/consents", "consent_required")),
            ("/consents/0/version", json!("2025-01"), ("/consents/0", "consent_outdated")),
        ];
        for (at, value, expected) in cases {
            let refused = complete(&app, with(form.clone(), at, value.clone()));
            assert_eq!(refused.status, 422, "{at} {value}: {}", refused.text);
            assert_eq!(told(&refused), wrong([expected]), "{at} {value}");
        }
        let other = with(form.clone(), "/consents/0/kind", json!("general_terms"));
        let refused = [("/consents/0/kind", "invalid_value"), ("/consents", "consent_required")];
        assert_eq!(told(&complete(&app, other)), wrong(refused));
        let more = with(with(form.clone(), "/first_name", json!("")), "/consents", json!([]));
        assert_eq!(
            told(&complete(&app, more)),
            wrong([("/first_name", "required"), ("/consents", "consent_required")])
        );
        let mut placed = form.clone();
        placed["company"]["address"] =
            json!({"street": "Ring 1", "postal_code": "51063", "city": "Köln", "country": "DE"});
        assert_eq!(told(&complete(&app, placed)), wrong([("/company/address", "unknown_field")]));
        for (name, value) in [("role", json!("provider_admin")), ("marketplace_id", json!("x")), ("id", json!("x"))] {
            let mut form = form.clone();
            form[name] = value;
            complete(&app, form).refused(422, "unknown_field");
        }
        complete(&app, form).expect(200);
    }
}

both! {
    /// C-03: nothing but marketplace and address is asked for here.
    c03_registration_asks_for_an_address_and_nothing_else(app) {
        let anonymous = app.anonymous();
        let post = |body: Value| anonymous.post("/v1/registrations", body);
        let refused = post(json!({"marketplace": "cancom", "email": ERIKA, "password": "x", "customer_number": "K-1"}));
        assert_eq!(told(&refused), wrong([("/password", "unknown_field"), ("/customer_number", "unknown_field")]));
        for email in ["", "erika", "erika@", "\u{435}rika@mueller.example", "a\r\nb@mueller.example"] {
            let refused = post(json!({"marketplace": "cancom", "email": email}));
            assert_eq!((refused.status, told(&refused)[0].0.as_str()), (422, "/email"), "{email:?}: {}", refused.text);
        }
        post(json!({"marketplace": "nowhere", "email": ERIKA})).refused(422, "not_found");
        post(json!({"marketplace": "cancom", "email": ERIKA, "language": "fr"})).refused(422, "invalid_value");
        post(json!({"marketplace": "cancom", "email": ERIKA, "role": "provider_admin"})).refused(422, "unknown_field");
        app.drain();
        assert_eq!(seen(&app, "cancom"), Vec::<Value>::new());
    }
}

both! {
    /// L-01: where log-ins are given out by the provider nobody registers; whom to ask is said.
    l01_where_log_ins_are_given_out_nobody_registers(app) {
        for slug in ["ahd", "colt", "mskeys"] {
            let body = json!({"marketplace": slug, "email": ERIKA});
            let refused = app.anonymous().post("/v1/registrations", body).refused(403, "registration_closed");
            assert!(refused.text_at("/detail").contains(&format!("support@{slug}.example")), "{}", refused.text);
        }
    }
}

both! {
    /// A retry with the same key is the same request; another one with it is refused.
    a_retry_asks_once(app) {
        let asking = app.anonymous().with("Idempotency-Key", "registration-1");
        let body = json!({"marketplace": "cancom", "email": ERIKA});
        asking.post("/v1/registrations", body.clone()).expect(202);
        let again = asking.post("/v1/registrations", body).expect(202);
        assert_eq!(again.header("idempotent-replayed"), "true");
        let other = json!({"marketplace": "cancom", "email": "other@mueller.example"});
        asking.post("/v1/registrations", other).refused(422, "idempotency_key_reused");
        app.drain();
        let token = approved(&app, ERIKA);
        let completing = app.anonymous().with("Idempotency-Key", "registration-2");
        let first = completing.post("/v1/registrations/complete", account_form(&token)).expect(200);
        let again = completing.post("/v1/registrations/complete", account_form(&token)).expect(200);
        assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &first.body));
        app.drain();
    }
}

both! {
    /// A network address asks so often an hour, and then is told to wait.
    asking_is_bounded(app) {
        for n in 0..60 {
            ask(&app, &format!("erika{n}@mueller.example")).expect(202);
        }
        let refused = ask(&app, ERIKA).refused(429, "too_many_requests");
        assert_eq!(refused.header("retry-after"), "3600");
        app.advance(Duration::HOUR);
        ask(&app, ERIKA).expect(202);
        app.drain();
    }
}

both! {
    /// Only the provider sees and decides; support sees.
    only_the_provider_decides(app) {
        ask(&app, ERIKA).expect(202);
        app.drain();
        let id = only(&app, "cancom")["id"].as_str().expect("an id").to_owned();
        let admin = app.admin("cancom");
        admin.get("/v1/registrations").refused(403, "forbidden");
        admin.get(&format!("/v1/registrations/{id}")).refused(403, "forbidden");
        admin.post(&format!("/v1/registrations/{id}/approve"), json!({})).refused(403, "forbidden");
        let other = app.provider("ahd");
        other.get(&format!("/v1/registrations/{id}")).refused(404, "not_found");
        other.post(&format!("/v1/registrations/{id}/approve"), json!({})).refused(404, "not_found");
        let provider = app.provider("cancom");
        provider
            .post(&format!("/v1/registrations/{id}/approve"), json!({"customer_number": "K-1"}))
            .refused(422, "unknown_field");
        provider.post(&format!("/v1/registrations/{id}/approve"), json!({})).expect(200);
        app.drain();
        let of = |query: &str| rows(&provider.get(&format!("/v1/registrations?{query}")).expect(200)).len();
        assert_eq!([of("status=requested"), of("status=activation_sent")], [0, 1]);
    }
}

fn register(app: &TestApp, form: Value) -> Answer {
    app.anonymous().post("/v1/registrations", form)
}

/// Follows the link of the newest confirmation mail.
#[track_caller]
fn confirm(app: &TestApp, email: &str) -> Answer {
    app.drain();
    let mail = app.last_mail(email);
    assert_eq!(mail.kind, "registration_confirm");
    app.anonymous().post("/v1/registrations/confirm", json!({"token": mail.token()}))
}

both! {
    /// T-01 to T-07: a customer number that the provider knows, data that fit its records, a confirmed address: the
    /// reseller is there, with its administrator.
    t01_to_t07_a_customer_number_that_fits_opens_the_account(app) {
        let receipt = register(&app, numbered_form("20002")).expect(202);
        assert_eq!(receipt.body, json!({"marketplace": "terra", "email": JAN}));
        app.drain();
        assert_eq!(only(&app, "terra")["status"], "awaiting_confirmation");
        app.log_in(JAN, "Nowak-2026!").refused(401, "invalid_credentials");
        let mail = app.last_mail(JAN);
        let link = format!("https://shop.terra.example/registrationConfirm/{}\n", mail.token());
        assert!(mail.text.contains(&link) && mail.text.contains(JAN), "{}", mail.text);
        let done = confirm(&app, JAN).expect(200);
        assert_eq!(done.body, json!({"status": "active", "login": JAN}));
        let pair = app.log_in(JAN, "Nowak-2026!").expect(200);
        let jan = app.anonymous().with_token(pair.text_at("/access_token"));
        let me = jan.get("/v1/me").expect(200);
        assert_eq!((me.text_at("/role"), me.text_at("/name")), ("reseller_admin", "Jan Nowak"));
        let reseller = jan.get(&format!("/v1/resellers/{}", me.text_at("/reseller_id"))).expect(200);
        assert_eq!(reseller.text_at("/name"), "Systemhaus Wschód Sp. z o.o.");
        let number = app.provider("terra").get("/v1/customer-numbers/20002").expect(200);
        assert_eq!(number.body["reseller_id"], me.body["reseller_id"]);
        app.drain();
        assert_eq!(app.mails_to(JAN).len(), 1, "who sees it on the screen needs no other mail");
        app.anonymous().post("/v1/registrations/confirm", json!({"token": mail.token()})).refused(409, "link_used");
    }
}

both! {
    /// T-04: what does not fit the records is not told to who registers, but reviewed by the provider, who sees what
    /// differs. The answers to a stranger are the same.
    t04_what_does_not_fit_is_reviewed(app) {
        let cases = [
            ("20002", "/company/name", json!("Systemhaus Zachód Sp. z o.o."), json!(["company"])),
            ("20002", "/company/address/postal_code", json!("00-839"), json!(["postal_code"])),
            ("20002", "/company/address/region", json!("12"), json!(["region"])),
            (
                "20001",
                "/company/name",
                json!("Systemhaus Wschód Sp. z o.o."),
                json!(["company", "postal_code", "country", "region"]),
            ),
            ("99999", "/company/name", json!("Systemhaus Wschód Sp. z o.o."), json!(["customer_number"])),
        ];
        let provider = app.provider("terra");
        for (number, at, value, mismatches) in cases {
            register(&app, with(numbered_form(number), at, value)).expect(202);
            assert_eq!(confirm(&app, JAN).expect(200).body, json!({"status": "requested", "login": JAN}));
            app.log_in(JAN, "Nowak-2026!").refused(401, "invalid_credentials");
            let waiting = &rows(&provider.get("/v1/registrations?status=requested").expect(200))[0];
            assert_eq!((&waiting["mismatches"], &waiting["customer_number"]), (&mismatches, &json!(number)));
            decide(&app, "terra", waiting, "reject", json!({"reason": "Dane nie pasują."})).expect(200);
            app.drain();
        }
    }
}

both! {
    /// T-01, T-05: who has no number gives bank data, is reviewed, and gets a number.
    t05_who_has_no_number_gives_bank_data_and_is_reviewed(app) {
        let id = requested(&app, "terra", JAN);
        let provider = app.provider("terra");
        let shown = provider.get(&format!("/v1/registrations/{id}")).expect(200);
        assert_eq!(
            (&shown.body["mismatches"], shown.text_at("/iban_last_four")),
            (&json!(["no_customer_number"]), "2874")
        );
        assert_eq!(shown.text_at("/company/name"), "Systemhaus Wschód Sp. z o.o.");
        for secret in ["1090", "WBKPPLPP", "Nowak-2026!", "argon2"] {
            assert!(!shown.text.contains(secret), "{secret} in {}", shown.text);
        }
        decide(&app, "terra", &shown.body, "approve", json!({})).refused(422, "required");
        decide(&app, "terra", &shown.body, "approve", json!({"customer_number": "K 1"})).refused(422, "invalid_value");
        let done = decide(&app, "terra", &shown.body, "approve", json!({"customer_number": "k-4711"})).expect(200);
        assert_eq!((done.text_at("/status"), done.text_at("/customer_number")), ("active", "K-4711"));
        app.drain();
        let mail = app.last_mail(JAN);
        assert_eq!(mail.kind, "registration_active");
        for part in ["K-4711", "Systemhaus Wschód Sp. z o.o.", "https://shop.terra.example/login"] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        let pair = app.log_in(JAN, "Nowak-2026!").expect(200);
        let me = app.anonymous().with_token(pair.text_at("/access_token")).get("/v1/me").expect(200);
        assert_eq!(me.text_at("/role"), "reseller_admin");
    }
}

both! {
    /// T-03, T-05, T-06: what the form must have.
    t03_to_t06_the_form_says_what_it_must_have(app) {
        let (bank, number) = (whole_form(JAN), numbered_form("20002"));
        let iban = "PL61 1090 1014 0000 0712 1981 2875";
        let cases = [
            (&number, "/password", json!("nowak-2026!"), ("/password", "password_class_missing")),
            (&number, "/password", json!("Nowak2026"), ("/password", "password_class_missing")),
            (&number, "/password", json!("Nowak-2026§"), ("/password", "password_character_not_allowed")),
            (&number, "/consents/1/version", json!("2025"), ("/consents/1", "consent_outdated")),
            (&number, "/customer_number", json!("20/002"), ("/customer_number", "invalid_value")),
            (&number, "/customer_number", json!(null), ("/customer_number", "number_or_bank_data")),
            (&number, "/company/phone", json!(null), ("/company/phone", "required")),
            (
                &number,
                "/company/address/postal_code",
                json!("0838"),
                ("/company/address/postal_code", "postal_code_invalid"),
            ),
            (&number, "/company", json!(null), ("/company", "required")),
            (&bank, "/bank_data/iban", json!(iban), ("/bank_data/iban", "invalid_value")),
            (&bank, "/bank_data/bic", json!("WBKP"), ("/bank_data/bic", "invalid_value")),
            (&bank, "/bank_data/account_holder", json!(""), ("/bank_data/account_holder", "required")),
        ];
        for (form, at, value, expected) in cases {
            let refused = register(&app, with(form.clone(), at, value.clone()));
            assert_eq!((refused.status, told(&refused)), (422, wrong([expected])), "{at} {value}: {}", refused.text);
        }
        let mut both = whole_form(JAN);
        both["customer_number"] = json!("20002");
        assert_eq!(told(&register(&app, both)), wrong([("/customer_number", "number_or_bank_data")]));
        app.drain();
        assert_eq!((seen(&app, "terra"), app.mails()), (vec![], vec![]));
    }
}

both! {
    /// T-07: what was not confirmed is corrected by sending the form again; the older link works no longer.
    t07_a_form_is_corrected_until_it_is_confirmed(app) {
        register(&app, with(numbered_form("20002"), "/company/name", json!("Systemhaus"))).expect(202);
        app.drain();
        let older = app.last_mail(JAN).token();
        register(&app, numbered_form("20002")).expect(202);
        app.drain();
        assert_eq!(only(&app, "terra")["company"]["name"], "Systemhaus Wschód Sp. z o.o.");
        app.anonymous().post("/v1/registrations/confirm", json!({"token": older})).refused(422, "link_invalid");
        decide(&app, "terra", &only(&app, "terra"), "resend", Value::Null).expect(200);
        app.drain();
        app.advance(Duration::hours(48));
        confirm(&app, JAN).refused(422, "link_expired");
        decide(&app, "terra", &only(&app, "terra"), "resend", Value::Null).expect(200);
        assert_eq!(confirm(&app, JAN).expect(200).text_at("/status"), "active");
        register(&app, numbered_form("20003")).expect(202);
        app.drain();
        assert_eq!(app.last_mail(JAN).kind, "registration_known");
    }
}
