//! What holds up what: one row that cannot be read, one marketplace, one slow task, one lane, a clock that was set
//! back. Everything else goes on.

use api::worker::{housekeeping, rounds};
use provisioning::mock::Call;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tests::partner_center::Watched;
use tests::running::{E1, Running};
use tests::shop::{self, MONTH, YEAR_MONTHLY, cart_with, order_now, rows, text};
use tests::smtp::NoMailServer;
use tests::{TestApp, both};

/// A quantity by which the row of a subscription is found.
const BROKEN: u32 = 77;
/// As long as a month's subscription runs, and a day.
const MONTH_OVER: time::Duration = time::Duration::days(31);

fn metrics(app: &TestApp) -> String {
    app.anonymous().get("/metrics").text
}

/// How often a subscription was renewed.
#[track_caller]
fn renewals(app: &TestApp, slug: &str, running: &Running) -> usize {
    running.by(&app.admin(slug)).when("subscription.renewed").len()
}

/// Waits until something holds, as long as a busy machine may take for it.
#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "not in time: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

both! {
    /// U-100: a subscription that cannot be read is set aside and named; other subscriptions of its marketplace and of
    /// others renew, orders are provided, and once it can be read it goes on from the instant where it stood.
    a_subscription_that_cannot_be_read_stops_nothing_else(app) {
        let broken = Running::buy(&app, "cancom", E1, MONTH, BROKEN);
        let beside = Running::buy(&app, "cancom", E1, MONTH, 5);
        let elsewhere = Running::buy(&app, "terra", E1, MONTH, 5);
        // Of the policy that it names nothing is known.
        let nothing = match app.app.store.engine() {
            store::Engine::Sqlite => "zeroblob(16)",
            store::Engine::Postgres => "'00000000-0000-0000-0000-000000000000'",
        };
        app.execute(&format!("UPDATE subscriptions SET policy_id = {nothing} WHERE quantity = {BROKEN}"));
        let order = cart_with(&app.admin("cancom"), E1, YEAR_MONTHLY, 5).order();
        app.advance(MONTH_OVER);
        app.drain();
        assert_eq!(order_now(&app.admin("cancom"), &order)["status"], "completed");
        assert_eq!((renewals(&app, "cancom", &beside), renewals(&app, "terra", &elsewhere)), (1, 1));
        let told = metrics(&app);
        assert!(told.contains("\nsubscriptions_parked 1\n"), "{told}");
        let name = format!("subscription_parked{{marketplace=\"cancom\",subscription=\"{}\"}} 1", broken.id);
        assert!(told.contains(&name), "{told}");
        // Not before its time, and then again, later and later.
        let attempts = |app: &TestApp| {
            let parked = app.app.store.read(|c| store::subscriptions::parked_unscoped(c, 10)).expect("the parked");
            (parked.0, parked.1[0].attempts)
        };
        assert_eq!(attempts(&app), (1, 1));
        app.work();
        assert_eq!(attempts(&app), (1, 1));
        app.advance(time::Duration::MINUTE);
        app.work();
        assert_eq!(attempts(&app), (1, 2));
        app.execute(&format!(
            "UPDATE subscriptions SET policy_id = (SELECT policy_id FROM subscriptions AS other \
             WHERE other.quantity = 5 AND other.marketplace_id = subscriptions.marketplace_id AND other.term = 'P1M') \
             WHERE quantity = {BROKEN}"
        ));
        app.advance(time::Duration::HOUR);
        app.drain();
        assert_eq!(renewals(&app, "cancom", &broken), 1);
        let [first, second] = [&broken, &beside].map(|one| one.by(&app.admin("cancom")).when("subscription.renewed"));
        assert_eq!(first, second, "at the instant at which it was due");
        assert!(metrics(&app).contains("\nsubscriptions_parked 0\n"));
        app.advance(MONTH_OVER);
        app.drain();
        assert_eq!(renewals(&app, "cancom", &broken), 2, "and it goes on by itself");
    }
}

both! {
    /// U-100: a task whose event cannot be read is parked and counted; what was claimed with it is done.
    a_task_that_cannot_be_read_stops_nothing_else(app) {
        let order = |quantity| cart_with(&app.admin("cancom"), E1, YEAR_MONTHLY, quantity).order();
        let [broken, healthy] = [5, 7].map(order);
        let elsewhere = cart_with(&app.admin("terra"), E1, YEAR_MONTHLY, 5).order();
        app.execute(&format!("UPDATE events SET kind = 'no.such' WHERE subject = '{}'", text(&broken["id"])));
        app.drain();
        assert_eq!(order_now(&app.admin("cancom"), &healthy)["status"], "completed");
        assert_eq!(order_now(&app.admin("terra"), &elsewhere)["status"], "completed");
        assert!(metrics(&app).contains("\noutbox_parked 1\n"), "{}", metrics(&app));
    }
}

both! {
    /// U-100: a marketplace whose policies cannot be read renews nothing until they can; all others go on.
    a_marketplace_that_cannot_go_on_stops_no_other(app) {
        let here = Running::buy(&app, "cancom", E1, MONTH, 5);
        let elsewhere = Running::buy(&app, "terra", E1, MONTH, 5);
        app.execute("CREATE TABLE kept AS SELECT * FROM policies");
        let cancom = "marketplace_id = (SELECT id FROM marketplaces WHERE slug = 'cancom')";
        app.execute(&format!("UPDATE policies SET rules = '{{}}' WHERE {cancom}"));
        let published = "UPDATE marketplaces SET catalog_version = catalog_version + 1, version = version + 1 \
            WHERE slug = 'cancom'";
        app.execute(published);
        app.advance(MONTH_OVER);
        assert!(rounds::drain(&app.app, None).is_err(), "it is told in the end");
        rounds::run_once(&app.app, None).expect("tasks are none of it");
        assert_eq!((renewals(&app, "cancom", &here), renewals(&app, "terra", &elsewhere)), (0, 1));
        assert!(metrics(&app).contains("\nsubscriptions_parked 0\n"), "it is not the subscription's fault");
        app.execute(&format!(
            "UPDATE policies SET rules = (SELECT k.rules FROM kept AS k WHERE k.key = policies.key \
             AND k.marketplace_id = policies.marketplace_id AND k.version = policies.version) WHERE {cancom}"
        ));
        app.drain();
        assert_eq!(renewals(&app, "cancom", &here), 1);
    }
}

/// How many calls were under way at the same time, at most.
#[derive(Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

impl Crowd {
    /// A call that takes as long as Microsoft's do.
    fn call(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(150));
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.all.fetch_add(1, Ordering::SeqCst);
    }
}

both! {
    /// U-101: a lane works on the tasks of several customers at once, and on each customer's one after the other.
    customers_do_not_wait_for_each_other(app) {
        let order = |slug: &str| cart_with(&app.admin(slug), E1, MONTH, 5).order();
        let crowd = Arc::new(Crowd::default());
        let watched = || {
            let crowd = Arc::clone(&crowd);
            Watched::new(&app.mock, move |call| {
                if call == Call::CreateCart {
                    crowd.call()
                }
            })
        };
        let counted = |orders: usize| crowd.all.load(Ordering::SeqCst) == orders;
        let of_one: Vec<_> = (0..4).map(|_| order("cancom")).collect();
        let worker = app.worker(watched());
        until("four orders of one customer", || counted(4));
        assert_eq!(crowd.most.load(Ordering::SeqCst), 1, "one after the other");
        drop(worker);
        let of_many = ["cancom", "terra", "ahd", "colt"].map(order);
        let worker = app.worker(watched());
        until("an order of each of four customers", || counted(8));
        assert!(crowd.most.load(Ordering::SeqCst) > 1, "several at once");
        drop(worker);
        app.drain();
        for order in &of_one {
            assert_eq!(order_now(&app.admin("cancom"), order)["status"], "completed");
        }
        assert_eq!(order_now(&app.admin("colt"), &of_many[3])["status"], "completed");
    }
}

both! {
    /// U-100, U-101: while every call to Microsoft hangs the clock goes on and mails go; and what a transaction causes
    /// is taken up at once.
    a_lane_that_hangs_holds_up_no_other(app) {
        let running = Running::buy(&app, "terra", E1, MONTH, 5);
        let free = Arc::new(AtomicBool::new(false));
        let hangs = {
            let free = Arc::clone(&free);
            Watched::new(&app.mock, move |_| until("the lane is let go", || free.load(Ordering::SeqCst)))
        };
        for slug in ["cancom", "terra", "ahd", "colt"] {
            cart_with(&app.admin(slug), E1, MONTH, 5).order();
        }
        let before = app.mails().len();
        app.advance(MONTH_OVER);
        let worker = app.worker(hangs);
        until("the clock", || renewals(&app, "terra", &running) == 1);
        let reset = serde_json::json!({"email": "admin@kunde.cancom.example"});
        app.anonymous().post("/v1/auth/password-reset", reset).expect(202);
        until("a mail", || app.mails().len() > before);
        free.store(true, Ordering::SeqCst);
        drop(worker);
        app.drain();
    }
}

both! {
    /// U-99: the machine's clock is set back by a day: what waits for tomorrow, and what is leased until tomorrow, is
    /// taken up; what waits within the hour is not.
    a_clock_that_is_set_back_holds_up_nothing(app) {
        let order = |quantity| cart_with(&app.admin("cancom"), E1, YEAR_MONTHLY, quantity).order();
        let [due, leased, soon] = [5, 6, 7].map(order);
        let day = app.now() + time::Duration::DAY;
        let task_of = |order: &Value| {
            format!("WHERE event_id = (SELECT e.id FROM events AS e WHERE e.subject = '{}')", text(&order["id"]))
        };
        let at = |at: time::OffsetDateTime| match app.app.store.engine() {
            store::Engine::Sqlite => (at.unix_timestamp() * 1_000_000).to_string(),
            store::Engine::Postgres => format!("to_timestamp({})", at.unix_timestamp()),
        };
        app.execute(&format!("UPDATE tasks SET due_at = {} {}", at(day), task_of(&due)));
        app.execute(&format!("UPDATE tasks SET leased_until = {} {}", at(day), task_of(&leased)));
        let hour = app.now() + time::Duration::HOUR;
        app.execute(&format!("UPDATE tasks SET due_at = {} {}", at(hour), task_of(&soon)));
        app.work();
        let begun = |app: &TestApp| app.mock.effects().carts_created.len();
        assert_eq!(begun(&app), 0, "before it is looked");
        housekeeping::heed_clock(&app.app).expect("it is looked");
        app.work();
        assert_eq!(begun(&app), 2);
        app.drain();
        for order in [&due, &leased, &soon] {
            assert_eq!(order_now(&app.admin("cancom"), order)["status"], "completed");
        }
    }
}

both! {
    /// U-105: while the mail server is away everybody who is to be told is shown, as waiting.
    who_is_to_be_told_is_shown_while_mail_is_down(app) {
        let orders: Vec<_> = (0..12).map(|_| cart_with(&app.admin("cancom"), E1, YEAR_MONTHLY, 5).order()).collect();
        let down = app.beside_with_mail(Arc::new(NoMailServer));
        for _ in 0..5 {
            rounds::drain(&down, None).expect("the worker works");
            app.advance(time::Duration::seconds(2));
        }
        let provider = app.provider("cancom");
        let told = rows(&provider.get("/v1/notifications?status=pending&limit=200").expect(200));
        assert_eq!(told.len(), orders.len());
        assert!(told.iter().all(|one| one["sent_at"].is_null() && one["kind"] == "order_ready"), "{told:?}");
        assert_eq!(app.mails(), []);
        app.drain();
        assert_eq!(app.mails().len(), orders.len());
    }
}

both! {
    /// U-101: what is asked of an idle process' database does not grow with its marketplaces: at most three statements
    /// a second, looks of the clock and of what other processes changed included.
    an_idle_process_asks_little_however_many_marketplaces(app) {
        assert!(shop::rows(&app.admin("cancom").get("/v1/orders").expect(200)).is_empty());
        for marketplaces in [0, 50] {
            more_marketplaces(&app, marketplaces);
            let worker = app.worker(app.mock.clone());
            std::thread::sleep(Duration::from_secs(2));
            let (before, started) = (worker.app.store.asked().statements, Instant::now());
            std::thread::sleep(Duration::from_secs(6));
            let asked = worker.app.store.asked().statements - before;
            let allowed = started.elapsed().as_millis() * 3 / 1_000;
            assert!(asked > 5, "it looks: {asked}");
            assert!(u128::from(asked) <= allowed, "{asked} statements, {allowed} allowed");
        }
    }
}

/// Sandboxes whose clocks were moved: the ones with the most to look at.
fn more_marketplaces(app: &TestApp, number: u32) {
    let work = |tx: &mut store::Conn| {
        let known = store::marketplaces::versions_unscoped(tx)?;
        let like = store::marketplaces::by_id_unscoped(tx, known[0].0)?;
        for n in 0..number {
            let mut more = like.clone();
            more.marketplace.id = domain::id::MarketplaceId::from_u128(0xACE0_0000 + u128::from(n));
            more.marketplace.slug = format!("more{n}");
            more.clock_offset_us = 1_000_000;
            store::marketplaces::insert(tx, &more)?;
        }
        Ok::<_, store::StoreError>(())
    };
    app.app.store.write(work).expect("they are inserted");
}
