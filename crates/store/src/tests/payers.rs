//! Who pays a price, of what there is one active order, and whom is told that a price is missing: also in databases
//! that were filled before that was kept.

use super::fixture::{self, NOW, World, place, world};
use super::{TestStore, both};
use crate::connection::Engine;
use crate::{migrate, missing_prices, orders, policies, subscriptions};
use domain::id::{OfferId, ProductId};
use domain::policy::{OneActivePer, Partial, Policy, ProrationBasis, Rules, Subject, Version, presets};
use domain::pricing::Payer;
use domain::subscription::Subscription;
use time::Duration;

both!(
    u42_what_ran_before_is_paid_by_the_reseller_it_was_bought_through,
    u42_a_reseller_is_told_once_in_a_while,
    u48_u53_what_was_published_before_is_read_as_it_was_meant,
    u48_what_was_frozen_before_is_read_as_it_was_meant,
);

/// Takes back what these migrations have made, so that the database is one from before them.
fn go_back(test: &TestStore) {
    test.write(|tx| migrate::revert_from(tx, "20261202000020")).unwrap();
}

fn u42_what_ran_before_is_paid_by_the_reseller_it_was_bought_through(test: &TestStore) {
    let world = world(test);
    let through = [(0, Some(world.resellers[0])), (2, None)];
    let sold = through.map(|(customer, reseller)| {
        let mut order = fixture::order(&world, customer, reseller, 1);
        order.payer = Payer::Customer;
        place(test, &order);
        order
    });
    let payers = || {
        sold.each_ref().map(|order| {
            let of = &fixture::subscriptions_of(order)[0];
            let read = test.read(|c| {
                let order = orders::get(c, &world.provider(), order.id)?;
                Ok((order.payer, subscriptions::get(c, &world.provider(), of.id)?.payer))
            });
            read.unwrap()
        })
    };
    assert_eq!(payers(), [(Payer::Customer, Payer::Customer); 2]);
    go_back(test);
    test.store.migrate().unwrap();
    assert_eq!(payers(), [(Payer::Reseller, Payer::Reseller), (Payer::Customer, Payer::Customer)]);
}

fn u42_a_reseller_is_told_once_in_a_while(test: &TestStore) {
    let world = world(test);
    let told = |customer: usize, after: Duration| {
        let (marketplace, now) = (world.marketplace, NOW + after);
        let customer = world.customers[customer];
        test.write(|tx| missing_prices::tell(tx, marketplace, customer, now, now - Duration::DAY)).unwrap()
    };
    let hours = |hours: i64| Duration::hours(hours);
    assert_eq!([told(0, hours(0)), told(0, hours(0)), told(0, hours(23))], [true, false, false]);
    assert!(told(1, hours(1)), "another customer");
    assert_eq!([told(0, hours(24)), told(0, hours(25)), told(0, hours(48))], [true, false, true]);
}

fn rules(unit: OneActivePer) -> Rules {
    let (_, rules) = presets::all().unwrap().remove(0);
    Rules { one_active_per: unit, ..rules }
}

/// What is published of a key is turned into what divides by seconds, as it could be before.
fn by_seconds(test: &TestStore, key: &str) {
    let set = match test.store.engine() {
        Engine::Sqlite => "json_set(rules, '$.proration_basis', 'seconds')",
        Engine::Postgres => "rules || '{\"proration_basis\": \"seconds\"}'",
    };
    test.execute(&format!("UPDATE policies SET rules = {set} WHERE key = '{key}'")).unwrap();
}

fn u48_u53_what_was_published_before_is_read_as_it_was_meant(test: &TestStore) {
    let world = world(test);
    let version = |content| Version { version: 1, valid_from: NOW, content };
    let published = [("of_product", OneActivePer::Product), ("of_nothing", OneActivePer::None)];
    let over = serde_json::json!({"one_active_per": "product", "notice_days": 3});
    let over: Partial = over.as_object().unwrap().clone();
    let subjects = [Subject::Product(ProductId::from_u128(7)), Subject::Offer(OfferId::from_u128(8))];
    test.write(|tx| {
        for (key, unit) in published {
            policies::insert(tx, world.marketplace, key, &version(rules(unit)))?;
        }
        for subject in subjects {
            let version = Version { version: 1, valid_from: NOW, content: over.clone() };
            policies::insert_override(tx, world.marketplace, subject, &version)?;
        }
        Ok(())
    })
    .unwrap();
    let before = test.read(|c| policies::load_unscoped(c, world.marketplace)).unwrap();
    go_back(test);
    assert!(test.read(|c| policies::load_unscoped(c, world.marketplace)).is_err(), "it is of before");
    by_seconds(test, "of_product");
    test.store.migrate().unwrap();
    let after = test.read(|c| policies::load_unscoped(c, world.marketplace)).unwrap();
    for (key, unit) in published {
        let [one, other] = [&before, &after].map(|book| book.plain(key).at(NOW).unwrap().rules.clone());
        assert_eq!(other, Rules { proration_basis: ProrationBasis::ActualDays, ..one }, "{key}");
        assert_eq!(other.one_active_per, unit);
    }
    for subject in subjects {
        assert_eq!(after.overrides(subject)[0].content, over);
    }
}

fn u48_what_was_frozen_before_is_read_as_it_was_meant(test: &TestStore) {
    let world = world(test);
    let frozen = |world: &World| {
        let order = fixture::order(world, 2, None, 1);
        place(test, &order);
        let of = fixture::subscriptions_of(&order).remove(0);
        // A content that no process has read yet.
        let key = format!("frozen_{:?}", test.store.engine());
        Subscription { policy: Policy { key, rules: rules(OneActivePer::Product), ..of.policy.clone() }, ..of }
    };
    let of = frozen(&world);
    test.write(|tx| subscriptions::save(tx, &of, NOW)).unwrap();
    go_back(test);
    test.store.migrate().unwrap();
    let read = test.read(|c| subscriptions::get(c, &world.provider(), of.id)).unwrap();
    assert_eq!(read.policy, of.policy);
}
