//! A database that is away, full of others, or not what was meant: what clients and operators are told,
//! and that nothing is lost.

use crate::concurrency::at_once;
use crate::crash::{self, Load};
use crate::shop::{self, YEAR_MONTHLY, cart_with, rows};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::{Duration, Instant};
use tests::cluster::Cluster;
use tests::program::Program;
use tests::{Answer, Client, both};

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

/// PostgreSQL is stopped in order and crashes under load, and comes back each time: meanwhile 503 with Retry-After,
/// never anything else; afterwards the same process serves and works on, and nothing is lost or done twice.
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
    let (load, anonymous) = (Load::new(&program.url), program.anonymous());
    let log_in = |person: &str| Client::log_in(&program.url, &format!("{person}.example"));
    let (buyer, billing, provider) =
        (log_in("admin@kunde.cancom"), log_in("billing@kunde.cancom"), log_in("provider@cancom"));
    let offer = shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
    // Who calls is known, and need not be looked up.
    for caller in [&provider, &billing] {
        caller.get("/v1/me").expect(200);
    }
    let placed = std::thread::scope(|threads| {
        let _care = load.care();
        let ordering = threads.spawn(|| load.order(&buyer, "cancom", &offer));
        for mode in ["fast", "immediate"] {
            load.wait_for_answers(20);
            cluster.stop(mode);
            let asked = [
                ("GET", "/v1/orders", &billing),
                ("POST", "/v1/carts", &billing),
                ("GET", "/readyz", &anonymous),
                ("GET", "/metrics", &anonymous),
            ];
            for answer in
                at_once(&asked, |(method, path, who)| who.send(method, path, (*method == "POST").then(|| json!({}))))
            {
                assert_eq!(answer.refused(503, "unavailable").header("retry-after"), "2", "{mode}");
            }
            assert_eq!(anonymous.get("/healthz").status, 200, "the process lives");
            assert_eq!(provider.get("/v1/products?limit=1").status, 200, "the catalogue is in memory");
            cluster.resume();
            until_recovered(|| billing.get("/v1/orders")).expect(200);
            assert_eq!(anonymous.get("/readyz").status, 200);
        }
        load.wait_for_answers(20);
        load.finish();
        ordering.join().expect("everything is answered")
    });
    assert!(placed.len() > 3, "{placed:?}");
    let provider = log_in("provider@cancom");
    crash::finished(&provider, "cancom");
    crash::everything_is_there_once(&provider, &placed, &mut BTreeSet::new());
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
        let (buyer, provider) = (app.client("admin@kunde.cancom.example"), app.client("provider@cancom.example"));
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let request = cart.request();
        // Who calls is known as well: nobody's standing has to be looked up.
        provider.get("/v1/products?limit=1").expect(200);
        let readers = app.app.store.pool().max;
        let (taken, done) = (Barrier::new(7), Barrier::new(7));
        let (refused, catalogue) = std::thread::scope(|threads| {
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
                    let held = if writes { app.app.store.write(|_| hold()) } else { app.app.store.read(|_| hold()) };
                    if held.is_err() {
                        let _: Result<_, store::StoreError> = hold();
                    }
                });
            }
            taken.wait();
            let ask = || (buyer.post("/v1/orders", request.clone()), provider.get("/v1/products?limit=1"));
            let answers = std::panic::catch_unwind(std::panic::AssertUnwindSafe(ask));
            // Whatever was answered: the others must not wait for ever.
            done.wait();
            answers.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        assert_eq!(refused.refused(503, "unavailable").header("retry-after"), "2");
        assert_eq!(catalogue.status, 200);
        assert_eq!(rows(&buyer.get("/v1/orders").expect(200)).len(), 0);
        let order = buyer.post("/v1/orders", request).expect(201);
        app.drain();
        assert_eq!(shop::order_now(&buyer, &order.body)["status"], "completed");
    }
}
