//! The dates of a price sheet, in each of the forms that Microsoft has used (3.3). All are UTC.

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

/// `2/1/2019 12:00:00 AM`.
const AMERICAN: &[BorrowedFormatItem] = format_description!(
    "[month padding:none]/[day padding:none]/[year] \
     [hour padding:none repr:12]:[minute]:[second] [period case_sensitive:false]"
);
const AMERICAN_DAY: &[BorrowedFormatItem] = format_description!("[month padding:none]/[day padding:none]/[year]");
const DAY: &[BorrowedFormatItem] = format_description!("[year]-[month]-[day]");
/// ISO without its zone.
const LOCAL: &[BorrowedFormatItem] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second][optional [.[subsecond]]]");

fn parse(text: &str) -> Option<Written> {
    let instant = |local: PrimitiveDateTime| Written::Instant(local.assume_utc());
    if text.contains('/') {
        let with_time = PrimitiveDateTime::parse(text, AMERICAN).map(instant);
        return with_time.or_else(|_| Date::parse(text, AMERICAN_DAY).map(Written::Day)).ok();
    }
    if let Ok(day) = Date::parse(text, DAY) {
        return Some(Written::Day(day));
    }
    let zoned =
        OffsetDateTime::parse(text, &Rfc3339).map(|zoned| Written::Instant(zoned.to_offset(time::UtcOffset::UTC)));
    zoned.or_else(|_| PrimitiveDateTime::parse(text, LOCAL).map(instant)).ok()
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
/// A sheet names the last day or the last second of it. Both mean the whole day: else a price would be missing for a
/// day, or a second, before the next begins.
pub(super) fn end(text: &str) -> Option<Option<OffsetDateTime>> {
    let (day, instant) = match parse(text)? {
        Written::Day(day) => (day, None),
        Written::Instant(instant) => (instant.date(), Some(instant)),
    };
    if day.year() == OPEN_YEAR {
        return Some(None);
    }
    match instant {
        Some(instant) if !is_last_second(instant.time()) => Some(Some(to_micros(instant))),
        _ => Some(Some(day.next_day()?.midnight().assume_utc())),
    }
}

fn is_last_second(time: Time) -> bool {
    time.as_hms() == (23, 59, 59)
}

/// No database keeps more than microseconds.
fn to_micros(instant: OffsetDateTime) -> OffsetDateTime {
    instant - Duration::nanoseconds(i64::from(instant.nanosecond() % 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_comes_in_every_form() {
        let expected = Some(datetime!(2021-10-01 0:00 UTC));
        for text in [
            "10/1/2021 12:00:00 AM",
            "10/01/2021 12:00:00 am",
            "10/1/2021",
            "2021-10-01T00:00:00.0000000Z",
            "2021-10-01T00:00:00Z",
            "2021-10-01T02:00:00+02:00",
            "2021-10-01T00:00:00",
            "2021-10-01T00:00:00.0000000",
            "2021-10-01",
        ] {
            assert_eq!(start(text), expected, "{text}");
        }
        assert_eq!(start("2/4/2021 8:35:31 PM"), Some(datetime!(2021-02-04 20:35:31 UTC)));
        assert_eq!(start("2/4/2021 12:05:00 PM"), Some(datetime!(2021-02-04 12:05 UTC)));
        assert_eq!(start("2021-10-01T08:00:00.1234567Z"), Some(datetime!(2021-10-01 08:00:00.123456 UTC)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "soon", "13/1/2021", "2/30/2021", "2021-13-01", "1.10.2021", "20211001", "2021-10-01Z"] {
            assert_eq!(start(text), None, "{text}");
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time() {
        assert_eq!(start("1753-01-01T00:00:00.0000000Z"), Some(MIN));
        assert_eq!(start("1/1/1753 12:00:00 AM"), Some(MIN));
        for text in ["9999-12-31T23:59:59.9999999Z", "9999-12-31", "12/31/9999 11:59:59 PM", "9999-01-01T00:00:00Z"] {
            assert_eq!(end(text), Some(None), "{text}");
        }
    }

    #[test]
    fn an_end_includes_its_last_day_or_second() {
        let expected = Some(Some(datetime!(2021-11-01 0:00 UTC)));
        for text in [
            "2021-10-31",
            "10/31/2021",
            "10/31/2021 11:59:59 PM",
            "2021-10-31T23:59:59.9999999Z",
            "2021-11-01T00:00:00Z",
        ] {
            assert_eq!(end(text), expected, "{text}");
        }
        assert_eq!(end("2/4/2021 8:35:31 PM"), Some(Some(datetime!(2021-02-04 20:35:31 UTC))));
    }
}
