//! Changing what is recorded of a customer.

use crate::http::problem::Problem;
use crate::organizations::customers::ask_register::{ask_register, known};
use crate::organizations::customers::lock::lock;
use crate::organizations::customers::view::facts;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::party::Customer;
use domain::tax::billed::Billed;
use store::Versioned;

/// Changes a customer.
pub fn change(
    write: &mut Write<'_>,
    id: CustomerId,
    change: impl FnOnce(&mut Customer) -> Result<(), Problem>,
) -> Result<Versioned<Customer>, Problem> {
    let mut customer = lock(write, id)?;
    write.administers(id)?;
    let before = serde_json::to_value(facts(&customer)).map_err(Problem::internal)?;
    let vat_id = customer.value.vat_id.clone();
    let billed = customer.value.address.as_ref().map(Billed::to_customer);
    change(&mut customer.value)?;
    let scope = write.identity.scope;
    let other_id = customer.value.vat_id != vat_id;
    if other_id {
        customer.value.vat = known(write, &customer.value)?;
    }
    if let Some(now) = customer.value.address.as_ref().map(Billed::to_customer)
        && Some(&now) != billed.as_ref()
    {
        // What is billed to this address is taxed where it now is (C-40).
        store::subscriptions::rebill(write.tx, &scope, id, &now, write.now)?;
    }
    let expected = write.meta.expected(customer.version);
    customer.version = store::customers::update(write.tx, &scope, &customer.value, expected, write.now)?;
    customer.updated_at = Some(write.now);
    let after = serde_json::to_value(facts(&customer)).map_err(Problem::internal)?;
    write.changed(EventKind::CustomerChanged, Some(id), id.to_string(), before, after)?;
    if other_id {
        ask_register(write, &customer.value)?;
    }
    Ok(customer)
}
