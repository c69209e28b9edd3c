//! Giving a customer another primary invoice address with an order (C-37).

use crate::http::problem::Problem;
use crate::organizations::customers::ask_register::{ask_register, known};
use crate::organizations::customers::lock::lock;
use crate::organizations::customers::view::facts;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::party::Address;
use domain::tax::billed::Billed;

/// Gives a customer another primary invoice address; what is billed to it is taxed there from now on.
pub fn move_to(write: &mut Write<'_>, id: CustomerId, address: Address) -> Result<(), Problem> {
    let mut customer = lock(write, id)?;
    if customer.value.address.as_ref() == Some(&address) {
        return Ok(());
    }
    let before = serde_json::to_value(facts(&customer)).map_err(Problem::internal)?;
    let (vat_id, billed) = (customer.value.vat_id.clone(), Billed::to_customer(&address));
    domain::address::move_to(&mut customer.value, address);
    let other_id = customer.value.vat_id != vat_id;
    if other_id {
        customer.value.vat = known(write, &customer.value)?;
    }
    let scope = write.identity.scope;
    store::subscriptions::rebill(write.tx, &scope, id, &billed, write.now)?;
    customer.version = store::customers::update(write.tx, &scope, &customer.value, None, write.now)?;
    customer.updated_at = Some(write.now);
    let after = serde_json::to_value(facts(&customer)).map_err(Problem::internal)?;
    write.changed(EventKind::CustomerChanged, Some(id), id.to_string(), before, after)?;
    if other_id {
        ask_register(write, &customer.value)?;
    }
    Ok(())
}
