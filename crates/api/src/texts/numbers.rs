//! Numbers and prices as each language writes them.

use crate::texts::lang::Lang;
use domain::money::UnitPrice;
use rust_decimal::Decimal;

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

/// A number with decimals: 2,5 and 2.5; the part before the sign is not parted.
pub fn decimal(lang: Lang, number: Decimal) -> String {
    signed(lang, number.to_string())
}

/// A price: 12,50 EUR, 12.50 EUR; the part before the sign is not parted.
pub fn price(lang: Lang, price: UnitPrice) -> String {
    format!("{} {}", signed(lang, price.to_string()), price.currency)
}

/// With the language's decimal sign.
fn signed(lang: Lang, plain: String) -> String {
    match lang {
        Lang::En => plain,
        Lang::De | Lang::Pl => plain.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u62_thousands_are_parted_as_the_language_does() {
        assert_eq!(Lang::ALL.map(|lang| number(lang, 1_200)), ["1.200", "1,200", "1200"]);
        assert_eq!(Lang::ALL.map(|lang| number(lang, 12_345)), ["12.345", "12,345", "12\u{a0}345"]);
        assert_eq!(Lang::ALL.map(|lang| number(lang, 999)), ["999", "999", "999"]);
    }

    #[test]
    fn u62_decimals_have_the_sign_of_the_language() {
        assert_eq!(Lang::ALL.map(|lang| decimal(lang, Decimal::new(25, 1))), ["2,5", "2.5", "2,5"]);
    }
}
