//! Charges: facts with a span and an amount. A subscription never knows amounts.

use crate::access::codes;
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::money::{Money, MoneyError, UnitPrice};
use crate::policy::{ChangeDay, EndOfTerm, FirstPeriod, PeriodAnchor, Rules};
use crate::proration::{Explained, Part, prorate, whole};
use serde::{Deserialize, Serialize};

codes! {
    /// What a charge is for; Microsoft's charge types (partner-center.md 6.4).
    ChargeKind {
        /// The first of a subscription.
        New = "new",
        /// Takes back what was charged for something that did not come to run.
        Cancel = "cancel",
    }
}

/// An amount for a span of days, with the arithmetic that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// What for.
    pub kind: ChargeKind,
    /// The days it pays for.
    pub service_span: DaySpan,
    /// How many licences.
    pub quantity: u32,
    /// The price of one licence and whole billing cycle.
    pub unit_price: UnitPrice,
    /// The amount, rounded once.
    pub net: Money,
    /// The formula in numbers, an arithmetic expression that gives `net` once rounded: `5 * 9.40 * 25 / 30` (N-02).
    pub explain: String,
}

/// Takes a charge back whole, at the price that was charged: credits never exceed what they reverse.
pub fn reverse(charge: &Charge) -> Charge {
    Charge {
        kind: ChargeKind::Cancel,
        net: Money::new(-charge.net.minor, charge.net.currency),
        explain: format!("-1 * ({})", charge.explain),
        ..charge.clone()
    }
}

/// What begins with an order line: its first charge and its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What is charged at once; none where the first period is free or the offer a trial.
    pub charge: Option<Charge>,
    /// What each later cycle costs, net; none where nothing recurs.
    pub recurring: Option<Money>,
    /// The first term; none for a perpetual licence.
    pub term_span: Option<DaySpan>,
    /// The day of the second charge; none where nothing follows in this term or ever.
    pub next_charge_on: Option<Day>,
}

/// What begins with an order on a day (X-01…X-05): the decision behind due today and recurring.
///
/// The term starts on the day of the order, except under `full_backdated`. The first cycle of
/// an anniversary begins with the order, so there is nothing to divide.
pub fn begin(
    rules: &Rules,
    term: Term,
    cycle: BillingCycle,
    unit_price: UnitPrice,
    quantity: u32,
    day: Day,
) -> Result<Beginning, MoneyError> {
    let full = whole(unit_price, quantity, rules.rounding)?;
    let Some(months) = cycle.months() else {
        let once = (cycle == BillingCycle::OneTime).then_some(full);
        return Ok(begin_once(term, once, unit_price, quantity, day));
    };
    let running = cycle_around(rules.period_anchor, months, day);
    let start = if rules.first_period == FirstPeriod::FullBackdated { running.first } else { day };
    let term_span = term.span_from(start);
    let next = running.last.plus_days(1);
    let next_charge_on = term_span.is_none_or(|term| next <= term.last).then_some(next);
    let recurs = next_charge_on.is_some() || rules.end_of_term != EndOfTerm::Expire;
    let recurring = recurs.then_some(full.money);
    let charge = first_period(rules, running, full, unit_price, quantity, day)?
        .map(|(span, explained)| new_charge(span, explained, unit_price, quantity));
    Ok(Beginning { charge, recurring, term_span, next_charge_on })
}

/// A trial, which costs nothing, or what is paid once.
fn begin_once(term: Term, price: Option<Explained>, unit_price: UnitPrice, quantity: u32, day: Day) -> Beginning {
    let term_span = term.span_from(day);
    // What is paid once and used without end is paid for on its day.
    let service = term_span.unwrap_or(DaySpan::new(day, day));
    let charge = price.map(|price| new_charge(service, price, unit_price, quantity));
    Beginning { charge, recurring: None, term_span, next_charge_on: None }
}

/// The days and price of the first, maybe incomplete, cycle; none where it costs nothing.
fn first_period(
    rules: &Rules,
    running: DaySpan,
    full: Explained,
    unit_price: UnitPrice,
    quantity: u32,
    day: Day,
) -> Result<Option<(DaySpan, Explained)>, MoneyError> {
    let from_today = DaySpan::new(day, running.last);
    Ok(match rules.first_period {
        FirstPeriod::Free => None,
        FirstPeriod::FullBackdated => Some((running, full)),
        FirstPeriod::Full => Some((from_today, full)),
        FirstPeriod::Prorate if rules.period_anchor == PeriodAnchor::Anniversary => Some((from_today, full)),
        FirstPeriod::Prorate => {
            let first = match rules.change_day {
                ChangeDay::Inclusive => day,
                ChangeDay::Exclusive => day.plus_days(1),
            };
            let service = DaySpan::new(first, running.last);
            let part = Part { service, cycle: running };
            let price = prorate(unit_price, quantity, part, rules.proration_basis, rules.rounding)?;
            (service.days() > 0).then_some((service, price))
        }
    })
}

fn new_charge(service_span: DaySpan, price: Explained, unit_price: UnitPrice, quantity: u32) -> Charge {
    let Explained { money: net, formula: explain } = price;
    Charge { kind: ChargeKind::New, service_span, quantity, unit_price, net, explain }
}

/// The billing cycle that a day is in.
fn cycle_around(anchor: PeriodAnchor, months: i32, day: Day) -> DaySpan {
    let (first, next) = match anchor {
        PeriodAnchor::Anniversary => (day, day.plus_months(months)),
        PeriodAnchor::CalendarMonth => anchored(1, months, day),
        PeriodAnchor::DayOfMonth(anchor) => anchored(anchor, months, day),
    };
    DaySpan::new(first, next.plus_days(-1))
}

/// First day of the cycle around a day and of the cycle after it, where cycles begin on a day of the month.
/// Both are counted from a month's first: from 28 February an anchor of 31 goes on to 31 March.
fn anchored(anchor: u8, months: i32, day: Day) -> (Day, Day) {
    let in_month = |month: Day| month.month_start().plus_days(i64::from(anchor.max(1)) - 1).min(month.month_end());
    let this_month = in_month(day);
    let first = if this_month <= day { this_month } else { in_month(day.month_start().plus_days(-1)) };
    (first, in_month(first.month_start().plus_months(months)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::policy::presets;
    use proptest::prelude::*;

    fn price(text: &str) -> UnitPrice {
        UnitPrice::from_decimal(text.parse().unwrap(), Currency::Eur).unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn preset(key: &str) -> Rules {
        presets::all().unwrap().into_iter().find(|(known, _)| *known == key).unwrap().1
    }

    /// What begins, as one line: `first…last explain = net; then recurring on day; term first…last`.
    fn told(rules: &Rules, term: Term, cycle: BillingCycle, unit_price: &str, quantity: u32, on: &str) -> String {
        let begins = begin(rules, term, cycle, price(unit_price), quantity, day(on)).unwrap();
        let span = |span: DaySpan| format!("{}…{}", span.first, span.last);
        let charge = begins.charge.map_or("free".to_owned(), |charge| {
            assert_eq!(
                (charge.kind, charge.quantity, charge.unit_price),
                (ChargeKind::New, quantity, price(unit_price))
            );
            format!("{} {} = {}", span(charge.service_span), charge.explain, charge.net)
        });
        let recurring = begins.recurring.map_or("nothing".to_owned(), |money| money.to_string());
        let next = begins.next_charge_on.map_or("never".to_owned(), |day| day.to_string());
        let term = begins.term_span.map_or("endless".to_owned(), span);
        format!("{charge}; then {recurring} on {next}; term {term}")
    }

    #[test]
    fn c39_the_day_of_the_order_counts() {
        assert_eq!(
            told(&preset("cancom_monthly12"), Term::P1Y, BillingCycle::Monthly, "9.40", 5, "2026-09-06"),
            "2026-09-06…2026-09-30 5 * 9.40 * 25 / 30 = 39.17; then 47.00 on 2026-10-01; term 2026-09-06…2027-09-05"
        );
    }

    #[test]
    fn g13_first_and_last_day_of_a_month() {
        let on = |day| told(&preset("cancom_monthly12"), Term::P1Y, BillingCycle::Monthly, "9.40", 5, day);
        assert_eq!(
            on("2026-09-01"),
            "2026-09-01…2026-09-30 5 * 9.40 = 47.00; then 47.00 on 2026-10-01; term 2026-09-01…2027-08-31"
        );
        assert_eq!(
            on("2026-09-30"),
            "2026-09-30…2026-09-30 5 * 9.40 * 1 / 30 = 1.57; then 47.00 on 2026-10-01; term 2026-09-30…2027-09-29"
        );
        assert_eq!(
            on("2028-01-31"),
            "2028-01-31…2028-01-31 5 * 9.40 * 1 / 31 = 1.52; then 47.00 on 2028-02-01; term 2028-01-31…2029-01-30"
        );
    }

    #[test]
    fn x03_the_day_of_the_order_can_be_free() {
        let rules = Rules { change_day: ChangeDay::Exclusive, ..preset("cancom_monthly12") };
        let on = |day| told(&rules, Term::P1Y, BillingCycle::Monthly, "9.40", 5, day);
        assert_eq!(
            on("2026-09-06"),
            "2026-09-07…2026-09-30 5 * 9.40 * 24 / 30 = 37.60; then 47.00 on 2026-10-01; term 2026-09-06…2027-09-05"
        );
        assert_eq!(on("2026-09-30"), "free; then 47.00 on 2026-10-01; term 2026-09-30…2027-09-29");
    }

    #[test]
    fn x01_a_calendar_year_begins_on_a_months_first() {
        assert_eq!(
            told(&preset("cancom_monthly12"), Term::P1Y, BillingCycle::Annual, "112.80", 5, "2026-09-06"),
            "2026-09-06…2027-08-31 5 * 112.80 * 360 / 365 = 556.27; \
             then 564.00 on 2027-09-01; term 2026-09-06…2027-09-05"
        );
        assert_eq!(
            told(&preset("cancom_monthly12"), Term::P3Y, BillingCycle::Triennial, "338.40", 1, "2026-09-01"),
            "2026-09-01…2029-08-31 1 * 338.40 = 338.40; then 338.40 on never; term 2026-09-01…2029-08-31"
        );
    }

    #[test]
    fn x01_cycles_can_begin_on_a_day_of_the_month() {
        let on = |anchor, day| {
            let rules = Rules { period_anchor: PeriodAnchor::DayOfMonth(anchor), ..preset("cancom_monthly12") };
            told(&rules, Term::P1Y, BillingCycle::Monthly, "31.00", 1, day)
        };
        assert_eq!(
            on(15, "2026-09-06"),
            "2026-09-06…2026-09-14 1 * 31.00 * 9 / 31 = 9.00; then 31.00 on 2026-09-15; term 2026-09-06…2027-09-05"
        );
        assert_eq!(
            on(15, "2026-09-15"),
            "2026-09-15…2026-10-14 1 * 31.00 = 31.00; then 31.00 on 2026-10-15; term 2026-09-15…2027-09-14"
        );
        assert_eq!(
            on(31, "2027-03-01"),
            "2027-03-01…2027-03-30 1 * 31.00 * 30 / 31 = 30.00; then 31.00 on 2027-03-31; term 2027-03-01…2028-02-29"
        );
    }

    #[test]
    fn a09_a_rental_starts_on_the_months_first() {
        assert_eq!(
            told(&preset("ahd_rental"), Term::P1M, BillingCycle::Monthly, "11.28", 18, "2026-09-17"),
            "2026-09-01…2026-09-30 18 * 11.28 = 203.04; then 203.04 on never; term 2026-09-01…2026-09-30"
        );
    }

    #[test]
    fn x02_an_anniversary_cycle_is_charged_whole() {
        let rules = preset("terra_nce_p1y_m");
        let monthly = |day| told(&rules, Term::P1Y, BillingCycle::Monthly, "9.40", 5, day);
        assert_eq!(
            monthly("2026-09-06"),
            "2026-09-06…2026-10-05 5 * 9.40 = 47.00; then 47.00 on 2026-10-06; term 2026-09-06…2027-09-05"
        );
        assert_eq!(
            monthly("2027-01-31"),
            "2027-01-31…2027-02-27 5 * 9.40 = 47.00; then 47.00 on 2027-02-28; term 2027-01-31…2028-01-30"
        );
        let prorated = Rules { first_period: FirstPeriod::Prorate, change_day: ChangeDay::Exclusive, ..rules.clone() };
        assert_eq!(told(&prorated, Term::P1Y, BillingCycle::Monthly, "9.40", 5, "2026-09-06"), monthly("2026-09-06"));
    }

    #[test]
    fn x02_a_first_period_can_be_free_or_whole_in_a_calendar_month() {
        let on = |first_period| {
            let rules = Rules { first_period, ..preset("cancom_monthly12") };
            told(&rules, Term::P1Y, BillingCycle::Monthly, "9.40", 5, "2026-09-06")
        };
        assert_eq!(on(FirstPeriod::Free), "free; then 47.00 on 2026-10-01; term 2026-09-06…2027-09-05");
        assert_eq!(
            on(FirstPeriod::Full),
            "2026-09-06…2026-09-30 5 * 9.40 = 47.00; then 47.00 on 2026-10-01; term 2026-09-06…2027-09-05"
        );
    }

    #[test]
    fn c28_an_annual_charge_pays_for_the_term() {
        assert_eq!(
            told(&preset("cancom_annual12"), Term::P1Y, BillingCycle::Annual, "112.80", 5, "2028-02-29"),
            "2028-02-29…2029-02-27 5 * 112.80 = 564.00; then 564.00 on never; term 2028-02-29…2029-02-27"
        );
        assert_eq!(
            told(&preset("terra_nce_p1y_y"), Term::P3Y, BillingCycle::Annual, "112.80", 5, "2026-09-06"),
            "2026-09-06…2027-09-05 5 * 112.80 = 564.00; then 564.00 on 2027-09-06; term 2026-09-06…2029-09-05"
        );
    }

    #[test]
    fn x12_nothing_recurs_where_the_only_cycle_is_not_renewed() {
        let rules = preset("ms_product_key");
        let told = |cycle, price| told(&rules, Term::P1Y, cycle, price, 1, "2026-09-06");
        assert_eq!(
            told(BillingCycle::Annual, "112.80"),
            "2026-09-06…2027-09-05 1 * 112.80 = 112.80; then nothing on never; term 2026-09-06…2027-09-05"
        );
        assert!(told(BillingCycle::Monthly, "9.40").contains("then 9.40 on 2026-10-06"));
    }

    #[test]
    fn t42_a_perpetual_licence_is_paid_once() {
        let rules = preset("default_nce");
        assert_eq!(
            told(&rules, Term::None, BillingCycle::OneTime, "499.00", 2, "2026-09-06"),
            "2026-09-06…2026-09-06 2 * 499.00 = 998.00; then nothing on never; term endless"
        );
        assert_eq!(
            told(&rules, Term::P1Y, BillingCycle::OneTime, "365.00", 1, "2026-09-06"),
            "2026-09-06…2027-09-05 1 * 365.00 = 365.00; then nothing on never; term 2026-09-06…2027-09-05"
        );
    }

    #[test]
    fn a_trial_costs_nothing() {
        assert_eq!(
            told(&preset("default_nce"), Term::P1M, BillingCycle::None, "0.00", 25, "2026-09-06"),
            "free; then nothing on never; term 2026-09-06…2026-10-05"
        );
    }

    proptest! {
        #[test]
        fn every_preset_begins_on_every_day(
            days in 0_i64..4_000, preset in 0_usize..10, term in 0_usize..4, cycle in 0_usize..5, cents in 0_i64..100_000,
        ) {
            let today = day("2026-01-01").plus_days(days);
            let (_, rules) = presets::all().unwrap().swap_remove(preset);
            let (term, cycle) = (Term::ALL[term], BillingCycle::ALL[cycle]);
            let price = UnitPrice::from_micros(cents * 10_000, Currency::Eur);
            let begins = begin(&rules, term, cycle, price, 7, today).unwrap();
            if let Some(charge) = &begins.charge {
                prop_assert!((0..=cents * 7).contains(&charge.net.minor));
                prop_assert!(charge.service_span.first <= today && today <= charge.service_span.last);
            }
            if let (Some(next), Some(charge)) = (begins.next_charge_on, &begins.charge) {
                prop_assert_eq!(next, charge.service_span.last.plus_days(1));
            }
            if let (Some(next), Some(term)) = (begins.next_charge_on, begins.term_span) {
                prop_assert!(term.first < next && next <= term.last);
            }
        }
    }
}
