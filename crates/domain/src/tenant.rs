//! The customer's Microsoft tenant: creating one, or linking the one that exists (T-19…T-29, X-26).

use crate::coded::coded_enum;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// Where a customer's tenant stands.
    TenantStatus {
        /// Asked for, not yet made by Microsoft.
        Creating = "creating",
        /// To be confirmed by the tenant's own administrator (T-26).
        AwaitingConfirmation = "awaiting_confirmation",
        /// Ready for orders.
        Linked = "linked",
        /// Refused by Microsoft; choose again (T-28).
        Failed = "failed",
    }
}

coded_enum! {
    /// Where a customer's tenant stands, or that it has none yet.
    TenantState {
        /// None was asked for, or it was taken back.
        None = "none",
        /// Asked for, not yet made by Microsoft.
        Creating = "creating",
        /// To be confirmed by the tenant's own administrator (T-26).
        AwaitingConfirmation = "awaiting_confirmation",
        /// Ready for orders.
        Linked = "linked",
        /// Refused by Microsoft; choose again (T-28).
        Failed = "failed",
    }
}

impl From<TenantStatus> for TenantState {
    fn from(status: TenantStatus) -> Self {
        match status {
            TenantStatus::Creating => Self::Creating,
            TenantStatus::AwaitingConfirmation => Self::AwaitingConfirmation,
            TenantStatus::Linked => Self::Linked,
            TenantStatus::Failed => Self::Failed,
        }
    }
}

coded_enum! {
    /// Whether a customer has accepted Microsoft's agreement (T-20).
    AgreementState {
        /// Nobody has accepted it yet.
        None = "none",
        /// Somebody of the customer has.
        Accepted = "accepted",
    }
}

/// What a customer has at Microsoft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Where it stands.
    pub status: TenantStatus,
    /// `muellergmbh.onmicrosoft.com`, or any default domain of a linked one (T-25).
    pub domain: String,
    /// Microsoft's id of the directory, once known.
    pub entra_tenant_id: Option<String>,
    /// Why it failed: Microsoft's or our stable code.
    pub failure: Option<String>,
}

impl Tenant {
    /// Whether it can be replaced by another one, or taken back: Microsoft makes it not, and nobody has confirmed it
    /// (T-28).
    pub const fn can_be_withdrawn(&self) -> bool {
        match self.status {
            TenantStatus::AwaitingConfirmation | TenantStatus::Failed => true,
            TenantStatus::Creating | TenantStatus::Linked => false,
        }
    }
}

/// The most characters of a prefix that Microsoft takes.
const PREFIX_LENGTH: usize = 27;

/// A prefix for a company's new tenant: „Müller GmbH" → `muellergmbh` (T-23, G-28): umlauts spelt out,
/// other accents dropped, only letters and digits, lower case, at most 27 characters. Empty where nothing is left.
pub fn suggest_prefix(company: &str) -> String {
    let mut prefix = String::new();
    for letter in company.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => prefix.push(letter),
            // The umlaut's dots as a character of their own, after the vowel.
            '\u{308}' if prefix.ends_with(['a', 'o', 'u']) => prefix.push('e'),
            _ => prefix.push_str(spelt_out(letter)),
        }
    }
    prefix.truncate(PREFIX_LENGTH);
    prefix
}

/// A small letter of a European alphabet in plain letters; nothing for what is no letter.
fn spelt_out(letter: char) -> &'static str {
    const LETTERS: [(&str, &str); 26] = [
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("æ", "ae"),
        ("œ", "oe"),
        ("þ", "th"),
        ("àáâãåāăą", "a"),
        ("çćĉċč", "c"),
        ("ďđð", "d"),
        ("èéêëēĕėęě", "e"),
        ("ĝğġģ", "g"),
        ("ĥħ", "h"),
        ("ìíîïĩīĭįı", "i"),
        ("ĵ", "j"),
        ("ķ", "k"),
        ("ĺļľŀł", "l"),
        ("ñńņňŋ", "n"),
        ("òóôõøōŏő", "o"),
        ("ŕŗř", "r"),
        ("śŝşšș", "s"),
        ("ţťŧț", "t"),
        ("ùúûũūŭůűų", "u"),
        ("ŵ", "w"),
        ("ýÿŷ", "y"),
        ("źżž", "z"),
    ];
    LETTERS.iter().find(|(letters, _)| letters.contains(letter)).map_or("", |(_, plain)| plain)
}

/// The domain of a prefix, where Microsoft takes it: 1–27 letters and digits; lower-cased (T-22).
pub fn domain_of_prefix(prefix: &str) -> Result<String, Refusal> {
    let prefix = prefix.trim().to_ascii_lowercase();
    let right = (1..=PREFIX_LENGTH).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if right { Ok(format!("{prefix}.onmicrosoft.com")) } else { Err(Refusal::TenantPrefixInvalid) }
}

/// A default domain of an existing tenant, normalised: lower case, without blanks around or a dot behind it.
/// Any domain name with a dot (X-26); one with other than Latin letters in its `xn--` form.
pub fn normalize_domain(domain: &str) -> Result<String, Refusal> {
    let domain = domain.trim().to_ascii_lowercase();
    let domain = domain.strip_suffix('.').unwrap_or(&domain);
    let label = |label: &str| {
        let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && letters && !label.starts_with('-') && !label.ends_with('-')
    };
    let top = domain.rsplit_once('.').map(|(_, top)| top);
    // No top-level domain is a number, but the end of an IP address is.
    let named = top.is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    let right = domain.len() <= 253 && named && domain.split('.').all(label);
    if right { Ok(domain.to_owned()) } else { Err(Refusal::TenantDomainInvalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g28_a_companys_name_becomes_a_prefix() {
        let cases = [
            ("Müller GmbH", "muellergmbh"),
            ("Mu\u{308}ller GmbH", "muellergmbh"),
            ("ÄÖÜ Straße", "aeoeuestrasse"),
            ("Zażółć Gęślą Jaźń Sp. z o.o.", "zazolcgeslajaznspzoo"),
            ("Société Générale d'Œuvres", "societegeneraledoeuvres"),
            ("Ørsted & Æsir A/S", "orstedaesiras"),
            ("3M", "3m"),
            ("北京", ""),
            ("Donaudampfschifffahrtsgesellschaft", "donaudampfschifffahrtsgesel"),
        ];
        for (company, prefix) in cases {
            assert_eq!(suggest_prefix(company), prefix, "{company}");
        }
    }

    #[test]
    fn g28_a_suggested_prefix_has_a_domain() {
        let domain = domain_of_prefix(&suggest_prefix("Müller GmbH"));
        assert_eq!(domain.as_deref(), Ok("muellergmbh.onmicrosoft.com"));
    }

    #[test]
    fn t22_a_prefix_is_letters_and_digits() {
        assert_eq!(domain_of_prefix(" Contoso1 ").as_deref(), Ok("contoso1.onmicrosoft.com"));
        assert!(domain_of_prefix(&"a".repeat(27)).is_ok());
        for prefix in ["", "a b", "a-b", "a.b", "müller", &"a".repeat(28)] {
            assert_eq!(domain_of_prefix(prefix), Err(Refusal::TenantPrefixInvalid), "{prefix}");
        }
    }

    #[test]
    fn u45_t28_only_what_nobody_confirmed_is_withdrawn() {
        let may =
            |status| Tenant { status, domain: String::new(), entra_tenant_id: None, failure: None }.can_be_withdrawn();
        let may: Vec<_> = TenantStatus::ALL.iter().filter(|status| may(**status)).collect();
        assert_eq!(may, [&TenantStatus::AwaitingConfirmation, &TenantStatus::Failed]);
    }

    #[test]
    fn x26_any_domain_name_can_be_linked() {
        let cases = [
            (" Contoso.DE ", "contoso.de"),
            ("muellergmbh.onmicrosoft.com", "muellergmbh.onmicrosoft.com"),
            ("mail.xn--mller-kva.de.", "mail.xn--mller-kva.de"),
            ("3m.com", "3m.com"),
        ];
        for (given, domain) in cases {
            assert_eq!(normalize_domain(given).as_deref(), Ok(domain));
        }
        let long = format!("{}.de", "a.".repeat(126));
        let label = format!("{}.de", "a".repeat(64));
        for domain in ["", ".", "contoso", "contoso..de", ".de", "-a.de", "a-.de", "a b.de", "müller.de", "10.0.0.1"] {
            assert_eq!(normalize_domain(domain), Err(Refusal::TenantDomainInvalid), "{domain}");
        }
        assert!(normalize_domain(&long).is_err() && normalize_domain(&label).is_err());
    }
}
