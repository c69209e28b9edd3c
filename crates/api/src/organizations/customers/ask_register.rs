//! Having a register asked about a customer's VAT id, outside the request.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::party::Customer;
use domain::tax::standing::VatCheck;
use domain::tax::vat_id::askable;
use serde_json::json;

/// Has the register asked, where it knows ids of that country; says whether it will be.
pub fn ask_register(write: &mut Write<'_>, customer: &Customer) -> Result<bool, Problem> {
    let Some(vat_id) = customer.vat_id.as_deref().filter(|id| askable(id).is_some()) else { return Ok(false) };
    let payload = json!({"vat_id": vat_id});
    write.record(EventKind::VatIdGiven, Some(customer.id), customer.id.to_string(), payload)?;
    Ok(true)
}

/// How a customer's VAT id stands by what a register has answered about it before: taken off and given again it is the
/// same id.
pub fn known(write: &mut Write<'_>, customer: &Customer) -> Result<VatCheck, Problem> {
    let Some(vat_id) = &customer.vat_id else { return Ok(VatCheck::default()) };
    Ok(store::vat_checks::standing(write.tx, &write.identity.scope, customer.id, vat_id)?)
}
