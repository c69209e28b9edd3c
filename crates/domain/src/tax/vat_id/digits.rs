//! Check digits of ids that are digits alone, from the algorithms that the countries and the Commission publish
//! ("VIES VAT number algorithms").

/// The digits of a number, without its letters.
pub(super) fn of(number: &str) -> Vec<u32> {
    number.chars().filter_map(|letter| letter.to_digit(10)).collect()
}

/// The sum of the digits, each times its weight.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The digits read as one number; at most twelve are ever read.
pub(super) fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(*digit))
}

/// The sum of the digits, where every second from the right counts twice, with the sum of its own digits.
fn luhn_sum(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let counted = digits.iter().rev().enumerate();
    counted.map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit }).sum()
}

pub(super) fn luhn(digits: &[u32]) -> bool {
    luhn_sum(digits).is_multiple_of(10)
}

/// Germany and Croatia.
pub(super) fn iso_7064_mod_11_10(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    let rest = body.iter().fold(10, |product, digit| match (product + digit) % 10 {
        0 => 9,
        sum => 2 * sum % 11,
    });
    (rest + check) % 10 == 1
}

pub(super) fn austria(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    (luhn_sum(body) + 4 + check).is_multiple_of(10)
}

pub(super) fn belgium(digits: &[u32]) -> bool {
    digits.split_at_checked(8).is_some_and(|(body, check)| 97 - number(body) % 97 == number(check))
}

pub(super) fn denmark(digits: &[u32]) -> bool {
    weighted(digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

pub(super) fn estonia(digits: &[u32]) -> bool {
    weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

pub(super) fn finland(digits: &[u32]) -> bool {
    weighted(digits, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11)
}

pub(super) fn greece(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    weighted(body, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == *check
}

pub(super) fn hungary(digits: &[u32]) -> bool {
    weighted(digits, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)
}

pub(super) fn luxembourg(digits: &[u32]) -> bool {
    digits.split_at_checked(6).is_some_and(|(body, check)| number(body) % 89 == number(check))
}

/// Companies have a digit that makes nine right by 11; persons, since 2020, two that make the whole id right by 97.
pub(super) fn netherlands(digits: &[u32]) -> bool {
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

pub(super) fn poland(digits: &[u32]) -> bool {
    let sum = weighted(digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]);
    digits.get(9) == Some(&(sum % 11))
}

pub(super) fn portugal(digits: &[u32]) -> bool {
    let check = 11 - weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.get(8) == Some(&if check > 9 { 0 } else { check })
}

pub(super) fn slovenia(digits: &[u32]) -> bool {
    let check = 11 - weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.get(7) == Some(&if check == 10 { 0 } else { check })
}

/// Ten digits by Luhn, then the number of the establishment.
pub(super) fn sweden(digits: &[u32]) -> bool {
    digits
        .split_at_checked(10)
        .is_some_and(|(body, establishment)| luhn(body) && (1..=94).contains(&number(establishment)))
}

/// Nine digits of a company; ten of a person (EGN), a foreigner, or somebody else.
pub(super) fn bulgaria(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    let by_11 = |weights: &[u32]| weighted(body, weights) % 11;
    if digits.len() == 9 {
        let first = by_11(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let sum = if first == 10 { by_11(&[3, 4, 5, 6, 7, 8, 9, 10]) } else { first };
        return sum % 10 == *check;
    }
    let person =
        by_11(&[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 10 == *check && is_date(number(&body[2..4]), number(&body[4..6]));
    let foreigner = weighted(body, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == *check;
    let other = (by_11(&[4, 3, 2, 7, 6, 5, 4, 3, 2]) + check).is_multiple_of(11);
    person || foreigner || other
}

/// A month as birth numbers write it, with 20, 40, 50 or 70 more for a sex or a century, and a day.
fn is_date(month: u64, day: u64) -> bool {
    (1..=12).contains(&(month % 50 % 20)) && (1..=31).contains(&day)
}

/// Eight digits of a company, nine of some persons that begin with 6, else the number that everybody gets at birth.
pub(super) fn czechia(digits: &[u32]) -> bool {
    match digits {
        [9, _, _, _, _, _, _, _] => false,
        [body @ .., check] if body.len() == 7 => {
            let rest = (11 - weighted(body, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            (if rest == 0 { 1 } else { rest % 10 }) == *check
        }
        [6, body @ .., check] if body.len() == 7 => {
            (weighted(body, &[8, 7, 6, 5, 4, 3, 2]) % 11 + 8) % 10 == *check || birth_number(digits)
        }
        _ => birth_number(digits),
    }
}

/// Year, month, day, three digits and, since 1954, a check digit that makes it right by 11.
fn birth_number(digits: &[u32]) -> bool {
    let Some((day, _)) = digits.split_at_checked(6) else { return false };
    let born = is_date(number(&day[2..4]), number(&day[4..6]));
    let checked = match digits {
        [body @ .., check] if body.len() == 9 => number(body) % 11 % 10 == u64::from(*check),
        _ => number(&day[..2]) < 54,
    };
    born && checked
}

/// Nine digits of a company, twelve of somebody who is registered for a time; the last but one is a 1.
pub(super) fn lithuania(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    let by_11 = |first: u32| {
        let weights: Vec<u32> = (0..).map(|place| 1 + (place + first) % 9).take(body.len()).collect();
        weighted(body, &weights) % 11
    };
    let sum = if by_11(0) == 10 { by_11(2) } else { by_11(0) };
    body.last() == Some(&1) && sum % 10 == *check
}

/// A company begins with 4 or more; a person with the day of birth or, since 2017, with 32.
pub(super) fn latvia(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    match digits {
        [(4..), ..] => weighted(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3,
        [3, 2, ..] => true,
        _ => {
            let sum = 1 + weighted(body, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
            sum % 11 % 10 == *check && is_date(number(&body[2..4]), number(&body[..2]))
        }
    }
}

pub(super) fn malta(digits: &[u32]) -> bool {
    weighted(digits, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37)
}

/// Up to nine digits before the check digit, as if zeros stood in front.
pub(super) fn romania(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    let weights = [7, 5, 3, 2, 1, 7, 5, 3, 2];
    let places = weights.len().saturating_sub(body.len());
    10 * weighted(body, &weights[places..]) % 11 % 10 == *check
}

/// A company's is right by 11 and says in its third digit that it is one; a person has its birth number.
pub(super) fn slovakia(digits: &[u32]) -> bool {
    let company = matches!(digits, [_, _, 2 | 3 | 4 | 7 | 8 | 9, ..]);
    number(digits).is_multiple_of(11) && company || birth_number(digits)
}

/// The Swiss company number (eCH-0097).
pub(super) fn switzerland(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    (weighted(body, &[5, 4, 3, 2, 7, 6, 5, 4]) + check).is_multiple_of(11)
}

/// The Norwegian organisation number.
pub(super) fn norway(digits: &[u32]) -> bool {
    let [body @ .., check] = digits else { return false };
    (weighted(body, &[3, 2, 7, 6, 5, 4, 3, 2]) + check).is_multiple_of(11)
}
