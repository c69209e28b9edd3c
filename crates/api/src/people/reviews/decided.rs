//! A registration that the provider decides about: locked, stepped on, kept.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::registration::{Step, step};
use serde_json::Value;
use store::registrations::{self, StoredRegistration};

/// The registration, locked until the write is done.
pub fn begin(write: &mut Write<'_>, id: RegistrationId) -> Result<StoredRegistration, Problem> {
    let scope = write.identity.scope;
    registrations::lock(write.tx, scope.marketplace(), id)?;
    Ok(registrations::get(write.tx, &scope, id)?)
}

/// The registration after a step that the caller decides.
pub fn decided(write: &Write<'_>, record: StoredRegistration, next: Step) -> Result<StoredRegistration, Problem> {
    Ok(StoredRegistration {
        status: step(record.status, next)?,
        decided_by: Some(write.identity.actor.clone()),
        decided_at: Some(write.now),
        updated_at: write.now,
        ..record
    })
}

/// Keeps the registration as it is now, and records what happened.
pub fn keep(
    write: &mut Write<'_>,
    record: &StoredRegistration,
    kind: EventKind,
    payload: Value,
) -> Result<(), Problem> {
    registrations::update(write.tx, record, None)?;
    write.record(kind, None, record.id.to_string(), payload)
}
