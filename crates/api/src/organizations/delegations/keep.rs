//! Keeping where an offer to administer stands.

use crate::http::problem::Problem;
use crate::organizations::delegations::view::view;
use crate::transaction::Write;
use domain::delegation::Unbound;
use domain::event::EventKind;
use store::delegations::StoredDelegation;

/// Keeps an offer as it stands now, and records what happened to it.
pub fn keep(write: &mut Write<'_>, kind: EventKind, delegation: &StoredDelegation) -> Result<(), Problem> {
    let id = delegation.customer_id;
    store::delegations::put(write.tx, delegation)?;
    write.needs_no_acceptance(id, Unbound::Offer);
    let rule = write.app.catalogs.of(delegation.marketplace_id).delegated_administration(write.now);
    let after = serde_json::to_value(view(id, Some(delegation), rule)).map_err(Problem::internal)?;
    write.record(kind, Some(id), id.to_string(), after)
}
