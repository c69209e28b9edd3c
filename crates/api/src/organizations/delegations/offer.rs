//! Offering to administer for a customer.

use crate::http::problem::Problem;
use crate::organizations::customers::lock::lock;
use crate::organizations::delegations::keep::keep;
use crate::transaction::Write;
use domain::delegation::{self, DelegationStatus};
use domain::event::EventKind;
use domain::id::CustomerId;
use store::delegations::StoredDelegation;

/// Offers to administer for a customer; replaces an offer that was declined or has waited for a day.
pub fn offer(write: &mut Write<'_>, id: CustomerId, message: Option<&str>) -> Result<StoredDelegation, Problem> {
    let scope = write.identity.scope;
    let customer = lock(write, id)?.value;
    let before = store::delegations::get(write.tx, &scope, id)?;
    let reseller = customer.reseller_id.map(|id| store::resellers::get(write.tx, &scope, id)).transpose()?;
    let partner_id = reseller.as_ref().map(|reseller| reseller.value.partner_id.as_deref());
    let last = before.as_ref().map(|before| (before.status, before.offered_at));
    delegation::may_offer(last, partner_id, write.now)?;
    let offered = StoredDelegation {
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
    keep(write, EventKind::DelegationOffered, &offered)?;
    Ok(offered)
}
