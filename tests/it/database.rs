//! A database that is away, full of others, or not what was meant: what clients and operators are told,
//! and that nothing is lost.

use crate::shop::{self, Cart, YEAR_MONTHLY, cart_with, column, rows, text};
use serde_json::json;
use std::sync::Barrier;
use std::time::{Duration, Instant};
use tests::cluster::Cluster;
use tests::program::Program;
use tests::{Answer, Client, both};

const E1: &str = "Office 365 E1";
const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// Asks until the answer is no longer that the database is away.
fn until_recovered(ask: impl Fn() -> Answer) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = ask();
        if answer.status != 503 {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the service does not recover");
    }
}

fn completed(client: &Client, order: &serde_json::Value) {
    let begun = Instant::now();
    while shop::order_now(client, order)["status"] != "completed" {
        assert!(begun.elapsed() < Duration::from_secs(60), "the worker does not recover");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// PostgreSQL is stopped in order and crashes, and comes back each time: meanwhile 503 with Retry-After, afterwards
/// the same process serves and works on, and nothing is lost or done twice.
#[test]
fn postgres_may_go_away_and_come_back() {
    let Some(mut cluster) = Cluster::start() else { return };
    let settings = vec![
        ("KONTOR_DATABASE_URL", cluster.url()),
        ("KONTOR_SECRET_KEY", KEY.to_owned()),
        ("KONTOR_JOB_LEASE", "5".to_owned()),
        ("KONTOR_LOG_LEVEL", "error".to_owned()),
    ];
    let program = Program::serve(&settings, &["--demo"]);
    let buyer = Client::log_in(&program.url, "admin@kunde.cancom.example");
    let anonymous = program.anonymous();
    let offer = shop::offer(&buyer, E1, YEAR_MONTHLY);
    for (n, mode) in ["fast", "immediate"].into_iter().enumerate() {
        // One order for the worker to be in the middle of, one whose answer is asked for in vain.
        let begun = cart_with(&buyer, E1, YEAR_MONTHLY, 5).order();
        let cart = Cart::new(&buyer);
        cart.add(&offer, 5);
        let request = cart.request();
        let keyed = buyer.with("Idempotency-Key", &format!("order-{n}"));
        cluster.stop(mode);
        let away = [
            keyed.post("/v1/orders", request.clone()),
            buyer.get("/v1/orders"),
            anonymous.get("/readyz"),
            anonymous.post("/v1/auth/login", json!({"email": "admin@kunde.cancom.example", "password": "wrong"})),
        ];
        for answer in away {
            assert_eq!(answer.refused(503, "unavailable").header("retry-after"), "2", "{mode}");
        }
        assert_eq!(anonymous.get("/healthz").status, 200, "the process lives");
        assert_eq!(buyer.get("/v1/products?limit=1").status, 200, "the catalogue is in memory");
        cluster.resume();
        let order = until_recovered(|| keyed.post("/v1/orders", request.clone())).expect(201).body;
        assert_eq!(keyed.post("/v1/orders", request.clone()).expect(201).body, order);
        completed(&buyer, &begun);
        completed(&buyer, &order);
        assert_eq!(anonymous.get("/readyz").status, 200);
    }
    let orders = rows(&buyer.get("/v1/orders").expect(200));
    assert_eq!(column(&orders, "/status"), ["completed"; 4]);
    let subscriptions = rows(&buyer.get("/v1/subscriptions").expect(200));
    assert_eq!(column(&subscriptions, "/status"), ["active"; 4]);
    let provider = Client::log_in(&program.url, "provider@cancom.example");
    assert_eq!(rows(&provider.get("/v1/jobs?status=parked").expect(200)).len(), 0);
    // Nobody asked while it was away: all connections are dead, and the first request finds that out by itself.
    for mode in ["fast", "immediate"] {
        cluster.stop(mode);
        cluster.resume();
        buyer.get("/v1/orders").expect(200);
        buyer.post("/v1/carts", json!({})).expect(201);
    }
    program.terminate();
    assert_eq!(program.wait().0.code(), Some(0));
}

both! {
    /// Every connection is in use: whoever comes waits a while and is then told to come again; whoever has the
    /// data in memory still answers.
    a_pool_that_is_in_use_is_a_503(app) {
        let buyer = app.client("admin@kunde.cancom.example");
        let cart = cart_with(&buyer, E1, YEAR_MONTHLY, 5);
        let request = cart.request();
        let readers = app.app.store.pool().max;
        let (taken, done) = (Barrier::new(7), Barrier::new(7));
        std::thread::scope(|threads| {
            for n in 0..6 {
                let (app, taken, done) = (&app, &taken, &done);
                threads.spawn(move || {
                    let hold = || {
                        taken.wait();
                        done.wait();
                        Ok::<_, store::StoreError>(())
                    };
                    // SQLite has one connection that writes, beside those that read.
                    let writes = n == 0 && readers == 7;
                    if writes { app.app.store.write(|_| hold()) } else { app.app.store.read(|_| hold()) }
                });
            }
            taken.wait();
            let answer = buyer.post("/v1/orders", request.clone());
            assert_eq!(answer.refused(503, "unavailable").header("retry-after"), "2");
            assert_eq!(buyer.get("/v1/products?limit=1").status, 200);
            done.wait();
        });
        assert_eq!(rows(&buyer.get("/v1/orders").expect(200)).len(), 0);
        let order = buyer.post("/v1/orders", request).expect(201);
        app.drain();
        assert_eq!(text(&shop::order_now(&buyer, &order.body)["status"]), "completed");
    }
}
