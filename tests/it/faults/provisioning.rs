//! What must hold of provisioning whatever goes wrong: every order and tenant comes to its end, and
//! nothing is done twice at Microsoft.

use api::App;
use api::lane::Lane;
use api::worker::outcome::Outcome;
use api::worker::outcome::Trouble;
use api::worker::{create_tenant, provision, rounds};
use domain::access::Scope;
use provisioning::mock::{Behavior, Call, Effects, Fault, Provisioning, RepeatedCheckOut};
use provisioning::{PartnerCenter as _, RequestId};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::outbox::Task;
use tests::partner_center::Watched;
use tests::running::E1;
use tests::running::E3;
use tests::shop::{self, Cart, MONTH, YEAR_MONTHLY, cart_with, column, offer, order_now, rows, subscriptions, text};
use tests::{TestApp, both};
use time::Duration;

/// As long as a worker has a task for itself.
const LEASE: Duration = Duration::MINUTE;
/// Microsoft's code where there is no relationship with the customer.
const NO_RELATIONSHIP: &str = "20002";
/// So many licences fail Microsoft's risk check.
const REFUSED_QUANTITY: u32 = 4_242;

/// An order of a line each.
fn order(app: &TestApp, lines: &[(&str, u32)]) -> Value {
    let buyer = app.admin("cancom");
    let cart = Cart::new(&buyer);
    for (edition, quantity) in lines {
        cart.add(&offer(&buyer, edition, YEAR_MONTHLY), *quantity);
    }
    cart.order()
}

fn kinds(order: &Value) -> Vec<String> {
    column(order["timeline"].as_array().expect("a timeline"), "/kind")
}

/// Holds that an order of two lines was completed, each step once.
#[track_caller]
fn completed(app: &TestApp, order: &Value) {
    let buyer = app.admin("cancom");
    let now = order_now(&buyer, order);
    assert_eq!(now["status"], "completed", "{now}");
    assert_eq!(column(now["lines"].as_array().expect("lines"), "/status"), ["active", "active"]);
    assert_eq!(kinds(&now), ["order.placed", "order_line.ordered", "order_line.ordered", "order.completed"]);
    let subscriptions = subscriptions(&buyer, &now);
    assert_eq!(column(&subscriptions, "/status"), ["active", "active"]);
    assert_ne!(subscriptions[0]["external_id"], subscriptions[1]["external_id"]);
}

/// What was done at Microsoft since: tenants, agreements, carts, check-outs.
fn since(app: &TestApp, before: &Effects) -> [usize; 4] {
    let now = app.mock.effects();
    [
        now.tenants_created.len() - before.tenants_created.len(),
        now.agreements_confirmed.len() - before.agreements_confirmed.len(),
        now.carts_created.len() - before.carts_created.len(),
        now.carts_checked_out.len() - before.carts_checked_out.len(),
    ]
}

/// Works on what is due now, and lets no time pass.
fn work(app: &App) {
    rounds::drain(app, None).expect("the worker works");
}

/// Takes what is due, as a worker does before it works on it.
fn claim(app: &TestApp) -> Task {
    let mut tasks = rounds::claim(&app.app, None, Lane::Work, 10, false).expect("tasks are claimed");
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    tasks.remove(0)
}

/// Says that there was nothing to be done at Microsoft before this test.
fn nothing_done(app: &TestApp) -> Effects {
    let effects = app.mock.effects();
    assert_eq!(effects, Effects::default());
    effects
}

/// What goes wrong at a call, and how it must end.
struct Case {
    call: Call,
    fault: Fault,
    /// Carts created and checked out by an order with this fault.
    carts: [usize; 2],
    /// Microsoft's code where the order ends refused.
    refused: Option<&'static str>,
}

const THROTTLED: std::time::Duration = std::time::Duration::from_secs(90);

fn cases_of_an_order() -> Vec<Case> {
    let mut cases = vec![];
    for call in
        [Call::ConfirmAgreement, Call::CreateCart, Call::Cart, Call::CheckOut, Call::OrdersOfCart, Call::Subscription]
    {
        for fault in [Fault::TransientBefore, Fault::TimeoutAfterEffect, Fault::ThrottledFor(THROTTLED)] {
            cases.push(Case { call, fault, carts: [1, 1], refused: None });
        }
        // A question that is refused is asked again; an effect that is refused ends the order.
        let (carts, refused) = match call {
            Call::ConfirmAgreement | Call::CreateCart => ([0, 0], Some(NO_RELATIONSHIP)),
            Call::CheckOut => ([1, 0], Some(NO_RELATIONSHIP)),
            _ => ([1, 1], None),
        };
        cases.push(Case { call, fault: Fault::RefusedWith(NO_RELATIONSHIP.to_owned()), carts, refused });
    }
    cases
}

both! {
    /// Each fault at each call of an order, and the process killed right after it: the order ends as it
    /// would have without the kill, and Microsoft has done each thing once.
    a_fault_at_any_call_of_an_order_is_overcome(app) {
        nothing_done(&app);
        for Case { call, fault, carts, refused } in cases_of_an_order() {
            let what = format!("{fault:?} at {call:?}");
            let (before, calls) = (app.mock.effects(), app.mock.calls(call));
            let order = order(&app, &[(E1, 5), (E3, 2)]);
            if call == Call::OrdersOfCart {
                // Only asked where the answer to a check-out was lost.
                app.mock.fail_next(Call::CheckOut, Fault::TimeoutAfterEffect);
                work(&app.app);
                app.advance(Duration::SECOND);
            }
            app.mock.fail_next(call, fault.clone());
            work(&app.app);
            assert_eq!(app.mock.calls(call), calls + 1, "{what}: once, and not again before its time");
            app = app.restart();
            if matches!(fault, Fault::ThrottledFor(_)) {
                app.advance(Duration::seconds(89));
                work(&app.app);
                assert_eq!(app.mock.calls(call), calls + 1, "{what}: Microsoft asked for 90 s");
            }
            app.drain();
            let [tenants, agreements, created, checked_out] = since(&app, &before);
            assert_eq!((tenants, [created, checked_out]), (0, carts), "{what}");
            assert!(agreements <= 1, "{what}: the same acceptance is told once");
            match refused {
                None => completed(&app, &order),
                Some(code) => {
                    let now = order_now(&app.admin("cancom"), &order);
                    assert_eq!(
                        (&now["status"], &now["lines"][0]["failure"]),
                        (&json!("failed"), &json!(code)),
                        "{what}"
                    );
                }
            }
        }
        assert_eq!(app.mock.effects().agreements_confirmed.len(), 1, "one customer, one acceptance");
    }
}

both! {
    /// The process is killed before it begins, and after each call to Microsoft, before it could write what came of
    /// it: another takes the order up once the lease is over, and not before.
    a_kill_after_any_step_of_an_order_loses_and_repeats_nothing(app) {
        let calls = [Call::ConfirmAgreement, Call::CreateCart, Call::Cart, Call::CheckOut, Call::Subscription];
        for killed_at in std::iter::once(None).chain(calls.map(Some)) {
            let before = app.mock.effects();
            let order = order(&app, &[(E1, 5), (E3, 2)]);
            let task = claim(&app);
            if let Some(killed_at) = killed_at {
                let dies = move |call| assert_ne!(call, killed_at, "killed");
                let dying = app.beside(Watched::new(&app.mock, dies));
                let killed =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| provision::handle(&dying, &task)));
                assert!(killed.is_err(), "{killed_at:?}");
            }
            let done = app.mock.effects();
            app = app.restart();
            app.advance(LEASE - Duration::SECOND);
            work(&app.app);
            assert_eq!(app.mock.effects(), done, "the lease of the dead still holds");
            app.advance(Duration::SECOND);
            app.drain();
            completed(&app, &order);
            assert_eq!(since(&app, &before)[2..], [1, 1], "killed after {killed_at:?}");
        }
    }
}

both! {
    /// A tenant, with each fault and a kill right after it: created once, its first password handed out whole.
    a_fault_while_a_tenant_is_created_is_overcome(app) {
        nothing_done(&app);
        let faults = [Fault::TransientBefore, Fault::TimeoutAfterEffect, Fault::ThrottledFor(THROTTLED)];
        for (n, fault) in (1..).zip(faults) {
            let customer = new_customer(&app, &format!("Faultier {n} GmbH"));
            let path = format!("/v1/customers/{customer}/tenant");
            app.provider("cancom").put(&path, json!({"mode": "create", "prefix": format!("faultier{n}")})).expect(202);
            app.mock.fail_next(Call::CreateTenant, fault.clone());
            work(&app.app);
            app = app.restart();
            app.drain();
            let domain = format!("faultier{n}.onmicrosoft.com");
            let tenant = app.provider("cancom").get(&path).expect(200).body;
            assert_eq!((&tenant["status"], &tenant["domain"]), (&json!("linked"), &json!(domain)), "{fault:?}");
            assert_eq!(app.mock.effects().tenants_created.iter().filter(|one| **one == domain).count(), 1, "{fault:?}");
            let credentials = app.provider("cancom").post(&format!("{path}/credentials"), json!({})).expect(200).body;
            assert_eq!(credentials["user_name"], format!("admin@{domain}"));
            assert_eq!(text(&credentials["password"]).len(), 16);
        }
    }
}

both! {
    /// A refused tenant says why and leaves the way open for another.
    a_refused_tenant_may_be_followed_by_another(app) {
        let customer = new_customer(&app, "Faultier GmbH");
        let path = format!("/v1/customers/{customer}/tenant");
        let wish = |prefix: &str| json!({"mode": "create", "prefix": prefix});
        app.provider("cancom").put(&path, wish("faultier")).expect(202);
        app.mock.fail_next(Call::CreateTenant, Fault::RefusedWith("800002".to_owned()));
        app.drain();
        let failed = app.provider("cancom").get(&path).expect(200).body;
        assert_eq!((&failed["status"], &failed["failure"]), (&json!("failed"), &json!("800002")));
        assert_eq!(app.mock.effects().tenants_created, Vec::<String>::new());
        app.provider("cancom").post(&format!("{path}/credentials"), json!({})).refused(409, "credentials_not_ready");
        app.provider("cancom").put(&path, wish("faultier2")).expect(202);
        app.drain();
        assert_eq!(app.provider("cancom").get(&path).expect(200).body["status"], "linked");
        assert_eq!(app.mock.effects().tenants_created, ["faultier2.onmicrosoft.com"]);
    }
}

both! {
    /// The process is killed with a tenant created and not remembered: the same one is found again.
    a_kill_after_a_tenant_was_created_creates_no_second(app) {
        for steps in 0..=1 {
            let customer = new_customer(&app, &format!("Faultier {steps} GmbH"));
            let path = format!("/v1/customers/{customer}/tenant");
            app.provider("cancom")
                .put(&path, json!({"mode": "create", "prefix": format!("faultier{steps}")}))
                .expect(202);
            let task = claim(&app);
            if steps == 1 {
                let dying = app.beside(Watched::new(&app.mock, |_| panic!("killed")));
                let killed =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| create_tenant::handle(&dying, &task)));
                assert!(killed.is_err());
            }
            app = app.restart();
            app.advance(LEASE);
            app.drain();
            assert_eq!(app.provider("cancom").get(&path).expect(200).body["status"], "linked");
        }
        assert_eq!(app.mock.effects().tenants_created, ["faultier0.onmicrosoft.com", "faultier1.onmicrosoft.com"]);
    }
}

both! {
    /// Linking, with each fault of the question: asked again until it is answered.
    a_fault_while_a_tenant_is_linked_is_overcome(app) {
        let faults = [
            Fault::TransientBefore,
            Fault::TimeoutAfterEffect,
            Fault::ThrottledFor(THROTTLED),
            Fault::RefusedWith(NO_RELATIONSHIP.to_owned()),
        ];
        for (n, fault) in (1..).zip(faults) {
            let customer = new_customer(&app, &format!("Faultier {n} GmbH"));
            let path = format!("/v1/customers/{customer}/tenant");
            app.provider("cancom")
                .put(&path, json!({"mode": "link", "domain": format!("faultier{n}.example")}))
                .expect(202);
            app.mock.fail_next(Call::FindTenant, fault.clone());
            work(&app.app);
            app = app.restart();
            app.drain();
            assert_eq!(app.provider("cancom").get(&path).expect(200).body["status"], "linked", "{fault:?}");
        }
    }
}

both! {
    /// T-27: the assignment is checked by hand while the worker has its answer, and has not written it: linked once.
    a_tenant_is_linked_by_one_of_two(app) {
        let customer = new_customer(&app, "Faultier GmbH");
        let path = format!("/v1/customers/{customer}/tenant");
        let provider = app.provider("cancom");
        provider.put(&path, json!({"mode": "link", "domain": "faultier.example"})).expect(202);
        let (by_hand, verify) = (provider.clone(), format!("{path}/verify"));
        let once = AtomicBool::new(true);
        let worker = app.beside(Watched::new(&app.mock, move |call| {
            if call == Call::FindTenant && once.swap(false, Ordering::Relaxed) {
                assert_eq!(by_hand.post(&verify, json!({})).expect(200).body["status"], "linked");
            }
        }));
        work(&worker);
        let tenant = provider.get(&path).expect(200);
        assert_eq!((&tenant.body["status"], tenant.header("etag")), (&json!("linked"), "\"2\""));
        app.drain();
    }
}

both! {
    /// While somebody waits for the answer Microsoft is asked once: what goes wrong is a problem to come again
    /// with, and nothing is half done.
    a_question_that_fails_is_a_503_and_leaves_nothing_behind(app) {
        let customer = new_customer(&app, "Faultier GmbH");
        let path = format!("/v1/customers/{customer}/tenant");
        let provider = app.provider("cancom");
        let faults = [
            Fault::TransientBefore,
            Fault::TimeoutAfterEffect,
            Fault::ThrottledFor(THROTTLED),
            Fault::RefusedWith(NO_RELATIONSHIP.to_owned()),
        ];
        for fault in faults {
            for call in [Call::DomainAvailable, Call::InvitationUrl] {
                app.mock.fail_next(call, fault.clone());
                let answer = provider.put(&path, json!({"mode": "create", "prefix": "faultier"}));
                assert_eq!(answer.refused(503, "partner_center_unavailable").header("retry-after"), "2");
                assert_eq!(provider.get(&path).expect(200).body["status"], "none");
            }
            app.mock.fail_next(Call::DomainAvailable, fault.clone());
            provider.get("/v1/tenant-domains/faultier").refused(503, "partner_center_unavailable");
        }
        provider.put(&path, json!({"mode": "link", "domain": "unconfirmed.example"})).expect(202);
        app.drain();
        app.mock.fail_next(Call::FindTenant, Fault::TransientBefore);
        provider.post(&format!("{path}/verify"), json!({})).refused(503, "partner_center_unavailable");
        assert_eq!(provider.get(&path).expect(200).body["status"], "awaiting_confirmation");
    }
}

both! {
    /// Microsoft keeps a cart for seven days: after that a new one is filled.
    a_cart_that_expired_is_filled_anew(app) {
        let week = std::time::Duration::from_secs(7 * 86_400);
        app.mock.fail_next(Call::CheckOut, Fault::ThrottledFor(week));
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        app.drain();
        completed(&app, &order);
        let effects = app.mock.effects();
        assert_eq!((effects.carts_created.len(), effects.carts_checked_out.len()), (2, 1));
        assert_eq!(effects.carts_created[1], effects.carts_checked_out[0]);
    }
}

both! {
    /// A Partner Center that does not know the carts it has just filled is given new ones, each later than the
    /// last: never in a tight loop, and only one is bought.
    carts_that_vanish_make_no_endless_loop(app) {
        let worker = app.beside(Watched::forgetful(&app.mock, 4, |_| ()));
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        for (carts, wait) in (1..).zip([1, 5, 15, 60]) {
            work(&worker);
            assert_eq!(app.mock.calls(Call::CreateCart), carts);
            app.advance(Duration::seconds(wait));
        }
        work(&worker);
        app.drain();
        completed(&app, &order);
        let effects = app.mock.effects();
        assert_eq!((effects.carts_created.len(), effects.carts_checked_out.len()), (5, 1));
        assert_eq!(effects.carts_created[4], effects.carts_checked_out[0]);
    }
}

both! {
    /// T-15, one line of two refused: the other runs, the refused one is undone for all to see.
    a_refused_line_is_undone_and_the_other_runs(app) {
        let placed = order(&app, &[(E1, REFUSED_QUANTITY), (E3, 2)]);
        let charge = placed["lines"][0]["charges"][0].clone();
        app.drain();
        let order = order_now(&app.admin("cancom"), &placed);
        assert_eq!(order["status"], "partially_failed");
        assert_eq!(column(order["lines"].as_array().expect("lines"), "/status"), ["failed", "active"]);
        assert_eq!(column(order["lines"].as_array().expect("lines"), "/failure"), ["800069", "null"]);
        assert_eq!(kinds(&order), ["order.placed", "order_line.failed", "order_line.ordered", "order.completed"]);
        assert_eq!(order["timeline"][3]["details"], json!({"status": "partially_failed"}));
        // What was charged with the line is taken back to the cent.
        let undone = &order["timeline"][1]["details"];
        assert_eq!((&undone["line_id"], &undone["code"]), (&placed["lines"][0]["id"], &json!("800069")));
        let back = &undone["charges"][0];
        assert_eq!(undone["charges"].as_array().expect("charges").len(), 1);
        assert_eq!(back["kind"], "cancel");
        let negative = |name: &str| json!(format!("-{}", text(&charge["money"][name])));
        for name in ["net", "tax", "gross"] {
            assert_eq!(back["money"][name], negative(name));
        }
        assert_eq!((&back["service_start"], &back["service_end"]), (&charge["service_start"], &charge["service_end"]));
        assert_eq!(column(&subscriptions(&app.admin("cancom"), &order), "/status"), ["canceled", "active"]);
        // In the books, too: 4,242 × 9.40 × 25/30 and back, and what was quoted for the other line.
        assert_eq!(booked(&app, &order["lines"][0]), [("new", 3_322_900), ("cancel", -3_322_900)]);
        assert_eq!(booked(&app, &order["lines"][1]), [("new", 4_183)]);
    }
}

/// What is booked for an order line: kind and cents.
fn booked(app: &TestApp, line: &Value) -> Vec<(&'static str, i64)> {
    let marketplace = app.marketplace("cancom");
    let subscription = text(&line["subscription_id"]).parse().expect("an id");
    let scope = Scope::Marketplace(marketplace);
    let charges = app.app.store.read(|conn| store::charges::of_subscription(conn, &scope, subscription));
    let charges = charges.expect("charges").into_iter().map(|record| record.charge);
    charges.map(|charge| (charge.kind.code(), charge.net.minor)).collect()
}

both! {
    /// A check-out of a worker that was thought dead arrives between our question and our own: Microsoft refuses
    /// ours, and what was bought is what counts.
    a_check_out_that_was_overtaken_is_no_refusal(app) {
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        let path = format!("/v1/customers/{}/tenant", text(&order["customer_id"]));
        let tenant = text(&app.provider("cancom").get(&path).expect(200).body["entra_tenant_id"]);
        let (mock, late) = (app.mock.clone(), AtomicBool::new(true));
        let worker = app.beside(Watched::new(&app.mock, move |call| {
            if call == Call::Cart && late.swap(false, Ordering::Relaxed) {
                let cart = mock.effects().carts_created[0].clone();
                mock.check_out(&RequestId("late".to_owned()), &tenant, &cart).expect("it is bought");
            }
        }));
        work(&worker);
        app.drain();
        completed(&app, &order);
        assert_eq!((app.mock.calls(Call::CheckOut), app.mock.effects().carts_checked_out.len()), (2, 1));
    }
}

both! {
    /// Every line refused: the order has failed, nothing runs, everything is taken back.
    an_order_whose_lines_are_all_refused_has_failed(app) {
        let order = order(&app, &[(E1, REFUSED_QUANTITY), (E3, REFUSED_QUANTITY)]);
        app.drain();
        let order = order_now(&app.admin("cancom"), &order);
        assert_eq!(order["status"], "failed");
        assert_eq!(column(order["lines"].as_array().expect("lines"), "/failure"), ["800069", "800069"]);
        assert_eq!(kinds(&order), ["order.placed", "order_line.failed", "order_line.failed", "order.completed"]);
        assert_eq!(column(&subscriptions(&app.admin("cancom"), &order), "/status"), ["canceled", "canceled"]);
        assert_eq!(app.mock.calls(Call::Subscription), 0, "there is none to ask for");
    }
}

both! {
    /// A refused order owns nothing: the same product can be ordered again where one is allowed.
    what_was_refused_is_not_owned(app) {
        let buyer = app.admin("ahd");
        let refused = cart_with(&buyer, E1, MONTH, REFUSED_QUANTITY).order();
        app.drain();
        assert_eq!(order_now(&app.admin("ahd"), &refused)["status"], "failed");
        let again = cart_with(&app.admin("ahd"), E1, MONTH, 3).order();
        app.drain();
        assert_eq!(order_now(&app.admin("ahd"), &again)["status"], "completed");
    }
}

both! {
    /// Orders may be listed a quarter of an hour late: the answer to the check-out was lost, the listing is
    /// waited for, and nothing is bought twice, whatever Microsoft says to a second check-out.
    an_order_that_is_listed_late_is_waited_for(app) {
        let order_lag = Duration::minutes(15);
        app.mock.set_behavior(Behavior {
            order_lag,
            repeated_check_out: RepeatedCheckOut::AlwaysRefused,
            ..Behavior::default()
        });
        app.mock.fail_next(Call::CheckOut, Fault::TimeoutAfterEffect);
        let begun = app.now();
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        app.drain();
        completed(&app, &order);
        // Tried again after a second; then looked for after 1, 5, 15 and 60 seconds, then every 5 minutes, the
        // subscription once more after that.
        assert_eq!(app.now() - begun, Duration::seconds(1 + 1 + 5 + 15 + 60 + 4 * 300));
        assert_eq!(app.mock.calls(Call::CheckOut), 1);
        assert_eq!(app.mock.calls(Call::OrdersOfCart), 8);
        assert_eq!(app.mock.effects().carts_checked_out.len(), 1);
    }
}

both! {
    /// Subscriptions that are provided one after the other run one after the other; waiting is no failure,
    /// however long it takes, and a fault after it is one try of many.
    waiting_for_microsoft_for_hours_is_no_failure(app) {
        app.mock
            .set_behavior(Behavior { provisioning: Provisioning::After(Duration::hours(3)), ..Behavior::default() });
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        while app.mock.calls(Call::Subscription) < 40 {
            work(&app.app);
            app.advance(Duration::minutes(5));
        }
        assert_eq!(order_now(&app.admin("cancom"), &order)["status"], "provisioning");
        app.mock.fail_next(Call::Subscription, Fault::TransientBefore);
        work(&app.app);
        assert_eq!(rows(&app.provider("cancom").get("/v1/tasks?status=parked").expect(200)), Vec::<Value>::new());
        app.drain();
        completed(&app, &order);
    }
}

both! {
    /// A task that fails again and again is parked after twelve tries, an hour and more later; the provider sees
    /// it with its cause and replays it once that is mended.
    a_poisoned_task_is_parked_and_replayed(app) {
        for _ in 0..12 {
            app.mock.fail_next(Call::Cart, Fault::TransientBefore);
        }
        let begun = app.now();
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        app.drain();
        // 1 + 2 + 4 + … + 1024 seconds between twelve tries.
        assert_eq!(app.now() - begun, Duration::seconds(2_047));
        assert_eq!(app.mock.calls(Call::Cart), 12);
        let page = app.provider("cancom").get("/v1/tasks?status=parked").expect(200);
        let parked = rows(&page);
        assert_eq!(parked.len(), 1, "{}", page.text);
        assert_eq!((&parked[0]["consumer"], &parked[0]["subject"]), (&json!("provision"), &order["id"]));
        assert_eq!((&parked[0]["attempts"], &parked[0]["due_at"]), (&json!(12), &Value::Null));
        assert_eq!(parked[0]["last_error"], "Partner Center cannot be reached: injected");
        assert_eq!(order_now(&app.admin("cancom"), &order)["status"], "placed");
        assert!(app.anonymous().get("/metrics").text.contains("\noutbox_parked 1\n"));
        // Nothing happens by itself, not after a restart and not after a month.
        app = app.restart();
        app.advance(Duration::days(6));
        app.drain();
        assert_eq!(app.mock.calls(Call::Cart), 12);
        let path = format!("/v1/tasks/{}", text(&parked[0]["id"]));
        let replayed = app.provider("cancom").post(&format!("{path}/replay"), json!({})).expect(200).body;
        assert_eq!((&replayed["status"], &replayed["attempts"]), (&json!("pending"), &json!(0)));
        app.provider("cancom").post(&format!("{path}/replay"), json!({})).refused(409, "task_not_parked");
        app.drain();
        completed(&app, &order);
        assert_eq!(app.provider("cancom").get(&path).expect(200).body["status"], "done");
        assert_eq!(app.mock.effects().carts_checked_out.len(), 1);
        let audit =
            app.provider("cancom").get(&format!("/v1/audit-log?subject={}", text(&parked[0]["id"]))).expect(200);
        assert_eq!(column(&rows(&audit), "/action"), ["task.replayed"]);
    }
}

both! {
    /// A consumer that panics has failed: the tasks beside it are done, and it is tried again, later and later.
    a_consumer_that_panics_stops_nobody_else(app) {
        let doomed = order(&app, &[(E1, 5), (E3, 2)]);
        let panics = AtomicUsize::new(3);
        let worker = app.beside(Watched::new(&app.mock, move |call| {
            let left = |left: usize| left.checked_sub(1);
            if call == Call::CreateCart && panics.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok() {
                panic!("a bug, for this test");
            }
        }));
        // Due at the same time, claimed in the same batch.
        let healthy = new_customer(&app, "Faultier GmbH");
        let path = format!("/v1/customers/{healthy}/tenant");
        app.provider("cancom").put(&path, json!({"mode": "create", "prefix": "faultier"})).expect(202);
        work(&worker);
        assert_eq!(app.provider("cancom").get(&path).expect(200).body["status"], "linked");
        for wait in [1, 2] {
            app.advance(Duration::seconds(wait));
            work(&worker);
        }
        let tasks = rows(&app.provider("cancom").get("/v1/tasks?status=pending").expect(200));
        assert_eq!((tasks.len(), &tasks[0]["attempts"], &tasks[0]["last_error"]), (1, &json!(3), &json!("internal")));
        app.drain();
        completed(&app, &doomed);
        assert_eq!(app.mock.effects().carts_created.len(), 1);
    }
}

both! {
    /// Processes that die again and again with an order in their hands cost it no pause: the next looks at once.
    deaths_are_neither_failures_nor_polls(app) {
        let order = order(&app, &[(E1, 5), (E3, 2)]);
        for _ in 0..15 {
            claim(&app);
            app = app.restart();
            app.advance(LEASE);
        }
        let begun = app.now();
        app.drain();
        completed(&app, &order);
        assert_eq!(app.now() - begun, Duration::SECOND, "the first poll comes a second after the order");
    }
}

both! {
    /// Two processes work on the same database at once: each task is done by one of them, once.
    two_workers_share_the_work(app) {
        let orders: Vec<_> = (0..12).map(|_| order(&app, &[(E1, 5), (E3, 2)])).collect();
        let second = app.beside(app.mock.clone());
        let both_at_once = || {
            std::thread::scope(|threads| {
                threads.spawn(|| work(&second));
                threads.spawn(|| work(&app.app));
            });
        };
        both_at_once();
        app.advance(Duration::SECOND);
        both_at_once();
        app.drain();
        orders.iter().for_each(|order| completed(&app, order));
        let effects = app.mock.effects();
        assert_eq!((effects.carts_created.len(), effects.carts_checked_out.len()), (12, 12));
        assert_eq!(effects.agreements_confirmed.len(), 1);
        // Not even tried twice: a task has one holder.
        assert_eq!((app.mock.calls(Call::CreateCart), app.mock.calls(Call::CheckOut)), (12, 12));
    }
}

both! {
    /// Whoever loses its lease in the middle of a call writes nothing any more, and harms nothing: between the
    /// effect and its commit another worker has done all the rest.
    a_lost_lease_finishes_nothing(app) {
        for lost_at in [Call::ConfirmAgreement, Call::CreateCart, Call::Cart, Call::CheckOut, Call::Subscription] {
            for repeated_check_out in
                [RepeatedCheckOut::Refused, RepeatedCheckOut::AlwaysRefused, RepeatedCheckOut::SameAnswer]
            {
                app.mock.set_behavior(Behavior { repeated_check_out, ..Behavior::default() });
                let what = format!("lease lost at {lost_at:?}, {repeated_check_out:?}");
                let before = app.mock.effects();
                let order = order(&app, &[(E1, 5), (E3, 2)]);
                let task = claim(&app);
                let others = app.beside(app.mock.clone());
                let clock = app.clock();
                let faster = Mutex::new(Some(move || {
                    clock.advance(LEASE);
                    work(&others);
                    clock.advance(Duration::minutes(5));
                    work(&others);
                }));
                let slow = app.beside(Watched::new(&app.mock, move |call| {
                    if call == lost_at
                        && let Some(faster) = faster.lock().expect("no panic inside").take()
                    {
                        faster();
                    }
                }));
                let outcome = loop {
                    match provision::handle(&slow, &task) {
                        Ok(Outcome::Next) => {}
                        other => break other,
                    }
                };
                assert!(matches!(outcome, Err(Trouble::LeaseLost)), "{what}");
                app.advance(Duration::ZERO);
                completed(&app, &order);
                assert_eq!(since(&app, &before)[2..], [1, 1], "{what}");
            }
        }
    }
}

both! {
    /// What waits too long in its batch is not begun: its lease is over, and somebody else has it.
    a_task_whose_lease_ran_out_in_the_batch_is_not_begun(app) {
        let first = order(&app, &[(E1, 5), (E3, 2)]);
        let second = order(&app, &[(E1, 5), (E3, 2)]);
        let (clock, slow) = (app.clock(), AtomicBool::new(true));
        let worker = app.beside(Watched::new(&app.mock, move |call| {
            if call == Call::Cart && slow.swap(false, Ordering::Relaxed) {
                clock.advance(LEASE - Duration::SECOND);
            } else if call == Call::CheckOut {
                clock.advance(Duration::SECOND);
            }
        }));
        assert_eq!(rounds::run_once(&worker, None).ok(), Some(2), "both are claimed");
        assert_eq!(app.mock.calls(Call::CreateCart), 1, "and one is worked on");
        app.drain();
        completed(&app, &first);
        completed(&app, &second);
        assert_eq!(app.mock.effects().carts_checked_out.len(), 2);
    }
}

/// A customer without a tenant.
fn new_customer(app: &TestApp, name: &str) -> String {
    let provider = app.provider("cancom");
    let like = shop::customer(&provider, "Neukunde GmbH");
    let mut body = provider.get(&format!("/v1/customers/{like}")).expect(200).body;
    let fields = body.as_object_mut().expect("a customer");
    fields.retain(|field, _| ["contact", "address"].contains(&field.as_str()));
    body["name"] = json!(name);
    provider.post("/v1/customers", body).expect(201).text_at("/id").to_owned()
}
