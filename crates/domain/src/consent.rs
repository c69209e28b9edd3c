//! What a buyer agrees to with what it buys (X-27): which texts are asked for, which are missing, and what is kept of
//! them. Orders and changes of subscriptions ask here alike.

use crate::language::Language;
use crate::policy::{ConsentKind, ConsentRule, Rules};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A consent as it was given (A-06): a fact kept with the order or the change, with the words that it was given to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// To which kind of text.
    pub kind: ConsentKind,
    /// To which text of it.
    pub version: String,
    /// Whose text it is, where it is a vendor's. Consents of before that was kept name none: they were to all vendors'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What the text was called, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: BTreeMap<Language, String>,
    /// Where the text was, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub url: BTreeMap<Language, String>,
}

impl Consent {
    /// A consent as somebody gives it, without the words of the text.
    pub const fn given(kind: ConsentKind, version: String, vendor: Option<String>) -> Self {
        Self { kind, version, vendor, title: BTreeMap::new(), url: BTreeMap::new() }
    }
}

/// A consent to exactly the text that a rule asks for.
impl From<&ConsentRule> for Consent {
    fn from(rule: &ConsentRule) -> Self {
        let rule = rule.clone();
        Self { kind: rule.kind, version: rule.version, vendor: rule.vendor, title: rule.title, url: rule.url }
    }
}

/// What the rules of some offers ask for, each text once, sorted; with each offer's rules the publisher of its product.
///
/// A rule that names a vendor is for what that vendor publishes, and there takes the place of a rule of its kind that
/// names none. Terms of a vendor are always somebody's: a rule for all vendors asks for those of each.
pub fn required<'a>(offers: impl IntoIterator<Item = (&'a Rules, &'a str)>) -> Vec<ConsentRule> {
    let asked: BTreeSet<_> = offers.into_iter().flat_map(|(rules, publisher)| of_publisher(rules, publisher)).collect();
    // Of one text that two policies ask for, the one that has words, as it comes last.
    let mut asked: Vec<_> = asked.into_iter().rev().collect();
    asked.dedup_by(|one, other| (one.kind, &one.version, &one.vendor) == (other.kind, &other.version, &other.vendor));
    asked.reverse();
    asked
}

fn of_publisher(rules: &Rules, publisher: &str) -> Vec<ConsentRule> {
    let names = |rule: &ConsentRule| rule.vendor.as_deref() == Some(publisher);
    let own = |kind: ConsentKind| rules.consents.iter().any(|rule| rule.kind == kind && names(rule));
    let holds = |rule: &&ConsentRule| names(rule) || (rule.vendor.is_none() && !own(rule.kind));
    let of_somebody = |rule: &ConsentRule| match (rule.kind, &rule.vendor) {
        (ConsentKind::VendorTerms, None) if !publisher.is_empty() => {
            ConsentRule { vendor: Some(publisher.to_owned()), ..rule.clone() }
        }
        _ => rule.clone(),
    };
    rules.consents.iter().filter(holds).map(of_somebody).collect()
}

/// Of what is asked for, what was not agreed to yet: nobody is asked for the same text again.
pub fn open(required: Vec<ConsentRule>, agreed: &[Consent]) -> Vec<ConsentRule> {
    let same = |rule: &ConsentRule, one: &Consent| {
        one.kind == rule.kind && one.version == rule.version && (one.vendor.is_none() || one.vendor == rule.vendor)
    };
    required.into_iter().filter(|rule| !agreed.iter().any(|one| same(rule, one))).collect()
}

/// What is missing or given to a text that is no longer in force, in the order in which it is asked for.
pub fn missing(required: &[ConsentRule], given: &[Consent]) -> Vec<Refusal> {
    let refusal = |rule: &ConsentRule| {
        let mut alike = given.iter().filter(|consent| answers(consent, rule, required)).peekable();
        let outdated = alike.peek().is_some();
        let (kind, version, vendor) = (rule.kind, rule.version.clone(), rule.vendor.clone());
        match alike.any(|consent| consent.version == rule.version) {
            true => None,
            false if outdated => Some(Refusal::ConsentOutdated(kind, version, vendor)),
            false => Some(Refusal::ConsentRequired(kind, version, vendor)),
        }
    };
    required.iter().filter_map(refusal).collect()
}

/// What is kept of consents that were given: with the words of the texts that were asked for, and what was given
/// besides as it was given.
pub fn kept(required: &[ConsentRule], given: &[Consent]) -> Vec<Consent> {
    let asked = |consent: &Consent| {
        let same = |rule: &&ConsentRule| answers(consent, rule, required) && consent.version == rule.version;
        required.iter().find(same).map_or_else(|| consent.clone(), Consent::from)
    };
    given.iter().map(asked).collect()
}

/// Whether a consent is to the text of a rule, in whatever version. One that names no vendor is to the only vendor's
/// that is asked for; of several each must be named.
fn answers(consent: &Consent, rule: &ConsentRule, required: &[ConsentRule]) -> bool {
    let only = || required.iter().filter(|other| other.kind == rule.kind).all(|other| other.vendor == rule.vendor);
    consent.kind == rule.kind && (consent.vendor == rule.vendor || (consent.vendor.is_none() && only()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;

    fn rule(kind: ConsentKind, version: &str, vendor: Option<&str>) -> ConsentRule {
        let vendor = vendor.map(str::to_owned);
        ConsentRule { kind, version: version.to_owned(), vendor, title: BTreeMap::new(), url: BTreeMap::new() }
    }

    fn terms_of(vendor: &str) -> ConsentRule {
        rule(ConsentKind::VendorTerms, "1", Some(vendor))
    }

    fn rules(consents: Vec<ConsentRule>) -> Rules {
        let (_, rules) = presets::all().unwrap().into_iter().next().unwrap();
        Rules { consents, ..rules }
    }

    fn given(version: &str, vendor: Option<&str>) -> Consent {
        Consent::given(ConsentKind::VendorTerms, version.to_owned(), vendor.map(str::to_owned))
    }

    fn codes(required: &[ConsentRule], given: &[Consent]) -> Vec<&'static str> {
        missing(required, given).iter().map(Refusal::code).collect()
    }

    #[test]
    fn u85_each_vendor_is_asked_for_by_its_own_text() {
        let terms = rule(ConsentKind::Terms, "1", None);
        let all = rules(vec![rule(ConsentKind::VendorTerms, "1", None), terms.clone()]);
        let asked = required([(&all, "Contoso"), (&all, "Fabrikam"), (&all, "Contoso")]);
        assert_eq!(asked, [terms.clone(), terms_of("Contoso"), terms_of("Fabrikam")]);
        // One that names a vendor is for that one alone, and in the place of the general one.
        let named = ConsentRule { version: "7".to_owned(), ..terms_of("Contoso") };
        let both = rules(vec![rule(ConsentKind::VendorTerms, "1", None), named.clone(), terms.clone()]);
        assert_eq!(required([(&both, "Contoso")]), [terms.clone(), named.clone()]);
        assert_eq!(required([(&both, "Fabrikam")]), [terms.clone(), terms_of("Fabrikam")]);
        assert_eq!(required([(&rules(vec![named]), "Fabrikam")]), []);
        // Asked for by two policies, once with words, it is one text.
        let titled = ConsentRule { title: BTreeMap::from([(Language::En, "Terms".to_owned())]), ..terms.clone() };
        let other = rules(vec![titled.clone()]);
        assert_eq!(required([(&rules(vec![terms.clone()]), "Contoso"), (&other, "Contoso")]), [titled]);
        assert_eq!(required([(&all, "")]), [terms, rule(ConsentKind::VendorTerms, "1", None)]);
    }

    #[test]
    fn u85_of_several_vendors_each_is_named() {
        let one = [terms_of("Contoso")];
        assert_eq!(codes(&one, &[given("1", None)]), Vec::<&str>::new());
        assert_eq!(codes(&one, &[given("0", None)]), ["consent_outdated"]);
        assert_eq!(codes(&one, &[given("1", Some("Fabrikam"))]), ["consent_required"]);
        let two = [terms_of("Contoso"), terms_of("Fabrikam")];
        assert_eq!(codes(&two, &[given("1", None)]), ["consent_required", "consent_required"]);
        assert_eq!(codes(&two, &[given("1", Some("Contoso"))]), ["consent_required"]);
        let both = [given("1", Some("Fabrikam")), given("1", Some("Contoso"))];
        assert_eq!(codes(&two, &both), Vec::<&str>::new());
    }

    #[test]
    fn u85_what_is_kept_has_the_words_that_were_agreed_to() {
        let title = BTreeMap::from([(Language::De, "Bedingungen".to_owned())]);
        let url = BTreeMap::from([(Language::De, "https://contoso.example/de".to_owned())]);
        let asked = [ConsentRule { title: title.clone(), url: url.clone(), ..terms_of("Contoso") }];
        let other = Consent::given(ConsentKind::Privacy, "3".to_owned(), None);
        let kept = kept(&asked, &[given("1", None), other.clone()]);
        let vendor = Some("Contoso".to_owned());
        assert_eq!(kept, [Consent { vendor, title, url, ..given("1", None) }, other]);
    }

    #[test]
    fn u85_nobody_is_asked_for_the_same_text_again() {
        let asked = || vec![terms_of("Contoso"), terms_of("Fabrikam")];
        assert_eq!(open(asked(), &[given("1", Some("Contoso"))]), [terms_of("Fabrikam")]);
        assert_eq!(open(asked(), &[given("0", Some("Contoso"))]), asked());
        // Of before vendors were kept.
        assert_eq!(open(asked(), &[given("1", None)]), []);
    }

    #[test]
    fn u85_consents_of_before_vendors_were_named_are_read() {
        let old: Consent = serde_json::from_str(r#"{"kind":"vendor_terms","version":"2026-01"}"#).unwrap();
        assert_eq!(old, given("2026-01", None));
        let old: ConsentRule = serde_json::from_str(r#"{"kind":"terms","version":"2026-01"}"#).unwrap();
        assert_eq!(serde_json::to_string(&old).unwrap(), r#"{"kind":"terms","version":"2026-01"}"#);
    }
}
