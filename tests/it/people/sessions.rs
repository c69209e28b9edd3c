//! Log-ins: how they go on by refresh tokens (RFC 9700 4.14.2), what ends them, and that it shows at once.

use domain::access::Scope;
use domain::event::{Event, EventKind};
use serde_json::{Value, json};
use store::one_time_tokens::Purpose;
use store::users::StoredUser;
use tests::client::at_once;
use tests::{Answer, Client, TestApp, both};
use time::Duration;

const ME: &str = "/v1/me";
const EMAIL: &str = "admin@kunde.cancom.example";
const NEW: &str = "Kontor-demo-2!";

/// The owner's program; the client's own name is that of anybody else.
fn owner(app: &TestApp) -> Client {
    app.anonymous().with("User-Agent", "shop/1")
}

fn thief(app: &TestApp) -> Client {
    app.anonymous().with("User-Agent", "thief/1")
}

fn goes_on(client: &Client, pair: &Value) -> Value {
    client.refresh(&pair["refresh_token"]).expect(200).body
}

fn me(client: &Client, pair: &Value) -> Answer {
    client.with_token(pair["access_token"].as_str().expect("a token")).get(ME)
}

/// Nothing of a log-in works any more.
fn is_dead(client: &Client, pairs: &[&Value]) {
    for pair in pairs {
        me(client, pair).refused(401, "unauthorized");
        client.refresh(&pair["refresh_token"]).refused(401, "invalid_credentials");
    }
}

fn events(app: &TestApp, kind: EventKind) -> Vec<Event<Value>> {
    let user = app.somebody(EMAIL);
    let scope = Scope::Marketplace(user.marketplace_id);
    let all = app.app.store.read(|conn| store::outbox::events_of(conn, &scope, &user.id.to_string())).expect("a read");
    all.into_iter().filter(|event| event.kind == kind).collect()
}

fn reuses(app: &TestApp) -> Vec<Value> {
    events(app, EventKind::SessionReused).into_iter().map(|event| event.payload).collect()
}

/// Changes somebody as an administrator does, in another process.
fn change(app: &TestApp, change: impl Fn(&mut StoredUser)) {
    let mut user = app.somebody(EMAIL);
    change(&mut user);
    let written = app.app.store.write(|tx| {
        store::users::update(tx, &mut user, None, app.now())?;
        store::marketplaces::bump_access_version(tx, user.marketplace_id)
    });
    written.expect("a write");
    app.app.refresh().expect("what others changed is taken up");
}

both! {
    each_refresh_gives_a_new_pair_and_nothing_is_stored_on_the_way(app) {
        let client = owner(&app);
        let (first, other) = (client.tokens(EMAIL), client.tokens(EMAIL));
        let second = client.refresh(&first["refresh_token"]).expect(200);
        assert_eq!(second.header("cache-control"), "no-store");
        assert_ne!(second.body["refresh_token"], first["refresh_token"]);
        // Both access tokens are of the same log-in, and live until they expire.
        for pair in [&first, &second.body, &other] {
            me(&client, pair).expect(200);
        }
    }
}

both! {
    /// An answer that did not arrive: within ten seconds the same program may ask once more, and both tokens go on.
    used_twice_within_ten_seconds_by_the_same_program_it_gives_a_sibling(app) {
        let client = owner(&app);
        let first = client.tokens(EMAIL);
        let second = goes_on(&client, &first);
        app.advance(Duration::SECOND);
        let sibling = goes_on(&client, &first);
        app.advance(Duration::seconds(9) - Duration::MICROSECOND);
        let last = goes_on(&client, &first);
        for pair in [&second, &sibling, &last] {
            me(&client, pair).expect(200);
        }
        let token = sibling["access_token"].as_str().expect("a token");
        let sessions = client.with_token(token).get("/v1/me/sessions").expect(200);
        assert_eq!(sessions.body["data"].as_array().map(Vec::len), Some(1));
        goes_on(&client, &sibling);
        assert_eq!(reuses(&app), Vec::<Value>::new());
    }
}

both! {
    used_twice_after_ten_seconds_the_log_in_is_dead_and_no_other(app) {
        let client = owner(&app);
        let (first, other) = (client.tokens(EMAIL), client.tokens(EMAIL));
        let second = goes_on(&client, &first);
        app.advance(Duration::seconds(10));
        client.refresh(&first["refresh_token"]).refused(401, "invalid_credentials");
        is_dead(&client, &[&first, &second]);
        goes_on(&client, &other);
        app.drain();
    }
}

both! {
    /// The bug class of grace times: one generation back, not two.
    the_last_but_one_is_dead_within_the_ten_seconds(app) {
        let client = owner(&app);
        let first = client.tokens(EMAIL);
        let second = goes_on(&client, &first);
        let third = goes_on(&client, &second);
        client.refresh(&first["refresh_token"]).refused(401, "invalid_credentials");
        is_dead(&client, &[&first, &second, &third]);
        app.drain();
    }
}

both! {
    used_again_by_another_program_the_log_in_is_dead_at_once(app) {
        let first = owner(&app).tokens(EMAIL);
        let second = goes_on(&owner(&app), &first);
        thief(&app).refresh(&first["refresh_token"]).refused(401, "invalid_credentials");
        is_dead(&owner(&app), &[&first, &second]);
        app.drain();
    }
}

both! {
    /// The thief was faster: the owner's next refresh shows it, and ends both.
    stolen_and_used_first_by_the_thief_nobody_stays(app) {
        let first = owner(&app).tokens(EMAIL);
        let stolen = goes_on(&thief(&app), &first);
        app.advance(Duration::minutes(5));
        owner(&app).refresh(&first["refresh_token"]).refused(401, "invalid_credentials");
        is_dead(&thief(&app), &[&first, &stolen]);
        let told = json!({
            "session_id": reuses(&app)[0]["session_id"],
            "began_from": "127.0.0.1", "began_with": "shop/1",
            "reused_from": "127.0.0.1", "reused_with": "shop/1",
        });
        assert_eq!(reuses(&app), [told]);
        app.drain();
    }
}

both! {
    /// The owner was faster: the thief's use shows it. The owner is told once, however often it is tried.
    stolen_and_used_first_by_the_owner_nobody_stays(app) {
        let first = owner(&app).tokens(EMAIL);
        let second = goes_on(&owner(&app), &first);
        app.advance(Duration::minutes(5));
        for _ in 0..3 {
            thief(&app).refresh(&first["refresh_token"]).refused(401, "invalid_credentials");
        }
        is_dead(&owner(&app), &[&first, &second]);
        let reuses = reuses(&app);
        assert_eq!(
            (reuses.len(), &reuses[0]["began_with"], &reuses[0]["reused_with"]),
            (1, &json!("shop/1"), &json!("thief/1"))
        );
        app.drain();
        let kinds: Vec<_> = app.mails_to(app.somebody(EMAIL).notified_at()).into_iter().map(|mail| mail.kind).collect();
        assert_eq!(kinds, ["session_reused"]);
    }
}

both! {
    /// Two windows of one program: all go on, in one log-in and one generation.
    of_many_at_once_by_one_program_all_go_on(app) {
        let client = owner(&app);
        let first = client.tokens(EMAIL);
        let answers = at_once(&[&client; 20], |client| client.refresh(&first["refresh_token"]));
        assert!(
            answers.iter().all(|answer| answer.status == 200),
            "{:?}",
            answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
        );
        goes_on(&client, &answers[0].body);
        goes_on(&client, &answers[1].body);
        app.advance(Duration::seconds(10));
        client.refresh(&answers[2].body["refresh_token"]).refused(401, "invalid_credentials");
        app.drain();
    }
}

both! {
    /// Owner and thief at the same moment: whoever wins, nobody stays, and it is told once.
    of_many_at_once_by_many_programs_nobody_stays(app) {
        let first = owner(&app).tokens(EMAIL);
        let programs: Vec<_> = (0..20).map(|n| app.anonymous().with("User-Agent", &format!("program/{n}"))).collect();
        let answers = at_once(&programs, |program| program.refresh(&first["refresh_token"]));
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        is_dead(&owner(&app), &[&first, &won[0].body]);
        assert_eq!(reuses(&app).len(), 1);
        app.drain();
    }
}

both! {
    /// 7 days without use, 30 in any case: to the second.
    a_log_in_ends_after_7_days_without_use_and_after_30_in_any_case(app) {
        let client = owner(&app);
        let (mut used, idle) = (client.tokens(EMAIL), client.tokens(EMAIL));
        app.advance(Duration::days(7) - Duration::SECOND);
        used = goes_on(&client, &used);
        app.advance(Duration::SECOND);
        client.refresh(&idle["refresh_token"]).refused(401, "invalid_credentials");
        let list =
            client.with_token(used["access_token"].as_str().expect("a token")).get("/v1/me/sessions").expect(200);
        assert_eq!(list.body["data"].as_array().map(Vec::len), Some(1));
        for _ in 0..4 {
            app.advance(Duration::days(5));
            used = goes_on(&client, &used);
        }
        app.advance(Duration::days(3) - Duration::SECOND);
        used = goes_on(&client, &used);
        me(&client, &used).expect(200);
        app.advance(Duration::SECOND);
        client.refresh(&used["refresh_token"]).refused(401, "invalid_credentials");
        // Also its access token, which would have lived longer.
        me(&client, &used).refused(401, "unauthorized");
        assert_eq!(reuses(&app), Vec::<Value>::new());
    }
}

both! {
    a_log_out_ends_the_whole_log_in(app) {
        let client = owner(&app);
        let first = client.tokens(EMAIL);
        let second = goes_on(&client, &first);
        // Any token of the log-in will do, and one that is unknown is fine.
        for token in [&first["refresh_token"], &second["refresh_token"], &json!("unknown")] {
            client.post("/v1/auth/logout", json!({"refresh_token": token})).expect(204);
            is_dead(&client, &[&first, &second]);
        }
        assert_eq!(reuses(&app), Vec::<Value>::new());
    }
}

both! {
    /// ASVS 7.4.2: who is kept out, is gone or has another role notices at the next request, with the tokens that are
    /// out.
    what_an_administrator_changes_shows_at_the_next_request(app) {
        let client = owner(&app);
        let pair = client.tokens(EMAIL);
        let token = client.with_token(pair["access_token"].as_str().expect("a token"));
        token.get("/v1/audit-log").expect(200);
        change(&app, |user| user.role = domain::access::Role::CustomerUser.into());
        token.get("/v1/audit-log").refused(403, "forbidden");
        assert_eq!(token.get(ME).expect(200).text_at("/role"), "customer_user");
        change(&app, |user| user.state.disabled = true);
        is_dead(&client, &[&pair]);
        change(&app, |user| user.state.disabled = false);
        me(&client, &pair).expect(200);
        change(&app, |user| user.state.activated_at = None);
        is_dead(&client, &[&pair]);
        app.drain();
    }
}

both! {
    a_person_who_is_gone_is_out_at_the_next_request(app) {
        let client = owner(&app);
        let pair = client.tokens(EMAIL);
        let at = app.now();
        change(&app, move |user| user.deleted_at = Some(at));
        is_dead(&client, &[&pair]);
    }
}

both! {
    /// ASVS 7.4.3: another password ends every other log-in at once, and keeps the one it was changed from.
    l11_another_password_ends_every_other_log_in(app) {
        let client = owner(&app);
        let (own, other) = (client.tokens(EMAIL), client.tokens(EMAIL));
        let token = client.with_token(own["access_token"].as_str().expect("a token"));
        let change = |current: &str, new: &str| {
            token.put("/v1/me/password", json!({"current_password": current, "new_password": new}))
        };
        change("wrong", NEW).refused(422, "password_wrong");
        change(api::demo::logins::PASSWORD, "short").refused(422, "validation_failed");
        change(api::demo::logins::PASSWORD, NEW).expect(204);
        is_dead(&client, &[&other]);
        me(&client, &goes_on(&client, &own)).expect(200);
        let with = |password: &str| client.post("/v1/auth/login", json!({"email": EMAIL, "password": password}));
        with(api::demo::logins::PASSWORD).refused(401, "invalid_credentials");
        with(NEW).expect(200);
        assert_eq!(
            events(&app, EventKind::UserPasswordChanged)[0].payload,
            json!({"by": "person", "sessions_ended": 1})
        );
        app.drain();
    }
}

both! {
    /// Whoever has somebody's access token must not guess the password with it: guesses count, and lock as elsewhere.
    guessing_the_current_password_locks_out(app) {
        let client = owner(&app);
        let own = client.tokens(EMAIL);
        let token = client.with_token(own["access_token"].as_str().expect("a token"));
        let guess =
            |current: &str| token.put("/v1/me/password", json!({"current_password": current, "new_password": NEW}));
        for _ in 0..5 {
            guess("wrong").refused(422, "password_wrong");
        }
        guess(api::demo::logins::PASSWORD).refused(422, "password_wrong");
        me(&client, &own).expect(200);
        app.drain();
    }
}

both! {
    /// A link by mail sets a new password: every log-in ends, a lock too, and the link works once within an hour.
    a_password_is_reset_by_mail(app) {
        let client = owner(&app);
        let pair = client.tokens(EMAIL);
        for _ in 0..5 {
            client.post("/v1/auth/login", json!({"email": EMAIL, "password": "wrong"}));
        }
        client.post("/v1/auth/password-reset", json!({"email": EMAIL.to_uppercase()})).expect(202);
        app.drain();
        let mails = app.mails_to(app.somebody(EMAIL).notified_at());
        let mail = mails.iter().find(|mail| mail.kind == "password_reset").expect("a mail");
        let confirm = |token: &str, password: &str| {
            client.post("/v1/auth/password-reset/confirm", json!({"token": token, "password": password}))
        };
        confirm(&mail.token(), "short").refused(422, "validation_failed");
        confirm("x", NEW).refused(422, "link_invalid");
        confirm(&mail.token(), NEW).expect(204);
        confirm(&mail.token(), NEW).refused(409, "link_used");
        is_dead(&client, &[&pair]);
        client.post("/v1/auth/login", json!({"email": EMAIL, "password": NEW})).expect(200);
        let user = app.somebody(EMAIL);
        let token = app.link(&user, Purpose::PasswordReset, Duration::HOUR);
        app.advance(Duration::HOUR);
        confirm(&token, NEW).refused(422, "link_expired");
        app.drain();
    }
}

both! {
    /// The answer is the same for everybody; a mail goes to who can use it, three times an hour at most.
    a_reset_tells_nobody_who_there_is(app) {
        let said = |email: &str, marketplace: Value| {
            let answer =
                app.anonymous().post("/v1/auth/password-reset", json!({"email": email, "marketplace": marketplace}));
            let headers = answer.headers().into_iter().filter(|(name, _)| name != "date" && name != "x-request-id");
            (answer.status, answer.text.clone(), headers.collect::<Vec<_>>())
        };
        let known = said(EMAIL, Value::Null);
        assert_eq!(known.0, 202);
        let nobody = ["nobody@kunde.example", "x"].map(|email| (email, Value::Null));
        let elsewhere = ["nowhere", "ahd"].map(|marketplace| (EMAIL, json!(marketplace)));
        for (email, marketplace) in nobody.into_iter().chain(elsewhere) {
            assert_eq!(said(email, marketplace), known, "{email}");
        }
        for _ in 0..4 {
            assert_eq!(said(EMAIL, json!("cancom")), known);
        }
        assert_eq!(events(&app, EventKind::UserPasswordResetRequested).len(), 3);
        app.advance(Duration::HOUR);
        assert_eq!(said(EMAIL, json!("cancom")), known);
        assert_eq!(events(&app, EventKind::UserPasswordResetRequested).len(), 4);
        app.drain();
    }
}

both! {
    /// X-23 `unlock: admin`: a new password does not end a lock that only an administrator ends.
    x23_a_reset_ends_no_lock_that_is_an_administrators(app) {
        app.set_people_rule("cancom", "/lockout/unlock", json!("admin"));
        for _ in 0..5 {
            owner(&app).post("/v1/auth/login", json!({"email": EMAIL, "password": "wrong"}));
        }
        let token = app.link(&app.somebody(EMAIL), Purpose::PasswordReset, Duration::HOUR);
        let body = json!({"token": token, "password": NEW});
        owner(&app).post("/v1/auth/password-reset/confirm", body).expect(204);
        owner(&app)
            .post("/v1/auth/login", json!({"email": EMAIL, "password": NEW}))
            .refused(401, "invalid_credentials");
        app.drain();
    }
}

both! {
    /// ASVS 7.5.2: everybody sees its log-ins, and ends one or all others.
    people_see_and_end_their_log_ins(app) {
        let client = owner(&app);
        let first = client.tokens(EMAIL);
        app.advance(Duration::SECOND);
        let (second, third) = (thief(&app).tokens(EMAIL), client.tokens(EMAIL));
        let token = client.with_token(third["access_token"].as_str().expect("a token"));
        let rows = |path: &str| token.get(path).expect(200).body["data"].as_array().expect("rows").clone();
        let listed = rows("/v1/me/sessions");
        let told: Vec<_> = listed
            .iter()
            .map(|row| (row["current"].clone(), row["user_agent"].clone(), row["address"].clone()))
            .collect();
        let row = |current: bool, agent: &str| (json!(current), json!(agent), json!("127.0.0.1"));
        assert_eq!(told, [row(true, "shop/1"), row(false, "thief/1"), row(false, "shop/1")]);
        assert_eq!(
            (&listed[2]["started_at"], &listed[2]["ends_at"]),
            (&json!("2026-09-06T10:15:00Z"), &json!("2026-09-13T10:15:00Z"))
        );
        let path = format!("/v1/me/sessions/{}", listed[1]["id"].as_str().expect("an id"));
        app.user("cancom").delete(&path).refused(404, "not_found");
        token.delete(&path).expect(204);
        token.delete(&path).refused(404, "not_found");
        is_dead(&client, &[&second]);
        me(&client, &first).expect(200);
        token.delete("/v1/me/sessions").expect(204);
        is_dead(&client, &[&first]);
        assert_eq!(rows("/v1/me/sessions").len(), 1);
        token.delete(&format!("/v1/me/sessions/{}", listed[0]["id"].as_str().expect("an id"))).expect(204);
        is_dead(&client, &[&third]);
        app.drain();
    }
}

both! {
    /// L-12: when, from where, by which program, and how it went.
    l12_the_login_history_says_how_each_try_went(app) {
        let pair = owner(&app).tokens(EMAIL);
        app.advance(Duration::SECOND);
        thief(&app)
            .post("/v1/auth/login", json!({"email": EMAIL, "password": "wrong"}))
            .refused(401, "invalid_credentials");
        let token = owner(&app).with_token(pair["access_token"].as_str().expect("a token"));
        let page = token.get("/v1/me/logins?limit=1").expect(200);
        let expected = json!({
            "at": "2026-09-06T10:15:01Z", "outcome": "wrong_password", "address": "127.0.0.1",
            "user_agent": "thief/1",
        });
        assert_eq!(page.body["data"], json!([expected]));
        let next = token.get(&format!("/v1/me/logins?limit=1&cursor={}", page.text_at("/next_cursor"))).expect(200);
        assert_eq!((next.text_at("/data/0/outcome"), &next.body["next_cursor"]), ("succeeded", &Value::Null));
    }
}

both! {
    /// C-09, T-06: where a text is replaced its people are asked again, and nothing is taken from them meanwhile.
    a_consent_to_an_older_text_is_asked_for_again(app) {
        let person = app.admin("terra");
        assert_eq!(person.get(ME).expect(200).body["consents_outdated"], json!([]));
        app.set_people_rule("terra", "/consents/0/version", json!("2027-01"));
        assert_eq!(person.get(ME).expect(200).body["consents_outdated"], json!(["general_terms"]));
        person.get("/v1/products").expect(200);
        let states = || -> Vec<_> {
            let list = person.get("/v1/me/consents").expect(200).body["data"].clone();
            list.as_array()
                .expect("rows")
                .iter()
                .map(|row| format!("{} {} {}", row["kind"], row["version"], row["status"]).replace('"', ""))
                .collect()
        };
        assert_eq!(
            states(),
            ["general_terms 2027-01 outdated", "data_protection 2026-01 agreed", "general_terms 2026-01 replaced"]
        );
        let give = |version: &str| {
            person.post("/v1/me/consents", json!({"consents": [{"kind": "general_terms", "version": version}]}))
        };
        give("2026-01").refused(422, "consent_outdated");
        person.post("/v1/me/consents", json!({"consents": []})).refused(422, "required");
        give("2027-01").expect(204);
        assert_eq!(
            states(),
            ["general_terms 2027-01 agreed", "data_protection 2026-01 agreed", "general_terms 2026-01 replaced"]
        );
        assert_eq!(person.get(ME).expect(200).body["consents_outdated"], json!([]));
    }
}

both! {
    /// What is a person's own is no script's.
    a_script_has_no_password_and_no_log_ins(app) {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            api::demo::logins::client_id("cancom"),
            api::demo::logins::CLIENT_SECRET
        );
        let grant =
            app.anonymous().send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", form.into_bytes());
        let script = app.anonymous().with_token(grant.expect(200).text_at("/access_token"));
        for path in ["/v1/me/logins", "/v1/me/sessions", "/v1/me/consents"] {
            script.get(path).refused(403, "only_in_person");
        }
        script.delete("/v1/me/sessions").refused(403, "only_in_person");
        let body = json!({"current_password": "x", "new_password": NEW});
        script.put("/v1/me/password", body).refused(403, "only_in_person");
    }
}
