//! Changing what is recorded of a customer.

use crate::http::problem::Problem;
use crate::organizations::customers::lock::lock;
use crate::organizations::customers::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::party::Customer;
use store::Versioned;

/// Changes a customer.
pub fn change(
    write: &mut Write<'_>,
    id: CustomerId,
    change: impl FnOnce(&mut Customer) -> Result<(), Problem>,
) -> Result<Versioned<Customer>, Problem> {
    let mut customer = lock(write, id)?;
    let before = serde_json::to_value(view(&customer)).map_err(Problem::internal)?;
    change(&mut customer.value)?;
    let scope = write.identity.scope;
    customer.version = store::customers::update(write.tx, &scope, &customer.value, write.meta.if_match)?;
    let after = serde_json::to_value(view(&customer)).map_err(Problem::internal)?;
    write.changed(EventKind::CustomerChanged, Some(id), id.to_string(), before, after)?;
    Ok(customer)
}
