//! Offering to administer for a customer, and the customer's answer.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::organizations::delegations;
use crate::transaction::Write;
use domain::access::Scope;
use domain::delegation::{self, DelegationStatus};
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use store::delegations::StoredDelegation;

/// Offers to administer for a customer.
pub fn offer(write: &mut Write<'_>, id: CustomerId, message: Option<&str>) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, id)?;
    let customer = store::customers::get(write.tx, &scope, id)?.value;
    let before = store::delegations::get(write.tx, &scope, id)?;
    let reseller = customer.reseller_id.map(|id| store::resellers::get(write.tx, &scope, id)).transpose()?;
    let partner_id = reseller.as_ref().map(|reseller| reseller.value.partner_id.as_deref());
    delegation::may_offer(before.as_ref().map_or(DelegationStatus::None, |before| before.status), partner_id)?;
    let record = StoredDelegation {
        customer_id: id,
        marketplace_id: customer.marketplace_id,
        status: DelegationStatus::Offered,
        message: message.map(str::to_owned),
        offered_by: write.identity.actor.clone(),
        offered_at: write.now,
        answered_by: None,
        answered_at: None,
        version: before.map_or(1, |before| before.version + 1),
    };
    put(write, EventKind::DelegationOffered, 201, &record)
}

/// Accepts or declines what was offered. Nobody answers for a customer, however much else they may do.
pub fn answer(write: &mut Write<'_>, id: CustomerId, accepts: bool) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, id)?;
    store::customers::get(write.tx, &scope, id)?;
    match scope {
        Scope::Customer(..) => {}
        Scope::Marketplace(_) | Scope::Reseller(..) => return Err(Problem::new(Code::Forbidden)),
    }
    let before = store::delegations::get(write.tx, &scope, id)?.ok_or(Refusal::DelegationNotOffered)?;
    let record = StoredDelegation {
        status: delegation::answer(before.status, accepts)?,
        answered_by: Some(write.identity.actor.clone()),
        answered_at: Some(write.now),
        version: before.version + 1,
        ..before
    };
    let kind = if accepts { EventKind::DelegationAccepted } else { EventKind::DelegationDeclined };
    put(write, kind, 200, &record)
}

fn put(write: &mut Write<'_>, kind: EventKind, status: u16, record: &StoredDelegation) -> Result<Reply, Problem> {
    let id = record.customer_id;
    store::delegations::put(write.tx, record)?;
    let view = delegations::view(id, Some(record));
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.record(kind, Some(id), id.to_string(), after)?;
    let location = format!("/v1/customers/{id}/delegated-administration");
    Ok(Reply::json(status, &view)?.version(record.version).location(location))
}
