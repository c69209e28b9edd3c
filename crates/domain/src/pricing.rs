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
    /// Since when it is the price.
    pub valid_from: OffsetDateTime,
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
    let is_for = |owner: PriceOwner| match owner {
        PriceOwner::Everybody => true,
        PriceOwner::Reseller(id) => buyer.reseller == Some(id),
        PriceOwner::Customer(id) => buyer.customer == Some(id),
    };
    let holds = |entry: &&PriceEntry| entry.valid_from <= at && entry.valid_until.is_none_or(|until| at < until);
    let entry = entries
        .iter()
        .filter(|entry| is_for(entry.owner))
        .filter(holds)
        // The list's id tells two that began at once apart: the later list wins.
        .max_by_key(|entry| (entry.owner, entry.valid_from, entry.price_list_id))?;
    Some(PriceQuote {
        unit_price: entry.list_price,
        cost: entry.cost,
        price_list_id: entry.price_list_id,
        owner: entry.owner,
        valid_from: entry.valid_from,
    })
}

/// Leaves of an offer's prices those that can hold at an instant from `from` on: not what has ended, nor what another
/// of the same owner outbids for as long as it lasts.
pub fn keep_needed(entries: &mut Vec<PriceEntry>, from: OffsetDateTime) {
    let outbid = |entry: &PriceEntry, by: &PriceEntry| {
        let later = (by.valid_from, by.price_list_id) > (entry.valid_from, entry.price_list_id);
        let as_long = by.valid_until.is_none_or(|end| entry.valid_until.is_some_and(|until| until <= end));
        by.owner == entry.owner && later && by.valid_from <= from.max(entry.valid_from) && as_long
    };
    let needed: Vec<_> = entries
        .iter()
        .map(|entry| {
            entry.valid_until.is_none_or(|until| from < until) && !entries.iter().any(|other| outbid(entry, other))
        })
        .collect();
    let mut needed = needed.into_iter();
    entries.retain(|_| needed.next().unwrap_or(true));
}

/// Cost and price of one licence per billing cycle, from amounts for the whole term
/// (partner-center.md 3.3, `UnitPrice`).
pub fn from_sheet(
    cost_of_term: Decimal,
    retail_of_term: Option<Decimal>,
    margin: Margin,
    term: Term,
    cycle: BillingCycle,
    currency: Currency,
) -> Result<(UnitPrice, UnitPrice), MoneyError> {
    let of_cycle = |of_term: Decimal| {
        let amount = Amount::from_decimal(of_term, currency)?;
        match (cycle.months(), term.months()) {
            (Some(cycle), Some(term)) => amount.times(i64::from(cycle), i64::from(term)),
            // Charged once, or a trial: the sheet's amount is the whole.
            _ => Ok(amount),
        }
    };
    let cost = of_cycle(cost_of_term)?;
    let price = match margin {
        Margin::PercentOnCost(percent) => plus_percent(cost, percent)?,
        Margin::PercentOffRetail(percent) => {
            plus_percent(of_cycle(retail_of_term.ok_or(MoneyError::NoRetailPrice)?)?, -percent)?
        }
    };
    Ok((cost.unit_price()?, price.unit_price()?))
}

/// A price raised by so many percent (G-69).
pub fn raised(price: UnitPrice, percent: Decimal) -> Result<UnitPrice, MoneyError> {
    plus_percent(price.times(1), percent)?.unit_price()
}

/// What an offer costs a licence and month, for the "from" price (C-16); none where charges do not recur.
pub fn per_month(price: UnitPrice, cycle: BillingCycle) -> Option<Amount> {
    price.times(1).times(1, i64::from(cycle.months()?)).ok()
}

fn plus_percent(amount: Amount, percent: Decimal) -> Result<Amount, MoneyError> {
    let hundredths = Decimal::ONE_HUNDRED.checked_add(percent).ok_or(MoneyError::OutOfRange)?;
    if hundredths.is_sign_negative() {
        return Err(MoneyError::OutOfRange);
    }
    amount.times_rate(hundredths)?.times(1, 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::OfferId;
    use crate::money::Rounding;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-09-06 10:00 UTC);
    const CUSTOMER: CustomerId = CustomerId::from_u128(1);
    const RESELLER: ResellerId = ResellerId::from_u128(2);
    const BUYER: Buyer = Buyer { customer: Some(CUSTOMER), reseller: Some(RESELLER) };

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn price(text: &str) -> UnitPrice {
        UnitPrice::from_decimal(decimal(text), Currency::Eur).unwrap()
    }

    fn entry(list: u128, owner: PriceOwner, amount: &str) -> PriceEntry {
        PriceEntry {
            price_list_id: PriceListId::from_u128(list),
            offer_id: OfferId::from_u128(9),
            owner,
            cost: None,
            list_price: price(amount),
            valid_from: datetime!(2026-01-01 0:00 UTC),
            valid_until: None,
        }
    }

    fn selected(entries: &[PriceEntry], buyer: Buyer) -> Option<String> {
        select(entries, buyer, NOW).map(|quote| quote.unit_price.to_string())
    }

    #[test]
    fn prices_that_can_never_hold_again_are_left_out() {
        let day = |days: i64| NOW + time::Duration::days(days);
        let priced = |list, from: i64, until: Option<i64>| PriceEntry {
            valid_from: day(from),
            valid_until: until.map(day),
            ..entry(list, PriceOwner::Everybody, "1.00")
        };
        let kept = |mut entries: Vec<PriceEntry>| {
            keep_needed(&mut entries, NOW);
            entries.iter().map(|entry| entry.price_list_id.as_u128()).collect::<Vec<_>>()
        };
        // Ended; outbid since before now; outbid only later; outbid for a time only; of another owner.
        assert_eq!(kept(vec![priced(1, -9, Some(0)), priced(2, -9, Some(1))]), [2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, -5, None)]), [2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, 5, None)]), [1, 2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, -5, Some(3))]), [1, 2]);
        assert_eq!(kept(vec![priced(1, -9, Some(2)), priced(2, -5, Some(3))]), [2]);
        let own = PriceEntry { owner: PriceOwner::Customer(CUSTOMER), ..priced(2, -5, None) };
        assert_eq!(kept(vec![priced(1, -9, None), own]), [1, 2]);
        // Of two that begin at once the later list's holds, whenever that is.
        assert_eq!(kept(vec![priced(1, 5, None), priced(2, 5, None)]), [2]);
        // What is left out never was the choice from now on.
        let all = vec![priced(1, -9, Some(4)), priced(2, -5, Some(3)), priced(3, -5, None), priced(4, 2, Some(6))];
        let mut some = all.clone();
        keep_needed(&mut some, NOW);
        for days in 0..9 {
            assert_eq!(select(&some, BUYER, day(days)), select(&all, BUYER, day(days)), "{days}");
        }
        assert_eq!(some.len(), 2);
    }

    #[test]
    fn a04_the_most_specific_price_holds() {
        let entries = [
            entry(1, PriceOwner::Customer(CUSTOMER), "9.00"),
            entry(1, PriceOwner::Everybody, "9.40"),
            entry(1, PriceOwner::Reseller(RESELLER), "9.20"),
            entry(1, PriceOwner::Customer(CustomerId::from_u128(7)), "1.00"),
            entry(1, PriceOwner::Reseller(ResellerId::from_u128(7)), "2.00"),
        ];
        assert_eq!(selected(&entries, BUYER).as_deref(), Some("9.00"));
        assert_eq!(selected(&entries, Buyer { customer: None, ..BUYER }).as_deref(), Some("9.20"));
        assert_eq!(selected(&entries, Buyer::default()).as_deref(), Some("9.40"));
        assert_eq!(selected(&[], BUYER), None);
    }

    #[test]
    fn r16_of_one_owner_the_price_that_began_last_holds() {
        let first = entry(1, PriceOwner::Everybody, "9.40");
        let newer = PriceEntry { valid_from: NOW, ..entry(2, PriceOwner::Everybody, "9.90") };
        let future =
            PriceEntry { valid_from: NOW + time::Duration::SECOND, ..entry(3, PriceOwner::Everybody, "10.43") };
        let over = PriceEntry { valid_until: Some(NOW), ..entry(4, PriceOwner::Customer(CUSTOMER), "1.00") };
        let quote = select(&[future, newer, over, first], BUYER, NOW).unwrap();
        assert_eq!((quote.unit_price, quote.price_list_id), (price("9.90"), PriceListId::from_u128(2)));
    }

    #[test]
    fn r16_of_two_that_began_at_once_the_later_list_holds() {
        let entries = [entry(2, PriceOwner::Everybody, "9.90"), entry(1, PriceOwner::Everybody, "9.40")];
        assert_eq!(selected(&entries, BUYER).as_deref(), Some("9.90"));
    }

    /// Cost and price per cycle of 100.80 for the term, sold at the suggested 112.80.
    fn of_sheet(term: Term, cycle: BillingCycle, cost: &str, retail: &str) -> (String, String) {
        let margin = Margin::PercentOffRetail(Decimal::ZERO);
        let (cost, retail) = (decimal(cost), Some(decimal(retail)));
        let (cost, price) = from_sheet(cost, retail, margin, term, cycle, Currency::Eur).unwrap();
        (cost.to_string(), price.to_string())
    }

    #[test]
    fn c22_a_sheet_prices_the_term_and_an_offer_the_cycle() {
        let pair = |cost: &str, price: &str| (cost.to_owned(), price.to_owned());
        assert_eq!(of_sheet(Term::P1Y, BillingCycle::Monthly, "100.80", "112.80"), pair("8.40", "9.40"));
        assert_eq!(of_sheet(Term::P1Y, BillingCycle::Annual, "100.80", "112.80"), pair("100.80", "112.80"));
        assert_eq!(of_sheet(Term::P3Y, BillingCycle::Annual, "302.40", "338.40"), pair("100.80", "112.80"));
        assert_eq!(of_sheet(Term::P3Y, BillingCycle::Monthly, "100", "100"), pair("2.777778", "2.777778"));
        assert_eq!(of_sheet(Term::P3Y, BillingCycle::Triennial, "302.40", "338.40"), pair("302.40", "338.40"));
        assert_eq!(of_sheet(Term::None, BillingCycle::OneTime, "300", "499"), pair("300.00", "499.00"));
        assert_eq!(of_sheet(Term::P1M, BillingCycle::None, "0", "0"), pair("0.00", "0.00"));
    }

    #[test]
    fn a_margin_is_on_the_cost_or_off_the_suggested_price() {
        let with = |margin, retail| {
            let sheet = from_sheet(decimal("7.52"), retail, margin, Term::P1M, BillingCycle::Monthly, Currency::Eur);
            sheet.map(|(_, price)| price.to_string())
        };
        assert_eq!(with(Margin::PercentOnCost(decimal("8")), None).as_deref(), Ok("8.1216"));
        let off = Margin::PercentOffRetail(decimal("2.5"));
        assert_eq!(with(off, Some(decimal("9.40"))).as_deref(), Ok("9.165"));
        assert_eq!(with(off, None), Err(MoneyError::NoRetailPrice));
        assert_eq!(with(Margin::PercentOnCost(decimal("-101")), None), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn c16_prices_are_compared_by_month() {
        let cents =
            |cycle| per_month(price("301.20"), cycle).map(|amount| amount.round(Rounding::HalfUp).unwrap().minor);
        assert_eq!(cents(BillingCycle::Monthly), Some(30_120));
        assert_eq!(cents(BillingCycle::Annual), Some(2_510));
        assert_eq!(cents(BillingCycle::Triennial), Some(837));
        assert_eq!((cents(BillingCycle::OneTime), cents(BillingCycle::None)), (None, None));
    }
}
