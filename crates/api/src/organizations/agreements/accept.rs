//! Recording who accepted Microsoft's agreement for a customer.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::organizations::agreements::{self, KIND};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use store::agreements::StoredAgreement;
use time::OffsetDateTime;

/// Who accepted, and when.
pub struct Acceptance {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// When; none is now.
    pub agreed_at: Option<OffsetDateTime>,
}

/// Records an acceptance, once per customer.
pub fn record(write: &mut Write<'_>, id: CustomerId, acceptance: &Acceptance) -> Result<Reply, Problem> {
    // Nobody agrees in somebody else's name (L-13).
    if write.identity.impersonator.is_some() {
        return Err(Problem::new(Code::NotWhileImpersonating));
    }
    let scope = write.identity.scope;
    // Of two who record it at the same time, the second finds the first's.
    store::customers::lock(write.tx, &scope, id)?;
    store::customers::get(write.tx, &scope, id)?;
    if store::agreements::get(write.tx, &scope, id)?.is_some() {
        return Err(Refusal::AgreementExists.into());
    }
    let agreed_at = acceptance.agreed_at.unwrap_or(write.now);
    if agreed_at > write.now {
        return Err(
            Problem::field("/agreed_at", Code::InvalidValue).with("expected", "an instant that is not in the future")
        );
    }
    let record = StoredAgreement {
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
    store::agreements::insert(write.tx, &record)?;
    let view = agreements::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.record(EventKind::AgreementAccepted, Some(id), id.to_string(), after)?;
    Ok(Reply::json(201, &view)?.version(1).location(format!("/v1/customers/{id}/agreements")))
}
