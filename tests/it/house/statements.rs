//! How many statements things cost, as counted on the connections: a growth is seen in a diff of the committed counts.

use api::lane::Lane;
use api::worker::clock::troubled::Troubled;
use api::worker::{clock, rounds};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use store::{Asked, Engine};
use tests::running::E1;
use tests::shop::{self, Cart, YEAR_MONTHLY, offer, text};
use tests::{Client, TestApp, both};

/// What was asked, case by case.
struct Counts<'a> {
    app: &'a TestApp,
    table: String,
    statements: Vec<(&'static str, u64)>,
}

impl<'a> Counts<'a> {
    fn new(app: &'a TestApp) -> Self {
        let table = format!("{:<50} {:>10} {:>12}\n", "what", "statements", "transactions");
        Self { app, table, statements: vec![] }
    }

    /// Counts what something asks of the database.
    fn count<T>(&mut self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let before = self.app.app.store.asked();
        let result = work();
        let after = self.app.app.store.asked();
        let (statements, transactions) =
            (after.statements - before.statements, after.transactions - before.transactions);
        self.note(what, Asked { statements, transactions });
        result
    }

    fn note(&mut self, what: &'static str, asked: Asked) {
        let _ = writeln!(self.table, "{what:<50} {:>10} {:>12}", asked.statements, asked.transactions);
        self.statements.push((what, asked.statements));
    }

    /// Holds that something asks no more than this.
    #[track_caller]
    fn at_most(&self, what: &str, most: u64) {
        let asked = self.statements.iter().find(|(counted, _)| *counted == what).map(|(_, asked)| *asked);
        assert!(asked.is_some_and(|asked| asked <= most), "{what}: {asked:?}, at most {most}");
    }

    /// Compares with the committed file of this database; `KONTOR_TEST_WRITE=1` writes it anew.
    #[allow(clippy::disallowed_methods, reason = "how one asks for the file")]
    fn same_as_committed(&self) {
        let engine = match self.app.app.store.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("it/house/statements/{engine}.txt"));
        if std::env::var("KONTOR_TEST_WRITE").is_ok() {
            std::fs::write(&path, &self.table).expect("the counts are written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(self.table, committed, "{}: where there is a reason, KONTOR_TEST_WRITE=1 writes it", path.display());
    }
}

/// The five requests of a purchase, counted together and the line alone.
fn purchase(counts: &mut Counts<'_>, buyer: &Client, offer: &str) {
    let before = counts.app.app.store.asked();
    let cart = Cart::new(buyer);
    counts.count("a line put into a cart", || cart.add(offer, 5));
    let order = cart.order();
    shop::order_now(buyer, &order);
    let after = counts.app.app.store.asked();
    counts.note(
        "the five requests of a purchase",
        Asked {
            statements: after.statements - before.statements,
            transactions: after.transactions - before.transactions,
        },
    );
}

/// Two lines of different products, previewed and ordered with a key: five requests as a storefront sends them.
fn purchase_of_two(counts: &mut Counts<'_>, buyer: &Client, offers: [&str; 2]) {
    counts.count("a purchase of two lines", || {
        let cart = Cart::new(buyer);
        offers.iter().for_each(|offer| drop(cart.add(offer, 1)));
        buyer.with("Idempotency-Key", "two lines").post("/v1/orders", cart.request()).expect(201);
    });
}

/// How many orders are provided together, as a worker does that has many to do.
const TOGETHER: u64 = 10;

both! {
    /// U-101, U-102: the counts are the committed ones, and no more than they may be.
    what_things_cost_is_what_is_committed(app) {
        let buyer = app.admin("cancom");
        let e1 = offer(&buyer, E1, YEAR_MONTHLY);
        // Who may what, and whatever else is held in memory, is known from here on.
        let first = shop::buy(&app, &buyer, E1, YEAR_MONTHLY, 5);
        let mut counts = Counts::new(&app);
        let work = || rounds::run_lane(&app.app, None, Lane::Work).expect("the worker works");
        let mail = || rounds::run_lane(&app.app, None, Lane::Mail).expect("the worker works");
        let round = || clock::round(&app.app, &mut Troubled::default()).expect("the clock goes");
        counts.count("a look of an idle process", || {
            app.app.store.read_one(|conn| store::look::look_unscoped(conn, app.now())).expect("a look")
        });
        counts.count("a round of the clock with nothing due", round);
        purchase(&mut counts, &buyer, &e1);
        counts.count("its way to Microsoft", work);
        app.advance(time::Duration::SECOND);
        counts.count("and what Microsoft says of it", work);
        counts.count("its mail", mail);
        let orders: Vec<_> = (0..TOGETHER).map(|_| shop::cart_with(&buyer, E1, YEAR_MONTHLY, 5).order()).collect();
        counts.count("provisioning of ten purchases", || {
            work();
            app.advance(time::Duration::SECOND);
            work();
        });
        let buyer = app.admin("cancom");
        assert!(orders.iter().all(|order| shop::order_now(&buyer, order)["status"] == "completed"));
        // SQLite, which is in this process, gets the two events of an order one by one.
        let most = if app.app.store.engine() == Engine::Sqlite { 21 } else { 20 };
        counts.at_most("provisioning of ten purchases", most * TOGETHER);
        let path = format!("/v1/subscriptions/{}/changes", text(&first["id"]));
        counts.count("a change", || buyer.post(&path, json!({"type": "set_quantity", "quantity": 7})).expect(201));
        counts.count("a change at Microsoft", work);
        app.drain();
        app.advance(time::Duration::days(25));
        // What a policy says is read once by a process, whichever test comes first.
        app.provider("cancom").get("/v1/subscriptions?limit=50").expect(200);
        counts.count("a charge of each of twelve in the second month", round);
        app.drain();
        let buyer = app.admin("cancom");
        purchase_of_two(&mut counts, &buyer, [&e1, &offer(&buyer, "Office 365 E3", YEAR_MONTHLY)]);
        app.drain();
        counts.at_most("the five requests of a purchase", 40);
        // The same: two lines are one statement on a server, and one after the other here.
        counts.at_most("a purchase of two lines", if app.app.store.engine() == Engine::Sqlite { 41 } else { 40 });
        counts.same_as_committed();
    }
}
