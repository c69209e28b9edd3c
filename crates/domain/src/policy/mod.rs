//! Policies: the rules of a marketplace as data.
//!
//! Every conflict between the five manuals (requirements.md 1.6) is a key here, never an `if`. A policy
//! is published under a key and version, read by the decision functions, and frozen on the subscription
//! at the start of each term. The shipped presets are in [`presets`].

pub mod presets;

use crate::access::codes;
use crate::money::Rounding;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// A published policy: the rules under a key, valid from a version on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The preset's or policy's name: `cancom_monthly12`.
    pub key: String,
    /// Counts up from 1 with each publication under the key.
    pub version: u32,
    /// The rules.
    pub rules: Rules,
}

/// The rules that decide an order and its first charge. A field left out of a document takes the
/// default that requirements.md names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// on which day a billing cycle begins.
    pub period_anchor: PeriodAnchor,
    /// what the first, incomplete cycle costs.
    pub first_period: FirstPeriod,
    /// whether the day of the order counts.
    #[serde(default = "ChangeDay::default_value")]
    pub change_day: ChangeDay,
    /// the fraction that a part of a cycle is.
    #[serde(default = "ProrationBasis::default_value")]
    pub proration_basis: ProrationBasis,
    /// what is rounded, and how.
    #[serde(default = "RoundingRule::default_value")]
    pub rounding: RoundingRule,
    /// when fewer licences take effect.
    pub decrease: Decrease,
    /// days before the term's end until which a renewal can be stopped.
    #[serde(default)]
    pub notice_days: Option<u16>,
    /// hours after the start of a term in which licences can be given back.
    #[serde(default)]
    pub window_hours: Option<u16>,
    /// what a cancellation in mid-term means.
    pub cancel: Cancel,
    /// what follows the term.
    pub end_of_term: EndOfTerm,
    /// how long the price holds.
    pub price_lock: PriceLock,
    /// what a quantity of zero means.
    #[serde(default = "ZeroQuantity::default_value")]
    pub zero_quantity: ZeroQuantity,
    /// at most one active order of a product and customer.
    #[serde(default)]
    pub one_active_per_product: bool,
    /// what the buyer must agree to with each order.
    #[serde(default)]
    pub consents: Vec<ConsentRule>,
    /// how may be paid.
    #[serde(default = "default_payment_methods")]
    pub payment_methods: Vec<PaymentMethod>,
}

impl Rules {
    /// Whether a term is followed by another unless somebody says otherwise.
    pub const fn auto_renews(&self) -> bool {
        match self.end_of_term {
            EndOfTerm::RenewSame
            | EndOfTerm::RenewToYear
            | EndOfTerm::RenewToMonth
            | EndOfTerm::ExtendedServiceTerm => true,
            EndOfTerm::Expire => false,
        }
    }

    /// Until when what starts at an instant can be given back; none where there is no window.
    pub fn window_end(&self, start: OffsetDateTime) -> Option<OffsetDateTime> {
        self.window_hours.map(|hours| start.saturating_add(Duration::hours(i64::from(hours))))
    }
}

fn default_payment_methods() -> Vec<PaymentMethod> {
    vec![PaymentMethod::Invoice]
}

///
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

///
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

///
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeDay {
    /// The day of the change is paid with what begins on it.
    Inclusive,
    /// The day of the change is not paid with what begins on it.
    Exclusive,
}

impl ChangeDay {
    const fn default_value() -> Self {
        Self::Inclusive
    }
}

/// X-04; golden.md 5.1 names each as a profile.
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
    /// Seconds of the part over seconds of the cycle (P-SEC).
    Seconds,
    /// The daily rate is rounded to so many decimals first (P-DAY2, P-DAY3).
    DailyRateRounded(u8),
    /// The fraction is rounded to so many decimals first (P-RATIO2).
    RatioRounded(u8),
    /// Never in parts: whole cycles only.
    None,
}

impl ProrationBasis {
    const fn default_value() -> Self {
        Self::ActualDays
    }
}

///
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundingRule {
    /// What is rounded.
    pub scope: RoundingScope,
    /// How.
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

///
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
}

///
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
}

///
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
    /// Ends.
    Expire,
}

///
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceLock {
    /// No promise.
    None,
    /// Until the next billing cycle.
    Period,
    /// Until the term's end.
    Term,
}

///
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroQuantity {
    /// Refused with a pointer to the cancellation (T-45).
    Reject,
    /// Taken as a cancellation.
    Cancel,
}

impl ZeroQuantity {
    const fn default_value() -> Self {
        Self::Reject
    }
}

codes! {
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
}

codes! {
    /// How an order is paid.
    PaymentMethod {
        /// On invoice (C-37).
        Invoice = "invoice",
    }
}
