//! `subscription.changed`: asks Microsoft for a change that was made here. One that Microsoft refuses is undone
//! visibly: the subscription stands as before, compensating charges put the ledger right, an event says why.

use crate::App;
use crate::http::problem::Problem;
use crate::http::wire::charge::PayableCharge;
use crate::ids::New as _;
use crate::subscriptions::changes::snapshot::snapshot;
use crate::subscriptions::changes::undo::Undo;
use crate::subscriptions::licenses::surplus;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::release_keys;
use crate::worker::report::{self, Report};
use domain::access::Scope;
use domain::billing;
use domain::event::EventKind;
use domain::id::{ChangeId, ChargeId, SubscriptionId};
use domain::subscription::{Subscription, SubscriptionStatus};
use provisioning::{ProvisioningError, RemoteChange, RemoteSubscription, RequestId};
use serde_json::json;
use store::changes::{RequestedChange, Status};
use store::charges::{BookedCharge, ChargedFor};
use store::outbox::Task;
use time::OffsetDateTime;

/// Does it, unless it is done or none of Microsoft's business.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    let Some(id) = task.event.payload["change_id"].as_str().and_then(|id| id.parse::<ChangeId>().ok()) else {
        return report::finish(app, task);
    };
    let (change, tenant) = app.store.read(|conn| {
        let change = store::changes::get(conn, &scope, id)?;
        let tenant = store::tenants::get(conn, &scope, change.customer_id)?;
        Ok::<_, Trouble>((change, tenant))
    })?;
    let undo = change.undo.clone().filter(|_| change.status == Status::Applying);
    // An event of an add-on names the same change: the base's event asks for it.
    let Some(undo) = undo.filter(|_| change.subscription_id.to_string() == task.event.subject) else {
        return report::finish(app, task);
    };
    let undo: Undo = serde_json::from_value(undo).map_err(Problem::internal)?;
    let tenant = tenant.and_then(|record| record.tenant.entra_tenant_id);
    let tenant = tenant.ok_or_else(|| Problem::internal("a subscription without a linked tenant"))?;
    let external = undo.before.external_id.clone();
    let external = external.ok_or_else(|| Problem::internal("a subscription that Microsoft does not know"))?;
    let ask = |name: &str, remote: &RemoteChange| {
        let request = RequestId(format!("{}{name}", task.event.id));
        app.partner_center.change_subscription(&request, &tenant, &external, remote)
    };
    // The renewal first: what is refused then has changed nothing, and a renewal is easily turned back.
    let renewal = undo.renewal.as_ref().map(|renewal| ask("-renewal", renewal)).transpose();
    match renewal.and_then(|_| ask("", &undo.remote)) {
        Ok(answer) => confirmed(app, task, &change, &undo, &answer),
        Err(ProvisioningError::Refused { code, message }) => {
            if let Some(RemoteChange::AutoRenew(renews)) = undo.renewal {
                match ask("-renewal-back", &RemoteChange::AutoRenew(!renews)) {
                    Ok(_) | Err(ProvisioningError::Refused { .. }) => {}
                    Err(other) => return Err(other.into()),
                }
            }
            refused(app, task, &change, &undo, &code, &message)
        }
        Err(other) => Err(other.into()),
    }
}

fn confirmed(
    app: &App,
    task: &Task,
    change: &RequestedChange,
    undo: &Undo,
    answer: &RemoteSubscription,
) -> Result<Outcome, Trouble> {
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        let at = report.now;
        let subscription = begin(&mut report, change)?;
        // What Microsoft had to know of at once may wait for its instant all the same.
        let waits = subscription.pending.as_ref().is_some_and(|pending| pending.change_id == change.id);
        let status = if waits { Status::Scheduled } else { Status::Done };
        store::subscriptions::save(report.tx, &Subscription { applying: None, ..subscription }, at)?;
        if let (Some(id), RemoteChange::Split(_)) = (undo.new_subscription, &undo.remote) {
            store::subscriptions::activate(report.tx, task.marketplace_id, id, &answer.id, report.now, at)?;
            let payload = json!({"change_id": change.id, "external_id": answer.id, "quantity": answer.quantity});
            report.remember(EventKind::SubscriptionActivated, id.to_string(), payload)?;
        }
        store::changes::set_status(report.tx, task.marketplace_id, change.id, status, change.effective_at)?;
        let payload = json!({"change_id": change.id, "type": change.change.kind()});
        report.remember(EventKind::SubscriptionChangeConfirmed, change.subscription_id.to_string(), payload)?;
        Ok(Outcome::Done)
    })
}

/// Nothing else has happened to the subscription meanwhile: what it was before is what it is again.
fn refused(
    app: &App,
    task: &Task,
    change: &RequestedChange,
    undo: &Undo,
    code: &str,
    message: &str,
) -> Result<Outcome, Trouble> {
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        let at = report.now;
        let current = begin(&mut report, change)?;
        let restored =
            Subscription { version: current.version, changes: current.changes, applying: None, ..undo.before.clone() };
        store::subscriptions::save(report.tx, &restored, at)?;
        if change.terms.branch.is_some() {
            let scope = Scope::Marketplace(task.marketplace_id);
            store::subscriptions::bill_to(report.tx, &scope, restored.id, &restored.billed)?;
        }
        restore_add_ons(&mut report, undo, at)?;
        if !undo.add_ons.is_empty() {
            store::subscriptions::followed(report.tx, task.marketplace_id, &[restored.id])?;
        }
        correct_licenses(&mut report, &restored, undo)?;
        if let Some(id) = undo.new_subscription {
            store::subscriptions::set_status(report.tx, task.marketplace_id, id, SubscriptionStatus::Canceled, at)?;
        }
        let compensation: Vec<_> =
            undo.charges.iter().map(|(id, charge)| compensating(change, undo, *id, charge, report.now)).collect();
        store::charges::insert_all(report.tx, &compensation)?;
        let failure = Some(code.to_owned());
        let failed = RequestedChange {
            status: Status::Failed,
            failure,
            applied_at: Some(change.effective_at),
            ..change.clone()
        };
        store::changes::save(report.tx, &failed)?;
        release_keys::release(&mut report, change.id.as_u128(), code)?;
        let told: Vec<_> = compensation.iter().map(|booked| PayableCharge::from(&booked.charge)).collect();
        let payload = json!({
            "change_id": change.id,
            "type": change.change.kind(),
            "code": code,
            "message": message,
            "charges": told,
            "before": snapshot(&current),
            "after": snapshot(&restored),
        });
        report.remember(EventKind::SubscriptionChangeFailed, change.subscription_id.to_string(), payload)?;
        Ok(Outcome::Done)
    })
}

fn restore_add_ons(report: &mut Report<'_>, undo: &Undo, at: OffsetDateTime) -> Result<(), Trouble> {
    let scope = Scope::Marketplace(report.task.marketplace_id);
    for add_on in &undo.add_ons {
        let current = store::subscriptions::lock(report.tx, &scope, add_on.id)?;
        store::subscriptions::save(report.tx, &Subscription { version: current.version, ..add_on.clone() }, at)?;
    }
    Ok(())
}

/// Licences of an increase that was refused are taken back; who lost one by the change gets it again.
fn correct_licenses(report: &mut Report<'_>, restored: &Subscription, undo: &Undo) -> Result<(), Trouble> {
    if let Some((_, payload)) = surplus::take_from(report.tx, restored)? {
        report.remember(EventKind::LicenseTakenBack, restored.id.to_string(), payload)?;
    }
    for (id, users) in &undo.licenses {
        let of = std::iter::once(restored).chain(&undo.add_ons).find(|subscription| subscription.id == *id);
        let Some(of) = of else { continue };
        if let Some(payload) = surplus::give_again(report.tx, of, users, report.now)? {
            report.remember(EventKind::LicenseAssigned, id.to_string(), payload)?;
        }
    }
    Ok(())
}

fn compensating(
    change: &RequestedChange,
    undo: &Undo,
    id: SubscriptionId,
    charge: &billing::Charge,
    now: OffsetDateTime,
) -> BookedCharge {
    let of = ChargedFor { subscription_id: id, ..ChargedFor::from(&undo.before) };
    BookedCharge::new(ChargeId::new(), of, Some(change.id), charge.clone(), now)
}

/// The subscription, locked, while the task is still ours; the task is finished with what follows.
fn begin(report: &mut Report<'_>, change: &RequestedChange) -> Result<Subscription, Trouble> {
    let scope = Scope::Marketplace(report.task.marketplace_id);
    let subscription = store::subscriptions::lock(report.tx, &scope, change.subscription_id)?;
    if subscription.applying != Some(change.id) {
        return Err(Trouble::LeaseLost);
    }
    report.finish()?;
    // How late Microsoft's answer is in a sandbox only says how its clock was moved.
    let waited = change.requested_at < change.effective_at;
    if waited && report.app.marketplaces.get(report.task.marketplace_id)?.marketplace.sandbox {
        report.now = report.now.min(change.effective_at);
    }
    Ok(subscription)
}
