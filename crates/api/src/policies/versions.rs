//! What a publication is a version of.

use domain::policy::{Partial, Rules, Subject, Version};

/// A version that was published.
#[derive(Debug, Clone)]
pub enum PublishedVersion {
    /// Of the policy of a key.
    Policy(String, Box<Version<Rules>>),
    /// Of an override over a product or an offer.
    Override(Subject, Version<Partial>),
}

impl PublishedVersion {
    /// What it is a version of: a key, or the id of a product or an offer.
    pub fn name(&self) -> String {
        match self {
            Self::Policy(key, _) => key.clone(),
            Self::Override(subject, _) => subject_id(*subject),
        }
    }

    /// Counts up from 1 under each name.
    pub const fn number(&self) -> u32 {
        match self {
            Self::Policy(_, version) => version.version,
            Self::Override(_, version) => version.version,
        }
    }
}

/// The id of the product or offer that rules are put over.
pub fn subject_id(subject: Subject) -> String {
    match subject {
        Subject::Product(id) => id.to_string(),
        Subject::Offer(id) => id.to_string(),
    }
}
