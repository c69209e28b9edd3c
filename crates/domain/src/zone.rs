//! Time zones: the one place in which an instant becomes a day and a day an instant.
//!
//! A day begins with the first instant that its zone's clocks show on it, and lasts 23, 24 or 25 hours, as they say.

use crate::calendar::Day;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Duration, OffsetDateTime};

/// A time zone of the IANA database, which is built in; written by its name: `Europe/Berlin`.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Days of UTC, always of 24 hours.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Its name, as the database writes it.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Whether its days are those of UTC.
    pub fn is_utc(&self) -> bool {
        *self == Self::UTC
    }

    /// The day that its clocks show at an instant.
    pub fn day(&self, at: OffsetDateTime) -> Day {
        let local = Timestamp::from_second(at.unix_timestamp()).map(|at| self.0.to_datetime(at)).ok();
        local.and_then(day_of).unwrap_or_else(|| Day::new(at.to_offset(time::UtcOffset::UTC).date()))
    }

    /// The first instant of a day.
    pub fn start(&self, day: Day) -> OffsetDateTime {
        let midnight = day.date().midnight().assume_utc();
        self.shown(midnight).unwrap_or(midnight)
    }

    /// The instant at which its clocks show the same time so many days later: a day's first stays a day's first.
    pub fn plus_days(&self, at: OffsetDateTime, days: i64) -> OffsetDateTime {
        let day = self.day(at);
        if at == self.start(day) {
            // Not midnight where its clocks leave that out.
            return self.start(day.plus_days(days));
        }
        let at = at.to_offset(time::UtcOffset::UTC);
        let later = |at: OffsetDateTime| at.saturating_add(Duration::days(days));
        let offset = Timestamp::from_second(at.unix_timestamp()).map(|at| self.0.to_offset(at).seconds());
        let local = offset.ok().map(|offset| at.saturating_add(Duration::seconds(offset.into())));
        local.and_then(|local| self.shown(later(local))).unwrap_or_else(|| later(at))
    }

    /// The next instant, `at` itself too, at which its clocks show an hour of the day.
    pub fn next_hour(&self, at: OffsetDateTime, hour: u8) -> OffsetDateTime {
        let of = |day: Day| {
            let written = day.date().midnight().assume_utc() + Duration::hours(hour.into());
            self.shown(written).unwrap_or(written)
        };
        let today = of(self.day(at));
        if at <= today { today } else { of(self.day(at).plus_days(1)) }
    }

    /// What its clocks show at an instant, to the minute.
    pub fn shows(&self, at: OffsetDateTime) -> Shown {
        let utc = at.to_offset(time::UtcOffset::UTC);
        let local = Timestamp::from_second(at.unix_timestamp()).ok().and_then(|instant| {
            let (local, info) = (self.0.to_datetime(instant), self.0.to_offset_info(instant));
            let part = |part: i8| u8::try_from(part).ok();
            let called = info.abbreviation().to_owned();
            Some(Shown { day: day_of(local)?, hour: part(local.hour())?, minute: part(local.minute())?, called })
        });
        local.unwrap_or_else(|| Shown {
            day: Day::new(utc.date()),
            hour: utc.hour(),
            minute: utc.minute(),
            called: "UTC".to_owned(),
        })
    }

    /// The first instant at which its clocks show a time of day, which is written as if it were of UTC; where they
    /// leave it out, the instant at which they are put on.
    fn shown(&self, local: OffsetDateTime) -> Option<OffsetDateTime> {
        let (date, time) = (local.date(), local.time());
        let year = i16::try_from(date.year()).ok()?;
        let (month, day) = (i8::try_from(u8::from(date.month())).ok()?, i8::try_from(date.day()).ok()?);
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(|part| i8::try_from(part).ok());
        let written = DateTime::new(year, month, day, hour?, minute?, second?, 0).ok()?;
        let shown = self.0.to_ambiguous_timestamp(written);
        let gap = matches!(shown.offset(), AmbiguousOffset::Gap { .. });
        let mut instant = shown.compatible().ok()?;
        if gap {
            let after = Timestamp::from_second(instant.as_second() + 1).ok()?;
            instant = self.0.preceding(after).next()?.timestamp();
        }
        let at = OffsetDateTime::from_unix_timestamp(instant.as_second()).ok()?;
        Some(if gap { at } else { at + Duration::nanoseconds(time.nanosecond().into()) })
    }
}

/// What clocks show at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The day that they show.
    pub day: Day,
    /// The hour of that day, 0 to 23.
    pub hour: u8,
    /// The minute of that hour.
    pub minute: u8,
    /// What the zone's time is called then: `CET`, `CEST`, `UTC`.
    pub called: String,
}

fn day_of(local: DateTime) -> Option<Day> {
    let (month, day) = (u8::try_from(local.month()).ok()?, u8::try_from(local.day()).ok()?);
    Day::from_ymd(local.year().into(), month, day)
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no time zone has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {0:?}: expected a name of the IANA database, as Europe/Berlin")]
pub struct UnknownZone(pub String);

impl std::str::FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone(name.to_owned());
        let found = TimeZoneDatabase::bundled().get(name).map_err(|_| unknown())?;
        // The database also knows what stands for a zone that nobody knows.
        if found.is_unknown() || found.iana_name().is_none() { Err(unknown()) } else { Ok(Self(found)) }
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::datetime;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn u60_an_hour_of_the_day_is_the_next_that_the_clocks_show() {
        let berlin = zone("Europe/Berlin");
        for (at, utc, there) in [
            (datetime!(2027-07-07 00:00 UTC), datetime!(2027-07-07 06:00 UTC), datetime!(2027-07-07 04:00 UTC)),
            (datetime!(2027-07-07 04:00 UTC), datetime!(2027-07-07 06:00 UTC), datetime!(2027-07-07 04:00 UTC)),
            (datetime!(2027-07-07 04:00:01 UTC), datetime!(2027-07-07 06:00 UTC), datetime!(2027-07-08 04:00 UTC)),
            (datetime!(2027-07-07 06:00:01 UTC), datetime!(2027-07-08 06:00 UTC), datetime!(2027-07-08 04:00 UTC)),
            // There it is the next day already.
            (datetime!(2027-07-07 22:30 UTC), datetime!(2027-07-08 06:00 UTC), datetime!(2027-07-08 04:00 UTC)),
            // The clocks are put back in between.
            (datetime!(2027-10-30 12:00 UTC), datetime!(2027-10-31 06:00 UTC), datetime!(2027-10-31 05:00 UTC)),
        ] {
            assert_eq!((Zone::UTC.next_hour(at, 6), berlin.next_hour(at, 6)), (utc, there), "{at}");
        }
        // An hour that the clocks leave out is the instant at which they are put on.
        let left_out = berlin.next_hour(datetime!(2027-03-27 12:00 UTC), 2);
        assert_eq!(left_out, datetime!(2027-03-28 01:00 UTC));
    }

    #[test]
    fn u08_the_day_of_an_instant_is_what_the_zones_clocks_show() {
        let at = datetime!(2026-03-31 22:30 UTC);
        let days = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"].map(|name| zone(name).day(at));
        assert_eq!(days.map(|day| day.to_string()), ["2026-03-31", "2026-04-01", "2026-03-31", "2026-04-01"]);
        // However the instant is written.
        assert_eq!(Zone::UTC.day(datetime!(2026-09-06 00:30 +2)), day("2026-09-05"));
    }

    #[test]
    fn u08_the_days_on_which_clocks_change_have_23_and_25_hours() {
        let hours = |name: &str, text: &str| {
            let (zone, day) = (zone(name), day(text));
            (zone.start(day.plus_days(1)) - zone.start(day)).whole_minutes()
        };
        assert_eq!([hours("Europe/Berlin", "2026-03-29"), hours("Europe/Berlin", "2026-10-25")], [1_380, 1_500]);
        assert_eq!([hours("America/New_York", "2026-03-08"), hours("America/New_York", "2026-11-01")], [1_380, 1_500]);
        assert_eq!([hours("UTC", "2026-03-29"), hours("Australia/Lord_Howe", "2026-04-05")], [1_440, 1_470]);
    }

    #[test]
    fn u08_a_day_whose_midnight_is_left_out_begins_when_clocks_are_put_on() {
        let cairo = zone("Africa/Cairo");
        assert_eq!(cairo.start(day("2026-04-24")), datetime!(2026-04-24 1:00 +3));
        assert_eq!(cairo.day(datetime!(2026-04-24 1:00 +3) - Duration::NANOSECOND), day("2026-04-23"));
        assert_eq!(cairo.plus_days(cairo.start(day("2026-04-24")), 1), cairo.start(day("2026-04-25")));
        // Midnight comes twice: the day begins with the first.
        assert_eq!(zone("America/Havana").start(day("2026-11-01")), datetime!(2026-11-01 0:00 -4));
        // Half an hour around midnight is left out, and a whole day.
        assert_eq!(zone("America/Toronto").start(day("1919-03-31")), datetime!(1919-03-30 23:30 -5));
        assert_eq!(zone("Pacific/Apia").start(day("2011-12-30")), zone("Pacific/Apia").start(day("2011-12-31")));
    }

    #[test]
    fn u08_days_later_the_clocks_show_the_same_time() {
        let berlin = zone("Europe/Berlin");
        let midnight = berlin.start(day("2026-10-01"));
        assert_eq!(berlin.plus_days(midnight, 30), berlin.start(day("2026-10-31")));
        assert_eq!(berlin.plus_days(midnight, 30) - midnight, Duration::days(30) + Duration::HOUR);
        assert_eq!(Zone::UTC.plus_days(midnight, 30) - midnight, Duration::days(30));
        let micros = datetime!(2026-03-28 2:30:00.000001 +1);
        assert_eq!(berlin.plus_days(micros, -1), datetime!(2026-03-27 2:30:00.000001 +1));
        // 2:30 is left out on the 29th.
        assert_eq!(berlin.plus_days(micros, 1), datetime!(2026-03-29 3:00 +2));
    }

    #[test]
    fn u08_a_zone_that_does_not_exist_is_refused_by_name() {
        for wrong in ["Europe/Berlni", "", "Etc/Unknown", "+02:00", "CEST-1", "../../etc/passwd", "Europe/Berlin "] {
            assert_eq!(wrong.parse::<Zone>(), Err(UnknownZone(wrong.to_owned())), "{wrong}");
            let refused = serde_json::from_value::<Zone>(wrong.into()).unwrap_err().to_string();
            assert!(refused.contains(&format!("{wrong:?}")), "{refused}");
        }
        assert_eq!(zone("europe/BERLIN").name(), "Europe/Berlin");
        assert_eq!(serde_json::to_value(zone("Europe/Berlin")).unwrap(), "Europe/Berlin");
        assert_eq!((zone("UTC"), zone("utc").is_utc(), zone("Europe/London").is_utc()), (Zone::UTC, true, false));
    }

    proptest! {
        #[test]
        fn u08_every_instant_is_in_the_day_that_it_is_of(
            seconds in 1_767_225_600_i64..3_500_000_000, place in 0_usize..6, days in -400_i64..400,
        ) {
            let names = ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Kathmandu", "America/Havana",
                "Australia/Lord_Howe"];
            let (zone, at) = (zone(names[place]), OffsetDateTime::from_unix_timestamp(seconds).unwrap());
            let day = zone.day(at);
            prop_assert!(zone.start(day) <= at && at < zone.start(day.plus_days(1)));
            prop_assert_eq!(zone.day(zone.start(day)), day);
            prop_assert_eq!(zone.plus_days(zone.start(day), days), zone.start(day.plus_days(days)));
        }
    }
}
