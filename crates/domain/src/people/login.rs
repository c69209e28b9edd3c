//! Log-in names: what they are made of, so that no two look alike.

use crate::mail_address;
use crate::people::rules::LoginKind;
use std::fmt;

/// A log-in name: small letters, digits and `.`, `_`, `-`, `+`, `@` of ASCII, 3 to 254. Letters of other alphabets
/// that look like these are refused, so that nobody takes a name that reads like somebody else's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginName(String);

/// Why a text is no log-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFlaw {
    /// Fewer than 3 characters or more than 254.
    Length,
    /// A character that is not allowed.
    Character,
    /// It has to be an e-mail address.
    NotAnAddress,
}

impl LoginName {
    /// The log-in name of a text, its capitals made small.
    pub fn new(text: &str, kind: LoginKind) -> Result<Self, LoginFlaw> {
        let text = Self::meant(text);
        if !(3..=254).contains(&text.len()) {
            return Err(LoginFlaw::Length);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*/=?^_`{|}~+-@".contains(&byte);
        if !text.bytes().all(allowed) {
            return Err(LoginFlaw::Character);
        }
        match kind {
            LoginKind::Email if mail_address::normalized(&text).is_none() => Err(LoginFlaw::NotAnAddress),
            LoginKind::Email | LoginKind::Free => Ok(Self(text)),
        }
    }

    /// The log-in name that somebody means who types a text, as it would be kept: in small letters, a domain of other
    /// alphabets by its A-labels. Whether it can be one is another question.
    pub fn meant(text: &str) -> String {
        mail_address::with_ascii_domain(text.trim()).to_ascii_lowercase()
    }

    /// The name in small letters, as it is compared and kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c03_a_login_is_an_address_in_small_letters() {
        let login = |text| LoginName::new(text, LoginKind::Email).map(|login| login.to_string());
        assert_eq!(login(" Admin@Kunde.Example "), Ok("admin@kunde.example".to_owned()));
        for wrong in
            ["admin", "@kunde.example", "admin@kunde", "a@b@c.example", "admin@-kunde.example", "a..b@c.example"]
        {
            assert_eq!(login(wrong), Err(LoginFlaw::NotAnAddress), "{wrong}");
        }
    }

    #[test]
    fn u23_a_login_of_another_alphabets_domain_is_kept_with_its_a_labels() {
        for kind in LoginKind::ALL {
            let login = LoginName::new(" Max@M\u{fc}ller.de ", *kind).map(|login| login.to_string());
            assert_eq!(login, Ok("max@xn--mller-kva.de".to_owned()));
        }
        assert_eq!(LoginName::meant("Max@mu\u{308}ller.de"), "max@xn--mller-kva.de");
        assert_eq!(
            (LoginName::meant(" E.Muster "), LoginName::meant("a@\u{202e}.x")),
            ("e.muster".into(), "a@\u{202e}.x".into())
        );
    }

    #[test]
    fn l22_a_free_login_is_any_name() {
        assert_eq!(LoginName::new("E.Muster", LoginKind::Free).unwrap().as_str(), "e.muster");
        assert_eq!(LoginName::new("em", LoginKind::Free), Err(LoginFlaw::Length));
    }

    #[test]
    fn look_alikes_are_no_login() {
        // Cyrillic а, fullwidth ａ, zero width space, Kelvin sign.
        for alike in [
            "\u{430}dmin@kunde.example",
            "\u{ff41}dmin@kunde.example",
            "ad\u{200b}min@kunde.example",
            "\u{212a}unde@kunde.example",
        ] {
            for kind in LoginKind::ALL {
                assert_eq!(LoginName::new(alike, *kind), Err(LoginFlaw::Character), "{alike}");
            }
        }
        assert_eq!(LoginName::new("a b@kunde.example", LoginKind::Free), Err(LoginFlaw::Character));
        assert_eq!(LoginName::new("ab\r\nbcc:x@kunde.example", LoginKind::Email), Err(LoginFlaw::Character));
    }
}
