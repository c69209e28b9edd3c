//! Keeping where an offer to administer stands.

use crate::http::problem::Problem;
use crate::organizations::delegations::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use store::delegations::StoredDelegation;

/// Keeps an offer as it stands now, and records what happened to it.
pub fn keep(write: &mut Write<'_>, kind: EventKind, delegation: &StoredDelegation) -> Result<(), Problem> {
    let id = delegation.customer_id;
    store::delegations::put(write.tx, delegation)?;
    let after = serde_json::to_value(view(id, Some(delegation))).map_err(Problem::internal)?;
    write.record(kind, Some(id), id.to_string(), after)
}
