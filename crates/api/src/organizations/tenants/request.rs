//! Asking for a customer's tenant.

use crate::http::problem::Problem;
use crate::organizations::customers::lock::lock;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::party::Customer;
use domain::refusal::Refusal;
use domain::tenant::{Tenant, TenantStatus};
use serde_json::json;
use store::tenants::StoredTenant;

/// The tenant that a customer is to have.
pub struct RequestedTenant {
    /// Its whole default domain.
    pub domain: String,
    /// A new tenant; else the one that has the domain.
    pub create: bool,
    /// Whether Microsoft has the domain free.
    pub free: bool,
}

impl RequestedTenant {
    const fn mode(&self) -> &'static str {
        if self.create { "create" } else { "link" }
    }
}

/// The version of what is shown where a customer has no tenant.
pub const NONE_YET: i64 = 0;

/// Remembers what tenant a customer is to have; the worker does it. Asked the same again, it answers what there is.
pub fn request(write: &mut Write<'_>, id: CustomerId, requested: &RequestedTenant) -> Result<StoredTenant, Problem> {
    let scope = write.identity.scope;
    // There is exactly one tenant (T-19), also where two ask for one at the same time.
    let customer = lock(write, id)?;
    write.sets_up(id)?;
    let before = store::tenants::get(write.tx, &scope, id)?;
    write.expect_version(before.as_ref().map_or(NONE_YET, |before| before.version))?;
    let version = before.as_ref().map_or(1, |before| before.version + 1);
    if let Some(before) = before.filter(|before| before.tenant.status != TenantStatus::Failed) {
        if before.tenant.domain == requested.domain && before.mode == requested.mode() {
            return Ok(before);
        }
        // T-28: what nobody has confirmed can still be another one.
        if !before.tenant.can_be_withdrawn() {
            return Err(Refusal::TenantExists.into());
        }
    }
    begin(write, &customer.value, requested, version)
}

/// Has the tenant of a customer made or linked that has none, or whose tenant can be another one.
pub fn begin(
    write: &mut Write<'_>,
    customer: &Customer,
    requested: &RequestedTenant,
    version: i64,
) -> Result<StoredTenant, Problem> {
    let (id, marketplace) = (customer.id, customer.marketplace_id);
    // Microsoft bills nobody without an address; a tenant that exists has its own.
    if requested.create && customer.address.is_none() {
        return Err(Refusal::InvoiceAddressRequired.into());
    }
    if !requested.free || store::tenants::domain_in_use_unscoped(write.tx, marketplace, &requested.domain, id)? {
        return Err(Refusal::TenantDomainTaken.into());
    }
    let status = if requested.create { TenantStatus::Creating } else { TenantStatus::AwaitingConfirmation };
    let tenant = StoredTenant {
        customer_id: id,
        marketplace_id: marketplace,
        tenant: Tenant { status, domain: requested.domain.clone(), entra_tenant_id: None, failure: None },
        mode: requested.mode().to_owned(),
        credentials: None,
        credentials_taken_at: None,
        version,
        requested_at: write.now,
        updated_at: write.now,
    };
    store::tenants::put(write.tx, &tenant)?;
    let payload = json!({"mode": tenant.mode, "domain": requested.domain});
    write.record(EventKind::TenantRequested, Some(id), id.to_string(), payload)?;
    Ok(tenant)
}
