//! Customers: the end organisations.

pub mod ask_register;
pub mod change;
pub mod create;
pub mod invoice_data;
pub mod lock;
pub mod move_to;
pub mod partner_of_record;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersCreate, CustomersRead, CustomersWrite};
use crate::http::meta::Meta;
use crate::http::problem::{Problem, named};
use crate::http::reply;
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{CompanySize, Language};
use crate::http::wire::list::{self, Orders, Walk};
use crate::http::wire::party::{Address, AddressUpdate, Contact, ContactUpdate};
use crate::organizations::customers::create::NewCustomer;
use crate::organizations::customers::invoice_data::InvoiceData;
use crate::organizations::customers::view::{Customer, CustomerPage, shown, view};
use crate::transaction;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::form::limits;
use domain::id::{CustomerId, ResellerId};
use domain::organization::OrganizationRules;
use domain::party;
use domain::people::Languages;
use domain::tax::vat_id;
use serde::Deserialize;
use serde_json::Value;
use store::customers::Filter;
use store::page::{Order, SortedRequest, Times};
use store::search::Search;
use utoipa::{IntoParams, ToSchema};

/// A customer to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerCreate {
    /// What the company is called on invoices.
    #[schema(max_length = 200, example = "Müller GmbH")]
    name: String,
    /// The person to reach at the company.
    contact: Contact,
    /// The primary invoice address; branches may have others.
    address: Address,
    /// The VAT id, with its country's letters or, where it fits the address, without them; separators are taken out.
    /// One that is mistyped for certain is refused.
    #[schema(max_length = 20, example = "DE136695976")]
    vat_id: Option<String>,
    /// How many people work at the company.
    size: Option<CompanySize>,
    /// Where invoices are sent, if not to the contact.
    #[schema(format = Email, max_length = 254, example = "rechnung@kunde.example")]
    invoice_email: Option<String>,
    /// What the owner's scripts call it; only one of the owner's customers has it.
    #[schema(max_length = 100, example = "crm-4711")]
    external_ref: Option<String>,
    /// The reseller it buys through; a reseller's own is implied.
    #[schema(max_length = 30, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
    /// The language of its people who have chosen none: one of those that the marketplace offers; left out it is that
    /// of its country.
    language: Option<Language>,
}

/// What changes about a customer (RFC 7396); a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerUpdate {
    /// What the company is called on invoices.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Müller & Söhne GmbH")]
    name: Option<String>,
    /// What changes about the person to reach; parts left out stay.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = ContactUpdate, required = false)]
    contact: Option<Value>,
    /// What changes about the primary invoice address; parts left out stay. Where there is none yet, the whole of it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = AddressUpdate, required = false)]
    address: Option<Value>,
    /// The VAT id with its country's letters; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20, example = "DE136695976")]
    vat_id: Option<Option<String>>,
    /// How many people work at the company; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CompanySize>)]
    size: Option<Option<CompanySize>>,
    /// Where invoices are sent; null sends them to the contact.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254, example = "rechnung@kunde.example")]
    invoice_email: Option<Option<String>>,
    /// What the owner's scripts call it; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "crm-4711")]
    external_ref: Option<Option<String>>,
    /// The number of the partner that the customer names for all that it has; null names none. Only the customer's own
    /// people name it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 10, example = "5357564")]
    partner_of_record: Option<Option<String>>,
    /// The language of its people who have chosen none; null is that of its country.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Language>)]
    language: Option<Option<Language>>,
}

/// Which customers a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerFilter {
    /// Only those that buy through this reseller.
    #[param(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
    /// Only those whose name begins so.
    #[param(example = "Müller", max_length = 200)]
    name: Option<String>,
    /// Only the one that the owner's scripts call so.
    #[param(example = "crm-4711", max_length = 100)]
    external_ref: Option<String>,
    /// Only those with this VAT id.
    #[param(example = "DE136695976", max_length = 20)]
    vat_id: Option<String>,
    /// Only those of whose name, VAT id or `external_ref` each of these words begins a word.
    #[param(example = "müller 4711", max_length = 200)]
    q: Option<String>,
    /// Only those created at this instant or later.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    created_from: Option<String>,
    /// Only those created before this instant.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    created_to: Option<String>,
    /// Only those changed at this instant or later, by the marketplace's clock, the oldest change first.
    #[param(format = DateTime, example = "2026-11-20T10:15:00Z")]
    updated_since: Option<String>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
    /// The order: by creation, by the last change or by name, with a minus the last first. Left out it is
    /// `-created_at`; with `updated_since` it is `updated_at`.
    #[param(example = "-created_at", pattern = "^-?(created_at|updated_at|name)$")]
    sort: Option<String>,
}

/// Create a customer
///
/// By a reseller for itself, by the provider directly or for one of its resellers.
#[utoipa::path(
    tag = "customers",
    request_body = CustomerCreate,
    responses((status = 201, body = Customer)),
    security(("bearer" = ["customers.create"])),
)]
#[post("/customers")]
pub async fn create_customer(
    app: web::Data<App>,
    caller: Caller<CustomersCreate>,
    meta: Meta,
    body: Body<CustomerCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let people = app.marketplaces.people(caller.scope().marketplace())?;
    let new = body.value.check(&rules, &people.languages)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let created = create::create(write, &new)?;
        let location = format!("/v1/customers/{}", created.value.id);
        Ok(shown(write, 201, &created)?.location(location))
    })
    .await
}

/// List customers
///
/// For a reseller its own customers, for the provider all of them; newest first, unless another order is chosen.
#[utoipa::path(
    tag = "customers",
    params(CustomerFilter),
    responses((status = 200, body = CustomerPage)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers")]
pub async fn list_customers(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    query: Query<CustomerFilter>,
) -> Result<HttpResponse, Problem> {
    let ((page, wanted), scope) = (query.0.check()?, caller.scope());
    let found = transaction::read(&app, move |_, conn| {
        // A customer sees itself only, and no reseller.
        if let Some(reseller) = wanted.reseller_id.filter(|_| scope.customer().is_none()) {
            named("reseller_id", store::resellers::get(conn, &scope, reseller))?;
        }
        let found = store::customers::list(conn, &scope, &wanted.filter(), &page)?;
        let ids: Vec<_> = found.items.iter().map(|record| record.value.id).collect();
        Ok((store::tenants::states(conn, &scope, &ids)?, found))
    })
    .await?;
    let (tenants, found) = found;
    reply::ok(&CustomerPage::of(found, |record| view(&record, &tenants)))
}

/// Show a customer
///
/// With its contact, its invoice address, and whether its VAT id can be right.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = Customer)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}")]
pub async fn show_customer(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    request: HttpRequest,
    id: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (record, tenants) = transaction::read(&app, move |_, conn| {
        let tenants = store::tenants::states(conn, &scope, &[id.0])?;
        Ok((store::customers::get(conn, &scope, id.0)?, tenants))
    })
    .await?;
    reply::reviewed(&request, record.version, &view(&record, &tenants))
}

/// Change a customer
///
/// A field left out stays; all data can be changed at any time. The partner of record is told when terms end, as the
/// reseller is; only the customer's own people name it.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    request_body = CustomerUpdate,
    responses((status = 200, body = Customer)),
    security(("bearer" = ["customers.write"])),
)]
#[patch("/customers/{customer_id}")]
pub async fn update_customer(
    app: web::Data<App>,
    caller: Caller<CustomersWrite>,
    meta: Meta,
    id: PathId<CustomerId>,
    body: Body<CustomerUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let people = app.marketplaces.people(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        if body.value.partner_of_record.is_some() {
            partner_of_record::only_the_customer(write.identity)?;
        }
        let changed = change::change(write, id.0, |customer| body.value.apply(customer, &rules, &people.languages))?;
        shown(write, 200, &changed)
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_customer)
        .service(list_customers)
        .service(show_customer)
        .service(update_customer)
        .service(invoice_data::update_invoice_data);
}

/// The orders of the list.
const ORDERS: Orders = &[("created_at", Order::Created), ("updated_at", Order::Updated), ("name", Order::Name)];

/// Which customers are asked for.
struct WantedCustomers {
    reseller_id: Option<ResellerId>,
    name: Option<String>,
    external_ref: Option<String>,
    vat_id: Option<String>,
    search: Option<Search>,
    times: Times,
}

impl WantedCustomers {
    fn filter(&self) -> Filter<'_> {
        let (name, external_ref) = (self.name.as_deref(), self.external_ref.as_deref());
        let (vat_id, search) = (self.vat_id.as_deref(), self.search.as_ref());
        Filter { reseller_id: self.reseller_id, name, external_ref, vat_id, search, times: self.times }
    }
}

impl CustomerFilter {
    fn check(&self) -> Result<(SortedRequest, WantedCustomers), Problem> {
        let mut checks = Checks::new();
        let reseller_id = self.reseller_id.as_deref().and_then(|id| checks.id::<ResellerId>("reseller_id", id));
        let name = checks.optional("name", self.name.as_deref(), 200);
        let external_ref = checks.optional("external_ref", self.external_ref.as_deref(), 100);
        let vat_id = checks.optional("vat_id", self.vat_id.as_deref(), 20).map(|id| vat_id::written(&id, None));
        let search = list::search(&mut checks, self.q.as_deref());
        let created = [("created_from", self.created_from.as_deref()), ("created_to", self.created_to.as_deref())];
        let times = list::times(&mut checks, created, self.updated_since.as_deref());
        let walk = Walk { limit: self.limit, cursor: self.cursor.as_deref(), sort: self.sort.as_deref() };
        let page = walk.read(&mut checks, ORDERS, times);
        checks.done()?;
        Ok((page, WantedCustomers { reseller_id, name, external_ref, vat_id, search, times }))
    }
}

impl CustomerCreate {
    fn check(self, rules: &OrganizationRules, languages: &Languages) -> Result<NewCustomer, Problem> {
        let mut checks = Checks::new();
        let name = checks.organization("/name", &self.name);
        let contact = self.contact.check_with("/contact", &mut checks, rules.contact_phone);
        let address = self.address.check("/address", &mut checks, &rules.address_fields);
        let country = address.as_ref().map(|address| address.country);
        let vat_id = checks.vat_id("/vat_id", self.vat_id.as_deref(), country);
        let size = self.size.map(|size| size.0);
        let invoice_email = checks.optional_email("/invoice_email", self.invoice_email.as_deref());
        let external_ref = checks.optional("/external_ref", self.external_ref.as_deref(), limits::EXTERNAL_REF.into());
        let reseller_id = self.reseller_id.as_deref().and_then(|id| checks.id::<ResellerId>("/reseller_id", id));
        let language = checks.language("/language", self.language, languages);
        let address = checks.finish(address)?;
        Ok(NewCustomer { name, contact, address, vat_id, size, invoice_email, external_ref, reseller_id, language })
    }
}

impl CustomerUpdate {
    fn apply(
        &self,
        customer: &mut party::Customer,
        rules: &OrganizationRules,
        languages: &Languages,
    ) -> Result<(), Problem> {
        let contact =
            self.contact.as_ref().map(|patch| patched("/contact", Some(&Contact::from(&customer.contact)), patch));
        let contact: Option<Contact> = contact.transpose()?;
        let mut checks = Checks::new();
        let billed = InvoiceData {
            name: self.name.as_deref(),
            address: self.address.as_ref(),
            vat_id: self.vat_id.as_ref().map(Option::as_deref),
            invoice_email: self.invoice_email.as_ref().map(Option::as_deref),
        };
        billed.apply(customer, rules, &mut checks)?;
        if let Some(contact) = contact {
            customer.contact = contact.check_with("/contact", &mut checks, rules.contact_phone);
        }
        if let Some(size) = self.size {
            customer.size = size.map(|size| size.0);
        }
        if let Some(external_ref) = &self.external_ref {
            customer.external_ref =
                checks.optional("/external_ref", external_ref.as_deref(), limits::EXTERNAL_REF.into());
        }
        if let Some(number) = &self.partner_of_record {
            customer.partner_of_record = checks.partner_id("/partner_of_record", number.as_deref());
        }
        if let Some(language) = self.language {
            customer.language = checks.language("/language", language, languages);
        }
        checks.done()
    }
}
