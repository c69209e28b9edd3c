//! Removing a branch that a customer has no longer.

use crate::http::problem::Problem;
use crate::organizations::branches::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{BranchId, CustomerId};
use serde_json::{Value, json};

/// Removes a branch; what was ordered for it keeps its name.
pub fn remove(write: &mut Write<'_>, customer: CustomerId, id: BranchId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, customer)?;
    let branch = store::branches::get(write.tx, &scope, customer, id)?;
    write.expect_version(branch.version)?;
    store::branches::delete(write.tx, &scope, customer, id)?;
    let before = json!({"branch": view(&branch)});
    write.changed(EventKind::CustomerChanged, Some(customer), customer.to_string(), before, Value::Null)
}
