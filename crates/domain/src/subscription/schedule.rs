//! The one place for a change that waits: how one gets into it, and whether it may wait at all.

use super::change::{ChangeRequest, Decision, When};
use super::{Effect, ScheduledChange, Subscription};
use crate::policy::RuleKey;
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// Puts a change in the place for what waits. A change for the next term needs one (G-123).
pub(super) fn schedule(
    subscription: &Subscription,
    request: &ChangeRequest,
    effect: Effect,
    at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    if subscription.term_ends_at().is_none_or(|end| at >= end) && !subscription.auto_renew() {
        return Err(Refusal::NotRenewing);
    }
    let pending = ScheduledChange { change_id: request.id, requested_at: now, effective_at: at, effect };
    Ok(Decision::scheduled(Subscription { pending: Some(pending), ..subscription.clone() }, at))
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
