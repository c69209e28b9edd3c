//! Invoice data: as whom and where a customer is billed. Who maintains it need not be who may change all else (C-63).

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::BillingWrite;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::wire::body::{Body, PathId, given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::party::{Address, AddressUpdate};
use crate::organizations::customers::change;
use crate::organizations::customers::view::{Customer, shown};
use crate::transaction;
use actix_web::{HttpResponse, patch, web};
use domain::address;
use domain::id::CustomerId;
use domain::organization::OrganizationRules;
use domain::party;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What changes about a customer's invoice data (RFC 7396); a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceDataUpdate {
    /// What the company is called on invoices.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Müller & Söhne GmbH")]
    name: Option<String>,
    /// What changes about the primary invoice address; parts left out stay. Where there is none yet, the whole of it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = AddressUpdate, required = false)]
    address: Option<Value>,
    /// The VAT id with its country's letters; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20, example = "DE136695976")]
    vat_id: Option<Option<String>>,
    /// Where invoices are sent; null sends them to the contact.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254, example = "rechnung@kunde.example")]
    invoice_email: Option<Option<String>>,
}

/// The members of a request that are invoice data; one that is none stays.
pub struct InvoiceData<'a> {
    /// What the company is called on invoices.
    pub name: Option<&'a str>,
    /// A merge patch of the primary invoice address.
    pub address: Option<&'a Value>,
    /// The VAT id; an inner none clears it.
    pub vat_id: Option<Option<&'a str>>,
    /// Where invoices are sent; an inner none sends them to the contact.
    pub invoice_email: Option<Option<&'a str>>,
}

impl InvoiceData<'_> {
    /// Puts them into a customer; what is wrong with them is noted.
    pub fn apply(
        &self,
        customer: &mut party::Customer,
        rules: &OrganizationRules,
        checks: &mut Checks,
    ) -> Result<(), Problem> {
        let current = customer.address.as_ref().map(Address::from);
        let address: Option<Address> =
            self.address.map(|patch| patched("/address", current.as_ref(), patch)).transpose()?;
        if let Some(name) = self.name {
            customer.name = checks.organization("/name", name);
        }
        if let Some(address) = address.and_then(|address| address.check("/address", checks, &rules.address_fields)) {
            address::move_to(customer, address);
        }
        if let Some(vat_id) = self.vat_id {
            let country = customer.address.as_ref().map(|address| address.country);
            customer.vat_id = checks.vat_id("/vat_id", vat_id, country);
        }
        if let Some(email) = self.invoice_email {
            customer.invoice_email = checks.optional_email("/invoice_email", email);
        }
        Ok(())
    }
}

/// Change a customer's invoice data
///
/// As whom and where it is billed: name, invoice address, VAT id, and where invoices are sent. A field left out stays;
/// all else of a customer is changed by `PATCH /v1/customers/{customer_id}`, which takes these fields, too.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    request_body = InvoiceDataUpdate,
    responses((status = 200, body = Customer)),
    security(("bearer" = ["billing.write"])),
)]
#[patch("/customers/{customer_id}/invoice-data")]
pub async fn update_invoice_data(
    app: web::Data<App>,
    caller: Caller<BillingWrite>,
    meta: Meta,
    id: PathId<CustomerId>,
    body: Body<InvoiceDataUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let changed = change::change(write, id.0, |customer| body.value.apply(customer, &rules))?;
        shown(write, 200, &changed)
    })
    .await
}

impl InvoiceDataUpdate {
    fn apply(&self, customer: &mut party::Customer, rules: &OrganizationRules) -> Result<(), Problem> {
        let mut checks = Checks::new();
        let data = InvoiceData {
            name: self.name.as_deref(),
            address: self.address.as_ref(),
            vat_id: self.vat_id.as_ref().map(Option::as_deref),
            invoice_email: self.invoice_email.as_ref().map(Option::as_deref),
        };
        data.apply(customer, rules, &mut checks)?;
        checks.done()
    }
}
