//! Asking for a customer's tenant, checking a link, handing out the first credentials.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::organizations::tenants::{self, TenantCredentials};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use domain::tenant::{Tenant, TenantStatus};
use provisioning::TenantRelation;
use serde_json::json;
use store::tenants::StoredTenant;

/// What is asked for.
pub struct Wanted {
    /// The domain.
    pub domain: String,
    /// A new tenant; else the one that has the domain.
    pub create: bool,
    /// Whether Microsoft has the domain free.
    pub free: bool,
}

impl Wanted {
    const fn mode(&self) -> &'static str {
        if self.create { "create" } else { "link" }
    }
}

/// What a sealed secret is bound to, so that it opens for its customer only.
pub fn seal_context(customer: CustomerId) -> String {
    format!("tenant credentials {customer}")
}

/// Remembers what tenant a customer is to have; the worker does it.
pub fn request(write: &mut Write<'_>, id: CustomerId, wanted: &Wanted, invitation: &str) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    // There is exactly one tenant (T-19), also where two ask for one at the same time.
    store::customers::lock(write.tx, &scope, id)?;
    store::customers::get(write.tx, &scope, id)?;
    let before = store::tenants::get(write.tx, &scope, id)?;
    if write.meta.if_match.is_some_and(|known| before.as_ref().is_none_or(|before| before.version != known)) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    if let Some(before) = &before
        && before.tenant.status != TenantStatus::Failed
    {
        if before.tenant.domain == wanted.domain && before.mode == wanted.mode() {
            return Ok(Reply::json(202, &tenants::view(before, Some(invitation.to_owned())))?.version(before.version));
        }
        return Err(Refusal::TenantExists.into());
    }
    if !wanted.free || store::tenants::domain_in_use_unscoped(write.tx, scope.marketplace(), &wanted.domain)? {
        return Err(Refusal::TenantDomainTaken.into());
    }
    let status = if wanted.create { TenantStatus::Creating } else { TenantStatus::AwaitingConfirmation };
    let record = StoredTenant {
        customer_id: id,
        marketplace_id: scope.marketplace(),
        tenant: Tenant { status, domain: wanted.domain.clone(), entra_tenant_id: None, failure: None },
        mode: wanted.mode().to_owned(),
        credentials: None,
        credentials_taken_at: None,
        version: before.map_or(1, |before| before.version + 1),
        requested_at: write.now,
        updated_at: write.now,
    };
    store::tenants::put(write.tx, &record)?;
    let payload = json!({"mode": record.mode, "domain": wanted.domain});
    write.record(EventKind::TenantRequested, Some(id), id.to_string(), payload)?;
    Ok(Reply::json(202, &tenants::view(&record, Some(invitation.to_owned())))?.version(record.version))
}

/// Takes up what Microsoft says of a tenant to link.
pub fn verify(
    write: &mut Write<'_>,
    id: CustomerId,
    relation: Option<&TenantRelation>,
    invitation: &str,
) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, id)?;
    let mut record = store::tenants::get(write.tx, &scope, id)?.ok_or_else(|| Problem::new(Code::NotFound))?;
    match (record.tenant.status, relation) {
        (TenantStatus::Linked, _) => {}
        (TenantStatus::AwaitingConfirmation, Some(TenantRelation { entra_tenant_id, confirmed: true })) => {
            // One tenant has one customer: another's confirmation is not this one's.
            if store::tenants::holder_unscoped(write.tx, entra_tenant_id)?.is_some() {
                return Err(Refusal::TenantDomainTaken.into());
            }
            record.tenant.status = TenantStatus::Linked;
            record.tenant.entra_tenant_id = Some(entra_tenant_id.clone());
            record.version += 1;
            record.updated_at = write.now;
            store::tenants::put(write.tx, &record)?;
            let payload = json!({"domain": record.tenant.domain, "entra_tenant_id": entra_tenant_id});
            write.record(EventKind::TenantLinked, Some(id), id.to_string(), payload)?;
        }
        // Still awaited: the answer shows the invitation again.
        (TenantStatus::AwaitingConfirmation, _) => {}
        (TenantStatus::Creating | TenantStatus::Failed, _) => return Err(Problem::new(Code::TenantNotLinking)),
    }
    Ok(Reply::json(200, &tenants::view(&record, Some(invitation.to_owned())))?.version(record.version))
}

/// Hands out the first administrator's credentials, once.
pub fn take_credentials(write: &mut Write<'_>, id: CustomerId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, id)?;
    let record = store::tenants::get(write.tx, &scope, id)?.ok_or_else(|| Problem::new(Code::NotFound))?;
    if record.credentials_taken_at.is_some() {
        return Err(Problem::new(Code::CredentialsTaken));
    }
    let Some(sealed) = store::tenants::take_credentials(write.tx, &scope, id, write.now)? else {
        return Err(Problem::new(Code::CredentialsNotReady));
    };
    let plain = write.app.keys.open(&seal_context(id), &sealed).map_err(Problem::internal)?;
    let (user_name, password): (String, String) = serde_json::from_slice(&plain).map_err(Problem::internal)?;
    write.audit("tenant.credentials_taken", Some(id), id.to_string(), None, None)?;
    Reply::json(200, &TenantCredentials { user_name, password })
}
