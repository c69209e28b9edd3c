//! Taking up what Microsoft says of a tenant to link.

use crate::http::problem::{Code, Problem};
use crate::organizations::customers::lock::lock;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use domain::tenant::TenantStatus;
use provisioning::TenantRelation;
use serde_json::json;
use store::tenants::StoredTenant;

/// Takes up what Microsoft says of the tenant with a domain; it stays as it is while the confirmation is still
/// awaited, or where it was corrected while Microsoft was asked about another domain.
pub fn verify(
    write: &mut Write<'_>,
    id: CustomerId,
    asked: &str,
    relation: Option<&TenantRelation>,
) -> Result<StoredTenant, Problem> {
    let scope = write.identity.scope;
    lock(write, id)?;
    write.sets_up(id)?;
    let known = store::tenants::get(write.tx, &scope, id)?;
    let mut tenant = known.ok_or_else(|| Problem::new(Code::TenantNotLinking))?;
    let relation = relation.filter(|_| tenant.tenant.domain == asked);
    match (tenant.tenant.status, relation) {
        (TenantStatus::Linked, _) => {}
        (TenantStatus::AwaitingConfirmation, Some(TenantRelation { entra_tenant_id, confirmed: true })) => {
            // One tenant has one customer: another's confirmation is not this one's.
            if store::tenants::holder_unscoped(write.tx, entra_tenant_id)?.is_some() {
                return Err(Refusal::TenantDomainTaken.into());
            }
            tenant.tenant.status = TenantStatus::Linked;
            tenant.tenant.entra_tenant_id = Some(entra_tenant_id.clone());
            tenant.version += 1;
            tenant.updated_at = write.now;
            store::tenants::put(write.tx, &tenant)?;
            let payload = json!({"domain": tenant.tenant.domain, "entra_tenant_id": entra_tenant_id});
            write.record(EventKind::TenantLinked, Some(id), id.to_string(), payload)?;
        }
        // Still awaited: the answer shows the invitation again.
        (TenantStatus::AwaitingConfirmation, _) => {}
        (TenantStatus::Creating | TenantStatus::Failed, _) => return Err(Problem::new(Code::TenantNotLinking)),
    }
    Ok(tenant)
}
