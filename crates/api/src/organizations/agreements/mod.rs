//! Microsoft's customer agreement: who accepted it, and when (T-20).

pub mod accept;

use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, TenantsManage};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::http::wire::instant;
use crate::organizations::agreements::accept as operation;
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::CustomerId;
use serde::{Deserialize, Serialize};
use store::agreements::StoredAgreement;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// The one kind there is.
pub const KIND: &str = "microsoft_customer_agreement";

/// An acceptance to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementCreate {
    /// Who accepted: first name.
    #[schema(max_length = 50, example = "Erika")]
    first_name: String,
    /// Last name.
    #[schema(max_length = 50, example = "Muster")]
    last_name: String,
    /// E-mail address.
    #[schema(format = Email, max_length = 254, example = "erika@kunde.example")]
    email: String,
    /// When; now where left out, never later.
    #[schema(format = DateTime, example = "2026-11-20T10:00:00Z")]
    agreed_at: Option<String>,
}

/// An acceptance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agreement {
    /// The customer.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Which agreement.
    #[schema(example = "microsoft_customer_agreement")]
    pub kind: String,
    /// Who accepted: first name.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// Last name.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// E-mail address.
    #[schema(format = Email, example = "erika@kunde.example")]
    pub email: String,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:00:00Z")]
    pub agreed_at: String,
}

/// An acceptance on the wire.
pub fn view(record: &StoredAgreement) -> Agreement {
    Agreement {
        customer_id: record.customer_id.to_string(),
        kind: record.kind.clone(),
        first_name: record.first_name.clone(),
        last_name: record.last_name.clone(),
        email: record.email.clone(),
        agreed_at: instant(record.agreed_at),
    }
}

/// Record the customer's acceptance of Microsoft's agreement
///
/// Once, before the first order (T-20).
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    request_body = AgreementCreate,
    responses((status = 201, body = Agreement)),
    security(("bearer" = ["tenants.manage"])),
)]
#[post("/customers/{customer_id}/agreements")]
pub async fn accept_agreement(
    app: web::Data<App>,
    caller: Caller<TenantsManage>,
    meta: Meta,
    id: PathId<CustomerId>,
    body: Body<AgreementCreate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let request = operation::Acceptance {
        first_name: checks.text("/first_name", &body.value.first_name, 50),
        last_name: checks.text("/last_name", &body.value.last_name, 50),
        email: checks.email("/email", &body.value.email),
        agreed_at: body.value.agreed_at.as_deref().and_then(|text| checks.instant("/agreed_at", text)),
    };
    checks.done()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        operation::record(write, id.0, &request)
    })
    .await
}

/// Show the customer's acceptance of Microsoft's agreement
///
/// Who accepted it, and when; 404 as long as nobody has.
#[utoipa::path(
    tag = "tenants",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Agreement)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}/agreements")]
pub async fn show_agreement(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    request: HttpRequest,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| {
        store::agreements::get(conn, &scope, id.0)?.ok_or_else(|| Problem::new(Code::NotFound))
    })
    .await?;
    reply::resource(&request, 1, &view(&record))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(accept_agreement).service(show_agreement);
}
