//! Changes of subscriptions and what they charge.

use super::fixture::{self, ALL, NOW, World, fresh, place, world};
use super::{TestStore, both};
use crate::changes::Status;
use crate::error::StoreError;
use crate::page::PageRequest;
use crate::{changes, charges};
use domain::access::Scope;
use domain::billing::{Charge, ChargeKind, open_charges};
use domain::calendar::{Day, DaySpan};
use domain::id::{ChangeId, ChargeId, OfferId, SubscriptionId, UserId};
use domain::money::Money;
use domain::order::Order;
use domain::subscription::AtTermEnd;
use domain::subscription::change::{AlignTo, Change, Starts, Terms, When};
use serde_json::json;
use time::{Duration, OffsetDateTime};

both!(
    charges_come_back,
    charges_that_stand,
    charges_that_stand_of_many,
    every_change_comes_back,
    changes_are_seen_by_their_own,
    a_change_is_saved_once_per_version,
    a_change_goes_on,
);

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// An order of the first customer with so many lines.
fn ordered(test: &TestStore, world: &World, lines: usize) -> Order {
    let order = fixture::order(world, 0, Some(world.resellers[0]), lines);
    place(test, &order);
    order
}

fn record(order: &Order, line: usize, charge: Charge) -> charges::BookedCharge {
    charges::BookedCharge::new(
        ChargeId::from_u128(fresh()),
        (order, order.lines[line].subscription_id),
        None,
        charge,
        NOW,
    )
}

/// A cycle's charge for these days.
fn cycle(first: &str, last: &str) -> Charge {
    let span = DaySpan::new(day(first), day(last));
    Charge { kind: ChargeKind::Cycle, service_span: span, cycle_span: Some(span), ..fixture::charge() }
}

/// Gives something of a charge back, for days of its own.
fn reversal(of: &charges::BookedCharge, first: &str, last: &str) -> Charge {
    Charge {
        kind: ChargeKind::RemoveQuantity,
        service_span: DaySpan::new(day(first), day(last)),
        quantity: 2,
        net: Money::new(-100, of.charge.net.currency),
        reverses: Some(of.id),
        ..of.charge.clone()
    }
}

fn ledger(records: &[&charges::BookedCharge]) -> Vec<(ChargeId, Charge)> {
    records.iter().map(|record| (record.id, record.charge.clone())).collect()
}

fn charges_come_back(test: &TestStore) {
    let world = world(test);
    let order = ordered(test, &world, 1);
    let subscription = order.lines[0].subscription_id;
    let mut made: Vec<_> = (0..20).map(|_| record(&order, 0, fixture::charge())).collect();
    made.push(record(&order, 0, cycle("2026-12-01", "2026-12-31")));
    let credit = reversal(&made[20], "2026-12-31", "2026-12-31");
    made.push(charges::BookedCharge { change_id: Some(ChangeId::from_u128(fresh())), ..record(&order, 0, credit) });
    test.write(|tx| charges::insert_all(tx, &made)).unwrap();
    for scope in world.insiders() {
        assert_eq!(test.read(|c| charges::of_subscription(c, &scope, subscription)), Ok(made.clone()));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| charges::of_subscription(c, &scope, subscription)), Ok(vec![]), "{scope:?}");
    }
}

/// What ended before the day is left out with what gave it back; what gives back of the rest is not, whenever its
/// own days were.
fn charges_that_stand(test: &TestStore) {
    let world = world(test);
    let order = ordered(test, &world, 1);
    let subscription = order.lines[0].subscription_id;
    let over = record(&order, 0, cycle("2026-11-01", "2026-11-30"));
    let runs = record(&order, 0, cycle("2026-12-01", "2026-12-31"));
    let follows = record(&order, 0, cycle("2027-01-01", "2027-01-31"));
    let of_over = record(&order, 0, reversal(&over, "2026-11-30", "2026-11-30"));
    let of_runs = record(&order, 0, reversal(&runs, "2026-12-11", "2026-12-31"));
    let of_spent = record(&order, 0, reversal(&runs, "2026-12-01", "2026-12-10"));
    let all = [over, runs, follows, of_over, of_runs, of_spent];
    test.write(|tx| charges::insert_all(tx, &all)).unwrap();
    let [_, runs, follows, _, of_runs, of_spent] = &all;
    let standing = |scope: &Scope, since| test.read(|c| charges::standing(c, scope, subscription, day(since))).unwrap();
    let stand = ledger(&[runs, follows, of_runs, of_spent]);
    for scope in world.insiders() {
        assert_eq!(standing(&scope, "2026-12-31"), stand);
    }
    for scope in world.strangers() {
        assert_eq!(standing(&scope, "2026-12-31"), [], "{scope:?}");
    }
    let open: Vec<_> = open_charges(&stand).into_iter().map(|open| (open.open_quantity, open.open_net.minor)).collect();
    assert_eq!(open, [(3, 1523), (5, 1723)]);
    assert_eq!(standing(&world.provider(), "2027-01-01"), ledger(&[follows]));
    assert_eq!(standing(&world.provider(), "2026-11-30"), ledger(&all.each_ref()));
    assert_eq!(standing(&world.provider(), "2027-02-01"), []);
}

fn charges_that_stand_of_many(test: &TestStore) {
    let world = world(test);
    let order = ordered(test, &world, 3);
    let records = [0, 1, 0].map(|line| record(&order, line, cycle("2026-12-01", "2026-12-31")));
    test.write(|tx| charges::insert_all(tx, &records)).unwrap();
    let ids: Vec<_> = order.lines.iter().map(|line| line.subscription_id).collect();
    let of = |scope: &Scope, ids: &[SubscriptionId]| {
        test.read(|c| charges::of_subscriptions(c, scope, ids, day("2026-12-31"))).unwrap()
    };
    let found = of(&world.provider(), &ids);
    assert_eq!(found.len(), 2);
    assert_eq!(found[&ids[0]], ledger(&[&records[0], &records[2]]));
    assert_eq!(found[&ids[1]], ledger(&[&records[1]]));
    assert_eq!(of(&world.provider(), &ids[1..]).len(), 1);
    assert_eq!(of(&world.provider(), &[]).len(), 0);
    assert_eq!(of(&world.customer(1), &ids).len(), 0);
}

fn change(order: &Order, change: Change) -> changes::RequestedChange {
    changes::RequestedChange {
        id: ChangeId::from_u128(fresh()),
        marketplace_id: order.marketplace_id,
        customer_id: order.customer_id,
        reseller_id: order.reseller_id,
        subscription_id: order.lines[0].subscription_id,
        change,
        when: When::Earliest,
        terms: Terms::default(),
        status: Status::Scheduled,
        requested_by: "usr".to_owned(),
        requested_at: NOW,
        effective_at: later(),
        applied_at: None,
        outcome: json!({"due_net": -17}),
        undo: None,
        failure: None,
        version: 1,
    }
}

fn later() -> OffsetDateTime {
    NOW + Duration::days(10)
}

fn stored(test: &TestStore, order: &Order, asked: Change) -> changes::RequestedChange {
    let record = change(order, asked);
    test.write(|tx| changes::insert(tx, &record)).unwrap();
    record
}

fn read(test: &TestStore, world: &World, id: ChangeId) -> changes::RequestedChange {
    test.read(|c| changes::get(c, &world.provider(), id)).unwrap()
}

fn every_change_comes_back(test: &TestStore) {
    let world = world(test);
    let order = ordered(test, &world, 1);
    let offer = OfferId::from_u128(fresh());
    let all = [
        Change::SetQuantity(7),
        Change::Cancel,
        Change::SetAutoRenew(false),
        Change::SetAtTermEnd(AtTermEnd::Extend),
        Change::Transition { offer, quantity: Some(3) },
        Change::Transition { offer, quantity: None },
        Change::ChangeOffer(offer),
        Change::AlignTermEnd(AlignTo::Date(day("2027-06-30"))),
        Change::AlignTermEnd(AlignTo::Subscription(order.lines[0].subscription_id)),
        Change::Suspend,
        Change::Resume,
        Change::Reactivate,
        Change::Renew(Starts::Immediately),
        Change::TakeOver(UserId::from_u128(fresh())),
    ];
    let whens = When::ALL.iter().copied().cycle();
    let all =
        all.into_iter().zip(whens).map(|(asked, when)| changes::RequestedChange { when, ..change(&order, asked) });
    let all: Vec<_> = all.collect();
    test.write(|tx| all.iter().try_for_each(|record| changes::insert(tx, record))).unwrap();
    let subscription = order.lines[0].subscription_id;
    let page = |page: PageRequest| test.read(|c| changes::list(c, &world.provider(), subscription, &page)).unwrap();
    assert_eq!(page(ALL).items, all);
    let newest = page(PageRequest { limit: 2, descending: true, ..ALL });
    assert_eq!(newest.items, [all[13].clone(), all[12].clone()]);
    let before = page(PageRequest { limit: 2, descending: true, after: newest.next });
    assert_eq!(before.items, [all[11].clone(), all[10].clone()]);
}

fn changes_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let record = stored(test, &ordered(test, &world, 1), Change::Cancel);
    let list = |scope: &Scope| test.read(|c| changes::list(c, scope, record.subscription_id, &ALL)).unwrap().items;
    for scope in world.insiders() {
        assert_eq!(test.read(|c| changes::get(c, &scope, record.id)), Ok(record.clone()));
        assert_eq!(list(&scope), std::slice::from_ref(&record));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| changes::get(c, &scope, record.id)), Err(StoreError::NotFound), "{scope:?}");
        assert_eq!(list(&scope), [], "{scope:?}");
    }
}

fn a_change_is_saved_once_per_version(test: &TestStore) {
    let world = world(test);
    let read_first = stored(test, &ordered(test, &world, 1), Change::Suspend);
    let failed = changes::RequestedChange {
        status: Status::Failed,
        effective_at: NOW,
        applied_at: Some(later()),
        outcome: json!([]),
        undo: Some(json!({"subscription": null})),
        failure: Some("2002".to_owned()),
        ..read_first.clone()
    };
    test.write(|tx| changes::save(tx, &failed)).unwrap();
    let failed = changes::RequestedChange { version: 2, ..failed };
    assert_eq!(read(test, &world, failed.id), failed);
    assert_eq!(test.write(|tx| changes::save(tx, &read_first)), Err(StoreError::Busy));
    let back = changes::RequestedChange { version: 2, ..read_first };
    test.write(|tx| changes::save(tx, &back)).unwrap();
    assert_eq!(read(test, &world, back.id), changes::RequestedChange { version: 3, ..back });
}

fn a_change_goes_on(test: &TestStore) {
    let world = world(test);
    let record = stored(test, &ordered(test, &world, 1), Change::Resume);
    let set = |id, status| test.write(|tx| changes::set_status(tx, world.marketplace, id, status, later()));
    set(record.id, Status::Applying).unwrap();
    let applying = changes::RequestedChange { status: Status::Applying, version: 2, ..record };
    assert_eq!(read(test, &world, applying.id), applying);
    set(applying.id, Status::Done).unwrap();
    let done = changes::RequestedChange { status: Status::Done, applied_at: Some(later()), version: 3, ..applying };
    assert_eq!(read(test, &world, done.id), done);
    assert_eq!(set(ChangeId::from_u128(fresh()), Status::Done), Err(StoreError::NotFound));
}
