//! A customer that is about to be changed, or something of it.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::id::CustomerId;
use domain::party::Customer;
use store::Versioned;

/// A customer that the caller sees; who changes it, or something of it, at the same time does so before or after.
pub fn lock(write: &mut Write<'_>, id: CustomerId) -> Result<Versioned<Customer>, Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, id)?;
    Ok(store::customers::get(write.tx, &scope, id)?)
}
