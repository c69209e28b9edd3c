//! Licences: who has one, who loses one, and how many there are.

use super::fixture::{self, ALL, NOW, World, fresh, place, world};
use super::{TestStore, both};
use crate::error::{Result, StoreError};
use crate::page::PageRequest;
use crate::{assignments, subscriptions, users};
use domain::access::{Organization, Role, Scope};
use domain::calendar::Day;
use domain::id::{CustomerId, SubscriptionId, UserId};
use domain::people::UserState;
use domain::subscription::SubscriptionStatus;
use std::collections::HashMap;
use time::Duration;

both!(
    licences_come_back_oldest_first,
    a_person_has_one_licence_of_a_subscription,
    licences_are_seen_by_their_own,
    u40_what_is_assigned_to_somebody_is_a_scope_of_its_own,
    what_is_too_many_is_taken_from_the_last,
    licences_are_counted_in_one_query,
    what_a_customer_owns_is_counted,
    the_oldest_administrator_is_found,
);

fn user(world: &World, customer: Option<usize>, role: Role) -> users::StoredUser {
    let of = customer.map_or(Organization::Provider, |index| Organization::Customer(world.customers[index]));
    fixture::person(world.marketplace, of, role, &format!("{}@example.com", fresh()))
}

/// So many people of a customer.
fn people(test: &TestStore, world: &World, customer: usize, number: usize) -> Vec<users::StoredUser> {
    let people: Vec<_> = (0..number).map(|_| user(world, Some(customer), Role::CustomerUser)).collect();
    test.write(|tx| people.iter().try_for_each(|user| users::insert(tx, user))).unwrap();
    people
}

fn ids(people: &[users::StoredUser]) -> Vec<UserId> {
    people.iter().map(|user| user.id).collect()
}

/// Subscriptions of a customer.
fn bought(test: &TestStore, world: &World, customer: usize, number: usize) -> Vec<SubscriptionId> {
    let order = fixture::order(world, customer, reseller(world, customer), number);
    place(test, &order);
    order.lines.iter().map(|line| line.subscription_id).collect()
}

fn u40_what_is_assigned_to_somebody_is_a_scope_of_its_own(test: &TestStore) {
    let world = world(test);
    let (people, bought) = (ids(&people(test, &world, 0, 2)), bought(test, &world, 0, 2));
    give(test, &world, 0, bought[0], &people).unwrap();
    give(test, &world, 0, bought[1], &people[1..]).unwrap();
    let own = Scope::Assigned(world.marketplace, world.customers[0], people[0]);
    let filter = subscriptions::Filter::default();
    let listed = |scope: &Scope, filter: &subscriptions::Filter| {
        let found = test.read(|c| subscriptions::list(c, scope, filter, &ALL.into())).unwrap().items;
        found.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&own, &filter), bought[..1]);
    assert_eq!(test.read(|c| subscriptions::get(c, &own, bought[1])).map(drop), Err(StoreError::NotFound));
    assert_eq!(test.read(|c| assignments::of_subscription(c, &own, bought[0])).unwrap(), people[..1]);
    assert_eq!(test.read(|c| crate::charges::of_subscription(c, &own, bought[1])).unwrap(), []);
    let counted = test.read(|c| assignments::counts(c, &own, &bought)).unwrap();
    assert_eq!(counted, HashMap::from([(bought[0], 1)]));
    // Whoever sees all asks for the same by a filter; of another marketplace it is nobody's.
    let of = |user| subscriptions::Filter { assigned_to: Some(user), ..filter.clone() };
    assert_eq!(listed(&world.provider(), &of(people[0])), bought[..1]);
    assert_eq!(listed(&own.whole(), &of(people[1])).len(), 2);
    assert_eq!(listed(&own, &of(people[1])), bought[..1]);
    let elsewhere = Scope::Assigned(world.marketplace, world.customers[1], people[0]);
    assert_eq!(listed(&elsewhere, &filter), []);
}

fn reseller(world: &World, customer: usize) -> Option<domain::id::ResellerId> {
    world.resellers.get(customer).copied()
}

fn give(test: &TestStore, world: &World, customer: usize, of: SubscriptionId, to: &[UserId]) -> Result<()> {
    let record = |user: &UserId| assignments::LicenseAssignment {
        marketplace_id: world.marketplace,
        subscription_id: of,
        user_id: *user,
        id: fresh(),
        customer_id: world.customers[customer],
        reseller_id: reseller(world, customer),
        assigned_at: NOW,
        assigned_by: Some("usr".to_owned()),
    };
    let records: Vec<_> = to.iter().map(record).collect();
    test.write(|tx| assignments::insert_all(tx, &records))
}

fn of(test: &TestStore, scope: Scope, id: SubscriptionId) -> Vec<UserId> {
    test.read(|c| assignments::of_subscription(c, &scope, id)).unwrap()
}

fn licences_come_back_oldest_first(test: &TestStore) {
    let world = world(test);
    let subscription = bought(test, &world, 0, 1)[0];
    let mut people = people(test, &world, 0, 12);
    people.swap(0, 11);
    people.swap(3, 7);
    give(test, &world, 0, subscription, &ids(&people)).unwrap();
    assert_eq!(of(test, world.provider(), subscription), ids(&people));
    let page = |after, descending| {
        let request = PageRequest { limit: 5, after, descending };
        test.read(|c| assignments::list(c, &world.customer(0), subscription, &request)).unwrap()
    };
    let first = page(None, false);
    let (second, last) = (page(first.next, false), page(None, true));
    let found: Vec<_> = first.items.iter().chain(&second.items).map(|holder| holder.user_id).collect();
    assert_eq!(found, ids(&people[..10]));
    assert_eq!(last.items[0].user_id, people[11].id);
    let holder = &first.items[0];
    assert_eq!((&holder.email, &holder.last_name), (&people[0].email, &people[0].last_name));
    assert_eq!((holder.assigned_at, holder.assigned_by.as_deref(), holder.disabled), (NOW, Some("usr"), false));
}

fn a_person_has_one_licence_of_a_subscription(test: &TestStore) {
    let world = world(test);
    let subscriptions = bought(test, &world, 0, 2);
    let people = ids(&people(test, &world, 0, 3));
    give(test, &world, 0, subscriptions[0], &people[..2]).unwrap();
    let again = give(test, &world, 0, subscriptions[0], &[people[2], people[1]]);
    assert_eq!(again, Err(StoreError::Conflict("license_assignments.user_id")));
    give(test, &world, 0, subscriptions[1], &people[1..]).unwrap();
    let of_user = test.read(|c| assignments::of_user(c, &world.provider(), people[1])).unwrap();
    let held = |id| assignments::Held { subscription_id: id, sku_id: world.sku, status: SubscriptionStatus::Pending };
    assert_eq!(of_user, [held(subscriptions[0]), held(subscriptions[1])]);
    let mut holders = test.read(|c| assignments::holders(c, &world.provider(), subscriptions[0], &people)).unwrap();
    holders.sort();
    assert_eq!(holders, people[..2]);
    for scope in world.strangers() {
        assert_eq!(test.read(|c| assignments::of_user(c, &scope, people[1])), Ok(vec![]), "{scope:?}");
        let seen = test.read(|c| assignments::holders(c, &scope, subscriptions[0], &people));
        assert_eq!(seen, Ok(vec![]), "{scope:?}");
    }
    let remove =
        |users: &[UserId]| test.write(|tx| assignments::remove(tx, world.marketplace, subscriptions[0], users));
    assert_eq!((remove(&people), remove(&people)), (Ok(2), Ok(0)));
    assert_eq!(of(test, world.provider(), subscriptions[1]), people[1..]);
}

fn licences_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let subscription = bought(test, &world, 0, 1)[0];
    let people = ids(&people(test, &world, 0, 1));
    give(test, &world, 0, subscription, &people).unwrap();
    for scope in world.insiders() {
        assert_eq!(of(test, scope, subscription), people);
        assert_eq!(test.read(|c| assignments::list(c, &scope, subscription, &ALL)).unwrap().items.len(), 1);
        let counted = test.read(|c| assignments::counts(c, &scope, &[subscription])).unwrap();
        assert_eq!(counted, HashMap::from([(subscription, 1)]));
    }
    for scope in world.strangers() {
        assert_eq!(of(test, scope, subscription), [], "{scope:?}");
        assert_eq!(test.read(|c| assignments::list(c, &scope, subscription, &ALL)).unwrap().items, []);
        assert_eq!(test.read(|c| assignments::counts(c, &scope, &[subscription])).unwrap(), HashMap::new());
        assert_eq!(test.read(|c| assignments::holdings(c, &scope, world.customers[0])).unwrap(), []);
    }
}

fn what_is_too_many_is_taken_from_the_last(test: &TestStore) {
    let world = world(test);
    let subscriptions = bought(test, &world, 0, 2);
    let people = ids(&people(test, &world, 0, 5));
    for subscription in &subscriptions {
        give(test, &world, 0, *subscription, &people).unwrap();
    }
    let keep = |most| test.write(|tx| assignments::keep(tx, world.marketplace, subscriptions[0], most)).unwrap();
    assert_eq!((keep(u32::MAX), keep(5)), (vec![], vec![]));
    assert_eq!(keep(3), [people[4], people[3]]);
    assert_eq!(of(test, world.provider(), subscriptions[0]), people[..3]);
    assert_eq!(keep(0), [people[2], people[1], people[0]]);
    assert_eq!(keep(0), []);
    assert_eq!(of(test, world.provider(), subscriptions[1]), people, "another subscription keeps its own");
}

fn licences_are_counted_in_one_query(test: &TestStore) {
    let world = world(test);
    let subscriptions = bought(test, &world, 0, 3);
    let people = ids(&people(test, &world, 0, 4));
    give(test, &world, 0, subscriptions[0], &people).unwrap();
    give(test, &world, 0, subscriptions[2], &people[..1]).unwrap();
    let count = |ids: &[SubscriptionId]| test.read(|c| assignments::counts(c, &world.reseller(0), ids)).unwrap();
    assert_eq!(count(&subscriptions), HashMap::from([(subscriptions[0], 4), (subscriptions[2], 1)]));
    assert_eq!(count(&subscriptions[1..2]), HashMap::new());
    assert_eq!(count(&[]), HashMap::new());
}

/// what has ended is not owned, what is pending is.
fn what_a_customer_owns_is_counted(test: &TestStore) {
    let world = world(test);
    let subscriptions = bought(test, &world, 0, 3);
    bought(test, &world, 1, 1);
    let people = ids(&people(test, &world, 0, 2));
    give(test, &world, 0, subscriptions[0], &people).unwrap();
    give(test, &world, 0, subscriptions[2], &people).unwrap();
    let status = SubscriptionStatus::Canceled;
    test.write(|tx| subscriptions::set_status(tx, world.marketplace, subscriptions[2], status, NOW)).unwrap();
    let found = test.read(|c| assignments::holdings(c, &world.customer(0), world.customers[0])).unwrap();
    let short: Vec<_> = found.iter().map(|one| (one.subscription_id, one.quantity, one.assigned)).collect();
    assert_eq!(short, [(subscriptions[0], 5, 2), (subscriptions[1], 5, 0)]);
    assert_eq!((found[0].sku_id, found[0].term_last), (world.sku, Day::from_ymd(2026, 11, 30)));
}

/// K-10: the first who is there and not kept out.
fn the_oldest_administrator_is_found(test: &TestStore) {
    let world = world(test);
    let admin = |days: i64| users::StoredUser {
        created_at: NOW + Duration::days(days),
        ..user(&world, Some(0), Role::CustomerAdmin)
    };
    let (newer, older) = (admin(2), admin(1));
    let kept_out = admin(0);
    let state = UserState { disabled: true, ..kept_out.state };
    let disabled = users::StoredUser { state, ..kept_out };
    let oldest = |customer: CustomerId| {
        let (of, role) = (Organization::Customer(customer), Role::CustomerAdmin.into());
        let found = test.read(|c| users::with_role_unscoped(c, world.marketplace, of, &role, 1)).unwrap();
        found.first().map(|user| user.id)
    };
    assert_eq!(oldest(world.customers[0]), None);
    let strangers = [user(&world, Some(0), Role::CustomerBilling), user(&world, Some(1), Role::CustomerAdmin)];
    for one in [&newer, &older, &disabled].into_iter().chain(&strangers) {
        test.write(|tx| users::insert(tx, one)).unwrap();
    }
    assert_eq!(oldest(world.customers[0]), Some(older.id));
    let wanted = [newer.id, UserId::from_u128(fresh()), strangers[1].id];
    let mut found = test.read(|c| users::of_ids_unscoped(c, world.marketplace, &wanted)).unwrap();
    found.sort_by_key(|user| user.id);
    assert_eq!(ids(&found), [newer.id, strangers[1].id]);
}
