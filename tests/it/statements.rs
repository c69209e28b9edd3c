//! How many statements things cost, as counted on the connections: a growth is seen in a diff of the committed counts.

use crate::shop::{self, Cart, YEAR_MONTHLY, offer, text};
use api::worker::rounds;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use store::{Asked, Engine};
use tests::{Client, TestApp, both};

const E1: &str = "Office 365 E1";

/// What was asked, case by case.
struct Counts<'a> {
    app: &'a TestApp,
    table: String,
    statements: Vec<(&'static str, u64)>,
}

impl<'a> Counts<'a> {
    fn new(app: &'a TestApp) -> Self {
        let table = format!("{:<40} {:>10} {:>12}\n", "what", "statements", "transactions");
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
        let _ = writeln!(self.table, "{what:<40} {:>10} {:>12}", asked.statements, asked.transactions);
        self.statements.push((what, asked.statements));
    }

    /// Compares with the committed file of this database; `KONTOR_TEST_WRITE=1` writes it anew.
    #[allow(clippy::disallowed_methods, reason = "how one asks for the file")]
    fn same_as_committed(&self) {
        let engine = match self.app.app.store.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("it/statements/{engine}.txt"));
        if std::env::var("KONTOR_TEST_WRITE").is_ok() {
            std::fs::write(&path, &self.table).expect("the counts are written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(self.table, committed, "the counts are other than in {}", path.display());
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

both! {
    /// U-101, U-102: the counts are the committed ones.
    what_things_cost_is_what_is_committed(app) {
        let buyer = app.client("admin@kunde.cancom.example");
        let e1 = offer(&buyer, E1, YEAR_MONTHLY);
        // Who may what, and whatever else is held in memory, is known from here on.
        let first = shop::buy(&app, &buyer, E1, YEAR_MONTHLY, 5);
        let mut counts = Counts::new(&app);
        purchase(&mut counts, &buyer, &e1);
        purchase_of_two(&mut counts, &buyer, [&e1, &offer(&buyer, "Office 365 E3", YEAR_MONTHLY)]);
        for (what, statements) in counts.statements.iter().filter(|(what, _)| what.contains("purchase")) {
            assert!(*statements <= 40, "{what}: {statements} statements");
        }
        counts.count("provisioning of a purchase", || rounds::run_once(&app.app, None).expect("the worker works"));
        let path = format!("/v1/subscriptions/{}/changes", text(&first["id"]));
        counts.count("a change", || buyer.post(&path, json!({"type": "set_quantity", "quantity": 7})).expect(201));
        counts.count("a change at Microsoft", || rounds::run_once(&app.app, None).expect("the worker works"));
        app.drain();
        counts.same_as_committed();
    }
}
