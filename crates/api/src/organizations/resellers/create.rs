//! Adding a reseller to a marketplace.

use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::organizations::customer_numbers::register_reseller::register_reseller;
use crate::organizations::onboarding::announce::announce_ids;
use crate::organizations::resellers::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::ResellerId;
use domain::language::Language;
use domain::onboarding::Onboarding;
use domain::party::{Address, Contact, Reseller};
use store::Versioned;

/// A reseller that is asked for.
pub struct NewReseller {
    /// What the company is called.
    pub name: String,
    /// Microsoft's partner id.
    pub partner_id: Option<String>,
    /// Microsoft's id of its tenant.
    pub microsoft_id: Option<String>,
    /// The provider's number of it.
    pub customer_number: Option<String>,
    /// Where its office is.
    pub address: Option<Address>,
    /// Whom to reach there.
    pub contact: Option<Contact>,
    /// What the provider's scripts call it.
    pub external_ref: Option<String>,
    /// The language of its people who have chosen none.
    pub language: Option<Language>,
}

/// Creates a reseller of the caller's marketplace.
pub fn create(write: &mut Write<'_>, new: &NewReseller) -> Result<Versioned<Reseller>, Problem> {
    let NewReseller { name, partner_id, microsoft_id, customer_number, address, contact, external_ref, language } = new;
    let complete = partner_id.is_some() && microsoft_id.is_some();
    let reseller = Reseller {
        partner_id: partner_id.clone(),
        microsoft_id: microsoft_id.clone(),
        customer_number: customer_number.clone(),
        address: address.clone(),
        contact: contact.clone(),
        external_ref: external_ref.clone(),
        language: *language,
        onboarding: Onboarding::with_ids(complete, write.now),
        ..Reseller::new(ResellerId::new(), write.identity.scope.marketplace(), name)
    };
    store::resellers::insert(write.tx, &reseller, write.now)?;
    if let Some(number) = customer_number {
        register_reseller(write, number, reseller.id)?;
    }
    let created = Versioned { value: reseller, version: 1, created_at: write.now, updated_at: None };
    let after = serde_json::to_value(view(&created)).map_err(Problem::internal)?;
    write.record(EventKind::ResellerCreated, None, created.value.id.to_string(), after)?;
    if complete {
        announce_ids(write, &created.value, None)?;
    }
    Ok(created)
}
