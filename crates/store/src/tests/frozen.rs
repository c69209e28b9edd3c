//! U-110: the policy of a subscription is kept by reference, one row for each content.

use super::fixture::{self, NOW, World, place, world};
use super::{TestStore, both};
use crate::connection::Engine;
use crate::error::Result;
use crate::{migrate, subscriptions};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::policy::Policy;
use domain::subscription::Subscription;

both!(
    u_110_a_content_is_kept_once,
    u_110_what_was_sold_before_refers_to_its_content,
    u_110_a_content_that_cannot_be_read_keeps_no_other_from_it,
    u_110_a_subscription_is_short,
);

fn number(test: &TestStore, query: &str) -> i64 {
    test.read(|c| Ok(on!(c, c => sql::<BigInt>(query).get_result(c))?)).unwrap()
}

fn contents(test: &TestStore) -> i64 {
    number(test, "SELECT count(*) FROM policy_snapshots")
}

/// So many subscriptions, each second of them under another version of the policy.
fn sold(test: &TestStore, world: &World, count: usize) -> Vec<Subscription> {
    let order = fixture::order(world, 0, None, count);
    let second = |(n, sold): (usize, Subscription)| match n % 2 {
        0 => sold,
        _ => Subscription { policy: Policy { version: 2, ..sold.policy.clone() }, ..sold },
    };
    let all: Vec<_> = fixture::subscriptions_of(&order).into_iter().enumerate().map(second).collect();
    test.write(|tx| {
        crate::orders::insert(tx, &order)?;
        subscriptions::insert_all(tx, &all)
    })
    .unwrap();
    all
}

fn read(test: &TestStore, world: &World, of: &Subscription) -> Result<Subscription> {
    test.read(|c| subscriptions::get(c, &world.provider(), of.id))
}

fn u_110_a_content_is_kept_once(test: &TestStore) {
    let world = world(test);
    let all = sold(test, &world, 20);
    sold(test, &world, 20);
    assert_eq!(contents(test), 2);
    for sold in &all {
        assert_eq!(read(test, &world, sold).as_ref(), Ok(sold));
    }
    // The terms of one change; those of the others stay.
    let mut next = all[0].clone();
    next.policy.version = 3;
    test.write(|tx| subscriptions::save(tx, &next, NOW)).unwrap();
    assert_eq!(contents(test), 3);
    assert_eq!(read(test, &world, &next).unwrap().policy, next.policy);
    assert_eq!(read(test, &world, &all[2]).unwrap().policy, all[2].policy);
}

/// Rows that carry their whole policy: taking the migration back leaves these.
fn u_110_what_was_sold_before_refers_to_its_content(test: &TestStore) {
    let world = world(test);
    let all = sold(test, &world, 20);
    test.write(|tx| migrate::revert_from(tx, "20261130000004")).unwrap();
    assert_eq!(number(test, "SELECT count(DISTINCT policy) FROM subscriptions"), 2);
    test.store.migrate().unwrap();
    assert_eq!(contents(test), 2);
    for sold in &all {
        assert_eq!(read(test, &world, sold).as_ref(), Ok(sold));
    }
    let key = "SELECT min(key || ' ' || CAST(version AS TEXT)) FROM policy_snapshots";
    let key: String = test.read(|c| Ok(on!(c, c => sql::<Text>(key).get_result(c))?)).unwrap();
    assert_eq!(key, "cancom_monthly12 1");
    // It goes on from there.
    test.write(|tx| subscriptions::save(tx, &all[1], NOW)).unwrap();
    assert_eq!(read(test, &world, &all[1]), Ok(Subscription { version: 2, ..all[1].clone() }));
}

fn u_110_a_content_that_cannot_be_read_keeps_no_other_from_it(test: &TestStore) {
    let world = world(test);
    // Contents of its own: what a process has read it holds.
    let mut two = fixture::subscriptions_of(&{
        let order = fixture::order(&world, 0, None, 2);
        place(test, &order);
        order
    });
    for (n, sold) in two.iter_mut().enumerate() {
        sold.policy.key = format!("unreadable_{n}_{:?}", test.store.engine());
        test.write(|tx| subscriptions::save(tx, sold, NOW)).unwrap();
    }
    test.execute("UPDATE policy_snapshots SET policy = '{}' WHERE key LIKE 'unreadable_0_%'").unwrap();
    assert!(read(test, &world, &two[0]).is_err());
    assert_eq!(read(test, &world, &two[1]).unwrap().policy, two[1].policy);
}

/// At most 700 bytes, where it was 1,928.
fn u_110_a_subscription_is_short(test: &TestStore) {
    let world = world(test);
    sold(test, &world, 10);
    let size = match test.store.engine() {
        Engine::Postgres => "SELECT max(pg_column_size(subscriptions.*))::bigint FROM subscriptions".to_owned(),
        Engine::Sqlite => {
            let columns = "SELECT group_concat('coalesce(length(CAST(' || name || ' AS BLOB)), 0)', ' + ') \
                           FROM pragma_table_info('subscriptions')";
            let sum: String = test.read(|c| Ok(on!(c, c => sql::<Text>(columns).get_result(c))?)).unwrap();
            format!("SELECT max({sum}) FROM subscriptions")
        }
    };
    let size = number(test, &size);
    assert!((200..=700).contains(&size), "{size} bytes");
}
