//! Activating an account by the link of its mail (L-08, L-09, C-09, T-06).

use domain::people::UserStatus;
use serde_json::{Value, json};
use store::one_time_tokens::Purpose;
use store::users::StoredUser;
use tests::people::PASSWORD;
use tests::{Answer, TestApp, both};
use time::Duration;
use time::macros::datetime;

fn invited(app: &TestApp, slug: &str, login: &str) -> (StoredUser, String) {
    let user = app.added(slug, login);
    let token = app.link(&user, Purpose::Activation, Duration::hours(48));
    (user, token)
}

fn form(token: &str, consents: Value) -> Value {
    json!({"token": token, "password": PASSWORD, "consents": consents})
}

fn activate(app: &TestApp, token: &str, consents: Value) -> Answer {
    app.anonymous().post("/v1/activations", form(token, consents))
}

fn cancoms() -> Value {
    json!([{"kind": "terms_and_privacy", "version": "2026-01"}])
}

fn status(app: &TestApp, user: &StoredUser) -> UserStatus {
    app.somebody(&user.login).state.status(app.now())
}

both! {
    /// L-09, G-21: the link of an activation mail works for 48 hours, to the second.
    g21_a_link_works_for_48_hours(app) {
        app.advance(datetime!(2026-09-07 10:00:00 UTC) - app.now());
        let (early, in_time) = invited(&app, "cancom", "erika@kunde.example");
        let (late, too_late) = invited(&app, "cancom", "emil@kunde.example");
        app.advance(datetime!(2026-09-09 09:59:59 UTC) - app.now());
        let shown = app.anonymous().post("/v1/activations/show", json!({"token": too_late})).expect(200);
        assert_eq!(shown.text_at("/expires_at"), "2026-09-09T10:00:00Z");
        activate(&app, &in_time, cancoms()).expect(200);
        assert_eq!(status(&app, &early), UserStatus::Ready);
        app.advance(Duration::SECOND);
        activate(&app, &too_late, cancoms()).refused(422, "link_expired");
        app.anonymous().post("/v1/activations/show", json!({"token": too_late})).refused(422, "link_expired");
        assert_eq!(status(&app, &late), UserStatus::NotActivated);
    }
}

both! {
    /// L-19, L-17: not activated means that nobody logs in; activated that the chosen password does, at once (C-11).
    l17_who_has_activated_logs_in_at_once(app) {
        let (user, token) = invited(&app, "cancom", "erika@kunde.example");
        let log_in = || app.anonymous().post("/v1/auth/login", json!({"email": user.login, "password": PASSWORD}));
        log_in().refused(401, "invalid_credentials");
        let mut form = form(&token, cancoms());
        form["first_name"] = json!(" Erika Maria ");
        let done = app.anonymous().post("/v1/activations", form).expect(200);
        assert_eq!(done.body, json!({"login": "erika@kunde.example", "marketplace": "cancom"}));
        let client = app.anonymous().with_token(log_in().expect(200).text_at("/access_token"));
        let me = client.get("/v1/me").expect(200);
        assert_eq!(me.text_at("/name"), format!("Erika Maria {}", user.last_name));
    }
}

both! {
    /// What the page that the link opens has to know, so that it holds no rule of its own (N-15).
    a_link_says_who_it_is_for_and_what_the_form_needs(app) {
        let (user, token) = invited(&app, "terra", "erika@kunde.example");
        let shown = app.anonymous().post("/v1/activations/show", json!({"token": token})).expect(200).body;
        let told = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
        assert_eq!((told("purpose"), told("login")), ("activation".to_owned(), user.login.clone()));
        assert_eq!((told("first_name"), told("marketplace")), (user.first_name.clone(), "terra".to_owned()));
        assert_eq!(told("expires_at"), "2026-09-08T10:15:00Z");
        let kinds: Vec<_> = shown["consents"].as_array().expect("consents").iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["general_terms", "data_protection"]);
        assert_eq!(shown["password"]["all_of"], json!(["upper", "lower", "digit", "special"]));
        let reset = app.link(&user, Purpose::PasswordReset, Duration::HOUR);
        let shown = app.anonymous().post("/v1/activations/show", json!({"token": reset})).expect(200).body;
        assert_eq!((&shown["purpose"], &shown["consents"]), (&json!("password_reset"), &json!([])));
    }
}

both! {
    /// C-09, T-06: without every consent in the version in force there is no account.
    t06_every_consent_is_needed_in_the_version_in_force(app) {
        let (user, token) = invited(&app, "terra", "erika@kunde.example");
        let consent = |kind: &str, version: &str| json!({"kind": kind, "version": version});
        let (terms, data) = (consent("general_terms", "2026-01"), consent("data_protection", "2026-01"));
        let missing = activate(&app, &token, json!([terms])).refused(422, "consent_required");
        assert!(missing.text.contains("data_protection"), "{}", missing.text);
        let old = activate(&app, &token, json!([consent("general_terms", "2025-07"), data]));
        assert_eq!(old.refused(422, "consent_outdated").text_at("/errors/0/pointer"), "/consents/0");
        activate(&app, &token, json!([terms, data, data])).refused(422, "repeated");
        activate(&app, &token, json!([terms, data, consent("terms_and_privacy", "2026-01")]))
            .refused(422, "invalid_value");
        let none = activate(&app, &token, json!([])).refused(422, "validation_failed");
        assert_eq!(none.body["errors"].as_array().map(Vec::len), Some(2));
        assert_eq!(status(&app, &user), UserStatus::NotActivated);
        activate(&app, &token, json!([terms, data])).expect(200);
        let kept =
            app.app.store.read(|conn| store::account_consents::of_user_unscoped(conn, user.marketplace_id, user.id));
        let kept = kept.expect("a read");
        let kept: Vec<_> = kept
            .iter()
            .map(|one| (one.kind.code(), one.version.as_str(), one.agreed_at, one.address.as_str()))
            .collect();
        let at = app.now();
        assert_eq!(
            kept,
            [("data_protection", "2026-01", at, "127.0.0.1"), ("general_terms", "2026-01", at, "127.0.0.1")]
        );
    }
}

both! {
    /// C-06: the token is opaque, and works once; a newer one takes its place.
    c06_a_link_works_once_and_only_the_newest(app) {
        let (user, old) = invited(&app, "cancom", "erika@kunde.example");
        let token = app.link(&user, Purpose::Activation, Duration::hours(48));
        activate(&app, &old, cancoms()).refused(409, "link_used");
        let mut altered = token.clone();
        altered.replace_range(..1, if token.starts_with('A') { "B" } else { "A" });
        for wrong in [altered.as_str(), "", "x", &token[1..], &token.to_uppercase(), &"A".repeat(200)] {
            activate(&app, wrong, cancoms()).refused(422, "link_invalid");
        }
        let reset = app.link(&user, Purpose::PasswordReset, Duration::HOUR);
        activate(&app, &reset, cancoms()).refused(422, "link_invalid");
        activate(&app, &token, cancoms()).expect(200);
        activate(&app, &token, cancoms()).refused(409, "link_used");
        app.anonymous().post("/v1/activations/show", json!({"token": token})).refused(409, "link_used");
    }
}

both! {
    an_activation_is_answered_again_under_its_key(app) {
        let (_, token) = invited(&app, "cancom", "erika@kunde.example");
        let client = app.anonymous().with("Idempotency-Key", "once");
        let first = client.post("/v1/activations", form(&token, cancoms())).expect(200);
        let again = client.post("/v1/activations", form(&token, cancoms())).expect(200);
        assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
    }
}

both! {
    of_two_who_follow_a_link_at_once_one_activates(app) {
        let (_, token) = invited(&app, "cancom", "erika@kunde.example");
        let mut codes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| activate(&app, &token, cancoms()).status)).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        codes.sort_unstable();
        assert_eq!(codes, [200, 409, 409, 409]);
    }
}

both! {
    /// L-20, C-10: everything that is wrong with the form is said at once, and a disabled account is not activated.
    l20_what_is_wrong_with_the_form_is_said_at_once(app) {
        let (user, token) = invited(&app, "terra", "erika@kunde.example");
        let smuggled = json!({"token": token, "password": "abc", "first_name": "Eve\r\nBcc: all@kunde.example"});
        let refused = app.anonymous().post("/v1/activations", smuggled).expect(422);
        assert_eq!(refused.body["errors"][0]["pointer"], "/first_name", "{}", refused.text);
        let body = json!({"token": token, "password": "abc"});
        let refused = app.anonymous().post("/v1/activations", body).refused(422, "validation_failed");
        let mut codes: Vec<_> =
            refused.body["errors"].as_array().expect("errors").iter().map(|one| one["code"].to_string()).collect();
        codes.dedup();
        let expected = ["password_too_short", "password_class_missing", "consent_required"];
        assert_eq!(codes, expected.map(|code| format!("\"{code}\"")));
        for (name, value) in [("role", json!("provider_admin")), ("marketplace_id", json!("x")), ("id", json!("x"))] {
            let mut body = form(&token, json!([]));
            body[name] = value;
            let refused = app.anonymous().post("/v1/activations", body).refused(422, "validation_failed");
            assert_eq!(refused.text_at("/errors/0/code"), "unknown_field");
        }
        let mut disabled = app.somebody(&user.login);
        disabled.state.disabled = true;
        app.app.store.write(|tx| store::users::update(tx, &mut disabled, None, app.now())).expect("an update");
        let body = json!({"token": token, "password": PASSWORD, "consents": [
            {"kind": "general_terms", "version": "2026-01"}, {"kind": "data_protection", "version": "2026-01"}]});
        app.anonymous().post("/v1/activations", body).refused(409, "link_used");
    }
}

both! {
    /// Who did it is in the audit log; the token is nowhere.
    the_audit_log_says_who_activated_and_agreed(app) {
        let (user, token) = invited(&app, "cancom", "erika@kunde.example");
        activate(&app, &token, cancoms()).expect(200);
        let log = app.provider("cancom").get(&format!("/v1/audit-log?subject={}", user.id)).expect(200);
        let actions: Vec<_> =
            log.body["data"].as_array().expect("rows").iter().map(|one| (&one["action"], &one["actor"])).collect();
        let id = json!(user.id.to_string());
        assert_eq!(actions, [(&json!("user.consented"), &id), (&json!("user.activated"), &id)]);
        assert!(!log.text.contains(&token) && !log.text.contains(PASSWORD));
    }
}
