//! Product keys, their redemptions, and delegated administration.

use super::fixture::{ALL, NOW, World, fresh, world};
use super::{TestStore, both};
use crate::error::StoreError;
use crate::product_keys::{KeptKey, KnownKey, Use};
use crate::{delegations, product_keys, redemptions};
use domain::access::Scope;
use domain::delegation::DelegationStatus;
use domain::id::{CustomerId, KeyBatchId, RedemptionId, SubscriptionId};
use domain::product_key::action::KeyAction;
use domain::product_key::{EnteredKey, KeyBatch, KeyUse, Redemption, RedemptionStatus};
use domain::subscription::change::Starts;

both!(
    a_batch_counts_its_used_keys,
    a_key_is_consumed_once,
    many_at_once_consume_a_key_once,
    a_revoked_key_is_not_consumed,
    a_released_key_is_consumed_again,
    a_redemption_comes_back,
    a_redemption_is_seen_by_its_own,
    a_delegation_is_put_and_seen,
);

fn batch(world: &World, count: u32) -> KeyBatch {
    KeyBatch {
        id: KeyBatchId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        offer_id: world.offer,
        quantity: 5,
        count,
        reseller_id: None,
        sold_at: None,
        created_by: "usr".to_owned(),
        created_at: NOW,
        revoked_at: None,
        version: 1,
    }
}

fn digest(n: u8) -> [u8; 32] {
    [n; 32]
}

/// A stored batch of the keys 1, 2, 3 …
fn stored(test: &TestStore, world: &World, count: u8) -> KeyBatch {
    let batch = batch(world, count.into());
    let keys: Vec<_> = (1..=count).map(|n| KeptKey { digest: digest(n), last_five: format!("ABCD{n}") }).collect();
    test.write(|tx| product_keys::insert(tx, &batch, &keys)).unwrap();
    batch
}

fn consume(test: &TestStore, world: &World, n: u8) -> bool {
    let redemption = RedemptionId::from_u128(fresh());
    consume_by(test, world, n, Use { redemption_id: redemption, used_for: fresh(), at: NOW })
}

fn consume_by(test: &TestStore, world: &World, n: u8, by: Use) -> bool {
    test.write(|tx| product_keys::consume(tx, world.marketplace, &digest(n), by)).unwrap()
}

fn a_batch_counts_its_used_keys(test: &TestStore) {
    let world = world(test);
    let (one, provider) = (stored(test, &world, 12), world.provider());
    let other = batch(&world, 1);
    let twice = [KeptKey { digest: digest(1), last_five: "ABCDE".to_owned() }];
    assert_eq!(test.write(|tx| product_keys::insert(tx, &other, &twice)), Err(StoreError::Conflict("id")));
    assert!(consume(test, &world, 3) && consume(test, &world, 7));
    let used = test.read(|c| product_keys::used(c, &provider, &[one.id, other.id])).unwrap();
    assert_eq!((used.get(&one.id), used.get(&other.id)), (Some(&2), None));
    assert_eq!(test.read(|c| product_keys::get(c, &provider, one.id)), Ok(one.clone()));
    assert_eq!(test.read(|c| product_keys::list(c, &provider, &ALL)).unwrap().items, std::slice::from_ref(&one));
    for stranger in [world.reseller(0), world.customer(0)] {
        assert_eq!(test.read(|c| product_keys::get(c, &stranger, one.id)), Err(StoreError::NotFound));
        assert_eq!(test.read(|c| product_keys::list(c, &stranger, &ALL)).unwrap().items, []);
    }
}

fn a_key_is_consumed_once(test: &TestStore) {
    let world = world(test);
    stored(test, &world, 2);
    let known = |n| test.read(|c| product_keys::by_digests_unscoped(c, world.marketplace, &[digest(n)])).unwrap();
    let unused =
        KnownKey { digest: digest(1), offer_id: world.offer, quantity: 5, redemption_id: None, revoked: false };
    assert_eq!((known(1), known(9)), (vec![unused.clone()], vec![]));
    let redemption = RedemptionId::from_u128(fresh());
    let by = |redemption_id| consume_by(test, &world, 1, Use { redemption_id, used_for: 7, at: NOW });
    assert!(by(redemption));
    assert_eq!(known(1), [KnownKey { redemption_id: Some(redemption), ..unused }]);
    assert!(!by(RedemptionId::from_u128(fresh())));
    assert!(!consume(test, &world, 9), "there is no such key");
    let elsewhere = super::fixture::world(test);
    assert!(!consume(test, &elsewhere, 2), "it is another marketplace's");
}

fn many_at_once_consume_a_key_once(test: &TestStore) {
    let world = world(test);
    stored(test, &world, 1);
    let consumed: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| consume(test, &world, 1))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(consumed.iter().filter(|done| **done).count(), 1, "{consumed:?}");
}

fn a_revoked_key_is_not_consumed(test: &TestStore) {
    let world = world(test);
    let batch = stored(test, &world, 2);
    assert!(consume(test, &world, 1));
    test.write(|tx| product_keys::revoke(tx, &batch, NOW)).unwrap();
    assert!(!consume(test, &world, 2));
    let known =
        test.read(|c| product_keys::by_digests_unscoped(c, world.marketplace, &[digest(1), digest(2)])).unwrap();
    assert!(known.iter().all(|key| key.revoked), "{known:?}");
    let revoked = KeyBatch { revoked_at: Some(NOW), version: 2, ..batch.clone() };
    assert_eq!(test.read(|c| product_keys::get(c, &world.provider(), batch.id)), Ok(revoked));
}

fn a_released_key_is_consumed_again(test: &TestStore) {
    let world = world(test);
    stored(test, &world, 3);
    let redemption_id = RedemptionId::from_u128(fresh());
    for (n, used_for) in [(1, 7), (2, 7), (3, 8)] {
        assert!(consume_by(test, &world, n, Use { redemption_id, used_for, at: NOW }));
    }
    let release = |used_for| test.write(|tx| product_keys::release(tx, world.marketplace, used_for)).unwrap();
    assert_eq!(release(7), [(redemption_id, "ABCD1".to_owned()), (redemption_id, "ABCD2".to_owned())]);
    assert_eq!(release(7), []);
    assert!(consume(test, &world, 1) && consume(test, &world, 2) && !consume(test, &world, 3));
}

fn redemption(world: &World) -> Redemption {
    let key = |n, wanted| EnteredKey { digest: digest(n), last_five: "ABCDE".to_owned(), wanted };
    let named = KeyUse {
        action: Some(KeyAction::Renew),
        subscription_id: Some(SubscriptionId::from_u128(fresh())),
        starts: Some(Starts::Immediately),
    };
    Redemption {
        id: RedemptionId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        customer_id: Some(world.customers[0]),
        new_customer: None,
        administrator_id: None,
        reseller_id: Some(world.resellers[0]),
        status: RedemptionStatus::Open,
        keys: vec![key(2, named), key(1, KeyUse::default()), key(1, KeyUse::default())],
        partner_of_record: Some("5357564".to_owned()),
        confirmed_by: "usr".to_owned(),
        created_at: NOW,
        completed_at: None,
        order_id: None,
        version: 1,
    }
}

fn a_redemption_comes_back(test: &TestStore) {
    let world = world(test);
    let (scope, mut redemption) = (world.customer(0), redemption(&world));
    test.write(|tx| redemptions::insert(tx, &redemption)).unwrap();
    let get = || test.read(|c| redemptions::get(c, &scope, redemption.id));
    assert_eq!(get(), Ok(redemption.clone()));
    let changed = Redemption {
        keys: redemption.keys[..1].to_vec(),
        status: RedemptionStatus::Completed,
        completed_at: Some(NOW),
        version: 2,
        ..redemption.clone()
    };
    let save =
        |expected| test.write(|tx| redemptions::save(tx, &Redemption { version: 1, ..changed.clone() }, expected));
    assert_eq!(save(Some(7)), Err(StoreError::Stale));
    assert_eq!(save(Some(1)), Ok(2));
    assert_eq!(get(), Ok(changed.clone()));
    redemption = changed;
    let found = |customer_id, status| {
        let filter = redemptions::Filter { customer_id, status, ..redemptions::Filter::default() };
        test.read(|c| redemptions::list(c, &world.provider(), &filter, &ALL.into())).unwrap().items
    };
    assert_eq!(found(Some(world.customers[0]), Some(RedemptionStatus::Completed)), [redemption.clone()]);
    assert_eq!((found(Some(world.customers[1]), None), found(None, Some(RedemptionStatus::Open))), (vec![], vec![]));
    test.write(|tx| redemptions::delete(tx, &scope, redemption.id)).unwrap();
    assert_eq!(test.read(|c| redemptions::get(c, &scope, redemption.id)), Err(StoreError::NotFound));
}

fn a_redemption_is_seen_by_its_own(test: &TestStore) {
    let world = world(test);
    let redemption = redemption(&world);
    test.write(|tx| redemptions::insert(tx, &redemption)).unwrap();
    let list = |scope: &Scope| {
        test.read(|c| redemptions::list(c, scope, &redemptions::Filter::default(), &ALL.into())).unwrap().items
    };
    for scope in world.insiders() {
        assert_eq!(test.read(|c| redemptions::get(c, &scope, redemption.id)), Ok(redemption.clone()));
        assert_eq!(list(&scope), std::slice::from_ref(&redemption));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| redemptions::get(c, &scope, redemption.id)), Err(StoreError::NotFound));
        let deleted = test.write(|tx| redemptions::delete(tx, &scope, redemption.id));
        assert_eq!((deleted, list(&scope)), (Err(StoreError::NotFound), vec![]));
    }
}

fn a_delegation_is_put_and_seen(test: &TestStore) {
    let world = world(test);
    let offered = delegations::StoredDelegation {
        customer_id: world.customers[0],
        marketplace_id: world.marketplace,
        status: DelegationStatus::Offered,
        message: Some("We would like to help.".to_owned()),
        offered_by: "usr".to_owned(),
        offered_at: NOW,
        answered_by: None,
        answered_at: None,
        version: 1,
    };
    let accepted = delegations::StoredDelegation {
        status: DelegationStatus::Accepted,
        message: None,
        answered_by: Some("usr".to_owned()),
        answered_at: Some(NOW),
        version: 2,
        ..offered.clone()
    };
    let get = |scope: &Scope, id: CustomerId| test.read(|c| delegations::get(c, scope, id)).unwrap();
    assert_eq!(get(&world.provider(), world.customers[0]), None);
    for record in [offered, accepted] {
        test.write(|tx| delegations::put(tx, &record)).unwrap();
        for scope in world.insiders() {
            assert_eq!(get(&scope, world.customers[0]), Some(record.clone()));
        }
    }
    for scope in world.strangers() {
        assert_eq!(get(&scope, world.customers[0]), None);
    }
}
