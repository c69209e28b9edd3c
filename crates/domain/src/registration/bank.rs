//! Bank data of who has no customer number (T-05).

use serde::{Deserialize, Serialize};
use std::fmt;

/// An international bank account number: checked, without blanks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Iban(String);

impl Iban {
    /// The number of a text, where its form and check digits are right (ISO 13616).
    pub fn new(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|letter| *letter != ' ').collect::<String>().to_ascii_uppercase();
        let bytes = text.as_bytes();
        let form = (15..=34).contains(&bytes.len())
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes[4..].iter().all(u8::is_ascii_alphanumeric);
        let length =
            LENGTHS.iter().find(|(country, _)| text.starts_with(country)).is_none_or(|(_, n)| bytes.len() == *n);
        (form && length && remainder(&text) == 1).then_some(Self(text))
    }

    /// The number itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last four characters: enough to recognise it, too little to use it.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", self.last_four())
    }
}

/// How long the numbers of some countries are.
const LENGTHS: &[(&str, usize)] = &[
    ("AT", 20),
    ("BE", 16),
    ("CH", 21),
    ("CZ", 24),
    ("DE", 22),
    ("FR", 27),
    ("IT", 27),
    ("NL", 18),
    ("PL", 28),
    ("SK", 24),
];

/// The check of ISO 7064 MOD 97-10: country and check digits behind the rest, letters as two digits.
fn remainder(text: &str) -> u32 {
    let digit = |rest: u32, byte: u8| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    };
    let (head, tail) = text.split_at(4);
    tail.bytes().chain(head.bytes()).fold(0, digit)
}

/// Whether a text is a business identifier code: 8 or 11 characters (ISO 9362).
pub fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 8 | 11)
        && bytes[..6].iter().all(u8::is_ascii_uppercase)
        && bytes[6..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Where money comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankData {
    /// The name that the account runs under.
    pub account_holder: String,
    /// The account, its check digits proven.
    pub iban: Iban,
    /// At which bank.
    pub bic: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t05_an_iban_is_held_to_its_check_digits() {
        for right in [
            "DE89 3704 0044 0532 0130 00",
            "pl61109010140000071219812874",
            "AT611904300234573201",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            assert!(Iban::new(right).is_some(), "{right}");
        }
        let wrong = [
            "DE88 3704 0044 0532 0130 00",
            "DE89 3704 0044 0532 0130 0",
            "DE89370400440532013000\u{ff10}",
            "8937040044053201300000",
            "",
            "DE89-3704-0044-0532-0130-00",
        ];
        for wrong in wrong {
            assert_eq!(Iban::new(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_iban_is_not_printed() {
        let iban = Iban::new("DE89 3704 0044 0532 0130 00").unwrap();
        assert_eq!((iban.last_four(), format!("{iban:?}").as_str()), ("3000", "…3000"));
    }

    #[test]
    fn t05_a_bic_has_8_or_11_characters() {
        assert!(["COBADEFF", "COBADEFFXXX", "BREXPLPWMBK"].iter().all(|bic| is_bic(bic)));
        assert!(["", "COBADEF", "COBADEFFX", "cobadeff", "C0BADEFF", "COBADEFF XX"].iter().all(|bic| !is_bic(bic)));
    }
}
