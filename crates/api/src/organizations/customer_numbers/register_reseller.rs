//! Noting who is registered under a customer number.

use crate::http::problem::{Code, Problem, there};
use crate::transaction::Write;
use domain::access::Scope;
use domain::id::ResellerId;

/// Notes in the provider's record of a number, where there is one, which reseller is registered under it.
pub fn register_reseller(write: &mut Write<'_>, number: &str, reseller: ResellerId) -> Result<(), Problem> {
    // The records are the provider's, whoever is registered under one.
    let provider = Scope::Marketplace(write.identity.scope.marketplace());
    let known = there(store::customer_numbers::get(write.tx, &provider, number))?;
    let Some(mut record) = known else { return Ok(()) };
    if record.value.reseller_id == Some(reseller) {
        return Ok(());
    }
    if record.value.is_taken() {
        return Err(Problem::field("/customer_number", Code::CustomerNumberTaken));
    }
    record.value.reseller_id = Some(reseller);
    store::customer_numbers::update(write.tx, &record.value, None)?;
    Ok(())
}
