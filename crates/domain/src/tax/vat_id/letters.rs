//! Check digits and check letters of ids in which letters stand, from the algorithms that the countries and the
//! Commission publish ("VIES VAT number algorithms").

use crate::tax::vat_id::digits::{self, luhn, number, weighted};

/// Eight digits, every second of them counted by a table, and a letter. None begins with 12.
pub(super) fn cyprus(text: &str) -> bool {
    const COUNTED: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let Some((body, check)) = text.split_at_checked(8) else { return false };
    let count = |(place, digit): (usize, u32)| match place % 2 {
        0 => usize::try_from(digit).ok().and_then(|digit| COUNTED.get(digit)).copied().unwrap_or_default(),
        _ => digit,
    };
    let sum: u32 = digits::of(body).into_iter().enumerate().map(count).sum();
    !body.starts_with("12") && letter(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", sum % 26) == check
}

/// Persons, foreigners, and companies, which have a letter in front.
pub(super) fn spain(text: &str) -> bool {
    const PERSONS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let Some((body, check)) = text.split_at_checked(8) else { return false };
    let by_23 = |body: &str| {
        let rest = u32::try_from(number(&digits::of(body)) % 23).unwrap_or_default();
        letter(PERSONS, rest) == check
    };
    match body.as_bytes() {
        [b'0'..=b'9', ..] => by_23(body),
        // Spaniards abroad and children have no number of their own, foreigners one of three beginnings.
        [b'K' | b'L' | b'M' | b'X', ..] => by_23(&body[1..]),
        [b'Y', ..] => by_23(&format!("1{}", &body[1..])),
        [b'Z', ..] => by_23(&format!("2{}", &body[1..])),
        [kind, ..] => spanish_company(*kind, &body[1..], check),
        [] => false,
    }
}

/// Companies have a digit, authorities and foreign ones a letter for it, the others either.
fn spanish_company(kind: u8, body: &str, check: &str) -> bool {
    let digits = digits::of(body);
    let Some(last) = (0..10).find(|last| luhn(&[&digits[..], &[*last]].concat())) else { return false };
    let (as_digit, as_letter) = (check == last.to_string(), check == letter(b"JABCDEFGHI", last));
    match kind {
        b'A' | b'B' | b'E' | b'H' => as_digit,
        b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => as_letter,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => as_digit || as_letter,
        _ => false,
    }
}

/// Two characters as a key before the company's nine digits, which are right by Luhn, except Monaco's.
pub(super) fn france(text: &str) -> bool {
    const KEYS: &str = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some((key, company)) = text.split_at_checked(2) else { return false };
    let place = |letter: char| KEYS.find(letter).and_then(|place| u64::try_from(place).ok());
    let mut places = key.chars().map(place);
    let (Some(Some(first)), Some(Some(second))) = (places.next(), places.next()) else { return false };
    let siren = digits::of(company);
    let value = number(&siren);
    let key_fits = if first < 10 && second < 10 {
        10 * first + second == (12 + 3 * (value % 97)) % 97
    } else {
        let sum =
            if first < 10 { (24 * first + second).checked_sub(10) } else { (34 * first + second).checked_sub(100) };
        sum.is_some_and(|sum| (value + 1 + sum / 11) % 11 == sum % 11)
    };
    key_fits && (luhn(&siren) || company.starts_with("000"))
}

/// Seven digits and a check letter, which counts a second letter where there is one. Before 2013 the second place could
/// be a letter or a sign: then the first digit is the last.
pub(super) fn ireland(text: &str) -> bool {
    let Some((body, letters)) = text.split_at_checked(7) else { return false };
    let body = match body.as_bytes() {
        [_, b'0'..=b'9', ..] => digits::of(body),
        [_, ..] => digits::of(&format!("0{}{}", &body[2..], &body[..1])),
        [] => return false,
    };
    let mut letters = letters.bytes();
    let (Some(check), second) = (letters.next(), letters.next()) else { return false };
    let second = match second {
        None | Some(b'W') => 0,
        Some(letter @ b'A'..=b'I') => u32::from(letter - b'A') + 1,
        Some(_) => return false,
    };
    let sum = weighted(&body, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    letter(b"WABCDEFGHIJKLMNOPQRSTUV", sum % 23).as_bytes() == [check]
}

/// Nine digits by 97, by an older or a newer rule, and three of a branch; authorities and hospitals have three.
pub(super) fn united_kingdom(text: &str) -> bool {
    if let Some(authority) = text.strip_prefix("GD") {
        return number(&digits::of(authority)) < 500;
    }
    if let Some(hospital) = text.strip_prefix("HA") {
        return number(&digits::of(hospital)) >= 500;
    }
    let digits = digits::of(text);
    let Some((company, _)) = digits.split_at_checked(9) else { return false };
    let sum = weighted(company, &[8, 7, 6, 5, 4, 3, 2, 10, 1]);
    sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
}

fn letter(of: &[u8], place: u32) -> &str {
    let place = usize::try_from(place).ok();
    let letter = place.and_then(|place| of.get(place..=place));
    letter.and_then(|letter| std::str::from_utf8(letter).ok()).unwrap_or_default()
}
