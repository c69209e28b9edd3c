//! What a term costs: its first charge, each later cycle, a part of one, and the fee of an early end.

use crate::billing::charge::{Charge, ChargeKind};
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::cycles::Calendar;
use crate::money::{Money, MoneyError, UnitPrice};
use crate::policy::{EndOfTerm, FirstPeriod, PeriodAnchor, ProrationBasis, RoundingRule, Rules};
use crate::proration::{Explained, Part, prorate, whole};

/// What begins with a term: its first charge and its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What is charged at once; none where the first period is free or the offer a trial.
    pub charge: Option<Charge>,
    /// What each later cycle costs, net; none where nothing recurs.
    pub recurring: Option<Money>,
    /// The term; none for a perpetual licence.
    pub term_span: Option<DaySpan>,
    /// The day of the second charge; none where nothing follows in this term or ever.
    pub next_charge_on: Option<Day>,
}

/// What is sold for a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The rules of the term.
    pub rules: &'a Rules,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub cycle: BillingCycle,
    /// The price of one licence and cycle.
    pub unit_price: UnitPrice,
    /// How many licences.
    pub quantity: u32,
}

/// When a term starts and, where it is aligned, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermStart {
    /// Its first day.
    pub day: Day,
    /// The day of the month on which the subscription's first term began.
    pub anchor_day: u8,
    /// Its last day, where it is to end with something else; a shorter term.
    pub aligned_to: Option<Day>,
    /// What the term before was charged of the cycle that it starts in.
    pub earlier: Option<Earlier>,
}

impl TermStart {
    /// A term from a day on, from which its months are counted, and that nothing was charged for yet.
    pub fn on(day: Day) -> Self {
        Self { day, anchor_day: day.of_month(), aligned_to: None, earlier: None }
    }
}

/// The part of a cycle that a term ended in, as it was charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its days: from the cycle's first to the term's last.
    pub service: DaySpan,
    /// The whole cycle.
    pub cycle: DaySpan,
    /// How many licences ran.
    pub quantity: u32,
    /// The price of one licence and cycle.
    pub unit_price: UnitPrice,
    /// How a part of it was divided.
    pub basis: ProrationBasis,
    /// How a part of it was rounded.
    pub rounding: RoundingRule,
}

impl Earlier {
    /// Whether a part of a plan's cycle is its other part: of as many licences at the same price.
    fn goes_on_with(&self, plan: Plan<'_>, service: DaySpan, cycle: DaySpan) -> bool {
        let (own, rules) = (self.unit_price, plan.rules);
        (own, self.quantity, self.cycle) == (plan.unit_price, plan.quantity, cycle)
            && (self.basis, self.rounding) == (rules.proration_basis, rules.rounding)
            && self.service.last.plus_days(1) == service.first
    }
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
    let plan = Plan { rules, term, cycle, unit_price, quantity };
    order(plan, TermStart::on(day))
}

/// The same for a term that may be aligned to another's end.
pub fn order(plan: Plan<'_>, start: TermStart) -> Result<Beginning, MoneyError> {
    let rules = plan.rules;
    let running = Calendar::new(rules, plan.term, start.day, start.anchor_day).cycle_at(plan.cycle, start.day);
    let Some(running) = running else { return start_term(plan, start, ChargeKind::New) };
    let start = match rules.first_period {
        FirstPeriod::FullBackdated => TermStart { day: running.first, anchor_day: running.first.of_month(), ..start },
        FirstPeriod::Prorate | FirstPeriod::Full | FirstPeriod::Free => start,
    };
    let begins = start_term(plan, start, ChargeKind::New)?;
    let charge = match (rules.first_period, rules.period_anchor) {
        (FirstPeriod::FullBackdated, _) => begins.charge,
        (FirstPeriod::Free, _) => None,
        (FirstPeriod::Full, _) => undivided(plan, start, running, &begins)?,
        // The first cycle of an anniversary begins with the order: there is nothing to divide.
        (FirstPeriod::Prorate, PeriodAnchor::Anniversary) => begins.charge,
        (FirstPeriod::Prorate, PeriodAnchor::CalendarMonth | PeriodAnchor::DayOfMonth(_)) => {
            let last = begins.term_span.map_or(running.last, |term| running.last.min(term.last));
            part(plan, DaySpan::new(rules.first_paid(start.day), last), running, ChargeKind::New)?
        }
    };
    Ok(Beginning { charge, ..begins })
}

/// The first cycle at the price of a whole one, however few of its days are left. An aligned term is charged by its
/// days all the same: its cycle is shorter than what the price is for.
fn undivided(
    plan: Plan<'_>,
    start: TermStart,
    running: DaySpan,
    begins: &Beginning,
) -> Result<Option<Charge>, MoneyError> {
    if begins.term_span.is_some() && start.aligned_to.is_some() {
        return Ok(begins.charge.clone());
    }
    let full = whole(plan.unit_price, plan.quantity, plan.rules.rounding)?;
    // Fewer days for a whole cycle's price: those are the whole of which parts are given back.
    let service = begins.term_span.and_then(|term| running.within(term)).unwrap_or(running);
    Ok(Some(charge(ChargeKind::New, service, service, full, plan)))
}

/// A term's first charge and calendar. The days of the first cycle that lie before the term, and those of the
/// last that lie behind it, are not charged.
pub fn start_term(plan: Plan<'_>, start: TermStart, kind: ChargeKind) -> Result<Beginning, MoneyError> {
    let calendar = Calendar::new(plan.rules, plan.term, start.day, start.anchor_day);
    let full_span = calendar.term_span();
    let last = |span: DaySpan| start.aligned_to.map_or(span.last, |day| day.min(span.last));
    let term_span = full_span.map(|span| DaySpan::new(span.first, last(span)));
    let Some(running) = calendar.cycle_at(plan.cycle, start.day) else {
        return once(plan, term_span, start.day, kind);
    };
    let full = whole(plan.unit_price, plan.quantity, plan.rules.rounding)?;
    let service = match term_span {
        Some(term) => running.within(term).unwrap_or(running),
        None => DaySpan::new(start.day, running.last),
    };
    let next = running.last.plus_days(1);
    let next_charge_on = term_span.is_none_or(|term| next <= term.last).then_some(next);
    let recurs = next_charge_on.is_some() || plan.rules.end_of_term != EndOfTerm::Expire;
    let charge = match start.earlier.filter(|earlier| earlier.goes_on_with(plan, service, running)) {
        Some(earlier) => Some(difference(plan, service, earlier, kind)?),
        None => part(plan, service, running, kind)?,
    };
    Ok(Beginning { charge, recurring: recurs.then_some(full.money), term_span, next_charge_on })
}

/// What the cycle around a day of a running term costs, from that day to its end or the term's.
pub fn cycle_charge(
    plan: Plan<'_>,
    calendar: Calendar,
    term: DaySpan,
    from: Day,
    kind: ChargeKind,
) -> Result<Option<Charge>, MoneyError> {
    let Some(cycle) = calendar.cycle_at(plan.cycle, from) else { return Ok(None) };
    match DaySpan::new(from, cycle.last).within(term) {
        Some(service) => part(plan, service, cycle, kind),
        None => Ok(None),
    }
}

/// A trial, which costs nothing, or what is paid once.
fn once(plan: Plan<'_>, term_span: Option<DaySpan>, day: Day, kind: ChargeKind) -> Result<Beginning, MoneyError> {
    // What is paid once and used without end is paid for on its day.
    let service = term_span.unwrap_or(DaySpan::new(day, day));
    let charge = match plan.cycle {
        BillingCycle::OneTime => {
            let price = whole(plan.unit_price, plan.quantity, plan.rules.rounding)?;
            Some(charge(kind, service, service, price, plan))
        }
        _ => None,
    };
    Ok(Beginning { charge, recurring: None, term_span, next_charge_on: None })
}

/// The later of two parts of a cycle: what the earlier one left of both together, so that they never sum to more or
/// less than the cycle.
fn difference(plan: Plan<'_>, service: DaySpan, earlier: Earlier, kind: ChargeKind) -> Result<Charge, MoneyError> {
    let Plan { rules, unit_price, quantity, .. } = plan;
    let of = |service: DaySpan| {
        let part = Part { service, cycle: earlier.cycle };
        prorate(unit_price, quantity, part, rules.proration_basis, rules.rounding)
    };
    let both = of(DaySpan::new(earlier.service.first, service.last))?.money;
    let (before, alone) = (of(earlier.service)?.money, of(service)?);
    let net = Money::new(both.minor - before.minor, both.currency);
    let explained = Explained { money: net, formula: format!("{both} - {before}") };
    let price = if alone.money == net { alone } else { explained };
    Ok(charge(kind, service, earlier.cycle, price, plan))
}

/// A part of a cycle; none where it has no days.
pub fn part(plan: Plan<'_>, service: DaySpan, cycle: DaySpan, kind: ChargeKind) -> Result<Option<Charge>, MoneyError> {
    if service.days() == 0 {
        return Ok(None);
    }
    let rules = plan.rules;
    let price =
        prorate(plan.unit_price, plan.quantity, Part { service, cycle }, rules.proration_basis, rules.rounding)?;
    Ok(Some(charge(kind, service, cycle, price, plan)))
}

fn charge(kind: ChargeKind, service_span: DaySpan, cycle: DaySpan, price: Explained, plan: Plan<'_>) -> Charge {
    let Explained { money: net, formula: explain } = price;
    let Plan { quantity, unit_price, .. } = plan;
    let cycle_span = Some(cycle);
    Charge { kind, service_span, cycle_span, quantity, unit_price, net, tax: None, explain, reverses: None }
}

/// The fee of ending a term early (C-29): so many percent of the cycles that are not charged yet.
pub fn fee(
    plan: Plan<'_>,
    calendar: Calendar,
    term: DaySpan,
    next_charge_on: Option<Day>,
    percent: u8,
) -> Result<Option<Charge>, MoneyError> {
    let mut rest = Vec::new();
    let mut next = next_charge_on.filter(|day| term.contains(*day));
    while let Some(day) = next {
        let Some(charge) = cycle_charge(plan, calendar, term, day, ChargeKind::Cancel)? else { break };
        next = Some(charge.service_span.last.plus_days(1)).filter(|day| term.contains(*day));
        rest.push(charge);
    }
    let Some(first) = rest.first().map(|charge| charge.service_span.first) else { return Ok(None) };
    let total = Money::sum(plan.unit_price.currency, rest.iter().map(|charge| charge.net))?;
    let net = total.exact().times(i64::from(percent), 100)?.round(plan.rules.rounding.mode)?;
    if net.minor == 0 {
        return Ok(None);
    }
    let service = DaySpan::new(first, term.last);
    let price = Explained { money: net, formula: format!("{total} * {percent} / 100") };
    Ok(Some(Charge { cycle_span: None, ..charge(ChargeKind::Cancel, service, service, price, plan) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use crate::policy::{ChangeDay, MonthEnd, presets};
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
    fn x01_a_term_that_begins_with_a_cycle_ends_with_one() {
        for month_end in [MonthEnd::KeepDay, MonthEnd::Microsoft] {
            let rules = Rules { period_anchor: PeriodAnchor::DayOfMonth(31), month_end, ..preset("ahd_rental") };
            // April has no 31st: its cycle begins on the 30th and runs to the 30th of May, the day of the order.
            assert_eq!(
                told(&rules, Term::P1M, BillingCycle::Monthly, "11.28", 1, "2027-05-30"),
                "2027-04-30…2027-05-30 1 * 11.28 = 11.28; then 11.28 on never; term 2027-04-30…2027-05-30"
            );
            assert_eq!(
                told(&rules, Term::P1M, BillingCycle::Monthly, "11.28", 1, "2027-05-31"),
                "2027-05-31…2027-06-29 1 * 11.28 = 11.28; then 11.28 on never; term 2027-05-31…2027-06-29"
            );
        }
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
    fn c29_a_fee_is_for_the_rest_of_the_term_and_no_part_of_a_cycle() {
        let rules = preset("cancom_monthly12");
        let (term, cycle, unit_price) = (Term::P1Y, BillingCycle::Monthly, price("9.40"));
        let plan = Plan { rules: &rules, term, cycle, unit_price, quantity: 5 };
        let calendar = Calendar::new(&rules, term, day("2026-09-01"), 1);
        let span = calendar.term_span().unwrap();
        let of = |next: Option<&str>, percent| fee(plan, calendar, span, next.map(day), percent).unwrap();
        let charge = of(Some("2027-01-01"), 50).unwrap();
        assert_eq!((charge.explain.as_str(), charge.net.minor), ("376.00 * 50 / 100", 18_800));
        assert_eq!((charge.kind, charge.quantity, charge.cycle_span), (ChargeKind::Cancel, 5, None));
        assert_eq!(charge.service_span, DaySpan::new(day("2027-01-01"), day("2027-08-31")));
        assert_eq!([of(None, 50), of(Some("2027-09-01"), 50), of(Some("2027-01-01"), 0)], [None, None, None]);
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
            days in 0_i64..4_000, preset in 0_usize..10, term in 0_usize..4, cycle in 0_usize..5,
            cents in 0_i64..100_000,
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
