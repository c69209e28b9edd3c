//! A row: from cells to the domain's words, or the first thing that is wrong with it.

use super::instant;
use crate::sheet::cells::Cells;
use crate::sheet::cursor::{self, RowError, count, country, product_id, sku_id};
use crate::sheet::header::{Header, columns};
use crate::sheet::reason;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{OfferKind, Segment};
use domain::money::Currency;
use domain::party::Market;
use domain::text::nfc;
use rust_decimal::Decimal;
use time::OffsetDateTime;

// In the order of the documented header; `Segment` came later.
columns! {
    ProductTitle = "ProductTitle", true;
    ProductId = "ProductId", true;
    SkuId = "SkuId", true;
    SkuTitle = "SkuTitle", true;
    Publisher = "Publisher", false;
    SkuDescription = "SkuDescription", false;
    UnitOfMeasure = "UnitOfMeasure", false;
    TermDuration = "TermDuration", true;
    BillingPlan = "BillingPlan", true;
    Market = "Market", true;
    Currency = "Currency", true;
    UnitPrice = "UnitPrice", true;
    PricingTierRangeMin = "PricingTierRangeMin", false;
    PricingTierRangeMax = "PricingTierRangeMax", false;
    EffectiveStartDate = "EffectiveStartDate", true;
    EffectiveEndDate = "EffectiveEndDate", true;
    Tags = "Tags", true;
    ErpPrice = "ERP Price", true;
    Segment = "Segment", false;
}

/// The most that a licence may cost for a term: what is more is an error of the sheet.
const MAX_PRICE: Decimal = Decimal::from_parts(10_000_000, 0, 0, false, 0);

/// A row of a price sheet. Prices are without tax, of one licence, for the whole term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The line in the file where it begins, from 1.
    pub line: u64,
    /// `ProductId`, twelve characters.
    pub product_external_id: String,
    /// `ProductTitle`, in the language of the sheet.
    pub product_title: String,
    /// `SkuId`, four characters: spreadsheets eat leading zeros, here they are again.
    pub sku_external_id: String,
    /// `SkuTitle`, in the language of the sheet.
    pub sku_title: String,
    /// `Publisher`: who makes the product, such as `Microsoft Corporation`.
    pub publisher: String,
    /// `SkuDescription`, as free text.
    pub description: String,
    /// `TermDuration`: how long the buyer is bound.
    pub term: Term,
    /// `BillingPlan`: how often Microsoft charges.
    pub billing_cycle: BillingCycle,
    /// `Segment`: which kind of buyer the price is for.
    pub segment: Segment,
    /// `Market` and `Currency`.
    pub market: Market,
    /// `UnitPrice`: what the provider pays.
    pub cost_of_term: Decimal,
    /// `ERP Price`: the suggested retail price, where there is one.
    pub retail_of_term: Option<Decimal>,
    /// `EffectiveStartDate`: the price holds from this instant on.
    pub valid_from: OffsetDateTime,
    /// Before this instant; none is open. An `EffectiveEndDate` that names a day or its last second means that whole
    /// day.
    pub valid_until: Option<OffsetDateTime>,
    /// What it is, by `Tags`.
    pub kind: OfferKind,
    /// `UnitOfMeasure`: what one of it is called, where it is no licence.
    pub unit: Option<String>,
}

type Cursor<'a> = cursor::Cursor<'a, Column>;

/// The row in cells, or the first thing that is wrong.
pub(super) fn parse(header: &Header<Column>, cells: &Cells, line: u64) -> Result<SheetRow, RowError> {
    cursor::parse(header, cells, line, (Column::ProductId, Column::SkuId), read)
}

fn read(cursor: &Cursor<'_>) -> Result<SheetRow, RowError> {
    // First what Kontor does not sell, so that nobody looks for mistakes in it: what is metered is no offer.
    let unit = cursor.text(Column::UnitOfMeasure);
    let metered = [Column::TermDuration, Column::BillingPlan].iter().all(|column| cursor.text(*column).is_empty());
    if !unit.is_empty() && metered {
        return Err(cursor.error(Column::UnitOfMeasure, reason::METERED));
    }
    let (cost_of_term, retail_of_term) =
        (cursor.read(Column::UnitPrice, price)?, cursor.read_if_any(Column::ErpPrice, price)?);
    let free = cost_of_term.is_zero() && retail_of_term.is_none_or(|retail| retail.is_zero());
    let (term, billing_cycle, kind) = plan(cursor, free)?;
    from_the_first_licence(cursor)?;
    let (valid_from, valid_until) = validity(cursor)?;
    Ok(SheetRow {
        line: cursor.line,
        product_external_id: cursor.read(Column::ProductId, product_id)?,
        product_title: nfc(cursor.needed(Column::ProductTitle)?).into_owned(),
        sku_external_id: cursor.read(Column::SkuId, sku_id)?,
        sku_title: nfc(cursor.needed(Column::SkuTitle)?).into_owned(),
        publisher: nfc(cursor.text(Column::Publisher)).into_owned(),
        description: nfc(cursor.text(Column::SkuDescription)).into_owned(),
        term,
        billing_cycle,
        segment: cursor.read_if_any(Column::Segment, segment)?.unwrap_or(Segment::Commercial),
        market: Market {
            country: cursor.read(Column::Market, country)?,
            currency: cursor.read(Column::Currency, currency)?,
        },
        cost_of_term,
        retail_of_term,
        valid_from,
        valid_until,
        kind,
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
    })
}

/// Term, billing cycle and kind, which must go together.
fn plan(cursor: &Cursor<'_>, free: bool) -> Result<(Term, BillingCycle, OfferKind), RowError> {
    let term = cursor.read_if_any(Column::TermDuration, term)?.unwrap_or(Term::None);
    let cycle = match cursor.read_if_any(Column::BillingPlan, billing_cycle)? {
        Some(cycle) => cycle,
        None if term == Term::None => BillingCycle::OneTime,
        None => return Err(cursor.error(Column::BillingPlan, reason::MISSING)),
    };
    let has_tag =
        |wanted: &str| cursor.text(Column::Tags).split(';').any(|tag| tag.trim().eq_ignore_ascii_case(wanted));
    let kind = if has_tag("trial") {
        OfferKind::Trial
    } else if has_tag("perpetual") || term == Term::None {
        OfferKind::Perpetual
    } else {
        OfferKind::Licensed
    };
    // Other vendors write `None` where nothing recurs within the term: the whole of it is paid once.
    let cycle = match (kind, cycle) {
        (OfferKind::Licensed, BillingCycle::None) if !free => BillingCycle::OneTime,
        _ => cycle,
    };
    let possible = match kind {
        OfferKind::Trial => term != Term::None && cycle == BillingCycle::None,
        OfferKind::Perpetual => term == Term::None && cycle == BillingCycle::OneTime,
        // No charge is for more than the term; what costs nothing is never charged.
        OfferKind::Licensed | OfferKind::AddOn => match (term.months(), cycle.months()) {
            (Some(term), Some(cycle)) => cycle <= term,
            (Some(_), None) => true,
            (None, _) => false,
        },
    };
    let reason = match kind {
        OfferKind::Trial => reason::TRIAL_PLAN,
        OfferKind::Perpetual => reason::PERPETUAL_PLAN,
        OfferKind::Licensed | OfferKind::AddOn => reason::INCONSISTENT,
    };
    if possible { Ok((term, cycle, kind)) } else { Err(cursor.error(Column::BillingPlan, reason)) }
}

/// The quantities that the price is for; only prices from the first licence on are sold.
fn from_the_first_licence(cursor: &Cursor<'_>) -> Result<(), RowError> {
    let min = cursor.read_if_any(Column::PricingTierRangeMin, count)?;
    let max = cursor.read_if_any(Column::PricingTierRangeMax, count)?;
    if min.is_some_and(|min| min != 1) {
        return Err(cursor.error(Column::PricingTierRangeMin, reason::NOT_SUPPORTED));
    }
    if max == Some(0) {
        return Err(cursor.error(Column::PricingTierRangeMax, reason::OUT_OF_RANGE));
    }
    Ok(())
}

fn validity(cursor: &Cursor<'_>) -> Result<(OffsetDateTime, Option<OffsetDateTime>), RowError> {
    let from = cursor.read(Column::EffectiveStartDate, |text| instant::start(text).ok_or(reason::MALFORMED))?;
    let until = cursor.read_if_any(Column::EffectiveEndDate, |text| instant::end(text).ok_or(reason::MALFORMED))?;
    let until = until.flatten();
    if until.is_some_and(|until| until <= from) {
        return Err(cursor.error(Column::EffectiveEndDate, reason::ENDS_BEFORE_START));
    }
    Ok((from, until))
}

fn term(text: &str) -> Result<Term, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "p1m" => Ok(Term::P1M),
        "p1y" => Ok(Term::P1Y),
        "p3y" => Ok(Term::P3Y),
        "onetime" => Ok(Term::None),
        "p5y" | "noterm" => Err(reason::NOT_SUPPORTED),
        _ => Err(reason::UNKNOWN),
    }
}

fn billing_cycle(text: &str) -> Result<BillingCycle, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "monthly" => Ok(BillingCycle::Monthly),
        "annual" => Ok(BillingCycle::Annual),
        "triennial" => Ok(BillingCycle::Triennial),
        "onetime" => Ok(BillingCycle::OneTime),
        "none" => Ok(BillingCycle::None),
        "biennial" => Err(reason::NOT_SUPPORTED),
        _ => Err(reason::UNKNOWN),
    }
}

fn segment(text: &str) -> Result<Segment, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "charity" => Ok(Segment::Nonprofit),
        other => Segment::from_code(other).ok_or(reason::UNKNOWN),
    }
}

fn currency(text: &str) -> Result<Currency, &'static str> {
    Currency::from_code(&text.to_ascii_uppercase()).ok_or(reason::NOT_SUPPORTED)
}

/// A price: digits, perhaps with a point among them. Anything else (`1,000`, `1e3`, `NaN`) could mean two things.
fn price(text: &str) -> Result<Decimal, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let right = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !right(whole) || !right(fraction) {
        return Err(reason::MALFORMED);
    }
    if digits.len() < text.len() {
        return Err(reason::NEGATIVE);
    }
    match Decimal::from_str_exact(digits) {
        Ok(price) if price <= MAX_PRICE => Ok(price),
        _ => Err(reason::OUT_OF_RANGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_digits_with_a_point() {
        for (text, expected) in [("115.2", "115.2"), ("0", "0"), ("0.000001", "0.000001"), ("10000000", "10000000")] {
            assert_eq!(price(text).unwrap().to_string(), expected);
        }
        for text in
            ["NaN", "inf", "1e400", "1E-5", "1,000.00", "1.000,00", "$5", ".5", "5.", "+5", "1.2.3", "٣", "-", "5 EUR"]
        {
            assert_eq!(price(text), Err(reason::MALFORMED), "{text}");
        }
        assert_eq!(price("-0.01"), Err(reason::NEGATIVE));
        let long = "9".repeat(400);
        for text in ["10000000.01", long.as_str(), "0.00000000000000000000000000000000001"] {
            assert_eq!(price(text), Err(reason::OUT_OF_RANGE), "{text}");
        }
    }
}
