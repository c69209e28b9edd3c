//! The customer's answer to an offer to administer.

use crate::http::problem::{Code, Problem};
use crate::organizations::customers::lock::lock;
use crate::organizations::delegations::keep::keep;
use crate::transaction::Write;
use domain::access::Scope;
use domain::delegation;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use store::delegations::StoredDelegation;

/// Accepts or declines what was offered. Nobody answers for a customer, however much else they may do.
pub fn answer(write: &mut Write<'_>, id: CustomerId, accepts: bool) -> Result<StoredDelegation, Problem> {
    let scope = write.identity.scope;
    lock(write, id)?;
    match scope {
        Scope::Customer(..) | Scope::Assigned(..) => {}
        Scope::Platform | Scope::Marketplace(_) | Scope::Reseller(..) => return Err(Problem::new(Code::Forbidden)),
    }
    let before = store::delegations::get(write.tx, &scope, id)?.ok_or(Refusal::DelegationNotOffered)?;
    let answered = StoredDelegation {
        status: delegation::answer(before.status, accepts)?,
        answered_by: Some(write.identity.actor.clone()),
        answered_at: Some(write.now),
        version: before.version + 1,
        ..before
    };
    let kind = if accepts { EventKind::DelegationAccepted } else { EventKind::DelegationDeclined };
    keep(write, kind, &answered)?;
    Ok(answered)
}
