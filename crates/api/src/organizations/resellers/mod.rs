//! Resellers: who sells to customers under the provider.

pub mod edit;

use crate::auth::caller::Caller;
use crate::auth::permits::{ResellersCreate, ResellersRead, ResellersWrite};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query, given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::party::{Address, AddressUpdate, Contact, ContactUpdate};
use crate::http::wire::{instant, list};
use crate::{App, page, transaction};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::address::AddressField;
use domain::customer_number::is_number;
use domain::form::limits;
use domain::id::ResellerId;
use domain::{onboarding, party};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Versioned;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// A new reseller.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResellerCreate {
    /// Company name.
    #[schema(max_length = 200, example = "Systemhaus Nord GmbH")]
    name: String,
    /// Microsoft's partner id of it (T-12).
    #[schema(max_length = 10, example = "5357564")]
    partner_id: Option<String>,
    /// Microsoft's id of its tenant as a partner, a GUID (T-12).
    #[schema(max_length = 36, example = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e")]
    microsoft_id: Option<String>,
    /// The number that the provider knows it by (T-01).
    #[schema(max_length = 20, example = "4711")]
    customer_number: Option<String>,
    /// Its address.
    address: Option<Address>,
    /// Whom to reach.
    contact: Option<Contact>,
    /// What the provider's scripts call it; only one reseller has it.
    #[schema(max_length = 100, example = "crm-4711")]
    external_ref: Option<String>,
}

/// What changes about a reseller; a field left out stays. Microsoft's ids are locked: they have an operation of their
/// own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResellerUpdate {
    /// Company name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Systemhaus Nord AG")]
    name: Option<String>,
    /// Its address; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AddressUpdate>)]
    address: Option<Option<Value>>,
    /// Whom to reach; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<ContactUpdate>)]
    contact: Option<Option<Value>>,
    /// The provider's number of it; only the provider changes it. Null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20, example = "4711")]
    customer_number: Option<Option<String>>,
    /// What the provider's scripts call it; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "crm-4711")]
    external_ref: Option<Option<String>>,
}

/// A reseller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reseller {
    /// Its id.
    #[schema(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Company name.
    #[schema(example = "Systemhaus Nord GmbH")]
    pub name: String,
    /// Microsoft's partner id: partner of record on its orders.
    #[schema(required, example = "5357564")]
    pub partner_id: Option<String>,
    /// Microsoft's id of its tenant as a partner.
    #[schema(required, example = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e")]
    pub microsoft_id: Option<String>,
    /// The number that the provider knows it by.
    #[schema(required, example = "4711")]
    pub customer_number: Option<String>,
    /// Its address.
    #[schema(required)]
    pub address: Option<Address>,
    /// Whom to reach.
    #[schema(required)]
    pub contact: Option<Contact>,
    /// What the provider's scripts call it.
    #[schema(required, example = "crm-4711")]
    pub external_ref: Option<String>,
    /// When it was created.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

page!(
    /// A page of resellers, newest first.
    ResellerPage of Reseller
);

/// A reseller on the wire.
pub fn view(record: &Versioned<party::Reseller>) -> Reseller {
    let reseller = &record.value;
    Reseller {
        id: reseller.id.to_string(),
        name: reseller.name.clone(),
        partner_id: reseller.partner_id.clone(),
        microsoft_id: reseller.microsoft_id.clone(),
        customer_number: reseller.customer_number.clone(),
        address: reseller.address.as_ref().map(Address::from),
        contact: reseller.contact.as_ref().map(Contact::from),
        external_ref: reseller.external_ref.clone(),
        created_at: instant(record.created_at),
    }
}

/// Which resellers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResellerFilter {
    /// Only the one that the provider's scripts call so.
    #[param(example = "crm-4711", max_length = 100)]
    external_ref: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// Create a reseller
///
/// Its partner id makes it the partner of record of what its customers order (T-12).
#[utoipa::path(
    tag = "resellers",
    request_body = ResellerCreate,
    responses((status = 201, body = Reseller)),
    security(("bearer" = ["resellers.create"])),
)]
#[post("/resellers")]
pub async fn create_reseller(
    app: web::Data<App>,
    caller: Caller<ResellersCreate>,
    meta: Meta,
    body: Body<ResellerCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let request = body.value.check(&rules.address_fields)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| edit::create(write, &request)).await
}

/// List resellers
///
/// Newest first; a reseller sees itself.
#[utoipa::path(
    tag = "resellers",
    params(ResellerFilter),
    responses((status = 200, body = ResellerPage)),
    security(("bearer" = ["resellers.read"])),
)]
#[get("/resellers")]
pub async fn list_resellers(
    app: web::Data<App>,
    caller: Caller<ResellersRead>,
    query: Query<ResellerFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let mut checks = Checks::new();
    let external_ref = checks.optional("external_ref", query.0.external_ref.as_deref(), 100);
    checks.done()?;
    let scope = caller.scope();
    let list = move |_: &App, conn: &mut store::Conn| {
        Ok(store::resellers::list(conn, &scope, external_ref.as_deref(), &page)?)
    };
    let found = transaction::read(&app, list).await?;
    reply::ok(&ResellerPage::of(found, |record| view(&record)))
}

/// Show a reseller
///
/// A reseller sees itself, the provider sees all of the marketplace.
#[utoipa::path(
    tag = "resellers",
    params(("reseller_id" = String, Path, description = "The reseller's id")),
    responses((status = 200, body = Reseller)),
    security(("bearer" = ["resellers.read"])),
)]
#[get("/resellers/{reseller_id}")]
pub async fn show_reseller(
    app: web::Data<App>,
    caller: Caller<ResellersRead>,
    request: HttpRequest,
    id: PathId<ResellerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| Ok(store::resellers::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, record.version, &view(&record))
}

/// Change a reseller
///
/// A field left out stays, null clears.
#[utoipa::path(
    tag = "resellers",
    params(("reseller_id" = String, Path, description = "The reseller's id")),
    request_body = ResellerUpdate,
    responses((status = 200, body = Reseller)),
    security(("bearer" = ["resellers.write"])),
)]
#[patch("/resellers/{reseller_id}")]
pub async fn update_reseller(
    app: web::Data<App>,
    caller: Caller<ResellersWrite>,
    meta: Meta,
    id: PathId<ResellerId>,
    body: Body<ResellerUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        edit::update(write, id.0, |reseller| body.value.apply(reseller, &rules.address_fields))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(create_reseller).service(list_resellers).service(show_reseller).service(update_reseller);
}

impl ResellerCreate {
    fn check(self, needed: &[AddressField]) -> Result<edit::NewReseller, Problem> {
        let mut checks = Checks::new();
        let name = checks.text("/name", &self.name, limits::COMPANY.into());
        let partner_id = partner_id("/partner_id", self.partner_id.as_deref(), &mut checks);
        let microsoft_id = microsoft_id("/microsoft_id", self.microsoft_id.as_deref(), &mut checks);
        let customer_number = customer_number("/customer_number", self.customer_number.as_deref(), &mut checks);
        let address = self.address.as_ref().and_then(|address| address.check("/address", &mut checks, needed));
        let contact = self.contact.as_ref().map(|contact| contact.check("/contact", &mut checks));
        let external_ref = checks.optional("/external_ref", self.external_ref.as_deref(), limits::EXTERNAL_REF.into());
        checks.done()?;
        Ok(edit::NewReseller { name, partner_id, microsoft_id, customer_number, address, contact, external_ref })
    }
}

impl ResellerUpdate {
    fn apply(&self, reseller: &mut party::Reseller, needed: &[AddressField]) -> Result<(), Problem> {
        let mut checks = Checks::new();
        if let Some(name) = &self.name {
            reseller.name = checks.text("/name", name, limits::COMPANY.into());
        }
        if let Some(patch) = &self.address {
            let current = reseller.address.as_ref().map(Address::from);
            let address = patch.as_ref().map(|patch| patched::<Address>("/address", current.as_ref(), patch));
            reseller.address = address.transpose()?.and_then(|address| address.check("/address", &mut checks, needed));
        }
        if let Some(patch) = &self.contact {
            let current = reseller.contact.as_ref().map(Contact::from);
            let contact = patch.as_ref().map(|patch| patched::<Contact>("/contact", current.as_ref(), patch));
            reseller.contact = contact.transpose()?.map(|contact| contact.check("/contact", &mut checks));
        }
        if let Some(number) = &self.customer_number {
            reseller.customer_number = customer_number("/customer_number", number.as_deref(), &mut checks);
        }
        if let Some(external_ref) = &self.external_ref {
            reseller.external_ref =
                checks.optional("/external_ref", external_ref.as_deref(), limits::EXTERNAL_REF.into());
        }
        checks.done()
    }
}

/// A partner id that may be missing.
pub fn partner_id(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    formed(pointer, text, limits::PARTNER_ID, onboarding::is_partner_id, "5 to 10 digits", checks)
}

/// A Microsoft id that may be missing, in small letters.
pub fn microsoft_id(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    let text = text.map(str::to_ascii_lowercase);
    let expected = "a GUID: 8, 4, 4, 4 and 12 hexadecimal digits with dashes between";
    formed(pointer, text.as_deref(), limits::MICROSOFT_ID, onboarding::is_microsoft_id, expected, checks)
}

/// A customer number that may be missing.
pub fn customer_number(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    formed(pointer, text, limits::CUSTOMER_NUMBER, is_number, "1 to 20 digits, capital letters and dashes", checks)
}

fn formed(
    pointer: &str,
    text: Option<&str>,
    max: u16,
    right: fn(&str) -> bool,
    expected: &str,
    checks: &mut Checks,
) -> Option<String> {
    let text = checks.optional(pointer, text, max.into())?;
    if !right(&text) && !checks.is_wrong(pointer) {
        checks.note(pointer, Code::InvalidValue, vec![("expected", expected.to_owned())]);
    }
    Some(text)
}
