//! Customers: the end organisations.

pub mod edit;

use crate::auth::caller::Caller;
use crate::auth::permits::{CustomersCreate, CustomersRead, CustomersWrite};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query, given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::CompanySize;
use crate::http::wire::party::{Address, AddressUpdate, Contact, ContactUpdate};
use crate::http::wire::{instant, list};
use crate::{App, page, transaction};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::form::limits;
use domain::id::{CustomerId, ResellerId};
use domain::organization::OrganizationRules;
use domain::party;
use domain::tax::vat_id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Versioned;
use store::customers::LookAlike;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// A new customer (T-18).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerCreate {
    /// Company name.
    #[schema(max_length = 200, example = "Müller GmbH")]
    name: String,
    /// Whom to reach.
    contact: Contact,
    /// Primary invoice address.
    address: Address,
    /// VAT id.
    #[schema(max_length = 20, example = "DE136695976")]
    vat_id: Option<String>,
    /// How many people work there (C-08).
    size: Option<CompanySize>,
    /// Who gets the invoices, where it is not the contact (C-08).
    #[schema(format = Email, max_length = 254, example = "rechnung@kunde.example")]
    invoice_email: Option<String>,
    /// What the owner's scripts call it; only one of the owner's customers has it.
    #[schema(max_length = 100, example = "crm-4711")]
    external_ref: Option<String>,
    /// The reseller it buys through; a reseller's own is implied.
    #[schema(max_length = 30, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
}

/// What changes about a customer (RFC 7396); a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerUpdate {
    /// Company name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Müller & Söhne GmbH")]
    name: Option<String>,
    /// Whom to reach.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = ContactUpdate, required = false)]
    contact: Option<Value>,
    /// Primary invoice address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = AddressUpdate, required = false)]
    address: Option<Value>,
    /// VAT id; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20, example = "DE136695976")]
    vat_id: Option<Option<String>>,
    /// How many people work there; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CompanySize>)]
    size: Option<Option<CompanySize>>,
    /// Who gets the invoices; null clears: the contact.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254, example = "rechnung@kunde.example")]
    invoice_email: Option<Option<String>>,
    /// What the owner's scripts call it; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "crm-4711")]
    external_ref: Option<Option<String>>,
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    /// Its id.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Company name.
    #[schema(example = "Müller GmbH")]
    pub name: String,
    /// Whom to reach.
    pub contact: Contact,
    /// Primary invoice address.
    pub address: Address,
    /// VAT id.
    #[schema(required, example = "DE136695976")]
    pub vat_id: Option<String>,
    /// Whether the VAT id has the form and check digits of its country.
    pub vat_id_valid: bool,
    /// How many people work there.
    #[schema(required)]
    pub size: Option<CompanySize>,
    /// Who gets the invoices, where it is not the contact.
    #[schema(required, format = Email, example = "rechnung@kunde.example")]
    pub invoice_email: Option<String>,
    /// What the owner's scripts call it.
    #[schema(required, example = "crm-4711")]
    pub external_ref: Option<String>,
    /// The reseller it buys through.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// When it was created.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// Customers of the caller that look like the same one: only in the answer to creating and changing, and only
    /// where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub possible_duplicates: Vec<PossibleDuplicate>,
}

/// A customer that looks like another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct PossibleDuplicate {
    /// The other one.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What is the same.
    pub reason: DuplicateReason,
}

/// What two customers have in common.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// The VAT id.
    SameVatId,
    /// The name, whatever the capitals.
    SameName,
}

page!(
    /// A page of customers, newest first.
    CustomerPage of Customer
);

/// Which customers.
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
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// A customer on the wire.
pub fn view(record: &Versioned<party::Customer>) -> Customer {
    let customer = &record.value;
    Customer {
        id: customer.id.to_string(),
        name: customer.name.clone(),
        contact: (&customer.contact).into(),
        address: (&customer.address).into(),
        vat_id: customer.vat_id.clone(),
        vat_id_valid: customer.vat_id.as_deref().is_some_and(domain::tax::is_vat_id),
        size: customer.size.map(CompanySize),
        invoice_email: customer.invoice_email.clone(),
        external_ref: customer.external_ref.clone(),
        reseller_id: customer.reseller_id.map(|id| id.to_string()),
        created_at: instant(record.created_at),
        possible_duplicates: vec![],
    }
}

/// A look-alike on the wire.
pub fn duplicate(alike: &LookAlike) -> PossibleDuplicate {
    let reason = if alike.same_vat_id { DuplicateReason::SameVatId } else { DuplicateReason::SameName };
    PossibleDuplicate { id: alike.id.to_string(), reason }
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
    let request = body.value.check(&rules)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| edit::create(write, &request)).await
}

/// List customers
///
/// Newest first.
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
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let mut checks = Checks::new();
    let reseller_id = query.0.reseller_id.as_deref().and_then(|id| checks.id::<ResellerId>("reseller_id", id));
    let name = checks.optional("name", query.0.name.as_deref(), 200);
    let external_ref = checks.optional("external_ref", query.0.external_ref.as_deref(), 100);
    let vat_id = checks.optional("vat_id", query.0.vat_id.as_deref(), 20).map(|id| vat_id::normalized(&id));
    checks.done()?;
    let scope = caller.scope();
    let found = transaction::read(&app, move |_, conn| {
        // A customer sees itself only, and no reseller.
        if let Some(reseller) = reseller_id.filter(|_| scope.customer().is_none()) {
            store::resellers::get(conn, &scope, reseller)?;
        }
        let (external_ref, vat_id) = (external_ref.as_deref(), vat_id.as_deref());
        let filter = store::customers::Filter { reseller_id, name: name.as_deref(), external_ref, vat_id };
        Ok(store::customers::list(conn, &scope, &filter, &page)?)
    })
    .await?;
    reply::ok(&CustomerPage::of(found, |record| view(&record)))
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
    let record = transaction::read(&app, move |_, conn| Ok(store::customers::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, record.version, &view(&record))
}

/// Change a customer
///
/// A field left out stays; all data can be changed at any time (T-18).
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
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        edit::update(write, id.0, |customer| body.value.apply(customer, &rules))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(create_customer).service(list_customers).service(show_customer).service(update_customer);
}

impl CustomerCreate {
    fn check(self, rules: &OrganizationRules) -> Result<edit::NewCustomer, Problem> {
        let mut checks = Checks::new();
        let name = checks.text("/name", &self.name, limits::COMPANY.into());
        let contact = self.contact.check_with("/contact", &mut checks, rules.contact_phone);
        let address = self.address.check("/address", &mut checks, &rules.address_fields);
        let vat_id = checks.vat_id("/vat_id", self.vat_id.as_deref());
        let size = self.size.map(|size| size.0);
        let invoice_email = checks.optional_email("/invoice_email", self.invoice_email.as_deref());
        let external_ref = checks.optional("/external_ref", self.external_ref.as_deref(), limits::EXTERNAL_REF.into());
        let reseller_id = self.reseller_id.as_deref().and_then(|id| checks.id::<ResellerId>("/reseller_id", id));
        let address = checks.finish(address)?;
        Ok(edit::NewCustomer { name, contact, address, vat_id, size, invoice_email, external_ref, reseller_id })
    }
}

impl CustomerUpdate {
    fn apply(&self, customer: &mut party::Customer, rules: &OrganizationRules) -> Result<(), Problem> {
        let contact =
            self.contact.as_ref().map(|patch| patched("/contact", Some(&Contact::from(&customer.contact)), patch));
        let address =
            self.address.as_ref().map(|patch| patched("/address", Some(&Address::from(&customer.address)), patch));
        let (contact, address) = (contact.transpose()?, address.transpose()?);
        let mut checks = Checks::new();
        if let Some(name) = &self.name {
            customer.name = checks.text("/name", name, limits::COMPANY.into());
        }
        if let Some(contact) = contact {
            customer.contact = contact.check_with("/contact", &mut checks, rules.contact_phone);
        }
        if let Some(address) = address.and_then(|address| address.check("/address", &mut checks, &rules.address_fields))
        {
            customer.address = address;
        }
        if let Some(vat_id) = &self.vat_id {
            customer.vat_id = checks.vat_id("/vat_id", vat_id.as_deref());
        }
        if let Some(size) = self.size {
            customer.size = size.map(|size| size.0);
        }
        if let Some(email) = &self.invoice_email {
            customer.invoice_email = checks.optional_email("/invoice_email", email.as_deref());
        }
        if let Some(external_ref) = &self.external_ref {
            customer.external_ref =
                checks.optional("/external_ref", external_ref.as_deref(), limits::EXTERNAL_REF.into());
        }
        checks.done()
    }
}
