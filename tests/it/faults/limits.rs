//! What may be asked how often, and by whom nobody else is kept out: limits of requests, of failures, of open carts.

use api::auth::limiter::{Limit, Limits};
use domain::people::UserStatus;
use serde_json::{Value, json};
use std::time::Instant;
use tests::database::Database;
use tests::program::{Program, Setting};
use tests::shop::{self, YEAR_MONTHLY};
use tests::{Answer, Beside, Client, UNLIMITED, both};
use time::Duration;

const EMAIL: &str = "admin@kunde.cancom.example";
const OTHER: &str = "billing@kunde.cancom.example";
const RIGHT: &str = api::demo::logins::PASSWORD;

fn try_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/v1/auth/login", json!({"email": email, "password": password, "marketplace": "cancom"}))
}

fn try_with(client: &Client, device: &str, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password, "marketplace": "cancom", "device_token": device});
    client.post("/v1/auth/login", body)
}

/// Somebody at an address, as a proxy of ours tells it.
fn at(beside: &Beside, address: &str) -> Client {
    Client::anonymous(&beside.url).with("X-Forwarded-For", address)
}

fn limit(text: &str) -> Option<Limit> {
    Some(Limit::parse(text).expect("a limit"))
}

both! {
    /// U-47: a hundred wrong passwords through one address, and whoever is right there gets in. Who is not is answered
    /// late from then on, whether or not somebody has the name.
    u47_a_hundred_failures_through_one_address_keep_nobody_else_out(app) {
        let anonymous = app.anonymous();
        let began = Instant::now();
        for n in 0..99 {
            let email = if n % 20 == 0 { OTHER.to_owned() } else { format!("nobody{n}@kunde.example") };
            try_in(&anonymous, &email, "wrong").refused(401, "invalid_credentials");
        }
        assert!(began.elapsed().as_secs() < 50, "nobody was answered late so far: {:?}", began.elapsed());
        try_in(&anonymous, "nobody99@kunde.example", "wrong").refused(401, "invalid_credentials");
        let answers_late = |email: &str, password: &str| {
            let began = Instant::now();
            try_in(&anonymous, email, password).refused(401, "invalid_credentials");
            assert!(began.elapsed().as_millis() >= 1_000, "{email} after {:?}", began.elapsed());
        };
        answers_late("nobody100@kunde.example", "wrong");
        answers_late("user@kunde.cancom.example", "wrong");
        // Locked by its five failures among the hundred: the right password looks like a wrong one, and is as late.
        answers_late(OTHER, RIGHT);
        try_in(&anonymous, EMAIL, RIGHT).expect(200);
        try_in(&anonymous, "user@kunde.cancom.example", RIGHT).expect(200);
        app.drain();
    }
}

both! {
    /// U-47: one name waits in the network in which it failed, before anything is hashed, and nowhere else; whether or
    /// not somebody has it. All processes count together.
    u47_a_name_that_fails_too_often_waits_in_its_network_and_in_no_other(app) {
        app.set_people_rule("cancom", "/lockout/max_attempts", json!(50));
        let (one, other) = (app.serve_beside_with(UNLIMITED), app.serve_beside_with(UNLIMITED));
        for n in 0..10 {
            let client = at(if n % 2 == 0 { &one } else { &other }, "2001:db8:1:2::1");
            for email in [EMAIL, "nobody@kunde.cancom.example"] {
                try_in(&client, email, "wrong").refused(401, "invalid_credentials");
            }
            app.advance(Duration::minutes(1));
        }
        // Whoever has one address of a /64 has them all.
        let same = at(&other, "2001:db8:1:2:ffff::7");
        for email in [EMAIL, "nobody@kunde.cancom.example"] {
            let refused = try_in(&same, email, RIGHT).refused(429, "too_many_requests");
            // The first of the ten was ten minutes ago.
            assert_eq!(refused.header("retry-after"), "3000", "{email}");
        }
        try_in(&same, OTHER, RIGHT).expect(200);
        try_in(&at(&other, "2001:db8:1:3::1"), EMAIL, RIGHT).expect(200);
        app.advance(Duration::seconds(2_999));
        try_in(&same, EMAIL, RIGHT).refused(429, "too_many_requests");
        app.advance(Duration::SECOND);
        try_in(&same, EMAIL, RIGHT).expect(200);
        // It was right: the count begins anew.
        for _ in 0..9 {
            try_in(&same, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        try_in(&same, EMAIL, RIGHT).expect(200);
    }
}

both! {
    /// U-69: strangers lock the account; a device that was logged in from before gets in, in every process, until it
    /// was wrong as often itself. Then it is a stranger.
    u69_a_known_device_gets_in_while_strangers_lock_the_account(app) {
        let (stranger, other) = (app.anonymous(), app.serve_beside());
        let device = try_in(&stranger, EMAIL, RIGHT).expect(200).text_at("/device_token").to_owned();
        for _ in 0..5 {
            try_in(&stranger, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        try_in(&stranger, EMAIL, RIGHT).refused(401, "invalid_credentials");
        let known = app.anonymous().at(&other.url);
        let again = try_with(&known, &device, EMAIL, RIGHT).expect(200);
        // Another account's device, and one that was made up, are strangers here.
        let foreign = try_in(&stranger, OTHER, RIGHT).expect(200).text_at("/device_token").to_owned();
        for token in [foreign.as_str(), &device[1..], "made up", ""] {
            try_with(&known, token, EMAIL, RIGHT).refused(401, "invalid_credentials");
        }
        // The token of before and the newer one are one device: its guesses are counted together.
        let newer = again.text_at("/device_token");
        for n in 0..5 {
            let (client, token) = if n % 2 == 0 { (&stranger, device.as_str()) } else { (&known, newer) };
            try_with(client, token, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        try_with(&known, newer, EMAIL, RIGHT).refused(401, "invalid_credentials");
        app.drain();
        assert_eq!(app.mails_to(app.somebody(EMAIL).notified_at()).len(), 1, "the owner is told of the strangers");
    }
}

both! {
    /// U-69: a device is known by its log-in, not for ever, and its owner's own mistakes lock nobody else out.
    u69_a_device_answers_for_itself_alone(app) {
        let client = app.anonymous();
        let device = try_in(&client, EMAIL, RIGHT).expect(200).text_at("/device_token").to_owned();
        for _ in 0..4 {
            try_with(&client, &device, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        try_with(&client, &device, EMAIL, RIGHT).expect(200);
        for _ in 0..5 {
            try_with(&client, &device, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        assert_eq!(app.somebody(EMAIL).state.status(app.now()), UserStatus::Ready);
        let device = try_in(&client, EMAIL, RIGHT).expect(200).text_at("/device_token").to_owned();
        app.advance(Duration::days(180));
        for _ in 0..5 {
            try_in(&client, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        try_with(&client, &device, EMAIL, RIGHT).refused(401, "invalid_credentials");
        app.drain();
    }
}

both! {
    /// U-69: nor is a known device kept waiting by what a name failed in its network.
    u69_a_known_device_waits_for_nobody(app) {
        app.set_people_rule("cancom", "/lockout/max_per_address", json!(10));
        let client = app.anonymous();
        let device = try_in(&client, EMAIL, RIGHT).expect(200).text_at("/device_token").to_owned();
        for _ in 0..5 {
            try_in(&client, EMAIL, "wrong").refused(401, "invalid_credentials");
        }
        let before = app.app.passwords.computed();
        try_in(&client, EMAIL, RIGHT).refused(429, "too_many_requests");
        assert_eq!(app.app.passwords.computed(), before, "nothing is hashed for it");
        try_with(&client, &device, EMAIL, RIGHT).expect(200);
        app.drain();
    }
}

both! {
    /// U-69: what strangers may ask for in an hour is counted by network, for all processes together, each kind by
    /// itself.
    u69_registrations_and_resets_are_counted_for_all_processes(app) {
        let few = Limits { links: 4, ..UNLIMITED };
        let (one, other) = (app.serve_beside_with(few), app.serve_beside_with(few));
        let register = |beside: &Beside, address: &str| {
            let body = json!({"marketplace": "cancom", "email": "erika@mueller.example"});
            at(beside, address).post("/v1/registrations", body)
        };
        let reset = |beside: &Beside, address: &str| {
            at(beside, address).post("/v1/auth/password-reset", json!({"email": "nobody@kunde.example"}))
        };
        for ask in [&register as &dyn Fn(&Beside, &str) -> Answer, &reset] {
            for beside in [&one, &other, &one, &other] {
                ask(beside, "192.0.2.1").expect(202);
                app.advance(Duration::minutes(1));
            }
            for beside in [&one, &other] {
                let refused = ask(beside, "192.0.2.1").refused(429, "too_many_requests");
                assert_eq!(refused.header("retry-after"), "3360");
            }
            ask(&one, "192.0.2.2").expect(202);
            app.advance(Duration::minutes(56));
            ask(&other, "192.0.2.1").expect(202);
        }
        app.drain();
    }
}

/// U-69: that a proxy is in front which nobody told us of is said, and said once.
#[test]
fn u69_a_proxy_that_is_not_trusted_is_said_once() {
    let database = Database::sqlite();
    let said = |trusted: &str| {
        let settings: [Setting; 3] = [
            ("KONTOR_DATABASE_URL", database.url().to_owned()),
            ("KONTOR_SECRET_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned()),
            ("KONTOR_TRUSTED_PROXIES", trusted.to_owned()),
        ];
        let program = Program::serve(&settings, &[]);
        for _ in 0..3 {
            let client = program.anonymous().with("X-Forwarded-For", "192.0.2.1");
            client.get("/v1/marketplaces").expect(200);
            try_in(&client, EMAIL, RIGHT).expect(200);
        }
        program.terminate();
        let (_, output) = program.wait();
        output.lines().filter(|line| line.contains("KONTOR_TRUSTED_PROXIES")).count()
    };
    assert_eq!((said("0"), said("1")), (1, 0));
}

fn left(answer: &Answer) -> [String; 2] {
    ["ratelimit-policy", "ratelimit"].map(|name| answer.header(name).to_owned())
}

both! {
    /// U-106: every answer says what is left; one request too many is told when to come again, and nothing is done for
    /// it. Who waits there keeps nobody else waiting, and only in its class.
    u106_a_caller_is_told_what_is_left_and_when_to_come_again(app) {
        let limits = Limits { read: limit("5/10"), write: limit("3/6"), ..UNLIMITED };
        let limited = app.serve_beside_with(limits);
        let buyer = app.admin("cancom").at(&limited.url);
        let open = |client: &Client| client.post("/v1/carts", json!({}));
        for (n, resets) in [(2, 2), (1, 4), (0, 6)] {
            let told = left(&open(&buyer).expect(201));
            assert_eq!(told, ["\"write\";q=3;w=6".to_owned(), format!("\"write\";r={n};t={resets}")]);
        }
        let refused = open(&buyer).refused(429, "too_many_requests");
        assert_eq!(refused.header("retry-after"), "2");
        assert_eq!(left(&refused), ["\"write\";q=3;w=6", "\"write\";r=0;t=2"]);
        let me = buyer.get("/v1/me").expect(200);
        assert_eq!(left(&me), ["\"read\";q=5;w=10", "\"read\";r=4;t=2"]);
        // Others at the same address do not notice.
        open(&app.admin("ahd").at(&limited.url)).expect(201);
        // The same caller at another address, by another log-in, is the same caller.
        let elsewhere = Client::log_in(&app.url, EMAIL).at(&limited.url).with("X-Forwarded-For", "192.0.2.9");
        open(&elsewhere).refused(429, "too_many_requests");
        app.clock().advance(Duration::seconds(2));
        open(&elsewhere).expect(201);
        open(&buyer).refused(429, "too_many_requests");
        let audit = app.provider("cancom").get("/v1/audit-log?limit=200").expect(200);
        assert!(!audit.text.contains("too_many_requests"), "nothing is written for who is kept waiting");
    }
}

both! {
    /// U-106: who shows no token, or none of ours, is counted by network; whoever watches over us, never.
    u106_strangers_are_counted_by_network_and_health_never(app) {
        let limited = app.serve_beside_with(Limits { read: limit("2/10"), ..UNLIMITED });
        let ask = |address: &str, token: &str| at(&limited, address).with_token(token).get("/v1/marketplaces");
        ask("192.0.2.1", "made up").expect(200);
        ask("192.0.2.1", "made up otherwise").expect(200);
        ask("192.0.2.1", "and again").refused(429, "too_many_requests");
        ask("192.0.2.2", "made up").expect(200);
        for _ in 0..5 {
            for path in ["/healthz", "/readyz", "/metrics"] {
                let answer = at(&limited, "192.0.2.1").get(path).expect(200);
                assert_eq!(left(&answer), ["", ""], "{path}");
            }
        }
        let metrics = at(&limited, "192.0.2.1").get("/metrics").expect(200);
        assert!(metrics.text.contains("rate_limited_total{class=\"read\"} 1\n"), "{}", metrics.text);
    }
}

both! {
    /// U-106, U-47: tries to log in are counted by name and network: at one address nobody answers for another.
    u106_tries_to_log_in_are_counted_by_name_and_network(app) {
        let limited = app.serve_beside_with(Limits { login: limit("2/10"), ..UNLIMITED });
        let here = at(&limited, "192.0.2.1");
        try_in(&here, EMAIL, RIGHT).expect(200);
        let second = try_in(&here, &EMAIL.to_uppercase(), RIGHT).expect(200);
        assert_eq!(left(&second), ["\"login\";q=2;w=10", "\"login\";r=0;t=10"]);
        let refused = try_in(&here, EMAIL, RIGHT).refused(429, "too_many_requests");
        assert_eq!(refused.header("retry-after"), "5");
        try_in(&here, OTHER, RIGHT).expect(200);
        try_in(&at(&limited, "192.0.2.2"), EMAIL, RIGHT).expect(200);
        let form = |id: &str| {
            let secret = api::demo::logins::CLIENT_SECRET;
            let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
            here.send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", form.into_bytes())
        };
        let ids = ["cancom", "ahd"].map(|slug| api::demo::logins::client_id(slug).to_string());
        form(&ids[0]).expect(200);
        form(&ids[0]).expect(200);
        form(&ids[0]).refused(429, "too_many_requests");
        form(&ids[1]).expect(200);
    }
}

fn open_carts(answer: &Answer) -> Vec<String> {
    answer.body["open_carts"].as_array().expect("carts").iter().map(shop::text).collect()
}

both! {
    /// U-106: a customer's carts that wait to be ordered are bounded; the refusal names the oldest, which can be
    /// ordered or discarded.
    u106_open_carts_of_a_customer_are_bounded(app) {
        let bounded = app.serve_beside_with(Limits { open_carts: 3, ..UNLIMITED });
        let buyer = app.admin("cancom").at(&bounded.url);
        let filled = shop::cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let open = |client: &Client, body: Value| client.post("/v1/carts", body);
        let ids: Vec<_> = (0..2).map(|_| open(&buyer, json!({})).expect(201).text_at("/id").to_owned()).collect();
        let refused = open(&buyer, json!({})).refused(409, "too_many_open_carts");
        assert_eq!(open_carts(&refused)[1..], ids);
        let (detail, hint) = (refused.text_at("/detail"), refused.text_at("/hint"));
        assert!(detail.contains("3 carts") && hint.contains("DELETE /v1/carts/"), "{detail} {hint}");
        // Whoever opens one for the customer is bound by it, and other customers are not.
        let provider = app.provider("cancom").at(&bounded.url);
        let me = buyer.get("/v1/me").expect(200);
        open(&provider, json!({"customer_id": me.body["customer_id"]})).refused(409, "too_many_open_carts");
        let other = shop::customer(&provider, "Neukunde GmbH");
        open(&provider, json!({"customer_id": other})).expect(201);
        filled.order();
        open(&buyer, json!({})).expect(201);
        open(&buyer, json!({})).refused(409, "too_many_open_carts");
        buyer.delete(&format!("/v1/carts/{}", ids[0])).expect(204);
        open(&buyer, json!({})).expect(201);
        app.drain();
    }
}

/// How many log in at once, in the measurement below.
const AT_ONCE: usize = 4;

/// U-92: five hundred log-ins, and the memory that they took is given back: no more than 1.3 times as much as before.
#[test]
fn u92_memory_after_five_hundred_log_ins_is_as_before() {
    // Its own demo data: those of the other tests have passwords that cost nothing to check.
    let directory = tempfile::tempdir().expect("a directory");
    let settings: [Setting; 2] = [
        ("KONTOR_DATABASE_URL", format!("sqlite:{}", directory.path().join("kontor.db").display())),
        ("KONTOR_LOG_LEVEL", "warn".to_owned()),
    ];
    let program = Program::serve(&settings, &["--demo"]);
    program.anonymous().get("/v1/marketplaces").expect(200);
    let before = program.resident();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                for _ in 0..500 / AT_ONCE {
                    try_in(&program.anonymous(), EMAIL, RIGHT).expect(200);
                }
            });
        }
    });
    let last = program.resident();
    let began = Instant::now();
    let mut after = program.resident();
    // What a hash is computed in is 19 MiB.
    let given_back = |after: u64| after + 15 * 1024 <= last;
    while !given_back(after) && began.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(200));
        after = program.resident();
    }
    let figures = format!("{before} KiB before, {last} at the 500th log-in, {after} after it");
    eprintln!("{figures}");
    assert!(given_back(after) && after * 10 <= before * 13, "{figures}");
}
