//! The decision: what a change asked for does, and when. The table `gate` says which change a subscription takes
//! where it stands; each change has its own module; `settle` keeps the one place for what waits.

use super::change::{AlignTo, Change, ChangeRequest, Decision, Facts, Outcome, Starts, Timing};
use super::{AtTermEnd, Effect, Subscription, SubscriptionStatus, alignment, ending, offers, quantity, schedule};
use crate::id::{ChangeId, UserId};
use crate::policy::{PendingAfterChange, PendingSlot, RuleKey};
use crate::pricing::Payer;
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// Decides a change. Preview, commit, and the list of allowed actions all ask here.
pub fn decide(facts: &Facts, request: &ChangeRequest, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    gate(subscription, &request.change)?;
    if subscription.policy.rules.pending_slot == PendingSlot::RejectIfPending
        && subscription.pending.is_some()
        && !matches!(request.change, Change::TakeOver(_))
    {
        return Err(Refusal::ChangePending);
    }
    let decision = match request.change {
        Change::SetQuantity(quantity) => quantity::set(facts, request, quantity, now),
        Change::Cancel => ending::cancel(facts, request, now),
        Change::SetAutoRenew(renew) => ending::set_auto_renew(facts, request, renew, now),
        Change::SetAtTermEnd(then) => ending::set_at_term_end(facts, request, then, now),
        Change::Transition { offer, quantity } => offers::transition(facts, request, offer, quantity, now),
        Change::ChangeOffer(offer) => offers::change_offer(facts, request, offer, now),
        Change::AlignTermEnd(AlignTo::Date(day)) => alignment::to_date(facts, request, day, now),
        Change::AlignTermEnd(AlignTo::Subscription(id)) => alignment::to_subscription(facts, request, id, now),
        Change::Suspend => ending::suspend(facts),
        Change::Resume => ending::resume(facts),
        Change::Reactivate => ending::reactivate(facts, now),
        Change::Renew(starts) => ending::renew(facts, starts, now),
        Change::TakeOver(user) => take_over(facts, user),
    }?;
    let decision = settle(facts, request, decision)?;
    if facts.by_customer && subscription.payer == Payer::Reseller && costs(subscription, &request.change, &decision) {
        return Err(Refusal::NoPrice);
    }
    Ok(decision)
}

/// Whether a change makes somebody pay, now or later: what a customer does not ask for at a price that it does not know
/// (U-42).
fn costs(before: &Subscription, change: &Change, decision: &Decision) -> bool {
    let later = match change {
        Change::SetQuantity(quantity) => *quantity > before.quantity,
        Change::Transition { .. }
        | Change::ChangeOffer(_)
        | Change::AlignTermEnd(_)
        | Change::Reactivate
        | Change::Renew(_)
        | Change::SetAutoRenew(true)
        | Change::SetAtTermEnd(AtTermEnd::Renew | AtTermEnd::Extend) => true,
        Change::Cancel
        | Change::SetAutoRenew(false)
        | Change::SetAtTermEnd(AtTermEnd::End)
        | Change::Suspend
        | Change::Resume
        | Change::TakeOver(_) => false,
    };
    later || decision.all_charges().any(|charge| charge.net.minor > 0)
}

/// Which changes a subscription takes where it stands; the first row that fits decides.
fn gate(subscription: &Subscription, change: &Change) -> Result<(), Refusal> {
    use SubscriptionStatus as Status;
    let as_often_as_allowed = subscription.policy.rules.max_changes.is_some_and(|most| subscription.changes >= most);
    match (subscription.status, change) {
        _ if subscription.applying.is_some() => Err(Refusal::ChangeInProgress),
        // Nothing but the person changes (C-59): possible until the end, and counted as no change.
        (
            Status::Pending
            | Status::Active
            | Status::Suspended
            | Status::Extended
            | Status::Expired
            | Status::Disabled,
            Change::TakeOver(_),
        ) => Ok(()),
        _ if as_often_as_allowed => Err(Refusal::TooManyChanges),
        // What product keys have paid is a term of this offer.
        (_, Change::Transition { .. } | Change::ChangeOffer(_)) if subscription.prepaid > 0 => {
            Err(Refusal::NextTermPrepaid)
        }
        (Status::Pending, _) => Err(Refusal::SubscriptionNotReady),
        // A settled end is not taken back (C-29).
        (Status::Active | Status::Suspended | Status::Extended, _) if subscription.ending.is_some() => {
            Err(Refusal::SubscriptionEnded)
        }
        (Status::Active | Status::Extended, Change::Resume | Change::Reactivate) => Err(Refusal::NothingChanges),
        (Status::Active, _) => Ok(()),
        (Status::Extended, Change::AlignTermEnd(_) | Change::Transition { .. } | Change::Suspend) => {
            Err(Refusal::NotOffered(Some(RuleKey::EndOfTerm), Bounds::default()))
        }
        (Status::Extended, _) => Ok(()),
        (Status::Suspended, Change::Resume | Change::Cancel) => Ok(()),
        (Status::Suspended, Change::Suspend) => Err(Refusal::NothingChanges),
        (Status::Suspended, _) => Err(Refusal::SubscriptionSuspended),
        (Status::Expired | Status::Disabled, Change::Reactivate | Change::Renew(_)) => Ok(()),
        (Status::Expired | Status::Disabled | Status::Canceled, _) => Err(Refusal::SubscriptionEnded),
    }
}

/// C-59: nothing but the person changes, and it costs nothing. Done by who is to be responsible.
fn take_over(facts: &Facts, user: UserId) -> Result<Decision, Refusal> {
    if facts.subscription.responsible_user == Some(user) {
        return Err(Refusal::NothingChanges);
    }
    Ok(Decision::now(Subscription { responsible_user: Some(user), ..facts.subscription.clone() }, Vec::new()))
}

/// The last change wins the one place for what waits (C-51); a change at once deletes what waits or leaves it
/// (G-104, G-122).
fn settle(facts: &Facts, request: &ChangeRequest, mut decision: Decision) -> Result<Decision, Refusal> {
    let before = facts.subscription.pending.clone();
    let leaves = match request.change {
        Change::TakeOver(_)
        | Change::Resume
        | Change::SetAutoRenew(true)
        | Change::SetAtTermEnd(AtTermEnd::Renew)
        | Change::Renew(Starts::AtTermEnd) => true,
        _ => facts.subscription.policy.rules.pending_after_change == PendingAfterChange::Keep,
    };
    match decision.timing {
        // A decision that asked for nothing but the end of what waits has cleared it already.
        Timing::Now if decision.after.pending != before => decision.replaced = before,
        Timing::Now if leaves => {}
        Timing::Now => {
            decision.replaced = decision.after.pending.take();
            schedule::wish_is_replaced(&facts.subscription, &mut decision.after);
            if let Some(split) = &mut decision.split {
                schedule::wish_is_replaced(&facts.subscription, &mut split.subscription);
            }
        }
        Timing::At(_) => decision.replaced = before,
    }
    let was = facts.subscription.at_term_end;
    decision.replaced_at_term_end = (decision.after.at_term_end != was).then_some(was);
    let freed = decision.replaced.as_ref().filter(|replaced| replaced.effect == Effect::End);
    if let Some(freed) = freed {
        keep_add_ons(facts, freed.change_id, &mut decision.add_ons);
    }
    if !matches!(request.change, Change::TakeOver(_)) {
        decision.after.changes += 1;
    }
    Ok(decision)
}

/// Takes an end back from the add-ons that were to end with a cancellation which no longer holds.
fn keep_add_ons(facts: &Facts, freed: ChangeId, outcomes: &mut Vec<Outcome>) {
    let waits = |add_on: &Subscription| add_on.pending.as_ref().is_some_and(|own| own.change_id == freed);
    for add_on in facts.add_ons.iter().map(|add_on| &add_on.subscription).filter(|add_on| waits(add_on)) {
        match outcomes.iter_mut().find(|outcome| outcome.after.id == add_on.id) {
            Some(outcome) if waits(&outcome.after) => outcome.after = outcome.after.freed(),
            Some(_) => {}
            None => outcomes.push(Outcome { after: add_on.freed(), charges: Vec::new() }),
        }
    }
}
