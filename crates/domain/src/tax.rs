//! VAT: which rule holds between a seller's and a buyer's country, and the tax of a document.
//!
//! Tax is computed once per document and category: round(Σ net × rate) (EN 16931; golden.md 5.1).

use crate::access::codes;
use crate::money::{Currency, Money, MoneyError, Rounding};
use crate::party::Country;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

codes! {
    /// VAT category (EN 16931, UNTDID 5305).
    TaxCategory {
        /// The standard rate of a country.
        Standard = "S",
        /// The buyer owes the tax in its own EU country.
        ReverseCharge = "AE",
        /// Sold outside the EU.
        OutsideScope = "O",
    }
}

/// The rule for a buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaxRule {
    /// The category.
    pub category: TaxCategory,
    /// Percent: 19 is 19 %.
    pub percent: Decimal,
    /// Whose rate.
    pub country: Country,
}

/// Net, tax and gross of one document; on the wire every amount says all three (C-46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Taxed {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// The rule for a sale: domestic VAT; within the EU reverse charge for a valid VAT id, else the
/// buyer's country's rate; outside it none (C-40, R-19).
pub fn rule(seller: Country, buyer: Country, vat_id: Option<&str>) -> TaxRule {
    let _ = (seller, buyer, vat_id);
    todo!()
}

/// Whether a text is a VAT id of an EU country (or `XI`): its form, and its check digits where the country has them.
/// Blanks, dots and dashes are ignored.
pub fn is_vat_id(text: &str) -> bool {
    let _ = text;
    todo!()
}

/// The tax of a document whose lines all fall under one rule.
pub fn document(rule: TaxRule, currency: Currency, nets: impl IntoIterator<Item = Money>, rounding: Rounding) -> Result<Taxed, MoneyError> {
    let _ = (rule, currency, nets.into_iter().count(), rounding);
    todo!()
}
