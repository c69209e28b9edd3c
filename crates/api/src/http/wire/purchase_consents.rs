//! Consents to what is bought on the wire: asked for by previews, given with orders and changes of
//! subscriptions, and shown with these.

use crate::clock::instant;
use crate::http::problem::Code;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::ConsentKind;
use crate::only_object;
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::consent;
use domain::language::Language;
use domain::policy::ConsentRule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The most consents of an order or a change.
const MAX_CONSENTS: usize = 20;

/// A consent that is given: one of the preview's `consents_required`, which may be sent back as it stands there.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Consent {
    /// What is agreed to.
    pub kind: ConsentKind,
    /// The version of the text that was shown.
    #[schema(max_length = 50, example = "2026-01")]
    pub version: String,
    /// Whose text it is, where it is a vendor's. May be left out where only one vendor's is asked for.
    #[serde(default)]
    #[schema(max_length = 200, example = "Microsoft Corporation")]
    pub vendor: Option<String>,
    /// What the text is called, as the preview says. Kept is what it is called in each language.
    #[serde(default)]
    #[schema(max_length = 500, example = "Microsoft's supplementary terms of use")]
    pub title: Option<String>,
    /// Where the text is, as the preview says. Kept is where it is in each language.
    #[serde(default)]
    #[schema(max_length = 500, example = "https://www.microsoft.com/licensing/terms")]
    pub url: Option<String>,
}

only_object!(Consent);

/// A consent that is needed to buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequiredConsent {
    /// What is to be agreed to.
    pub kind: ConsentKind,
    /// Which text of it is in force; it is sent back with the consent.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Whose text it is, where it is a vendor's; it is sent back with the consent. Null where it is the seller's.
    #[schema(required, example = "Microsoft Corporation")]
    pub vendor: Option<String>,
    /// What the text is called, in the language of the request.
    #[schema(example = "Microsoft's supplementary terms of use")]
    pub title: String,
    /// Where it can be read; null where the seller names no address.
    #[schema(required, example = "https://www.microsoft.com/licensing/terms")]
    pub url: Option<String>,
}

/// A consent that was given with an order or a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgreedConsent {
    /// What was agreed to.
    pub kind: ConsentKind,
    /// Which text of it.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Whose text it was, where it was a vendor's; null where it was the seller's.
    #[schema(required, example = "Microsoft Corporation")]
    pub vendor: Option<String>,
    /// What the text was called then, in the language of the request.
    #[schema(example = "Microsoft's supplementary terms of use")]
    pub title: String,
    /// Where it could be read then; null where that is not known.
    #[schema(required, example = "https://www.microsoft.com/licensing/terms")]
    pub url: Option<String>,
    /// When it was agreed to, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub agreed_at: String,
    /// Who agreed: the id of a user or of an API client.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub agreed_by: String,
}

/// Reads consents that are given.
pub fn read(checks: &mut Checks, given: &[Consent]) -> Vec<consent::Consent> {
    if given.len() > MAX_CONSENTS {
        checks.note("/consents", Code::OutOfRange, vec![("limit", Place::Range(0, MAX_CONSENTS as u64))]);
    }
    let mut one = |(n, consent): (usize, &Consent)| {
        let at = |member: &str| format!("/consents/{n}/{member}");
        let version = checks.text(&at("version"), &consent.version, 50);
        let vendor = checks.optional(&at("vendor"), consent.vendor.as_deref(), 200);
        checks.optional(&at("title"), consent.title.as_deref(), 500);
        checks.optional(&at("url"), consent.url.as_deref(), 500);
        consent::Consent::given(consent.kind.0, version, vendor)
    };
    given.iter().enumerate().map(&mut one).collect()
}

/// A consent that is asked for, in the reader's language.
pub fn required(rule: &ConsentRule, lang: Lang) -> RequiredConsent {
    let words = words(&consent::Consent::from(rule), lang);
    RequiredConsent {
        kind: ConsentKind(rule.kind),
        version: rule.version.clone(),
        vendor: rule.vendor.clone(),
        title: words.0,
        url: words.1,
    }
}

/// A consent that was given, in the reader's language, with who gave it when.
pub fn agreed(consent: &consent::Consent, by: &str, at: OffsetDateTime, lang: Lang) -> AgreedConsent {
    let (title, url) = words(consent, lang);
    AgreedConsent {
        kind: ConsentKind(consent.kind),
        version: consent.version.clone(),
        vendor: consent.vendor.clone(),
        title,
        url,
        agreed_at: instant(at),
        agreed_by: by.to_owned(),
    }
}

/// What a text is called and where it is: in a language, else in English, else as there is one. A text that nobody has
/// named is called by what it is, and whose.
fn words(consent: &consent::Consent, lang: Lang) -> (String, Option<String>) {
    let in_language = |texts: &BTreeMap<Language, String>| {
        let wanted = texts.get(&lang.into()).or_else(|| texts.get(&Language::En));
        wanted.or_else(|| texts.values().next()).cloned()
    };
    let phrase = || match &consent.vendor {
        Some(vendor) => format!("{} ({vendor})", Phrase::from(consent.kind).said(lang)),
        None => Phrase::from(consent.kind).said(lang).to_owned(),
    };
    (in_language(&consent.title).unwrap_or_else(phrase), in_language(&consent.url))
}
