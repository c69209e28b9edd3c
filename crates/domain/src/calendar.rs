//! Days, spans of days, terms and billing cycles.
//!
//! A [`DaySpan`] counts both its ends (C-39). Adding months keeps the day of the month where the
//! target month has it and takes the month's last day where it has not.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, Month, OffsetDateTime};

/// A calendar day in UTC; written `2026-11-20`.
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

    /// The UTC day of an instant.
    pub fn of(instant: OffsetDateTime) -> Self {
        Self(instant.to_offset(time::UtcOffset::UTC).date())
    }

    /// The date inside.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The first instant of the day.
    pub fn start(self) -> OffsetDateTime {
        self.0.midnight().assume_utc()
    }

    /// The day `days` later (earlier when negative); stays at the calendar's end.
    pub fn plus_days(self, days: i64) -> Self {
        let fallback = if days < 0 { Date::MIN } else { Date::MAX };
        Self(self.0.checked_add(time::Duration::days(days)).unwrap_or(fallback))
    }

    /// The same day of the month `months` later, or that month's last day.
    pub fn plus_months(self, months: i32) -> Self {
        let total = self.0.year() * 12 + i32::from(u8::from(self.0.month())) - 1 + months;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
        let Ok(month) = Month::try_from(month) else { return self };
        let day = self.0.day().min(month.length(year));
        Self(Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX))
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

    /// The calendar month that a day is in.
    pub fn month_of(day: Day) -> Self {
        Self::new(day.month_start(), day.month_end())
    }
}

/// How long the buyer is bound; ISO 8601 on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Term {
    /// One month.
    #[serde(rename = "P1M")]
    P1M,
    /// One year.
    #[serde(rename = "P1Y")]
    P1Y,
    /// Three years.
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

    /// The days of a term that starts on a day: the last is the day before its return (G-61).
    pub fn span_from(self, start: Day) -> Option<DaySpan> {
        self.months().map(|months| DaySpan::new(start, start.plus_months(months).plus_days(-1)))
    }
}

/// How often a charge is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// Each month.
    Monthly,
    /// Each year.
    Annual,
    /// Each three years.
    Triennial,
    /// Once.
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
