//! The real program, killed and stopped in the middle of its work, on both databases.
//!
//! `make test` builds the program first; who runs these tests alone says `cargo build --bin kontor` before.

use diesel::{Connection as _, RunQueryDsl as _};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tests::database::Database;
use tests::program::{Program, Setting};
use tests::shop::{self, Cart, YEAR_MONTHLY, column, offer, rows, text};
use tests::{Answer, Client};

const USUAL_KILLS: usize = 20;

/// How often the server is killed: `KILLS=200` asks for more than the usual run does.
#[allow(clippy::disallowed_methods, reason = "how one asks for more of it")]
fn kills() -> usize {
    std::env::var("KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(USUAL_KILLS)
}

/// Who orders, in four marketplaces at once.
pub const MARKETPLACES: [&str; 4] = ["cancom", "colt", "mskeys", "terra"];
/// Longer than any recovery takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// An installation that outlives its processes.
pub struct Installation {
    /// Its database.
    pub database: Arc<Database>,
    settings: Vec<Setting>,
    journal: PathBuf,
    _directory: tempfile::TempDir,
}

impl Installation {
    /// Around a database.
    pub fn new(database: Arc<Database>) -> Self {
        let directory = tempfile::TempDir::new().expect("a temporary directory");
        let journal = directory.path().join("partner-center");
        let settings = vec![
            ("KONTOR_DATABASE_URL", database.url().to_owned()),
            ("KONTOR_SECRET_KEY", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned()),
            ("KONTOR_PARTNER_CENTER_JOURNAL", journal.display().to_string()),
            ("KONTOR_MAIL", format!("file:{}", directory.path().join("mails").display())),
            ("KONTOR_JOB_LEASE", "5".to_owned()),
            ("KONTOR_LOG_LEVEL", "warn".to_owned()),
        ];
        Self { database, settings, journal, _directory: directory }
    }

    /// A process of it.
    pub fn start(&self) -> Program {
        Program::serve(&self.settings, &[])
    }

    /// The database's address.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// What happened at Microsoft's side, from its journal.
    pub fn facts(&self) -> Vec<Value> {
        let journal = std::fs::read_to_string(&self.journal).expect("the journal");
        journal.lines().map(|line| serde_json::from_str(line).expect("a fact")).collect()
    }
}

/// Numbers that look random and follow from a seed (SplitMix64).
pub struct Dice(u64);

impl Dice {
    /// Other numbers each time; the seed is printed, for whoever wants the same ones.
    pub fn thrown() -> Self {
        let seed = RandomState::new().hash_one("dice");
        eprintln!("the seed is {seed}");
        Self(seed)
    }

    /// A number below an end.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// What the customers and whoever kills the server share.
pub struct Load {
    url: RwLock<String>,
    answers: AtomicUsize,
    over: AtomicBool,
    given_up: AtomicBool,
}

/// Sends everybody home where the test has failed: else they would ask for ever.
pub struct Care<'a>(&'a Load);

impl Drop for Care<'_> {
    fn drop(&mut self) {
        self.0.given_up.store(std::thread::panicking(), Ordering::Relaxed);
    }
}

impl Load {
    /// Against a server at an address.
    pub fn new(url: &str) -> Self {
        Self {
            url: RwLock::new(url.to_owned()),
            answers: AtomicUsize::new(0),
            over: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
        }
    }

    /// Everybody turns to another address: the server was started anew.
    pub fn goes_on_at(&self, url: &str) {
        url.clone_into(&mut self.url.write().expect("nobody panics with it"));
    }

    /// Sends a request until it is answered as expected: the same request, with the same key.
    fn insist(&self, client: &Client, path: &str, body: &Value, status: u16) -> Answer {
        self.insist_any(client, path, body).expect(status)
    }

    /// The same, whatever the answer.
    pub fn insist_any(&self, client: &Client, path: &str, body: &Value) -> Answer {
        loop {
            assert!(!self.given_up.load(Ordering::Relaxed), "the test has failed");
            let url = self.url.read().expect("nobody panics with it").clone();
            match client.at(&url).try_send("POST", path, Some(body.clone())) {
                Ok(answer) if answer.status == 503 => assert_ne!(answer.header("retry-after"), "", "{}", answer.text),
                Ok(answer) => {
                    self.answers.fetch_add(1, Ordering::Relaxed);
                    return answer;
                }
                // Killed before it answered, or not started yet.
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// Orders until it is over; says which order each key was answered with.
    pub fn order(&self, client: &Client, slug: &str, offer: &str) -> BTreeMap<String, String> {
        let mut placed = BTreeMap::new();
        for n in 0.. {
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("{slug}-{n}");
            let keyed = |step: &str| client.with("Idempotency-Key", &format!("{name}-{step}"));
            let cart = self.insist(&keyed("cart"), "/v1/carts", &json!({"name": name}), 201);
            let path = format!("/v1/carts/{}", cart.text_at("/id"));
            self.insist(&keyed("line"), &format!("{path}/lines"), &json!({"offer_id": offer, "quantity": 5}), 201);
            let preview = self.insist(client, &format!("{path}/preview"), &json!({}), 200);
            let request = json!({
                "cart_id": cart.text_at("/id"),
                "preview_token": preview.body["preview_token"],
                "payment_method": "invoice",
                "consents": preview.body["consents_required"],
            });
            let order = self.insist(&keyed("order"), "/v1/orders", &request, 201);
            placed.insert(name, order.text_at("/id").to_owned());
        }
        placed
    }

    /// To be held while people order.
    pub fn care(&self) -> Care<'_> {
        Care(self)
    }

    /// Lets everybody finish what is begun.
    pub fn finish(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Waits until so many more requests were answered.
    pub fn wait_for_answers(&self, more: usize) {
        let (begun, from) = (Instant::now(), self.answers.load(Ordering::Relaxed));
        while self.answers.load(Ordering::Relaxed) < from + more {
            assert!(begun.elapsed() < PATIENCE, "nobody is answered any more");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Somebody of each marketplace, with what is ordered there.
pub fn people(url: &str, name: &str) -> Vec<(&'static str, Client, String)> {
    let log_in = |slug: &'static str| {
        let client = Client::log_in(url, &format!("{name}@kunde.{slug}.example"));
        let offer = offer(&client, "Office 365 E1", YEAR_MONTHLY);
        (slug, client, offer)
    };
    MARKETPLACES.map(log_in).into()
}

/// All rows of a list, page by page.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (vec![], String::new());
    loop {
        let page = client.get(&format!("{path}?limit=200{cursor}")).expect(200);
        found.extend(rows(&page));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={}", shop::encoded(next)),
            None => return found,
        }
    }
}

fn killed_again_and_again(installation: &Installation) {
    let mut dice = Dice::thrown();
    let mut program = installation.start();
    let load = Load::new(&program.url);
    let (program, placed) = std::thread::scope(|threads| {
        let _care = load.care();
        let order = |(slug, client, offer): (&'static str, Client, String)| {
            let load = &load;
            threads.spawn(move || load.order(&client, slug, &offer))
        };
        let customers: Vec<_> = people(&program.url, "admin").into_iter().map(order).collect();
        for kill in 0..kills() {
            load.wait_for_answers(dice.below(50) as usize);
            std::thread::sleep(Duration::from_micros(dice.below(20_000)));
            program.kill();
            if kill % 4 == 3 {
                // Also while it starts and recovers.
                let starting = Program::begin(&installation.settings, &[]);
                std::thread::sleep(Duration::from_millis(dice.below(250)));
                starting.kill();
            }
            program = installation.start();
            load.goes_on_at(&program.url);
        }
        load.finish();
        let placed = customers.into_iter().map(|thread| thread.join().expect("everybody is answered"));
        let placed: Vec<BTreeMap<String, String>> = placed.collect();
        (program, placed)
    });
    let orders = placed.iter().map(BTreeMap::len).sum::<usize>();
    eprintln!("{} kills, {orders} orders, {} answers", kills(), load.answers.load(Ordering::Relaxed));
    assert!(placed.iter().all(|orders| orders.len() > 1), "everybody got something done");
    let mut bought = BTreeSet::new();
    for (slug, placed) in MARKETPLACES.into_iter().zip(&placed) {
        let provider = Client::log_in(&program.url, &format!("provider@{slug}.example"));
        finished(&provider, slug);
        everything_is_there_once(&provider, placed, &mut bought);
    }
    assert_eq!(bought.len(), orders, "each order has a subscription of its own at Microsoft");
    assert_eq!(bought, bought_at_microsoft(installation), "Microsoft sold what was ordered, and nothing else");
    program.terminate();
    let (status, output) = program.wait();
    assert_eq!(status.code(), Some(0), "{output}");
    assert_intact(installation.url());
}

/// Waits until nothing is left to be done; nothing was given up.
pub fn finished(provider: &Client, slug: &str) {
    let begun = Instant::now();
    loop {
        let pending = rows(&provider.get("/v1/tasks?status=pending").expect(200));
        if pending.is_empty() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{slug} does not come to an end: {pending:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(rows(&provider.get("/v1/tasks?status=parked").expect(200)), Vec::<Value>::new(), "{slug}");
}

/// Every acknowledged order exists, every order was acknowledged, and each has everything that belongs to it.
pub fn everything_is_there_once(provider: &Client, placed: &BTreeMap<String, String>, bought: &mut BTreeSet<String>) {
    let orders = all(provider, "/v1/orders");
    let found: BTreeMap<_, _> = orders.iter().map(|order| (text(&order["name"]), text(&order["id"]))).collect();
    assert_eq!(&found, placed, "each key is one order, and the one that was answered");
    assert_eq!(orders.len(), placed.len(), "no key is two orders");
    for order in &orders {
        let order = shop::order_now(provider, order);
        assert_eq!(order["status"], "completed", "{order}");
        let kinds = column(order["timeline"].as_array().expect("a timeline"), "/kind");
        assert_eq!(kinds, ["order.placed", "order_line.ordered", "order.completed"], "{order}");
        let audit = provider.get(&format!("/v1/audit-log?subject={}", text(&order["id"]))).expect(200);
        assert_eq!(column(&rows(&audit), "/action"), ["order.placed"]);
    }
    let subscriptions = all(provider, "/v1/subscriptions");
    assert_eq!(subscriptions.len(), orders.len());
    for subscription in &subscriptions {
        assert_eq!(subscription["status"], "active", "{subscription}");
        bought.insert(text(&subscription["external_id"]));
    }
}

/// The subscriptions of Microsoft's side, from its journal; each cart was bought once.
fn bought_at_microsoft(installation: &Installation) -> BTreeSet<String> {
    let (mut bought, mut carts) = (BTreeSet::new(), BTreeSet::new());
    for fact in installation.facts().into_iter().filter(|fact| fact["fact"] == "cart_checked_out") {
        assert!(carts.insert(text(&fact["cart_id"])), "bought twice: {fact}");
        for outcome in fact["outcomes"].as_array().expect("outcomes") {
            assert!(bought.insert(text(&outcome[1]["ordered"]["subscription_id"])), "sold twice: {fact}");
        }
    }
    bought
}

#[derive(diesel::QueryableByName)]
struct Verdict {
    #[diesel(sql_type = diesel::sql_types::Text)]
    integrity_check: String,
}

/// Where it is SQLite's, the file is sound.
pub fn assert_intact(url: &str) {
    let Some(path) = url.strip_prefix("sqlite:") else { return };
    let mut connection = diesel::SqliteConnection::establish(path).expect("the file opens");
    let verdict: Vec<Verdict> = diesel::sql_query("PRAGMA integrity_check").load(&mut connection).expect("a verdict");
    assert_eq!(verdict.iter().map(|row| row.integrity_check.as_str()).collect::<Vec<_>>(), ["ok"]);
}

/// What a customer was told until nobody answered any more.
fn order_until_refused(client: &Client, offer: &str, answered: &AtomicUsize) -> BTreeSet<String> {
    let mut placed = BTreeSet::new();
    let cart = Cart::new(client);
    cart.add(offer, 5);
    let mut request = cart.request();
    loop {
        let steps: Result<(), ureq::Error> = (|| {
            let cart = client.try_send("POST", "/v1/carts", Some(json!({})))?.expect(201);
            let lines = format!("/v1/carts/{}/lines", cart.text_at("/id"));
            client.try_send("POST", &lines, Some(json!({"offer_id": offer, "quantity": 5})))?.expect(201);
            request["cart_id"] = cart.body["id"].clone();
            request.as_object_mut().expect("a request").remove("preview_token");
            let order = client.try_send("POST", "/v1/orders", Some(request.clone()))?.expect(201);
            placed.insert(order.text_at("/id").to_owned());
            answered.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })();
        if steps.is_err() {
            return placed;
        }
    }
}

fn stopped_in_order(installation: &Installation) {
    let program = installation.start();
    let people = people(&program.url, "admin");
    // One who asked once and keeps the connection: nobody waits for it to go.
    let mut idle = std::net::TcpStream::connect(program.url.trim_start_matches("http://")).expect("a connection");
    std::io::Write::write_all(&mut idle, b"GET /healthz HTTP/1.1\r\nHost: kontor\r\n\r\n").expect("a request is sent");
    let balancer = program.anonymous();
    let answered = AtomicUsize::new(0);
    let (placed, took) = std::thread::scope(|threads| {
        let order = |(_, client, offer): (&'static str, Client, String)| {
            let answered = &answered;
            threads.spawn(move || order_until_refused(&client, &offer, answered))
        };
        let customers: Vec<_> = people.into_iter().map(order).collect();
        while answered.load(Ordering::Relaxed) < 10 {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(balancer.get("/readyz").status, 200);
        let told = Instant::now();
        program.terminate();
        // A load balancer sees 503 while everybody else is still answered, or nobody at all.
        loop {
            match balancer.try_send("GET", "/readyz", None) {
                Ok(answer) if answer.status == 200 => {}
                Ok(answer) => break drop(answer.refused(503, "unavailable")),
                Err(_) => break,
            }
        }
        let (status, output) = program.wait();
        assert_eq!(status.code(), Some(0), "{output}");
        let placed: Vec<_> = customers.into_iter().map(|thread| thread.join().expect("accepted is answered")).collect();
        (placed, told.elapsed())
    });
    eprintln!("stopped after {took:?}, {} orders", answered.load(Ordering::Relaxed));
    assert!(took < Duration::from_secs(30), "{took:?}");
    drop(idle);
    // What was done was answered: an order that nobody was told of would be here.
    let program = installation.start();
    for (slug, placed) in MARKETPLACES.into_iter().zip(placed) {
        let provider = Client::log_in(&program.url, &format!("provider@{slug}.example"));
        let found: BTreeSet<_> = column(&all(&provider, "/v1/orders"), "/id").into_iter().collect();
        assert_eq!(found, placed, "{slug}");
        finished(&provider, slug);
    }
}

#[test]
fn sqlite_survives_being_killed_again_and_again() {
    killed_again_and_again(&Installation::new(Database::sqlite()));
}

#[test]
fn postgres_survives_being_killed_again_and_again() {
    if let Some(database) = Database::postgres() {
        killed_again_and_again(&Installation::new(database));
    }
}

#[test]
fn sqlite_stops_in_order() {
    stopped_in_order(&Installation::new(Database::sqlite()));
}

#[test]
fn postgres_stops_in_order() {
    if let Some(database) = Database::postgres() {
        stopped_in_order(&Installation::new(database));
    }
}
