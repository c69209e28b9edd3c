//! Policies: the rules of a marketplace as data.
//!
//! Every conflict between the five manuals (X-01…X-33) is a key here, never an `if`. A policy
//! is published under a key and version, read by the decision functions, and frozen on the subscription
//! at the start of each term. The shipped presets are in [`presets`].

mod book;
mod check;
mod key;
pub mod presets;
mod renewals;
mod rules;
mod values;

pub use book::{Book, Partial, Sold, Timeline, Version};
pub use check::{Fault, Flaw};
pub use key::RuleKey;
pub use renewals::{AddOnRefund, AddOnTerm, AssignedAtRenewal, ReminderAudience, RenewalWithoutPrice, TrialConversion};
pub use rules::{Override, Policy, Rules, Subject};
pub use values::{
    AccessAfterCancel, Cancel, ChangeDay, ConsentKind, ConsentRule, DayZone, Decrease, DelegatedAdministration,
    EditionChange, EndOfTerm, ExtendedTerm, FirstPeriod, Increase, MonthEnd, OneActivePer, PaymentMethod,
    PendingAfterChange, PendingSlot, PeriodAnchor, PriceLock, ProrationBasis, QuantityBasis, ReactivateUntil,
    RefundKind, RefundStep, RefundUnit, RenewalStart, Repricing, RoundingRule, RoundingScope, TermChange,
    UpgradeWindow, WindowAnchor, ZeroQuantity,
};
