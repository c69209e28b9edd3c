//! Delegated administration: a partner offers to administer for a customer, who accepts or declines (K-13, K-14).

pub mod offer;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersRead, DelegationsAnswer, DelegationsOffer};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::DelegationStatus;
use crate::http::wire::instant;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::access::Scope;
use domain::delegation::{self, DelegationStatus as Status};
use domain::id::CustomerId;
use domain::policy::DelegatedAdministration;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::Conn;
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

/// Whether a partner may administer for a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delegation {
    /// The customer.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Where the offer stands.
    pub status: DelegationStatus,
    /// What the partner wrote.
    #[schema(required, example = "Wir richten Ihre Postfächer ein und helfen Ihren Leuten.")]
    pub message: Option<String>,
    /// Who offered.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offered_by: Option<String>,
    /// When.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub offered_at: Option<String>,
    /// Who answered, for the customer.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub answered_by: Option<String>,
    /// When.
    #[schema(required, format = DateTime, example = "2026-11-21T08:00:00Z")]
    pub answered_at: Option<String>,
}

/// An offer on the wire.
pub fn view(customer: CustomerId, record: Option<&StoredDelegation>) -> Delegation {
    Delegation {
        customer_id: customer.to_string(),
        status: DelegationStatus(record.map_or(Status::None, |record| record.status)),
        message: record.and_then(|record| record.message.clone()),
        offered_by: record.map(|record| record.offered_by.clone()),
        offered_at: record.map(|record| instant(record.offered_at)),
        answered_by: record.and_then(|record| record.answered_by.clone()),
        answered_at: record.and_then(|record| record.answered_at).map(instant),
    }
}

/// Refuses what a partner does for a customer that has not accepted it, where its policy asks for that (K-13): for
/// every operation that acts on somebody's behalf.
pub fn check(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    rule: DelegatedAdministration,
) -> Result<(), Problem> {
    Ok(may_act(conn, scope, customer, rule)??)
}

/// Whether a caller may act on a customer's behalf, or why not.
pub fn may_act(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    rule: DelegatedAdministration,
) -> Result<Result<(), Refusal>, Problem> {
    // Most need not be looked up.
    if delegation::may_act(*scope, Status::None, rule).is_ok() {
        return Ok(Ok(()));
    }
    let record = store::delegations::get(conn, scope, customer)?;
    Ok(delegation::may_act(*scope, record.map_or(Status::None, |record| record.status), rule))
}

/// Offer to administer for a customer
///
/// The customer's partner does: its reseller, which must have a partner id (K-14), or the provider. Until the customer
/// accepts nothing is done on its behalf where the policy asks for that (K-13). An offer that was not accepted is
/// replaced.
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
        offer::offer(write, id.0, message.as_deref())
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
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| offer::answer(write, id.0, true)).await
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
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| offer::answer(write, id.0, false)).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(offer_delegation).service(show_delegation).service(accept_delegation).service(decline_delegation);
}
