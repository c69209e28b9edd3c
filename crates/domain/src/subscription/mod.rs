//! A subscription: one offer, one customer, one quantity, running in terms.
//!
//! Three functions decide everything: [`rules::decide`] what a change asked for does, [`renewal::step`] what time
//! alone does, [`actions::allowed`] what could be asked for now. All are pure: facts, request, now.

pub mod actions;
pub mod add_ons;
pub mod alignment;
pub mod change;
pub mod counts;
pub mod due;
mod ending;
pub mod follows;
mod offers;
mod quantity;
mod refund;
pub mod reminders;
pub mod renewal;
pub mod rules;
mod schedule;

use crate::billing::{Earlier, Plan};
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::catalog::OfferKind;
use crate::coded::coded_enum;
use crate::cycles::Calendar;
use crate::id::{
    ChangeId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId, UserId,
};
use crate::money::UnitPrice;
use crate::party::{Country, Customer};
use crate::policy::{Cancel, Decrease, Policy, PriceLock, Rules, WindowAnchor};
use crate::pricing::{Buyer, Payer};
use crate::tax::billed::Billed;
use crate::tax::{self, TaxRule, standing};
use crate::trial::TrialThen;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

coded_enum! {
    /// Where a subscription stands; orthogonal to money.
    SubscriptionStatus {
        /// Ordered, not yet provided by Microsoft.
        Pending = "pending",
        /// Running: in use and paid.
        Active = "active",
        /// Service off, billing on.
        Suspended = "suspended",
        /// In the extended service term.
        Extended = "extended",
        /// Term over, not renewed; still usable (K-19).
        Expired = "expired",
        /// Not usable, data kept (K-20).
        Disabled = "disabled",
        /// Ended for good.
        Canceled = "canceled",
    }
}

impl SubscriptionStatus {
    /// Whether the service is on.
    pub const fn serves(self) -> bool {
        match self {
            Self::Active | Self::Extended | Self::Expired => true,
            Self::Pending | Self::Suspended | Self::Disabled | Self::Canceled => false,
        }
    }

    /// Whether the customer owns its licences: counts for add-ons, limits and what is shown as owned.
    pub const fn owned(self) -> bool {
        match self {
            Self::Pending | Self::Active | Self::Suspended | Self::Extended => true,
            Self::Expired | Self::Disabled | Self::Canceled => false,
        }
    }
}

coded_enum! {
    /// What follows the running term, unless a scheduled change says otherwise (G-72).
    AtTermEnd {
        /// Another term of the same length, unless the policy names another.
        Renew = "renew",
        /// Nothing: it ends with its last day.
        End = "end",
        /// The extended service term, month by month.
        Extend = "extend",
    }
}

impl AtTermEnd {
    /// What follows a term unless somebody says otherwise.
    pub const fn unless_said(rules: &Rules) -> Self {
        if rules.auto_renews() { Self::Renew } else { Self::End }
    }
}

/// Licences that came together: with the order, a renewal or an increase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantityLot {
    /// How many are left of them.
    pub quantity: u32,
    /// The instant they were bought at; their window counts from it.
    #[serde(with = "time::serde::rfc3339")]
    pub added_at: OffsetDateTime,
    /// Until when they can be given back, that instant included; none where there is no window.
    #[serde(with = "time::serde::rfc3339::option")]
    pub reducible_until: Option<OffsetDateTime>,
    /// The first day that was charged for them, where that is not the day they came on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_from: Option<Day>,
}

/// A change that waits for its instant; there is one place for it (C-51, X-15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledChange {
    /// The change that was asked for, as it is listed.
    pub change_id: ChangeId,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When it takes effect.
    #[serde(with = "time::serde::rfc3339")]
    pub effective_at: OffsetDateTime,
    /// What it does then.
    pub effect: Effect,
}

impl ScheduledChange {
    /// The offer that holds then, where it is a change of that.
    pub const fn offer(&self) -> Option<OfferId> {
        match self.effect {
            Effect::Offer(offer) => Some(offer),
            Effect::Quantity(_) | Effect::TermEnd(_) | Effect::End => None,
        }
    }

    /// How many licences there are then, where it is a change of that.
    pub const fn quantity(&self) -> Option<u32> {
        match self.effect {
            Effect::Quantity(quantity) => Some(quantity),
            Effect::Offer(_) | Effect::TermEnd(_) | Effect::End => None,
        }
    }
}

/// What a scheduled change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Another quantity: the new total.
    Quantity(u32),
    /// Another offer: SKU, term or billing cycle.
    Offer(OfferId),
    /// The next term ends on this day (G-116).
    TermEnd(Day),
    /// The subscription ends.
    End,
}

/// How a subscription came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When somebody asked for it; none where it was just not renewed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub requested_at: Option<OffsetDateTime>,
    /// From when on nothing is paid for.
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: OffsetDateTime,
    /// From when on the service is off.
    #[serde(with = "time::serde::rfc3339")]
    pub access_ends_at: OffsetDateTime,
    /// From when on the data are gone.
    #[serde(with = "time::serde::rfc3339")]
    pub data_deleted_at: OffsetDateTime,
}

/// Days in which an administrator can save data after a cancellation (G-120).
pub const DAYS_TO_SAVE_DATA: i64 = 7;

/// A subscription as it stands. It can be written as a document: what to go back to should Microsoft refuse a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Ours; Microsoft's is `external_id`.
    pub id: SubscriptionId,
    /// The marketplace that it was bought in.
    pub marketplace_id: MarketplaceId,
    /// Who uses it.
    pub customer_id: CustomerId,
    /// Through which reseller it was bought.
    pub reseller_id: Option<ResellerId>,
    /// Who pays its price: decides who may know of it, and by which prices it goes on (U-42).
    #[serde(default = "Payer::customer")]
    pub payer: Payer,
    /// The subscription that it is an add-on of, and ends with.
    pub base_id: Option<SubscriptionId>,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// The product whose SKUs it can change to.
    pub product_id: ProductId,
    /// The edition that runs.
    pub sku_id: SkuId,
    /// The offer that runs; what follows may be another.
    pub offer_id: OfferId,
    /// What the offer is.
    pub kind: OfferKind,
    /// The offer's term.
    pub term: Term,
    /// The offer's billing cycle.
    pub billing_cycle: BillingCycle,
    /// Licences that run: the sum of the lots.
    pub quantity: u32,
    /// The same by when they came, oldest first.
    pub lots: Vec<QuantityLot>,
    /// The most licences of the running cycle.
    pub peak_quantity: u32,
    /// The price that holds, per licence and billing cycle (C-47).
    pub unit_price: UnitPrice,
    /// The running term; none for a perpetual licence.
    pub term_span: Option<DaySpan>,
    /// The day of the month on which the first term began.
    pub anchor_day: u8,
    /// The day of the next charge within the term, where one follows.
    pub next_charge_on: Option<Day>,
    /// What follows the term.
    pub at_term_end: AtTermEnd,
    /// What was to follow it before it was suspended with its base: what comes back with the base's renewal.
    #[serde(default)]
    pub at_term_end_before: Option<AtTermEnd>,
    /// What follows a trial, as its order says; none for anything else.
    #[serde(default)]
    pub trial_then: Option<TrialThen>,
    /// Licences of the next term that product keys have paid (K-17).
    #[serde(default)]
    pub prepaid: u32,
    /// The change that waits.
    pub pending: Option<ScheduledChange>,
    /// The change that Microsoft is being asked for; no other is taken meanwhile.
    pub applying: Option<ChangeId>,
    /// Until when it may be cancelled for its policy's window, that instant included.
    #[serde(with = "time::serde::rfc3339::option")]
    pub cancel_until: Option<OffsetDateTime>,
    /// Its end, where that is settled.
    pub ending: Option<Ending>,
    /// The day of the next reminder of the term's end.
    pub next_reminder_on: Option<Day>,
    /// How many changes were made to it.
    pub changes: u32,
    /// The policy as it was at the start of the term.
    pub policy: Policy,
    /// Printed in the text of its positions on invoices (C-33).
    #[serde(default)]
    pub reference: Option<String>,
    /// Where it is billed to, which decides its tax (C-40). Changed with that address, or by a change that names
    /// another branch.
    #[serde(default)]
    pub billed: Billed,
    /// The order and line it came from.
    pub order_id: OrderId,
    /// The line of that order.
    pub order_line_id: LineId,
    /// Who is responsible for it (C-43).
    pub responsible_user: Option<UserId>,
    /// The number of the partner that the customer names for it (K-15); none where the customer's own holds.
    #[serde(default)]
    pub partner_of_record: Option<String>,
    /// Microsoft's id of it, once known.
    pub external_id: Option<String>,
    /// When it was ordered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was changed last; the store says so, and no document does.
    #[serde(skip, default = "never_changed")]
    pub updated_at: OffsetDateTime,
    /// When it began to run.
    #[serde(with = "time::serde::rfc3339::option")]
    pub activated_at: Option<OffsetDateTime>,
    /// Counts each change of the row; the ETag.
    pub version: i64,
}

const fn never_changed() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH
}

impl Subscription {
    /// The tax of what its customer pays for it to a seller in a country: of where it is billed to (C-40).
    pub fn tax_rule(&self, seller: Country, customer: &Customer) -> TaxRule {
        let unconfirmed = self.policy.rules.unconfirmed_vat_id;
        let vat_id = standing::counted(customer.vat_id.as_deref(), customer.vat.standing, unconfirmed);
        tax::rule(seller, &self.billed.place, vat_id)
    }

    /// By whose prices it goes on.
    pub fn buyer(&self) -> Buyer {
        Buyer::of(self.payer, self.customer_id, self.reseller_id)
    }

    /// Whether it is a trial whose order lets it end.
    pub fn trial_ends(&self) -> bool {
        self.kind == OfferKind::Trial && self.trial_then == Some(TrialThen::End)
    }

    /// Whether another term follows, as far as is settled.
    pub fn auto_renew(&self) -> bool {
        self.at_term_end == AtTermEnd::Renew
    }

    /// The rules in force: in the extended service term everything is possible on any day (G-69).
    pub fn rules(&self) -> Rules {
        let rules = self.policy.rules.clone();
        if self.status != SubscriptionStatus::Extended {
            return rules;
        }
        Rules {
            cancel: Cancel::AnyTime,
            decrease: Decrease::AnyTime,
            price_lock: PriceLock::Period,
            window_hours: None,
            refund: Vec::new(),
            ..rules
        }
    }

    /// The day of an instant, by the zone of its policy.
    pub fn day(&self, at: OffsetDateTime) -> Day {
        self.policy.zone.day(at)
    }

    /// The first instant of a day, by the zone of its policy.
    pub fn start(&self, day: Day) -> OffsetDateTime {
        self.policy.zone.start(day)
    }

    /// The first instant after a day.
    pub fn end(&self, day: Day) -> OffsetDateTime {
        self.start(day.plus_days(1))
    }

    /// The instant after the term: when it renews or ends.
    pub fn term_ends_at(&self) -> Option<OffsetDateTime> {
        self.term_span.map(|span| self.end(span.last))
    }

    /// The last instant in which the renewal can be stopped (G-11); none where the policy asks for no notice.
    pub fn notice_until(&self) -> Option<OffsetDateTime> {
        let days = self.policy.rules.notice_days?;
        let last = self.term_span?.last.plus_days(-i64::from(days));
        Some(self.end(last) - Duration::MICROSECOND)
    }

    /// From where its months are counted; none for a perpetual licence.
    pub fn calendar(&self) -> Option<Calendar> {
        let span = self.term_span?;
        Some(Calendar::new(&self.policy.rules, self.term, span.first, self.anchor_day))
    }

    /// The whole billing cycle that a day of the term is in.
    pub fn cycle_at(&self, day: Day) -> Option<DaySpan> {
        self.calendar()?.cycle_at(self.billing_cycle, day)
    }

    /// What is charged of the cycle that the running term ends in; none where it ends with the cycle, or has nothing of
    /// the cycle's first days.
    pub fn earlier_part(&self) -> Option<Earlier> {
        let term = self.term_span?;
        let cycle = self.cycle_at(term.last).filter(|cycle| term.first <= cycle.first && term.last < cycle.last)?;
        let rules = &self.policy.rules;
        Some(Earlier {
            service: DaySpan::new(cycle.first, term.last),
            cycle,
            quantity: self.quantity,
            unit_price: self.unit_price,
            basis: rules.proration_basis,
            rounding: rules.rounding,
        })
    }

    /// What runs, as it is charged, with another quantity.
    pub fn plan<'a>(&self, rules: &'a Rules, quantity: u32) -> Plan<'a> {
        Plan { rules, term: self.term, cycle: self.billing_cycle, unit_price: self.unit_price, quantity }
    }

    /// Licences that can be given back at an instant, by their windows.
    pub fn reducible(&self, now: OffsetDateTime) -> u32 {
        self.lots.iter().filter(|lot| lot.is_open(now)).map(|lot| lot.quantity).sum()
    }

    /// Puts the licences of a new term in one lot with the window that its start opens.
    fn open_window(&mut self, anchor: WindowAnchor, at: OffsetDateTime) {
        let until = self.policy.rules.window_end(anchor, at);
        self.lots =
            vec![QuantityLot { quantity: self.quantity, added_at: at, reducible_until: until, paid_from: None }];
        self.cancel_until = until;
    }

    /// The lots of a subscription that begins.
    pub fn first_lots(rules: &Rules, quantity: u32, at: OffsetDateTime) -> Vec<QuantityLot> {
        let reducible_until = rules.window_end(WindowAnchor::TermStart, at);
        vec![QuantityLot { quantity, added_at: at, reducible_until, paid_from: None }]
    }

    /// The lots of a term whose start opens no window.
    fn lots_without_window(quantity: u32, at: OffsetDateTime) -> Vec<QuantityLot> {
        vec![QuantityLot { quantity, added_at: at, reducible_until: None, paid_from: None }]
    }

    /// The end that somebody asked for: of a renewal that was stopped as of one that did not come about, else as of a
    /// cancellation.
    fn ending_by(&self, pending: &ScheduledChange) -> Ending {
        let (requested_at, at) = (Some(pending.requested_at), pending.effective_at);
        if self.expires_at(at) {
            Ending { requested_at, ..Ending::not_renewed(&self.policy, at) }
        } else {
            Ending::canceled(&self.policy, requested_at, at)
        }
    }

    /// Whether an end at an instant is that of a term which nothing is to follow, after which the policy leaves days
    /// of use or of keeping.
    fn expires_at(&self, at: OffsetDateTime) -> bool {
        let Rules { grace_days, disabled_days, .. } = self.policy.rules;
        self.ends_with_term(at) && (grace_days, disabled_days) != (0, 0)
    }

    fn ends_with_term(&self, at: OffsetDateTime) -> bool {
        self.at_term_end == AtTermEnd::End && self.term_ends_at() == Some(at)
    }

    /// Whether a change that waits has turned its renewal off.
    pub fn is_stopped_by(&self, pending: &ScheduledChange) -> bool {
        let runs = matches!(self.status, SubscriptionStatus::Active | SubscriptionStatus::Extended);
        runs && pending.effect == Effect::End && self.ends_with_term(pending.effective_at)
    }

    /// The last day that is paid for, where its end is settled as far as is known.
    pub fn last_day(&self) -> Option<Day> {
        self.expected_ending().map(|ending| self.day(ending.ends_at).plus_days(-1))
    }

    /// How it would end if nothing else were said: at the settled instant, at a scheduled end, or with the term.
    pub fn expected_ending(&self) -> Option<Ending> {
        if self.ending.is_some() {
            return self.ending;
        }
        if let Some(pending) = self.pending.as_ref().filter(|pending| pending.effect == Effect::End) {
            return Some(self.ending_by(pending));
        }
        match (self.status, self.at_term_end) {
            (SubscriptionStatus::Active | SubscriptionStatus::Extended, AtTermEnd::End) => {
                Some(Ending::not_renewed(&self.policy, self.term_ends_at()?))
            }
            (SubscriptionStatus::Suspended, _) => Some(Ending::while_suspended(&self.policy, self.term_ends_at()?)),
            _ => None,
        }
    }
}

impl QuantityLot {
    /// Whether its licences can be given back at an instant; exactly at the end they still can.
    pub fn is_open(&self, now: OffsetDateTime) -> bool {
        self.reducible_until.is_some_and(|until| now <= until)
    }
}

impl Ending {
    /// By a cancellation: the service is off, the data can be saved for a week.
    pub fn canceled(policy: &Policy, requested_at: Option<OffsetDateTime>, at: OffsetDateTime) -> Self {
        let data_deleted_at = policy.zone.plus_days(at, DAYS_TO_SAVE_DATA);
        Self { requested_at, ends_at: at, access_ends_at: at, data_deleted_at }
    }

    /// By a term that was not renewed: days of use, then days in which the data are kept (X-11, K-19, K-20).
    pub fn not_renewed(policy: &Policy, at: OffsetDateTime) -> Self {
        let access_ends_at = policy.zone.plus_days(at, policy.rules.grace_days.into());
        let data_deleted_at = policy.zone.plus_days(access_ends_at, policy.rules.disabled_days.into());
        Self { requested_at: None, ends_at: at, access_ends_at, data_deleted_at }
    }

    /// By a term that ended while it was suspended: nobody uses it any more (G-119).
    pub fn while_suspended(policy: &Policy, at: OffsetDateTime) -> Self {
        let as_unrenewed = Self::not_renewed(policy, at).data_deleted_at;
        let kept = policy.rules.suspended_kept_days.map(|days| policy.zone.plus_days(at, days.into()));
        let data_deleted_at = kept.unwrap_or(as_unrenewed);
        Self { requested_at: None, ends_at: at, access_ends_at: at, data_deleted_at }
    }
}
