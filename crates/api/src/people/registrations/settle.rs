//! What the provider decides about who wants to be let in.

use crate::auth::one_time;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::people::registrations::take::finish;
use crate::people::registrations::{self, open_account};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{CustomerId, RegistrationId};
use domain::people::RegistrationMode;
use domain::registration::{RegistrationStatus, Step, step};
use serde_json::{Value, json};
use store::one_time_tokens::{Owner, Purpose};
use store::registrations::StoredRegistration;

/// The registration, locked.
fn begin(write: &mut Write<'_>, id: RegistrationId) -> Result<StoredRegistration, Problem> {
    let scope = write.identity.scope;
    store::registrations::lock(write.tx, scope.marketplace(), id)?;
    Ok(store::registrations::get(write.tx, &scope, id)?)
}

fn decided(write: &Write<'_>, record: StoredRegistration, next: Step) -> Result<StoredRegistration, Problem> {
    Ok(StoredRegistration {
        status: step(record.status, next)?,
        decided_by: Some(write.identity.actor.clone()),
        decided_at: Some(write.now),
        updated_at: write.now,
        ..record
    })
}

fn keep(write: &mut Write<'_>, record: &StoredRegistration, kind: EventKind, payload: Value) -> Result<Reply, Problem> {
    store::registrations::update(write.tx, record, None)?;
    write.record(kind, None, record.id.to_string(), payload)?;
    answer(write, record.id)
}

fn answer(write: &mut Write<'_>, id: RegistrationId) -> Result<Reply, Problem> {
    let record = store::registrations::get(write.tx, &write.identity.scope, id)?;
    let known = registrations::known_organizations(write.tx, &record)?;
    Ok(Reply::json(200, &registrations::view(&record, known))?.version(record.version))
}

/// Sends the link to the account form (C-06); what is complete already is opened with the number that the provider gives.
pub fn approve(write: &mut Write<'_>, id: RegistrationId, customer_number: Option<&str>) -> Result<Reply, Problem> {
    let record = begin(write, id)?;
    match (record.mode, customer_number) {
        (RegistrationMode::CustomerNumber, None) => Err(Problem::field("/customer_number", Code::Required)),
        (RegistrationMode::CustomerNumber, Some(number)) => {
            let record = StoredRegistration {
                customer_number: Some(number.to_owned()),
                ..decided(write, record, Step::GiveNumber)?
            };
            let opened = open_account::open_kept(write, &record, Some(number))?;
            finish(write, record, &opened, true)?;
            answer(write, id)
        }
        (_, Some(_)) => Err(Problem::field("/customer_number", Code::UnknownField).with("field", "customer_number")),
        (_, None) => {
            let record = decided(write, record, Step::Approve)?;
            let token = link(write, &record, Purpose::Registration)?;
            keep(write, &record, EventKind::RegistrationApproved, json!({"token_id": token}))
        }
    }
}

/// Refuses, with a reason that is told.
pub fn reject(write: &mut Write<'_>, id: RegistrationId, reason: &str) -> Result<Reply, Problem> {
    let record = begin(write, id)?;
    let record = StoredRegistration {
        reason: Some(reason.to_owned()),
        password_hash: None,
        bank_data: None,
        ..decided(write, record, Step::Reject)?
    };
    keep(write, &record, EventKind::RegistrationRejected, json!({"reason": reason}))
}

/// Leaves it to the organisation's administrator (C-04).
pub fn refer(write: &mut Write<'_>, id: RegistrationId, customer: CustomerId) -> Result<Reply, Problem> {
    let record = begin(write, id)?;
    store::customers::get(write.tx, &write.identity.scope, customer)?;
    let record = StoredRegistration {
        referred_to: Some(customer),
        password_hash: None,
        bank_data: None,
        ..decided(write, record, Step::Refer)?
    };
    let payload = json!({"customer_id": customer.to_string()});
    keep(write, &record, EventKind::RegistrationReferred, payload)
}

/// Sends the link anew; the one before works no longer (L-16).
pub fn resend(write: &mut Write<'_>, id: RegistrationId) -> Result<Reply, Problem> {
    let record = begin(write, id)?;
    let status = step(record.status, Step::Resend)?;
    let purpose = match status {
        RegistrationStatus::AwaitingConfirmation => Purpose::Confirmation,
        _ => Purpose::Registration,
    };
    let record = StoredRegistration { updated_at: write.now, ..record };
    let token = link(write, &record, purpose)?;
    let payload = json!({"token_id": token, "confirms": purpose == Purpose::Confirmation});
    keep(write, &record, EventKind::RegistrationLinkResent, payload)
}

/// A new link in the place of those before.
fn link(write: &mut Write<'_>, record: &StoredRegistration, purpose: Purpose) -> Result<String, Problem> {
    let (marketplace, owner) = (record.marketplace_id, Owner::Registration(record.id.as_u128()));
    let ttl = write.app.marketplaces.people(marketplace)?.activation.ttl();
    let token = one_time::issue(write.app, write.tx, marketplace, owner, purpose, ttl, write.now)?;
    Ok(token.to_string())
}
