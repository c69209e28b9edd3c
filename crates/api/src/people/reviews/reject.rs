//! Not letting in who registered, for a reason that is told.

use crate::http::problem::Problem;
use crate::people::reviews::decided::{begin, decided, keep};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::registration::Step;
use serde_json::json;
use store::registrations::StoredRegistration;

/// Refuses, with a reason that is told.
pub fn reject(write: &mut Write<'_>, id: RegistrationId, reason: &str) -> Result<(), Problem> {
    let record = begin(write, id)?;
    let record = StoredRegistration {
        reason: Some(reason.to_owned()),
        password_hash: None,
        bank_data: None,
        ..decided(write, record, Step::Reject)?
    };
    keep(write, &record, EventKind::RegistrationRejected, json!({"reason": reason}))
}
