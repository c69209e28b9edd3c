//! Microsoft's customer agreement: who accepted it, and when (T-20).

pub mod accept;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, TenantsManage};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::organizations::agreements::accept::Acceptance;
use crate::organizations::agreements::view::{Agreement, view};
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::form::limits;
use domain::id::CustomerId;
use serde::Deserialize;
use utoipa::ToSchema;

/// An acceptance to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementCreate {
    /// The first name of the person who accepted for the customer.
    #[schema(max_length = 50, example = "Erika")]
    first_name: String,
    /// The last name of the person who accepted for the customer.
    #[schema(max_length = 50, example = "Muster")]
    last_name: String,
    /// The e-mail address of the person who accepted.
    #[schema(format = Email, max_length = 254, example = "erika@kunde.example")]
    email: String,
    /// When it was accepted (RFC 3339); now where it is left out, never in the future.
    #[schema(format = DateTime, example = "2026-11-20T10:00:00Z")]
    agreed_at: Option<String>,
}

/// Record the customer's acceptance of Microsoft's agreement
///
/// Once, before the first order.
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
    let acceptance = body.value.check()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let accepted = accept::accept(write, id.0, &acceptance)?;
        let location = format!("/v1/customers/{}/agreements", id.0);
        Ok(Reply::json(201, &view(id.0, Some(&accepted)))?.version(1).location(location))
    })
    .await
}

/// Show the customer's acceptance of Microsoft's agreement
///
/// Who accepted it, and when; `none` as long as nobody has.
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
    let accepted = transaction::read(&app, move |_, conn| {
        store::customers::get(conn, &scope, id.0)?;
        Ok(store::agreements::get(conn, &scope, id.0)?)
    })
    .await?;
    reply::resource(&request, i64::from(accepted.is_some()), &view(id.0, accepted.as_ref()))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(accept_agreement).service(show_agreement);
}

impl AgreementCreate {
    fn check(self) -> Result<Acceptance, Problem> {
        let mut checks = Checks::new();
        let acceptance = Acceptance {
            first_name: checks.name("/first_name", &self.first_name, limits::NAME.into()),
            last_name: checks.name("/last_name", &self.last_name, limits::NAME.into()),
            email: checks.email("/email", &self.email),
            agreed_at: self.agreed_at.as_deref().and_then(|text| checks.instant("/agreed_at", text)),
        };
        checks.done()?;
        Ok(acceptance)
    }
}
