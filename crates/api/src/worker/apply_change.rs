//! `subscription.changed`: asks Microsoft for a change that was made here. One that Microsoft refuses is undone
//! visibly: the subscription stands as before, compensating charges put the ledger right, an event says why.

use crate::App;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::subscriptions::changes::snapshot::snapshot;
use crate::subscriptions::changes::undo::Undo;
use crate::subscriptions::licenses::surplus;
use crate::worker::outcome::Outcome;
use crate::worker::outcome::Trouble;
use crate::worker::release_keys;
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::{ChangeId, ChargeId, SubscriptionId};
use domain::subscription::{Subscription, SubscriptionStatus};
use provisioning::{ProvisioningError, RemoteChange, RemoteSubscription, RequestId};
use serde_json::{Value, json};
use store::Conn;
use store::changes::{Record, Status};
use store::outbox::{self, Task};

/// Does it, unless it is done or none of Microsoft's business.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    let Some(id) = task.event.payload["change_id"].as_str().and_then(|id| id.parse::<ChangeId>().ok()) else {
        return nothing(app, task);
    };
    let (record, tenant) = app.store.read(|conn| {
        let record = store::changes::get(conn, &scope, id)?;
        let tenant = store::tenants::get(conn, &scope, record.customer_id)?;
        Ok::<_, Trouble>((record, tenant))
    })?;
    let undo = record.undo.clone().filter(|_| record.status == Status::Applying);
    // An event of an add-on names the same change: the base's event asks for it.
    let Some(undo) = undo.filter(|_| record.subscription_id.to_string() == task.event.subject) else {
        return nothing(app, task);
    };
    let undo: Undo = serde_json::from_value(undo).map_err(Problem::internal)?;
    let tenant = tenant.and_then(|record| record.tenant.entra_tenant_id);
    let tenant = tenant.ok_or_else(|| Problem::internal("a subscription without a linked tenant"))?;
    let external = undo.before.external_id.clone();
    let external = external.ok_or_else(|| Problem::internal("a subscription that Microsoft does not know"))?;
    let request = RequestId(task.event.id.to_string());
    match app.partner_center.change_subscription(&request, &tenant, &external, &undo.remote) {
        Ok(answer) => confirmed(app, task, &record, &undo, &answer),
        Err(ProvisioningError::Refused { code, message }) => refused(app, task, &record, &undo, &code, &message),
        Err(other) => Err(other.into()),
    }
}

fn nothing(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    app.store.write(|tx| if outbox::finish(tx, task)? { Ok(Outcome::Done) } else { Err(Trouble::LeaseLost) })
}

fn confirmed(
    app: &App,
    task: &Task,
    record: &Record,
    undo: &Undo,
    answer: &RemoteSubscription,
) -> Result<Outcome, Trouble> {
    app.store.write(|tx| {
        let subscription = begin(tx, task, record)?;
        store::subscriptions::save(tx, &Subscription { applying: None, ..subscription })?;
        let now = app.now(task.marketplace_id);
        if let (Some(id), RemoteChange::Split(_)) = (undo.new_subscription, &undo.remote) {
            store::subscriptions::activate(tx, task.marketplace_id, id, &answer.id, now)?;
            let payload = json!({"change_id": record.id, "external_id": answer.id, "quantity": answer.quantity});
            remember(app, tx, task, EventKind::SubscriptionActivated, id, payload)?;
        }
        store::changes::set_status(tx, task.marketplace_id, record.id, Status::Done, now)?;
        let payload = json!({"change_id": record.id, "type": record.change.kind()});
        remember(app, tx, task, EventKind::SubscriptionChangeConfirmed, record.subscription_id, payload)?;
        Ok(Outcome::Done)
    })
}

/// Nothing else has happened to the subscription meanwhile: what it was before is what it is again.
fn refused(
    app: &App,
    task: &Task,
    record: &Record,
    undo: &Undo,
    code: &str,
    message: &str,
) -> Result<Outcome, Trouble> {
    app.store.write(|tx| {
        let current = begin(tx, task, record)?;
        let now = app.now(task.marketplace_id);
        let restored = Subscription {
            version: current.version,
            changes: current.changes,
            applying: None,
            ..undo.before.clone()
        };
        store::subscriptions::save(tx, &restored)?;
        restore_add_ons(tx, task, undo)?;
        correct_licenses(app, tx, task, &restored, undo)?;
        if let Some(id) = undo.new_subscription {
            store::subscriptions::set_status(tx, task.marketplace_id, id, SubscriptionStatus::Canceled)?;
        }
        let compensation: Vec<_> = undo.charges.iter().map(|(id, charge)| compensating(record, undo, *id, charge, now)).collect();
        store::charges::insert_all(tx, &compensation)?;
        let failed = Record { status: Status::Failed, failure: Some(code.to_owned()), applied_at: Some(now), ..record.clone() };
        store::changes::save(tx, &failed)?;
        release_keys::release(app, tx, task, record.id.as_u128(), code)?;
        let told: Vec<_> = compensation.iter().map(|record| crate::http::wire::charge::Charge::from(&record.charge)).collect();
        let mut payload = json!({"change_id": record.id, "type": record.change.kind(), "code": code, "message": message, "charges": told});
        payload["before"] = snapshot(&current);
        payload["after"] = snapshot(&restored);
        remember(app, tx, task, EventKind::SubscriptionChangeFailed, record.subscription_id, payload)?;
        Ok(Outcome::Done)
    })
}

fn restore_add_ons(tx: &mut Conn, task: &Task, undo: &Undo) -> Result<(), Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    for add_on in &undo.add_ons {
        let current = store::subscriptions::lock(tx, &scope, add_on.id)?;
        store::subscriptions::save(tx, &Subscription { version: current.version, ..add_on.clone() })?;
    }
    Ok(())
}

/// Licences of an increase that was refused are taken back; who lost one by the change gets it again.
fn correct_licenses(
    app: &App,
    tx: &mut Conn,
    task: &Task,
    restored: &Subscription,
    undo: &Undo,
) -> Result<(), Trouble> {
    if let Some((_, payload)) = surplus::take_from(tx, restored)? {
        remember(app, tx, task, EventKind::LicenseTakenBack, restored.id, payload)?;
    }
    for (id, users) in &undo.licenses {
        let of = std::iter::once(restored).chain(&undo.add_ons).find(|subscription| subscription.id == *id);
        let Some(of) = of else { continue };
        if let Some(payload) = surplus::give_again(tx, of, users, app.now(task.marketplace_id))? {
            remember(app, tx, task, EventKind::LicenseAssigned, *id, payload)?;
        }
    }
    Ok(())
}

fn compensating(
    record: &Record,
    undo: &Undo,
    id: SubscriptionId,
    charge: &domain::billing::Charge,
    now: time::OffsetDateTime,
) -> store::charges::Record {
    store::charges::Record {
        id: ChargeId::new(),
        marketplace_id: record.marketplace_id,
        customer_id: record.customer_id,
        reseller_id: record.reseller_id,
        subscription_id: id,
        order_id: undo.before.order_id,
        change_id: Some(record.id),
        charge: charge.clone(),
        created_at: now,
    }
}

/// The subscription, locked, while the task is still ours; the task is finished with what follows.
fn begin(tx: &mut Conn, task: &Task, record: &Record) -> Result<Subscription, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    let subscription = store::subscriptions::lock(tx, &scope, record.subscription_id)?;
    if subscription.applying != Some(record.id) || !outbox::finish(tx, task)? {
        return Err(Trouble::LeaseLost);
    }
    Ok(subscription)
}

fn remember(
    app: &App,
    tx: &mut Conn,
    task: &Task,
    kind: EventKind,
    subject: SubscriptionId,
    payload: Value,
) -> Result<(), Trouble> {
    crate::worker::remember::remember(app, tx, task, kind, subject.to_string(), payload)
}
