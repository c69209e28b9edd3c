//! Carts, orders, subscriptions, charges and provisionings.

use super::fixture::{self, ALL, NOW, World, fresh, place, world};
use super::{TestStore, both};
use crate::connection::{Conn, Engine};
use crate::error::{Result, StoreError};
use crate::orders::LineStands;
use crate::outbox::{self, NewTask, Task, Want};
use crate::{carts, orders, provisionings, subscriptions};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::access::Scope;
use domain::cart::{Cart, CartLine};
use domain::id::{CartId, LineId, OrderId, TaskId};
use domain::order::{Order, OrderLineStatus, OrderStatus};
use domain::subscription::{Subscription, SubscriptionStatus};
use std::collections::HashMap;
use time::Duration;

both!(
    a_cart_comes_back_as_saved,
    u_102_a_line_is_one_rows_change,
    a_cart_is_saved_once_per_version,
    a_cart_read_elsewhere_is_busy,
    a_cart_is_deleted_with_its_lines,
    an_order_comes_back_as_placed,
    a_cart_is_ordered_once,
    orders_are_seen_by_their_own,
    orders_are_filtered,
    an_order_goes_on,
    a_subscription_comes_back_and_goes_on,
    subscriptions_are_filtered,
    what_is_owned_counts,
    provisionings_are_put,
);

fn a_cart_comes_back_as_saved(test: &TestStore) {
    let world = world(test);
    let mut cart = fixture::cart(&world, 12);
    test.write(|tx| carts::insert(tx, &cart)).unwrap();
    for scope in world.insiders() {
        assert_eq!(test.read(|c| carts::get(c, &scope, cart.id)), Ok(cart.clone()));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| carts::get(c, &scope, cart.id)), Err(StoreError::NotFound), "{scope:?}");
    }
    cart.name = Some("Order".to_owned());
    cart.billing_address = None;
    cart.ordered_as = Some(OrderId::from_u128(fresh()));
    cart.version = test.write(|tx| carts::save(tx, &cart, Some(1))).unwrap();
    assert_eq!(cart.version, 2);
    assert_eq!(test.read(|c| carts::get(c, &world.provider(), cart.id)), Ok(cart));
}

/// Where each line lies: PostgreSQL says it, and SQLite how many rows were changed.
fn places(test: &TestStore) -> Vec<String> {
    let places = match test.store.engine() {
        Engine::Postgres => "SELECT id::text || ctid::text FROM cart_lines ORDER BY position",
        Engine::Sqlite => "SELECT hex(id) FROM cart_lines ORDER BY position",
    };
    test.read(|c| Ok(on!(c, c => sql::<Text>(places).load(c))?)).unwrap()
}

fn u_102_a_line_is_one_rows_change(test: &TestStore) {
    let world = world(test);
    let mut cart = fixture::cart(&world, 4);
    test.write(|tx| carts::insert(tx, &cart)).unwrap();
    // Rows that are written: one line, and the head with the version.
    let changed = |work: &dyn Fn(&mut Conn) -> Result<i64>| {
        let (version, rows) = test
            .write(|tx| {
                let before = total_changes(tx)?;
                let version = work(tx)?;
                Ok((version, total_changes(tx)?.zip(before).map(|(after, before)| after - before)))
            })
            .unwrap();
        assert!(rows.is_none_or(|rows| rows == 2), "{rows:?} rows");
        version
    };
    let before = places(test);
    let added = CartLine { id: LineId::from_u128(fresh()), quantity: 7, ..cart.lines[0].clone() };
    cart.version = changed(&|tx| carts::add_line(tx, &cart, &added, Some(1)));
    cart.lines.push(added);
    let second = CartLine { reference: None, quantity: 9, ..cart.lines[1].clone() };
    cart.version = changed(&|tx| carts::change_line(tx, &cart, &second, Some(2)));
    cart.lines[1] = second;
    let third = cart.lines[2].id;
    cart.version = changed(&|tx| carts::remove_line(tx, &cart, third, None));
    cart.lines.remove(2);
    let last = CartLine { id: LineId::from_u128(fresh()), ..cart.lines[0].clone() };
    cart.version = changed(&|tx| carts::add_line(tx, &cart, &last, None));
    cart.lines.push(last);
    assert_eq!(cart.version, 5);
    assert_eq!(test.read(|c| carts::get(c, &world.provider(), cart.id)).as_ref(), Ok(&cart));
    let after = places(test);
    assert_eq!((&after[0], &after[2]), (&before[0], &before[3]), "the others stay where they are");
    let strange = CartLine { id: LineId::from_u128(fresh()), ..cart.lines[0].clone() };
    assert_eq!(test.write(|tx| carts::change_line(tx, &cart, &strange, None)), Err(StoreError::NotFound));
    assert_eq!(test.write(|tx| carts::remove_line(tx, &cart, strange.id, None)), Err(StoreError::NotFound));
    assert_eq!(test.write(|tx| carts::add_line(tx, &cart, &strange, Some(4))), Err(StoreError::Stale));
    assert_eq!(test.read(|c| carts::get(c, &world.provider(), cart.id)), Ok(cart));
}

fn total_changes(tx: &mut Conn) -> Result<Option<i64>> {
    match tx {
        Conn::Sqlite(c) => Ok(Some(sql::<BigInt>("SELECT total_changes()").get_result(c)?)),
        Conn::Postgres(_) => Ok(None),
    }
}

fn a_cart_is_saved_once_per_version(test: &TestStore) {
    let world = world(test);
    let cart = fixture::cart(&world, 1);
    test.write(|tx| carts::insert(tx, &cart)).unwrap();
    let save = |expected| {
        test.write(|tx| {
            let cart = carts::get(tx, &world.customer(0), cart.id)?;
            carts::save(tx, &cart, expected)
        })
    };
    assert_eq!((save(Some(1)), save(Some(1)), save(None)), (Ok(2), Err(StoreError::Stale), Ok(3)));
}

fn a_cart_read_elsewhere_is_busy(test: &TestStore) {
    let world = world(test);
    let cart = fixture::cart(&world, 1);
    test.write(|tx| carts::insert(tx, &cart)).unwrap();
    test.write(|tx| carts::save(tx, &cart, None)).unwrap();
    assert_eq!(test.write(|tx| carts::save(tx, &cart, None)), Err(StoreError::Busy));
}

fn a_cart_is_deleted_with_its_lines(test: &TestStore) {
    let world = world(test);
    let cart = fixture::cart(&world, 2);
    test.write(|tx| carts::insert(tx, &cart)).unwrap();
    for scope in world.strangers() {
        assert_eq!(test.write(|tx| carts::delete(tx, &scope, cart.id)), Err(StoreError::NotFound), "{scope:?}");
    }
    assert_eq!(test.write(|tx| carts::delete(tx, &world.customer(0), cart.id)), Ok(()));
    assert_eq!(test.read(|c| carts::get(c, &world.provider(), cart.id)), Err(StoreError::NotFound));
    test.write(|tx| carts::insert(tx, &Cart { lines: vec![], ..cart.clone() })).unwrap();
    assert_eq!(test.read(|c| carts::get(c, &world.provider(), cart.id)).unwrap().lines, vec![]);
}

fn an_order_comes_back_as_placed(test: &TestStore) {
    let world = world(test);
    for lines in [1, 12] {
        let order = fixture::order(&world, 0, Some(world.resellers[0]), lines);
        place(test, &order);
        for scope in world.insiders() {
            assert_eq!(test.read(|c| orders::get(c, &scope, order.id)), Ok(order.clone()));
        }
        for scope in world.strangers() {
            assert_eq!(test.read(|c| orders::get(c, &scope, order.id)), Err(StoreError::NotFound), "{scope:?}");
        }
    }
}

fn a_cart_is_ordered_once(test: &TestStore) {
    let world = world(test);
    let order = fixture::order(&world, 0, None, 1);
    place(test, &order);
    let again = Order { id: OrderId::from_u128(fresh()), ..order };
    assert_eq!(test.write(|tx| orders::insert(tx, &again)), Err(StoreError::Conflict("orders.cart_id")));
}

/// An order of each of the three customers, each through its own reseller.
fn three_orders(test: &TestStore, world: &World) -> [Order; 3] {
    let resellers = [Some(world.resellers[0]), Some(world.resellers[1]), None];
    let orders = [0, 1, 2].map(|index| fixture::order(world, index, resellers[index], index + 1));
    for order in &orders {
        place(test, order);
    }
    orders
}

fn orders_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let orders = three_orders(test, &world);
    let list =
        |scope: Scope| test.read(|c| orders::list(c, &scope, &orders::Filter::default(), &ALL.into())).unwrap().items;
    assert_eq!(list(world.provider()), orders);
    assert_eq!(list(world.reseller(1)), orders[1..2]);
    assert_eq!(list(world.customer(2)), orders[2..]);
    assert_eq!(list(world.strangers()[0]), []);
}

fn orders_are_filtered(test: &TestStore) {
    let world = world(test);
    let [first, second, third] = three_orders(test, &world);
    test.write(|tx| orders::set_status(tx, world.marketplace, second.id, OrderStatus::Completed, &[], NOW)).unwrap();
    let ids = |filter: orders::Filter| {
        let page = test.read(|c| orders::list(c, &world.provider(), &filter, &ALL.into())).unwrap();
        page.items.iter().map(|order| order.id).collect::<Vec<_>>()
    };
    let statuses = vec![OrderStatus::Placed];
    let placed = |customer_id| orders::Filter { statuses: statuses.clone(), customer_id, ..orders::Filter::default() };
    assert_eq!(ids(placed(None)), [first.id, third.id]);
    assert_eq!(ids(placed(Some(world.customers[0]))), [first.id]);
    assert_eq!(ids(placed(Some(world.customers[1]))), []);
}

fn an_order_goes_on(test: &TestStore) {
    let world = world(test);
    let mut order = fixture::order(&world, 0, None, 2);
    place(test, &order);
    test.write(|tx| {
        let line = LineStands { id: order.lines[1].id, status: OrderLineStatus::Failed, failure: Some("2002") };
        orders::set_status(tx, world.marketplace, order.id, OrderStatus::Provisioning, &[line], NOW)
    })
    .unwrap();
    order.lines[1].status = OrderLineStatus::Failed;
    order.lines[1].failure = Some("2002".to_owned());
    order.status = OrderStatus::Provisioning;
    order.version = 2;
    assert_eq!(test.read(|c| orders::get(c, &world.provider(), order.id)), Ok(order.clone()));
    let nothing = OrderId::from_u128(fresh());
    let missing = test.write(|tx| orders::set_status(tx, world.marketplace, nothing, OrderStatus::Failed, &[], NOW));
    assert_eq!(missing, Err(StoreError::NotFound));
    let line = LineStands { id: LineId::from_u128(fresh()), status: OrderLineStatus::Active, failure: None };
    let missing =
        test.write(|tx| orders::set_status(tx, world.marketplace, order.id, OrderStatus::Failed, &[line], NOW));
    assert_eq!(missing, Err(StoreError::NotFound));
}

fn a_subscription_comes_back_and_goes_on(test: &TestStore) {
    let world = world(test);
    let order = fixture::order(&world, 0, Some(world.resellers[0]), 1);
    place(test, &order);
    let [placed] = fixture::subscriptions_of(&order).try_into().unwrap();
    for scope in world.insiders() {
        assert_eq!(test.read(|c| subscriptions::get(c, &scope, placed.id)), Ok(placed.clone()));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| subscriptions::get(c, &scope, placed.id)), Err(StoreError::NotFound), "{scope:?}");
    }
    test.write(|tx| subscriptions::activate(tx, world.marketplace, placed.id, "ms-1", NOW, NOW)).unwrap();
    let active = Subscription {
        status: SubscriptionStatus::Active,
        external_id: Some("ms-1".to_owned()),
        activated_at: Some(NOW),
        version: 2,
        ..placed
    };
    assert_eq!(test.read(|c| subscriptions::get(c, &world.provider(), active.id)), Ok(active.clone()));
    test.write(|tx| subscriptions::set_status(tx, world.marketplace, active.id, SubscriptionStatus::Canceled, NOW))
        .unwrap();
    let canceled = Subscription { status: SubscriptionStatus::Canceled, version: 3, ..active };
    assert_eq!(test.read(|c| subscriptions::get(c, &world.provider(), canceled.id)), Ok(canceled));
}

fn subscriptions_are_filtered(test: &TestStore) {
    let world = world(test);
    let orders = three_orders(test, &world);
    let count = |scope: Scope, filter: &subscriptions::Filter| {
        test.read(|c| subscriptions::list(c, &scope, filter, &ALL.into())).unwrap().items.len()
    };
    let all = subscriptions::Filter::default();
    assert_eq!(count(world.provider(), &all), 6);
    assert_eq!((count(world.reseller(1), &all), count(world.customer(2), &all)), (2, 3));
    let of = subscriptions::Filter {
        customer_id: Some(world.customers[1]),
        statuses: vec![SubscriptionStatus::Pending],
        offer_id: Some(world.offer),
        product_id: Some(world.product),
        ..all
    };
    assert_eq!((count(world.provider(), &of), count(world.customer(2), &of)), (2, 0));
    let first = orders[1].lines[0].subscription_id;
    test.write(|tx| subscriptions::set_status(tx, world.marketplace, first, SubscriptionStatus::Expired, NOW)).unwrap();
    assert_eq!(count(world.provider(), &of), 1);
    let statuses = vec![SubscriptionStatus::Pending, SubscriptionStatus::Expired];
    assert_eq!(count(world.provider(), &subscriptions::Filter { statuses, ..of }), 2);
}

fn what_is_owned_counts(test: &TestStore) {
    let world = world(test);
    let order = fixture::order(&world, 0, Some(world.resellers[0]), 7);
    place(test, &order);
    for (line, status) in order.lines.iter().zip(SubscriptionStatus::ALL) {
        test.write(|tx| subscriptions::set_status(tx, world.marketplace, line.subscription_id, *status, NOW)).unwrap();
    }
    let owned = |scope: Scope| test.read(|c| subscriptions::owned(c, &scope, world.customers[0])).unwrap();
    let expected = order.lines.iter().zip(SubscriptionStatus::ALL).filter(|(_, status)| status.owned());
    let expected: Vec<_> = expected.map(|(line, _)| line.subscription_id).collect();
    for scope in world.insiders() {
        let ids: Vec<_> = owned(scope).into_iter().map(|owned| owned.subscription_id).collect();
        assert_eq!(ids, expected);
    }
    let first = owned(world.customer(0)).remove(0);
    assert_eq!(
        (first.product_id, first.sku_id, first.offer_id, first.quantity),
        (world.product, world.sku, world.offer, 5)
    );
    for scope in world.strangers() {
        assert_eq!(owned(scope), [], "{scope:?}");
    }
}

fn claimed(test: &TestStore, world: &World) -> Task {
    let task = NewTask { id: TaskId::from_u128(fresh()), consumer: "provision", lane: "work", due_at: NOW };
    test.write(|tx| outbox::append(tx, &fixture::event(world, Some(world.customers[0]), "ord_1"), &[task])).unwrap();
    let want = Want { lease_until: NOW + Duration::MINUTE, limit: 1, only: None, lane: None, one_each: false };
    test.write(|tx| outbox::claim(tx, NOW, &want)).unwrap().tasks.remove(0)
}

fn provisionings_are_put(test: &TestStore) {
    let world = world(test);
    let order = fixture::order(&world, 0, None, 1);
    place(test, &order);
    let task = claimed(test, &world);
    let get = || test.read(|c| orders::to_provide_unscoped(c, world.marketplace, order.id)).unwrap();
    let found = get();
    assert_eq!((&found.order, found.progress), (&order, None));
    assert_eq!((found.external_ids.len(), found.partner_id, found.accepted), (0, None, None));
    let subscription = order.lines[0].subscription_id;
    test.write(|tx| subscriptions::set_external_id(tx, world.marketplace, subscription, "ms-1", NOW)).unwrap();
    assert_eq!(get().external_ids, HashMap::from([(order.lines[0].id, "ms-1".to_owned())]));
    let mut record = provisionings::ProvisioningProgress {
        order_id: order.id,
        marketplace_id: world.marketplace,
        remote_cart_id: Some("cart".to_owned()),
        attempt: 1,
    };
    let put = |record: &_, task: &Task| test.store.write_one(|tx| provisionings::put(tx, record, task)).unwrap();
    assert!(put(&record, &task));
    assert_eq!(get().progress, Some(record.clone()));
    (record.remote_cart_id, record.attempt) = (None, 2);
    assert!(!put(&record, &Task { attempts: 2, ..task.clone() }), "somebody else has the task");
    assert_ne!(get().progress, Some(record.clone()));
    assert!(put(&record, &task));
    assert_eq!(get().progress, Some(record));
    assert!(test.read(|c| carts::get(c, &world.provider(), CartId::from_u128(fresh()))).is_err());
}
