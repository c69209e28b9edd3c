//! Sending the link of a registration again.

use crate::http::problem::Problem;
use crate::people::registrations::link;
use crate::people::registrations::open_account::let_in;
use crate::people::reviews::decided::{begin, keep};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::registration::{RegistrationStatus, Step, step};
use serde_json::json;
use store::one_time_tokens::Purpose;
use store::registrations::StoredRegistration;

/// Sends the link anew; the one before works no longer (L-16). It lets in an administrator, as an approval does.
pub fn resend(write: &mut Write<'_>, id: RegistrationId) -> Result<(), Problem> {
    let record = begin(write, id)?;
    let_in(write, write.identity)?;
    let status = step(record.status, Step::Resend)?;
    let purpose = match status {
        RegistrationStatus::AwaitingConfirmation => Purpose::Confirmation,
        _ => Purpose::Registration,
    };
    let record = StoredRegistration { updated_at: write.now, ..record };
    let token = link::issue(write, &record, purpose)?;
    let payload = json!({"token_id": token, "confirms": purpose == Purpose::Confirmation});
    keep(write, &record, EventKind::RegistrationLinkResent, payload)
}
