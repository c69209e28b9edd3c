//! E-mail addresses: one rule wherever one comes in, and one writing in which it is kept.
//!
//! What is taken can be written to: the part before the `@` is of ASCII, since servers that take more are few (RFC
//! 6531); the domain may be of any alphabet and is kept by its A-labels (RFC 5890, UTS 46), which every server takes.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// The most characters of an address (RFC 5321).
const LENGTH: usize = 254;
/// The most characters before the `@`.
const LOCAL: usize = 64;

/// The address of a text as it is kept: in small letters, its domain by its A-labels. None where it is no address.
pub fn normalized(text: &str) -> Option<String> {
    let (local, domain) = text.trim().split_once('@')?;
    let domain = domain_of(domain)?;
    let right = (1..=LOCAL).contains(&local.len()) && local.split('.').all(is_atom);
    let address = format!("{}@{domain}", local.to_ascii_lowercase());
    (right && address.len() <= LENGTH).then_some(address)
}

/// A text with the domain behind its `@` by its A-labels, where it is one of other alphabets; else as it is.
pub fn with_ascii_domain(text: &str) -> String {
    let domain = text.rsplit_once('@').filter(|(_, domain)| !domain.is_ascii());
    let mapped = domain.and_then(|(local, domain)| Some(format!("{local}@{}", domain_of(domain)?)));
    mapped.unwrap_or_else(|| text.to_owned())
}

/// The domain of a text by its A-labels: two labels at least.
fn domain_of(text: &str) -> Option<String> {
    let uts46 = Uts46::new();
    let domain =
        uts46.to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify).ok()?;
    domain.contains('.').then(|| domain.to_ascii_lowercase())
}

/// The signs that RFC 5322 lets stand before the `@` without quotes.
fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn u23_a_domain_is_taken_in_unicode_and_kept_with_its_a_labels() {
        for (typed, kept) in [
            ("max@m\u{fc}ller.de", "max@xn--mller-kva.de"),
            ("max@mu\u{308}ller.de", "max@xn--mller-kva.de"),
            (" Max@M\u{dc}LLER.DE ", "max@xn--mller-kva.de"),
            ("max@xn--mller-kva.de", "max@xn--mller-kva.de"),
            ("max@XN--MLLER-KVA.de", "max@xn--mller-kva.de"),
            ("anna@stra\u{df}e.example", "anna@xn--strae-oqa.example"),
            ("a.b+c@post.\u{141}\u{f3}d\u{17a}.example", "a.b+c@post.xn--d-uga0v4h.example"),
            ("info@\u{4f8b}\u{3048}\u{3002}jp", "info@xn--r8jz45g.jp"),
            ("erika@kunde.example", "erika@kunde.example"),
        ] {
            assert_eq!(normalized(typed).as_deref(), Some(kept), "{typed}");
        }
    }

    #[test]
    fn u23_what_nobody_could_write_to_is_no_address() {
        let long = format!("a@{}.example", "b".repeat(64));
        let longer = format!("{}@kunde.example", "a".repeat(65));
        for wrong in [
            "",
            "erika",
            "@kunde.example",
            "erika@",
            "erika@kunde",
            "erika@@kunde.example",
            "a@b@c.example",
            "a..b@c.example",
            ".a@c.example",
            "a.@c.example",
            "m\u{fc}ller@kunde.example",
            "\u{430}dmin@kunde.example",
            "erika@-kunde.example",
            "erika@kunde-.example",
            "erika@kun_de.example",
            "erika@kunde..example",
            "erika@kunde.example.",
            "erika@xn--\u{fc}.example",
            "erika@kun\u{ad}\u{202e}de.example",
            "erika@[127.0.0.1]",
            "\"a b\"@kunde.example",
            "a b@kunde.example",
            "a@b.example\r\nBcc: c@d.example",
            &long,
            &longer,
        ] {
            assert_eq!(normalized(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn u23_what_is_kept_is_an_address_and_kept_so(
            text in "[a-z.]{1,5}@[a-zA-Z\u{e4}-\u{17c}\u{3b1}-\u{3c9}\\-.]{1,12}",
        ) {
            if let Some(kept) = normalized(&text) {
                prop_assert!(kept.is_ascii());
                prop_assert_eq!(normalized(&kept), Some(kept));
            }
        }
    }
}
