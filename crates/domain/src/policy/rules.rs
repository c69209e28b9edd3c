//! The rules of an offer, one field a key, and the policy that they are published under.

use crate::calendar::Day;
use crate::id::{OfferId, ProductId};
use crate::party::Country;
use crate::policy::renewals::{
    AddOnRefund, AddOnTerm, AssignedAtRenewal, ReminderAudience, RenewalWithoutPrice, TrialConversion,
};
use crate::policy::values::{
    AccessAfterCancel, Cancel, ChangeDay, ConsentRule, DayZone, Decrease, DelegatedAdministration, EditionChange,
    EndOfTerm, ExtendedTerm, FirstPeriod, Increase, MonthEnd, OneActivePer, PaymentMethod, PendingAfterChange,
    PendingSlot, PeriodAnchor, PriceLock, ProrationBasis, QuantityBasis, ReactivateUntil, RefundStep, RenewalStart,
    Repricing, RoundingRule, TermChange, UpgradeWindow, WindowAnchor, ZeroQuantity,
};
use crate::tax::standing::UnconfirmedVatId;
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// What an override is put over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// All offers of a product.
    Product(ProductId),
    /// One offer, after its product's override.
    Offer(OfferId),
}

/// An override that is in a policy's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The product or offer that it holds for.
    pub subject: Subject,
    /// Which version of it.
    pub version: u32,
}

/// A published policy: the rules under a key, valid from a version on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The preset's or policy's name: `cancom_monthly12`.
    pub key: String,
    /// Counts up from 1 with each publication under the key.
    pub version: u32,
    /// The rules, overrides put over them.
    pub rules: Rules,
    /// The overrides that are in the rules: the product's, then the offer's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// The zone whose days its rules count.
    #[serde(default, skip_serializing_if = "Zone::is_utc")]
    pub zone: Zone,
}

impl Policy {
    /// A policy as it was published, without a marketplace whose days it could count.
    pub const fn new(key: String, version: u32, rules: Rules) -> Self {
        Self { key, version, rules, overrides: Vec::new(), zone: Zone::UTC }
    }

    /// The same at a marketplace of a time zone.
    #[must_use]
    pub fn at_marketplace(self, zone: &Zone) -> Self {
        let zone = match self.rules.day_zone {
            DayZone::Utc => Zone::UTC,
            DayZone::Marketplace => zone.clone(),
        };
        Self { zone, ..self }
    }
}

/// The rules that decide an order, its charges, and everything that happens to its subscription. A field left out of
/// a document takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Whose days are counted.
    #[serde(default)]
    pub day_zone: DayZone,
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
    /// How months are counted from the 29th, 30th and 31st.
    #[serde(default)]
    pub month_end: MonthEnd,
    /// What more licences cost in the running cycle.
    #[serde(default)]
    pub increase: Increase,
    /// How a change within a cycle is written down.
    #[serde(default)]
    pub repricing: Repricing,
    /// which quantity is charged.
    #[serde(default)]
    pub quantity_basis: QuantityBasis,
    /// when fewer licences take effect.
    pub decrease: Decrease,
    /// days before the term's end until which a renewal can be stopped.
    #[serde(default)]
    pub notice_days: Option<u16>,
    /// hours after the start of a term in which licences can be given back.
    #[serde(default)]
    pub window_hours: Option<u16>,
    /// what opens the window.
    #[serde(default = "default_window_anchors")]
    pub window_anchors: Vec<WindowAnchor>,
    /// what is given back in the window, in the order of time; nothing said is in proportion.
    #[serde(default)]
    pub refund: Vec<RefundStep>,
    /// what a cancellation in mid-term means.
    pub cancel: Cancel,
    /// how long the service is on after a cancellation out of the window.
    #[serde(default)]
    pub access_after_cancel: AccessAfterCancel,
    /// what follows the term.
    pub end_of_term: EndOfTerm,
    /// What the extended service term costs.
    #[serde(default = "ExtendedTerm::default_value")]
    pub extended_term: ExtendedTerm,
    /// days of use after a term that was not renewed (K-19).
    #[serde(default)]
    pub grace_days: u16,
    /// days after those in which the data are kept (K-20).
    #[serde(default)]
    pub disabled_days: u16,
    /// Days in which the data are kept of what is suspended at its term's end (G-119); none is the days of use and
    /// those after them together.
    #[serde(default)]
    pub suspended_kept_days: Option<u16>,
    /// until when it can be brought back.
    #[serde(default)]
    pub reactivate_until: ReactivateUntil,
    /// when a renewal may start.
    #[serde(default)]
    pub renewal_start: RenewalStart,
    /// What a renewal does where the offer that runs has no price any more (T-56).
    #[serde(default)]
    pub renewal_without_price: RenewalWithoutPrice,
    /// What a reduction that waited does to licences that people have.
    #[serde(default)]
    pub assigned_at_renewal: AssignedAtRenewal,
    /// How long an add-on is bought for whose base ends first.
    #[serde(default)]
    pub add_on_term: AddOnTerm,
    /// Whether what an add-on was charged for days after its base's end is given back.
    #[serde(default)]
    pub add_on_refund: AddOnRefund,
    /// Days before the term's end on which its people are told (K-16), the most first.
    #[serde(default = "default_reminders")]
    pub reminders: Vec<u16>,
    /// Of which terms' ends they are told.
    #[serde(default)]
    pub reminder_audience: ReminderAudience,
    /// what a change does to one that waits.
    #[serde(default)]
    pub pending_slot: PendingSlot,
    /// What a change at once does to one that waits.
    #[serde(default)]
    pub pending_after_change: PendingAfterChange,
    /// how the edition is changed.
    #[serde(default)]
    pub edition_change: EditionChange,
    /// When another term or billing cycle takes effect.
    #[serde(default)]
    pub term_change: TermChange,
    /// Which window moved licences have.
    #[serde(default)]
    pub upgrade_window: UpgradeWindow,
    /// What is proposed to follow a trial.
    #[serde(default = "TrialConversion::default_value")]
    pub trial_converts_to: TrialConversion,
    /// The most changes of one subscription; none is no limit.
    #[serde(default)]
    pub max_changes: Option<u32>,
    /// whether the customer's first administrator gets a licence (K-10).
    #[serde(default)]
    pub auto_assign_admin_licence: bool,
    /// how long the price holds.
    pub price_lock: PriceLock,
    /// what a quantity of zero means.
    #[serde(default = "ZeroQuantity::default_value")]
    pub zero_quantity: ZeroQuantity,
    /// of what a customer has at most one active order.
    #[serde(default)]
    pub one_active_per: OneActivePer,
    /// what the buyer must agree to with each order.
    #[serde(default)]
    pub consents: Vec<ConsentRule>,
    /// K-13: what a partner needs before it acts on a customer's behalf.
    #[serde(default)]
    pub delegated_administration: DelegatedAdministration,
    /// K-09: the buyers' countries that have the service; empty is everywhere that the offer is sold.
    #[serde(default)]
    pub served_countries: Vec<Country>,
    /// U-22: what is charged while no register has confirmed a VAT id.
    #[serde(default)]
    pub unconfirmed_vat_id: UnconfirmedVatId,
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
            EndOfTerm::AsOrdered | EndOfTerm::Expire => false,
        }
    }

    /// The first day that is paid for what begins on a day within a cycle.
    pub fn first_paid(&self, day: Day) -> Day {
        match self.change_day {
            ChangeDay::Inclusive => day,
            ChangeDay::Exclusive => day.plus_days(1),
        }
    }

    /// Until when what starts at an instant can be given back, that instant included; none where the
    /// anchor opens no window.
    pub fn window_end(&self, anchor: WindowAnchor, start: OffsetDateTime) -> Option<OffsetDateTime> {
        let hours = self.window_hours.filter(|_| self.window_anchors.contains(&anchor))?;
        Some(start.saturating_add(Duration::hours(i64::from(hours))))
    }
}

fn default_window_anchors() -> Vec<WindowAnchor> {
    vec![WindowAnchor::TermStart, WindowAnchor::Renewal]
}

fn default_reminders() -> Vec<u16> {
    vec![60, 30, 7, 1]
}

fn default_payment_methods() -> Vec<PaymentMethod> {
    vec![PaymentMethod::Invoice]
}
