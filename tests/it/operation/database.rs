//! A database that is away, full of others, or not what was meant: what clients and operators are told,
//! and that nothing is lost.

use crate::faults::crash::{self, Load};
use domain::access::Scope;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tests::client::at_once;
use tests::cluster::Cluster;
use tests::program::Program;
use tests::proxy::Proxy;
use tests::shop::{self, YEAR_MONTHLY, cart_with, rows};
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

/// U-95: the network loses everything without a word, and what it lost stays lost. Who waits is told so, also where all
/// connections were waiting; once it is back the same process works on.
#[test]
fn a_postgres_that_falls_silent_is_given_up() {
    let Some(cluster) = Cluster::start() else { return };
    let proxy = Proxy::to(cluster.address());
    let settings = vec![
        ("KONTOR_DATABASE_URL", proxy.instead_of_target(&cluster.url())),
        ("KONTOR_SECRET_KEY", KEY.to_owned()),
        ("KONTOR_LOG_LEVEL", "error".to_owned()),
    ];
    let program = Program::serve(&settings, &["--demo"]);
    let buyer = Client::log_in(&program.url, "admin@kunde.cancom.example");
    buyer.get("/v1/orders").expect(200);
    proxy.fall_silent();
    let more_than_connections = vec![(); 12];
    for answer in at_once(&more_than_connections, |()| buyer.get("/v1/orders")) {
        assert_eq!(answer.refused(503, "unavailable").header("retry-after"), "2");
    }
    program.anonymous().get("/readyz").refused(503, "unavailable");
    proxy.forget();
    let back = Instant::now();
    until_recovered(|| buyer.get("/v1/orders")).expect(200);
    until_recovered(|| buyer.post("/v1/carts", json!({}))).expect(201);
    eprintln!("back {:.1} s after the network", back.elapsed().as_secs_f64());
    assert_eq!(until_recovered(|| program.anonymous().get("/readyz")).status, 200);
    program.terminate();
    assert_eq!(program.wait().0.code(), Some(0));
}

/// A program on an SQLite file in a folder.
fn on_sqlite(folder: &Path) -> Vec<tests::program::Setting> {
    vec![
        ("KONTOR_DATABASE_URL", format!("sqlite:{}", folder.join("kontor.db").display())),
        ("KONTOR_LOG_LEVEL", "error".to_owned()),
    ]
}

/// U-98: what is written to a file that is no longer there would be gone at the stop.
#[test]
fn a_database_file_that_is_deleted_or_replaced_ends_the_process() {
    for (replaced, said) in [(false, "was deleted"), (true, "is another file now")] {
        let folder = tempfile::TempDir::new().expect("a folder");
        let (file, other) = (folder.path().join("kontor.db"), folder.path().join("other.db"));
        let program = Program::serve(&on_sqlite(folder.path()), &["--demo"]);
        if replaced {
            std::fs::copy(&file, &other).expect("a copy");
            std::fs::rename(&other, &file).expect("it takes the place of the database");
        } else {
            std::fs::remove_file(&file).expect("it is there");
        }
        let (status, output) = program.wait();
        assert_eq!(status.code(), Some(4), "{output}");
        assert!(output.contains("the database is lost") && output.contains(said), "{output}");
    }
}

/// U-98: a disk that is full is no fault of ours: 503, and no new requests until there is room again.
#[test]
fn a_full_disk_is_a_503_until_there_is_room() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let program = Program::serve_on_a_small_disk(&on_sqlite(folder.path()), &["--demo"]);
    let buyer = Client::log_in(&program.url, "admin@kunde.cancom.example");
    assert_eq!(program.anonymous().get("/readyz").status, 200);
    program.limit_files("4096");
    let refused = buyer.post("/v1/carts", json!({})).refused(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "2");
    program.anonymous().get("/readyz").refused(503, "unavailable");
    buyer.get("/v1/orders").expect(200);
    program.limit_files("unlimited");
    assert_eq!(program.anonymous().get("/readyz").status, 200);
    buyer.post("/v1/carts", json!({})).expect(201);
    program.terminate();
    assert_eq!(program.wait().0.code(), Some(0));
}

both! {
    /// U-96: forty writers wait for each other; who reads is answered meanwhile.
    writers_who_wait_keep_no_reader_waiting(app) {
        let buyer = app.admin("cancom");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let request = cart.request();
        let customer = buyer.get("/v1/me").expect(200).text_at("/customer_id").parse().expect("an id");
        let cancom = app.marketplace("cancom");
        let scope = Scope::Customer(cancom, customer);
        let (held, done, answered) = (Barrier::new(2), Barrier::new(2), AtomicUsize::new(0));
        let (reads, too_early, orders) = std::thread::scope(|threads| {
            threads.spawn(|| {
                let holding = app.app.store.write(|tx| {
                    store::customers::lock(tx, &scope, customer)?;
                    held.wait();
                    done.wait();
                    Ok::<_, store::StoreError>(())
                });
                holding.expect("the lock is had");
            });
            held.wait();
            let writers: Vec<_> = (0..40)
                .map(|_| {
                    threads.spawn(|| {
                        let answer = buyer.post("/v1/orders", request.clone());
                        answered.fetch_add(1, Ordering::SeqCst);
                        answer.status
                    })
                })
                .collect();
            let begun = Instant::now();
            while app.app.gates.writers_waiting() < 30 && begun.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(5));
            }
            let reads: Vec<_> = (0..5).map(|_| buyer.get("/v1/orders").status).collect();
            let too_early = answered.load(Ordering::SeqCst);
            done.wait();
            let orders: Vec<_> = writers.into_iter().map(|writer| writer.join().expect("an answer")).collect();
            (reads, too_early, orders)
        });
        assert_eq!((reads, too_early), (vec![200; 5], 0));
        assert_eq!(orders.iter().filter(|status| **status == 201).count(), 1, "{orders:?}");
        assert_eq!(rows(&buyer.get("/v1/orders").expect(200)).len(), 1);
        app.drain();
    }
}

both! {
    /// Every connection is in use: whoever comes waits a while and is then told to come again; whoever has the
    /// data in memory still answers.
    a_pool_that_is_in_use_is_a_503(app) {
        let (buyer, provider) = (app.admin("cancom"), app.provider("cancom"));
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
