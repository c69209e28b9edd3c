//! What could be asked for now (R-02, N-03): every action whether, until when, else from when, for which money, or why
//! not. Sound and complete because it asks [`rules::decide`] itself.

use super::change::{AlignTo, Change, ChangeRequest, Decision, Facts, Starts, Timing, When};
use super::{AtTermEnd, Subscription, SubscriptionStatus, alignment, ending, rules};
use crate::id::ChangeId;
use crate::money::Money;
use crate::policy::{Cancel, Decrease};
use crate::refusal::Refusal;
use time::OffsetDateTime;

/// An action with what would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The change to ask for.
    pub change: Change,
    /// Whether it takes effect when asked for now.
    pub allowed: bool,
    /// Until when, where that ends by itself.
    pub until: Option<OffsetDateTime>,
    /// When it takes effect instead, where it can be asked for now all the same.
    pub else_effective_at: Option<OffsetDateTime>,
    /// What is due with it, net; below zero what is given back.
    pub net: Option<Money>,
    /// Why it does not take effect now.
    pub reason: Option<Refusal>,
}

/// Every action that the subscription's people could think of.
pub fn allowed(facts: &Facts, now: OffsetDateTime) -> Vec<Action> {
    candidates(facts).into_iter().map(|change| action(facts, change, now)).collect()
}

fn action(facts: &Facts, change: Change, now: OffsetDateTime) -> Action {
    let ask = |when| rules::decide(facts, &ChangeRequest { id: ChangeId::from_u128(0), change, when }, now);
    let money = |decision: &Decision| decision.net().ok();
    match ask(When::Now) {
        Ok(decision) => Action {
            change,
            allowed: true,
            until: until(&facts.subscription, &change, now),
            else_effective_at: None,
            net: money(&decision),
            reason: None,
        },
        Err(reason) => {
            let later = ask(When::Earliest).or_else(|_| ask(When::AtRenewal)).ok();
            let at = later.as_ref().and_then(|decision| match decision.timing {
                Timing::At(at) => Some(at),
                Timing::Now => None,
            });
            let net = later.as_ref().and_then(money);
            Action { change, allowed: false, until: None, else_effective_at: at, net, reason: Some(reason) }
        }
    }
}

/// When an action that is possible now stops being so by itself.
fn until(subscription: &Subscription, change: &Change, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let status_ends = match subscription.status {
        SubscriptionStatus::Expired | SubscriptionStatus::Disabled => {
            subscription.ending.map(|ending| ending.data_deleted_at)
        }
        _ => subscription.term_ends_at(),
    };
    let by_rule = match change {
        Change::SetQuantity(to) => closes_at(subscription, subscription.quantity.saturating_sub(*to), now),
        Change::Cancel if subscription.rules().cancel == Cancel::AnyTime => None,
        Change::Cancel => subscription.cancel_until.filter(|until| now <= *until).or_else(|| stop_until(subscription)),
        Change::SetAutoRenew(false) | Change::SetAtTermEnd(AtTermEnd::End | AtTermEnd::Extend) => {
            stop_until(subscription)
        }
        Change::Reactivate | Change::Renew(Starts::Immediately) => ending::reactivate_until(subscription),
        _ => None,
    };
    [by_rule, status_ends].into_iter().flatten().min()
}

/// The notice, where a renewal is still to be stopped.
fn stop_until(subscription: &Subscription) -> Option<OffsetDateTime> {
    subscription.notice_until().filter(|_| subscription.auto_renew())
}

/// When too few windows are open to give back so many licences; none where that is possible on any day.
fn closes_at(subscription: &Subscription, fewer: u32, now: OffsetDateTime) -> Option<OffsetDateTime> {
    if subscription.rules().decrease == Decrease::AnyTime {
        return None;
    }
    let mut open: Vec<_> = subscription.lots.iter().filter(|lot| lot.is_open(now)).collect();
    open.sort_by_key(|lot| std::cmp::Reverse(lot.reducible_until));
    let mut left = fewer;
    open.into_iter().find_map(|lot| {
        left = left.saturating_sub(lot.quantity);
        lot.reducible_until.filter(|_| fewer > 0 && left == 0)
    })
}

fn candidates(facts: &Facts) -> Vec<Change> {
    let subscription = &facts.subscription;
    let step = facts.own().map_or(1, |own| own.offer.limits.step.max(1));
    let mut changes = vec![Change::SetQuantity(subscription.quantity.saturating_add(step))];
    changes.extend(subscription.quantity.checked_sub(step).filter(|to| *to > 0).map(Change::SetQuantity));
    changes.extend([Change::Cancel, Change::SetAutoRenew(true), Change::SetAutoRenew(false)]);
    changes.extend(AtTermEnd::ALL.iter().map(|then| Change::SetAtTermEnd(*then)));
    changes.extend(offers(facts));
    let dates = alignment::options(facts).unwrap_or_default();
    changes.extend(dates.iter().map(|quoted| Change::AlignTermEnd(AlignTo::Date(quoted.date.day))));
    changes.extend([Change::Suspend, Change::Resume, Change::Reactivate]);
    changes.extend(Starts::ALL.iter().map(|starts| Change::Renew(*starts)));
    changes.extend(facts.by.map(Change::TakeOver));
    changes
}

/// The SKU's other offers, and those of each other SKU that it can become (C-53).
fn offers(facts: &Facts) -> impl Iterator<Item = Change> {
    let subscription = &facts.subscription;
    let segment = facts.own().map(|own| (own.offer.segment, own.offer.market));
    let extended = subscription.status == SubscriptionStatus::Extended;
    facts.offers.iter().filter_map(move |offered| {
        let offer = &offered.offer;
        let comparable = segment.is_none_or(|own| own == (offer.segment, offer.market));
        // Out of the extended service term it may go back to the offer it had.
        let akin = super::offers::kinship(facts, offered).is_some();
        if !comparable || !akin || (offer.id == subscription.offer_id && !extended) {
            None
        } else if offer.sku_id == subscription.sku_id {
            Some(Change::ChangeOffer(offer.id))
        } else {
            Some(Change::Transition { offer: offer.id, quantity: None })
        }
    })
}
