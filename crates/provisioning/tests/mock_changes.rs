//! Changes of running subscriptions at the mock beyond the contract: codes, seats, windows, faults, journal.

mod bench;

use bench::{Bench, DEMO, START, code, line, open, subscription};
use domain::calendar::{BillingCycle, Term};
use provisioning::mock::{Behavior, Call, Fault, MockPartnerCenter, Provisioning};
use provisioning::{
    PartnerCenter, ProvisioningError, RemoteChange, RemoteLine, RemotePlan, RemoteStatus, RemoteSubscription, RequestId,
};
use std::fs;
use time::Duration;

type Answer = Result<RemoteSubscription, ProvisioningError>;

impl Bench {
    /// Buys one line and gives its subscription.
    fn running(&self, line: RemoteLine) -> String {
        let outcomes = self.buy(&[line]);
        subscription(&outcomes[0]).to_owned()
    }

    fn change(&self, id: &str, change: RemoteChange) -> Answer {
        self.pc.change_subscription(&self.request(), DEMO, id, &change)
    }

    fn quantity(&self, id: &str, quantity: u32) -> Answer {
        self.change(id, RemoteChange::Quantity(quantity))
    }

    fn replace(&self, id: &str, plan: RemotePlan) -> Answer {
        self.change(id, RemoteChange::Replace(plan))
    }

    fn split(&self, id: &str, plan: RemotePlan) -> Answer {
        self.change(id, RemoteChange::Split(plan))
    }

    fn seen(&self, id: &str) -> RemoteSubscription {
        self.pc.subscription(DEMO, id).expect("answer").expect("subscription")
    }

    /// So that the windows of seven days count.
    fn with_windows() -> Self {
        let bench = Self::new();
        bench.pc.set_behavior(Behavior { windows: true, ..Behavior::default() });
        bench
    }

    fn changes_done(&self) -> usize {
        self.pc.effects().subscriptions_changed.len()
    }
}

/// An upgrade of what [`line`] buys, for the same term and billing cycle.
fn upgrade(quantity: u32) -> RemotePlan {
    RemotePlan {
        product_external_id: "CFQ7TTC0LF8R".to_owned(),
        sku_external_id: "0001".to_owned(),
        term: Term::P1Y,
        billing_cycle: BillingCycle::Monthly,
        quantity,
    }
}

/// What [`line`] buys.
fn same(quantity: u32) -> RemotePlan {
    RemotePlan { product_external_id: "CFQ7TTC0LF8Q".to_owned(), ..upgrade(quantity) }
}

fn monthly(quantity: u32) -> RemoteLine {
    RemoteLine { term: Term::P1M, ..line(1, quantity) }
}

#[test]
fn each_change_is_answered_and_seen() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    assert_eq!((bench.seen(&id).status, bench.seen(&id).auto_renew), (RemoteStatus::Active, true));
    let stands = |change| {
        let answer = bench.change(&id, change).unwrap();
        assert_eq!(answer, bench.seen(&id));
        (answer.quantity, answer.status, answer.auto_renew)
    };
    assert_eq!(stands(RemoteChange::Quantity(8)), (8, RemoteStatus::Active, true));
    assert_eq!(stands(RemoteChange::AutoRenew(false)), (8, RemoteStatus::Active, false));
    assert_eq!(stands(RemoteChange::AutoRenew(true)), (8, RemoteStatus::Active, true));
    assert_eq!(stands(RemoteChange::Suspend), (8, RemoteStatus::Suspended, false));
    assert_eq!(stands(RemoteChange::Resume), (8, RemoteStatus::Active, false));
    assert_eq!(stands(RemoteChange::Replace(upgrade(8))), (8, RemoteStatus::Active, false));
    assert_eq!(stands(RemoteChange::Cancel), (8, RemoteStatus::Deleted, false));
    assert_eq!(stands(RemoteChange::Reactivate), (8, RemoteStatus::Active, false));
    let done = bench.pc.effects().subscriptions_changed;
    assert_eq!(done.len(), 8);
    assert_eq!(done[6], (id, RemoteChange::Cancel));
}

#[test]
fn nobody_elses_subscription_is_changed() {
    let bench = Bench::new();
    let other = "22222222-2222-4222-8222-222222222222";
    bench.pc.adopt_tenant("other.example", other).unwrap();
    let id = bench.running(line(1, 5));
    let change = |tenant, id| bench.pc.change_subscription(&bench.request(), tenant, id, &RemoteChange::Suspend);
    assert_eq!(code(change("stranger", id.as_str())), "20002");
    assert_eq!(code(change(other, id.as_str())), "20003");
    assert_eq!(code(change(DEMO, "unknown")), "20003");
    assert_eq!((bench.seen(&id).status, bench.changes_done()), (RemoteStatus::Active, 0));
}

#[test]
fn a_quantity_is_at_least_one_and_not_the_magic_one() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    assert_eq!(code(bench.quantity(&id, 0)), "2002");
    assert_eq!(code(bench.quantity(&id, 4_242)), "800069");
    assert_eq!(code(bench.replace(&id, upgrade(0))), "2002");
    assert_eq!(code(bench.replace(&id, upgrade(4_242))), "800069");
    assert_eq!(code(bench.split(&id, upgrade(4_242))), "800069");
    assert_eq!((bench.seen(&id).quantity, bench.changes_done()), (5, 0), "a refused change does nothing");
}

#[test]
fn seats_are_counted_over_all_changes_of_a_tenant() {
    let bench = Bench::new();
    let (one, two) = (bench.running(line(1, 60_000)), bench.running(line(2, 30_000)));
    assert_eq!(code(bench.quantity(&two, 40_001)), "800088");
    bench.quantity(&two, 40_000).unwrap();
    bench.quantity(&one, 59_000).unwrap();
    bench.quantity(&two, 41_000).unwrap();
    assert_eq!(code(bench.quantity(&one, 59_001)), "800088", "what one gave back the other has");

    bench.change(&two, RemoteChange::Suspend).unwrap();
    assert_eq!(code(bench.quantity(&one, 59_001)), "800088", "a suspended subscription keeps its licences");
    bench.change(&two, RemoteChange::Cancel).unwrap();
    bench.quantity(&one, 59_001).unwrap();
    assert_eq!(code(bench.change(&two, RemoteChange::Reactivate)), "800088", "a cancelled one does not");
    bench.quantity(&one, 59_000).unwrap();
    bench.change(&two, RemoteChange::Reactivate).unwrap();
    assert_eq!(code(bench.quantity(&one, 59_001)), "800088");
}

#[test]
fn an_upgrade_moves_its_seats_and_fits_the_target() {
    let bench = Bench::new();
    let small = |quantity| RemotePlan { product_external_id: "CFQ7TTC0LCHC".to_owned(), ..upgrade(quantity) };
    let id = bench.running(line(1, 301));
    assert_eq!(code(bench.replace(&id, small(301))), "800088");
    let part = bench.split(&id, small(290)).unwrap();
    assert_eq!(code(bench.quantity(&part.id, 301)), "800088");
    assert_eq!(code(bench.replace(&id, small(11))), "800088");
    bench.quantity(&part.id, 289).unwrap();
    bench.replace(&id, small(11)).unwrap();
    bench.running(line(2, 100_000));
}

#[test]
fn a_suspended_subscription_resumes_or_ends() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    bench.change(&id, RemoteChange::Suspend).unwrap();
    assert_eq!(code(bench.quantity(&id, 6)), "2001");
    assert_eq!(code(bench.quantity(&id, 4)), "2001");
    assert_eq!(code(bench.replace(&id, upgrade(5))), "800091");
    assert_eq!(code(bench.split(&id, upgrade(2))), "800091");
    assert_eq!(code(bench.change(&id, RemoteChange::AutoRenew(true))), "800091");
    bench.change(&id, RemoteChange::AutoRenew(false)).unwrap();
    assert_eq!(bench.change(&id, RemoteChange::Cancel).unwrap().status, RemoteStatus::Deleted);
}

#[test]
fn a_deleted_subscription_only_runs_again() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    bench.change(&id, RemoteChange::Cancel).unwrap();
    for change in [
        RemoteChange::Quantity(6),
        RemoteChange::AutoRenew(false),
        RemoteChange::Suspend,
        RemoteChange::Resume,
        RemoteChange::Cancel,
        RemoteChange::Replace(upgrade(5)),
        RemoteChange::Split(upgrade(2)),
    ] {
        assert_eq!(code(bench.change(&id, change.clone())), "2011", "{change:?}");
    }
    let again = bench.change(&id, RemoteChange::Reactivate).unwrap();
    assert_eq!((again.status, again.quantity), (RemoteStatus::Active, 5));
}

#[test]
fn a_plan_must_exist() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    let product = |id: &str| RemotePlan { product_external_id: id.to_owned(), ..upgrade(5) };
    let sku = |id: &str| RemotePlan { sku_external_id: id.to_owned(), ..upgrade(5) };
    let plan = |term, billing_cycle| RemotePlan { term, billing_cycle, ..upgrade(5) };
    for (plan, wanted) in [
        (product("cfq7ttc0lf8r"), "400013"),
        (product("CFQ7"), "400013"),
        (sku("1"), "400018"),
        (plan(Term::P1Y, BillingCycle::Triennial), "800121"),
        (plan(Term::P1Y, BillingCycle::None), "800121"),
        (plan(Term::P1M, BillingCycle::Annual), "800121"),
        (plan(Term::None, BillingCycle::OneTime), "800121"),
        (plan(Term::P1M, BillingCycle::Monthly), "800122"),
    ] {
        assert_eq!(code(bench.replace(&id, plan.clone())), wanted, "{plan:?}");
        assert_eq!(code(bench.split(&id, RemotePlan { quantity: 2, ..plan.clone() })), wanted, "{plan:?}");
    }
    bench.replace(&id, plan(Term::P1Y, BillingCycle::Annual)).unwrap();
    bench.replace(&id, plan(Term::P3Y, BillingCycle::Triennial)).unwrap();
    assert_eq!(code(bench.replace(&id, plan(Term::P1Y, BillingCycle::Annual))), "800122", "it has three years now");
}

#[test]
fn a_split_leaves_some_licences_behind() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    assert_eq!(code(bench.split(&id, upgrade(5))), "2002");
    let (one, two) = (bench.split(&id, upgrade(2)).unwrap(), bench.split(&id, upgrade(2)).unwrap());
    assert_ne!(one.id, two.id);
    assert_eq!((one.quantity, two.quantity, bench.seen(&id).quantity), (2, 2, 1));
    assert_eq!(code(bench.split(&id, upgrade(1))), "2002");
    bench.change(&id, RemoteChange::Cancel).unwrap();
    assert_eq!(bench.quantity(&one.id, 9).unwrap().quantity, 9, "each lives on by itself");
}

#[test]
fn what_is_split_off_is_provided_as_its_source_is() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    assert!(!bench.split(&id, upgrade(1)).unwrap().provided);
    assert!(!bench.seen(&id).provided);
    assert!(bench.quantity(&id, 6).unwrap().provided, "the second time that somebody looks");
    assert!(bench.split(&id, upgrade(1)).unwrap().provided);

    let provisioning = Provisioning::After(Duration::minutes(5));
    bench.pc.set_behavior(Behavior { provisioning, ..Behavior::default() });
    let id = bench.running(line(2, 5));
    assert!(!bench.quantity(&id, 6).unwrap().provided);
    bench.advance(Duration::minutes(5));
    assert!(bench.quantity(&id, 7).unwrap().provided);
}

#[test]
fn a_trial_becomes_no_other_trial() {
    let bench = Bench::new();
    let id = bench.running(RemoteLine { billing_cycle: BillingCycle::None, ..monthly(25) });
    let other = RemotePlan { billing_cycle: BillingCycle::None, ..same(25) };
    assert_eq!(code(bench.replace(&id, other)), "800107");
    assert_eq!(bench.replace(&id, same(25)).unwrap().quantity, 25, "it may become something paid");
}

#[test]
fn u18_a_trial_renews_only_to_what_its_line_names() {
    let bench = Bench::new();
    let trial = |id, then| RemoteLine { billing_cycle: BillingCycle::None, renews_to: then, ..line(id, 25) };
    let renews = [(1, Some(Term::P1Y)), (2, None)].map(|(id, then)| bench.running(trial(id, then)));
    assert_eq!(renews.map(|id| bench.seen(&id).auto_renew), [true, false]);
}

#[test]
fn a_perpetual_licence_can_only_be_given_back() {
    let bench = Bench::with_windows();
    let perpetual = |id| RemoteLine { term: Term::None, billing_cycle: BillingCycle::OneTime, ..line(id, 2) };
    let (id, late) = (bench.running(perpetual(1)), bench.running(perpetual(2)));
    assert!(!bench.seen(&id).auto_renew);
    for change in [
        RemoteChange::Quantity(3),
        RemoteChange::AutoRenew(true),
        RemoteChange::Suspend,
        RemoteChange::Resume,
        RemoteChange::Replace(same(2)),
        RemoteChange::Split(same(1)),
        RemoteChange::Reactivate,
    ] {
        assert_eq!(code(bench.change(&id, change.clone())), "800062", "{change:?}");
    }
    bench.advance(Duration::days(30) - Duration::SECOND);
    bench.change(&id, RemoteChange::Cancel).unwrap();
    bench.advance(Duration::SECOND);
    assert_eq!(code(bench.change(&late, RemoteChange::Cancel)), "900117");
}

#[test]
fn without_windows_licences_go_back_at_any_time() {
    let bench = Bench::new();
    let id = bench.running(line(1, 5));
    bench.advance(Duration::days(300));
    assert_eq!(bench.quantity(&id, 1).unwrap().quantity, 1);
    assert_eq!(bench.change(&id, RemoteChange::Cancel).unwrap().status, RemoteStatus::Deleted);
}

#[test]
fn each_batch_has_its_own_window_to_the_second() {
    let bench = Bench::with_windows();
    let id = bench.running(line(1, 5));
    bench.advance(Duration::days(2));
    bench.quantity(&id, 8).unwrap();
    bench.advance(Duration::days(5) - Duration::SECOND);
    bench.quantity(&id, 7).unwrap();
    bench.advance(Duration::SECOND);
    assert_eq!(code(bench.quantity(&id, 3)), "800090", "4 of the first batch are left and stay");
    bench.quantity(&id, 6).unwrap();
    assert_eq!(code(bench.replace(&id, upgrade(3))), "800090");
    bench.advance(Duration::days(2) - Duration::SECOND);
    bench.quantity(&id, 5).unwrap();
    bench.advance(Duration::SECOND);
    assert_eq!(code(bench.quantity(&id, 4)), "800090");
    bench.quantity(&id, 6).unwrap();
    bench.quantity(&id, 5).unwrap();
}

#[test]
fn a_cancellation_counts_from_the_purchase() {
    let bench = Bench::with_windows();
    let (early, late) = (bench.running(line(1, 5)), bench.running(line(2, 5)));
    bench.advance(Duration::hours(168) - Duration::SECOND);
    bench.quantity(&late, 6).unwrap();
    bench.change(&early, RemoteChange::Suspend).unwrap();
    bench.change(&early, RemoteChange::Cancel).unwrap();
    bench.advance(Duration::SECOND);
    assert_eq!(code(bench.change(&late, RemoteChange::Cancel)), "900117");
    bench.change(&late, RemoteChange::Suspend).unwrap();
    assert_eq!(code(bench.change(&late, RemoteChange::Cancel)), "900117");
}

#[test]
fn an_upgrade_opens_no_window() {
    let bench = Bench::with_windows();
    let id = bench.running(line(1, 5));
    bench.advance(Duration::days(6));
    bench.replace(&id, upgrade(5)).unwrap();
    let part = bench.split(&id, upgrade(2)).unwrap().id;
    bench.quantity(&part, 1).unwrap();
    bench.advance(Duration::days(1));
    for id in [&id, &part] {
        assert_eq!(code(bench.change(id, RemoteChange::Cancel)), "900117");
    }
    assert_eq!(code(bench.quantity(&id, 2)), "800090");
    bench.quantity(&part, 2).unwrap();
    bench.quantity(&part, 1).unwrap();
}

#[test]
fn a_repeated_request_does_nothing_twice_and_is_for_one_change() {
    let bench = Bench::new();
    let (id, other) = (bench.running(line(1, 5)), bench.running(line(2, 5)));
    let request = bench.request();
    let change = |id: &str, change| bench.pc.change_subscription(&request, DEMO, id, &change);
    let part = change(&id, RemoteChange::Split(upgrade(2))).unwrap();
    bench.quantity(&part.id, 9).unwrap();
    bench.change(&id, RemoteChange::Cancel).unwrap();
    assert_eq!(change(&id, RemoteChange::Split(upgrade(2))).unwrap(), part, "as it was answered then");
    assert_eq!(bench.seen(&id).quantity, 3);
    assert_eq!(code(change(&id, RemoteChange::Split(upgrade(1)))), "800002");
    assert_eq!(code(change(&other, RemoteChange::Split(upgrade(2)))), "800002");
    assert_eq!(bench.changes_done(), 3);
}

#[test]
fn a_refused_request_id_may_come_again() {
    let bench = Bench::new();
    let (id, request) = (bench.running(line(1, 5)), bench.request());
    let change = || bench.pc.change_subscription(&request, DEMO, &id, &RemoteChange::Quantity(6));
    bench.change(&id, RemoteChange::Suspend).unwrap();
    assert_eq!(code(change()), "2001");
    bench.change(&id, RemoteChange::Resume).unwrap();
    assert_eq!(change().unwrap().quantity, 6, "a refusal is not remembered");
}

#[test]
fn a_change_goes_wrong_in_every_way() {
    let bench = Bench::new();
    let (id, request) = (bench.running(line(1, 5)), bench.request());
    let change = || bench.pc.change_subscription(&request, DEMO, &id, &RemoteChange::Split(upgrade(2)));
    let after = std::time::Duration::from_secs(57);
    for fault in [
        Fault::TransientBefore,
        Fault::ThrottledFor(after),
        Fault::RefusedWith("900278".to_owned()),
        Fault::TimeoutAfterEffect,
    ] {
        bench.pc.fail_next(Call::ChangeSubscription, fault);
    }
    assert!(matches!(change(), Err(ProvisioningError::Transient(_))));
    assert_eq!(change(), Err(ProvisioningError::Throttled { after }));
    assert_eq!(code(change()), "900278");
    assert_eq!((bench.changes_done(), bench.seen(&id).quantity), (0, 5), "nothing happened");
    assert!(matches!(change(), Err(ProvisioningError::Unknown(_))));
    assert_eq!((bench.changes_done(), bench.seen(&id).quantity), (1, 3), "it happened");
    let part = change().unwrap();
    assert_eq!((part.quantity, bench.seen(&part.id).quantity), (2, 2), "the lost answer");
    assert_eq!((bench.changes_done(), bench.seen(&id).quantity), (1, 3), "once");
    assert_eq!(bench.pc.calls(Call::ChangeSubscription), 5);
}

/// Buys so many licences of the usual line.
fn buy(pc: &MockPartnerCenter, quantity: u32) -> String {
    pc.adopt_tenant("demo.example", DEMO).expect("adopted");
    let request = RequestId("buy".to_owned());
    let cart = pc.create_cart(&request, DEMO, &[line(1, quantity)]).expect("cart");
    let bought = pc.check_out(&request, DEMO, &cart.id).expect("bought");
    subscription(&bought.lines[0].1).to_owned()
}

#[test]
fn changes_survive_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    let pc = open(&path).unwrap();
    let id = buy(&pc, 5);
    let changes = [
        RemoteChange::Quantity(8),
        RemoteChange::Split(upgrade(2)),
        RemoteChange::Replace(upgrade(6)),
        RemoteChange::AutoRenew(false),
        RemoteChange::Suspend,
        RemoteChange::Resume,
        RemoteChange::Cancel,
        RemoteChange::Reactivate,
    ];
    let ask = |pc: &MockPartnerCenter| -> Vec<RemoteSubscription> {
        let each = changes.iter().enumerate().map(|(number, change)| {
            pc.change_subscription(&RequestId(format!("change-{number}")), DEMO, &id, change).unwrap()
        });
        each.collect()
    };
    let (answers, effects) = (ask(&pc), pc.effects());
    let stands = |pc: &MockPartnerCenter| {
        [&id, &answers[1].id].map(|id| pc.subscription(DEMO, id).unwrap().map(|one| (one.quantity, one.status)))
    };
    let stood = stands(&pc);
    assert_eq!(stood, [Some((6, RemoteStatus::Active)), Some((2, RemoteStatus::Active))]);
    drop(pc);

    let pc = open(&path).unwrap();
    assert_eq!(pc.effects(), effects);
    assert_eq!(stands(&pc), stood);
    assert_eq!(ask(&pc), answers, "the same requests get the same answers");
    assert_eq!((pc.effects(), stands(&pc)), (effects, stood), "and do nothing twice");
    let limit = pc.change_subscription(&RequestId("most".to_owned()), DEMO, &id, &RemoteChange::Quantity(99_999));
    assert_eq!(code(limit), "800088", "the seats are known, too");
}

#[test]
fn a_subscription_of_an_older_journal_is_changed() {
    let bought = line(1, 5).line;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    let journal = [
        format!(r#"{{"fact":"tenant_adopted","entra_tenant_id":"{DEMO}","domain":"demo.example"}}"#),
        format!(
            r#"{{"fact":"cart_created","request":"r","entra_tenant_id":"{DEMO}","cart_id":"c",
                 "at":"2026-11-01T09:00:00Z","lines":[{{"line":"{bought}","product_external_id":"CFQ7TTC0LF8Q",
                 "sku_external_id":"0001","quantity":5,"term":"P1Y","billing_cycle":"monthly",
                 "partner_of_record":null}}],"line_errors":[]}}"#
        ),
        format!(
            r#"{{"fact":"cart_checked_out","request":"r","cart_id":"c","at":"2026-11-01T09:00:00Z",
                 "outcomes":[["{bought}",{{"ordered":{{"order_id":"o","subscription_id":"s"}}}}]]}}"#
        ),
        r#"{"fact":"subscription_provided","subscription_id":"s"}"#.to_owned(),
    ];
    fs::write(&path, journal.map(|fact| fact.replace('\n', "") + "\n").concat()).unwrap();
    let pc = open(&path).unwrap();
    let found = RemoteSubscription {
        id: "s".to_owned(),
        provided: true,
        quantity: 5,
        status: RemoteStatus::Active,
        auto_renew: true,
    };
    assert_eq!(pc.subscription(DEMO, "s").unwrap(), Some(found.clone()));
    let more = pc.change_subscription(&RequestId("more".to_owned()), DEMO, "s", &RemoteChange::Quantity(6));
    assert_eq!(more, Ok(RemoteSubscription { quantity: 6, ..found }));

    assert!(START > time::macros::datetime!(2026-11-08 09:00 UTC), "the window of the purchase has passed");
    pc.set_behavior(Behavior { windows: true, ..Behavior::default() });
    let late = pc.change_subscription(&RequestId("late".to_owned()), DEMO, "s", &RemoteChange::Cancel);
    assert_eq!(code(late), "900117");
}

#[test]
fn two_processes_change_a_subscription_once_per_request() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    let (server, worker) = (open(&path).unwrap(), open(&path).unwrap());
    let (id, request) = (buy(&server, 5), RequestId("split".to_owned()));
    let split = |pc: &MockPartnerCenter| pc.change_subscription(&request, DEMO, &id, &RemoteChange::Split(upgrade(2)));
    std::thread::scope(|scope| {
        let [one, two] = [scope.spawn(|| split(&server)), scope.spawn(|| split(&worker))];
        assert_eq!(one.join().unwrap(), two.join().unwrap());
    });
    let left = worker.subscription(DEMO, &id).unwrap().unwrap();
    assert_eq!((left.quantity, worker.effects().subscriptions_changed.len()), (3, 1));
}
