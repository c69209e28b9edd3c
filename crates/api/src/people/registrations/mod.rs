//! Registrations: how strangers get in. By review of an address (C-03…C-13), by a customer number (T-01…T-07),
//! or only by invitation (L-01).
//!
//! Nothing here tells a stranger whether an address is known, or what the provider's records say of a customer number:
//! what does not fit them is not refused but reviewed by the provider, who sees what differs.

pub mod complete;
pub mod form;
pub mod link;
pub mod open_account;
pub mod take;
pub mod view;

use crate::App;
use crate::auth::one_time;
use crate::auth::shared_counts;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::http::wire::consents::{self, GivenConsent};
use crate::people::registrations::complete::Completion;
use crate::people::registrations::take::{RegistrationToTake, WholeForm};
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::transaction::{self, Write};
use actix_web::{HttpResponse, post, web};
use domain::access::Permissions;
use domain::id::MarketplaceId;
use domain::marketplace::Doing;
use domain::organization::OrganizationRules;
use domain::people::{LoginKind, LoginName, PeopleRules, RegistrationMode};
use form::{BankDataForm, CompanyForm};
use serde::Deserialize;
use store::registrations::StoredRegistration;
use store::request_counts::RequestKind;
use utoipa::ToSchema;
use view::{RegistrationForm, RegistrationOutcome, RegistrationReceipt};

/// Who asks to be let in. Where the provider reviews requests, marketplace and address are all that is sent; where
/// people register with a customer number, everything is asked for at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// The slug of the marketplace.
    #[schema(max_length = 50, example = "cancom")]
    marketplace: String,
    /// The e-mail address; it becomes the log-in name.
    #[schema(max_length = 254, example = "erika@mueller.example")]
    email: String,
    /// The language of the mails and of the company: `de`, `en` or `pl`; else that of its country.
    #[serde(default)]
    #[schema(max_length = 10, example = "de")]
    language: Option<String>,
    /// First name of who registers; it runs the account.
    #[serde(default)]
    #[schema(max_length = 50, example = "Jan")]
    first_name: Option<String>,
    /// Last name of who registers.
    #[serde(default)]
    #[schema(max_length = 50, example = "Nowak")]
    last_name: Option<String>,
    /// The password to log in with, by the `password` rules that `GET /v1/marketplaces/{slug}` shows.
    #[serde(default)]
    #[schema(max_length = 1024, example = "Nowak-2026!")]
    password: Option<String>,
    /// The company that gets the account.
    #[serde(default)]
    company: Option<CompanyForm>,
    /// The customer number that the provider gave, in capital or small letters.
    #[serde(default)]
    #[schema(max_length = 20, example = "K-4711")]
    customer_number: Option<String>,
    /// Bank data; only without a customer number, and needed then.
    #[serde(default)]
    bank_data: Option<BankDataForm>,
    /// What is agreed to: every consent that is needed, in the version in force.
    #[serde(default)]
    #[schema(max_items = 10)]
    consents: Option<Vec<GivenConsent>>,
}

/// The token of a link in a mail of a registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationLink {
    /// The token of the link: what stands behind its last slash.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
}

/// The account form of a company that registers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationCompletion {
    /// The token of the link: what stands behind its last slash.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
    /// First name of who registers; it runs the account.
    #[schema(max_length = 50, example = "Erika")]
    first_name: String,
    /// Last name of who registers.
    #[schema(max_length = 50, example = "Müller")]
    last_name: String,
    /// The password to log in with, by the `password` rules that `GET /v1/marketplaces/{slug}` shows.
    #[schema(max_length = 1024, example = "Mueller-2026")]
    password: String,
    /// The company that gets the account.
    company: CompanyForm,
    /// What is agreed to: every consent that is needed, in the version in force.
    #[schema(max_items = 10)]
    consents: Vec<GivenConsent>,
}

/// Ask to be let in
///
/// Public. The answer is the same whether the address is known or not, and so is the time it takes. A mail goes to the
/// address: where a log-in exists it says so, where an address is to be confirmed it has the link. Where the provider
/// reviews requests, its decision is mailed. Marketplaces that let people in only by invitation refuse. A network that
/// asks too often within an hour is answered 429 until `Retry-After`.
#[utoipa::path(
    tag = "registrations",
    request_body = RegistrationRequest,
    responses((status = 202, body = RegistrationReceipt)),
)]
#[post("/registrations")]
pub async fn request_registration(
    app: web::Data<App>,
    meta: Meta,
    origin: Origin,
    body: Body<RegistrationRequest>,
) -> Result<HttpResponse, Problem> {
    let request = body.value;
    let marketplace = app.marketplaces.by_slug(&request.marketplace);
    let record = marketplace.filter(|record| record.marketplace.id != MarketplaceId::PLATFORM);
    let record = record.ok_or_else(|| Problem::field("/marketplace", Code::NotFound))?;
    let marketplace = record.marketplace.id;
    app.marketplaces.lets(marketplace, Doing::Register)?;
    shared_counts::count(&app, RequestKind::Registration, &origin).await?;
    let rules = app.marketplaces.people(marketplace)?;
    let slug = request.marketplace.clone();
    let request = match rules.registration_mode {
        RegistrationMode::InviteOnly => return Err(closed(&app, &slug)),
        RegistrationMode::Approval => address_only(request, &origin)?,
        RegistrationMode::CustomerNumber => {
            let organizations = app.marketplaces.organizations(marketplace)?;
            whole_form(&app, (&rules, &organizations), request, &origin).await?
        }
    };
    let identity = stranger(&origin, marketplace);
    let take = move |write: &mut Write<'_>| {
        take::take(write, &request)?;
        Reply::json(202, &RegistrationReceipt { marketplace: slug.clone(), email: request.email.clone() })
    };
    transaction::write(&app, identity, meta, body.digest, take).await
}

/// L-01: log-ins are given out by the provider; whom to ask is said.
fn closed(app: &App, slug: &str) -> Problem {
    let profile = app.marketplaces.by_slug(slug).map(|record| record.profile.clone()).unwrap_or_default();
    let contacts = profile["public"]["support"].as_array().cloned().unwrap_or_default();
    let support = contacts.iter().find(|contact| contact["concern"] == "support").or_else(|| contacts.first());
    let contact = support.and_then(|contact| contact["email"].as_str()).map(str::to_owned);
    Problem::new(Code::RegistrationClosed).with("contact", Place::text_or(contact, Phrase::TheSupport))
}

/// The address, as log-in names are, and the language.
fn address(checks: &mut Checks, request: &RegistrationRequest) -> (String, Option<String>) {
    let email = checks.email("/email", &request.email);
    if !checks.is_wrong("/email") && LoginName::new(&email, LoginKind::Email).is_err() {
        checks.note("/email", Code::InvalidValue, vec![("expected", Phrase::Email.into())]);
    }
    let language = request.language.as_deref().and_then(|tag| {
        checks.code("/language", tag, Lang::from_code, Place::wire("de, en, pl")).map(|lang| lang.code().to_owned())
    });
    (email, language)
}

/// C-03: one field. What else is sent would be asked for later, or not at all.
fn address_only(request: RegistrationRequest, origin: &Origin) -> Result<RegistrationToTake, Problem> {
    let mut checks = Checks::new();
    let (email, language) = address(&mut checks, &request);
    let others = [
        ("first_name", request.first_name.is_some()),
        ("last_name", request.last_name.is_some()),
        ("password", request.password.is_some()),
        ("company", request.company.is_some()),
        ("customer_number", request.customer_number.is_some()),
        ("bank_data", request.bank_data.is_some()),
        ("consents", request.consents.is_some()),
    ];
    for (name, _) in others.iter().filter(|(_, given)| *given) {
        checks.note(&format!("/{name}"), Code::UnknownField, vec![("field", Place::wire(*name))]);
    }
    checks.done()?;
    let (mode, address) = (RegistrationMode::Approval, origin.address.clone());
    Ok(RegistrationToTake { mode, email, language, form: None, address })
}

/// T-01…T-06: everything at once.
async fn whole_form(
    app: &App,
    (rules, organizations): (&PeopleRules, &OrganizationRules),
    request: RegistrationRequest,
    origin: &Origin,
) -> Result<RegistrationToTake, Problem> {
    let mut checks = Checks::new();
    let (email, language) = address(&mut checks, &request);
    let empty = String::new();
    let names =
        (request.first_name.as_ref().unwrap_or(&empty).as_str(), request.last_name.as_ref().unwrap_or(&empty).as_str());
    let applicant = match &request.company {
        Some(company) => Some(form::applicant(&mut checks, organizations, names, company)),
        None => {
            checks.note("/company", Code::Required, vec![]);
            None
        }
    };
    let password = request.password.clone().unwrap_or_default();
    checks.password("/password", &password, &rules.password, &email);
    let given = request.consents.clone().unwrap_or_default();
    consents::complete(&mut checks, &rules.consents, &given);
    let number = form::customer_number(&mut checks, request.customer_number.as_deref());
    // T-05: one of the two, and only one.
    if number.is_some() == request.bank_data.is_some() {
        checks.note("/customer_number", Code::NumberOrBankData, vec![]);
    }
    let bank_data = request.bank_data.as_ref().and_then(|data| form::bank_data(&mut checks, data));
    let applicant = checks.finish(applicant)?;
    let form = WholeForm {
        applicant,
        password_hash: app.passwords.hash_in_turn(password).await?,
        customer_number: number,
        bank_data,
        consents: given.into_iter().map(Into::into).collect(),
    };
    let (mode, address) = (RegistrationMode::CustomerNumber, origin.address.clone());
    Ok(RegistrationToTake { mode, email, language, form: Some(form), address })
}

/// Show what a link of a registration is for
///
/// Public, for the page that the link opens: for which address, and what comes next.
#[utoipa::path(
    tag = "registrations",
    request_body = RegistrationLink,
    responses((status = 200, body = RegistrationForm)),
)]
#[post("/registrations/show")]
pub async fn show_registration_link(
    app: web::Data<App>,
    body: Body<RegistrationLink>,
) -> Result<HttpResponse, Problem> {
    let form = transaction::read(&app, move |app, conn| {
        let (token, record) = link::led_to(conn, &body.value.token)?;
        let token = one_time::open(app, conn, &body.value.token, token.purpose)?;
        let rules = app.marketplaces.people(record.marketplace_id)?;
        let marketplace = app.marketplaces.get(record.marketplace_id)?;
        Ok(view::form(&token, record, &marketplace.marketplace, &rules))
    })
    .await?;
    reply::ok(&form)
}

/// Fill in the account form
///
/// Public, with the token of the activation mail. Opens the company's account with its administrator, who can log in
/// at once. The link works once.
#[utoipa::path(
    tag = "registrations",
    request_body = RegistrationCompletion,
    responses((status = 200, body = RegistrationOutcome)),
)]
#[post("/registrations/complete")]
pub async fn complete_registration(
    app: web::Data<App>,
    meta: Meta,
    origin: Origin,
    body: Body<RegistrationCompletion>,
) -> Result<HttpResponse, Problem> {
    let request = body.value;
    let text = request.token.clone();
    let (_, record) = transaction::read(&app, move |_, conn| link::led_to(conn, &text)).await?;
    let (identity, completion) =
        (stranger(&origin, record.marketplace_id), filled_in(&app, &record, request, origin).await?);
    let complete = move |write: &mut Write<'_>| {
        let registration = complete::complete(write, &completion)?;
        Reply::json(200, &RegistrationOutcome::of(&registration))
    };
    transaction::write(&app, identity, meta, body.digest, complete).await
}

/// Everything that is wrong with the account form at once; the password is hashed only where nothing is.
async fn filled_in(
    app: &App,
    record: &StoredRegistration,
    request: RegistrationCompletion,
    origin: Origin,
) -> Result<Completion, Problem> {
    let rules = app.marketplaces.people(record.marketplace_id)?;
    let mut checks = Checks::new();
    let organizations = app.marketplaces.organizations(record.marketplace_id)?;
    let names = (request.first_name.as_str(), request.last_name.as_str());
    let applicant = form::applicant(&mut checks, &organizations, names, &request.company);
    checks.password("/password", &request.password, &rules.password, &record.email);
    consents::complete(&mut checks, &rules.consents, &request.consents);
    checks.done()?;
    Ok(Completion {
        token: request.token,
        applicant,
        password_hash: app.passwords.hash_in_turn(request.password).await?,
        consents: request.consents.into_iter().map(Into::into).collect(),
        address: origin.address,
    })
}

/// Confirm the address of a registration
///
/// Public, with the token of the confirmation mail. Where everything fits the provider's records the account is
/// `active` at once; else the provider reviews it first.
#[utoipa::path(
    tag = "registrations",
    request_body = RegistrationLink,
    responses((status = 200, body = RegistrationOutcome)),
)]
#[post("/registrations/confirm")]
pub async fn confirm_registration(
    app: web::Data<App>,
    meta: Meta,
    origin: Origin,
    body: Body<RegistrationLink>,
) -> Result<HttpResponse, Problem> {
    let (text, token) = (body.value.token.clone(), body.value.token);
    let (_, record) = transaction::read(&app, move |_, conn| link::led_to(conn, &text)).await?;
    let identity = stranger(&origin, record.marketplace_id);
    let confirm = move |write: &mut Write<'_>| {
        let registration = complete::confirm(write, &token)?;
        Reply::json(200, &RegistrationOutcome::of(&registration))
    };
    transaction::write(&app, identity, meta, body.digest, confirm).await
}

/// Somebody whom nobody knows, at a network address: may nothing.
fn stranger(origin: &Origin, marketplace: MarketplaceId) -> Identity {
    let permissions = Permissions::NONE;
    Identity { permissions, ..Identity::of_program(&format!("anonymous {}", origin.address), marketplace) }
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(request_registration)
        .service(show_registration_link)
        .service(complete_registration)
        .service(confirm_registration);
}
