//! Reviews: what the provider sees of registrations, and decides.

pub mod approve;
pub mod decided;
pub mod refer;
pub mod reject;
pub mod resend;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{RegistrationsDecide, RegistrationsRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::RegistrationStatus;
use crate::http::wire::list::{self, BY_CREATION, Walk};
use crate::people::registrations::form::customer_number;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::{CustomerId, RegistrationId};
use serde::Deserialize;
use store::Conn;
use utoipa::{IntoParams, ToSchema};
use view::{Registration, RegistrationPage};

/// Which registrations are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegistrationFilter {
    /// Only registrations that stand so.
    status: Option<RegistrationStatus>,
    /// Only those received at this instant or later.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    created_from: Option<String>,
    /// Only those received before this instant.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    created_to: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// How a registration is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationApproval {
    /// The customer number that the organisation gets, or has. Needed where people register with one, and refused where
    /// they do not.
    #[serde(default)]
    #[schema(max_length = 20, example = "K-4711")]
    customer_number: Option<String>,
}

/// Why a registration is rejected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRejection {
    /// The reason, as it is mailed to who registered; at most 300 characters.
    #[schema(max_length = 300, example = "Zu dieser Adresse fanden wir kein Unternehmen.")]
    reason: String,
}

/// Whose administrator is to let somebody in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationReferral {
    /// The id of the customer that the person belongs to.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: String,
}

/// List registrations
///
/// Newest first; only the provider's people see them.
#[utoipa::path(
    tag = "registrations",
    params(RegistrationFilter),
    responses((status = 200, body = RegistrationPage)),
    security(("bearer" = ["registrations.read"])),
)]
#[get("/registrations")]
pub async fn list_registrations(
    app: web::Data<App>,
    caller: Caller<RegistrationsRead>,
    query: Query<RegistrationFilter>,
) -> Result<HttpResponse, Problem> {
    let RegistrationFilter { status, created_from, created_to, limit, cursor, sort } = &query.0;
    let mut checks = Checks::new();
    let created = [("created_from", created_from.as_deref()), ("created_to", created_to.as_deref())];
    let times = list::times(&mut checks, created, None);
    let walk = Walk { limit: *limit, cursor: cursor.as_deref(), sort: sort.as_deref() };
    let page = walk.read(&mut checks, BY_CREATION, times);
    checks.done()?;
    let (scope, status) = (caller.scope(), status.as_ref().map(|status| status.0));
    let read = move |_: &App, conn: &mut Conn| {
        let found = store::registrations::list(conn, &scope, (status, times), &page)?;
        let known = view::known_organizations(conn, scope.marketplace(), &found.items)?;
        Ok((found, known))
    };
    let (found, known) = transaction::read(&app, read).await?;
    reply::ok(&RegistrationPage::of(found, |record| view::view(&record, &known)))
}

/// Show a registration
///
/// With the organisations that the address may belong to, so that it can be referred to one.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The id of the registration")),
    responses((status = 200, body = Registration)),
    security(("bearer" = ["registrations.read"])),
)]
#[get("/registrations/{registration_id:reg_[0-9a-z]+}")]
pub async fn show_registration(
    app: web::Data<App>,
    caller: Caller<RegistrationsRead>,
    request: HttpRequest,
    id: PathId<RegistrationId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (version, shown) = transaction::read(&app, move |_, conn| {
        let record = store::registrations::get(conn, &scope, id.0)?;
        let known = view::known_organizations(conn, scope.marketplace(), std::slice::from_ref(&record))?;
        Ok((record.version, view::view(&record, &known)))
    })
    .await?;
    reply::resource(&request, version, &shown)
}

/// Approve a registration
///
/// Sends the activation mail with the link to the account form. Where people register with a customer number, one is
/// given with it, and the account is open at once. It lets in an administrator of the new organisation: only who may
/// all that such a one may approves.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The id of the registration")),
    request_body = RegistrationApproval,
    responses((status = 200, body = Registration)),
    security(("bearer" = ["registrations.decide"])),
)]
#[post("/registrations/{registration_id}/approve")]
pub async fn approve_registration(
    app: web::Data<App>,
    caller: Caller<RegistrationsDecide>,
    meta: Meta,
    id: PathId<RegistrationId>,
    body: Body<RegistrationApproval>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let number = customer_number(&mut checks, body.value.customer_number.as_deref());
    checks.done()?;
    let approve = move |write: &mut Write<'_>| {
        approve::approve(write, id.0, number.as_deref())?;
        shown(write, id.0)
    };
    transaction::write(&app, caller.identity(), meta, body.digest, approve).await
}

/// Reject a registration
///
/// The reason is mailed to who registered; its password and bank data are forgotten.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The id of the registration")),
    request_body = RegistrationRejection,
    responses((status = 200, body = Registration)),
    security(("bearer" = ["registrations.decide"])),
)]
#[post("/registrations/{registration_id}/reject")]
pub async fn reject_registration(
    app: web::Data<App>,
    caller: Caller<RegistrationsDecide>,
    meta: Meta,
    id: PathId<RegistrationId>,
    body: Body<RegistrationRejection>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let reason = checks.text("/reason", &body.value.reason, 300);
    checks.done()?;
    let reject = move |write: &mut Write<'_>| {
        reject::reject(write, id.0, &reason)?;
        shown(write, id.0)
    };
    transaction::write(&app, caller.identity(), meta, body.digest, reject).await
}

/// Refer a registration to an organisation's administrator
///
/// The organisation has an account already: its administrator is mailed, and so is who asked.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The id of the registration")),
    request_body = RegistrationReferral,
    responses((status = 200, body = Registration)),
    security(("bearer" = ["registrations.decide"])),
)]
#[post("/registrations/{registration_id}/refer")]
pub async fn refer_registration(
    app: web::Data<App>,
    caller: Caller<RegistrationsDecide>,
    meta: Meta,
    id: PathId<RegistrationId>,
    body: Body<RegistrationReferral>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let customer = checks.id::<CustomerId>("/customer_id", &body.value.customer_id);
    let customer = checks.finish(customer)?;
    let refer = move |write: &mut Write<'_>| {
        refer::refer(write, id.0, customer)?;
        shown(write, id.0)
    };
    transaction::write(&app, caller.identity(), meta, body.digest, refer).await
}

/// Send the link of a registration again
///
/// The link that was sent before works no longer. Only by who may approve it.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The id of the registration")),
    responses((status = 200, body = Registration)),
    security(("bearer" = ["registrations.decide"])),
)]
#[post("/registrations/{registration_id}/resend")]
pub async fn resend_registration(
    app: web::Data<App>,
    caller: Caller<RegistrationsDecide>,
    meta: Meta,
    id: PathId<RegistrationId>,
) -> Result<HttpResponse, Problem> {
    let resend = move |write: &mut Write<'_>| {
        resend::resend(write, id.0)?;
        shown(write, id.0)
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, resend).await
}

/// What a write answers of the registration it is about, as it is stored now.
fn shown(write: &mut Write<'_>, id: RegistrationId) -> Result<Reply, Problem> {
    let record = store::registrations::get(write.tx, &write.identity.scope, id)?;
    let known = view::known_organizations(write.tx, record.marketplace_id, std::slice::from_ref(&record))?;
    Ok(Reply::json(200, &view::view(&record, &known))?.version(record.version))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_registrations)
        .service(show_registration)
        .service(approve_registration)
        .service(reject_registration)
        .service(refer_registration)
        .service(resend_registration);
}
