//! Customers as they are shown.

use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::wire::codes::{CompanySize, Language, TenantStatus, VatStanding};
use crate::http::wire::party::{Address, Contact};
use crate::page;
use crate::transaction::Write;
use domain::id::CustomerId;
use domain::party;
use domain::tax::standing::VatCheck;
use domain::tenant::{self, TenantState};
use serde::Serialize;
use std::collections::HashMap;
use store::Versioned;
use store::customers::LookAlike;
use store::tenants;
use utoipa::ToSchema;

/// A customer: the organisation that uses what is bought.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    /// The customer's id.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What the company is called on invoices.
    #[schema(example = "Müller GmbH")]
    pub name: String,
    /// The person to reach at the company.
    pub contact: Contact,
    /// The primary invoice address; null as long as nobody has said it, and then the first order asks for it.
    #[schema(required)]
    pub address: Option<Address>,
    /// The VAT id, in capitals without blanks; null where none is known.
    #[schema(required, example = "DE136695976")]
    pub vat_id: Option<String>,
    /// Whether the VAT id has the form and check digits of its country.
    pub vat_id_valid: bool,
    /// What a register of VAT ids says of it; null where there is no id. Its evidence is in the list of `vat-checks`.
    #[schema(required)]
    pub vat_check: Option<VatIdCheck>,
    /// How many people work at the company; null where it is not known.
    #[schema(required)]
    pub size: Option<CompanySize>,
    /// Where invoices are sent; null sends them to the contact.
    #[schema(required, format = Email, example = "rechnung@kunde.example")]
    pub invoice_email: Option<String>,
    /// What the owner's scripts call it; null where they do not.
    #[schema(required, example = "crm-4711")]
    pub external_ref: Option<String>,
    /// The number of the partner that the customer names for all that it has; null where it names none.
    #[schema(required, example = "5357564")]
    pub partner_of_record: Option<String>,
    /// The language of its people who have chosen none; null is that of its country.
    #[schema(required)]
    pub language: Option<Language>,
    /// The reseller it buys through; null where it buys from the provider.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// Where its Microsoft tenant stands; the audit log, which tells of the customer's own changes, leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = TenantStatus)]
    pub tenant_status: Option<TenantStatus>,
    /// When it was created.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When what is said here was changed last, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub updated_at: String,
    /// Customers of the caller that look like the same one: only in the answer to creating and changing, and only
    /// where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub possible_duplicates: Vec<PossibleDuplicate>,
}

/// How a customer's VAT id stands: the newest answer of a register decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct VatIdCheck {
    /// How far it is known to be right.
    pub status: VatStanding,
    /// When a register answered last, by the marketplace's clock; null as long as none has.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub checked_at: Option<String>,
    /// The number by which the question can be proven to the tax office; null where there is none.
    #[schema(required, example = "WAPIAAAAY1q7Xm3a")]
    pub consultation_number: Option<String>,
}

/// A customer that looks like another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct PossibleDuplicate {
    /// The id of the other customer.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What the two have in common.
    pub reason: DuplicateReason,
}

/// What two customers have in common.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// Both have the same VAT id.
    SameVatId,
    /// Both have the same name, whatever the capitals.
    SameName,
}

page!(
    /// A page of customers, newest first.
    CustomerPage of Customer
);

/// A customer on the wire, with where its tenant stands.
pub fn view(record: &Versioned<party::Customer>, tenants: &HashMap<CustomerId, tenant::TenantStatus>) -> Customer {
    let tenant = tenants.get(&record.value.id).map_or(TenantState::None, |status| TenantState::from(*status));
    Customer { tenant_status: Some(TenantStatus(tenant)), ..facts(record) }
}

/// What is the customer's own: what its changes change.
pub fn facts(record: &Versioned<party::Customer>) -> Customer {
    let customer = &record.value;
    Customer {
        id: customer.id.to_string(),
        name: customer.name.clone(),
        contact: (&customer.contact).into(),
        address: customer.address.as_ref().map(Address::from),
        vat_id: customer.vat_id.clone(),
        vat_id_valid: customer.vat_id.as_deref().is_some_and(domain::tax::is_vat_id),
        vat_check: customer.vat_id.as_ref().map(|_| vat_check(&customer.vat)),
        size: customer.size.map(CompanySize),
        invoice_email: customer.invoice_email.clone(),
        external_ref: customer.external_ref.clone(),
        partner_of_record: customer.partner_of_record.clone(),
        language: customer.language.map(Language),
        reseller_id: customer.reseller_id.map(|id| id.to_string()),
        tenant_status: None,
        created_at: instant(record.created_at),
        updated_at: instant(record.updated_at.unwrap_or(record.created_at)),
        possible_duplicates: vec![],
    }
}

fn vat_check(check: &VatCheck) -> VatIdCheck {
    VatIdCheck {
        status: VatStanding(check.standing),
        checked_at: check.checked_at.map(instant),
        consultation_number: check.consultation_number.clone(),
    }
}

/// A look-alike on the wire.
fn duplicate(alike: &LookAlike) -> PossibleDuplicate {
    let reason = if alike.same_vat_id { DuplicateReason::SameVatId } else { DuplicateReason::SameName };
    PossibleDuplicate { id: alike.id.to_string(), reason }
}

/// The answer to a write. Customers of the caller that look like the same one are told, not refused.
pub fn shown(write: &mut Write<'_>, status: u16, customer: &Versioned<party::Customer>) -> Result<Reply, Problem> {
    let alike = store::customers::look_alikes(write.tx, &write.identity.scope, &customer.value)?;
    let tenants = tenants::states(write.tx, &write.identity.scope, &[customer.value.id])?;
    let body = Customer { possible_duplicates: alike.iter().map(duplicate).collect(), ..view(customer, &tenants) };
    Ok(Reply::json(status, &body)?.reviewed(customer.version))
}
