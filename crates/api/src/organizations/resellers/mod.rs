//! Resellers: who sells to customers under the provider.

pub mod change;
pub mod checks;
pub mod create;
pub mod lock;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{ResellersCreate, ResellersRead, ResellersWrite};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Language;
use crate::http::wire::list;
use crate::http::wire::party::{Address, AddressUpdate, Contact, ContactUpdate};
use crate::organizations::resellers::checks::{customer_number, microsoft_id, partner_id};
use crate::organizations::resellers::create::NewReseller;
use crate::organizations::resellers::view::{Reseller, ResellerPage, view};
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::address::AddressField;
use domain::form::limits;
use domain::id::ResellerId;
use domain::party;
use domain::people::Languages;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// A reseller to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResellerCreate {
    /// What the company is called.
    #[schema(max_length = 200, example = "Systemhaus Nord GmbH")]
    name: String,
    /// Microsoft's partner id of it (MPN): 5 to 10 digits.
    #[schema(max_length = 10, example = "5357564")]
    partner_id: Option<String>,
    /// Microsoft's id of its tenant as a partner: a GUID.
    #[schema(max_length = 36, example = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e")]
    microsoft_id: Option<String>,
    /// The number that the provider knows it by: digits, capital letters and dashes.
    #[schema(max_length = 20, example = "4711")]
    customer_number: Option<String>,
    /// Where the company is.
    address: Option<Address>,
    /// The person to reach at the company.
    contact: Option<Contact>,
    /// What the provider's scripts call it; only one reseller has it.
    #[schema(max_length = 100, example = "crm-4711")]
    external_ref: Option<String>,
    /// The language of its people who have chosen none: one of those that the marketplace offers; left out it is that
    /// of its country.
    language: Option<Language>,
}

/// What changes about a reseller; a field left out stays. Microsoft's ids are locked: they have an operation of their
/// own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResellerUpdate {
    /// What the company is called.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Systemhaus Nord AG")]
    name: Option<String>,
    /// What changes about its address; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AddressUpdate>)]
    address: Option<Option<Value>>,
    /// What changes about the person to reach; null clears it.
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
    /// The language of its people who have chosen none; null is that of its country.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Language>)]
    language: Option<Option<Language>>,
}

/// Which resellers a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResellerFilter {
    /// Only the one that the provider's scripts call so.
    #[param(example = "crm-4711", max_length = 100)]
    external_ref: Option<String>,
    /// Only those of whose name, numbers or `external_ref` each of these words begins a word.
    #[param(example = "systemhaus nord", max_length = 200)]
    q: Option<String>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
    /// The order: `created_at` is the oldest first, `-created_at` the newest first, as where it is left out.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// Create a reseller
///
/// Its partner id makes it the partner of record of what its customers order.
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
    let people = app.marketplaces.people(caller.scope().marketplace())?;
    let new = body.value.check(&rules.address_fields, &people.languages)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let created = create::create(write, &new)?;
        let location = format!("/v1/resellers/{}", created.value.id);
        Ok(Reply::json(201, &view(&created))?.version(created.version).location(location))
    })
    .await
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
    let search = list::search(&mut checks, query.0.q.as_deref());
    checks.done()?;
    let scope = caller.scope();
    let list = move |_: &App, conn: &mut store::Conn| {
        Ok(store::resellers::list(conn, &scope, (external_ref.as_deref(), search.as_ref()), &page)?)
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
    let people = app.marketplaces.people(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let apply =
            |reseller: &mut party::Reseller| body.value.apply(reseller, &rules.address_fields, &people.languages);
        let changed = change::change(write, id.0, apply)?;
        Ok(Reply::json(200, &view(&changed))?.version(changed.version))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(create_reseller).service(list_resellers).service(show_reseller).service(update_reseller);
}

impl ResellerCreate {
    fn check(self, needed: &[AddressField], languages: &Languages) -> Result<NewReseller, Problem> {
        let mut checks = Checks::new();
        let name = checks.organization("/name", &self.name);
        let partner_id = partner_id("/partner_id", self.partner_id.as_deref(), &mut checks);
        let microsoft_id = microsoft_id("/microsoft_id", self.microsoft_id.as_deref(), &mut checks);
        let customer_number = customer_number("/customer_number", self.customer_number.as_deref(), &mut checks);
        let address = self.address.as_ref().and_then(|address| address.check("/address", &mut checks, needed));
        let contact = self.contact.as_ref().map(|contact| contact.check("/contact", &mut checks));
        let external_ref = checks.optional("/external_ref", self.external_ref.as_deref(), limits::EXTERNAL_REF.into());
        let language = checks.language("/language", self.language, languages);
        checks.done()?;
        Ok(NewReseller { name, partner_id, microsoft_id, customer_number, address, contact, external_ref, language })
    }
}

impl ResellerUpdate {
    fn apply(
        &self,
        reseller: &mut party::Reseller,
        needed: &[AddressField],
        languages: &Languages,
    ) -> Result<(), Problem> {
        let mut checks = Checks::new();
        if let Some(name) = &self.name {
            reseller.name = checks.organization("/name", name);
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
        if let Some(language) = self.language {
            reseller.language = checks.language("/language", language, languages);
        }
        checks.done()
    }
}
