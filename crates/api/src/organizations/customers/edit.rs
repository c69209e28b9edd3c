//! Creating and changing customers.

use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::organizations::customers::{self, PossibleDuplicate};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{CustomerId, ResellerId};
use domain::party::{Address, CompanySize, Contact, Customer};
use store::Versioned;

/// A customer that is asked for.
pub struct NewCustomer {
    /// Company name.
    pub name: String,
    /// Whom to reach.
    pub contact: Contact,
    /// Invoice address.
    pub address: Address,
    /// VAT id.
    pub vat_id: Option<String>,
    /// How many people work there.
    pub size: Option<CompanySize>,
    /// Who gets the invoices.
    pub invoice_email: Option<String>,
    /// What the owner's scripts call it.
    pub external_ref: Option<String>,
    /// The reseller it buys through.
    pub reseller_id: Option<ResellerId>,
}

/// Creates a customer of a reseller that the caller sees, or of the provider itself.
pub fn create(write: &mut Write<'_>, request: &NewCustomer) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    if let Some(reseller) = request.reseller_id {
        store::resellers::get(write.tx, &scope, reseller)?;
    }
    let customer = Customer {
        id: CustomerId::new(),
        marketplace_id: scope.marketplace(),
        reseller_id: request.reseller_id.or(scope.reseller()),
        name: request.name.clone(),
        contact: request.contact.clone(),
        address: request.address.clone(),
        vat_id: request.vat_id.clone(),
        size: request.size,
        invoice_email: request.invoice_email.clone(),
        external_ref: request.external_ref.clone(),
    };
    store::customers::insert(write.tx, &customer, write.now)?;
    let record = Versioned { value: customer, version: 1, created_at: write.now };
    let mut view = customers::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    view.possible_duplicates = duplicates(write, &record.value)?;
    write.record(EventKind::CustomerCreated, Some(record.value.id), record.value.id.to_string(), after)?;
    Ok(Reply::json(201, &view)?.version(1).location(format!("/v1/customers/{}", record.value.id)))
}

/// Changes a customer.
pub fn update(
    write: &mut Write<'_>,
    id: CustomerId,
    change: impl FnOnce(&mut Customer) -> Result<(), Problem>,
) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    // Who changes another field at the same time does it before or after.
    store::customers::lock(write.tx, &scope, id)?;
    let mut record = store::customers::get(write.tx, &scope, id)?;
    let before = serde_json::to_value(customers::view(&record)).map_err(Problem::internal)?;
    change(&mut record.value)?;
    record.version = store::customers::update(write.tx, &scope, &record.value, write.meta.if_match)?;
    let mut view = customers::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    view.possible_duplicates = duplicates(write, &record.value)?;
    write.changed(EventKind::CustomerChanged, Some(id), id.to_string(), before, after)?;
    Ok(Reply::json(200, &view)?.version(record.version))
}

/// Customers of the caller that look like the same one: they are told, not refused.
fn duplicates(write: &mut Write<'_>, customer: &Customer) -> Result<Vec<PossibleDuplicate>, Problem> {
    let alike = store::customers::look_alikes(write.tx, &write.identity.scope, customer)?;
    Ok(alike.iter().map(customers::duplicate).collect())
}
