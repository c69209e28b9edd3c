//! What is run for each order is prepared once: diesel would prepare updates, upserts and batches each time.

use super::fixture::{self, NOW, World, charge, event, fresh, world};
use super::{TestStore, both};
use crate::connection::Conn;
use crate::error::Result;
use crate::outbox::{self, NewTask};
use crate::{audit, carts, charges, customers, idempotency, marketplaces, orders, subscriptions, tenants};
use diesel::Connection;
use diesel::connection::InstrumentationEvent;
use domain::id::{ChargeId, TaskId};
use domain::order::{Order, OrderLineStatus, OrderStatus};
use domain::subscription::SubscriptionStatus;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use time::Duration;

both!(an_order_prepares_nothing_anew);

/// What a connection was asked.
#[derive(Default)]
struct Asked {
    all: HashSet<String>,
    kept: HashSet<String>,
}

fn an_order_prepares_nothing_anew(test: &TestStore) {
    let asked = Arc::new(Mutex::new(Asked::default()));
    // What making the world prepares is there already.
    test.write(|tx| {
        watch(tx, &asked);
        Ok(())
    })
    .unwrap();
    let world = world(test);
    asked.lock().unwrap().all.clear();
    test.write(|tx| {
        watch(tx, &asked);
        let order = buy(tx, &world)?;
        provide(tx, &world, &order)
    })
    .unwrap();
    let asked = asked.lock().unwrap();
    assert!(asked.all.len() > 20, "{:?}", asked.all);
    let anew: Vec<_> = asked.all.difference(&asked.kept).filter(|sql| !is_batch(sql)).collect();
    assert_eq!(anew, Vec::<&String>::new());
    let planned_anew: Vec<_> = asked.all.iter().filter(|sql| sql.contains(" LIMIT ") && !is_batch(sql)).collect();
    assert_eq!(planned_anew, Vec::<&String>::new());
}

/// The statements of a claim, which is for many tasks: one chooses some, two name each of them.
fn is_batch(sql: &str) -> bool {
    let sql = sql.replace(['`', '"'], "");
    let chooses = sql.starts_with("SELECT tasks.marketplace_id, tasks.id, tasks.customer_id FROM tasks");
    chooses || sql.starts_with("UPDATE tasks SET leased_until") || sql.contains("FROM events")
}

fn watch(tx: &mut Conn, asked: &Arc<Mutex<Asked>>) {
    let asked = Arc::clone(asked);
    let note = move |event: InstrumentationEvent<'_>| {
        let mut asked = asked.lock().unwrap();
        match event {
            InstrumentationEvent::CacheQuery { sql, .. } => {
                asked.kept.insert(sql.to_owned());
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                if let Some((sql, _)) = text.split_once(" -- binds") {
                    asked.all.insert(sql.to_owned());
                }
            }
            _ => {}
        }
    };
    on!(tx, c => c.set_instrumentation(note));
}

fn buy(tx: &mut Conn, world: &World) -> Result<Order> {
    let scope = world.customer(0);
    idempotency::begin(tx, "usr", "key", b"print", NOW)?;
    customers::lock(tx, &scope, world.customers[0])?;
    let cart = fixture::cart(world, 3);
    carts::insert(tx, &cart)?;
    let cart = carts::get(tx, &scope, cart.id)?;
    customers::get(tx, &scope, cart.customer_id)?;
    marketplaces::by_id_unscoped(tx, world.marketplace)?;
    tenants::get(tx, &scope, cart.customer_id)?;
    subscriptions::owned(tx, &scope, cart.customer_id)?;
    let order = fixture::order(world, 0, Some(world.resellers[0]), 3);
    orders::insert(tx, &order)?;
    subscriptions::insert_all(tx, &fixture::subscriptions_of(&order))?;
    charges::insert_all(tx, &[charge_of(&order)])?;
    carts::save(tx, &cart, Some(1))?;
    let task = |consumer| NewTask { id: TaskId::from_u128(fresh()), consumer, lane: "work", due_at: NOW };
    let tasks = ["provision", "webhooks", "notify"].map(task);
    outbox::append(tx, &event(world, Some(world.customers[0]), "ord"), &tasks)?;
    audit::insert(tx, &entry(world))?;
    let answer = idempotency::StoredAnswer { status: 201, body: vec![], headers: vec![] };
    idempotency::finish(tx, "usr", "key", &answer)?;
    Ok(order)
}

fn charge_of(order: &Order) -> charges::BookedCharge {
    charges::BookedCharge::new(
        ChargeId::from_u128(fresh()),
        (order, order.lines[0].subscription_id),
        None,
        charge(),
        NOW,
    )
}

fn entry(world: &World) -> audit::Entry {
    audit::Entry {
        id: fresh(),
        marketplace_id: world.marketplace,
        customer_id: None,
        reseller_id: None,
        actor: "usr".to_owned(),
        impersonator: None,
        actor_kind: "user".to_owned(),
        action: "orders.place".to_owned(),
        subject: "ord".to_owned(),
        before: None,
        after: None,
        request_id: "req".to_owned(),
        outcome: "done".to_owned(),
        at: NOW,
    }
}

fn provide(tx: &mut Conn, world: &World, order: &Order) -> Result<()> {
    let market = world.marketplace;
    outbox::due_unscoped(tx, NOW, None)?;
    let until = NOW + Duration::minutes(1);
    let want = outbox::Want { lease_until: until, limit: 10, only: None, lane: None, one_each: false };
    let tasks = outbox::claim(tx, NOW, &want)?.tasks;
    assert!(outbox::still_leased(tx, &tasks[0])?);
    orders::to_provide_unscoped(tx, market, order.id)?;
    let line = orders::LineStands { id: order.lines[0].id, status: OrderLineStatus::Active, failure: None };
    orders::set_status(tx, market, order.id, OrderStatus::Completed, &[line], NOW)?;
    subscriptions::set_external_id(tx, market, order.lines[0].subscription_id, "ms", NOW)?;
    subscriptions::activate(tx, market, order.lines[0].subscription_id, "ms", NOW, NOW)?;
    subscriptions::set_status(tx, market, order.lines[1].subscription_id, SubscriptionStatus::Canceled, NOW)?;
    assert!(outbox::finish(tx, &tasks[0])?);
    assert!(outbox::retry(tx, &tasks[1], NOW, "later")?);
    assert!(outbox::park(tx, &tasks[2], "never")?);
    Ok(())
}
