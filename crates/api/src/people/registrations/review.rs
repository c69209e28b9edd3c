//! What the provider sees of registrations, and decides.

use crate::auth::caller::Caller;
use crate::auth::permits::{RegistrationsDecide, RegistrationsRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::RegistrationStatus;
use crate::http::wire::party::Address;
use crate::http::wire::{instant, list};
use crate::people::registrations::form::CompanyForm;
use crate::people::registrations::settle;
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::{CustomerId, RegistrationId};
use domain::registration::{Applicant, company_domain};
use serde::{Deserialize, Serialize};
use store::Conn;
use store::registrations::Record;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// An organisation that the address may belong to.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownOrganization {
    /// The customer.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Its name.
    #[schema(example = "Musterfirma GmbH")]
    pub name: String,
}

/// Somebody who wants to be let in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registration {
    /// Its id.
    #[schema(example = "reg_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where it stands.
    pub status: RegistrationStatus,
    /// The address.
    #[schema(example = "erika@mueller.example")]
    pub email: String,
    /// First name, once it is filled in.
    #[schema(required, example = "Jan")]
    pub first_name: Option<String>,
    /// Last name.
    #[schema(required, example = "Nowak")]
    pub last_name: Option<String>,
    /// The company.
    #[schema(required)]
    pub company: Option<CompanyForm>,
    /// The customer number that was given, or that the provider gave.
    #[schema(required, example = "K-4711")]
    pub customer_number: Option<String>,
    /// What does not fit the provider's records: `customer_number`, `company`, `postal_code`, `country`, `region`, or
    /// `no_customer_number` where none was given (T-04).
    #[schema(example = json!(["postal_code"]))]
    pub mismatches: Vec<String>,
    /// The last four characters of the account number, where bank data were given (T-05).
    #[schema(required, example = "2874")]
    pub iban_last_four: Option<String>,
    /// Organisations whose people have addresses of the same domain: to be referred to (C-04). In lists it is empty.
    pub known_organizations: Vec<KnownOrganization>,
    /// Why it was rejected.
    #[schema(required, example = "Zu dieser Adresse fanden wir kein Unternehmen.")]
    pub reason: Option<String>,
    /// The customer whose administrator was told.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub referred_to: Option<String>,
    /// Who decided.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub decided_by: Option<String>,
    /// When.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub decided_at: Option<String>,
    /// The customer that it became.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// The reseller that it became.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The person that it became.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: Option<String>,
    /// When it came.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub updated_at: String,
}

page!(
    /// A page of registrations, newest first.
    RegistrationPage of Registration
);

/// Which registrations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegistrationFilter {
    /// Only those that stand so.
    status: Option<RegistrationStatus>,
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
    /// The customer number that the organisation gets, or has (T-01). Only where people register with one.
    #[serde(default)]
    #[schema(max_length = 20, example = "K-4711")]
    customer_number: Option<String>,
}

/// Why a registration is rejected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRejection {
    /// The reason, which is mailed.
    #[schema(max_length = 300, example = "Zu dieser Adresse fanden wir kein Unternehmen.")]
    reason: String,
}

/// Whose administrator is to let somebody in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationReferral {
    /// The customer.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: String,
}

/// A registration on the wire.
pub fn view(record: &Record, known_organizations: Vec<KnownOrganization>) -> Registration {
    let applicant = record.form.clone().and_then(|form| serde_json::from_value::<Applicant>(form).ok());
    let company = applicant.as_ref().map(|applicant| CompanyForm {
        name: applicant.company.name.clone(),
        size: applicant.company.size.map(crate::http::wire::codes::CompanySize),
        phone: applicant.company.phone.clone(),
        vat_id: applicant.company.vat_id.clone(),
        invoice_email: applicant.company.invoice_email.clone(),
        address: Address::from(&applicant.company.address),
    });
    let mismatches = record.mismatches.clone().and_then(|codes| serde_json::from_value(codes).ok());
    Registration {
        id: record.id.to_string(),
        status: RegistrationStatus(record.status),
        email: record.email.clone(),
        first_name: applicant.as_ref().map(|applicant| applicant.first_name.clone()),
        last_name: applicant.map(|applicant| applicant.last_name),
        company,
        customer_number: record.customer_number.clone(),
        mismatches: mismatches.unwrap_or_default(),
        iban_last_four: record.iban_last_four.clone(),
        known_organizations,
        reason: record.reason.clone(),
        referred_to: record.referred_to.map(|id| id.to_string()),
        decided_by: record.decided_by.clone(),
        decided_at: record.decided_at.map(instant),
        customer_id: record.customer_id.map(|id| id.to_string()),
        reseller_id: record.reseller_id.map(|id| id.to_string()),
        user_id: record.user_id.map(|id| id.to_string()),
        created_at: instant(record.created_at),
        updated_at: instant(record.updated_at),
    }
}

/// Organisations whose people have addresses of the same domain, which says something only where it is no free mail's.
pub fn known_organizations(conn: &mut Conn, record: &Record) -> Result<Vec<KnownOrganization>, Problem> {
    let Some(domain) = company_domain(&record.email) else { return Ok(vec![]) };
    let known = store::registrations::organizations_of(conn, record.marketplace_id, domain)?;
    Ok(known.into_iter().map(|(id, name)| KnownOrganization { customer_id: id.to_string(), name }).collect())
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
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let (marketplace, status) = (caller.scope().marketplace(), query.0.status.map(|status| status.0));
    let read = move |_: &App, conn: &mut Conn| Ok(store::registrations::list(conn, marketplace, status, &page)?);
    let found = transaction::read(&app, read).await?;
    reply::ok(&RegistrationPage::of(found, |record| view(&record, vec![])))
}

/// Show a registration
///
/// With the organisations that the address may belong to, so that it can be referred to one (C-04).
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The registration's id")),
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
    let marketplace = caller.scope().marketplace();
    let (version, shown) = transaction::read(&app, move |_, conn| {
        let record = store::registrations::get(conn, marketplace, id.0)?;
        let known = known_organizations(conn, &record)?;
        Ok((record.version, view(&record, known)))
    })
    .await?;
    reply::resource(&request, version, &shown)
}

/// Approve a registration
///
/// Sends the activation mail with the link to the account form (C-05, C-06). Where people register with a customer
/// number, one is given with it, and the account is open at once (T-01).
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The registration's id")),
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
    let number =
        crate::people::registrations::form::customer_number(&mut checks, body.value.customer_number.as_deref());
    checks.done()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        settle::approve(write, id.0, number.as_deref())
    })
    .await
}

/// Reject a registration
///
/// The reason is mailed.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The registration's id")),
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
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| settle::reject(write, id.0, &reason))
        .await
}

/// Refer a registration to an organisation's administrator
///
/// The organisation has an account already (C-04): its administrator is mailed, and so is who asked.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The registration's id")),
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
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| settle::refer(write, id.0, customer))
        .await
}

/// Send the link of a registration again
///
/// The link that was sent before works no longer.
#[utoipa::path(
    tag = "registrations",
    params(("registration_id" = String, Path, description = "The registration's id")),
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
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| settle::resend(write, id.0)).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_registrations)
        .service(show_registration)
        .service(approve_registration)
        .service(reject_registration)
        .service(refer_registration)
        .service(resend_registration);
}
