//! Days and instants as each language writes them.

use crate::texts::lang::Lang;
use crate::texts::phrases::Wording;
use crate::texts::reading::Said;
use domain::calendar::Day;
use domain::zone::Zone;
use time::OffsetDateTime;

/// A day: 30. November 2026, 30 November 2026, 30 listopada 2026.
pub fn day(lang: Lang, day: Day) -> String {
    let date = day.date();
    let places = [
        ("day", Said::Text(date.day().to_string())),
        ("month", Said::Number(u8::from(date.month()).into())),
        ("year", Said::Text(date.year().to_string())),
    ];
    Wording::Day.said(lang, &places)
}

/// An instant as the clocks of a zone show it, to the minute, with what the language calls the zone's time.
pub fn instant(lang: Lang, at: OffsetDateTime, zone: &Zone) -> String {
    let shown = zone.shows(at);
    let places = [
        ("day", Said::Text(day(lang, shown.day))),
        ("time", Said::Text(format!("{:02}:{:02}", shown.hour, shown.minute))),
        ("zone", Said::Text(shown.called)),
    ];
    Wording::Instant.said(lang, &places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn u62_days_are_written_as_the_language_writes_them() {
        let at = Day::from_ymd(2026, 11, 30).unwrap();
        assert_eq!(Lang::ALL.map(|lang| day(lang, at)), ["30. November 2026", "30 November 2026", "30 listopada 2026"]);
    }

    #[test]
    fn u62_an_instant_is_written_in_the_zone_whose_days_count() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let winter = datetime!(2026-11-30 23:05 UTC);
        assert_eq!(
            Lang::ALL.map(|lang| instant(lang, winter, &berlin)),
            ["1. Dezember 2026, 00:05 Uhr (MEZ)", "1 December 2026, 00:05 (CET)", "1 grudnia 2026, 00:05 (CET)",]
        );
        let summer = datetime!(2026-07-01 08:05 UTC);
        assert_eq!(instant(Lang::De, summer, &berlin), "1. Juli 2026, 10:05 Uhr (MESZ)");
        assert_eq!(instant(Lang::Pl, summer, &Zone::UTC), "1 lipca 2026, 08:05 (UTC)");
    }
}
