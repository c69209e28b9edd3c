//! Removing a branch that a customer has no longer: one that something is billed to is retired.

use crate::http::problem::Problem;
use crate::organizations::branches::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{BranchId, CustomerId};
use serde_json::{Value, json};

/// Removes a branch; what was ordered for it keeps its name and address. One that anything is billed to stays for that:
/// it is retired, and nobody orders for it any more.
pub fn remove(write: &mut Write<'_>, customer: CustomerId, id: BranchId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, customer)?;
    write.administers(customer)?;
    let mut branch = store::branches::get(write.tx, &scope, customer, id)?;
    write.expect_version(branch.version)?;
    let before = json!({"branch": view(&branch)});
    let after = if store::branches::is_billed(write.tx, &scope, customer, id)? {
        branch.value.retired_at.get_or_insert(write.now);
        branch.version = store::branches::update(write.tx, &scope, &branch.value, None)?;
        json!({"branch": view(&branch)})
    } else {
        store::branches::delete(write.tx, &scope, customer, id)?;
        Value::Null
    };
    write.changed(EventKind::CustomerChanged, Some(customer), customer.to_string(), before, after)
}
