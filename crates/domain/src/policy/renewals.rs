//! The values of the keys about renewals, add-ons beside their base, and trials.

use crate::calendar::{BillingCycle, Term};
use serde::{Deserialize, Serialize};

/// What a renewal does where the offer that runs has lost its price (U-10): to be sold no more is not to end (T-56).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenewalWithoutPrice {
    /// It renews at the last price that it had.
    #[default]
    LastPrice,
    /// It ends with its term.
    End,
}

/// What becomes of a reduction that waited when more people have a licence than would be left (U-16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedAtRenewal {
    /// It takes effect, and who got theirs last lose them.
    #[default]
    TakeBack,
    /// It does not take effect: nobody loses a licence that is in use, and its owner is told.
    Refuse,
}

/// Of which terms' ends people are reminded (U-60).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderAudience {
    /// Of those that nothing follows by itself, or nothing that was agreed on: what renews as it is needs nobody.
    #[default]
    NotRenewing,
    /// Of those, and of every term of at least three months, renewed or not.
    LongTerms,
}

/// How long an add-on is bought for whose base ends before its own term would (U-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddOnTerm {
    /// Until its base ends, for the days that it has.
    #[default]
    UntilBaseEnds,
    /// For its own term, whatever it has of it.
    Own,
}

/// What becomes of what an add-on was charged for days after the end of its base (U-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddOnRefund {
    /// It is given back where the base ends as its policy lets it.
    #[default]
    GiveBack,
    /// It is kept.
    Keep,
}

/// What is proposed to follow a trial; one whose order does not say becomes this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialConversion {
    /// For how long it then runs.
    pub term: Term,
    /// How it is charged.
    pub billing_cycle: BillingCycle,
}

impl TrialConversion {
    pub(super) const fn default_value() -> Self {
        Self { term: Term::P1Y, billing_cycle: BillingCycle::Monthly }
    }
}
