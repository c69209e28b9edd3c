//! Logging in: what too many failures do, and that nobody learns what there is.

use domain::people::UserStatus;
use serde_json::{Value, json};
use store::login_attempts::LoginOutcome;
use store::one_time_tokens::Purpose;
use store::page::PageRequest;
use tests::{Answer, Client, TestApp, both};
use time::Duration;

const EMAIL: &str = "admin@kunde.cancom.example";

fn try_with(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/v1/auth/login", json!({"email": email, "password": password}))
}

fn right(app: &TestApp) -> Answer {
    try_with(&app.anonymous(), EMAIL, api::demo::logins::PASSWORD)
}

fn wrong(app: &TestApp) -> Answer {
    try_with(&app.anonymous(), EMAIL, "wrong").refused(401, "invalid_credentials")
}

/// How somebody's tries went, the first one first.
fn history(app: &TestApp, login: &str) -> Vec<LoginOutcome> {
    let (user, page) = (app.somebody(login), PageRequest { limit: 200, after: None, descending: false });
    let rows =
        app.app.store.read(|conn| store::login_attempts::of_user_unscoped(conn, user.marketplace_id, user.id, &page));
    rows.expect("a read").items.into_iter().map(|attempt| attempt.outcome).collect()
}

both! {
    /// X-23, L-18: the fifth failure within 15 minutes locks for 15 minutes; the owner is told once.
    x23_the_fifth_failure_locks_for_15_minutes(app) {
        for _ in 0..5 {
            wrong(&app);
            app.advance(Duration::SECOND);
        }
        app.advance(-Duration::SECOND);
        let user = app.somebody(EMAIL);
        assert_eq!(user.state.status(app.now()), UserStatus::Locked);
        right(&app).refused(401, "invalid_credentials");
        wrong(&app);
        app.advance(Duration::minutes(15) - Duration::SECOND);
        right(&app).refused(401, "invalid_credentials");
        app.advance(Duration::SECOND);
        right(&app).expect(200);
        use LoginOutcome::{Locked, Succeeded, WrongPassword as Wrong};
        assert_eq!(history(&app, EMAIL), [Wrong, Wrong, Wrong, Wrong, Wrong, Locked, Locked, Locked, Succeeded]);
        app.drain();
        let mails: Vec<_> = app.mails_to(user.notified_at()).into_iter().map(|mail| mail.kind).collect();
        assert_eq!(mails, ["user_locked"]);
    }
}

both! {
    x23_a_success_and_the_end_of_the_window_begin_the_count_anew(app) {
        for _ in 0..4 {
            wrong(&app);
        }
        right(&app).expect(200);
        for _ in 0..4 {
            wrong(&app);
        }
        app.advance(Duration::minutes(15) + Duration::MICROSECOND);
        for _ in 0..4 {
            wrong(&app);
        }
        right(&app).expect(200);
    }
}

both! {
    /// After a lock is over there are all five tries again, also where the window is longer than the lock.
    x23_after_a_lock_there_are_all_tries_again(app) {
        app.set_people_rule("cancom", "/lockout/window_minutes", json!(60));
        for _ in 0..5 {
            wrong(&app);
        }
        app.advance(Duration::minutes(15));
        for _ in 0..4 {
            wrong(&app);
        }
        right(&app).expect(200);
        app.drain();
    }
}

both! {
    /// X-23 `unlock: admin`: time does not end it.
    x23_a_lock_may_wait_for_an_administrator(app) {
        app.set_people_rule("cancom", "/lockout/unlock", json!("admin"));
        for _ in 0..5 {
            wrong(&app);
        }
        app.advance(Duration::days(400));
        right(&app).refused(401, "invalid_credentials");
        let mut user = app.somebody(EMAIL);
        user.state.unlock(app.now());
        app.app.store.write(|tx| store::users::update(tx, &mut user, None, app.now())).expect("an update");
        wrong(&app);
        right(&app).expect(200);
        app.drain();
    }
}

both! {
    /// Strangers must not be able to throw anybody out.
    who_is_logged_in_stays_logged_in_through_a_lock(app) {
        let pair = right(&app).expect(200);
        for _ in 0..6 {
            wrong(&app);
        }
        let client = app.anonymous().with_token(pair.text_at("/access_token"));
        client.get("/v1/me").expect(200);
        let next = json!({"refresh_token": pair.text_at("/refresh_token")});
        app.anonymous().post("/v1/auth/refresh", next).expect(200);
        app.drain();
    }
}

both! {
    /// A lock is per person: others of the same company, and the same name elsewhere, are not touched.
    a_lock_locks_one_person_out_and_nobody_else(app) {
        for _ in 0..6 {
            wrong(&app);
        }
        for other in ["billing@kunde.cancom.example", "admin@kunde.ahd.example"] {
            try_with(&app.anonymous(), other, api::demo::logins::PASSWORD).expect(200);
        }
        app.drain();
    }
}

/// The answer without what differs with every request.
fn said(answer: Answer) -> (u16, Value, Vec<(String, String)>) {
    let mut body = answer.body.clone();
    body["request_id"].take();
    let headers = answer.headers().into_iter().filter(|(name, _)| name != "date" && name != "x-request-id");
    (answer.status, body, headers.collect())
}

both! {
    /// ASVS 6.3.8: status, body and headers are the same, and so is the work: one hash, one row.
    nobody_learns_which_accounts_there_are_or_how_they_stand(app) {
        let locked = "billing@kunde.cancom.example";
        for _ in 0..5 {
            try_with(&app.anonymous(), locked, "wrong");
        }
        let invited = app.added("cancom", "erika@kunde.example");
        app.link(&invited, Purpose::Activation, Duration::hours(48));
        let mut disabled = app.somebody("user@kunde.cancom.example");
        disabled.state.disabled = true;
        app.app.store.write(|tx| store::users::update(tx, &mut disabled, None, app.now())).expect("an update");
        let work = |email: &str, password: &str| {
            let before = app.app.passwords.computed();
            let answer = said(try_with(&app.anonymous(), email, password).refused(401, "invalid_credentials"));
            assert_eq!(app.app.passwords.computed() - before, 1, "{email}");
            answer
        };
        let wrong = work(EMAIL, "wrong");
        for email in ["nobody@kunde.cancom.example", locked, &invited.login, &disabled.login] {
            assert_eq!(work(email, api::demo::logins::PASSWORD), wrong, "{email}");
            assert_eq!(work(email, "wrong"), wrong, "{email}");
        }
        use LoginOutcome::{Disabled, Locked, NotActivated, WrongPassword};
        assert_eq!(history(&app, EMAIL), [WrongPassword]);
        assert_eq!(history(&app, locked)[5..], [Locked, Locked]);
        assert_eq!(history(&app, &invited.login), [NotActivated, NotActivated]);
        assert_eq!(history(&app, &disabled.login), [Disabled, Disabled]);
        app.drain();
    }
}

both! {
    /// Guesses at once are looked at one after the other: five, and not one more, whatever else was guessed.
    of_many_guesses_at_once_no_more_than_five_are_looked_at(app) {
        // One name may fail a tenth as often as all of a network together.
        app.set_people_rule("cancom", "/lockout/max_per_address", json!(1_000));
        let answers: Vec<_> = std::thread::scope(|scope| {
            let guess = |n: usize| if n == 30 { api::demo::logins::PASSWORD.to_owned() } else { format!("guess {n}") };
            let threads: Vec<_> = (0..31)
                .map(|n| {
                    let app = &app;
                    let body = json!({"email": EMAIL, "password": guess(n), "marketplace": "cancom"});
                    scope.spawn(move || app.anonymous().post("/v1/auth/login", body).status)
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        assert!(answers.iter().all(|status| [200, 401].contains(status)), "{answers:?}");
        let history = history(&app, EMAIL);
        let since_right = history.iter().rev().take_while(|outcome| **outcome != LoginOutcome::Succeeded);
        assert_eq!(since_right.filter(|outcome| **outcome == LoginOutcome::WrongPassword).count(), 5, "{history:?}");
        assert_eq!(history.len(), 31);
        let body = json!({"email": EMAIL, "password": api::demo::logins::PASSWORD, "marketplace": "cancom"});
        app.anonymous().post("/v1/auth/login", body).refused(401, "invalid_credentials");
        app.drain();
        assert_eq!(app.mails_to(app.somebody(EMAIL).notified_at()).len(), 1);
    }
}

/// A hundred wrong log-ins at once: hashing is bounded, the rest is told to come again, everything else goes on.
#[test]
fn a_hundred_wrong_log_ins_at_once_do_not_keep_others_waiting() {
    let app = TestApp::with_slow_passwords();
    let reader = app.user("cancom");
    let done = std::sync::atomic::AtomicBool::new(false);
    let (statuses, reads) = std::thread::scope(|scope| {
        let reads = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                reader.get("/v1/products").expect(200);
                reader.get("/healthz").expect(200);
                reads += 1;
            }
            reads
        });
        let threads: Vec<_> = (0..100)
            .map(|n| {
                let app = &app;
                scope.spawn(move || try_with(&app.anonymous(), &format!("nobody{n}@kunde.example"), "wrong"))
            })
            .collect();
        let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("an answer")).collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        (answers, reads.join().expect("reads"))
    });
    let refused = statuses.iter().filter(|answer| answer.status == 401).count();
    let busy: Vec<_> = statuses.iter().filter(|answer| answer.status == 503).collect();
    assert_eq!(refused + busy.len(), 100);
    assert!(busy.iter().all(|answer| (answer.code(), answer.header("retry-after")) == ("unavailable", "1")));
    assert!(!busy.is_empty() && refused >= 65, "{refused} were looked at");
    assert!(reads >= 10, "{reads} reads");
    right(&app).expect(200);
}
