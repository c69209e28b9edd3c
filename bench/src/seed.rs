//! Subscriptions in great numbers, put into a database through the store: copies of one that was bought.

use crate::client::{Client, text};
use crate::database::{Database, Engine};
use crate::process::Server;
use crate::purchases::drain;
use crate::{Error, Result};
use domain::access::Scope;
use domain::calendar::{Day, DaySpan};
use domain::id::SubscriptionId;
use domain::subscription::{QuantityLot, Subscription};
use serde_json::json;
use store::{Options, Store, StoreError};

/// Licences of each.
pub(crate) const QUANTITY: u32 = 5;
/// How many are written in one transaction.
const BATCH: usize = 5_000;

/// The id of the copy with a number; in the order of the numbers.
pub(crate) fn id(number: usize) -> SubscriptionId {
    SubscriptionId::from_u128((0x0199_u128 << 112) | number as u128)
}

/// Buys Office 365 E1 for a demo customer and waits until it runs; the subscription's id.
pub(crate) fn buy(server: &Server, slug: &str, (term, billing_cycle): (&str, &str)) -> Result<SubscriptionId> {
    let mut client = Client::log_in(server.address, &format!("admin@kunde.{slug}.example"))?;
    let page = client.get("/v1/products?q=Office%20365%20E1")?;
    let offers = page.pointer("/data/0/skus/0/offers").and_then(|offers| offers.as_array()).ok_or("no offers")?;
    let planned = offers.iter().find(|offer| offer["term"] == term && offer["billing_cycle"] == billing_cycle);
    let offer = planned.ok_or_else(|| format!("no plan {term} {billing_cycle} in {page}"))?;
    let cart = text(&client.send("POST", "/v1/carts", &json!({}))?, "/id")?.to_owned();
    let line = json!({"offer_id": offer["id"], "quantity": QUANTITY});
    client.send("POST", &format!("/v1/carts/{cart}/lines"), &line)?;
    let preview = client.send("POST", &format!("/v1/carts/{cart}/preview"), &json!({}))?;
    let request = json!({"cart_id": cart, "payment_method": "invoice", "consents": preview["consents_required"]});
    let order = client.send("POST", "/v1/orders", &request)?;
    drain(server)?;
    text(&order, "/lines/0/subscription_id")?.parse().map_err(|_| Error::from("no subscription in the order"))
}

/// Adds so many copies of a subscription, each as `shape` makes it. Nobody else may write meanwhile.
pub(crate) fn multiply(
    database: &Database,
    slug: &str,
    of: SubscriptionId,
    number: usize,
    shape: impl Fn(usize, Subscription) -> Subscription,
) -> Result<()> {
    let store = Store::open(&Options { durable: false, ..Options::new(&database.url()) })?;
    let one = store.read(|conn| {
        let ids: Vec<_> = store::marketplaces::versions_unscoped(conn)?.into_iter().map(|(id, _)| id).collect();
        let (all, _) = store::marketplaces::of_ids_unscoped(conn, &ids)?;
        let marketplace = all.iter().find(|record| record.marketplace.slug == slug).ok_or(StoreError::NotFound)?;
        store::subscriptions::get(conn, &Scope::Marketplace(marketplace.marketplace.id), of)
    })?;
    let copy = |n: usize| shape(n, Subscription { id: id(n), ..one.clone() });
    for first in (0..number).step_by(BATCH) {
        let batch: Vec<_> = (first..number.min(first + BATCH)).map(copy).collect();
        store.write(|tx| store::subscriptions::insert_all(tx, &batch))?;
    }
    drop(store);
    match database.engine() {
        Engine::Sqlite => Ok(()),
        // As the server does by itself where a table has grown.
        Engine::Postgres => database.query("ANALYZE").map(drop),
    }
}

/// The same subscription in another term, with nothing left to happen in it but its end.
pub(crate) fn in_term(subscription: Subscription, term: DaySpan) -> Subscription {
    let begun = subscription.start(term.first);
    Subscription {
        term_span: Some(term),
        anchor_day: term.first.of_month(),
        next_charge_on: None,
        next_reminder_on: None,
        lots: vec![QuantityLot { quantity: QUANTITY, added_at: begun, reducible_until: None, paid_from: None }],
        cancel_until: None,
        created_at: begun,
        activated_at: Some(begun),
        ..subscription
    }
}

/// Who runs a demo marketplace.
pub(crate) fn provider(slug: &str) -> String {
    format!("provider@{slug}.example")
}

/// The day of a sandbox's clock.
pub(crate) fn today(server: &Server, slug: &str) -> Result<Day> {
    let clock = Client::log_in(server.address, &provider(slug))?.get("/v1/sandbox/clock")?;
    let day = text(&clock, "/now")?.get(..10).ok_or("no instant")?;
    Ok(serde_json::from_value(json!(day))?)
}
