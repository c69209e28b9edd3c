//! Taking a tenant back that nobody has confirmed.

use crate::http::problem::Problem;
use crate::organizations::customers::lock::lock;
use crate::organizations::tenants::request::NONE_YET;
use crate::transaction::Write;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use serde_json::json;

/// Takes back what was asked for: the customer then has no tenant. One that is made or linked stays.
pub fn withdraw(write: &mut Write<'_>, id: CustomerId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    lock(write, id)?;
    write.sets_up(id)?;
    let Some(tenant) = store::tenants::get(write.tx, &scope, id)? else {
        // There is none, as is wished.
        return write.expect_version(NONE_YET);
    };
    write.expect_version(tenant.version)?;
    if !tenant.tenant.can_be_withdrawn() {
        return Err(Refusal::TenantExists.into());
    }
    store::tenants::delete(write.tx, &scope, id)?;
    let before = json!({"mode": tenant.mode, "domain": tenant.tenant.domain});
    write.audit("tenant.withdrawn", Some(id), id.to_string(), Some(before), None)
}
