//! The one place for a change that waits: how one gets into it, and whether it may wait at all.

use super::change::{ChangeRequest, Decision, When};
use super::{AtTermEnd, Effect, ScheduledChange, Subscription, SubscriptionStatus};
use crate::policy::RuleKey;
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// What was wished for the term's end and can be replaced by a later change (C-51): its end, or the extended service
/// term instead of a renewal. What a suspension or the policy left to end was nobody's wish.
fn is_wished(subscription: &Subscription) -> bool {
    let ends = subscription.pending.as_ref().is_some_and(|pending| subscription.is_stopped_by(pending));
    match subscription.at_term_end {
        AtTermEnd::Renew => false,
        AtTermEnd::End => ends,
        AtTermEnd::Extend => subscription.status == SubscriptionStatus::Active,
    }
}

/// A later change that takes the place of the wish for the term's end: it renews again, unless the change itself says
/// what follows.
pub(super) fn wish_is_replaced(before: &Subscription, after: &mut Subscription) {
    if after.trial_ends() && after.pending.is_none() {
        // What took the place of its end is gone.
        after.at_term_end = AtTermEnd::End;
        return;
    }
    let runs_on = after.status == SubscriptionStatus::Active && after.ending.is_none();
    if runs_on && after.at_term_end == before.at_term_end {
        after.at_term_end = without_wish(before);
    }
}

/// What follows the term where nothing is wished for its end any more.
pub(super) fn without_wish(subscription: &Subscription) -> AtTermEnd {
    if is_wished(subscription) { AtTermEnd::Renew } else { subscription.at_term_end }
}

impl Subscription {
    /// It with nothing that waits, and without the wish that went with it.
    #[must_use]
    pub fn freed(&self) -> Self {
        let mut after = Self { pending: None, ..self.clone() };
        wish_is_replaced(self, &mut after);
        after
    }
}

/// Puts a change in the place for what waits. A change for the next term needs one (G-123): it brings back a renewal
/// that somebody had turned off.
pub(super) fn schedule(
    subscription: &Subscription,
    request: &ChangeRequest,
    effect: Effect,
    at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let for_next_term = subscription.term_ends_at().is_none_or(|end| at >= end);
    if for_next_term && !subscription.auto_renew() && !is_wished(subscription) {
        return Err(Refusal::NotRenewing);
    }
    let pending = ScheduledChange { change_id: request.id, requested_at: now, effective_at: at, effect };
    let mut after = Subscription { pending: Some(pending), ..subscription.clone() };
    wish_is_replaced(subscription, &mut after);
    Ok(Decision::scheduled(after, at))
}

/// Puts a change where the next term starts.
pub(super) fn at_renewal(
    subscription: &Subscription,
    request: &ChangeRequest,
    effect: Effect,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let Some(end) = subscription.term_ends_at() else {
        return Err(Refusal::NotOffered(Some(RuleKey::EndOfTerm), Bounds::default()));
    };
    schedule(subscription, request, effect, end, now)
}

/// Whether the request can wait for the renewal; else it is refused with that instant.
pub(super) fn may_wait(when: When, rule: RuleKey, until: Bounds) -> Result<(), Refusal> {
    match when {
        When::Now => Err(Refusal::OnlyLater(Some(rule), until)),
        When::Earliest | When::AtRenewal => Ok(()),
    }
}
