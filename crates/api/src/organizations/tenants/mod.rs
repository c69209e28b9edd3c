//! The customer's Microsoft tenant: creating one, or linking the one that exists.

pub mod invited;
pub mod request;
pub mod seal;
pub mod take_credentials;
pub mod verify;
pub mod view;
pub mod withdraw;

use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, TenantsManage};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::organizations::tenants::request::NONE_YET;
use crate::organizations::tenants::request::RequestedTenant;
use crate::organizations::tenants::take_credentials::FirstCredentials;
use crate::organizations::tenants::view::{Tenant, TenantCredentials, TenantDomain, none, view};
use crate::transaction::{self, NO_BODY};
use crate::{App, microsoft};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use domain::access::Scope;
use domain::id::{CustomerId, ResellerId};
use domain::refusal::Refusal;
use domain::tenant::{self, TenantStatus};
use serde::Deserialize;
use store::tenants::StoredTenant;
use utoipa::{IntoParams, ToSchema};

/// What tenant a customer is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum TenantRequest {
    /// A new tenant, with this domain.
    Create {
        /// What stands before `.onmicrosoft.com`.
        #[schema(max_length = 27, example = "muellergmbh")]
        prefix: String,
    },
    /// The tenant that the customer has already.
    Link {
        /// Its default domain, or the prefix of its `onmicrosoft.com` one.
        #[schema(max_length = 253, example = "mueller.example")]
        domain: String,
    },
}

/// A company to suggest a prefix for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestionQuery {
    /// What the company is called.
    #[param(example = "Müller GmbH", max_length = 200)]
    company: String,
}

/// Suggest a tenant domain for a company
///
/// "Müller GmbH" becomes `muellergmbh`; says whether Microsoft has it free.
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
    let domain = tenant::domain_of_prefix(&prefix).map_err(|refusal| refused("company", refusal))?;
    let available = microsoft::domain_available(&app, domain.clone()).await?;
    reply::ok(&TenantDomain { prefix, domain, available })
}

/// Check a tenant domain
///
/// Whether Microsoft has the prefix free. Asking reserves nothing.
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
    let domain = tenant::domain_of_prefix(&prefix).map_err(|refusal| refused("prefix", refusal))?;
    let available = microsoft::domain_available(&app, domain.clone()).await?;
    let prefix = domain.trim_end_matches(".onmicrosoft.com").to_owned();
    reply::ok(&TenantDomain { prefix, domain, available })
}

/// Create or link the customer's tenant
///
/// Exactly one per customer. Answers at once with its state; Microsoft works on it afterwards. The same request
/// again answers the state. Another one replaces it after a failure, and while a link is not confirmed yet.
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
    let requested = body.value.check(&app).await?;
    let invitation = Invitation::of(&app, caller.scope(), id.0).await?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        shown(202, &request::request(write, id.0, &requested)?, &invitation)
    })
    .await
}

/// Show the customer's tenant
///
/// Where it stands and what is to be done next; `none` as long as none was asked for.
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
    let tenant = transaction::read(&app, move |_, conn| Ok(store::tenants::get(conn, &scope, id.0)?)).await?;
    let Invitation { url, reseller_id } = Invitation::of(&app, scope, id.0).await?;
    match tenant {
        Some(tenant) => reply::resource(&request, tenant.version, &view(&tenant, &url, reseller_id)),
        None => reply::resource(&request, NONE_YET, &none(id.0, reseller_id)),
    }
}

/// Withdraw the customer's tenant
///
/// What was asked for is taken back while a link is not confirmed yet, or once it has failed: the customer then has
/// none, and again is fine. A tenant that is being created or is linked stays (409 `tenant_exists`).
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 204, description = "The tenant is withdrawn")),
    security(("bearer" = ["tenants.manage"])),
)]
#[delete("/customers/{customer_id}/tenant")]
pub async fn withdraw_tenant(
    app: web::Data<App>,
    caller: Caller<TenantsManage>,
    meta: Meta,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        withdraw::withdraw(write, id.0).map(|()| Reply::empty())
    })
    .await
}

/// Check the assignment of a tenant to link
///
/// Asks Microsoft whether the tenant's administrator has confirmed the relationship.
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
    let known = transaction::read(&app, move |_, conn| {
        store::customers::get(conn, &scope, id.0)?;
        store::tenants::get(conn, &scope, id.0)?.ok_or_else(|| Problem::new(Code::TenantNotLinking))
    })
    .await?;
    // Only a link is asked about: of a tenant that is being created Microsoft has nothing to say yet.
    let asked = known.tenant.domain;
    let relation = match known.tenant.status {
        TenantStatus::AwaitingConfirmation => microsoft::find_tenant(&app, asked.clone()).await?,
        _ => None,
    };
    let invitation = Invitation::of(&app, scope, id.0).await?;
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        shown(200, &verify::verify(write, id.0, &asked, relation.as_ref())?, &invitation)
    })
    .await
}

/// Take the first administrator's credentials
///
/// Handed out once, then forgotten: again it is 409, under the same `Idempotency-Key` `secret_told_before`, else
/// `credentials_taken`.
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
    meta: Meta,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let FirstCredentials { user_name, password } = take_credentials::take_credentials(write, id.0)?;
        let told = Reply::json(200, &TenantCredentials { user_name, password })?;
        Ok(told.telling_secret_of(format!("/v1/customers/{}/tenant", id.0)))
    })
    .await
}

/// What the administrator of a tenant opens, and which reseller it confirms with it.
struct Invitation {
    url: String,
    reseller_id: Option<ResellerId>,
}

impl Invitation {
    async fn of(app: &web::Data<App>, scope: Scope, id: CustomerId) -> Result<Self, Problem> {
        let invited = transaction::read(app, move |_, conn| invited::invited(conn, &scope, id)).await?;
        let url = microsoft::invitation_url(app, invited.reseller).await?;
        Ok(Self { url, reseller_id: invited.reseller_id })
    }
}

fn shown(status: u16, tenant: &StoredTenant, invitation: &Invitation) -> Result<Reply, Problem> {
    Ok(Reply::json(status, &view(tenant, &invitation.url, invitation.reseller_id))?.version(tenant.version))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(suggest_tenant_domain)
        .service(check_tenant_domain)
        .service(put_tenant)
        .service(show_tenant)
        .service(withdraw_tenant)
        .service(verify_tenant)
        .service(take_tenant_credentials);
}

fn refused(pointer: &str, refusal: Refusal) -> Problem {
    Problem::refusals(vec![(pointer.to_owned(), refusal)])
}

impl TenantRequest {
    /// The tenant that is asked for. Whether the domain of a new one is free is asked of Microsoft.
    async fn check(&self, app: &web::Data<App>) -> Result<RequestedTenant, Problem> {
        match self {
            Self::Create { prefix } => {
                let domain = tenant::domain_of_prefix(prefix).map_err(|refusal| refused("/prefix", refusal))?;
                let free = microsoft::domain_available(app, domain.clone()).await?;
                Ok(RequestedTenant { domain, create: true, free })
            }
            Self::Link { domain } => {
                let domain = tenant::normalize_domain(domain).map_err(|refusal| refused("/domain", refusal))?;
                Ok(RequestedTenant { domain, create: false, free: true })
            }
        }
    }
}
