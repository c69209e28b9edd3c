//! The life of a subscription: all of it is remembered, saved once per version, and found when it is due.

use super::fixture::{self, ALL, NOW, World, fresh, place, world};
use super::{TestStore, both, identity};
use crate::connection::Engine;
use crate::error::StoreError;
use crate::look::look_unscoped;
use crate::schema::subscriptions as table;
use crate::subscriptions::{Moved, Parked};
use crate::types::{At, Id};
use crate::{marketplaces, migrate, subscriptions, users};
use diesel::prelude::*;
use domain::access::Scope;
use domain::calendar::{Day, DaySpan};
use domain::catalog::OfferKind;
use domain::id::{ChangeId, SubscriptionId};
use domain::policy::Policy;
use domain::subscription::{
    AtTermEnd, Effect, Ending, QuantityLot, ScheduledChange, Subscription, SubscriptionStatus, renewal,
};
use domain::trial::TrialThen;
use std::collections::HashSet;
use std::sync::Barrier;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

both!(
    all_of_it_comes_back,
    it_is_saved_once_per_version,
    many_are_saved_or_none,
    what_time_moved_is_saved_whole,
    an_order_that_runs_is_due,
    it_is_due_when_something_follows,
    what_is_due_longest_comes_first,
    claims_at_the_same_time_differ,
    each_is_done_by_one,
    add_ons_are_found_by_their_base,
    what_runs_is_found_by_its_customer,
    lists_are_filtered_by_term_and_person,
    what_was_sold_before_lives_on,
    what_is_due_is_asked_over_all_marketplaces,
    what_cannot_go_on_is_set_aside,
    a_row_that_cannot_be_read_stops_no_other,
);

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn minutes(minutes: i64) -> OffsetDateTime {
    NOW + Duration::minutes(minutes)
}

/// So many subscriptions of the first customer, in a term until the end of November, not changed yet.
fn sold(test: &TestStore, world: &World, count: usize) -> Vec<Subscription> {
    let order = fixture::order(world, 0, Some(world.resellers[0]), count);
    place(test, &order);
    fixture::subscriptions_of(&order)
}

fn read(test: &TestStore, world: &World, id: SubscriptionId) -> Subscription {
    test.read(|c| subscriptions::get(c, &world.provider(), id)).unwrap()
}

/// Saves it and says what it then is.
fn saved(test: &TestStore, subscription: Subscription) -> Subscription {
    test.write(|tx| subscriptions::save(tx, &subscription, NOW)).unwrap();
    Subscription { version: subscription.version + 1, ..subscription }
}

/// Running, and due at an instant because a change waits for it.
fn due(test: &TestStore, subscription: &Subscription, at: OffsetDateTime) -> Subscription {
    let pending = ScheduledChange {
        change_id: ChangeId::from_u128(fresh()),
        requested_at: NOW,
        effective_at: at,
        effect: Effect::Quantity(3),
    };
    let status = SubscriptionStatus::Active;
    saved(test, Subscription { status, pending: Some(pending), ..subscription.clone() })
}

fn due_of(test: &TestStore, id: SubscriptionId) -> Option<OffsetDateTime> {
    let query = table::table.filter(table::id.eq(Id(id))).select(table::next_due_at);
    let due: Option<At> = test.read(|c| Ok(on!(c, c => query.get_result(c))?)).unwrap();
    due.map(|at| at.0)
}

fn claim(test: &TestStore, world: &World, until: OffsetDateTime, limit: u32) -> Vec<SubscriptionId> {
    let due = test.write(|tx| subscriptions::claim_due(tx, world.marketplace, until, limit)).unwrap();
    due.subscriptions.iter().map(|subscription| subscription.id).collect()
}

/// Every field says something of its own.
fn full(sold: &Subscription, base: SubscriptionId) -> Subscription {
    let lot = |quantity, reducible_until| QuantityLot { quantity, added_at: NOW, reducible_until, paid_from: None };
    Subscription {
        base_id: Some(base),
        status: SubscriptionStatus::Extended,
        kind: OfferKind::AddOn,
        quantity: 12,
        lots: vec![lot(5, None), lot(7, Some(minutes(1)))],
        peak_quantity: 15,
        term_span: Some(DaySpan::new(day("2027-01-31"), day("2027-02-27"))),
        anchor_day: 31,
        next_charge_on: Some(day("2027-02-10")),
        at_term_end: AtTermEnd::Extend,
        pending: Some(ScheduledChange {
            change_id: ChangeId::from_u128(fresh()),
            requested_at: minutes(2),
            effective_at: minutes(3),
            effect: Effect::TermEnd(day("2027-03-31")),
        }),
        applying: Some(ChangeId::from_u128(fresh())),
        cancel_until: Some(minutes(4)),
        ending: Some(Ending {
            requested_at: Some(minutes(5)),
            ends_at: minutes(6),
            access_ends_at: minutes(7),
            data_deleted_at: minutes(8),
        }),
        next_reminder_on: Some(day("2027-02-20")),
        changes: 4,
        external_id: Some("ms-1".to_owned()),
        activated_at: Some(minutes(9)),
        ..sold.clone()
    }
}

fn all_of_it_comes_back(test: &TestStore) {
    let world = world(test);
    let [base, sold]: [Subscription; 2] = sold(test, &world, 2).try_into().unwrap();
    assert_eq!(read(test, &world, sold.id), sold);
    let full = saved(test, full(&sold, base.id));
    for scope in world.insiders() {
        assert_eq!(test.write(|tx| subscriptions::lock(tx, &scope, full.id)), Ok(full.clone()));
    }
    for scope in world.strangers() {
        let locked = test.write(|tx| subscriptions::lock(tx, &scope, full.id));
        assert_eq!(locked, Err(StoreError::NotFound), "{scope:?}");
    }
    let ending = full.ending.map(|ending| Ending { requested_at: None, ..ending });
    let none_left = saved(test, Subscription { quantity: 0, lots: vec![], peak_quantity: 12, ending, ..full });
    assert_eq!(read(test, &world, none_left.id), none_left);
    let nothing = saved(test, Subscription { version: none_left.version, ..sold });
    assert_eq!(read(test, &world, nothing.id), nothing);
    assert_eq!(read(test, &world, base.id), base, "another row is left alone");
}

fn it_is_saved_once_per_version(test: &TestStore) {
    let world = world(test);
    let sold = sold(test, &world, 1).remove(0);
    let changed = saved(test, Subscription { changes: 1, ..sold.clone() });
    let late = Subscription { changes: 9, ..sold };
    assert_eq!(test.write(|tx| subscriptions::save(tx, &late, NOW)), Err(StoreError::Busy));
    assert_eq!(read(test, &world, changed.id), changed);
}

/// Few rows are one kept statement, many another one on PostgreSQL.
fn many_are_saved_or_none(test: &TestStore) {
    let world = world(test);
    for count in [0, 1, 3, 40] {
        let mut all = sold(test, &world, count);
        let changed =
            |(changes, before): (u32, &Subscription)| Moved::new(before, Subscription { changes, ..before.clone() });
        let save = |all: &[Subscription], first: u32| {
            let moved: Vec<_> = (first..).zip(all).map(changed).collect();
            test.write(|tx| subscriptions::save_moved(tx, &moved, NOW))
        };
        save(&all, 1).unwrap();
        for (changes, subscription) in (1..).zip(&mut all) {
            *subscription = Subscription { changes, version: 2, ..subscription.clone() };
            assert_eq!(read(test, &world, subscription.id), *subscription);
        }
        let Some(last) = all.last_mut() else { continue };
        last.version -= 1;
        assert_eq!(save(&all, 100), Err(StoreError::Busy));
        let versions = all.iter().map(|subscription| read(test, &world, subscription.id).version);
        assert!(versions.eq(std::iter::repeat_n(2, count)), "{count}");
    }
}

/// Whatever of a subscription time changes is written: with its policy where that is another one, without it else.
fn what_time_moved_is_saved_whole(test: &TestStore) {
    let world = world(test);
    for count in [1, 40] {
        let sold = sold(test, &world, count);
        let moved = |(n, before): (usize, &Subscription)| {
            let full = full(before, before.id);
            let Subscription { base_id, kind, changes, external_id, activated_at, .. } = before.clone();
            let after = Subscription { base_id, kind, changes, external_id, activated_at, ..full };
            let key = if n % 2 == 0 { &before.policy.key } else { "another" };
            let policy = Policy { key: key.to_owned(), ..before.policy.clone() };
            Moved::new(before, Subscription { policy, quantity: 12 + n as u32, ..after })
        };
        let mut moved: Vec<_> = sold.iter().enumerate().map(moved).collect();
        let ended = Subscription { changes: 7, quantity: 90, ..moved[0].subscription().clone() };
        moved[0].go_on(ended);
        test.write(|tx| subscriptions::save_moved(tx, &moved, NOW)).unwrap();
        for moved in &moved {
            let saved = Subscription { version: 2, ..moved.subscription().clone() };
            assert_eq!(read(test, &world, saved.id), saved);
        }
        assert_eq!(test.write(|tx| subscriptions::save_moved(tx, &moved, NOW)), Err(StoreError::Busy));
    }
}

fn an_order_that_runs_is_due(test: &TestStore) {
    let world = world(test);
    let sold = sold(test, &world, 1).remove(0);
    assert_eq!(due_of(test, sold.id), None);
    test.write(|tx| subscriptions::activate(tx, world.marketplace, sold.id, "ms-1", NOW, NOW)).unwrap();
    assert_eq!(due_of(test, sold.id), Some(datetime!(2026-12-01 00:00 UTC)));
    test.write(|tx| subscriptions::set_external_id(tx, world.marketplace, sold.id, "ms-2", NOW)).unwrap();
    assert_eq!(due_of(test, sold.id), Some(datetime!(2026-12-01 00:00 UTC)));
    test.write(|tx| subscriptions::set_status(tx, world.marketplace, sold.id, SubscriptionStatus::Canceled, NOW))
        .unwrap();
    assert_eq!(due_of(test, sold.id), None);
    let nothing = SubscriptionId::from_u128(fresh());
    let missing = test.write(|tx| subscriptions::activate(tx, world.marketplace, nothing, "ms", NOW, NOW));
    assert_eq!(missing, Err(StoreError::NotFound));
}

/// The instant is the domain's, but nothing happens while Microsoft is asked.
fn it_is_due_when_something_follows(test: &TestStore) {
    let world = world(test);
    let sold = sold(test, &world, 1).remove(0);
    let asked = saved(test, full(&sold, sold.id));
    assert_eq!(due_of(test, sold.id), None);
    let answered = saved(test, Subscription { applying: None, ..asked });
    assert_eq!((renewal::due_at(&answered), due_of(test, sold.id)), (Some(minutes(3)), Some(minutes(3))));
    let expired = saved(test, Subscription { status: SubscriptionStatus::Expired, ..answered });
    assert_eq!(due_of(test, sold.id), Some(minutes(7)));
    saved(test, Subscription { ending: None, ..expired });
    assert_eq!(due_of(test, sold.id), None);
}

fn what_is_due_longest_comes_first(test: &TestStore) {
    let (world, other) = (world(test), world(test));
    let next = || test.read(|c| subscriptions::next_due_unscoped(c, world.marketplace)).unwrap();
    assert_eq!((next(), claim(test, &world, minutes(60), 10)), (None, vec![]));
    let [first, second, third, fourth] = sold(test, &world, 4).try_into().unwrap();
    for (subscription, minute) in [(&first, 20), (&second, 10), (&third, 20), (&fourth, 40)] {
        due(test, subscription, minutes(minute));
    }
    due(test, &sold(test, &other, 1)[0], minutes(1));
    assert_eq!(next(), Some(minutes(10)));
    assert_eq!(claim(test, &world, minutes(9), 10), []);
    assert_eq!(claim(test, &world, minutes(20), 10), [second.id, first.id, third.id]);
    assert_eq!(claim(test, &world, minutes(60), 2), [second.id, first.id]);
}

/// U-101: one question, sandboxes with their own clocks included.
fn what_is_due_is_asked_over_all_marketplaces(test: &TestStore) {
    let (one, ahead, idle) = (world(test), world(test), world(test));
    let look = |now| test.read(|c| look_unscoped(c, now)).unwrap();
    let before = look(NOW);
    assert!(!before.clock && !before.work && !before.mail);
    due(test, &sold(test, &one, 1)[0], minutes(10));
    due(test, &sold(test, &ahead, 1)[0], minutes(60));
    due(test, &sold(test, &idle, 1)[0], minutes(60));
    let asked = |now| {
        let mut ids = test.read(|c| subscriptions::due_marketplaces_unscoped(c, now)).unwrap();
        ids.sort_unstable();
        (ids, look(now).clock)
    };
    assert_eq!(asked(minutes(9)), (vec![], false));
    assert_eq!(asked(minutes(10)), (vec![one.marketplace], true));
    let hour = 60 * 60_000_000;
    test.write(|tx| marketplaces::set_clock_offset(tx, ahead.marketplace, hour)).unwrap();
    assert_ne!(look(NOW).marketplaces, before.marketplaces, "a marketplace was changed");
    assert_eq!(asked(minutes(-1)), (vec![], false));
    assert_eq!(asked(NOW), (vec![ahead.marketplace], true));
    let mut both = vec![one.marketplace, ahead.marketplace];
    both.sort_unstable();
    assert_eq!(asked(minutes(10)), (both, true));
}

/// U-100.
fn what_cannot_go_on_is_set_aside(test: &TestStore) {
    let world = world(test);
    let [bad, good] = sold(test, &world, 2).try_into().unwrap();
    let [bad, good] = [bad, good].map(|sold| due(test, &sold, NOW));
    let mut parked = Parked {
        marketplace_id: world.marketplace,
        subscription_id: bad.id,
        parked_at: NOW,
        retry_at: minutes(5),
        attempts: 1,
        error: "it cannot".to_owned(),
    };
    test.write(|tx| subscriptions::park(tx, &parked)).unwrap();
    assert_eq!(claim(test, &world, NOW, 10), [good.id]);
    let to_retry = |now| test.read(|c| subscriptions::to_retry_unscoped(c, now, 10)).unwrap();
    assert_eq!((to_retry(minutes(4)), to_retry(minutes(5))), (vec![], vec![parked.clone()]));
    (parked.attempts, parked.retry_at, parked.error) = (2, minutes(60), "nor now".to_owned());
    test.write(|tx| subscriptions::park(tx, &Parked { parked_at: minutes(9), ..parked.clone() })).unwrap();
    assert_eq!(test.read(|c| subscriptions::parked_unscoped(c, 10)).unwrap(), (1, vec![parked.clone()]));
    assert_eq!(test.write(|tx| subscriptions::heed_clock(tx, NOW, minutes(60))), Ok(0));
    assert_eq!(test.write(|tx| subscriptions::heed_clock(tx, NOW, minutes(59))), Ok(1));
    assert_eq!(to_retry(NOW).len(), 1);
    test.write(|tx| subscriptions::unpark(tx, &bad)).unwrap();
    assert_eq!(test.read(|c| subscriptions::parked_unscoped(c, 10)).unwrap(), (0, vec![]));
    assert_eq!(claim(test, &world, NOW, 10).len(), 2);
}

/// U-100.
fn a_row_that_cannot_be_read_stops_no_other(test: &TestStore) {
    let world = world(test);
    let [bad, good] = sold(test, &world, 2).try_into().unwrap();
    let [bad, good] = [bad, good].map(|sold| due(test, &sold, NOW));
    let set = table::anchor_day.eq(4_242);
    let target = table::table.filter(table::id.eq(Id(bad.id)));
    test.write(|tx| Ok(on!(tx, c => diesel::update(target).set(set).execute(c))?)).unwrap();
    let found = test.write(|tx| subscriptions::claim_due(tx, world.marketplace, NOW, 10)).unwrap();
    assert_eq!(found.subscriptions.iter().map(|one| one.id).collect::<Vec<_>>(), [good.id]);
    assert_eq!(found.unreadable, [(bad.id, "the day 4242".to_owned())]);
    let mut ids = vec![bad.id, good.id];
    ids.sort_unstable();
    assert_eq!(test.read(|c| subscriptions::due_ids_unscoped(c, world.marketplace, NOW, 10)), Ok(ids));
}

/// Two that claim at the same time, each in a transaction of its own, on a server: a file has one writer.
fn claims_at_the_same_time_differ(test: &TestStore) {
    if test.store.engine() == Engine::Sqlite {
        return;
    }
    let world = world(test);
    let all: HashSet<_> = sold(test, &world, 10).iter().map(|sold| due(test, sold, NOW).id).collect();
    let claimed = Barrier::new(2);
    let work = || {
        test.write(|tx| {
            let mine = subscriptions::claim_due(tx, world.marketplace, NOW, 5)?.subscriptions;
            claimed.wait();
            Ok(mine)
        })
        .unwrap()
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        (work(), other.join().unwrap())
    });
    assert_eq!((one.len(), other.len()), (5, 5));
    assert_eq!(one.iter().chain(&other).map(|claimed| claimed.id).collect::<HashSet<_>>(), all);
}

/// Four workers, 200 subscriptions: each has its instant once.
fn each_is_done_by_one(test: &TestStore) {
    let world = world(test);
    let all: HashSet<_> = sold(test, &world, 200).iter().map(|sold| due(test, sold, NOW).id).collect();
    let step = || {
        test.write(|tx| {
            let mut mine = subscriptions::claim_due(tx, world.marketplace, NOW, 7)?.subscriptions;
            mine.iter_mut().for_each(|subscription| subscription.pending = None);
            mine.iter().try_for_each(|subscription| subscriptions::save(tx, subscription, NOW))?;
            Ok(mine.iter().map(|subscription| subscription.id).collect::<Vec<_>>())
        })
        .unwrap()
    };
    let work = || {
        let mut done = Vec::new();
        while test.read(|c| subscriptions::next_due_unscoped(c, world.marketplace)).unwrap() == Some(NOW) {
            done.extend(step());
        }
        done
    };
    let done: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(done.len(), 200);
    assert_eq!(done.into_iter().collect::<HashSet<_>>(), all);
}

fn add_ons_are_found_by_their_base(test: &TestStore) {
    let world = world(test);
    let [base, one, other, ended] = sold(test, &world, 4).try_into().unwrap();
    let add_on = |of: Subscription, status| {
        saved(test, Subscription { base_id: Some(base.id), kind: OfferKind::AddOn, status, ..of })
    };
    let [one, other] = [one, other].map(|sold| add_on(sold, SubscriptionStatus::Expired));
    add_on(ended, SubscriptionStatus::Canceled);
    let found = |scope: &Scope| test.read(|c| subscriptions::add_ons(c, scope, base.id)).unwrap();
    for scope in world.insiders() {
        assert_eq!(found(&scope), [one.clone(), other.clone()]);
    }
    for scope in world.strangers() {
        assert_eq!(found(&scope), [], "{scope:?}");
    }
}

fn what_runs_is_found_by_its_customer(test: &TestStore) {
    let world = world(test);
    let all = sold(test, &world, SubscriptionStatus::ALL.len()).into_iter().zip(SubscriptionStatus::ALL);
    let all: Vec<_> = all.map(|(sold, status)| saved(test, Subscription { status: *status, ..sold })).collect();
    let found = |scope: &Scope| test.read(|c| subscriptions::of_customer(c, scope, world.customers[0])).unwrap();
    for scope in world.insiders() {
        assert_eq!(found(&scope), all[..4], "pending, active, suspended, extended");
    }
    for scope in world.strangers() {
        assert_eq!(found(&scope), [], "{scope:?}");
    }
}

fn lists_are_filtered_by_term_and_person(test: &TestStore) {
    let world = world(test);
    let person = identity::user(&world);
    test.write(|tx| users::insert(tx, &person)).unwrap();
    let user = person.id;
    let [renews, ends, trial, mine] = sold(test, &world, 4).try_into().unwrap();
    saved(test, Subscription { at_term_end: AtTermEnd::End, ..ends.clone() });
    saved(test, Subscription { kind: OfferKind::Trial, at_term_end: AtTermEnd::Extend, ..trial.clone() });
    let later = Some(DaySpan::new(day("2026-11-20"), day("2026-12-01")));
    saved(test, Subscription { responsible_user: Some(user), term_span: later, ..mine.clone() });
    let ids = |filter: subscriptions::Filter| {
        let page = test.read(|c| subscriptions::list(c, &world.provider(), &filter, &ALL.into())).unwrap();
        page.items.iter().map(|subscription| subscription.id).collect::<Vec<_>>()
    };
    let all = subscriptions::Filter::default();
    assert_eq!(ids(subscriptions::Filter { auto_renew: Some(true), ..all.clone() }), [renews.id, mine.id]);
    assert_eq!(ids(subscriptions::Filter { auto_renew: Some(false), ..all.clone() }), [ends.id, trial.id]);
    assert_eq!(ids(subscriptions::Filter { kinds: vec![OfferKind::Trial], ..all.clone() }), [trial.id]);
    let before = |text| subscriptions::Filter { term_ends_before: Some(day(text)), ..all.clone() };
    assert_eq!(ids(before("2026-11-29")), []);
    assert_eq!(ids(before("2026-11-30")), [renews.id, ends.id, trial.id]);
    assert_eq!(ids(before("2026-12-01")).len(), 4);
    assert_eq!(ids(subscriptions::Filter { responsible_user: Some(user), ..all.clone() }), [mine.id]);
}

/// Rows from before the life of subscriptions was kept: taking the migration back leaves just these.
fn what_was_sold_before_lives_on(test: &TestStore) {
    let world = world(test);
    let [charged, ends, perpetual, ordered] = sold(test, &world, 4).try_into().unwrap();
    let status = SubscriptionStatus::Active;
    let next_charge_on = Some(day("2026-11-25"));
    // What the old table cannot say is lost on the way back, and what it can say decides.
    let trial_then = Some(TrialThen::Paid(charged.offer_id));
    let charged = Subscription { kind: OfferKind::Trial, trial_then, lots: vec![], anchor_day: 3, ..charged };
    let charged = saved(test, Subscription { status, next_charge_on, cancel_until: Some(NOW), ..charged });
    let ends = saved(test, Subscription { status, at_term_end: AtTermEnd::End, cancel_until: None, ..ends });
    let perpetual = saved(test, Subscription { status, term_span: None, at_term_end: AtTermEnd::Extend, ..perpetual });
    test.write(|tx| migrate::revert_from(tx, "20261125000000")).unwrap();
    test.store.migrate().unwrap();

    let lot = QuantityLot { quantity: 5, added_at: NOW, reducible_until: Some(NOW), paid_from: None };
    let known = Subscription { kind: OfferKind::Licensed, trial_then: None, ..charged };
    let old = Subscription { lots: vec![lot], peak_quantity: 5, anchor_day: 20, ..known };
    assert_eq!(read(test, &world, old.id), old);
    assert_eq!(due_of(test, old.id), Some(datetime!(2026-11-25 00:00 UTC)));
    let never_reduced = vec![QuantityLot { reducible_until: None, ..lot }];
    assert_eq!(read(test, &world, ends.id), Subscription { lots: never_reduced, ..ends.clone() });
    assert_eq!(due_of(test, ends.id), Some(datetime!(2026-12-01 00:00 UTC)));
    let endless = Subscription { anchor_day: 1, at_term_end: AtTermEnd::End, ..perpetual };
    assert_eq!(read(test, &world, endless.id), endless);
    assert_eq!(due_of(test, endless.id), None);
    assert_eq!(read(test, &world, ordered.id), ordered);
    assert_eq!(due_of(test, ordered.id), None);
}
