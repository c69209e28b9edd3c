//! The program killed while time does its work: whatever was under way, each thing happens exactly once.

use crate::faults::crash::{Dice, Installation, Load, MARKETPLACES, assert_intact, finished, people};
use api::ids::New as _;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, RunQueryDsl as _};
use domain::access::Scope;
use domain::id::SubscriptionId;
use domain::subscription::Subscription;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::page::PageRequest;
use tests::Client;
use tests::database::Database;
use tests::program::Program;
use tests::shop::{self, Cart, MONTH, offer, rows, text};

/// Subscriptions that all renew on one day.
const RENEWALS: usize = 10_000;
/// Subscriptions of each customer that are changed at once.
const CHANGED: usize = 4;
/// What each of these is set to, one after the other.
const QUANTITIES: RangeInclusive<u32> = 6..=12;
/// How often the program is killed meanwhile.
const KILLS: usize = 6;
/// Longer than ten thousand renewals take.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many rows there are, `FROM` and what follows given.
fn count(url: &str, from: &str) -> usize {
    let query = diesel::sql_query(format!("SELECT count(*) AS rows FROM {from}"));
    let counted: Count = match url.strip_prefix("sqlite:") {
        Some(path) => query.get_result(&mut diesel::SqliteConnection::establish(path).expect("the file opens")),
        None => query.get_result(&mut diesel::PgConnection::establish(url).expect("the server answers")),
    }
    .unwrap_or_else(|error| panic!("{from}: {error}"));
    usize::try_from(counted.rows).expect("a number of rows")
}

/// Buys for a month and lets that month pass but for its last hour.
fn bought(program: &Program, provider: &Client) -> Value {
    let customer = Client::log_in(&program.url, "admin@kunde.terra.example");
    let cart = Cart::new(&customer);
    cart.add(&offer(&customer, "Office 365 E1", MONTH), 5);
    let order = cart.order();
    finished(provider, "terra");
    let subscription = shop::subscriptions(&customer, &order).remove(0);
    shop::set_clock(provider, &format!("{}T23:00:00Z", text(&subscription["term_end"])));
    customer.get(&format!("/v1/subscriptions/{}", text(&subscription["id"]))).expect(200).body
}

/// Puts many more like a subscription beside it: bought in the same order, standing at the same point.
fn multiply(database: &Database, id: &str) -> Subscription {
    let store = database.open();
    let id: SubscriptionId = id.parse().expect("an id");
    store
        .write(|tx| {
            let ids: Vec<_> = store::marketplaces::versions_unscoped(tx)?.into_iter().map(|(id, _)| id).collect();
            let (all, _) = store::marketplaces::of_ids_unscoped(tx, &ids)?;
            let terra = all.into_iter().find(|record| record.marketplace.slug == "terra").expect("terra").marketplace;
            let one = store::subscriptions::get(tx, &Scope::Marketplace(terra.id), id)?;
            let more: Vec<_> =
                (1..RENEWALS).map(|_| Subscription { id: SubscriptionId::new(), ..one.clone() }).collect();
            store::subscriptions::insert_all(tx, &more)?;
            Ok::<_, store::StoreError>(one)
        })
        .expect("they are added")
}

/// Sends the provider's clock to an instant again and again, until it is there.
fn move_until_answered(provider: &Client, url: &RwLock<String>, over: &AtomicBool, now: &str) {
    let begun = Instant::now();
    while !over.load(Ordering::Relaxed) {
        assert!(begun.elapsed() < PATIENCE, "the clock does not get there");
        let url = url.read().expect("nobody panics with it").clone();
        match provider.at(&url).try_send("PUT", "/v1/sandbox/clock", Some(json!({"now": now}))) {
            // Not yet: the same request again waits on.
            Ok(answer) if [202, 503].contains(&answer.status) => {}
            Ok(answer) => return drop(answer.expect(200)),
            // Killed before it answered, or not started yet.
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Sets it on when it is dropped: nobody waits for a test that has failed.
struct Flag<'a>(&'a AtomicBool);

impl Drop for Flag<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Moves the clock over the renewals and kills the program again and again before they are done.
fn renew_with_kills(installation: &Installation, program: Program, provider: &Client, now: &str) -> Program {
    let mut dice = Dice::thrown();
    let renewed = || count(installation.url(), "charges WHERE kind = 'renew'");
    let (url, over) = (RwLock::new(program.url.clone()), AtomicBool::new(false));
    std::thread::scope(|threads| {
        let flag = Flag(&over);
        let mover = threads.spawn(|| move_until_answered(provider, &url, &over, now));
        let mut program = program;
        for kill in 1..=KILLS {
            let begun = Instant::now();
            let enough = (RENEWALS * kill / (KILLS + 2)).max(1);
            while renewed() < enough {
                assert!(begun.elapsed() < PATIENCE, "nothing is renewed any more");
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(dice.below(30_000)));
            program.kill();
            let done = renewed();
            eprintln!("kill {kill}: {done} of {RENEWALS} were renewed");
            assert!(done < RENEWALS, "the kill came in the middle");
            program = installation.start();
            *url.write().expect("nobody panics with it") = program.url.clone();
        }
        mover.join().expect("the clock gets there");
        drop(flag);
        program
    })
}

fn renewed_exactly_once(installation: &Installation) {
    let program = installation.start();
    let provider = Client::log_in(&program.url, "provider@terra.example");
    let subscription = bought(&program, &provider);
    let one = multiply(&installation.database, &text(&subscription["id"]));
    let first = one.term_span.expect("a term").last.plus_days(1);
    let before = ["charges", "events", "tasks", "subscription_changes"].map(|table| count(installation.url(), table));

    let program = renew_with_kills(installation, program, &provider, &format!("{first}T08:00:00Z"));

    let once = |table: &str, of: &str, rest: &str| {
        count(
            installation.url(),
            &format!("(SELECT 1 FROM {table} WHERE {rest} GROUP BY {of} HAVING count(*) = 1) AS x"),
        )
    };
    let charged = format!("kind = 'renew' AND span_first = '{first}'");
    assert_eq!(once("charges", "subscription_id", &charged), RENEWALS, "each is charged once for the day");
    assert_eq!(once("events", "subject", "kind = 'subscription.renewed'"), RENEWALS, "each is told once");
    let after = ["charges", "events", "tasks", "subscription_changes"].map(|table| count(installation.url(), table));
    let added = RENEWALS;
    assert_eq!(after, [before[0] + added, before[1] + added, before[2], before[3]], "and nothing else happened");
    stand_alike(&installation.database, &one);
    program.terminate();
    let (status, output) = program.wait();
    assert_eq!(status.code(), Some(0), "{output}");
    assert_intact(installation.url());
}

/// Every subscription is in the term after the one it was in, changed once, and all of them stand alike.
fn stand_alike(database: &Database, before: &Subscription) {
    let after = subscriptions(database, &Scope::Marketplace(before.marketplace_id));
    assert_eq!(after.len(), RENEWALS);
    let renewed = &after[0];
    for other in &after {
        let alike = Subscription { id: renewed.id, updated_at: renewed.updated_at, ..other.clone() };
        assert_eq!(&alike, renewed);
    }
    let (old, new) = (before.term_span.expect("a term"), renewed.term_span.expect("a term"));
    assert_eq!(new.first, old.last.plus_days(1), "the next term");
    assert!((28..=31).contains(&new.days()), "of one month: {new:?}");
    assert_eq!(renewed.version, before.version + 1, "and nothing came in between");
}

/// All of a marketplace.
fn subscriptions(database: &Database, scope: &Scope) -> Vec<Subscription> {
    let (store, filter) = (database.open(), store::subscriptions::Filter::default());
    let (mut found, mut after) = (vec![], None);
    loop {
        let request = PageRequest { limit: 200, after, descending: false };
        let page =
            store.read(|conn| store::subscriptions::list(conn, scope, &filter, &request.into())).expect("a page");
        found.extend(page.items);
        after = page.next.map(|place| place.id);
        if after.is_none() {
            return found;
        }
    }
}

/// Makes a change as soon as the one before it is through.
fn change(load: &Load, client: &Client, subscription: &str, quantity: u32) {
    let client = client.with("Idempotency-Key", &format!("{subscription}-{quantity}"));
    let path = format!("/v1/subscriptions/{subscription}/changes");
    let body = json!({"type": "set_quantity", "quantity": quantity});
    loop {
        let answer = load.insist_any(&client, &path, &body);
        if answer.code() != "change_in_progress" {
            return drop(answer.expect(201));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// One subscription more for everybody, to be changed again and again.
fn buy_everywhere(program: &Program) -> Vec<(Client, String)> {
    let mut bought = vec![];
    for (slug, client, offer) in people(&program.url, "admin") {
        let orders: Vec<_> = (0..CHANGED)
            .map(|_| {
                let cart = Cart::new(&client);
                cart.add(&offer, 5);
                cart.order()
            })
            .collect();
        finished(&Client::log_in(&program.url, &format!("provider@{slug}.example")), slug);
        let ids = orders.iter().map(|order| text(&shop::subscriptions(&client, order)[0]["id"]));
        bought.extend(ids.map(|id| (client.clone(), id)));
    }
    bought
}

fn changed_exactly_once(installation: &Installation) {
    let mut dice = Dice::thrown();
    let mut program = installation.start();
    let bought = buy_everywhere(&program);
    let load = Load::new(&program.url);
    let program = std::thread::scope(|threads| {
        let _care = load.care();
        let change_all = |(client, id): &(Client, String)| {
            let (client, id, load) = (client.clone(), id.clone(), &load);
            threads.spawn(move || QUANTITIES.for_each(|quantity| change(load, &client, &id, quantity)))
        };
        let changing: Vec<_> = bought.iter().map(change_all).collect();
        for _ in 0..KILLS {
            load.wait_for_answers(dice.below(10) as usize);
            std::thread::sleep(Duration::from_micros(dice.below(20_000)));
            program.kill();
            program = installation.start();
            load.goes_on_at(&program.url);
        }
        changing.into_iter().for_each(|thread| thread.join().expect("every change is made"));
        program
    });
    for slug in MARKETPLACES {
        finished(&Client::log_in(&program.url, &format!("provider@{slug}.example")), slug);
    }
    let asked = changes_at_microsoft(installation);
    for (client, id) in &bought {
        let client = client.at(&program.url);
        let path = format!("/v1/subscriptions/{id}");
        let subscription = client.get(&path).expect(200).body;
        assert_eq!(subscription["quantity"], json!(QUANTITIES.end()), "{subscription}");
        assert_eq!(subscription["applying_change_id"], Value::Null);
        let changes = rows(&client.get(&format!("{path}/changes?limit=200")).expect(200));
        assert_eq!(changes.len(), QUANTITIES.count(), "each key is one change");
        assert!(changes.iter().all(|change| change["status"] == "done"), "{changes:?}");
        let external = text(&subscription["external_id"]);
        assert_eq!(asked.get(&external), Some(&QUANTITIES.collect()), "Microsoft did each once, in this order");
    }
    assert_eq!(asked.len(), bought.len(), "and nothing else");
    program.terminate();
    let (status, output) = program.wait();
    assert_eq!(status.code(), Some(0), "{output}");
    assert_intact(installation.url());
}

/// The quantities that each subscription was given at Microsoft's side, from its journal.
fn changes_at_microsoft(installation: &Installation) -> BTreeMap<String, Vec<u32>> {
    let (mut changed, mut requests) = (BTreeMap::<_, Vec<u32>>::new(), BTreeSet::new());
    for fact in installation.facts().into_iter().filter(|fact| fact["fact"] == "subscription_changed") {
        assert!(requests.insert(text(&fact["request"])), "asked for twice: {fact}");
        let quantity = fact["change"]["quantity"].as_u64().and_then(|quantity| u32::try_from(quantity).ok());
        let quantity = quantity.unwrap_or_else(|| panic!("not a quantity: {fact}"));
        changed.entry(text(&fact["subscription_id"])).or_default().push(quantity);
    }
    changed
}

#[test]
fn sqlite_renews_each_subscription_exactly_once() {
    renewed_exactly_once(&Installation::new(Database::sqlite()));
}

#[test]
fn postgres_renews_each_subscription_exactly_once() {
    if let Some(database) = Database::postgres() {
        renewed_exactly_once(&Installation::new(database));
    }
}

#[test]
fn sqlite_asks_microsoft_for_each_change_once() {
    changed_exactly_once(&Installation::new(Database::sqlite()));
}

#[test]
fn postgres_asks_microsoft_for_each_change_once() {
    if let Some(database) = Database::postgres() {
        changed_exactly_once(&Installation::new(database));
    }
}
