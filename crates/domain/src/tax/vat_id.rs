//! VAT ids of the EU: the form of each country's, and its check digits.
//!
//! Only what a text says about itself; whether the id was given to anybody is for VIES to say.

use crate::party::Country;

/// How a country writes its VAT ids.
struct Scheme {
    /// The two letters in front.
    prefix: &'static str,
    /// The country, where its code is another.
    country: &'static str,
    /// What may follow: `#` a digit, `%` one but zero, `@` a letter, `?` digit or letter, anything else itself.
    forms: &'static [&'static str],
    /// Whether the digits are right among themselves.
    check: fn(&[u32]) -> bool,
}

const fn scheme(prefix: &'static str, forms: &'static [&'static str], check: fn(&[u32]) -> bool) -> Scheme {
    Scheme { prefix, country: prefix, forms, check }
}

/// The check of a country whose check digits we leave to VIES.
const fn unchecked(_: &[u32]) -> bool {
    true
}

static SCHEMES: [Scheme; 28] = [
    scheme("AT", &["U########"], austria),
    scheme("BE", &["0#########", "1#########"], belgium),
    scheme("BG", &["#########", "##########"], unchecked),
    scheme("CY", &["########@"], unchecked),
    scheme("CZ", &["########", "#########", "##########"], unchecked),
    scheme("DE", &["%########"], iso_7064_mod_11_10),
    scheme("DK", &["%#######"], denmark),
    scheme("EE", &["#########"], estonia),
    Scheme { prefix: "EL", country: "GR", forms: &["#########"], check: greece },
    scheme("ES", &["@########", "########@", "@#######@"], unchecked),
    scheme("FI", &["########"], finland),
    scheme("FR", &["??#########"], france),
    scheme("HR", &["###########"], iso_7064_mod_11_10),
    scheme("HU", &["########"], hungary),
    scheme("IE", &["#######@", "#######@@", "#@#####@", "#+#####@", "#*#####@"], unchecked),
    scheme("IT", &["###########"], luhn),
    scheme("LT", &["#########", "############"], unchecked),
    scheme("LU", &["########"], luxembourg),
    scheme("LV", &["###########"], unchecked),
    scheme("MT", &["########"], unchecked),
    scheme("NL", &["#########B##"], netherlands),
    scheme("PL", &["##########"], poland),
    scheme("PT", &["%########"], portugal),
    scheme(
        "RO",
        &["##", "###", "####", "#####", "######", "#######", "########", "#########", "##########"],
        unchecked,
    ),
    scheme("SE", &["############"], sweden),
    scheme("SI", &["%#######"], slovenia),
    scheme("SK", &["##########"], unchecked),
    // Northern Ireland, for goods; its country is the United Kingdom.
    Scheme { prefix: "XI", country: "GB", forms: &["#########", "############", "GD###", "HA###"], check: unchecked },
];

/// The country whose VAT id a text is, where it is one.
pub fn country_of(text: &str) -> Option<Country> {
    let id = normalized(text);
    let (scheme, number) = scheme_of(&id)?;
    let right = scheme.forms.iter().any(|form| has_form(number, form)) && (scheme.check)(&digits(number));
    if right { Country::from_code(scheme.country) } else { None }
}

/// The text as it is kept and compared: in capitals, without blanks, dots and dashes.
pub fn normalized(text: &str) -> String {
    let ignored = |letter: &char| letter.is_whitespace() || matches!(letter, '.' | '-');
    text.chars().filter(|letter| !ignored(letter)).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// The form that is expected of a text that is written as its country does, but whose check digits are wrong: a typing
/// error for certain. None where it may be right, or has a form that is not known here.
pub fn mistyped(text: &str) -> Option<String> {
    let id = normalized(text);
    let (scheme, number) = scheme_of(&id)?;
    let form = scheme.forms.iter().find(|form| has_form(number, form))?;
    if (scheme.check)(&digits(number)) {
        return None;
    }
    let place = |place: char| match place {
        '#' | '%' => '9',
        '@' => 'A',
        '?' => 'X',
        other => other,
    };
    Some(scheme.prefix.chars().chain(form.chars().map(place)).collect())
}

fn scheme_of(id: &str) -> Option<(&'static Scheme, &str)> {
    let (prefix, number) = id.split_at_checked(2)?;
    Some((SCHEMES.iter().find(|scheme| scheme.prefix == prefix)?, number))
}

fn digits(number: &str) -> Vec<u32> {
    number.chars().filter_map(|letter| letter.to_digit(10)).collect()
}

fn has_form(number: &str, form: &str) -> bool {
    let fits = |(letter, place): (u8, u8)| match place {
        b'#' => letter.is_ascii_digit(),
        b'%' => matches!(letter, b'1'..=b'9'),
        b'@' => letter.is_ascii_uppercase(),
        b'?' => letter.is_ascii_digit() || letter.is_ascii_uppercase(),
        _ => letter == place,
    };
    number.len() == form.len() && number.bytes().zip(form.bytes()).all(fits)
}

/// The sum of the digits, each times its weight.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The digits read as one number; at most twelve are ever read.
fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(*digit))
}

/// The sum of the digits, where every second from the right counts twice, with the sum of its own digits.
fn luhn_sum(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let counted = digits.iter().rev().enumerate();
    counted.map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit }).sum()
}

fn luhn(digits: &[u32]) -> bool {
    luhn_sum(digits).is_multiple_of(10)
}

/// Germany and Croatia.
fn iso_7064_mod_11_10(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    let rest = body.iter().fold(10, |product, digit| match (product + digit) % 10 {
        0 => 9,
        sum => 2 * sum % 11,
    });
    (rest + check) % 10 == 1
}

fn austria(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    (luhn_sum(body) + 4 + check).is_multiple_of(10)
}

fn belgium(digits: &[u32]) -> bool {
    digits.split_at_checked(8).is_some_and(|(body, check)| 97 - number(body) % 97 == number(check))
}

fn denmark(digits: &[u32]) -> bool {
    weighted(digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn estonia(digits: &[u32]) -> bool {
    weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

fn finland(digits: &[u32]) -> bool {
    weighted(digits, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)
}

/// Two characters as a key before the company's nine digits, which are right by Luhn, except Monaco's.
fn france(digits: &[u32]) -> bool {
    let Some((key, company)) = digits.split_at_checked(digits.len().saturating_sub(9)) else { return false };
    // A key with a letter follows another rule, which is left to VIES.
    let key_fits = key.len() < 2 || number(key) == (12 + 3 * (number(company) % 97)) % 97;
    key_fits && (luhn(company) || company.starts_with(&[0, 0, 0]))
}

fn greece(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    weighted(body, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == *check
}

fn hungary(digits: &[u32]) -> bool {
    weighted(digits, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)
}

fn luxembourg(digits: &[u32]) -> bool {
    digits.split_at_checked(6).is_some_and(|(body, check)| number(body) % 89 == number(check))
}

/// Companies have a digit that makes nine right by 11; persons, since 2020, two that make the whole id right by 97.
fn netherlands(digits: &[u32]) -> bool {
    let by_11 = || {
        let sum = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
        digits.get(8) == Some(&(sum % 11))
    };
    // Letters count from A = 10: N is 23, L is 21, B is 11.
    let by_97 = || {
        digits.split_at_checked(9).is_some_and(|(body, check)| {
            let prefixed = 2_321 * 1_000_000_000 + number(body);
            (prefixed * 10_000 + 11 * 100 + number(check)) % 97 == 1
        })
    };
    by_11() || by_97()
}

fn poland(digits: &[u32]) -> bool {
    let sum = weighted(digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]);
    digits.get(9) == Some(&(sum % 11))
}

fn portugal(digits: &[u32]) -> bool {
    let check = 11 - weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.get(8) == Some(&if check > 9 { 0 } else { check })
}

fn slovenia(digits: &[u32]) -> bool {
    let check = 11 - weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.get(7) == Some(&if check == 10 { 0 } else { check })
}

/// Ten digits by Luhn, then the number of the establishment.
fn sweden(digits: &[u32]) -> bool {
    digits
        .split_at_checked(10)
        .is_some_and(|(body, establishment)| luhn(body) && (1..=94).contains(&number(establishment)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id with right check digits, and one whose last digit or letter is another.
    const KNOWN: [(&str, &str); 18] = [
        ("ATU13585627", "ATU13585626"),
        ("BE0428759497", "BE0428759498"),
        ("DE136695976", "DE136695978"),
        ("DK13585628", "DK13585627"),
        ("EE100931558", "EE100931557"),
        ("EL094259216", "EL094259215"),
        ("FI20774740", "FI20774741"),
        ("FR40303265045", "FR40303265044"),
        ("FR83404833048", "FR84404833048"),
        ("HR33392005961", "HR33392005962"),
        ("HU12892312", "HU12892313"),
        ("IT00743110157", "IT00743110158"),
        ("LU15027442", "LU15027443"),
        ("NL004495445B01", "NL004495446B01"),
        ("PL8567346215", "PL8567346216"),
        ("PT501964843", "PT501964842"),
        ("SE123456789701", "SE123456789601"),
        ("SI50223054", "SI50223055"),
    ];

    /// Ids of the countries whose check digits are left to VIES.
    const FORM_ONLY: [&str; 17] = [
        "BG175074752",
        "CY10259033P",
        "CZ25123891",
        "ESB58378431",
        "ES54362315K",
        "FRK7399859412",
        "IE6433435F",
        "IE6433435OA",
        "IE8D79739I",
        "LT119511515",
        "LT100001919017",
        "LV40003521600",
        "MT11679112",
        "RO18547290",
        "SK2022749619",
        "XI123456789",
        "XIGD001",
    ];

    fn code_of(text: &str) -> Option<String> {
        country_of(text).map(|country| country.code().to_owned())
    }

    #[test]
    fn check_digits_tell_a_slip_of_the_pen() {
        for (right, wrong) in KNOWN {
            assert!(country_of(right).is_some(), "{right}");
            assert_eq!(country_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dutch_ids_are_right_by_11_or_by_97() {
        // The second is nobody's by 11: 1·9 + 2·8 + … + 8·2 = 156, and 156 mod 11 is 2, not 9.
        for (id, right) in [("NL004495445B01", true), ("NL123456789B13", true), ("NL123456789B14", false)] {
            assert_eq!(country_of(id).is_some(), right, "{id}");
        }
    }

    #[test]
    fn polish_and_finnish_remainders_of_ten_are_nobodys() {
        // 6·1 + 4·1 = 10 (PL), and 7·8 + 10 = 66 (FI): the tenth digit would have to be a ten.
        for last in 0..10 {
            assert_eq!(country_of(&format!("PL100001000{last}")), None);
            assert_eq!(country_of(&format!("FI8000000{last}")), None);
        }
    }

    #[test]
    fn the_form_is_enough_where_check_digits_are_left_to_vies() {
        for id in FORM_ONLY {
            assert!(country_of(id).is_some(), "{id}");
            assert_eq!(country_of(&format!("{id}0000000")), None, "{id}");
        }
    }

    #[test]
    fn an_id_belongs_to_the_country_of_its_prefix() {
        assert_eq!(code_of("EL094259216").as_deref(), Some("GR"));
        assert_eq!(code_of("XI123456789").as_deref(), Some("GB"));
        assert_eq!(code_of("DE136695976").as_deref(), Some("DE"));
        for nobody in ["GR094259216", "GB980780684", "CHE123456788", "US123456789", "DE", "D", "", "Ü"] {
            assert_eq!(code_of(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn blanks_dots_and_dashes_are_ignored() {
        for id in ["DE 136 695 976", "DE-136.695.976", " de136695976 "] {
            assert_eq!(code_of(id).as_deref(), Some("DE"), "{id}");
        }
        assert_eq!(code_of("DE136695976/1"), None);
        assert_eq!(code_of("DE١٣٦٦٩٥٩٧٦"), None);
    }

    #[test]
    fn every_scheme_has_a_known_id() {
        let known = || KNOWN.iter().map(|(right, _)| *right).chain(FORM_ONLY);
        for scheme in &SCHEMES {
            assert!(known().any(|id| id.starts_with(scheme.prefix)), "{}", scheme.prefix);
        }
    }
}
