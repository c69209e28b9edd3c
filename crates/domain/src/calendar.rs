//! Days, spans of days, terms and billing cycles.
//!
//! A [`DaySpan`] counts both its ends (C-39). Adding months keeps the day of the month where the
//! target month has it and takes the month's last day where it has not.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, Month};

/// A calendar day; whose is for its [`Zone`](crate::zone::Zone) to say. Written `2026-11-20`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day around a date.
    pub const fn new(date: Date) -> Self {
        Self(date)
    }

    /// The day of a year, month and day of month, if there is one.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        Some(Self(Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?))
    }

    /// The date inside.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The day `days` later (earlier when negative); stays at the calendar's end.
    pub fn plus_days(self, days: i64) -> Self {
        let fallback = if days < 0 { Date::MIN } else { Date::MAX };
        Self(self.0.checked_add(time::Duration::days(days)).unwrap_or(fallback))
    }

    /// The same day of the month `months` later, or that month's last day.
    pub fn plus_months(self, months: i32) -> Self {
        let total = (self.0.year() * 12 + i32::from(u8::from(self.0.month())) - 1).saturating_add(months);
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
        let Ok(month) = Month::try_from(month) else { return self };
        let day = self.0.day().min(month.length(year));
        Self(Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX))
    }

    /// The day of the month `anchor` in the month `months` later, or that month's last day.
    pub fn in_month(self, months: i32, anchor: u8) -> Self {
        let month = self.month_start().plus_months(months);
        month.plus_days(i64::from(anchor.max(1)) - 1).min(month.month_end())
    }

    /// The day of the month, from 1.
    pub fn of_month(self) -> u8 {
        self.0.day()
    }

    /// The first day of this day's month.
    pub fn month_start(self) -> Self {
        Self(self.0.replace_day(1).unwrap_or(self.0))
    }

    /// The last day of this day's month.
    pub fn month_end(self) -> Self {
        Self(self.0.replace_day(self.0.month().length(self.0.year())).unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Day {
    type Err = InvalidDay;
    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        let wrong = || InvalidDay(text.to_owned());
        let mut parts = text.splitn(3, '-');
        let mut next = |length: usize| {
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let (year, month, day) = (next(4), next(2), next(2));
        let parsed = (|| Self::from_ymd(year?.parse().ok()?, month?.parse().ok()?, day?.parse().ok()?))();
        parsed.ok_or_else(wrong)
    }
}

/// A text that is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day like 2026-11-20")]
pub struct InvalidDay(pub String);

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Days from the first to the last, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DaySpan {
    /// The first day.
    pub first: Day,
    /// The last day, itself included.
    pub last: Day,
}

impl DaySpan {
    /// The span from the first to the last day.
    pub const fn new(first: Day, last: Day) -> Self {
        Self { first, last }
    }

    /// How many days, both ends counted; 0 where the last is before the first.
    pub fn days(self) -> i64 {
        ((self.last.0 - self.first.0).whole_days() + 1).max(0)
    }

    /// How many days when each month counts 30: its 31st none, and February's last day what is missing
    /// (X-04, `d30_360`).
    pub fn days_360(self) -> i64 {
        let before_first = day_360(self.first, i64::from(self.first.0.day() - 1));
        let last_in_month = if self.last == self.last.month_end() { 30 } else { i64::from(self.last.0.day()) };
        (day_360(self.last, last_in_month) - before_first).max(0)
    }

    /// How many months the span is long, at least one; for spans that end on the day before a month's return.
    pub fn months(self) -> i64 {
        let months = |day: Day| i64::from(day.0.year()) * 12 + i64::from(u8::from(day.0.month()));
        (months(self.last.plus_days(1)) - months(self.first)).max(1)
    }

    /// The calendar month that a day is in.
    pub fn month_of(day: Day) -> Self {
        Self::new(day.month_start(), day.month_end())
    }
}

impl DaySpan {
    /// The days that both spans have; none where there is no such day.
    pub fn within(self, other: Self) -> Option<Self> {
        let both = Self::new(self.first.max(other.first), self.last.min(other.last));
        (both.first <= both.last).then_some(both)
    }

    /// Whether a day is one of the span.
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

/// The running number of a day in a calendar of 30-day months.
fn day_360(month_of: Day, day: i64) -> i64 {
    i64::from(month_of.0.year()) * 360 + i64::from(u8::from(month_of.0.month()) - 1) * 30 + day.min(30)
}

/// How long the buyer is bound; ISO 8601 on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Term {
    /// One calendar month, counted from the first day of the term.
    #[serde(rename = "P1M")]
    P1M,
    /// Twelve months, counted from the first day of the term.
    #[serde(rename = "P1Y")]
    P1Y,
    /// Thirty-six months, counted from the first day of the term.
    #[serde(rename = "P3Y")]
    P3Y,
    /// No end: a perpetual licence.
    #[serde(rename = "none")]
    None,
}

impl Term {
    /// Every term, shortest first.
    pub const ALL: [Self; 4] = [Self::P1M, Self::P1Y, Self::P3Y, Self::None];

    /// The term's code: `P1M`, `P1Y`, `P3Y`, `none`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::P1M => "P1M",
            Self::P1Y => "P1Y",
            Self::P3Y => "P3Y",
            Self::None => "none",
        }
    }

    /// The term of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.code() == code)
    }

    /// Months of the term; none for a perpetual licence.
    pub const fn months(self) -> Option<i32> {
        match self {
            Self::P1M => Some(1),
            Self::P1Y => Some(12),
            Self::P3Y => Some(36),
            Self::None => None,
        }
    }
}

/// How often a charge is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// A charge every month.
    Monthly,
    /// A charge every twelve months.
    Annual,
    /// Each three years.
    Triennial,
    /// One charge for the whole term, or for ever where there is no term.
    OneTime,
    /// Never: a trial.
    None,
}

impl BillingCycle {
    /// Every cycle, shortest first.
    pub const ALL: [Self; 5] = [Self::Monthly, Self::Annual, Self::Triennial, Self::OneTime, Self::None];

    /// The cycle's code, as on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Annual => "annual",
            Self::Triennial => "triennial",
            Self::OneTime => "one_time",
            Self::None => "none",
        }
    }

    /// The cycle of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cycle| cycle.code() == code)
    }

    /// Months between two charges, where charges recur.
    pub const fn months(self) -> Option<i32> {
        match self {
            Self::Monthly => Some(1),
            Self::Annual => Some(12),
            Self::Triennial => Some(36),
            Self::OneTime | Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn span(first: &str, last: &str) -> DaySpan {
        DaySpan::new(day(first), day(last))
    }

    /// Any day of 1970…2106.
    fn days() -> impl Strategy<Value = Day> {
        (0_i64..50_000).prop_map(|days| day("1970-01-01").plus_days(days))
    }

    #[test]
    fn only_a_whole_date_is_a_day() {
        assert_eq!(day("2028-02-29").to_string(), "2028-02-29");
        for wrong in
            ["", "2026-02-29", "2026-2-01", "2026-02-1", "2026-02-01Z", "+026-02-01", "2026-13-01", "2026/02/01"]
        {
            assert_eq!(wrong.parse::<Day>(), Err(InvalidDay(wrong.to_owned())));
        }
    }

    #[test]
    fn a_month_end_stays_within_the_month() {
        assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
        assert_eq!(day("2028-01-31").plus_months(1), day("2028-02-29"));
        assert_eq!(day("2028-02-29").plus_months(12), day("2029-02-28"));
        assert_eq!(day("2026-01-15").plus_months(-1), day("2025-12-15"));
    }

    #[test]
    fn c39_both_ends_count() {
        assert_eq!(span("2026-09-06", "2026-09-30").days(), 25);
        assert_eq!(span("2026-09-30", "2026-09-30").days(), 1);
        assert_eq!(span("2026-09-30", "2026-09-29").days(), 0);
    }

    #[test]
    fn x04_in_a_calendar_of_thirty_day_months_the_31st_is_nothing() {
        let cases = [
            ("2026-01-01", "2026-01-31", 30),
            ("2026-01-31", "2026-01-31", 0),
            ("2026-01-30", "2026-01-30", 1),
            ("2026-02-01", "2026-02-28", 30),
            ("2026-02-28", "2026-02-28", 3),
            ("2026-01-15", "2026-02-14", 30),
            ("2026-01-01", "2026-12-31", 360),
        ];
        for (first, last, days) in cases {
            assert_eq!(span(first, last).days_360(), days, "{first}…{last}");
        }
    }

    #[test]
    fn codes_are_those_of_the_wire() {
        for term in Term::ALL {
            assert_eq!(Term::from_code(term.code()), Some(term));
            assert_eq!(serde_json::to_value(term).unwrap(), term.code());
        }
        for cycle in BillingCycle::ALL {
            assert_eq!(BillingCycle::from_code(cycle.code()), Some(cycle));
            assert_eq!(serde_json::to_value(cycle).unwrap(), cycle.code());
        }
    }

    proptest! {
        #[test]
        fn a_day_survives_being_written(day in days()) {
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            let json = serde_json::to_string(&day).unwrap();
            prop_assert_eq!(serde_json::from_str::<Day>(&json).unwrap(), day);
        }

        #[test]
        fn months_later_is_the_same_day_or_the_months_last(day in days(), months in -600_i32..600) {
            let later = day.plus_months(months);
            prop_assert!(later.date().day() == day.date().day() || later == later.month_end());
            prop_assert!(later.date().day() <= day.date().day());
            let month = |day: Day| day.date().year() * 12 + i32::from(u8::from(day.date().month()));
            prop_assert_eq!(month(later) - month(day), months);
        }

        #[test]
        fn days_later_and_back_is_the_same_day(day in days(), days in -20_000_i64..20_000) {
            prop_assert_eq!(day.plus_days(days).plus_days(-days), day);
        }

        #[test]
        fn two_halves_have_the_days_of_the_whole(first in days(), head in 1_i64..800, tail in 1_i64..800) {
            let last = first.plus_days(head + tail - 1);
            let middle = first.plus_days(head - 1);
            let (whole, left) = (DaySpan::new(first, last), DaySpan::new(first, middle));
            let right = DaySpan::new(middle.plus_days(1), last);
            prop_assert_eq!(left.days() + right.days(), whole.days());
            prop_assert_eq!(left.days_360() + right.days_360(), whole.days_360());
        }
    }
}
