//! `order.placed`: a remote cart, its check-out, and the subscriptions it makes, in small committed steps.
//!
//! No transaction is held over the network. A step that may have happened is asked about before it is
//! tried again: a cart is never checked out twice.

use crate::App;
use crate::http::problem::Problem;
use crate::http::wire::charge::PayableCharge;
use crate::ids::New as _;
use crate::subscriptions::licenses::assign;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::release_keys;
use crate::worker::report::Report;
use domain::billing;
use domain::event::EventKind;
use domain::id::{ChargeId, LineId, OrderId};
use domain::order::{self, OrderLine, OrderLineStatus, OrderStatus};
use domain::policy::PaymentMethod;
use domain::subscription::SubscriptionStatus;
use domain::trial::TrialThen;
use provisioning::{AgreementConfirmation, CheckOut, LineOutcome, ProvisioningError, RemoteLine, RequestId};
use serde_json::{Value, json};
use store::Conn;
use store::charges::BookedCharge;
use store::orders::{LineStands, ToProvide};
use store::outbox::Task;
use store::provisionings::ProvisioningProgress;
use time::OffsetDateTime;

/// Takes the order as far as it goes now.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let id: OrderId = task.event.subject.parse().map_err(Problem::internal)?;
    let known = |conn: &mut Conn| Ok::<_, Trouble>(store::orders::to_provide_unscoped(conn, task.marketplace_id, id)?);
    let known = app.store.read_one(known)?;
    let Some(tenant) = known.entra_tenant_id.clone() else {
        // It is being created with its customer (K-08); where that fails, another can be asked for.
        return Ok(Outcome::Wait(poll_after(task.waits)));
    };
    let progress = known.progress.clone().unwrap_or(ProvisioningProgress {
        order_id: id,
        marketplace_id: task.marketplace_id,
        remote_cart_id: None,
        attempt: 0,
    });
    let step = Step { app, task, known, tenant, progress };
    if step.known.order.status != OrderStatus::Placed {
        return step.poll();
    }
    match &step.progress.remote_cart_id {
        Some(cart) => step.check_out(cart),
        None => step.fill_cart(),
    }
}

/// An order with where it stands at Microsoft.
struct Step<'a> {
    app: &'a App,
    task: &'a Task,
    known: ToProvide,
    tenant: String,
    progress: ProvisioningProgress,
}

/// How a step leaves the task.
#[derive(Clone, Copy)]
enum Leaves {
    /// All is done.
    Done,
    /// Microsoft is not ready.
    Waiting,
    /// As it was: what went wrong is written by who called.
    Held,
}

/// What a step says of the order and its subscriptions, collected so that it is written in few statements.
#[derive(Default)]
struct Says<'a> {
    lines: Vec<LineStands<'a>>,
    facts: Vec<(EventKind, String, Value)>,
}

impl Step<'_> {
    /// Step 1: a remote cart; its id is remembered before anything is bought.
    fn fill_cart(&self) -> Result<Outcome, Trouble> {
        let request = RequestId(format!("{}-{}", self.task.event.id, self.progress.attempt));
        let lines = self.lines()?;
        let filled = self
            .confirm_agreement()
            .and_then(|()| Ok(self.app.partner_center.create_cart(&request, &self.tenant, &lines)?));
        let cart = match filled {
            Err(Trouble::PartnerCenter(ProvisioningError::Refused { code, message })) => {
                return self.refused_as_a_whole(code, message);
            }
            filled => filled?,
        };
        self.put(&ProvisioningProgress { remote_cart_id: Some(cart.id.clone()), ..self.progress.clone() })?;
        self.check_out(&cart.id)
    }

    /// Remembers how far it has come, while the task is still ours.
    fn put(&self, progress: &ProvisioningProgress) -> Result<(), Trouble> {
        let put = |tx: &mut Conn| Ok::<_, Trouble>(store::provisionings::put(tx, progress, self.task)?);
        if self.app.store.write_one(put)? { Ok(()) } else { Err(Trouble::LeaseLost) }
    }

    /// Microsoft wants to know before the first order that its agreement was accepted; again is fine.
    fn confirm_agreement(&self) -> Result<(), Trouble> {
        if let Some(accepted) = self.known.accepted.clone() {
            let confirmation = AgreementConfirmation {
                first_name: accepted.first_name,
                last_name: accepted.last_name,
                email: accepted.email,
                agreed_at: accepted.agreed_at,
            };
            self.app.partner_center.confirm_agreement(&self.tenant, &confirmation)?;
        }
        Ok(())
    }

    fn lines(&self) -> Result<Vec<RemoteLine>, Trouble> {
        let order = &self.known.order;
        let catalog = self.app.catalogs.of(order.marketplace_id);
        let remote = |line: &OrderLine| {
            let found =
                catalog.offer(line.offer_id).ok_or_else(|| Problem::internal("an ordered offer left the catalogue"))?;
            Ok(RemoteLine {
                line: line.id,
                product_external_id: found.product.external_id.clone(),
                sku_external_id: found.sku.external_id.clone(),
                quantity: line.quantity,
                term: line.term,
                billing_cycle: line.billing_cycle,
                partner_of_record: self.known.partner_id.clone(),
                renews_to: match line.trial_then {
                    Some(TrialThen::Paid(offer)) => catalog.offer(offer).map(|then| then.offer.term),
                    Some(TrialThen::End) | None => None,
                },
            })
        };
        order.lines.iter().map(remote).collect()
    }

    /// Step 2: ask whether the cart is bought, buy it where it is not.
    fn check_out(&self, cart: &str) -> Result<Outcome, Trouble> {
        let bought = match self.app.partner_center.cart(&self.tenant, cart)? {
            // Microsoft keeps a cart for seven days: a new one is filled.
            None => return self.start_again(),
            Some(remote) if remote.ordered => match self.app.partner_center.orders_of_cart(&self.tenant, cart)? {
                Some(bought) => bought,
                // Orders may show up 15 minutes late.
                None => return Ok(Outcome::Wait(poll_after(self.task.waits))),
            },
            Some(_) => {
                let request = RequestId(format!("{}-{cart}", self.task.event.id));
                match self.app.partner_center.check_out(&request, &self.tenant, cart) {
                    Err(ProvisioningError::Refused { code, message }) => {
                        return self.refused_check_out(cart, code, message);
                    }
                    answer => answer?,
                }
            }
        };
        self.bought(&bought)
    }

    /// Not at once: if Microsoft never knows the carts it has just filled, this is no endless loop.
    fn start_again(&self) -> Result<Outcome, Trouble> {
        let attempt = self.progress.attempt + 1;
        self.put(&ProvisioningProgress { remote_cart_id: None, attempt, ..self.progress.clone() })?;
        Ok(Outcome::Wait(poll_after(self.task.waits)))
    }

    /// A cart may have been bought or have expired since it was asked about: refused is only one that still waits.
    fn refused_check_out(&self, cart: &str, code: String, message: String) -> Result<Outcome, Trouble> {
        match self.app.partner_center.cart(&self.tenant, cart)? {
            Some(remote) if !remote.ordered => self.refused_as_a_whole(code, message),
            _ => Ok(Outcome::Next),
        }
    }

    /// Microsoft wants nothing of it: every line is refused.
    fn refused_as_a_whole(&self, code: String, message: String) -> Result<Outcome, Trouble> {
        let refused = LineOutcome::Refused { code, message };
        self.bought(&CheckOut { lines: self.known.order.lines.iter().map(|line| (line.id, refused.clone())).collect() })
    }

    /// What was bought is written together with what of it runs already. Where Microsoft does not say that, what was
    /// bought is written all the same.
    fn bought(&self, bought: &CheckOut) -> Result<Outcome, Trouble> {
        let ordered = bought.lines.iter().filter_map(|(line, outcome)| match outcome {
            LineOutcome::Ordered { subscription_id, .. } => Some((*line, subscription_id.clone())),
            LineOutcome::Refused { .. } => None,
        });
        let ordered: Vec<_> = ordered.collect();
        let (provided, trouble) = match self.provided(&ordered) {
            Ok(provided) => (provided, None),
            Err(trouble) => (vec![], Some(trouble)),
        };
        let leaves = match trouble {
            Some(_) => Leaves::Held,
            None if provided.len() == ordered.len() => Leaves::Done,
            None => Leaves::Waiting,
        };
        let outcome = self.commit(leaves, |report| {
            let mut says = Says::default();
            for line in &self.known.order.lines {
                let outcome = bought.lines.iter().find(|(id, _)| *id == line.id).map(|(_, outcome)| outcome);
                match outcome {
                    Some(LineOutcome::Ordered { order_id, subscription_id }) => {
                        let runs = provided.iter().any(|(id, _)| *id == line.id);
                        self.ordered(report, &mut says, line, (order_id, subscription_id), runs)?;
                    }
                    Some(LineOutcome::Refused { code, message }) => {
                        self.refused(report, &mut says, line, code, message)?;
                    }
                    None => {
                        let message = "Microsoft's answer does not name the line";
                        self.refused(report, &mut says, line, "not_ordered", message)?;
                    }
                }
            }
            self.say(report, says)
        })?;
        trouble.map_or(Ok(outcome), Err)
    }

    fn ordered(
        &self,
        report: &mut Report<'_>,
        says: &mut Says<'_>,
        line: &OrderLine,
        (order_id, external): (&str, &str),
        runs: bool,
    ) -> Result<(), Trouble> {
        let payload = json!({
            "external_order_id": order_id,
            "external_subscription_id": external,
            "line_id": line.id,
        });
        says.facts.push((EventKind::OrderLineOrdered, self.known.order.id.to_string(), payload));
        if runs {
            return self.activate(report, says, line, external);
        }
        says.lines.push(LineStands { id: line.id, status: OrderLineStatus::Ordered, failure: None });
        let marketplace = self.known.order.marketplace_id;
        Ok(store::subscriptions::set_external_id(report.tx, marketplace, line.subscription_id, external, report.now)?)
    }

    /// A refused line is undone visibly: its subscription ends, its charges are taken back.
    fn refused<'s>(
        &self,
        report: &mut Report<'_>,
        says: &mut Says<'s>,
        line: &OrderLine,
        code: &'s str,
        message: &str,
    ) -> Result<(), Trouble> {
        let order = &self.known.order;
        says.lines.push(LineStands { id: line.id, status: OrderLineStatus::Failed, failure: Some(code) });
        let (marketplace, subscription) = (order.marketplace_id, line.subscription_id);
        let canceled = SubscriptionStatus::Canceled;
        store::subscriptions::set_status(report.tx, marketplace, subscription, canceled, report.now)?;
        let reversals: Vec<_> = line.charges.iter().map(|charge| self.reversal(line, charge, report.now)).collect();
        store::charges::insert_all(report.tx, &reversals)?;
        let taken_back: Vec<_> = reversals.iter().map(|booked| PayableCharge::from(&booked.charge)).collect();
        let payload = json!({"code": code, "message": message, "charges": taken_back, "line_id": line.id});
        says.facts.push((EventKind::OrderLineFailed, order.id.to_string(), payload));
        if order.payment_method == PaymentMethod::ProductKey {
            // In the order in which it happened.
            report.remember_all(std::mem::take(&mut says.facts))?;
            release_keys::release(report, subscription.as_u128(), code)?;
        }
        let payload = json!({"order_id": order.id, "code": code});
        says.facts.push((EventKind::SubscriptionCanceled, subscription.to_string(), payload));
        Ok(())
    }

    fn reversal(&self, line: &OrderLine, charge: &billing::Charge, now: OffsetDateTime) -> BookedCharge {
        let of = (&self.known.order, line.subscription_id);
        BookedCharge::new(ChargeId::new(), of, None, billing::reverse(charge), now)
    }

    /// Step 3: look whether the subscriptions run; each that does is active at once.
    fn poll(&self) -> Result<Outcome, Trouble> {
        let open: Vec<_> =
            self.known.order.lines.iter().filter(|line| line.status == OrderLineStatus::Ordered).collect();
        let external = |line: &&OrderLine| Some((line.id, self.known.external_ids.get(&line.id)?.clone()));
        let provided = self.provided(&open.iter().filter_map(external).collect::<Vec<_>>())?;
        let leaves = if provided.len() == open.len() { Leaves::Done } else { Leaves::Waiting };
        if provided.is_empty() && matches!(leaves, Leaves::Waiting) {
            return Ok(Outcome::Wait(poll_after(self.task.waits)));
        }
        self.commit(leaves, |report| {
            let mut says = Says::default();
            for line in &open {
                if let Some((_, external)) = provided.iter().find(|(id, _)| *id == line.id) {
                    self.activate(report, &mut says, line, external)?;
                }
            }
            self.say(report, says)
        })
    }

    /// Which of these lines run, by Microsoft's ids of their subscriptions.
    fn provided(&self, ordered: &[(LineId, String)]) -> Result<Vec<(LineId, String)>, Trouble> {
        let mut provided = vec![];
        for (line, external) in ordered {
            if self.app.partner_center.subscription(&self.tenant, external)?.is_some_and(|remote| remote.provided) {
                provided.push((*line, external.clone()));
            }
        }
        Ok(provided)
    }

    /// Where the policy says so, the customer's administrator gets a licence of what has just begun to run (K-10).
    fn activate(
        &self,
        report: &mut Report<'_>,
        says: &mut Says<'_>,
        line: &OrderLine,
        external: &str,
    ) -> Result<(), Trouble> {
        let order = &self.known.order;
        let (marketplace, id) = (order.marketplace_id, line.subscription_id);
        let subscription =
            store::subscriptions::activate(report.tx, marketplace, id, external, report.now, report.now)?;
        says.lines.push(LineStands { id: line.id, status: OrderLineStatus::Active, failure: None });
        let payload = json!({"order_id": order.id, "external_id": external, "quantity": line.quantity});
        says.facts.push((EventKind::SubscriptionActivated, id.to_string(), payload));
        if let Some(payload) = assign::assign_administrator(report.tx, &subscription, report.now)? {
            says.facts.push((EventKind::LicenseAssigned, id.to_string(), payload));
        }
        Ok(())
    }

    /// Writes where lines and order stand, and what is told of it.
    fn say(&self, report: &mut Report<'_>, mut says: Says<'_>) -> Result<(), Trouble> {
        let order = &self.known.order;
        let after = |line: &OrderLine| {
            let stands = says.lines.iter().find(|stands| stands.id == line.id);
            stands.map_or(line.status, |stands| stands.status)
        };
        let status = order::status_of(order.lines.iter().map(after));
        store::orders::set_status(report.tx, order.marketplace_id, order.id, status, &says.lines, report.now)?;
        match status {
            OrderStatus::Placed | OrderStatus::Provisioning => {}
            OrderStatus::Completed | OrderStatus::PartiallyFailed | OrderStatus::Failed => {
                let payload = json!({"status": status.code()});
                says.facts.push((EventKind::OrderCompleted, order.id.to_string(), payload));
            }
        }
        report.remember_all(says.facts)
    }

    /// A step's result, written together with how it leaves the task and only while that is still ours.
    fn commit(
        &self,
        leaves: Leaves,
        mut step: impl FnMut(&mut Report<'_>) -> Result<(), Trouble>,
    ) -> Result<Outcome, Trouble> {
        self.app.store.write(|tx| {
            let (mut report, outcome) = match leaves {
                Leaves::Done => (Report::finishing(self.app, tx, self.task)?, Outcome::Done),
                Leaves::Waiting => {
                    (Report::waiting(self.app, tx, self.task, poll_after(self.task.waits))?, Outcome::Waits)
                }
                Leaves::Held => (Report::begin(self.app, tx, self.task)?, Outcome::Next),
            };
            if matches!(leaves, Leaves::Held) {
                report.still_ours()?;
            }
            step(&mut report)?;
            Ok(outcome)
        })
    }
}

/// 1 s, 5 s, 15 s, 60 s, then each 5 minutes, whatever failed in between.
fn poll_after(waits: i32) -> time::Duration {
    time::Duration::seconds(match waits {
        ..=0 => 1,
        1 => 5,
        2 => 15,
        3 => 60,
        _ => 300,
    })
}
