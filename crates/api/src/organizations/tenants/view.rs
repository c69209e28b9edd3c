//! Tenants as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::TenantStatus;
use domain::id::{CustomerId, ResellerId};
use domain::tenant::{self, TenantState};
use serde::Serialize;
use store::tenants::StoredTenant;
use utoipa::ToSchema;

/// What a customer has, or is to have, at Microsoft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tenant {
    /// The customer whose tenant it is.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Where the tenant stands.
    pub status: TenantStatus,
    /// Its whole default domain; null as long as there is none.
    #[schema(required, example = "muellergmbh.onmicrosoft.com")]
    pub domain: Option<String>,
    /// Microsoft's id of the directory, a GUID; null until it is known.
    #[schema(required, example = "5f2c9c1e-7b4e-4c8f-9a37-0d1e2f3a4b5c")]
    pub entra_tenant_id: Option<String>,
    /// What the tenant's administrator opens to confirm the relationship; null unless that is awaited.
    #[schema(required, example = "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship")]
    pub invitation_url: Option<String>,
    /// The reseller that the invitation names beside the provider: both are then among the tenant's partner
    /// relationships; null where the customer buys directly.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// Whether the first administrator's credentials wait to be taken.
    pub credentials_available: bool,
    /// Why Microsoft could not make it, as a code; null where nothing failed.
    #[schema(required, example = "domain_taken")]
    pub failure: Option<String>,
    /// When it was asked for; null as long as there is none.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub requested_at: Option<String>,
}

/// The first administrator of a new tenant; handed out once.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantCredentials {
    /// What the administrator logs in with at Microsoft.
    #[schema(example = "admin@muellergmbh.onmicrosoft.com")]
    pub user_name: String,
    /// The initial password, to be changed at the first log-in.
    #[schema(example = "Q7!rk-4mB2x")]
    pub password: String,
}

/// Whether a domain is free.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantDomain {
    /// What stands before `.onmicrosoft.com`.
    #[schema(example = "muellergmbh")]
    pub prefix: String,
    /// The whole domain: the prefix with `.onmicrosoft.com`.
    #[schema(example = "muellergmbh.onmicrosoft.com")]
    pub domain: String,
    /// Whether it is free; not reserved by asking.
    pub available: bool,
}

/// A tenant on the wire.
pub fn view(record: &StoredTenant, invitation_url: &str, reseller_id: Option<ResellerId>) -> Tenant {
    let awaited = record.tenant.status == tenant::TenantStatus::AwaitingConfirmation;
    Tenant {
        customer_id: record.customer_id.to_string(),
        status: TenantStatus(record.tenant.status.into()),
        domain: Some(record.tenant.domain.clone()),
        entra_tenant_id: record.tenant.entra_tenant_id.clone(),
        invitation_url: awaited.then(|| invitation_url.to_owned()),
        reseller_id: reseller_id.map(|id| id.to_string()),
        credentials_available: record.credentials.is_some() && record.credentials_taken_at.is_none(),
        failure: record.tenant.failure.clone(),
        requested_at: Some(instant(record.requested_at)),
    }
}

/// That a customer has none yet.
pub fn none(customer: CustomerId, reseller_id: Option<ResellerId>) -> Tenant {
    Tenant {
        customer_id: customer.to_string(),
        status: TenantStatus(TenantState::None),
        domain: None,
        entra_tenant_id: None,
        invitation_url: None,
        reseller_id: reseller_id.map(|id| id.to_string()),
        credentials_available: false,
        failure: None,
        requested_at: None,
    }
}
