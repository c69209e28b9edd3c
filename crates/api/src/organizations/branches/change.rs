//! Changing a branch's name or address.

use crate::http::problem::Problem;
use crate::organizations::branches::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{BranchId, CustomerId};
use domain::party::Branch;
use serde_json::json;
use store::Versioned;

/// Changes a branch.
pub fn change(
    write: &mut Write<'_>,
    customer: CustomerId,
    id: BranchId,
    change: impl FnOnce(&mut Branch) -> Result<(), Problem>,
) -> Result<Versioned<Branch>, Problem> {
    let scope = write.identity.scope;
    // Who changes another field at the same time does it before or after.
    store::customers::lock(write.tx, &scope, customer)?;
    let mut branch = store::branches::get(write.tx, &scope, customer, id)?;
    let before = json!({"branch": view(&branch)});
    change(&mut branch.value)?;
    branch.version = store::branches::update(write.tx, &scope, &branch.value, write.meta.if_match)?;
    let after = json!({"branch": view(&branch)});
    write.changed(EventKind::CustomerChanged, Some(customer), customer.to_string(), before, after)?;
    Ok(branch)
}
