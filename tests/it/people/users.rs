//! People: added, shown, changed, kept out and removed by administrators (L-03…L-22, X-21, X-22, T-10, T-11).

use serde_json::{Value, json};
use tests::client::at_once;
use tests::people::PASSWORD;
use tests::shop::{self, MONTH, column, rows, text, told, wrong};
use tests::{Client, TestApp, both};
use time::Duration;
use time::macros::datetime;

const USERS: &str = "/v1/users";

fn path(id: &str) -> String {
    format!("{USERS}/{id}")
}

/// A person who is asked for.
pub fn person(email: &str) -> Value {
    json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": "customer_user"})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// Another administrator of the customer, ready at once (colt).
fn second_admin(app: &TestApp, email: &str) -> String {
    let provider = app.provider("colt");
    let body = with(with(person(email), "send_activation_mail", json!(false)), "role", json!("customer_admin"));
    let body = with(body, "customer_id", json!(shop::customer(&provider, "Musterfirma GmbH")));
    provider.post(USERS, body).expect(201).text_at("/id").to_owned()
}

fn status(client: &Client, id: &str) -> String {
    client.get(&path(id)).expect(200).text_at("/status").to_owned()
}

both! {
    l08_l09_a_person_is_added_and_activates_the_account_by_the_link(app) {
        app.advance(datetime!(2026-09-07 10:00:00 UTC) - app.now());
        let admin = app.admin("cancom");
        let added = admin.post(USERS, person("erika@kunde.example")).expect(201);
        assert_eq!(added.header("location"), path(added.text_at("/id")));
        assert_eq!((added.text_at("/status"), added.text_at("/login")), ("not_activated", "erika@kunde.example"));
        assert_eq!(added.text_at("/activation_expires_at"), "2026-09-09T10:00:00Z");
        assert_eq!(added.body["customer_id"], admin.get("/v1/me").expect(200).body["customer_id"]);
        assert!(!added.text.contains("token") && !added.text.contains("password"), "{}", added.text);
        let shown = admin.get(&path(added.text_at("/id"))).expect(200);
        assert_eq!((&shown.body, shown.header("etag")), (&added.body, added.header("etag")));
        app.drain();
        assert_eq!(app.mails_to("erika@kunde.example").len(), 1);
        app.activate("erika@kunde.example");
        assert_eq!(status(&admin, added.text_at("/id")), "ready");
        app.logged_in("erika@kunde.example", PASSWORD).get("/v1/me").expect(200);
    }
}

both! {
    g22_without_an_activation_mail_a_person_is_ready_at_once_and_nothing_is_sent(app) {
        let body = with(person("max@kunde.colt.example"), "send_activation_mail", json!(false));
        let added = app.admin("colt").post(USERS, with(body.clone(), "password", json!(PASSWORD))).expect(201);
        assert_eq!((added.text_at("/status"), &added.body["activation_expires_at"]), ("ready", &Value::Null));
        app.drain();
        assert_eq!(app.mails().len(), 0);
        app.logged_in("max@kunde.colt.example", PASSWORD).get("/v1/me").expect(200);
        // Elsewhere everybody activates the account by the link.
        let refused = app.admin("cancom").post(USERS, body).refused(422, "activation_not_optional");
        assert_eq!(told(&refused), wrong([("/send_activation_mail", "activation_not_optional")]));
        // With a mail the person sets the password itself.
        let both = with(person("mia@kunde.colt.example"), "password", json!(PASSWORD));
        app.admin("colt").post(USERS, both).refused(422, "password_not_settable");
    }
}

both! {
    x21_a_login_is_the_address_or_any_name_and_reads_like_nobody_elses(app) {
        let (cancom, colt) = (app.admin("cancom"), app.admin("colt"));
        let named = with(person("e@kunde.example"), "login", json!("e.muster"));
        let refused = cancom.post(USERS, named.clone());
        assert_eq!(told(&refused), wrong([("/login", "invalid_value")]));
        let other = with(person("e@kunde.example"), "login", json!("f@kunde.example"));
        cancom.post(USERS, other).refused(422, "login_is_email");
        let erika = colt.post(USERS, named).expect(201);
        assert_eq!(erika.text_at("/login"), "e.muster");
        // L-22: edited afterwards, on its own.
        let moved = colt.patch(&path(erika.text_at("/id")), json!({"email": "erika@kunde.example"})).expect(200);
        assert_eq!((moved.text_at("/login"), moved.text_at("/email")), ("e.muster", "erika@kunde.example"));
        let renamed = colt.patch(&path(erika.text_at("/id")), json!({"login": "Erika.Muster"})).expect(200);
        assert_eq!(renamed.text_at("/login"), "erika.muster");
        // Where it is the address, it follows it.
        let anna = cancom.post(USERS, person("anna@kunde.example")).expect(201);
        let moved = cancom.patch(&path(anna.text_at("/id")), json!({"email": "Anna.Neu@kunde.example"})).expect(200);
        assert_eq!(moved.text_at("/login"), "anna.neu@kunde.example");
        // A Cyrillic а, a fullwidth ａ, a line break.
        for login in ["\u{430}dmin@kunde.example", "\u{ff41}dmin", "admin\r\nBcc: x"] {
            let alike = with(person("x@kunde.example"), "login", json!(login));
            assert_eq!(told(&colt.post(USERS, alike)), wrong([("/login", "invalid_value")]), "{login:?}");
        }
        app.drain();
    }
}

both! {
    names_carry_nothing_into_the_headers_of_mails(app) {
        for (field, value) in [("first_name", "Erika\r\nBcc: all@kunde.example"), ("last_name", "Mus\u{202e}ter")] {
            let body = with(person("erika@kunde.example"), field, json!(value));
            let refused = app.admin("cancom").post(USERS, body);
            assert_eq!(told(&refused), wrong([(format!("/{field}").as_str(), "invalid_value")]));
        }
    }
}

both! {
    what_is_not_the_callers_to_say_is_refused(app) {
        let admin = app.admin("cancom");
        for (field, value) in [
            ("id", json!("usr_01kagy2qk8e3vrc6h1x0m4t7ws")),
            ("marketplace_id", json!("mkt_01kagy2qk8e3vrc6h1x0m4t7ws")),
            ("status", json!("ready")),
            ("is_admin", json!(true)),
        ] {
            admin.post(USERS, with(person("e@kunde.example"), field, value.clone())).refused(422, "unknown_field");
            let user = path(&app.user("cancom").id());
            admin.patch(&user, json!({field: value})).refused(422, "unknown_field");
        }
        let foreign = shop::customer(&app.provider("colt"), "Musterfirma GmbH");
        let elsewhere = with(person("e@kunde.example"), "customer_id", json!(foreign));
        admin.post(USERS, elsewhere).refused(422, "not_found");
    }
}

both! {
    an_address_is_taken_once_in_a_marketplace_and_nobody_learns_by_whom(app) {
        let admin = app.admin("cancom");
        let known = admin.post(USERS, person("user@kunde.cancom.example")).refused(409, "already_exists");
        assert_eq!(known.text_at("/user_id"), app.user("cancom").id());
        let foreign = admin.post(USERS, person("Provider@cancom.example")).refused(422, "login_taken");
        assert_eq!((told(&foreign), foreign.body.get("user_id")), (wrong([("/email", "login_taken")]), None));
        let billing = path(&app.billing("cancom").id());
        let moved = admin.patch(&billing, json!({"email": "user@kunde.cancom.example"}));
        assert_eq!(told(&moved.refused(422, "login_taken")), wrong([("/email", "login_taken")]));
        // In another marketplace it is free.
        app.provider("colt")
            .post(USERS, with(person("user@kunde.cancom.example"), "role", json!("provider_support")))
            .expect(201);
        app.drain();
    }
}

both! {
    a_script_converges_by_its_reference(app) {
        let admin = app.admin("cancom");
        let body = with(person("e@kunde.example"), "external_ref", json!("hr-17"));
        let added = admin.post(USERS, body).expect(201);
        let again = with(person("f@kunde.example"), "external_ref", json!("hr-17"));
        let again = admin.post(USERS, again).refused(409, "external_ref_taken");
        assert_eq!(again.body["user_id"], added.body["id"]);
        let found = admin.get("/v1/users?external_ref=hr-17").expect(200);
        assert_eq!(column(&rows(&found), "/id"), [added.text_at("/id")]);
        let user = path(&app.user("cancom").id());
        admin.patch(&user, json!({"external_ref": "hr-17"})).refused(409, "external_ref_taken");
        // Another organisation's is its own.
        let neighbour = shop::customer(&app.provider("cancom"), "Neukunde GmbH");
        let same = with(with(person("g@neu.example"), "external_ref", json!("hr-17")), "customer_id", json!(neighbour));
        app.provider("cancom").post(USERS, same).expect(201);
        app.drain();
    }
}

both! {
    l03_people_are_listed_with_their_status_by_whoever_sees_them(app) {
        let admin = app.admin("cancom");
        let erika = admin.post(USERS, person("erika@kunde.example")).expect(201).text_at("/id").to_owned();
        let logins =
            |client: &Client, query: &str| column(&rows(&client.get(&format!("{USERS}{query}")).expect(200)), "/login");
        let own = ["admin@kunde.cancom.example", "billing@kunde.cancom.example", "user@kunde.cancom.example"];
        assert_eq!(logins(&admin, "?status=ready&sort=created_at"), own);
        assert_eq!(logins(&admin, "?status=not_activated"), ["erika@kunde.example"]);
        assert_eq!(logins(&admin, "?role=customer_billing"), own[1..2]);
        assert_eq!(logins(&admin, "?login=Erika@kunde.example"), ["erika@kunde.example"]);
        admin.get("/v1/users?status=asleep").refused(422, "invalid_value");
        let me = admin.get("/v1/me").expect(200);
        let customer = me.text_at("/customer_id");
        assert_eq!(logins(&app.provider("cancom"), &format!("?customer_id={customer}")).len(), 4);
        // A reseller sees its own and its customers' people, and nobody above or beside it.
        let reseller = app.reseller(1);
        assert!(logins(&reseller, "").iter().all(|login| login.contains("reseller1") || login.contains("kunde1")));
        app.reseller(2).get(&path(&app.reseller(1).id())).refused(404, "not_found");
        app.admin("colt").get(&path(&erika)).refused(404, "not_found");
        app.user("cancom").get(USERS).refused(403, "forbidden");
        app.drain();
    }
}

both! {
    l06_l10_data_are_edited_field_by_field(app) {
        let admin = app.admin("cancom");
        let user = path(&app.user("cancom").id());
        let address =
            json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"});
        let change = json!({
            "notification_email": "post@kunde.example", "phone": "+49 221 1", "address": address, "language": "pl",
        });
        let changed = admin.patch(&user, change).expect(200);
        assert_eq!(changed.text_at("/address/city"), "Köln");
        let moved = admin.patch(&user, json!({"address": {"city": "Bonn"}, "phone": null})).expect(200);
        assert_eq!(
            (moved.text_at("/address/city"), moved.text_at("/address/street")),
            ("Bonn", "Kalker Hauptstraße 1")
        );
        assert_eq!((&moved.body["phone"], moved.text_at("/language")), (&Value::Null, "pl"));
        let wrong_fields =
            admin.patch(&user, json!({"address": {"postal_code": "5106"}, "language": "fr", "first_name": ""}));
        let expected = [
            ("/address/postal_code", "postal_code_invalid"),
            ("/first_name", "required"),
            ("/language", "invalid_value"),
        ];
        assert_eq!(told(&wrong_fields), wrong(expected));
        let stale = admin.with("If-Match", changed.header("etag")).patch(&user, json!({"first_name": "Udo"}));
        stale.refused(412, "precondition_failed");
    }
}

both! {
    an_administrator_gives_only_what_it_may_itself(app) {
        let reseller = app.reseller(1);
        let employee = |areas: Value| {
            json!({
                "email": "jan@reseller1.example", "first_name": "Jan", "last_name": "Nowak",
                "role": "reseller_employee",
                "areas": areas,
            })
        };
        let mut without = employee(json!([]));
        without.as_object_mut().expect("an object").remove("areas");
        reseller.post(USERS, without).refused(422, "areas_required");
        // T-10, T-11: with any set of areas.
        let jan = reseller.post(USERS, employee(json!(["csp", "general_access"]))).expect(201);
        assert_eq!(jan.body["areas"], json!(["general_access", "csp"]));
        let user = with(
            with(person("u@kunde1.example"), "areas", json!(["csp"])),
            "customer_id",
            json!(shop::customer(&reseller, "Kunde 1 GmbH")),
        );
        reseller.post(USERS, user.clone()).refused(422, "areas_not_chosen");
        // K-13: who could make itself the customer's administrator would accept its own offers.
        let mut above = with(user, "role", json!("customer_admin"));
        above.as_object_mut().expect("an object").remove("areas");
        reseller.post(USERS, above.clone()).refused(403, "role_exceeds_own");
        // U-90: several at once are refused for it like one.
        let two = ["one@kunde1.example", "two@kunde1.example"].map(|email| with(above.clone(), "email", json!(email)));
        let refused = reseller.post(&format!("{USERS}/bulk"), json!({"users": two})).refused(403, "role_exceeds_own");
        assert_eq!(refused.text_at("/errors/1/pointer"), "/users/1/role");
        assert_eq!(refused.body["missing"], json!(["delegations.answer"]));
        reseller
            .delete(&path(&column(&rows(&reseller.get("/v1/users?role=customer_admin").expect(200)), "/id")[0]))
            .refused(403, "role_exceeds_own");
        // what the marketplace does not offer is not given.
        app.admin("colt")
            .post(USERS, with(person("e@kunde.example"), "role", json!("customer_billing")))
            .refused(422, "role_not_offered");
        app.admin("cancom")
            .post(USERS, with(person("e@kunde.example"), "role", json!("provider_admin")))
            .refused(422, "role_not_offered");
        app.admin("cancom")
            .post(USERS, with(person("e@kunde.example"), "role", json!("No Role")))
            .refused(422, "role_not_offered");
        app.drain();
    }
}

both! {
    another_role_holds_at_once_also_for_tokens_that_are_out(app) {
        let (admin, user) = (app.admin("cancom"), app.user("cancom"));
        user.get("/v1/orders").refused(403, "forbidden");
        let own = path(&app.user("cancom").id());
        admin.patch(&own, json!({"role": "customer_billing"})).expect(200);
        user.get("/v1/orders").expect(200);
        admin.patch(&own, json!({"role": "customer_user"})).expect(200);
        user.get("/v1/orders").refused(403, "forbidden");
    }
}

both! {
    l15_l20_who_is_disabled_is_out_at_once_and_uses_no_licence(app) {
        let admin = app.admin("cancom");
        let (user, login) = (
            app.user("cancom"),
            json!({"email": "user@kunde.cancom.example", "password": api::demo::logins::PASSWORD}),
        );
        let pair = app.anonymous().post("/v1/auth/login", login.clone()).expect(200);
        let id = app.user("cancom").id();
        let subscription = text(&shop::buy(&app, &admin, "Office 365 E1", MONTH, 2)["id"]);
        let assignments = format!("/v1/subscriptions/{subscription}/assignments");
        admin.post(&assignments, json!({"user_id": id})).expect(201);
        let disabled = admin.post(&format!("{}/disable", path(&id)), Value::Null).expect(200);
        assert_eq!(disabled.text_at("/status"), "disabled");
        user.get("/v1/me").refused(401, "unauthorized");
        app.anonymous()
            .post("/v1/auth/refresh", json!({"refresh_token": pair.body["refresh_token"]}))
            .refused(401, "invalid_credentials");
        assert_eq!(app.anonymous().post("/v1/auth/login", login.clone()).status, 401);
        assert_eq!(rows(&admin.get(&assignments).expect(200))[0]["in_use"], json!(false));
        admin.post(&format!("{}/disable", path(&id)), Value::Null).expect(200);
        assert_eq!(admin.post(&format!("{}/enable", path(&id)), Value::Null).expect(200).text_at("/status"), "ready");
        assert_eq!(rows(&admin.get(&assignments).expect(200))[0]["in_use"], json!(true));
        // The log-in that was ended stays so.
        user.get("/v1/me").refused(401, "unauthorized");
        app.anonymous().post("/v1/auth/login", login).expect(200);
        app.drain();
    }
}

both! {
    l14_who_is_deleted_leaves_its_id_and_a_free_name(app) {
        let admin = app.admin("cancom");
        let (user, id) = (app.user("cancom"), app.user("cancom").id());
        let subscription = text(&shop::buy(&app, &admin, "Office 365 E1", MONTH, 1)["id"]);
        let assignments = format!("/v1/subscriptions/{subscription}/assignments");
        admin.post(&assignments, json!({"user_id": id})).expect(201);
        admin.delete(&path(&id)).expect(204);
        admin.get(&path(&id)).refused(404, "not_found");
        admin.delete(&path(&id)).refused(404, "not_found");
        user.get("/v1/me").refused(401, "unauthorized");
        assert!(rows(&admin.get(&assignments).expect(200)).is_empty());
        let history = admin.get(&format!("/v1/subscriptions/{subscription}/history?limit=200")).expect(200);
        assert!(history.text.contains("license.taken_back"));
        let log = admin.get(&format!("/v1/audit-log?subject={id}")).expect(200);
        assert_eq!(
            (log.text_at("/data/0/action"), log.text.contains("kunde.cancom.example")),
            ("user.deleted", false),
            "{}",
            log.text
        );
        let again = admin.post(USERS, person("user@kunde.cancom.example")).expect(201);
        assert_ne!(again.text_at("/id"), id);
        app.drain();
    }
}

both! {
    nobody_keeps_itself_out_and_the_last_administrator_stays(app) {
        let (admin, provider) = (app.admin("cancom"), app.provider("cancom"));
        let id = app.admin("cancom").id();
        admin.delete(&path(&id)).refused(409, "not_oneself");
        admin.post(&format!("{}/disable", path(&id)), Value::Null).refused(409, "not_oneself");
        admin.patch(&path(&id), json!({"role": "customer_user"})).refused(409, "last_administrator");
        provider.delete(&path(&id)).refused(409, "last_administrator");
        provider.post(&format!("{}/disable", path(&id)), Value::Null).refused(409, "last_administrator");
        // Who has not activated the account runs nothing yet.
        let second = admin.post(USERS, with(person("zwei@kunde.example"), "role", json!("customer_admin"))).expect(201);
        admin.patch(&path(&id), json!({"role": "customer_user"})).refused(409, "last_administrator");
        admin.post(&format!("{}/activate", path(second.text_at("/id"))), Value::Null).expect(200);
        admin.patch(&path(&id), json!({"role": "customer_user"})).expect(200);
        app.drain();
    }
}

both! {
    of_two_who_remove_the_last_two_administrators_at_once_one_is_refused(app) {
        let (provider, first) = (app.provider("colt"), app.admin("colt").id());
        for round in 0..3 {
            let second = second_admin(&app, &format!("zwei{round}@kunde.colt.example"));
            let answers = match round {
                0 => at_once(&[&first, &second], |id| provider.post(&format!("{}/disable", path(id)), Value::Null)),
                1 => at_once(&[&first, &second], |id| provider.patch(&path(id), json!({"role": "customer_user"}))),
                _ => at_once(&[&first, &second], |id| provider.delete(&path(id))),
            };
            let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
            statuses.sort_unstable();
            assert_eq!(
                statuses,
                [if round == 2 { 204 } else { 200 }, 409],
                "{:?}",
                answers.iter().map(|answer| &answer.text).collect::<Vec<_>>()
            );
            if round < 2 {
                // As before.
                for id in [&first, &second] {
                    provider.post(&format!("{}/enable", path(id)), Value::Null).expect(200);
                    provider.patch(&path(id), json!({"role": "customer_admin"})).expect(200);
                }
                provider.delete(&path(&second)).expect(204);
            }
        }
        app.drain();
    }
}

both! {
    l16_an_account_is_activated_by_hand_or_mailed_again(app) {
        let admin = app.admin("cancom");
        let id = admin.post(USERS, person("erika@kunde.example")).expect(201).text_at("/id").to_owned();
        app.drain();
        let first = app.mails_to("erika@kunde.example")[0].token();
        app.advance(Duration::HOUR);
        let admin = app.admin("cancom");
        let again = admin.post(&format!("{}/activation-mail", path(&id)), Value::Null).expect(200);
        assert_eq!(again.text_at("/activation_expires_at"), "2026-09-08T11:15:00Z");
        app.drain();
        assert_eq!(app.mails_to("erika@kunde.example").len(), 2);
        let old = json!({
            "token": first, "password": PASSWORD, "consents": [{"kind": "terms_and_privacy", "version": "2026-01"}],
        });
        app.anonymous().post("/v1/activations", old).refused(409, "link_used");
        let by_hand = admin.post(&format!("{}/activate", path(&id)), Value::Null).expect(200);
        assert_eq!(by_hand.text_at("/status"), "ready");
        // The password is still set by the link.
        app.activate("erika@kunde.example");
        admin.post(&format!("{}/activation-mail", path(&id)), Value::Null).refused(409, "user_activated");
        app.drain();
    }
}

both! {
    l18_a_lock_is_ended_by_an_administrator(app) {
        let admin = app.admin("cancom");
        let id = app.user("cancom").id();
        for _ in 0..5 {
            app.log_in("user@kunde.cancom.example", "wrong");
        }
        let locked = admin.get(&path(&id)).expect(200);
        assert_eq!((locked.text_at("/status"), locked.text_at("/locked_until")), ("locked", "2026-09-06T10:30:00Z"));
        assert_eq!(column(&rows(&admin.get("/v1/users?status=locked").expect(200)), "/id"), [id.as_str()]);
        // L-12: every try with its time, address and outcome.
        let logins = admin.get(&format!("{}/logins?limit=3", path(&id))).expect(200);
        assert_eq!(
            (logins.text_at("/data/0/outcome"), logins.text_at("/data/0/address")),
            ("wrong_password", "127.0.0.1")
        );
        assert!(logins.body["next_cursor"].is_string());
        assert_eq!(admin.post(&format!("{}/unlock", path(&id)), Value::Null).expect(200).text_at("/status"), "ready");
        // With all its tries again.
        app.log_in("user@kunde.cancom.example", "wrong");
        app.log_in("user@kunde.cancom.example", api::demo::logins::PASSWORD).expect(200);
        app.drain();
    }
}

both! {
    l11_an_administrator_sets_a_password_where_the_marketplace_lets_it(app) {
        let (admin, id) = (app.admin("colt"), app.user("colt").id());
        let (user, password) = (app.user("colt"), format!("{}/password", path(&app.user("colt").id())));
        admin.put(&password, json!({"password": "abcdefgh"})).refused(422, "password_class_missing_any");
        admin.put(&password, json!({"password": PASSWORD})).expect(204);
        user.get("/v1/me").refused(401, "unauthorized");
        assert_eq!(app.log_in("user@kunde.colt.example", api::demo::logins::PASSWORD).status, 401);
        app.log_in("user@kunde.colt.example", PASSWORD).expect(200);
        let log = admin.get(&format!("/v1/audit-log?subject={id}")).expect(200);
        assert_eq!((log.text_at("/data/0/action"), log.text.contains(PASSWORD)), ("user.password_changed", false));
        let cancom = app.admin("cancom");
        let other = format!("{}/password", path(&app.user("cancom").id()));
        cancom.put(&other, json!({"password": PASSWORD})).refused(422, "password_not_settable");
        app.drain();
        assert_eq!(app.mails_to("user@kunde.colt.example").len(), 1, "the owner is told");
    }
}

both! {
    a_password_is_reset_by_a_link_that_an_administrator_has_sent(app) {
        let admin = app.admin("cancom");
        let id = app.user("cancom").id();
        admin.post(&format!("{}/password-reset", path(&id)), Value::Null).expect(204);
        app.drain();
        assert_eq!(app.mails_to("user@kunde.cancom.example").len(), 1);
        let erika = admin.post(USERS, person("erika@kunde.example")).expect(201);
        admin
            .post(&format!("{}/password-reset", path(erika.text_at("/id"))), Value::Null)
            .refused(409, "user_not_ready");
        app.drain();
    }
}

both! {
    an_administrator_ends_somebodys_log_ins(app) {
        let (admin, user) = (app.admin("cancom"), app.user("cancom"));
        let sessions = format!("{}/sessions", path(&app.user("cancom").id()));
        let open = admin.get(&sessions).expect(200);
        assert_eq!((rows(&open).len(), open.text_at("/data/0/address")), (1, "127.0.0.1"));
        admin.delete(&sessions).expect(204);
        user.get("/v1/me").refused(401, "unauthorized");
        assert!(rows(&admin.get(&sessions).expect(200)).is_empty());
    }
}

both! {
    in_somebodys_name_no_password_is_set_and_nothing_agreed_to(app) {
        let provider = app.provider("colt");
        let admin = app.admin("colt").id();
        let token = provider.post(&format!("{}/impersonation", path(&admin)), Value::Null).expect(200);
        let acting = app.anonymous().with_token(token.text_at("/access_token"));
        let user = path(&app.user("colt").id());
        acting.put(&format!("{user}/password"), json!({"password": PASSWORD})).refused(403, "not_while_impersonating");
        acting.post(&format!("{user}/password-reset"), Value::Null).refused(403, "not_while_impersonating");
        let customer = acting.customer();
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"});
        acting.post(&format!("/v1/customers/{customer}/agreements"), agreed).refused(403, "not_while_impersonating");
        // Neither of both is kept out by it, and nobody is changed.
        acting.post(&format!("{}/disable", path(&admin)), Value::Null).refused(403, "not_while_impersonating");
        acting.patch(&user, json!({"first_name": "Udo"})).refused(403, "not_while_impersonating");
    }
}

both! {
    x22_an_own_role_changes_at_once_for_tokens_that_are_out(app) {
        let (provider, admin, user) = (app.provider("cancom"), app.admin("cancom"), app.user("cancom"));
        let role = |permissions: &[&str]| {
            let title = json!({"de": "Einkauf", "en": "Purchasing", "pl": "Zakupy"});
            provider.put(
                "/v1/roles/purchaser",
                json!({"organization": "customer", "title": title, "permissions": permissions}),
            )
        };
        let own = path(&app.user("cancom").id());
        admin.patch(&own, json!({"role": "purchaser"})).refused(422, "role_not_offered");
        role(&["catalog.read", "orders.read"]).expect(201);
        admin.patch(&own, json!({"role": "purchaser"})).expect(200);
        user.get("/v1/orders").expect(200);
        role(&["catalog.read"]).expect(200);
        user.get("/v1/orders").refused(403, "forbidden");
        provider.delete("/v1/roles/purchaser").refused(409, "role_in_use");
        admin.patch(&own, json!({"role": "customer_user"})).expect(200);
        provider.delete("/v1/roles/purchaser").expect(204);
    }
}

both! {
    what_is_no_id_of_a_person_is_nobody(app) {
        let admin = app.admin("cancom");
        for id in ["erika", "usr_x", "cus_01kagy2qk8e3vrc6h1x0m4t7ws", "usr_01kagy2qk8e3vrc6h1x0m4t7ws"] {
            admin.get(&path(id)).refused(404, "not_found");
            admin.delete(&path(id)).refused(404, "not_found");
            admin.post(&format!("{}/disable", path(id)), Value::Null).refused(404, "not_found");
        }
        admin.get("/v1/users/bulk").refused(405, "method_not_allowed");
    }
}
