//! `order.placed`: a remote cart, its check-out, and the subscriptions it makes, in small committed steps.
//!
//! No transaction is held over the network. A step that may have happened is asked about before it is
//! tried again: a cart is never checked out twice.

use crate::App;
use crate::http::problem::Problem;
use crate::http::wire::charge::Charge;
use crate::ids::New as _;
use crate::subscriptions::licenses::assign;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::release_keys;
use crate::worker::report::Report;
use domain::access::Scope;
use domain::billing;
use domain::event::EventKind;
use domain::id::{ChargeId, LineId, OrderId};
use domain::order::{self, Order, OrderLine, OrderLineStatus, OrderStatus};
use domain::policy::PaymentMethod;
use domain::subscription::SubscriptionStatus;
use provisioning::{AgreementConfirmation, CheckOut, LineOutcome, ProvisioningError, RemoteLine, RequestId};
use serde_json::json;
use store::charges::BookedCharge;
use store::outbox::Task;
use store::provisionings::ProvisioningProgress;
use time::OffsetDateTime;

/// Takes the order one step further.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    let id: OrderId = task.event.subject.parse().map_err(Problem::internal)?;
    let (order, progress, tenant) = app.store.read(|conn| {
        let order = store::orders::get(conn, &scope, id)?;
        let progress = store::provisionings::of_order_unscoped(conn, task.marketplace_id, id)?;
        let tenant = store::tenants::get(conn, &scope, order.customer_id)?;
        Ok::<_, Trouble>((order, progress, tenant))
    })?;
    let tenant = tenant.and_then(|record| record.tenant.entra_tenant_id);
    let tenant = tenant.ok_or_else(|| Problem::internal("an order without a linked tenant"))?;
    let progress = progress.unwrap_or(ProvisioningProgress {
        order_id: id,
        marketplace_id: task.marketplace_id,
        remote_cart_id: None,
        checked_out: false,
        attempt: 0,
    });
    let step = Step { app, task, order, tenant, progress };
    match (&step.progress.remote_cart_id, step.progress.checked_out) {
        (None, false) => step.fill_cart(),
        (Some(cart), false) => step.check_out(cart),
        (_, true) => step.poll(),
    }
}

/// An order with where it stands at Microsoft.
struct Step<'a> {
    app: &'a App,
    task: &'a Task,
    order: Order,
    tenant: String,
    progress: ProvisioningProgress,
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
                return self.refused_as_a_whole(&code, &message);
            }
            filled => filled?,
        };
        let progress = ProvisioningProgress { remote_cart_id: Some(cart.id), ..self.progress.clone() };
        self.commit(|report| Ok(store::provisionings::put(report.tx, &progress)?))?;
        Ok(Outcome::Next)
    }

    /// Microsoft wants to know before the first order that its agreement was accepted; again is fine.
    fn confirm_agreement(&self) -> Result<(), Trouble> {
        let scope = Scope::Marketplace(self.order.marketplace_id);
        let agreement = self
            .app
            .store
            .read(|conn| Ok::<_, Trouble>(store::agreements::get(conn, &scope, self.order.customer_id)?))?;
        if let Some(record) = agreement {
            let confirmation = AgreementConfirmation {
                first_name: record.first_name,
                last_name: record.last_name,
                email: record.email,
                agreed_at: record.agreed_at,
            };
            self.app.partner_center.confirm_agreement(&self.tenant, &confirmation)?;
        }
        Ok(())
    }

    fn lines(&self) -> Result<Vec<RemoteLine>, Trouble> {
        let scope = Scope::Marketplace(self.order.marketplace_id);
        let reseller = self.app.store.read(|conn| {
            Ok::<_, Trouble>(self.order.reseller_id.map(|id| store::resellers::get(conn, &scope, id)).transpose()?)
        })?;
        let partner_of_record = reseller.and_then(|reseller| reseller.value.partner_id);
        let catalog = self.app.catalogs.of(self.order.marketplace_id);
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
                partner_of_record: partner_of_record.clone(),
            })
        };
        self.order.lines.iter().map(remote).collect()
    }

    /// Step 2: ask whether the cart is bought, buy it where it is not.
    fn check_out(&self, cart: &str) -> Result<Outcome, Trouble> {
        let bought = match self.app.partner_center.cart(&self.tenant, cart)? {
            // Microsoft keeps a cart for seven days: a new one is filled.
            None => return self.start_again(),
            Some(remote) if remote.ordered => match self.app.partner_center.orders_of_cart(&self.tenant, cart)? {
                Some(bought) => bought,
                // Orders may show up 15 minutes late (partner-center.md 4.3).
                None => return Ok(Outcome::Wait(poll_after(self.task.waits))),
            },
            Some(_) => {
                let request = RequestId(format!("{}-{cart}", self.task.event.id));
                match self.app.partner_center.check_out(&request, &self.tenant, cart) {
                    Err(ProvisioningError::Refused { code, message }) => {
                        return self.refused_check_out(cart, &code, &message);
                    }
                    answer => answer?,
                }
            }
        };
        self.commit(|report| self.bought(report, &bought))?;
        Ok(Outcome::Next)
    }

    /// Not at once: if Microsoft never knows the carts it has just filled, this is no endless loop.
    fn start_again(&self) -> Result<Outcome, Trouble> {
        let progress =
            ProvisioningProgress { remote_cart_id: None, attempt: self.progress.attempt + 1, ..self.progress.clone() };
        self.commit(|report| Ok(store::provisionings::put(report.tx, &progress)?))?;
        Ok(Outcome::Wait(poll_after(self.task.waits)))
    }

    /// A cart may have been bought or have expired since it was asked about: refused is only one that still waits.
    fn refused_check_out(&self, cart: &str, code: &str, message: &str) -> Result<Outcome, Trouble> {
        match self.app.partner_center.cart(&self.tenant, cart)? {
            Some(remote) if !remote.ordered => self.refused_as_a_whole(code, message),
            _ => Ok(Outcome::Next),
        }
    }

    /// Microsoft wants nothing of it: every line is refused.
    fn refused_as_a_whole(&self, code: &str, message: &str) -> Result<Outcome, Trouble> {
        let refused = LineOutcome::Refused { code: code.to_owned(), message: message.to_owned() };
        let answer = CheckOut { lines: self.order.lines.iter().map(|line| (line.id, refused.clone())).collect() };
        self.commit(|report| self.bought(report, &answer))?;
        Ok(Outcome::Next)
    }

    fn bought(&self, report: &mut Report<'_>, bought: &CheckOut) -> Result<(), Trouble> {
        for line in &self.order.lines {
            match bought.lines.iter().find(|(id, _)| *id == line.id).map(|(_, outcome)| outcome) {
                Some(LineOutcome::Ordered { order_id, subscription_id: external }) => {
                    self.set_line(report, line, OrderLineStatus::Ordered, None)?;
                    let marketplace = self.order.marketplace_id;
                    store::subscriptions::set_external_id(report.tx, marketplace, line.subscription_id, external)?;
                    let payload = json!({
                        "external_order_id": order_id,
                        "external_subscription_id": external,
                        "line_id": line.id,
                    });
                    report.remember(EventKind::OrderLineOrdered, self.order.id.to_string(), payload)?;
                }
                Some(LineOutcome::Refused { code, message }) => self.refused(report, line, code, message)?,
                None => self.refused(report, line, "not_ordered", "Microsoft's answer does not name the line")?,
            }
        }
        store::orders::set_status(report.tx, self.order.marketplace_id, self.order.id, OrderStatus::Provisioning)?;
        Ok(store::provisionings::put(report.tx, &ProvisioningProgress { checked_out: true, ..self.progress.clone() })?)
    }

    /// A refused line is undone visibly: its subscription ends, its charges are taken back.
    fn refused(&self, report: &mut Report<'_>, line: &OrderLine, code: &str, message: &str) -> Result<(), Trouble> {
        self.set_line(report, line, OrderLineStatus::Failed, Some(code))?;
        let (marketplace, subscription) = (self.order.marketplace_id, line.subscription_id);
        store::subscriptions::set_status(report.tx, marketplace, subscription, SubscriptionStatus::Canceled)?;
        let reversals: Vec<_> = line.charges.iter().map(|charge| self.reversal(line, charge, report.now)).collect();
        store::charges::insert_all(report.tx, &reversals)?;
        let taken_back: Vec<_> = reversals.iter().map(|booked| Charge::from(&booked.charge)).collect();
        let payload = json!({"code": code, "message": message, "charges": taken_back, "line_id": line.id});
        report.remember(EventKind::OrderLineFailed, self.order.id.to_string(), payload)?;
        if self.order.payment_method == PaymentMethod::ProductKey {
            release_keys::release(report, subscription.as_u128(), code)?;
        }
        let payload = json!({"order_id": self.order.id, "code": code});
        report.remember(EventKind::SubscriptionCanceled, subscription.to_string(), payload)
    }

    fn set_line(
        &self,
        report: &mut Report<'_>,
        line: &OrderLine,
        status: OrderLineStatus,
        failure: Option<&str>,
    ) -> Result<(), Trouble> {
        let (marketplace, order) = (self.order.marketplace_id, self.order.id);
        Ok(store::orders::set_line(report.tx, marketplace, order, line.id, status, failure)?)
    }

    fn reversal(&self, line: &OrderLine, charge: &billing::Charge, now: OffsetDateTime) -> BookedCharge {
        let of = (&self.order, line.subscription_id);
        BookedCharge::new(ChargeId::new(), of, None, billing::reverse(charge), now)
    }

    /// Step 3: look whether the subscriptions run; each that does is active at once.
    fn poll(&self) -> Result<Outcome, Trouble> {
        let open: Vec<_> = self.order.lines.iter().filter(|line| line.status == OrderLineStatus::Ordered).collect();
        let mut provided = vec![];
        for line in &open {
            if let Some(external) = self.external_id(line)?
                && self.app.partner_center.subscription(&self.tenant, &external)?.is_some_and(|remote| remote.provided)
            {
                provided.push((line.id, external));
            }
        }
        let all = provided.len() == open.len();
        self.commit(|report| {
            if all {
                report.finish()?;
            }
            self.activate(report, &provided)
        })?;
        Ok(if all { Outcome::Done } else { Outcome::Wait(poll_after(self.task.waits)) })
    }

    fn external_id(&self, line: &OrderLine) -> Result<Option<String>, Trouble> {
        let scope = Scope::Marketplace(self.order.marketplace_id);
        self.app.store.read(|conn| Ok(store::subscriptions::get(conn, &scope, line.subscription_id)?.external_id))
    }

    fn activate(&self, report: &mut Report<'_>, provided: &[(LineId, String)]) -> Result<(), Trouble> {
        let (marketplace, order) = (self.order.marketplace_id, self.order.id);
        let runs = |line: &OrderLine| provided.iter().find(|(id, _)| *id == line.id);
        for line in &self.order.lines {
            let Some((_, external)) = runs(line) else { continue };
            store::subscriptions::activate(report.tx, marketplace, line.subscription_id, external, report.now)?;
            self.set_line(report, line, OrderLineStatus::Active, None)?;
            let payload = json!({"order_id": order, "external_id": external, "quantity": line.quantity});
            report.remember(EventKind::SubscriptionActivated, line.subscription_id.to_string(), payload)?;
            self.assign_administrator(report, line)?;
        }
        let after = |line: &OrderLine| if runs(line).is_some() { OrderLineStatus::Active } else { line.status };
        let status = order::status_of(self.order.lines.iter().map(after));
        if status == self.order.status {
            return Ok(());
        }
        store::orders::set_status(report.tx, marketplace, order, status)?;
        match status {
            OrderStatus::Placed | OrderStatus::Provisioning => Ok(()),
            OrderStatus::Completed | OrderStatus::PartiallyFailed | OrderStatus::Failed => {
                report.remember(EventKind::OrderCompleted, order.to_string(), json!({"status": status.code()}))
            }
        }
    }

    /// Where the policy says so, the customer's administrator gets a licence of what has just begun to run (K-10).
    fn assign_administrator(&self, report: &mut Report<'_>, line: &OrderLine) -> Result<(), Trouble> {
        let scope = Scope::Marketplace(self.order.marketplace_id);
        let subscription = store::subscriptions::get(report.tx, &scope, line.subscription_id)?;
        match assign::assign_administrator(report.tx, &subscription, report.now)? {
            Some(payload) => report.remember(EventKind::LicenseAssigned, line.subscription_id.to_string(), payload),
            None => Ok(()),
        }
    }

    /// A step's result, written only while the task is still ours.
    fn commit(&self, mut step: impl FnMut(&mut Report<'_>) -> Result<(), Trouble>) -> Result<(), Trouble> {
        self.app.store.write(|tx| {
            let mut report = Report::begin(self.app, tx, self.task)?;
            report.still_ours()?;
            step(&mut report)
        })
    }
}

/// 1 s, 5 s, 15 s, 60 s, then each 5 minutes (partner-center.md 4.4), whatever failed in between.
fn poll_after(waits: i32) -> time::Duration {
    time::Duration::seconds(match waits {
        ..=0 => 1,
        1 => 5,
        2 => 15,
        3 => 60,
        _ => 300,
    })
}
