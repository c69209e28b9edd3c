//! Days, instants, numbers and prices as each language writes them.

use crate::texts::lang::Lang;
use domain::calendar::Day;
use domain::money::UnitPrice;
use domain::zone::Zone;
use time::OffsetDateTime;

const MONTHS: [[&str; 3]; 12] = [
    ["January", "Januar", "stycznia"],
    ["February", "Februar", "lutego"],
    ["March", "März", "marca"],
    ["April", "April", "kwietnia"],
    ["May", "Mai", "maja"],
    ["June", "Juni", "czerwca"],
    ["July", "Juli", "lipca"],
    ["August", "August", "sierpnia"],
    ["September", "September", "września"],
    ["October", "Oktober", "października"],
    ["November", "November", "listopada"],
    ["December", "Dezember", "grudnia"],
];

/// A day: 30. November 2026, 30 November 2026, 30 listopada 2026.
pub fn day(lang: Lang, day: Day) -> String {
    let date = day.date();
    let [en, de, pl] = MONTHS[usize::from(u8::from(date.month())) - 1];
    let (number, year) = (date.day(), date.year());
    match lang {
        Lang::De => format!("{number}. {de} {year}"),
        Lang::En => format!("{number} {en} {year}"),
        Lang::Pl => format!("{number} {pl} {year}"),
    }
}

/// An instant as the clocks of a zone show it, to the minute, with what the language calls the zone's time.
pub fn instant(lang: Lang, at: OffsetDateTime, zone: &Zone) -> String {
    let shown = zone.shows(at);
    let called = match (lang, shown.called.as_str()) {
        (Lang::De, "CET") => "MEZ",
        (Lang::De, "CEST") => "MESZ",
        (_, called) => called,
    };
    let oclock = if lang == Lang::De { " Uhr" } else { "" };
    format!("{}, {:02}:{:02}{oclock} ({called})", day(lang, shown.day), shown.hour, shown.minute)
}

/// A number with the language's sign between thousands: Polish has a blank that does not break, from five digits on.
pub fn number(lang: Lang, number: u64) -> String {
    let digits = number.to_string();
    let separator = match lang {
        Lang::De => '.',
        Lang::En => ',',
        Lang::Pl if digits.len() < 5 => return digits,
        Lang::Pl => '\u{a0}',
    };
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// A price: 12,50 EUR, 12.50 EUR; the part before the sign is not parted.
pub fn price(lang: Lang, price: UnitPrice) -> String {
    let plain = price.to_string();
    let written = if lang == Lang::En { plain } else { plain.replace('.', ",") };
    format!("{written} {}", price.currency)
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

    #[test]
    fn u62_thousands_are_parted_as_the_language_does() {
        assert_eq!(Lang::ALL.map(|lang| number(lang, 1_200)), ["1.200", "1,200", "1200"]);
        assert_eq!(Lang::ALL.map(|lang| number(lang, 12_345)), ["12.345", "12,345", "12\u{a0}345"]);
        assert_eq!(Lang::ALL.map(|lang| number(lang, 999)), ["999", "999", "999"]);
    }
}
