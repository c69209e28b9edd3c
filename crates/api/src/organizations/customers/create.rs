//! Adding a customer to those of a reseller or of the provider.

use crate::http::problem::{Problem, named};
use crate::ids::New as _;
use crate::organizations::customers::ask_register::ask_register;
use crate::organizations::customers::view::facts;
use crate::transaction::Write;
use domain::delegation::Unbound;
use domain::event::EventKind;
use domain::id::{CustomerId, ResellerId};
use domain::language::Language;
use domain::party::{Address, CompanySize, Contact, Customer};
use domain::tax::standing::VatCheck;
use store::Versioned;

/// A customer that is asked for.
pub struct NewCustomer {
    /// What the company is called.
    pub name: String,
    /// Whom to reach there.
    pub contact: Contact,
    /// The primary invoice address.
    pub address: Address,
    /// VAT id, in one writing.
    pub vat_id: Option<String>,
    /// How many people work there.
    pub size: Option<CompanySize>,
    /// Who gets the invoices.
    pub invoice_email: Option<String>,
    /// What the owner's scripts call it.
    pub external_ref: Option<String>,
    /// The reseller it buys through.
    pub reseller_id: Option<ResellerId>,
    /// The language of its people who have chosen none.
    pub language: Option<Language>,
}

/// Creates a customer of a reseller that the caller sees, or of the provider itself.
pub fn create(write: &mut Write<'_>, new: &NewCustomer) -> Result<Versioned<Customer>, Problem> {
    let scope = write.identity.scope;
    if let Some(reseller) = new.reseller_id {
        named("/reseller_id", store::resellers::get(write.tx, &scope, reseller))?;
    }
    let customer = Customer {
        id: CustomerId::new(),
        marketplace_id: scope.marketplace(),
        reseller_id: new.reseller_id.or(scope.reseller()),
        name: new.name.clone(),
        contact: new.contact.clone(),
        address: Some(new.address.clone()),
        vat_id: new.vat_id.clone(),
        vat: VatCheck::default(),
        size: new.size,
        invoice_email: new.invoice_email.clone(),
        external_ref: new.external_ref.clone(),
        partner_of_record: None,
        language: new.language,
    };
    keep(write, customer)
}

/// Keeps a customer that comes into being.
pub fn keep(write: &mut Write<'_>, customer: Customer) -> Result<Versioned<Customer>, Problem> {
    store::customers::insert(write.tx, &customer, write.now)?;
    let id = customer.id;
    let created = Versioned { value: customer, version: 1, created_at: write.now, updated_at: Some(write.now) };
    let after = serde_json::to_value(facts(&created)).map_err(Problem::internal)?;
    write.needs_no_acceptance(id, Unbound::NewCustomer);
    write.record(EventKind::CustomerCreated, Some(id), id.to_string(), after)?;
    ask_register(write, &created.value)?;
    Ok(created)
}
