//! When terms end and billing cycles begin (X-01, G-61).

use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::policy::{MonthEnd, PeriodAnchor, Rules};

/// From where a subscription's months are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// On which day a cycle begins.
    pub anchor: PeriodAnchor,
    /// How months are counted from the 29th, 30th and 31st.
    pub month_end: MonthEnd,
    /// The first day of the running term.
    pub term_start: Day,
    /// The day of the month on which the first term began: what `keep_day` comes back to.
    pub anchor_day: u8,
    /// The running term's length.
    pub term: Term,
}

impl Calendar {
    /// The calendar of a term that starts on a day.
    pub const fn new(rules: &Rules, term: Term, term_start: Day, anchor_day: u8) -> Self {
        Self { anchor: rules.period_anchor, month_end: rules.month_end, term_start, anchor_day, term }
    }

    /// The days of the term: to the day before its return (G-61). None for a perpetual licence.
    pub fn term_span(self) -> Option<DaySpan> {
        let months = self.term.months()?;
        let back = match (self.begins_cycle_on(), self.month_end) {
            (Some(anchor), _) => self.term_start.in_month(months, anchor),
            (None, MonthEnd::KeepDay) => self.term_start.in_month(months, self.anchor_day),
            (None, MonthEnd::Microsoft) => self.term_start.plus_months(months),
        };
        Some(DaySpan::new(self.term_start, back.plus_days(-1)))
    }

    /// The day of the month on which cycles begin, where the term begins with one: it ends with one then, also where
    /// its first month has no such day.
    fn begins_cycle_on(self) -> Option<u8> {
        let anchor = match self.anchor {
            PeriodAnchor::CalendarMonth => 1,
            PeriodAnchor::DayOfMonth(day) => day,
            PeriodAnchor::Anniversary => return None,
        };
        (self.term_start.in_month(0, anchor) == self.term_start).then_some(anchor)
    }

    /// The whole billing cycle that a day of the term is in, also where the term begins or ends within it; none
    /// where charges do not recur.
    pub fn cycle_at(self, cycle: BillingCycle, day: Day) -> Option<DaySpan> {
        let months = cycle.months()?;
        let start = |number| self.cycle_start(months, number);
        // Each cycle begins in the month that it is counted to: the next one in a later month than the day's, and this
        // one in the day's month or before. Only within its own month it may begin after the day.
        let counted = months_between(start(0), day).div_euclid(months);
        let number = if start(counted) > day { counted - 1 } else { counted };
        Some(DaySpan::new(start(number), start(number + 1).plus_days(-1)))
    }

    /// The first day of the term's cycle of a number, counted from 0.
    fn cycle_start(self, months: i32, number: i32) -> Day {
        let later = months * number;
        match self.anchor {
            PeriodAnchor::CalendarMonth => self.anchored(1, later),
            PeriodAnchor::DayOfMonth(anchor) => self.anchored(anchor, later),
            PeriodAnchor::Anniversary => match self.month_end {
                MonthEnd::KeepDay => self.term_start.in_month(later, self.anchor_day),
                MonthEnd::Microsoft if self.term.months() == Some(months) => self.term_start.plus_months(later),
                MonthEnd::Microsoft => from_month_end(self.term_start, later),
            },
        }
    }

    /// Cycles that begin on a day of the month: the first one is under way when the term starts.
    fn anchored(self, anchor: u8, later: i32) -> Day {
        let begun = if self.term_start.in_month(0, anchor) <= self.term_start { 0 } else { -1 };
        self.term_start.in_month(begun + later, anchor)
    }
}

/// Months within a longer term at Microsoft: the last and the second to last day of a month keep their distance
/// from its end, all other days their number. Days up to the 28th are in every month.
fn from_month_end(start: Day, months: i32) -> Day {
    let distance = start.month_end().of_month() - start.of_month();
    if start.of_month() <= 28 || distance > 1 {
        return start.plus_months(months);
    }
    start.month_start().plus_months(months).month_end().plus_days(-i64::from(distance))
}

fn months_between(from: Day, to: Day) -> i32 {
    let months = |day: Day| day.date().year() * 12 + i32::from(u8::from(day.date().month()));
    months(to) - months(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn calendar(anchor: PeriodAnchor, month_end: MonthEnd, term: Term, start: Day) -> Calendar {
        Calendar { anchor, month_end, term_start: start, anchor_day: start.of_month(), term }
    }

    /// The first days of the cycles of a term, as `01-31 02-28 …`.
    fn cycles(calendar: Calendar, count: usize) -> String {
        let mut next = calendar.term_start;
        let mut starts = Vec::new();
        for _ in 0..count {
            let cycle = calendar.cycle_at(BillingCycle::Monthly, next).unwrap();
            starts.push(cycle.first.to_string()[5..].to_owned());
            next = cycle.last.plus_days(1);
        }
        starts.join(" ")
    }

    #[test]
    fn months_of_a_year_at_microsoft_keep_their_distance_from_the_months_end() {
        let from = |start| calendar(PeriodAnchor::Anniversary, MonthEnd::Microsoft, Term::P1Y, day(start));
        assert_eq!(cycles(from("2026-01-31"), 6), "01-31 02-28 03-31 04-30 05-31 06-30");
        assert_eq!(cycles(from("2026-01-30"), 6), "01-30 02-27 03-30 04-29 05-30 06-29");
        assert_eq!(cycles(from("2026-01-28"), 4), "01-28 02-28 03-28 04-28");
        assert_eq!(cycles(from("2026-01-29"), 4), "01-29 02-28 03-29 04-29");
        assert_eq!(cycles(from("2026-02-28"), 4), "02-28 03-28 04-28 05-28");
        assert_eq!(cycles(from("2026-04-30"), 4), "04-30 05-31 06-30 07-31");
        assert_eq!(cycles(from("2026-04-29"), 4), "04-29 05-30 06-29 07-30");
        assert_eq!(from("2026-01-31").term_span().unwrap().last, day("2027-01-30"));
        assert_eq!(from("2026-01-30").term_span().unwrap().last, day("2027-01-29"));
    }

    #[test]
    fn g61_a_term_ends_on_the_day_before_its_return() {
        let of = |term, start| calendar(PeriodAnchor::Anniversary, MonthEnd::Microsoft, term, day(start)).term_span();
        let span = |first, last| Some(DaySpan::new(day(first), day(last)));
        assert_eq!(of(Term::P1M, "2026-07-31"), span("2026-07-31", "2026-08-30"));
        assert_eq!(of(Term::P1M, "2026-01-31"), span("2026-01-31", "2026-02-27"));
        assert_eq!(of(Term::P3Y, "2026-09-06"), span("2026-09-06", "2029-09-05"));
        assert_eq!(of(Term::None, "2026-09-06"), None);
    }

    #[test]
    fn a_monthly_term_at_microsoft_starts_anew_from_the_one_before() {
        let mut start = day("2026-01-31");
        let mut ends = Vec::new();
        for _ in 0..3 {
            let term = calendar(PeriodAnchor::Anniversary, MonthEnd::Microsoft, Term::P1M, start).term_span().unwrap();
            ends.push(term.last.to_string());
            start = term.last.plus_days(1);
        }
        assert_eq!(ends, ["2026-02-27", "2026-03-27", "2026-04-27"]);
        // The one cycle of such a term is the term.
        let april = calendar(PeriodAnchor::Anniversary, MonthEnd::Microsoft, Term::P1M, day("2026-04-30"));
        assert_eq!(april.cycle_at(BillingCycle::Monthly, day("2026-04-30")), april.term_span());
        assert_eq!(april.term_span().unwrap().last, day("2026-05-29"));
        let of = |start| calendar(PeriodAnchor::Anniversary, MonthEnd::Microsoft, Term::P1M, day(start)).term_span();
        for (start, last) in [
            ("2026-05-31", "2026-06-29"),
            ("2026-06-30", "2026-07-29"),
            ("2026-07-31", "2026-08-30"),
            ("2026-01-30", "2026-02-27"),
            ("2026-02-27", "2026-03-26"),
            ("2026-06-29", "2026-07-28"),
        ] {
            assert_eq!(of(start).unwrap().last, day(last), "{start}");
        }
    }

    #[test]
    fn elsewhere_the_day_comes_back_wherever_a_month_has_it() {
        let keep = |start| calendar(PeriodAnchor::Anniversary, MonthEnd::KeepDay, Term::P1Y, day(start));
        assert_eq!(cycles(keep("2026-01-31"), 4), "01-31 02-28 03-31 04-30");
        assert_eq!(cycles(keep("2026-01-30"), 4), "01-30 02-28 03-30 04-30");
        let february = Calendar { term_start: day("2026-02-28"), term: Term::P1M, ..keep("2026-01-31") };
        assert_eq!(february.term_span().unwrap().last, day("2026-03-30"));
    }

    #[test]
    fn x01_a_year_by_calendar_begins_with_the_month_of_the_order() {
        let year = calendar(PeriodAnchor::CalendarMonth, MonthEnd::KeepDay, Term::P3Y, day("2026-09-06"));
        let of = |on| year.cycle_at(BillingCycle::Annual, day(on)).unwrap();
        assert_eq!(of("2026-09-06"), DaySpan::new(day("2026-09-01"), day("2027-08-31")));
        assert_eq!(of("2027-09-01"), DaySpan::new(day("2027-09-01"), day("2028-08-31")));
        assert_eq!(year.cycle_at(BillingCycle::OneTime, day("2026-09-06")), None);
    }

    #[test]
    fn a_day_is_in_the_cycle_that_began_last() {
        let on_the_15th = calendar(PeriodAnchor::DayOfMonth(15), MonthEnd::KeepDay, Term::P3Y, day("2026-09-20"));
        for (cycle, on, first, last) in [
            (BillingCycle::Monthly, "2026-09-20", "2026-09-15", "2026-10-14"),
            (BillingCycle::Monthly, "2026-10-14", "2026-09-15", "2026-10-14"),
            (BillingCycle::Monthly, "2026-10-15", "2026-10-15", "2026-11-14"),
            (BillingCycle::Monthly, "2028-03-01", "2028-02-15", "2028-03-14"),
            (BillingCycle::Annual, "2026-09-20", "2026-09-15", "2027-09-14"),
            (BillingCycle::Annual, "2027-09-14", "2026-09-15", "2027-09-14"),
            (BillingCycle::Annual, "2027-09-15", "2027-09-15", "2028-09-14"),
            (BillingCycle::Annual, "2029-09-14", "2028-09-15", "2029-09-14"),
            (BillingCycle::Triennial, "2029-09-14", "2026-09-15", "2029-09-14"),
            // Before the first cycle there is one, too.
            (BillingCycle::Annual, "2026-09-14", "2025-09-15", "2026-09-14"),
            (BillingCycle::Annual, "2025-10-01", "2025-09-15", "2026-09-14"),
        ] {
            let expected = DaySpan::new(day(first), day(last));
            assert_eq!(on_the_15th.cycle_at(cycle, day(on)), Some(expected), "{cycle:?} {on}");
        }
    }

    proptest! {
        #[test]
        fn cycles_follow_each_other_without_a_hole(
            start in 0_i64..20_000, on in 0_i64..1_500, anchor in 0_u8..32,
            microsoft: bool, term in prop::sample::select(vec![Term::P1M, Term::P1Y, Term::P3Y]),
            cycle in prop::sample::select(vec![BillingCycle::Monthly, BillingCycle::Annual, BillingCycle::Triennial]),
        ) {
            let start = day("2000-01-01").plus_days(start);
            let anchor = match anchor {
                0 => PeriodAnchor::Anniversary,
                1 => PeriodAnchor::CalendarMonth,
                other => PeriodAnchor::DayOfMonth(other),
            };
            let month_end = if microsoft { MonthEnd::Microsoft } else { MonthEnd::KeepDay };
            let calendar = calendar(anchor, month_end, term, start);
            let this = calendar.cycle_at(cycle, start.plus_days(on)).unwrap();
            prop_assert!(this.contains(start.plus_days(on)));
            let next = calendar.cycle_at(cycle, this.last.plus_days(1)).unwrap();
            prop_assert_eq!(next.first, this.last.plus_days(1));
            prop_assert_eq!(calendar.cycle_at(cycle, this.first), Some(this));
            prop_assert_eq!(calendar.cycle_at(cycle, this.last), Some(this));
        }
    }
}
