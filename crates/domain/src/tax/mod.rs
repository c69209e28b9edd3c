//! VAT: which rule holds between a seller's and a buyer's country, and the tax of a document.
//!
//! Tax is computed once per document and category: round(Σ net × rate) (EN 16931).

pub mod billed;
pub mod place;
pub mod standing;
pub mod vat_id;

use crate::coded::coded_enum;
use crate::money::{Currency, Money, MoneyError, Rounding};
use crate::party::Country;
use crate::tax::place::{Status, TaxPlace};
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
    /// An amount with its tax.
    pub fn of(net: Money, tax: Money) -> Result<Self, MoneyError> {
        Ok(Self { net, tax, gross: net.checked_add(tax)? })
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { net: zero, tax: zero, gross: zero }
    }
}

/// An amount of what is not sold yet: its tax is known once it is known where it is billed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payable {
    /// Where it is taxed is not known: the amount without tax.
    Net(Money),
    /// With its tax.
    Taxed(Taxed),
}

impl Payable {
    /// The amount without tax.
    pub const fn net(self) -> Money {
        match self {
            Self::Net(net) => net,
            Self::Taxed(taxed) => taxed.net,
        }
    }

    /// With its tax, where that is known.
    pub const fn taxed(self) -> Option<Taxed> {
        match self {
            Self::Net(_) => None,
            Self::Taxed(taxed) => Some(taxed),
        }
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
    Some(percent(*tenths))
}

fn percent(tenths: i64) -> Decimal {
    Decimal::new(tenths, 1).normalize()
}

/// The standard rate at a place; none outside the area of VAT.
fn rate_at(place: &TaxPlace) -> Option<Decimal> {
    let rate = standard_rate(place::vat_country(place.country))?;
    match place.territory().map(|territory| territory.status) {
        Some(Status::Outside | Status::GoodsOnly) => None,
        Some(Status::Rate(tenths)) => Some(percent(tenths)),
        Some(Status::PartOf(_)) | None => Some(rate),
    }
}

/// The rule for a sale: domestic VAT; within the EU reverse charge for a valid VAT id, else the
/// buyer's country's rate; outside it none (C-40, R-19), nor in territories that are outside its area of VAT (U-20).
///
/// The VAT id must be of the buyer's own country. A seller outside the EU charges no EU VAT.
pub fn rule(seller: Country, buyer: &TaxPlace, vat_id: Option<&str>) -> TaxRule {
    let country = place::vat_country(buyer.country);
    let rates = standard_rate(seller).and(rate_at(buyer));
    let has_vat_id = || vat_id.is_some_and(|text| vat_id::country_of(text) == Some(country));
    let (category, percent) = match rates {
        None => (TaxCategory::OutsideScope, Decimal::ZERO),
        Some(_) if country != seller && has_vat_id() => (TaxCategory::ReverseCharge, Decimal::ZERO),
        Some(rate) => (TaxCategory::Standard, rate),
    };
    TaxRule { category, percent, country }
}

/// Whether a text is a VAT id of a country that is known here, by its form and its check digits.
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
    Taxed::of(net, tax_on(rule, net, rounding)?)
}

/// The one place where tax is rounded.
fn tax_on(rule: TaxRule, net: Money, rounding: Rounding) -> Result<Money, MoneyError> {
    net.exact().times_rate(rule.percent)?.times(1, 100)?.round(rounding)
}

/// The lines of a document with their shares of its tax: each has by how much its rule's tax grows with it. So they
/// sum to what [`documents`] says of the same lines, to the cent, however that is rounded; none is further than a cent
/// from what it would be alone.
pub fn shares(lines: impl IntoIterator<Item = (TaxRule, Money)>, rounding: Rounding) -> Result<Vec<Taxed>, MoneyError> {
    let mut by_rule: Vec<(TaxRule, Taxed)> = vec![];
    let mut share = |(rule, net): (TaxRule, Money)| {
        let before = by_rule.iter().find(|(known, _)| *known == rule).map(|(_, sum)| *sum);
        let before = before.unwrap_or(Taxed::zero(net.currency));
        let after = document(rule, net.currency, [before.net, net], rounding)?;
        by_rule.retain(|(known, _)| *known != rule);
        by_rule.push((rule, after));
        Taxed::of(net, after.tax.checked_add(before.tax.negated())?)
    };
    lines.into_iter().map(&mut share).collect()
}

/// The lines of a document of which only the whole is known, with their shares of its tax, in the same way.
pub fn split(whole: Taxed, nets: &[Money], rounding: Rounding) -> Result<Vec<Taxed>, MoneyError> {
    let mut sum = Taxed::zero(whole.net.currency);
    let mut share = |net: &Money| {
        let so_far = sum.net.checked_add(*net)?;
        let tax = match whole.net.minor {
            0 => Money::zero(net.currency),
            // The fraction has a positive denominator.
            all => whole.tax.exact().times(so_far.minor * all.signum(), all.abs())?.round(rounding)?,
        };
        let shared = Taxed::of(*net, tax.checked_add(sum.tax.negated())?)?;
        sum = Taxed::of(so_far, tax)?;
        Ok(shared)
    };
    nets.iter().map(&mut share).collect()
}

/// The same of lines with a rule each: the tax is rounded once for every rule there is.
pub fn documents(
    currency: Currency,
    lines: impl IntoIterator<Item = (TaxRule, Money)>,
    rounding: Rounding,
) -> Result<Taxed, MoneyError> {
    let mut by_rule: Vec<(TaxRule, Vec<Money>)> = vec![];
    for (rule, net) in lines {
        match by_rule.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, nets)) => nets.push(net),
            None => by_rule.push((rule, vec![net])),
        }
    }
    by_rule.into_iter().try_fold(Taxed::zero(currency), |sum, (rule, nets)| {
        let part = document(rule, currency, nets, rounding)?;
        let add = |one: Money, other: Money| one.checked_add(other);
        Ok(Taxed { net: add(sum.net, part.net)?, tax: add(sum.tax, part.tax)?, gross: add(sum.gross, part.gross)? })
    })
}

/// As [`documents`]; without tax where it is not known of a line by which rule it is taxed.
pub fn payable(
    currency: Currency,
    lines: &[(Option<TaxRule>, Money)],
    rounding: Rounding,
) -> Result<Payable, MoneyError> {
    let ruled: Option<Vec<_>> = lines.iter().map(|(rule, net)| rule.map(|rule| (rule, *net))).collect();
    Ok(match ruled {
        Some(lines) => Payable::Taxed(documents(currency, lines, rounding)?),
        None => Payable::Net(Money::sum(currency, lines.iter().map(|(_, net)| *net))?),
    })
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
        sale_at(seller, buyer, "", vat_id)
    }

    fn sale_at(seller: &str, buyer: &str, postal_code: &str, vat_id: Option<&str>) -> (&'static str, String) {
        let place = TaxPlace { country: country(buyer), postal_code: postal_code.to_owned() };
        let rule = rule(country(seller), &place, vat_id);
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
        assert_eq!(sale("DE", "GB", Some("XI980780684")), ("O", "0".to_owned()));
    }

    #[test]
    fn u20_a_territory_outside_the_area_of_vat_is_taxed_nowhere() {
        for (buyer, code) in [
            ("ES", "35001"),
            ("ES", "51001"),
            ("ES", "52001"),
            ("IT", "23041"),
            ("IT", "22061"),
            ("DE", "78266"),
            ("DE", "27498"),
            ("FI", "22100"),
            ("AX", "22100"),
            ("GR", "63086"),
            ("FR", "97400"),
            ("RE", "97400"),
            ("GB", "BT1 5GS"),
        ] {
            assert_eq!(sale_at("DE", buyer, code, None), ("O", "0".to_owned()), "{buyer} {code}");
        }
        for (buyer, code, percent) in
            [("ES", "28013", "21"), ("IT", "23030", "22"), ("PT", "9000-064", "22"), ("PT", "9500-150", "16")]
        {
            assert_eq!(sale_at("DE", buyer, code, None), ("S", percent.to_owned()), "{buyer} {code}");
        }
        // A VAT id says nothing where there is no VAT.
        assert_eq!(sale_at("DE", "ES", "35001", Some("ESB58378431")), ("O", "0".to_owned()));
    }

    #[test]
    fn u20_monaco_is_france_and_the_isle_of_man_the_united_kingdom() {
        assert_eq!(sale_at("DE", "MC", "98000", None), ("S", "20".to_owned()));
        assert_eq!(sale_at("FR", "MC", "98000", Some("FR83404833048")), ("S", "20".to_owned()));
        assert_eq!(sale_at("DE", "MC", "98000", Some("FR83404833048")), ("AE", "0".to_owned()));
        assert_eq!(sale_at("DE", "IM", "IM1 1AA", Some("GB980780684")), ("O", "0".to_owned()));
    }

    #[test]
    fn u20_an_id_of_northern_ireland_is_for_goods_and_our_licences_are_none() {
        assert_eq!(sale("DE", "IE", Some("XI980780684")), ("S", "23".to_owned()));
    }

    #[test]
    fn u01_lines_of_several_places_are_taxed_by_each_and_rounded_once_a_rule() {
        let euro = |minor| Money::new(minor, Currency::Eur);
        let at = |code: &str| rule(country("DE"), &TaxPlace::of_country(country(code)), None);
        let lines = [(at("DE"), euro(45)), (at("AT"), euro(103)), (at("DE"), euro(45)), (at("CH"), euro(10))];
        // 0.171 is 0.17, 0.206 is 0.21.
        let taxed = documents(Currency::Eur, lines, Rounding::HalfUp).unwrap();
        assert_eq!(taxed, Taxed { net: euro(203), tax: euro(38), gross: euro(241) });
        assert_eq!(documents(Currency::Eur, [], Rounding::HalfUp).unwrap(), Taxed::zero(Currency::Eur));
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
        let german = rule(country("DE"), &TaxPlace::of_country(country("DE")), None);
        let of = |nets: &[i64]| {
            document(german, Currency::Eur, nets.iter().map(|net| euro(*net)), Rounding::HalfUp).unwrap()
        };
        assert_eq!(of(&[3_917]), Taxed { net: euro(3_917), tax: euro(744), gross: euro(4_661) });
        // 0.0855 each would be 0.09 thrice; the sum's is 0.2565.
        assert_eq!(of(&[45, 45, 45]), Taxed { net: euro(135), tax: euro(26), gross: euro(161) });
        assert_eq!(of(&[]), Taxed::zero(Currency::Eur));
    }

    #[test]
    fn u66_shares_of_the_tax_sum_to_it() {
        let euro = |minor| Money::new(minor, Currency::Eur);
        let at = |code: &str| rule(country("DE"), &TaxPlace::of_country(country(code)), None);
        let taxes = |lines: &[(&str, i64)]| {
            let lines: Vec<_> = lines.iter().map(|(code, net)| (at(code), euro(*net))).collect();
            let shared = shares(lines.iter().copied(), Rounding::HalfUp).unwrap();
            let whole = documents(Currency::Eur, lines, Rounding::HalfUp).unwrap();
            let sum = |amount: fn(&Taxed) -> Money| Money::sum(Currency::Eur, shared.iter().map(amount)).unwrap();
            assert_eq!(
                [sum(|one| one.net), sum(|one| one.tax), sum(|one| one.gross)],
                [whole.net, whole.tax, whole.gross]
            );
            shared.iter().map(|one| one.tax.minor).collect::<Vec<_>>()
        };
        // 0.0855 each, 0.2565 together.
        assert_eq!(taxes(&[("DE", 45), ("DE", 45), ("DE", 45)]), [9, 8, 9]);
        // Each rule is rounded by itself.
        assert_eq!(taxes(&[("DE", 45), ("AT", 103), ("DE", 45), ("CH", 10)]), [9, 21, 8, 0]);
        // What is given back has its tax back.
        assert_eq!(taxes(&[("DE", -3_917), ("DE", 4_700)]), [-744, 893]);
        assert_eq!(taxes(&[]), [0; 0]);
    }

    #[test]
    fn u66_what_is_known_as_a_whole_only_is_split_to_the_cent() {
        let euro = |minor| Money::new(minor, Currency::Eur);
        let taxes = |net, tax, nets: &[i64]| {
            let nets: Vec<_> = nets.iter().map(|net| euro(*net)).collect();
            let whole = Taxed::of(euro(net), euro(tax)).unwrap();
            let shared = split(whole, &nets, Rounding::HalfUp).unwrap();
            shared.iter().map(|one| one.tax.minor).collect::<Vec<_>>()
        };
        assert_eq!(taxes(135, 26, &[45, 45, 45]), [9, 8, 9]);
        assert_eq!(taxes(-135, -26, &[-45, -45, -45]), [-9, -8, -9]);
        assert_eq!(taxes(0, 0, &[100, -100]), [0, 0]);
    }

    #[test]
    fn a_document_has_one_currency() {
        let german = rule(country("DE"), &TaxPlace::of_country(country("DE")), None);
        let zloty = Money::new(1, Currency::Pln);
        let mismatch = MoneyError::CurrencyMismatch(Currency::Eur, Currency::Pln);
        assert_eq!(document(german, Currency::Eur, [zloty], Rounding::HalfUp), Err(mismatch));
    }
}
