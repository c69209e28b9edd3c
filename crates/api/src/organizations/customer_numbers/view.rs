//! Customer numbers as they are shown.

use crate::clock::instant;
use crate::page;
use domain::customer_number::CustomerRecord;
use serde::Serialize;
use store::Versioned;
use utoipa::ToSchema;

/// A customer number with what the records say of the organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerNumber {
    /// The customer number: digits, capital letters and dashes.
    #[schema(example = "4711")]
    pub number: String,
    /// The name of the organisation that has it.
    #[schema(example = "Nowak Sp. z o.o.")]
    pub company: String,
    /// The organisation's postal code, in the form of its country.
    #[schema(example = "00-838")]
    pub postal_code: String,
    /// The organisation's country: two capital letters of ISO 3166-1.
    #[schema(example = "PL")]
    pub country: String,
    /// The organisation's region or province code; null is not compared with a registration's.
    #[schema(required, example = "14")]
    pub region: Option<String>,
    /// The reseller that is registered under it; null where none is.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The customer that is registered under it; null where none is.
    #[schema(required, example = json!(null))]
    pub customer_id: Option<String>,
    /// When it was recorded.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

page!(
    /// A page of customer numbers, newest first.
    CustomerNumberPage of CustomerNumber
);

/// A record on the wire.
pub fn view(record: &Versioned<CustomerRecord>) -> CustomerNumber {
    let CustomerRecord { number, company, reseller_id, customer_id, .. } = &record.value;
    CustomerNumber {
        number: number.clone(),
        company: company.name.clone(),
        postal_code: company.postal_code.clone(),
        country: company.country.to_string(),
        region: company.region.clone(),
        reseller_id: reseller_id.map(|id| id.to_string()),
        customer_id: customer_id.map(|id| id.to_string()),
        created_at: instant(record.created_at),
    }
}
