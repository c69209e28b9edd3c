//! Resellers as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::Language;
use crate::http::wire::party::{Address, Contact};
use crate::page;
use domain::party;
use serde::Serialize;
use store::Versioned;
use utoipa::ToSchema;

/// A reseller: it sells to customers under the provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reseller {
    /// The reseller's id.
    #[schema(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What the company is called.
    #[schema(example = "Systemhaus Nord GmbH")]
    pub name: String,
    /// Microsoft's partner id: partner of record on its orders; null as long as it has none.
    #[schema(required, example = "5357564")]
    pub partner_id: Option<String>,
    /// Microsoft's id of its tenant as a partner: a GUID; null as long as it has none.
    #[schema(required, example = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e")]
    pub microsoft_id: Option<String>,
    /// The number that the provider knows it by; null where there is none.
    #[schema(required, example = "4711")]
    pub customer_number: Option<String>,
    /// Where the company is; null where that is not known.
    #[schema(required)]
    pub address: Option<Address>,
    /// The person to reach at the company; null where none is known.
    #[schema(required)]
    pub contact: Option<Contact>,
    /// What the provider's scripts call it; null where they do not.
    #[schema(required, example = "crm-4711")]
    pub external_ref: Option<String>,
    /// The language of its people who have chosen none; null is that of its country.
    #[schema(required)]
    pub language: Option<Language>,
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
        language: reseller.language.map(Language),
        created_at: instant(record.created_at),
    }
}
