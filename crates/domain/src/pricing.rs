//! Who pays what: choosing the price of an offer for a buyer, and making a price of a cost.

use crate::calendar::{BillingCycle, Term};
use crate::catalog::{PriceEntry, PriceOwner};
use crate::coded::coded_enum;
use crate::id::{CustomerId, PriceListId, ResellerId};
use crate::money::{Amount, Currency, MoneyError, UnitPrice};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

coded_enum! {
    /// Who pays a price. What a reseller pays the provider and what its customer pays the reseller are two prices of
    /// one thing, and the customer knows of its own only (U-42).
    Payer {
        /// The customer: the provider's price where it buys there, else the one that its reseller has set for it.
        Customer = "customer",
        /// The reseller, which sells on by itself.
        Reseller = "reseller",
    }
}

/// Whose price is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Buyer {
    /// Anybody who buys from the provider: the prices that are for everybody.
    #[default]
    Anybody,
    /// A reseller, by what it pays the provider.
    Reseller(ResellerId),
    /// A customer that buys from the provider.
    Direct(CustomerId),
    /// A customer that buys from a reseller: a price that is for itself, and no other. None is one that has no such
    /// price, whichever it is.
    Resold(Option<CustomerId>),
}

impl Buyer {
    /// Who buys what is for a customer, who may have a reseller, where so and so pays.
    pub fn of(payer: Payer, customer: CustomerId, reseller: Option<ResellerId>) -> Self {
        match (payer, reseller) {
            (_, None) => Self::Direct(customer),
            (Payer::Customer, Some(_)) => Self::Resold(Some(customer)),
            (Payer::Reseller, Some(reseller)) => Self::Reseller(reseller),
        }
    }

    /// Whose prices hold for it.
    fn pays(self, owner: PriceOwner) -> bool {
        match owner {
            PriceOwner::Everybody => !matches!(self, Self::Resold(_)),
            PriceOwner::Reseller(id) => self == Self::Reseller(id),
            PriceOwner::Customer(id) => self == Self::Direct(id) || self == Self::Resold(Some(id)),
        }
    }
}

impl Payer {
    /// Who pays what says nothing of it.
    pub const fn customer() -> Self {
        Self::Customer
    }

    /// Who pays what somebody orders: a customer what it orders for itself, its reseller what anybody orders for it.
    pub const fn of(by_customer: bool, reseller: Option<ResellerId>) -> Self {
        if by_customer || reseller.is_none() { Self::Customer } else { Self::Reseller }
    }
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

/// The price that holds for a buyer: of the most specific owner who has one at the instant, as [`entry`] says.
pub fn select(entries: &[PriceEntry], buyer: Buyer, at: OffsetDateTime) -> Option<PriceQuote> {
    let entry = entry(entries, buyer, at)?;
    Some(PriceQuote {
        unit_price: entry.list_price,
        cost: entry.cost,
        price_list_id: entry.price_list_id,
        owner: entry.owner,
        valid_from: entry.valid_from,
    })
}

/// The entry by which a buyer pays at an instant (A-04, U-12). Of one owner:
///
/// - what begins at the same instant is one price said again: the later list's holds, with its end;
/// - a price with an end is valid to its end, whatever begins meanwhile; then comes the next that holds still;
/// - a price without an end holds until further notice: until the next without an end begins, and while one with an
///   end interrupts it.
pub fn entry(entries: &[PriceEntry], buyer: Buyer, at: OffsetDateTime) -> Option<&PriceEntry> {
    let begun = || entries.iter().filter(|entry| buyer.pays(entry.owner) && entry.valid_from <= at);
    let mut owners: Vec<_> = begun().map(|entry| entry.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    owners.into_iter().rev().find_map(|owner| holding(begun().filter(|entry| entry.owner == owner), at))
}

/// Of one owner's entries that have begun the one that holds.
fn holding<'a>(begun: impl Iterator<Item = &'a PriceEntry> + Clone, at: OffsetDateTime) -> Option<&'a PriceEntry> {
    let again = |entry: &PriceEntry| {
        begun.clone().any(|by| by.valid_from == entry.valid_from && by.price_list_id > entry.price_list_id)
    };
    let ends_later = |entry: &&PriceEntry| entry.valid_until.is_some_and(|until| at < until);
    let with_end = begun.clone().filter(ends_later).filter(|entry| !again(entry));
    // One that was said again with an end still was the notice for those before it.
    let open = || begun.clone().filter(|entry| entry.valid_until.is_none());
    let open = open().max_by_key(|entry| (entry.valid_from, entry.price_list_id)).filter(|entry| !again(entry));
    with_end.min_by_key(|entry| entry.valid_from).or(open)
}

/// Leaves of an offer's prices those that decide what holds at an instant from `from` on.
pub fn keep_needed(entries: &mut Vec<PriceEntry>, from: OffsetDateTime) {
    // What was said last of the price that begins when an entry does, and the last of what has no end of it.
    let last = |entry: &PriceEntry, all: &[PriceEntry]| {
        let same = |by: &&PriceEntry| by.owner == entry.owner && by.valid_from == entry.valid_from;
        let list = |by: &PriceEntry| by.price_list_id;
        let open = all.iter().filter(same).filter(|by| by.valid_until.is_none()).map(list).max();
        (all.iter().filter(same).map(list).max(), open)
    };
    // The notice that holds at `from`: what is open and begins before it never holds again.
    let notice = |owner: PriceOwner, all: &[PriceEntry]| {
        let open = all.iter().filter(|entry| entry.owner == owner && entry.valid_until.is_none());
        open.map(|entry| entry.valid_from).filter(|begin| *begin <= from).max()
    };
    let needed = |entry: &PriceEntry, all: &[PriceEntry]| {
        let (said, open) = last(entry, all);
        let again = said > Some(entry.price_list_id);
        match entry.valid_until {
            Some(until) => !again && from < until,
            // Said again with an end, it is still a notice to what is open before it.
            None if again => entry.valid_from > from && open == Some(entry.price_list_id) && open < said,
            None => notice(entry.owner, all).is_none_or(|notice| entry.valid_from >= notice),
        }
    };
    let kept: Vec<_> = entries.iter().map(|entry| needed(entry, entries)).collect();
    let mut kept = kept.into_iter();
    entries.retain(|_| kept.next().unwrap_or(true));
}

/// Cost and price of one licence per billing cycle, from amounts for the whole term
/// (C-22, `UnitPrice` of Microsoft's price sheet).
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
    use proptest::prelude::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-09-06 10:00 UTC);
    const CUSTOMER: CustomerId = CustomerId::from_u128(1);
    const RESELLER: ResellerId = ResellerId::from_u128(2);
    const BUYER: Buyer = Buyer::Direct(CUSTOMER);

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
        // Ended; followed since before now; followed only later; interrupted; of another owner.
        assert_eq!(kept(vec![priced(1, -9, Some(0)), priced(2, -9, Some(1))]), [2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, -5, None)]), [2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, 5, None)]), [1, 2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, -5, Some(3))]), [1, 2]);
        assert_eq!(kept(vec![priced(1, -9, Some(2)), priced(2, -5, Some(3))]), [1, 2]);
        let own = PriceEntry { owner: PriceOwner::Customer(CUSTOMER), ..priced(2, -5, None) };
        assert_eq!(kept(vec![priced(1, -9, None), own]), [1, 2]);
        // What is said again: the later list's, with its end, and nothing of what it followed.
        assert_eq!(kept(vec![priced(1, -5, None), priced(2, -5, None)]), [2]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, -5, None), priced(3, -5, Some(-1))]), []);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, 5, None), priced(3, 5, Some(7))]), [1, 2, 3]);
        assert_eq!(kept(vec![priced(1, -9, None), priced(2, 5, None), priced(3, 5, None)]), [1, 3]);
    }

    proptest! {
        /// What is left out never was the choice from then on.
        #[test]
        fn u12_what_is_left_out_was_never_chosen(
            drawn in prop::collection::vec((1_u128..9, -6_i64..6, prop::option::of(1_i64..6), prop::bool::ANY), 0..9),
            from in -4_i64..4,
        ) {
            let day = |days: i64| NOW + time::Duration::days(days);
            let mut entries: Vec<PriceEntry> = Vec::new();
            for (list, begins, lasts, own) in drawn {
                let owner = if own { PriceOwner::Customer(CUSTOMER) } else { PriceOwner::Everybody };
                let entry = PriceEntry {
                    valid_from: day(begins),
                    valid_until: lasts.map(|lasts| day(begins + lasts)),
                    ..entry(list, owner, "1.00")
                };
                // A list says a price from an instant once.
                let said = |other: &PriceEntry| {
                    (other.price_list_id, other.valid_from) == (entry.price_list_id, entry.valid_from)
                };
                if !entries.iter().any(said) {
                    entries.push(entry);
                }
            }
            let mut kept = entries.clone();
            keep_needed(&mut kept, day(from));
            for at in from..14 {
                prop_assert_eq!(select(&kept, BUYER, day(at)), select(&entries, BUYER, day(at)), "day {}", at);
            }
        }
    }

    fn at_list(entries: &[PriceEntry], at: OffsetDateTime) -> Option<u128> {
        select(entries, BUYER, at).map(|quote| quote.price_list_id.as_u128())
    }

    /// Microsoft's example: a row to 3 November 06:57:30 at 120 and one from the 1st at 240; a sale on the 2nd is 120.
    #[test]
    fn u12_of_two_rows_that_overlap_the_earlier_is_valid_to_its_end() {
        let end = datetime!(2026-11-03 6:57:30 UTC);
        let earlier = PriceEntry { valid_until: Some(end), ..entry(1, PriceOwner::Everybody, "120") };
        let later = PriceEntry { valid_from: datetime!(2026-11-01 0:00 UTC), ..entry(1, PriceOwner::Everybody, "240") };
        let of = |at| select(&[later.clone(), earlier.clone()], BUYER, at).map(|quote| quote.unit_price.to_string());
        assert_eq!(of(datetime!(2026-11-02 12:00 UTC)).as_deref(), Some("120.00"));
        assert_eq!(of(end - time::Duration::SECOND).as_deref(), Some("120.00"));
        assert_eq!(of(end).as_deref(), Some("240.00"));
    }

    #[test]
    fn u11_a_price_that_is_said_again_with_an_end_ends() {
        let (begin, end) = (datetime!(2026-09-01 0:00 UTC), datetime!(2026-10-01 0:00 UTC));
        let old = entry(1, PriceOwner::Everybody, "9.40");
        let open = PriceEntry { valid_from: begin, ..entry(2, PriceOwner::Everybody, "10.00") };
        let ended = PriceEntry { valid_until: Some(end), price_list_id: PriceListId::from_u128(3), ..open.clone() };
        let all = [old.clone(), open, ended];
        assert_eq!([begin, end].map(|at| at_list(&all, at)), [Some(3), None]);
        // One with an end that is said for the first time interrupts what holds until further notice.
        let promotion =
            PriceEntry { valid_from: begin, valid_until: Some(end), ..entry(2, PriceOwner::Everybody, "8") };
        assert_eq!([begin, end].map(|at| at_list(&[old.clone(), promotion.clone()], at)), [Some(2), Some(1)]);
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
        assert_eq!(selected(&entries, Buyer::Reseller(RESELLER)).as_deref(), Some("9.20"));
        assert_eq!(selected(&entries, Buyer::default()).as_deref(), Some("9.40"));
        assert_eq!(selected(&[], BUYER), None);
    }

    #[test]
    fn u42_a_customer_of_a_reseller_has_its_own_price_or_none() {
        let purchase = [
            entry(1, PriceOwner::Everybody, "9.40"),
            entry(1, PriceOwner::Reseller(RESELLER), "9.20"),
            entry(1, PriceOwner::Customer(CustomerId::from_u128(7)), "1.00"),
        ];
        let by = |payer| Buyer::of(payer, CUSTOMER, Some(RESELLER));
        assert_eq!(selected(&purchase, by(Payer::Customer)), None);
        assert_eq!(selected(&purchase, Buyer::Resold(None)), None);
        assert_eq!(selected(&purchase, by(Payer::Reseller)).as_deref(), Some("9.20"));
        let both = [purchase.as_slice(), &[entry(1, PriceOwner::Customer(CUSTOMER), "10.34")]].concat();
        assert_eq!(selected(&both, by(Payer::Customer)).as_deref(), Some("10.34"));
        // What its customer pays is not what the reseller pays.
        assert_eq!(selected(&both, by(Payer::Reseller)).as_deref(), Some("9.20"));
        let other = Buyer::of(Payer::Reseller, CUSTOMER, Some(ResellerId::from_u128(3)));
        assert_eq!(selected(&both, other).as_deref(), Some("9.40"));
        // Without a reseller nobody else can pay.
        for payer in [Payer::Customer, Payer::Reseller] {
            assert_eq!(Buyer::of(payer, CUSTOMER, None), Buyer::Direct(CUSTOMER));
        }
        let orders = |by_customer, reseller| Payer::of(by_customer, reseller);
        assert_eq!([orders(true, Some(RESELLER)), orders(true, None), orders(false, None)], [Payer::Customer; 3]);
        assert_eq!(orders(false, Some(RESELLER)), Payer::Reseller);
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
