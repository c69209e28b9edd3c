//! Who pays what: choosing the price of an offer for a buyer, and making a price of a cost.

use crate::calendar::{BillingCycle, Term};
use crate::catalog::{PriceEntry, PriceOwner};
use crate::id::{CustomerId, PriceListId, ResellerId};
use crate::money::{Amount, Currency, MoneyError, UnitPrice};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Who asks for a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Buyer {
    /// The customer it is for, where known.
    pub customer: Option<CustomerId>,
    /// The reseller it is bought through, where there is one.
    pub reseller: Option<ResellerId>,
}

/// The price of an offer for a buyer at an instant, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PriceQuote {
    /// What the buyer pays per licence and billing cycle.
    pub unit_price: UnitPrice,
    /// What the provider pays; only ever shown to the provider (N-07).
    pub cost: Option<UnitPrice>,
    /// The price list that says so.
    pub price_list_id: PriceListId,
    /// For whom that price is.
    pub owner: PriceOwner,
}

/// How a price list's cost and suggested retail price become the price that buyers pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Margin {
    /// Cost plus so many percent.
    PercentOnCost(Decimal),
    /// Suggested retail price less so many percent; 0 sells at the suggested price.
    PercentOffRetail(Decimal),
}

/// The price that holds for a buyer: of the entries that are valid at the instant the most specific
/// owner's, and of these the one that began last (A-04, partner-center.md 3.3).
pub fn select(entries: &[PriceEntry], buyer: Buyer, at: OffsetDateTime) -> Option<PriceQuote> {
    let _ = (entries, buyer, at);
    todo!()
}

/// Cost and price of one licence per billing cycle, from amounts for the whole term (partner-center.md 3.3, `UnitPrice`).
pub fn from_sheet(
    cost_of_term: Decimal,
    retail_of_term: Option<Decimal>,
    margin: Margin,
    term: Term,
    cycle: BillingCycle,
    currency: Currency,
) -> Result<(UnitPrice, UnitPrice), MoneyError> {
    let _ = (cost_of_term, retail_of_term, margin, term, cycle, currency);
    todo!()
}

/// A price less so many percent (C-45: 47.16 less 5 % is 44.802, not 44.80).
pub fn discounted(price: UnitPrice, percent: Decimal) -> Result<UnitPrice, MoneyError> {
    let _ = (price, percent);
    todo!()
}

/// What an offer costs a licence and month, for the "from" price (C-16); none where charges do not recur.
pub fn per_month(price: UnitPrice, cycle: BillingCycle) -> Option<Amount> {
    let _ = (price, cycle);
    todo!()
}
