//! What a password must be: checked here, and served as data.

use crate::people::rules::{PasswordClass, PasswordRules};
use crate::text;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFlaw {
    /// It is too short.
    TooShort,
    /// It is too long.
    TooLong,
    /// No character of this class.
    Missing(PasswordClass),
    /// No character of any of the classes of which it needs one.
    MissingAny,
    /// A special character that is not accepted.
    SpecialNotAllowed,
    /// It is the log-in name.
    IsLogin,
}

impl PasswordClass {
    /// Whether a character is of the class, whatever specials are allowed.
    pub fn has(self, character: char) -> bool {
        match self {
            Self::Letter => character.is_alphabetic(),
            Self::Upper => character.is_uppercase(),
            Self::Lower => character.is_lowercase(),
            Self::Digit => character.is_ascii_digit(),
            Self::Special => !character.is_alphanumeric() && !character.is_whitespace() && !character.is_control(),
        }
    }
}

impl PasswordRules {
    /// Everything that is wrong with a password for somebody of a log-in name; as it is hashed ([`text::opaque`]).
    pub fn check(&self, password: &str, login: &str) -> Vec<PasswordFlaw> {
        let password = &*text::opaque(password);
        let length = password.chars().count();
        let has = |class: &PasswordClass| password.chars().any(|character| class.has(character));
        let mut flaws = Vec::new();
        if length < usize::from(self.min_length) {
            flaws.push(PasswordFlaw::TooShort);
        }
        if length > usize::from(self.max_length) {
            flaws.push(PasswordFlaw::TooLong);
        }
        flaws.extend(self.all_of.iter().filter(|class| !has(class)).map(|class| PasswordFlaw::Missing(*class)));
        if !self.any_of.is_empty() && !self.any_of.iter().any(has) {
            flaws.push(PasswordFlaw::MissingAny);
        }
        if password.chars().any(|character| !self.accepts(character)) {
            flaws.push(PasswordFlaw::SpecialNotAllowed);
        }
        if self.not_login && password.to_lowercase() == login.to_lowercase() {
            flaws.push(PasswordFlaw::IsLogin);
        }
        flaws
    }

    /// Whether a character may be in a password. Without a list everything may.
    fn accepts(&self, character: char) -> bool {
        match &self.allowed_specials {
            Some(specials) => character.is_alphanumeric() || specials.contains(character),
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::presets;

    fn flaws(slug: &str, password: &str) -> Vec<PasswordFlaw> {
        presets::of(slug).unwrap().password.check(password, "erika1@kunde.example")
    }

    #[test]
    fn g38_cancom_a_letter_and_a_digit_or_symbol_and_not_the_login() {
        assert_eq!(flaws("cancom", "abcdefg1"), []);
        assert_eq!(flaws("cancom", "abcdefg!"), []);
        assert_eq!(flaws("cancom", "abcdefgh"), [PasswordFlaw::MissingAny]);
        assert_eq!(flaws("cancom", "abcdef1"), [PasswordFlaw::TooShort]);
        assert_eq!(flaws("cancom", "Erika1@Kunde.Example"), [PasswordFlaw::IsLogin]);
        assert_eq!(flaws("cancom", "12345678"), [PasswordFlaw::Missing(PasswordClass::Letter)]);
    }

    #[test]
    fn g39_terra_four_classes_and_only_listed_specials() {
        assert_eq!(flaws("terra", "Abcdef1!"), []);
        assert_eq!(flaws("terra", "abcdef1!"), [PasswordFlaw::Missing(PasswordClass::Upper)]);
        assert_eq!(flaws("terra", "Abcdefg1"), [PasswordFlaw::Missing(PasswordClass::Special)]);
        assert_eq!(flaws("terra", "Abcdef1§"), [PasswordFlaw::SpecialNotAllowed]);
        assert_eq!(flaws("terra", "Abc def1!"), [PasswordFlaw::SpecialNotAllowed]);
    }

    #[test]
    fn the_length_is_counted_in_characters() {
        assert_eq!(flaws("cancom", "äöüßäö1"), [PasswordFlaw::TooShort]);
        assert_eq!(flaws("cancom", "äöüßäöü1"), []);
        assert_eq!(flaws("cancom", &"ä1".repeat(64)), []);
        assert_eq!(flaws("cancom", &"ä1".repeat(65)), [PasswordFlaw::TooLong]);
        // U-24: as many as it has however they are typed.
        assert_eq!(flaws("cancom", "a\u{308}bcdef1"), [PasswordFlaw::TooShort]);
    }
}
