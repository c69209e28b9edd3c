//! The dates of a price sheet, in each of the forms that Microsoft has used (U-30). All are UTC.

use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::{datetime, format_description};
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time};

/// Microsoft's word for "since ever".
const MIN_YEAR: i32 = 1753;
const MIN: OffsetDateTime = datetime!(1753-01-01 0:00 UTC);

/// Microsoft's word for "until further notice".
const OPEN_YEAR: i32 = 9999;

/// A date with or without its time.
enum Written {
    Day(Date),
    Instant(OffsetDateTime),
}

const DAY: &[BorrowedFormatItem] = format_description!("[year]-[month]-[day]");
/// ISO without its zone, with or without seconds.
const LOCAL: &[BorrowedFormatItem] =
    format_description!("[year]-[month]-[day]T[hour]:[minute][optional [:[second][optional [.[subsecond]]]]]");

/// Month before day, as Microsoft writes it: `2/1/2019 12:00:00 AM`, `2/1/2019 0:00`, `02/01/2019`.
fn american(text: &str) -> Option<Written> {
    let (date, time) = text.split_once(|letter: char| letter.is_whitespace()).unwrap_or((text, ""));
    let mut parts = date.split('/').map(number);
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    let written_out = date.rsplit('/').next().is_some_and(|year| year.len() == 4);
    if parts.next().is_some() || !written_out {
        return None;
    }
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    match time.trim() {
        "" => Some(Written::Day(date)),
        time => Some(Written::Instant(PrimitiveDateTime::new(date, clock(time)?).assume_utc())),
    }
}

/// `8:35:31 PM`, `20:35:31`, `8:35 pm`, `20:35`.
fn clock(text: &str) -> Option<Time> {
    let upper = text.to_ascii_uppercase();
    let (hands, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(hands), _) => (hands, Some(0)),
        (_, Some(hands)) => (hands, Some(12)),
        _ => (upper.as_str(), None),
    };
    let (whole, fraction) = hands.trim_end().split_once('.').unwrap_or((hands.trim_end(), ""));
    let mut parts = whole.split(':').map(number);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    // What is beyond the second is not written in this form; a sheet from elsewhere may have it, and it is dropped.
    if parts.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let small = |number: u16| u8::try_from(number).ok();
    Time::from_hms(small(hour)?, small(minute)?, small(second)?).ok()
}

/// One to four digits.
fn number(text: &str) -> Option<u16> {
    let right = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

fn parse(text: &str) -> Option<Written> {
    let instant = |local: PrimitiveDateTime| Written::Instant(local.assume_utc());
    if text.contains('/') {
        return american(text);
    }
    if let Ok(day) = Date::parse(text, DAY) {
        return Some(Written::Day(day));
    }
    // Databases write a blank where ISO has its T.
    let text = text.replacen(' ', "T", 1);
    let (local, utc) = text.strip_suffix(['Z', 'z']).map_or((text.as_str(), false), |local| (local, true));
    if let Ok(local) = PrimitiveDateTime::parse(local, LOCAL) {
        return Some(instant(local));
    }
    let zoned = OffsetDateTime::parse(&text, &Rfc3339).ok().filter(|_| !utc)?;
    Some(Written::Instant(zoned.to_offset(time::UtcOffset::UTC)))
}

/// The instant from which on a price holds; none where the text is no date.
pub(super) fn start(text: &str) -> Option<OffsetDateTime> {
    let start = match parse(text)? {
        Written::Day(day) => day.midnight().assume_utc(),
        Written::Instant(instant) => to_micros(instant),
    };
    Some(if start.year() == MIN_YEAR { MIN } else { start })
}

/// The instant before which a price holds; the inner none is open.
///
/// A sheet names the last day, or its last second or minute. All mean the whole day: else a price would be missing for
/// a day, a second or a minute before the next begins.
pub(super) fn end(text: &str) -> Option<Option<OffsetDateTime>> {
    let (day, instant) = match parse(text)? {
        Written::Day(day) => (day, None),
        Written::Instant(instant) => (instant.date(), Some(instant)),
    };
    if day.year() == OPEN_YEAR {
        return Some(None);
    }
    match instant {
        Some(instant) if !is_last_minute(instant.time(), text) => Some(Some(to_micros(instant))),
        _ => Some(Some(day.next_day()?.midnight().assume_utc())),
    }
}

/// 23:59:59, or 23:59 where no seconds are written.
fn is_last_minute(time: Time, text: &str) -> bool {
    let without_seconds = text.matches(':').count() == 1;
    time.as_hms() == (23, 59, 59) || (without_seconds && time.as_hms() == (23, 59, 0))
}

/// No database keeps more than microseconds.
fn to_micros(instant: OffsetDateTime) -> OffsetDateTime {
    instant - Duration::nanoseconds(i64::from(instant.nanosecond() % 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u30_a_start_comes_in_every_form() {
        let expected = Some(datetime!(2021-10-01 0:00 UTC));
        for text in [
            "10/1/2021 12:00:00 AM",
            "10/01/2021 12:00:00 am",
            "10/1/2021 12:00 AM",
            "10/1/2021 12:00AM",
            "10/1/2021 0:00:00",
            "10/1/2021 00:00",
            "10/1/2021 0:00",
            "10/1/2021",
            "10/01/2021",
            "2021-10-01T00:00:00.0000000Z",
            "2021-10-01T00:00:00Z",
            "2021-10-01T00:00Z",
            "2021-10-01T02:00:00+02:00",
            "2021-10-01T00:00:00",
            "2021-10-01T00:00:00.0000000",
            "2021-10-01T00:00",
            "2021-10-01 00:00:00",
            "2021-10-01 00:00",
            "2021-10-01 00:00:00Z",
            "2021-10-01",
        ] {
            assert_eq!(start(text), expected, "{text}");
        }
        // Months come first, also where both would do.
        assert_eq!(start("2/1/2023 0:00"), Some(datetime!(2023-02-01 0:00 UTC)));
        assert_eq!(start("2/4/2021 20:35"), Some(datetime!(2021-02-04 20:35 UTC)));
        assert_eq!(start("2/4/2021 8:35 PM"), Some(datetime!(2021-02-04 20:35 UTC)));
        assert_eq!(start("2/4/2021 8:35:31 PM"), Some(datetime!(2021-02-04 20:35:31 UTC)));
        assert_eq!(start("2/4/2021 12:05:00 PM"), Some(datetime!(2021-02-04 12:05 UTC)));
        assert_eq!(start("2021-10-01T08:00:00.1234567Z"), Some(datetime!(2021-10-01 08:00:00.123456 UTC)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "13/1/2021",
            "2/30/2021",
            "2021-13-01",
            "1.10.2021",
            "20211001",
            "2021-10-01Z",
            "2/1/23",
            "2/1",
            "2/1/2021 24:00",
            "2/1/2021 13:00 PM",
            "2/1/2021 0:00 AM",
            "2/1/2021 0",
            "2/1/2021 1:60",
            "2/1/2021 x",
            "2/1/2021/1",
            "2021-10-01T25:00",
            "2021-10-01T00:00+",
        ] {
            assert_eq!(start(text), None, "{text}");
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time() {
        assert_eq!(start("1753-01-01T00:00:00.0000000Z"), Some(MIN));
        assert_eq!(start("1/1/1753 12:00:00 AM"), Some(MIN));
        for text in ["9999-12-31T23:59:59.9999999Z", "9999-12-31", "12/31/9999 11:59:59 PM", "11/30/9999 23:59"] {
            assert_eq!(end(text), Some(None), "{text}");
        }
    }

    #[test]
    fn u30_an_end_includes_its_last_day_second_or_minute() {
        let expected = Some(Some(datetime!(2021-11-01 0:00 UTC)));
        for text in [
            "2021-10-31",
            "10/31/2021",
            "10/31/2021 11:59:59 PM",
            "2021-10-31T23:59:59.9999999Z",
            "2021-11-01T00:00:00Z",
            "10/31/2021 23:59",
            "10/31/2021 11:59 PM",
            "2021-10-31 23:59",
            "11/1/2021 0:00",
        ] {
            assert_eq!(end(text), expected, "{text}");
        }
        assert_eq!(end("2/4/2021 8:35:31 PM"), Some(Some(datetime!(2021-02-04 20:35:31 UTC))));
    }
}
