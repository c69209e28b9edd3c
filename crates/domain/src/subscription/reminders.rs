//! Reminders of a term's end (K-16, R-03): on which days, of which terms, and until when what can be done about them.

use super::add_ons::Outlook;
use super::due::Due;
use super::follows;
use super::{AtTermEnd, ScheduledChange, Subscription, SubscriptionStatus};
use crate::calendar::{BillingCycle, Day};
use crate::catalog::OfferKind;
use crate::coded::coded_enum;
use crate::policy::{Decrease, ReactivateUntil, ReminderAudience};
use crate::pricing::Payer;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// A term of so many months is a long one.
const LONG: i32 = 3;

coded_enum! {
    /// What can be decided about the end of a term.
    Choice {
        /// That no term follows.
        StopRenewal = "stop_renewal",
        /// That the next term has another number of licences.
        NextQuantity = "next_quantity",
        /// That another term follows.
        Renew = "renew",
        /// That it goes on after its end, for a new term.
        BringBack = "bring_back",
    }
}

impl Choice {
    /// Whether somebody pays for it.
    const fn costs(self) -> bool {
        match self {
            Self::Renew | Self::BringBack => true,
            Self::StopRenewal | Self::NextQuantity => false,
        }
    }
}

/// Whether a subscription's people are reminded of its term's end. The offers are with the prices that are known.
pub fn is_told(due: &Due<'_>) -> bool {
    let long = due.subscription.term.months().is_some_and(|months| months >= LONG);
    match due.subscription.policy.rules.reminder_audience {
        ReminderAudience::LongTerms if long => true,
        ReminderAudience::LongTerms | ReminderAudience::NotRenewing => !renews_as_it_is(due),
    }
}

/// Whether the term is followed by one more of the same with nobody doing anything. A trial that becomes paid is not
/// the same; nor is the first month of the extended service term, which costs more. An add-on is renewed until its base
/// ends.
fn renews_as_it_is(due: &Due<'_>) -> bool {
    let Due { subscription, offers, assigned, base } = *due;
    let outlook = Outlook::of(subscription, base);
    if subscription.ending.is_some() || outlook.ends_in_term(subscription) {
        return false;
    }
    let wanted = subscription.pending.as_ref().and_then(ScheduledChange::quantity);
    let must_give_up = wanted.is_some_and(|quantity| assigned > quantity);
    let extended = subscription.status == SubscriptionStatus::Extended;
    let follows = match outlook.at_term_end {
        AtTermEnd::Renew => subscription.kind != OfferKind::Trial && follows::next_term(subscription, offers).is_some(),
        AtTermEnd::Extend => extended,
        AtTermEnd::End => false,
    };
    follows && !must_give_up && (extended || subscription.status == SubscriptionStatus::Active)
}

impl Subscription {
    /// The first reminder of the term's end after a day (K-16).
    pub fn reminder_after(&self, day: Day) -> Option<Day> {
        let last = self.term_span?.last;
        let days = self.policy.rules.reminders.iter().map(|days| last.plus_days(-i64::from(*days)));
        days.filter(|reminder| *reminder > day).min()
    }

    /// How many days before the term's end the reminder is for that holds at an instant: the latest that is due. None
    /// before the first, and once the term is over.
    pub fn reminder_stage(&self, now: OffsetDateTime) -> Option<i64> {
        let left = (self.term_span?.last.date() - self.day(now).date()).whole_days();
        let due = self.policy.rules.reminders.iter().map(|days| i64::from(*days)).filter(|days| *days >= left);
        due.min().filter(|_| left >= 0)
    }

    /// What can be decided about the term's end, with the last instant of each. What must first be resumed is left out,
    /// and so is what its base decides, and of what a customer is told that which its reseller would pay (U-42).
    pub fn choices(&self, outlook: &Outlook, by_customer: bool) -> Vec<(Choice, OffsetDateTime)> {
        let runs = matches!(self.status, SubscriptionStatus::Active | SubscriptionStatus::Extended);
        let open = runs && self.ending.is_none() && !outlook.with_base;
        let Some(end) = self.term_ends_at().filter(|_| open) else { return Vec::new() };
        let last = end - Duration::MICROSECOND;
        let mut choices = Vec::new();
        if self.at_term_end != AtTermEnd::End {
            choices.push((Choice::StopRenewal, self.notice_until().filter(|_| self.auto_renew()).unwrap_or(last)));
        }
        if self.auto_renew() && self.has_next_quantity() {
            choices.push((Choice::NextQuantity, last));
        }
        if !self.auto_renew() && !self.trial_ends() {
            choices.push((Choice::Renew, last));
        }
        choices.extend(self.brought_back_until().map(|until| (Choice::BringBack, until)));
        let pays = !by_customer || self.payer == Payer::Customer;
        choices.retain(|(choice, _)| pays || !choice.costs());
        choices
    }

    /// Whether fewer licences can be asked for so that they hold from the next term on.
    fn has_next_quantity(&self) -> bool {
        let decrease = self.rules().decrease;
        let kept = matches!(decrease, Decrease::Never | Decrease::WindowElseReject);
        !kept && self.kind != OfferKind::Trial && self.billing_cycle != BillingCycle::OneTime
    }

    /// K-20, X-33: the last instant in which it can be brought back once it has ended as it is to.
    fn brought_back_until(&self) -> Option<OffsetDateTime> {
        let ReactivateUntil::Days(days) = self.policy.rules.reactivate_until else { return None };
        let ending = self.expected_ending()?;
        let until = self.policy.zone.plus_days(ending.ends_at, days.into()).min(ending.data_deleted_at);
        (until > ending.ends_at).then(|| until - Duration::MICROSECOND)
    }
}
