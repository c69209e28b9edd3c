//! Delegated administration: a partner offers to administer for a customer, who accepts or declines (K-13, K-14).

pub mod answer;
pub mod check;
pub mod keep;
pub mod offer;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, DelegationsAnswer, DelegationsOffer};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::organizations::delegations::view::{Delegation, view};
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::CustomerId;
use serde::Deserialize;
use store::delegations::StoredDelegation;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// An offer to administer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationOffer {
    /// What the partner writes to the customer.
    #[schema(max_length = 2000, example = "Wir richten Ihre Postfächer ein und helfen Ihren Leuten.")]
    message: Option<String>,
}

/// Offer to administer for a customer
///
/// The customer's partner does: its reseller, which must have a partner id, or the provider. Until the customer
/// accepts nothing is done on its behalf where the policy asks for that. An offer that was not accepted is replaced.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    request_body = DelegationOffer,
    responses((status = 201, body = Delegation)),
    security(("bearer" = ["delegations.offer"])),
)]
#[post("/customers/{customer_id}/delegated-administration")]
pub async fn offer_delegation(
    app: web::Data<App>,
    caller: Caller<DelegationsOffer>,
    meta: Meta,
    id: PathId<CustomerId>,
    body: Body<DelegationOffer>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let message = checks.optional("/message", body.value.message.as_deref(), 2_000);
    checks.done()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        shown(201, &offer::offer(write, id.0, message.as_deref())?)
    })
    .await
}

/// Show whether a partner may administer for a customer
///
/// Where its offer stands: `none` as long as there was none.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Delegation)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}/delegated-administration")]
pub async fn show_delegation(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    request: HttpRequest,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| {
        store::customers::get(conn, &scope, id.0)?;
        Ok(store::delegations::get(conn, &scope, id.0)?)
    })
    .await?;
    reply::resource(&request, record.as_ref().map_or(0, |record| record.version), &view(id.0, record.as_ref()))
}

/// Accept a partner's offer to administer
///
/// Only by the customer's own company administrator.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Delegation)),
    security(("bearer" = ["delegations.answer"])),
)]
#[post("/customers/{customer_id}/delegated-administration/accept")]
pub async fn accept_delegation(
    app: web::Data<App>,
    caller: Caller<DelegationsAnswer>,
    meta: Meta,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        shown(200, &answer::answer(write, id.0, true)?)
    })
    .await
}

/// Decline a partner's offer to administer
///
/// Only by the customer's own company administrator. It can be offered again.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Delegation)),
    security(("bearer" = ["delegations.answer"])),
)]
#[post("/customers/{customer_id}/delegated-administration/decline")]
pub async fn decline_delegation(
    app: web::Data<App>,
    caller: Caller<DelegationsAnswer>,
    meta: Meta,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        shown(200, &answer::answer(write, id.0, false)?)
    })
    .await
}

fn shown(status: u16, delegation: &StoredDelegation) -> Result<Reply, Problem> {
    let id = delegation.customer_id;
    let location = format!("/v1/customers/{id}/delegated-administration");
    Ok(Reply::json(status, &view(id, Some(delegation)))?.version(delegation.version).location(location))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(offer_delegation).service(show_delegation).service(accept_delegation).service(decline_delegation);
}
