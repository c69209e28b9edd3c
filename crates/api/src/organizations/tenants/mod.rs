//! The customer's Microsoft tenant: creating one, or linking the one that exists.

pub mod link;

use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, TenantsManage};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::TenantStatus;
use crate::http::wire::instant;
use crate::transaction::{self, NO_BODY};
use crate::{App, microsoft};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use domain::id::CustomerId;
use domain::tenant;
use serde::{Deserialize, Serialize};
use store::tenants::StoredTenant;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// What tenant a customer is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum TenantRequest {
    /// A new one.
    Create {
        /// What stands before `.onmicrosoft.com`.
        #[schema(max_length = 27, example = "muellergmbh")]
        prefix: String,
    },
    /// The one that exists.
    Link {
        /// Its default domain, or the prefix of its `onmicrosoft.com` one.
        #[schema(max_length = 253, example = "mueller.example")]
        domain: String,
    },
}

/// What a customer has at Microsoft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tenant {
    /// The customer.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Where it stands.
    pub status: TenantStatus,
    /// Its domain.
    #[schema(example = "muellergmbh.onmicrosoft.com")]
    pub domain: String,
    /// Microsoft's id of the directory, once known.
    #[schema(required, example = "5f2c9c1e-7b4e-4c8f-9a37-0d1e2f3a4b5c")]
    pub entra_tenant_id: Option<String>,
    /// What the tenant's administrator opens to confirm the relationship; only while that is awaited (T-26).
    #[schema(required, example = "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship")]
    pub invitation_url: Option<String>,
    /// Whether the first administrator's credentials wait to be taken.
    pub credentials_available: bool,
    /// Why it failed.
    #[schema(required, example = "domain_taken")]
    pub failure: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub requested_at: String,
}

/// The first administrator of a new tenant; handed out once.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantCredentials {
    /// The log-in name (T-23).
    #[schema(example = "admin@muellergmbh.onmicrosoft.com")]
    pub user_name: String,
    /// The initial password.
    #[schema(example = "Q7!rk-4mB2x")]
    pub password: String,
}

/// Whether a domain is free.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantDomain {
    /// What stands before `.onmicrosoft.com`.
    #[schema(example = "muellergmbh")]
    pub prefix: String,
    /// The whole domain.
    #[schema(example = "muellergmbh.onmicrosoft.com")]
    pub domain: String,
    /// Whether it is free; not reserved by asking.
    pub available: bool,
}

/// A company to suggest a prefix for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestionQuery {
    /// The company's name.
    #[param(example = "Müller GmbH", max_length = 200)]
    company: String,
}

/// A tenant on the wire.
pub fn view(record: &StoredTenant, invitation_url: Option<String>) -> Tenant {
    Tenant {
        customer_id: record.customer_id.to_string(),
        status: TenantStatus(record.tenant.status),
        domain: record.tenant.domain.clone(),
        entra_tenant_id: record.tenant.entra_tenant_id.clone(),
        invitation_url: invitation_url.filter(|_| record.tenant.status == tenant::TenantStatus::AwaitingConfirmation),
        credentials_available: record.credentials.is_some() && record.credentials_taken_at.is_none(),
        failure: record.tenant.failure.clone(),
        requested_at: instant(record.requested_at),
    }
}

/// Suggest a tenant domain for a company
///
/// "Müller GmbH" becomes `muellergmbh` (T-23); says whether Microsoft has it free.
#[utoipa::path(
    tag = "tenants",
    params(SuggestionQuery),
    responses((status = 200, body = TenantDomain)),
    security(("bearer" = ["tenants.manage"])),
)]
#[get("/tenant-domains")]
pub async fn suggest_tenant_domain(
    app: web::Data<App>,
    _caller: Caller<TenantsManage>,
    query: Query<SuggestionQuery>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let company = checks.text("company", &query.0.company, 200);
    checks.done()?;
    let prefix = tenant::suggest_prefix(&company);
    let domain = tenant::domain_of_prefix(&prefix)
        .map_err(|refusal| Problem::refusals(vec![("company".to_owned(), refusal)]))?;
    let available = microsoft::domain_available(&app, domain.clone()).await?;
    reply::ok(&TenantDomain { prefix, domain, available })
}

/// Check a tenant domain
///
/// Whether Microsoft has the prefix free (T-22). Asking reserves nothing.
#[utoipa::path(
    tag = "tenants",
    params(
        (
            "prefix" = String,
            Path,
            description = "What stands before `.onmicrosoft.com`",
            example = "muellergmbh",
            max_length = 27,
        ),
    ),
    responses(
        (status = 200, body = TenantDomain),
        (
            status = 422,
            body = crate::http::problem::schema::Problem,
            content_type = "application/problem+json",
            description = "No prefix that Microsoft takes",
        ),
    ),
    security(("bearer" = ["tenants.manage"])),
)]
#[get("/tenant-domains/{prefix}")]
pub async fn check_tenant_domain(
    app: web::Data<App>,
    _caller: Caller<TenantsManage>,
    prefix: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let domain =
        tenant::domain_of_prefix(&prefix).map_err(|refusal| Problem::refusals(vec![("prefix".to_owned(), refusal)]))?;
    let available = microsoft::domain_available(&app, domain.clone()).await?;
    let prefix = domain.trim_end_matches(".onmicrosoft.com").to_owned();
    reply::ok(&TenantDomain { prefix, domain, available })
}

/// Create or link the customer's tenant
///
/// Exactly one per customer (T-19). Answers at once with its state; Microsoft works on it afterwards. The same request
/// again answers the state; after a failure another may be tried.
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    request_body = TenantRequest,
    responses((status = 202, body = Tenant)),
    security(("bearer" = ["tenants.manage"])),
)]
#[put("/customers/{customer_id}/tenant")]
pub async fn put_tenant(
    app: web::Data<App>,
    caller: Caller<TenantsManage>,
    meta: Meta,
    id: PathId<CustomerId>,
    body: Body<TenantRequest>,
) -> Result<HttpResponse, Problem> {
    let wanted = match &body.value {
        TenantRequest::Create { prefix } => {
            let domain = tenant::domain_of_prefix(prefix)
                .map_err(|refusal| Problem::refusals(vec![("/prefix".to_owned(), refusal)]))?;
            let free = microsoft::domain_available(&app, domain.clone()).await?;
            link::Wanted { domain, create: true, free }
        }
        TenantRequest::Link { domain } => {
            let domain = tenant::normalize_domain(domain)
                .map_err(|refusal| Problem::refusals(vec![("/domain".to_owned(), refusal)]))?;
            link::Wanted { domain, create: false, free: true }
        }
    };
    let invitation = microsoft::invitation_url(&app).await?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        link::request(write, id.0, &wanted, &invitation)
    })
    .await
}

/// Show the customer's tenant
///
/// Where it stands and what is to be done next; 404 as long as none was asked for.
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Tenant)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}/tenant")]
pub async fn show_tenant(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    request: HttpRequest,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| {
        store::tenants::get(conn, &scope, id.0)?.ok_or_else(|| Problem::new(Code::NotFound))
    })
    .await?;
    let invitation = microsoft::invitation_url(&app).await?;
    reply::resource(&request, record.version, &view(&record, Some(invitation)))
}

/// Check the assignment of a tenant to link
///
/// Asks Microsoft whether the tenant's administrator has confirmed the relationship (T-27).
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Tenant)),
    security(("bearer" = ["tenants.manage"])),
)]
#[post("/customers/{customer_id}/tenant/verify")]
pub async fn verify_tenant(
    app: web::Data<App>,
    caller: Caller<TenantsManage>,
    meta: Meta,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| {
        store::tenants::get(conn, &scope, id.0)?.ok_or_else(|| Problem::new(Code::NotFound))
    })
    .await?;
    // Only a link is asked about: of a tenant that is being created Microsoft has nothing to say yet.
    let relation = match record.tenant.status {
        tenant::TenantStatus::AwaitingConfirmation => microsoft::find_tenant(&app, record.tenant.domain).await?,
        _ => None,
    };
    let invitation = microsoft::invitation_url(&app).await?;
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        link::verify(write, id.0, relation.as_ref(), &invitation)
    })
    .await
}

/// Take the first administrator's credentials
///
/// Handed out once, then forgotten. Not stored under an `Idempotency-Key`, because a secret is not kept in clear.
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = TenantCredentials)),
    security(("bearer" = ["tenants.manage"])),
)]
#[post("/customers/{customer_id}/tenant/credentials")]
pub async fn take_tenant_credentials(
    app: web::Data<App>,
    caller: Caller<TenantsManage>,
    mut meta: Meta,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    meta.idempotency_key = None;
    let mut response =
        transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| link::take_credentials(write, id.0))
            .await?;
    response.headers_mut().insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(suggest_tenant_domain)
        .service(check_tenant_domain)
        .service(put_tenant)
        .service(show_tenant)
        .service(verify_tenant)
        .service(take_tenant_credentials);
}
