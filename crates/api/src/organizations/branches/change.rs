//! Changing a branch's name or address.

use crate::http::problem::Problem;
use crate::organizations::branches::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{BranchId, CustomerId};
use domain::party::Branch;
use domain::tax::billed::Billed;
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
    write.administers(customer)?;
    let mut branch = store::branches::get(write.tx, &scope, customer, id)?;
    let before = json!({"branch": view(&branch)});
    let billed = Billed::to_branch(id, &branch.value.address);
    change(&mut branch.value)?;
    let now = Billed::to_branch(id, &branch.value.address);
    if now != billed {
        // What is billed to the branch is taxed where it now is (C-40).
        store::subscriptions::rebill(write.tx, &scope, customer, &now, write.now)?;
    }
    branch.version = store::branches::update(write.tx, &scope, &branch.value, write.meta.expected(branch.version))?;
    let after = json!({"branch": view(&branch)});
    write.changed(EventKind::CustomerChanged, Some(customer), customer.to_string(), before, after)?;
    Ok(branch)
}
