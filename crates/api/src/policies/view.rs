//! Policies and their versions as they are shown: as data and in words.

use crate::clock::instant;
use crate::policies::versions::{PublishedVersion, subject_id};
use crate::texts::lang::Lang;
use crate::texts::policies::Sentence;
use domain::policy::{Override, Partial, Rules, Subject, Version};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A policy in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct Policy {
    /// What offers name the policy by.
    #[schema(example = "cancom_monthly12")]
    pub key: String,
    /// Counts up with each publication under the key.
    #[schema(example = 1)]
    pub version: u32,
    /// The rules, as the decision functions read them.
    #[schema(value_type = Object)]
    pub rules: Value,
    /// The overrides that are in the rules: the product's, then the offer's.
    pub overrides: Vec<PolicyOverride>,
    /// The time zone of the days that the rules count (IANA).
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// The rules in words, in the language of the request.
    pub words: Vec<PolicyWord>,
}

/// A sentence of a policy in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PolicyWord {
    /// What it is about: the key of the rule in `rules`; behind a slash a part of it, where it takes several sentences.
    /// No two sentences of a policy have the same.
    #[schema(example = "end_of_term")]
    pub key: String,
    /// The sentence, as people read it.
    #[schema(example = "Renews for twelve months.")]
    pub text: String,
}

/// An override that is in a policy's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PolicyOverride {
    /// The product or offer it is put over.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// Counts up with each publication over it.
    #[schema(example = 1)]
    pub version: u32,
}

/// The policies in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyPage {
    /// The policies of the page, by key.
    pub data: Vec<Policy>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Y2FuY29tX21vbnRobHkxMg")]
    pub next_cursor: Option<String>,
}

/// A publication: a version of a policy, or of an override over a product or an offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyVersion {
    /// The policy's key; null for an override.
    #[schema(required, example = "cancom_monthly12")]
    pub key: Option<String>,
    /// The product that it is put over, else null.
    #[schema(required, example = json!(null))]
    pub product_id: Option<String>,
    /// The offer that it is put over, else null.
    #[schema(required, example = json!(null))]
    pub offer_id: Option<String>,
    /// Counts up from 1.
    #[schema(example = 2)]
    pub version: u32,
    /// From when on it is valid: until a higher version is.
    #[schema(format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub valid_from: String,
    /// The rules: all of a policy's, or those that an override replaces.
    #[schema(value_type = Object)]
    pub rules: Value,
    /// A policy's rules in words, in the language of the request; none of an override.
    pub words: Vec<PolicyWord>,
}

/// A publication with what it will do.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedPolicy {
    /// What was published.
    #[serde(flatten)]
    pub published: PolicyVersion,
    /// Subscriptions that run under it. They keep their rules to the end of their term.
    #[schema(example = 1200)]
    pub running_subscriptions: u32,
    /// The first day on which one of them renews under the new rules; null where none does.
    #[schema(required, format = Date, example = "2026-12-14")]
    pub first_renewal_on: Option<String>,
}

/// The versions of a policy or of an override.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyVersionPage {
    /// The versions of the page, the oldest first.
    pub data: Vec<PolicyVersion>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Mg")]
    pub next_cursor: Option<String>,
}

/// A policy on the wire.
pub fn view(policy: &domain::policy::Policy, lang: Lang) -> Policy {
    Policy {
        key: policy.key.clone(),
        version: policy.version,
        rules: serde_json::to_value(&policy.rules).unwrap_or(Value::Null),
        overrides: overrides(policy),
        time_zone: policy.zone.to_string(),
        words: in_words(&policy.rules, lang),
    }
}

fn in_words(rules: &Rules, lang: Lang) -> Vec<PolicyWord> {
    let word = |sentence: Sentence| PolicyWord { key: sentence.key, text: sentence.text };
    crate::texts::policies::of(rules, lang).into_iter().map(word).collect()
}

/// The overrides in a policy on the wire.
pub fn overrides(policy: &domain::policy::Policy) -> Vec<PolicyOverride> {
    let view = |over: &Override| PolicyOverride { subject: subject_id(over.subject), version: over.version };
    policy.overrides.iter().map(view).collect()
}

/// A version of a policy on the wire.
pub fn version_view(key: &str, version: &Version<Rules>, lang: Lang) -> PolicyVersion {
    PolicyVersion {
        key: Some(key.to_owned()),
        product_id: None,
        offer_id: None,
        version: version.version,
        valid_from: instant(version.valid_from),
        rules: serde_json::to_value(&version.content).unwrap_or(Value::Null),
        words: in_words(&version.content, lang),
    }
}

/// A version of an override on the wire.
pub fn override_view(subject: Subject, version: &Version<Partial>) -> PolicyVersion {
    let (product_id, offer_id) = match subject {
        Subject::Product(id) => (Some(id.to_string()), None),
        Subject::Offer(id) => (None, Some(id.to_string())),
    };
    PolicyVersion {
        key: None,
        product_id,
        offer_id,
        version: version.version,
        valid_from: instant(version.valid_from),
        rules: Value::Object(version.content.clone()),
        words: vec![],
    }
}

/// A publication on the wire, the words of a policy in the reader's language.
pub fn published_view(published: &PublishedVersion, lang: Lang) -> PolicyVersion {
    match published {
        PublishedVersion::Policy(key, version) => version_view(key, version, lang),
        PublishedVersion::Override(subject, version) => override_view(*subject, version),
    }
}
