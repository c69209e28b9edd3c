//! Delegated administration: a partner offers to administer for a customer, who accepts or declines (K-13, K-14).

pub mod answer;
pub mod keep;
pub mod offer;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, DelegationsAnswer, DelegationsOffer};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::organizations::delegations::view::{Delegation, view};
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::CustomerId;
use serde::Deserialize;
use store::delegations::StoredDelegation;
use utoipa::ToSchema;

/// An offer to administer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegationOffer {
    /// What the partner writes to the customer: mailed to its administrators.
    #[schema(max_length = 2000, example = "Wir richten Ihre Postfächer ein und helfen Ihren Leuten.")]
    message: Option<String>,
}

/// Offer to administer for a customer
///
/// The customer's partner does: its reseller, which must have a partner id, or the provider. It is mailed to the
/// customer's administrators with what the partner writes. Until the customer accepts nothing is done on its behalf
/// where the policy asks for that. An offer that was declined is replaced at once, one that waits a day after it was
/// mailed: `delegation_waits` says from when on.
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
        let offered = offer::offer(write, id.0, message.as_deref())?;
        shown(write, 201, &offered)
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
    let (record, now) = transaction::read(&app, move |app, conn| {
        store::customers::get(conn, &scope, id.0)?;
        Ok((store::delegations::get(conn, &scope, id.0)?, app.now_in(conn, scope.marketplace())?))
    })
    .await?;
    let rule = app.catalogs.of(scope.marketplace()).delegated_administration(now);
    let version = record.as_ref().map_or(0, |record| record.version);
    reply::reviewed(&request, version, &view(id.0, record.as_ref(), rule))
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
        let answered = answer::answer(write, id.0, true)?;
        shown(write, 200, &answered)
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
        let answered = answer::answer(write, id.0, false)?;
        shown(write, 200, &answered)
    })
    .await
}

fn shown(write: &Write<'_>, status: u16, delegation: &StoredDelegation) -> Result<Reply, Problem> {
    let rule = write.app.catalogs.of(delegation.marketplace_id).delegated_administration(write.now);
    let id = delegation.customer_id;
    let location = format!("/v1/customers/{id}/delegated-administration");
    Ok(Reply::json(status, &view(id, Some(delegation), rule))?.reviewed(delegation.version).location(location))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(offer_delegation).service(show_delegation).service(accept_delegation).service(decline_delegation);
}
