//! Recording who accepted Microsoft's agreement for a customer.

use crate::http::problem::{Code, Problem};
use crate::organizations::agreements::view::{KIND, view};
use crate::organizations::customers::lock::lock;
use crate::texts::phrases::Phrase;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use store::agreements::StoredAgreement;
use time::OffsetDateTime;

/// Who accepted, and when.
pub struct Acceptance {
    /// The first name of who accepted.
    pub first_name: String,
    /// The last name of who accepted.
    pub last_name: String,
    /// Where who accepted is reached.
    pub email: String,
    /// When it was accepted; none is now.
    pub agreed_at: Option<OffsetDateTime>,
}

/// Records an acceptance, once per customer.
pub fn accept(write: &mut Write<'_>, id: CustomerId, acceptance: &Acceptance) -> Result<StoredAgreement, Problem> {
    let scope = write.identity.scope;
    // Of two who record it at the same time, the second finds the first's.
    lock(write, id)?;
    write.administers(id)?;
    if store::agreements::get(write.tx, &scope, id)?.is_some() {
        return Err(Refusal::AgreementExists.into());
    }
    let agreed_at = acceptance.agreed_at.unwrap_or(write.now);
    if agreed_at > write.now {
        return Err(Problem::field("/agreed_at", Code::InvalidValue).with("expected", Phrase::NotInTheFuture));
    }
    let accepted = StoredAgreement {
        customer_id: id,
        marketplace_id: scope.marketplace(),
        kind: KIND.to_owned(),
        first_name: acceptance.first_name.clone(),
        last_name: acceptance.last_name.clone(),
        email: acceptance.email.clone(),
        agreed_at,
        recorded_by: write.identity.actor.clone(),
        recorded_at: write.now,
    };
    store::agreements::insert(write.tx, &accepted)?;
    let after = serde_json::to_value(view(id, Some(&accepted))).map_err(Problem::internal)?;
    write.record(EventKind::AgreementAccepted, Some(id), id.to_string(), after)?;
    Ok(accepted)
}
