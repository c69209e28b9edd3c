//! Events, tasks and their leases; the audit log.

use super::fixture::{ALL, NOW, World, event, fresh, world};
use super::{TestStore, both};
use crate::audit;
use crate::error::StoreError;
use crate::outbox::{self, Backlog, NewTask, Task, TaskStatus, Want};
use crate::page::{PageRequest, Place};
use diesel::connection::SimpleConnection;
use domain::access::Scope;
use domain::id::TaskId;
use serde_json::json;
use std::collections::HashSet;
use time::{Duration, OffsetDateTime};

both!(
    many_facts_are_remembered_at_once,
    each_task_is_claimed_once,
    a_task_is_leased_and_finished,
    a_claim_may_be_of_one_marketplace,
    tasks_are_brought_forward,
    a_lost_lease_finishes_nothing,
    a_parked_task_is_replayed,
    due_tasks_come_in_order,
    a_customers_tasks_come_one_after_the_other,
    what_waits_too_long_is_taken_up,
    an_event_that_cannot_be_read_stops_no_other,
    a_timeline_is_seen_by_its_own,
    the_audit_log_is_seen_by_its_own,
);

/// A claim of whatever is due.
const ANY: Want<'static> = Want { lease_until: NOW, limit: 10, only: None, lane: None, one_each: false };

fn minutes(minutes: i64) -> OffsetDateTime {
    NOW + Duration::minutes(minutes)
}

/// Appends an event with so many tasks that are due now.
fn append(test: &TestStore, world: &World, tasks: usize) -> Vec<TaskId> {
    append_due(test, world, &vec![NOW; tasks])
}

fn append_due(test: &TestStore, world: &World, due: &[OffsetDateTime]) -> Vec<TaskId> {
    let ids: Vec<_> = due.iter().map(|_| TaskId::from_u128(fresh())).collect();
    let tasks: Vec<_> = ids
        .iter()
        .zip(due)
        .map(|(id, due_at)| NewTask { id: *id, consumer: "provision", lane: "work", due_at: *due_at })
        .collect();
    test.write(|tx| outbox::append(tx, &event(world, Some(world.customers[0]), "ord_1"), &tasks)).unwrap();
    ids
}

fn claim(test: &TestStore, now: OffsetDateTime, limit: u32) -> Vec<Task> {
    let want = Want { lease_until: now + Duration::minutes(1), limit, ..ANY };
    test.write(|tx| outbox::claim(tx, now, &want)).unwrap().tasks
}

fn many_facts_are_remembered_at_once(test: &TestStore) {
    let world = world(test);
    for count in [0, 2, 30] {
        let subject = format!("ord_{count}");
        let task = |consumer, due_at| NewTask { id: TaskId::from_u128(fresh()), consumer, lane: "work", due_at };
        let facts: Vec<_> = (0..count)
            .map(|minute| {
                let mut tasks = vec![task("charge", minutes(minute)), task("notify", minutes(minute))];
                tasks.truncate(if minute == 1 { 0 } else { 2 });
                (event(&world, Some(world.customers[0]), &subject), tasks)
            })
            .collect();
        test.write(|tx| outbox::append_all(tx, &facts)).unwrap();
        let events: Vec<_> = facts.iter().map(|(event, _)| event.clone()).collect();
        assert_eq!(test.read(|c| outbox::events_of(c, &world.provider(), &subject)), Ok(events));
        let wanted = facts.iter().flat_map(|(event, tasks)| tasks.iter().map(|task| (task.id, event.id)));
        let claimed = claim(test, minutes(count), 100);
        assert!(claimed.iter().map(|task| (task.id, task.event.id)).eq(wanted), "{count}");
        test.write(|tx| claimed.iter().try_for_each(|task| outbox::finish(tx, task).map(drop))).unwrap();
    }
}

/// Eight workers, 2,000 tasks: each is done by one of them.
fn each_task_is_claimed_once(test: &TestStore) {
    let world = world(test);
    let wanted: HashSet<_> = (0..20).flat_map(|_| append(test, &world, 100)).collect();
    let work = || {
        let mut done = Vec::new();
        while test.read(|c| outbox::due_unscoped(c, NOW, None)).unwrap() > 0 {
            for task in claim(test, NOW, 25) {
                assert_eq!((task.attempts, task.event.subject.as_str()), (1, "ord_1"));
                assert!(test.write(|tx| outbox::finish(tx, &task)).unwrap());
                done.push(task.id);
            }
        }
        done
    };
    let done: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(done.len(), 2_000);
    assert_eq!(done.into_iter().collect::<HashSet<_>>(), wanted);
    let backlog = test.read(outbox::backlog_unscoped).unwrap();
    assert_eq!(backlog, Backlog { pending: 0, oldest_due: None, parked: 0 });
}

fn a_task_is_leased_and_finished(test: &TestStore) {
    let world = world(test);
    let ids = append_due(test, &world, &[NOW, minutes(10)]);
    let due = |now, marketplace| test.read(|c| outbox::due_unscoped(c, now, marketplace)).unwrap();
    assert_eq!((due(NOW, None), due(minutes(10), Some(world.marketplace))), (1, 2));
    let claimed = claim(test, NOW, 10);
    assert_eq!(claimed.len(), 1);
    let task = &claimed[0];
    assert_eq!((task.id, task.marketplace_id, task.due_at, task.lease), (ids[0], world.marketplace, NOW, minutes(1)));
    assert_eq!((task.consumer.as_str(), &task.event.payload), ("provision", &json!({"n": 1.5, "t": "ü"})));
    assert_eq!((due(NOW, None), claim(test, NOW, 10)), (1, vec![]), "claimed, but not done");
    let backlog = test.read(outbox::backlog_unscoped).unwrap();
    assert_eq!(backlog, Backlog { pending: 2, oldest_due: Some(NOW), parked: 0 });
    assert!(test.write(|tx| outbox::finish(tx, task)).unwrap());
    assert!(!test.write(|tx| outbox::finish(tx, task)).unwrap());
    assert_eq!(test.read(outbox::backlog_unscoped).unwrap().pending, 1);
}

fn a_claim_may_be_of_one_marketplace(test: &TestStore) {
    let (one, other) = (world(test), world(test));
    append(test, &other, 2);
    let id = append(test, &one, 1)[0];
    let claim_of = |marketplace| {
        let want = Want { lease_until: minutes(1), only: Some(marketplace), ..ANY };
        test.write(|tx| outbox::claim(tx, NOW, &want)).unwrap().tasks
    };
    let claimed: Vec<_> = claim_of(one.marketplace).iter().map(|task| task.id).collect();
    assert_eq!(claimed, [id]);
    assert_eq!((claim_of(one.marketplace).len(), claim_of(other.marketplace).len()), (0, 2));
}

fn tasks_are_brought_forward(test: &TestStore) {
    let (world, other) = (world(test), world(test));
    append_due(test, &world, &[minutes(60), minutes(90)]);
    append_due(test, &other, &[minutes(60)]);
    test.write(|tx| outbox::bring_forward(tx, world.marketplace, 60 * 60_000_000)).unwrap();
    let due: Vec<_> = claim(test, NOW, 10).iter().map(|task| (task.marketplace_id, task.due_at)).collect();
    assert_eq!(due, [(world.marketplace, NOW)]);
}

fn a_lost_lease_finishes_nothing(test: &TestStore) {
    let world = world(test);
    append(test, &world, 1);
    let slow = claim(test, NOW, 1).remove(0);
    let quick = claim(test, minutes(1), 1).remove(0);
    assert_eq!((quick.id, quick.attempts), (slow.id, 2));
    let still_leased = |task: &Task| test.write(|tx| outbox::still_leased(tx, task)).unwrap();
    assert_eq!((still_leased(&slow), still_leased(&quick)), (false, true));
    assert!(!test.write(|tx| outbox::finish(tx, &slow)).unwrap());
    assert!(!test.write(|tx| outbox::retry(tx, &slow, NOW, "slow")).unwrap());
    assert!(!test.write(|tx| outbox::wait(tx, &slow, NOW, "slow")).unwrap());
    assert!(!test.write(|tx| outbox::park(tx, &slow, "slow")).unwrap());
    assert!(test.write(|tx| outbox::retry(tx, &quick, minutes(30), "not yet")).unwrap());
    assert_eq!(claim(test, minutes(29), 1), vec![]);
    let failed = claim(test, minutes(30), 1).remove(0);
    assert_eq!((failed.attempts, failed.failures), (3, 1));
    assert!(test.write(|tx| outbox::wait(tx, &failed, minutes(40), "not provided yet")).unwrap());
    let waited = claim(test, minutes(40), 1).remove(0);
    assert_eq!((waited.attempts, waited.failures, waited.waits), (4, 0, 1), "waiting is no failure");
}

fn a_parked_task_is_replayed(test: &TestStore) {
    let world = world(test);
    let id = append(test, &world, 1)[0];
    let replay = |scope: Scope| test.write(|tx| outbox::replay(tx, &scope, id, minutes(5)));
    assert_eq!(replay(world.provider()), Err(StoreError::NotFound));
    let task = claim(test, NOW, 1).remove(0);
    assert!(test.write(|tx| outbox::park(tx, &task, "poison")).unwrap());
    let found = |scope: Scope| test.read(|c| outbox::task(c, &scope, id));
    let parked = found(world.provider()).unwrap();
    assert_eq!((parked.status, parked.due_at, parked.error.as_deref()), (TaskStatus::Parked, None, Some("poison")));
    assert_eq!((parked.attempts, parked.subject.as_str()), (1, "ord_1"));
    assert_eq!(found(world.customer(0)), Err(StoreError::NotFound));
    assert_eq!(test.read(outbox::backlog_unscoped).unwrap(), Backlog { pending: 0, oldest_due: None, parked: 1 });
    let listed = |status| test.read(|c| outbox::tasks(c, &world.provider(), status, &ALL)).unwrap().items.len();
    assert_eq!((listed(None), listed(Some(TaskStatus::Parked)), listed(Some(TaskStatus::Done))), (1, 1, 0));
    assert_eq!(test.read(|c| outbox::tasks(c, &world.reseller(0), None, &ALL)).unwrap().items, vec![]);
    assert_eq!(replay(world.reseller(0)), Err(StoreError::NotFound));
    assert_eq!(replay(world.provider()), Ok(()));
    assert_eq!(claim(test, minutes(5), 1)[0].attempts, 1);
}

fn due_tasks_come_in_order(test: &TestStore) {
    let world = world(test);
    let ids = append_due(test, &world, &[minutes(3), minutes(1), minutes(2), minutes(9)]);
    let first: Vec<_> = claim(test, minutes(5), 2).into_iter().map(|task| task.id).collect();
    let then: Vec<_> = claim(test, minutes(5), 2).into_iter().map(|task| task.id).collect();
    assert_eq!((first, then), (vec![ids[1], ids[2]], vec![ids[0]]));
}

/// For who works on several at once.
fn a_customers_tasks_come_one_after_the_other(test: &TestStore) {
    let world = world(test);
    let [first, second] = append_due(test, &world, &[minutes(1), minutes(2)]).try_into().unwrap();
    let other = TaskId::from_u128(fresh());
    let task = NewTask { id: other, consumer: "provision", lane: "work", due_at: minutes(3) };
    test.write(|tx| outbox::append(tx, &event(&world, Some(world.customers[1]), "ord_2"), &[task])).unwrap();
    let nobodys = append_nobodys(test, &world, 2);
    let claim = || {
        let want = Want { lease_until: minutes(10), lane: Some("work"), one_each: true, ..ANY };
        test.write(|tx| outbox::claim(tx, minutes(5), &want)).unwrap().tasks
    };
    let claimed = claim();
    let ids: Vec<_> = claimed.iter().map(|task| task.id).collect();
    assert_eq!(ids, [first, other, nobodys[0], nobodys[1]], "what is nobody's waits for nobody");
    assert_eq!(claim(), vec![], "as long as the first is worked on");
    test.write(|tx| outbox::finish(tx, &claimed[0])).unwrap();
    assert_eq!(claim().iter().map(|task| task.id).collect::<Vec<_>>(), [second]);
}

fn append_nobodys(test: &TestStore, world: &World, count: usize) -> Vec<TaskId> {
    let ids: Vec<_> = (0..count).map(|_| TaskId::from_u128(fresh())).collect();
    let task = |id: &TaskId| NewTask { id: *id, consumer: "register", lane: "work", due_at: minutes(4) };
    let tasks: Vec<_> = ids.iter().map(task).collect();
    test.write(|tx| outbox::append(tx, &event(world, None, "reg_1"), &tasks)).unwrap();
    ids
}

/// U-99: the clock was a day ahead.
fn what_waits_too_long_is_taken_up(test: &TestStore) {
    let world = world(test);
    let day = 24 * 60;
    let [far, near] = append_due(test, &world, &[minutes(day), minutes(60)]).try_into().unwrap();
    let leased = append_due(test, &world, &[minutes(day - 1)])[0];
    assert_eq!(claim(test, minutes(day - 1), 10).len(), 2, "one is near and one is leased");
    test.write(|tx| outbox::heed_clock(tx, NOW, minutes(120))).unwrap();
    let mut taken_up: Vec<_> = claim(test, NOW, 10).iter().map(|task| task.id).collect();
    taken_up.sort_unstable();
    assert_eq!(taken_up, [far, near, leased], "what was leased for a day ahead is, too");
    test.write(|tx| outbox::heed_clock(tx, NOW, minutes(120))).unwrap();
    assert_eq!(claim(test, NOW, 10), vec![], "a lease of a minute holds");
}

/// U-100.
fn an_event_that_cannot_be_read_stops_no_other(test: &TestStore) {
    let world = world(test);
    let [broken, healthy] = [append(test, &world, 1)[0], append(test, &world, 1)[0]];
    let first = "UPDATE events SET kind = 'no.such' WHERE seq = (SELECT min(seq) FROM events)";
    test.write(|tx| Ok(on!(tx, c => c.batch_execute(first))?)).unwrap();
    let claimed = test.write(|tx| outbox::claim(tx, NOW, &Want { lease_until: minutes(1), ..ANY })).unwrap();
    assert_eq!(claimed.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [healthy]);
    let unreadable: Vec<_> = claimed.unreadable.iter().map(|one| (one.id, one.consumer.as_str())).collect();
    assert_eq!(unreadable, [(broken, "provision")]);
    assert!(claimed.unreadable[0].error.contains("no.such"), "{:?}", claimed.unreadable);
    assert_eq!(test.read(outbox::backlog_unscoped).unwrap().parked, 1);
}

fn a_timeline_is_seen_by_its_own(test: &TestStore) {
    let world = world(test);
    let of_customer = event(&world, Some(world.customers[0]), "ord_1");
    let again = event(&world, Some(world.customers[0]), "ord_1");
    let of_reseller = event(&world, None, &world.resellers[0].to_string());
    for event in [&again, &of_reseller, &of_customer] {
        test.write(|tx| outbox::append(tx, event, &[])).unwrap();
    }
    let timeline = |scope: Scope, subject: &str| test.read(|c| outbox::events_of(c, &scope, subject)).unwrap();
    for scope in world.insiders() {
        assert_eq!(timeline(scope, "ord_1"), [again.clone(), of_customer.clone()], "in the order of the appends");
    }
    for scope in world.strangers() {
        assert_eq!(timeline(scope, "ord_1"), [], "{scope:?}");
    }
    assert_eq!(timeline(world.reseller(0), &of_reseller.subject), std::slice::from_ref(&of_reseller));
    assert_eq!(timeline(world.reseller(1), &of_reseller.subject), []);
    assert_eq!(timeline(world.customer(0), &of_reseller.subject), []);
}

fn the_audit_log_is_seen_by_its_own(test: &TestStore) {
    let world = world(test);
    let entry = |actor: &str, subject: &str, own: bool| audit::Entry {
        id: fresh(),
        marketplace_id: world.marketplace,
        customer_id: own.then_some(world.customers[0]),
        reseller_id: own.then_some(world.resellers[0]),
        actor: actor.to_owned(),
        impersonator: None,
        actor_kind: "user".to_owned(),
        action: "orders.place".to_owned(),
        subject: subject.to_owned(),
        before: None,
        after: Some(json!(["a", null])),
        request_id: "req".to_owned(),
        outcome: "done".to_owned(),
        at: NOW,
    };
    let entries = [entry("usr_1", "ord_1", true), entry("usr_2", "prl_1", false), entry("usr_1", "prl_1", false)];
    for entry in &entries {
        test.write(|tx| audit::insert(tx, entry)).unwrap();
    }
    let list = |scope: Scope, filter: audit::Filter<'_>| {
        test.read(|c| audit::list(c, &scope, &filter, &ALL.into())).unwrap().items
    };
    assert_eq!(list(world.provider(), audit::Filter::default()), entries);
    for scope in [world.reseller(0), world.customer(0)] {
        assert_eq!(list(scope, audit::Filter::default()), entries[..1]);
    }
    for scope in world.strangers() {
        assert_eq!(list(scope, audit::Filter::default()), []);
    }
    // U-112: what is done with its customer's data a reseller sees, whoever does it; found by who that was, too.
    let (reseller, actor) = (Some(world.resellers[0]), Some("usr_3"));
    let others =
        audit::Entry { reseller_id: None, impersonator: Some("usr_4".to_owned()), ..entry("usr_3", "cus", true) };
    test.write(|tx| audit::insert(tx, &others)).unwrap();
    let others = audit::Entry { reseller_id: reseller, ..others };
    for actor in [actor, Some("usr_4")] {
        let by = audit::Filter { actor, ..audit::Filter::default() };
        assert_eq!(list(world.reseller(0), by), std::slice::from_ref(&others));
        assert_eq!(list(world.reseller(1), by), []);
    }
    test.execute("DELETE FROM audit_entries WHERE subject = 'cus'").unwrap();
    let of = |subject, actor| list(world.provider(), audit::Filter { subject, actor, ..audit::Filter::default() });
    assert_eq!(of(Some("prl_1"), None), entries[1..]);
    assert_eq!(of(Some("prl_1"), Some("usr_1")), entries[2..]);
    let newest = PageRequest { limit: 1, after: None, descending: true };
    let page = test.read(|c| audit::list(c, &world.provider(), &audit::Filter::default(), &newest.into())).unwrap();
    assert_eq!((page.items, page.next), (entries[2..].to_vec(), Some(Place { value: None, id: entries[2].id })));
}
