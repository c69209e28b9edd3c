//! VAT: which rule holds between a seller's and a buyer's country, and the tax of a document.
//!
//! Tax is computed once per document and category: round(Σ net × rate) (EN 16931; golden.md 5.1).

pub mod vat_id;

use crate::coded::coded_enum;
use crate::money::{Currency, Money, MoneyError, Rounding};
use crate::party::Country;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

coded_enum! {
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
    /// The category that an e-invoice says.
    pub category: TaxCategory,
    /// Percent: 19 is 19 %.
    pub percent: Decimal,
    /// The country whose rate it is.
    pub country: Country,
}

/// Net, tax and gross of one document; on the wire every amount says all three (C-46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Taxed {
    /// The amount without tax.
    pub net: Money,
    /// The tax on the net amount, rounded once per document.
    pub tax: Money,
    /// Net and tax together: what is paid.
    pub gross: Money,
}

impl Taxed {
    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { net: zero, tax: zero, gross: zero }
    }
}

/// The standard rates of the EU's members in 2026, in tenths of a percent.
const STANDARD_RATES: [(&str, i64); 27] = [
    ("AT", 200),
    ("BE", 210),
    ("BG", 200),
    ("CY", 190),
    ("CZ", 210),
    ("DE", 190),
    ("DK", 250),
    ("EE", 240),
    ("ES", 210),
    ("FI", 255),
    ("FR", 200),
    ("GR", 240),
    ("HR", 250),
    ("HU", 270),
    ("IE", 230),
    ("IT", 220),
    ("LT", 210),
    ("LU", 170),
    ("LV", 210),
    ("MT", 180),
    ("NL", 210),
    ("PL", 230),
    ("PT", 230),
    ("RO", 210),
    ("SE", 250),
    ("SI", 220),
    ("SK", 230),
];

/// The standard rate of an EU country in percent; none outside the EU.
fn standard_rate(country: Country) -> Option<Decimal> {
    let (_, tenths) = STANDARD_RATES.iter().find(|(code, _)| *code == country.code())?;
    Some(Decimal::new(*tenths, 1).normalize())
}

/// The rule for a sale: domestic VAT; within the EU reverse charge for a valid VAT id, else the
/// buyer's country's rate; outside it none (C-40, R-19).
///
/// The VAT id must be of the buyer's own country. A seller outside the EU charges no EU VAT.
pub fn rule(seller: Country, buyer: Country, vat_id: Option<&str>) -> TaxRule {
    let rates = standard_rate(seller).and(standard_rate(buyer));
    let has_vat_id = || vat_id.is_some_and(|text| vat_id::country_of(text) == Some(buyer));
    let (category, percent) = match rates {
        None => (TaxCategory::OutsideScope, Decimal::ZERO),
        Some(_) if buyer != seller && has_vat_id() => (TaxCategory::ReverseCharge, Decimal::ZERO),
        Some(rate) => (TaxCategory::Standard, rate),
    };
    TaxRule { category, percent, country: buyer }
}

/// Whether a text is a VAT id of an EU country (or `XI`): its form, and its check digits where
/// [`vat_id`] knows them. Blanks, dots and dashes are ignored, and small letters are taken for capitals.
pub fn is_vat_id(text: &str) -> bool {
    vat_id::country_of(text).is_some()
}

/// The tax of a document whose lines all fall under one rule.
pub fn document(
    rule: TaxRule,
    currency: Currency,
    nets: impl IntoIterator<Item = Money>,
    rounding: Rounding,
) -> Result<Taxed, MoneyError> {
    let net = Money::sum(currency, nets)?;
    let tax = net.exact().times_rate(rule.percent)?.times(1, 100)?.round(rounding)?;
    Ok(Taxed { net, tax, gross: net.checked_add(tax)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BELGIAN: &str = "BE0428759497";
    const AUSTRIAN: &str = "ATU13585627";

    fn country(code: &str) -> Country {
        Country::from_code(code).unwrap()
    }

    fn sale(seller: &str, buyer: &str, vat_id: Option<&str>) -> (&'static str, String) {
        let rule = rule(country(seller), country(buyer), vat_id);
        assert_eq!(rule.country, country(buyer));
        (rule.category.code(), rule.percent.to_string())
    }

    #[test]
    fn c40_at_home_the_countrys_rate_holds_with_or_without_a_vat_id() {
        assert_eq!(sale("DE", "DE", None), ("S", "19".to_owned()));
        assert_eq!(sale("DE", "DE", Some("DE136695976")), ("S", "19".to_owned()));
        assert_eq!(sale("AT", "AT", Some(AUSTRIAN)), ("S", "20".to_owned()));
    }

    #[test]
    fn r19_a_business_elsewhere_in_the_eu_owes_the_tax_itself() {
        assert_eq!(sale("DE", "AT", Some(AUSTRIAN)), ("AE", "0".to_owned()));
        assert_eq!(sale("DE", "GR", Some("EL094259216")), ("AE", "0".to_owned()));
    }

    #[test]
    fn r19_without_a_vat_id_of_its_country_the_buyers_rate_holds() {
        for vat_id in [None, Some(""), Some("ATU13585628"), Some(BELGIAN)] {
            assert_eq!(sale("DE", "AT", vat_id), ("S", "20".to_owned()), "{vat_id:?}");
        }
        assert_eq!(sale("DE", "FI", None), ("S", "25.5".to_owned()));
    }

    #[test]
    fn r19_outside_the_eu_there_is_no_vat() {
        for (seller, buyer) in [("DE", "CH"), ("DE", "GB"), ("CH", "DE"), ("CH", "CH")] {
            assert_eq!(sale(seller, buyer, None), ("O", "0".to_owned()), "{seller} to {buyer}");
        }
        assert_eq!(sale("DE", "GB", Some("XI123456789")), ("O", "0".to_owned()));
    }

    #[test]
    fn the_eu_has_27_members_each_with_one_rate() {
        let countries: std::collections::BTreeSet<_> = STANDARD_RATES.iter().map(|(code, _)| code).collect();
        assert_eq!(countries.len(), 27);
        assert!(STANDARD_RATES.iter().all(|(_, tenths)| (170..=270).contains(tenths)));
    }

    #[test]
    fn c39_tax_is_rounded_once_for_the_document() {
        let euro = |minor| Money::new(minor, Currency::Eur);
        let german = rule(country("DE"), country("DE"), None);
        let of = |nets: &[i64]| {
            document(german, Currency::Eur, nets.iter().map(|net| euro(*net)), Rounding::HalfUp).unwrap()
        };
        assert_eq!(of(&[3_917]), Taxed { net: euro(3_917), tax: euro(744), gross: euro(4_661) });
        // 0.0855 each would be 0.09 thrice; the sum's is 0.2565.
        assert_eq!(of(&[45, 45, 45]), Taxed { net: euro(135), tax: euro(26), gross: euro(161) });
        assert_eq!(of(&[]), Taxed::zero(Currency::Eur));
    }

    #[test]
    fn a_document_has_one_currency() {
        let german = rule(country("DE"), country("DE"), None);
        let zloty = Money::new(1, Currency::Pln);
        let mismatch = MoneyError::CurrencyMismatch(Currency::Eur, Currency::Pln);
        assert_eq!(document(german, Currency::Eur, [zloty], Rounding::HalfUp), Err(mismatch));
    }
}
