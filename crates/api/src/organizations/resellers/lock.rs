//! A reseller that is about to be changed.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::id::ResellerId;
use domain::party::Reseller;
use store::Versioned;

/// A reseller that the caller sees; who changes it at the same time does so before or after.
pub fn lock(write: &mut Write<'_>, id: ResellerId) -> Result<Versioned<Reseller>, Problem> {
    let scope = write.identity.scope;
    store::resellers::lock(write.tx, &scope, id)?;
    Ok(store::resellers::get(write.tx, &scope, id)?)
}
