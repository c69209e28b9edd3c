//! The values of a policy's keys: one type a conflict between the manuals (X-01…X-33).

use crate::coded::coded_enum;
use crate::language::Language;
use crate::money::Rounding;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// In whose time zone days begin: those of orders, charges, terms, notice and reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayZone {
    /// UTC, as Microsoft counts.
    #[default]
    Utc,
    /// The time zone of the marketplace.
    Marketplace,
}

/// on which day a billing cycle begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodAnchor {
    /// Cycles are calendar months (or years that begin on a month's first).
    CalendarMonth,
    /// Cycles begin on the day of the order.
    Anniversary,
    /// Cycles begin on this day of the month, or the month's last.
    DayOfMonth(u8),
}

/// what the days from the order to the first whole cycle cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstPeriod {
    /// From the day of the order to the end of the cycle, in proportion (C-38).
    Prorate,
    /// The whole cycle, begun on its first day whatever the day of the order.
    FullBackdated,
    /// A whole cycle's price for the cycle that begins now.
    Full,
    /// Nothing until the next cycle.
    Free,
}

/// whether the day of an order or change is paid with what begins on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeDay {
    /// The day of the change is paid with what begins on it.
    Inclusive,
    /// The day of the change is not paid with what begins on it.
    Exclusive,
}

impl ChangeDay {
    pub(super) const fn default_value() -> Self {
        Self::Inclusive
    }
}

/// which fraction of a cycle a part is, as the profiles of `docs/rules.md` have it (P-).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProrationBasis {
    /// Days of the part over days of the cycle, both as they are (P-LINE).
    ActualDays,
    /// Days of the part over 30 (P-30).
    Fixed30,
    /// Each month counts 30 days, its 31st none.
    D30360,
    /// Days of the part over 365, of the yearly price.
    Fixed365,
    /// The daily rate is rounded to so many decimals first (P-DAY2, P-DAY3).
    DailyRateRounded(u8),
    /// The fraction is rounded to so many decimals first (P-RATIO2).
    RatioRounded(u8),
    /// Never in parts: whole cycles only.
    None,
}

impl ProrationBasis {
    pub(super) const fn default_value() -> Self {
        Self::ActualDays
    }
}

/// at which point an amount becomes whole minor units, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundingRule {
    /// What is rounded.
    pub scope: RoundingScope,
    /// Which way half and part of a minor unit go.
    pub mode: Rounding,
}

impl RoundingRule {
    /// Once per line, half up (C-39).
    pub const fn default_value() -> Self {
        Self { scope: RoundingScope::Line, mode: Rounding::HalfUp }
    }
}

/// What is rounded to whole minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingScope {
    /// The price of one licence's part, before it is multiplied (P-UNIT).
    Unit,
    /// The line, once (P-LINE).
    Line,
}

/// How months are counted from a day that some months have not (G-61).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthEnd {
    /// The day of the first term comes back wherever a month has it: 31 January, 28 February, 31 March.
    #[default]
    KeepDay,
    /// As Microsoft counts: each monthly term starts anew from the one before (31 January, 28 February, 28 March);
    /// months within a longer term keep their distance from the month's end.
    Microsoft,
}

/// What more licences cost in the cycle that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Increase {
    /// In proportion, from the day of the change to the cycle's end (T-34, T-35).
    #[default]
    Prorate,
    /// The whole cycle.
    FullCycle,
}

/// How a change within a cycle is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repricing {
    /// One charge for the difference.
    #[default]
    Difference,
    /// What was charged is given back for the days that are left, and the new whole is charged (G-42).
    RefundAndRebill,
}

/// which of a cycle's quantities is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantityBasis {
    /// What runs is charged.
    #[default]
    Running,
    /// The highest quantity of the cycle is charged, for all of it (T-58).
    PeakInPeriod,
}

/// what opens a window in which licences can be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowAnchor {
    /// The first term's start.
    TermStart,
    /// Each renewal's start, for all licences of the new term.
    Renewal,
    /// Each increase, for the licences that it added.
    SeatBatch,
}

/// what is given back until so long after the licences were bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundStep {
    /// Until so many hours after, that instant included.
    pub until_hours: u16,
    /// How much of what was charged.
    pub kind: RefundKind,
    /// In which units what was used is counted.
    #[serde(default)]
    pub unit: RefundUnit,
}

/// how much is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundKind {
    /// The whole charge, whatever was used of it.
    Full,
    /// What was not used.
    Prorated,
    /// Nothing is given back.
    None,
}

/// in which units what was used is counted; a day or hour that was begun is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundUnit {
    /// Calendar days; the day of the change is given back too (Microsoft's cancellation policy).
    #[default]
    DayIncluded,
    /// Calendar days; the day of the change counts as used (P-CALDAY).
    CalendarDay,
    /// Blocks of 24 hours from the purchase; a block is used once it is complete (P-BLOCK24).
    Block24h,
    /// Hours from the purchase (P-HOUR).
    Hour,
}

/// when fewer licences take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decrease {
    /// Any day, with effect at the month's end.
    AnyTimeMonthEnd,
    /// With effect at the term's end (C-50).
    ScheduleToTermEnd,
    /// Only in the window, else refused (L-36).
    WindowElseReject,
    /// In the window at once, else at the term's end (T-39).
    WindowElseSchedule,
    /// Any day, at once (T-59).
    AnyTime,
    /// Never: all or nothing, as software subscriptions (G-130).
    Never,
}

/// what a cancellation after the window means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancel {
    /// For a fee of so many percent of what remains (C-29).
    FeePercent(u8),
    /// At the end of the month, free.
    MonthEnd,
    /// Refused after the window: kept and billed to the term's end (L-36).
    RejectBilledToTermEnd,
    /// In the window only, with loss of the service at once (T-46).
    WindowOnly,
    /// In the window at once, else at the term's end (G-131).
    AtTermEnd,
    /// Any day, for what was not used: as in the extended service term (G-69).
    AnyTime,
}

/// how long a service is on after its cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessAfterCancel {
    /// To the end of what is paid.
    #[default]
    UntilEnd,
    /// It is off at once (T-46).
    Immediate,
}

/// what a change does to one that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingSlot {
    /// Replaces it: the last one wins (C-51).
    #[default]
    SingleOverwrite,
    /// Is refused while one waits.
    RejectIfPending,
}

/// G-104: what a change that takes effect at once does to one that waits for the term's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingAfterChange {
    /// Deletes it, as Microsoft does; the answer says so.
    #[default]
    Delete,
    /// Leaves it to wait on.
    Keep,
}

/// how a subscription gets another edition of its product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionChange {
    /// On the subscription, at once (C-54).
    #[default]
    InPlaceImmediate,
    /// On the subscription, at the term's end.
    AtTermEnd,
    /// Only by a new order.
    NewSubscription,
}

/// When another term or billing cycle of the same SKU takes effect (Microsoft's billing frequency changes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermChange {
    /// A longer term at once or at the term's end, all else at the term's end.
    #[default]
    LongerNow,
    /// At the term's end.
    AtTermEnd,
}

/// G-128: which window licences have that were moved to another SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeWindow {
    /// They can no longer be given back.
    None,
    /// The one they had.
    #[default]
    Inherit,
}

/// What the extended service term costs on top, in percent (G-69, G-70).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtendedTerm {
    /// On the price of the monthly term, where the SKU has one (G-69).
    pub percent_on_monthly: Decimal,
    /// On the monthly price of a longer term, where it has not (G-70).
    pub percent_on_longer: Decimal,
}

impl ExtendedTerm {
    pub(super) fn default_value() -> Self {
        Self { percent_on_monthly: Decimal::from(3), percent_on_longer: Decimal::from(23) }
    }
}

/// when a renewal that somebody asks for may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenewalStart {
    /// At the term's end only.
    #[default]
    AtTermEnd,
    /// Also at once; the days that are left are lost (K-18).
    Immediately,
}

/// until when a subscription that was not renewed can be brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReactivateUntil {
    /// Never: a new order.
    #[default]
    None,
    /// So many days after the term's end (K-20).
    Days(u16),
}

/// K-13: what a partner needs before it acts on a customer's behalf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegatedAdministration {
    /// Nothing: it comes with being the customer's partner.
    #[default]
    Implied,
    /// The customer's acceptance of an offer.
    Required,
}

/// what follows a term where nobody says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOfTerm {
    /// Renews for the same term.
    RenewSame,
    /// Renews for twelve months.
    RenewToYear,
    /// Renews for one month.
    RenewToMonth,
    /// Goes on month by month at the extended service term's price.
    ExtendedServiceTerm,
    /// What was chosen with the order, where it asks; else its end.
    AsOrdered,
    /// The subscription ends; a key or a request brings another term.
    Expire,
}

/// how long the price of a subscription holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceLock {
    /// No promise: each charge at the price of its day.
    None,
    /// Until the next billing cycle.
    Period,
    /// Until the term's end.
    Term,
}

/// what a quantity of zero asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroQuantity {
    /// Refused with a pointer to the cancellation (T-45).
    Reject,
    /// Taken as a cancellation.
    Cancel,
}

impl ZeroQuantity {
    pub(super) const fn default_value() -> Self {
        Self::Reject
    }
}

/// of what a customer has at most one active order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneActivePer {
    /// Of nothing: any number of orders.
    #[default]
    None,
    /// Of a product, whichever its edition.
    Product,
    /// Of an edition.
    Sku,
}

coded_enum! {
    /// What a buyer agrees to with an order.
    ConsentKind {
        /// The seller's terms and licence conditions.
        Terms = "terms",
        /// The privacy notice (T-06).
        Privacy = "privacy",
        /// The vendor's supplementary terms of use (C-41).
        VendorTerms = "vendor_terms",
        /// That a Microsoft account is created in the buyer's name.
        MicrosoftAccount = "microsoft_account",
    }
}

/// A consent that every order needs, in the version now in force.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    /// What is agreed to.
    pub kind: ConsentKind,
    /// Which text of it.
    pub version: String,
    /// The vendor whose products it is asked for with, by the publisher that a product names; none is every vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What the text is called, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub title: BTreeMap<Language, String>,
    /// Where the text is, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub url: BTreeMap<Language, String>,
}

coded_enum! {
    /// How an order is paid.
    PaymentMethod {
        /// On invoice (C-37).
        Invoice = "invoice",
        /// With a product key, which was paid before (K-02): of a redemption's order, never of a cart's.
        ProductKey = "product_key",
    }
}
