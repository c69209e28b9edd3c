//! What Microsoft is asked for: the one place that says so, for a change that somebody asks for and for one that waited
//! and now takes effect.

use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use domain::calendar::DaySpan;
use domain::id::OfferId;
use domain::subscription::change::{Change, Starts};
use domain::subscription::{Effect, Subscription, SubscriptionStatus};
use provisioning::{RemoteChange, RemotePlan};

/// Why a subscription changes now.
#[derive(Debug, Clone, Copy)]
pub enum Cause<'a> {
    /// Somebody asks for it.
    Asked {
        /// What is asked for.
        change: &'a Change,
        /// The subscription that comes of it, where only some licences change their edition.
        split: Option<&'a Subscription>,
    },
    /// What waited takes effect.
    Applied(Effect),
}

/// What a change means to Microsoft; none where it is none of its business or it does not know the subscription yet.
pub fn of(
    before: &Subscription,
    after: &Subscription,
    cause: Cause<'_>,
    catalog: &Catalog,
) -> Result<Option<RemoteChange>, Problem> {
    if before.external_id.is_none() {
        return Ok(None);
    }
    let (was, is) = (Side::of(before), Side::of(after));
    let (meant, bought) = match cause {
        Cause::Asked { change, split } => (asked(was, is, change, split.is_some()), split.unwrap_or(after)),
        Cause::Applied(effect) => (applied(was, is, effect), after),
    };
    let Some(meant) = meant else { return Ok(None) };
    Ok(Some(match meant {
        Meant::Quantity => RemoteChange::Quantity(after.quantity),
        Meant::AutoRenew => RemoteChange::AutoRenew(after.auto_renew()),
        Meant::Suspend => RemoteChange::Suspend,
        Meant::Resume => RemoteChange::Resume,
        Meant::Cancel => RemoteChange::Cancel,
        Meant::Replace => RemoteChange::Replace(plan(bought, catalog)?),
        Meant::Split => RemoteChange::Split(plan(bought, catalog)?),
        Meant::Renew => RemoteChange::Renew(plan(bought, catalog)?),
        Meant::Reactivate => RemoteChange::Reactivate,
    }))
}

/// Whether it renews, where that changes with what then waits for the term's end: Microsoft renews by itself.
pub fn renewal(before: &Subscription, after: &Subscription) -> Option<RemoteChange> {
    let differs = before.auto_renew() != after.auto_renew() && before.external_id.is_some();
    differs.then(|| RemoteChange::AutoRenew(after.auto_renew()))
}

/// The same beside a change at once which does not say it.
pub fn renewal_beside(remote: &RemoteChange, before: &Subscription, after: &Subscription) -> Option<RemoteChange> {
    match remote {
        RemoteChange::Quantity(_) | RemoteChange::Replace(_) | RemoteChange::Split(_) | RemoteChange::Renew(_) => {
            renewal(before, after)
        }
        RemoteChange::AutoRenew(_)
        | RemoteChange::Suspend
        | RemoteChange::Resume
        | RemoteChange::Cancel
        | RemoteChange::Reactivate => None,
    }
}

/// What of a subscription decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Side {
    status: SubscriptionStatus,
    offer_id: OfferId,
    quantity: u32,
    auto_renew: bool,
    term_span: Option<DaySpan>,
}

impl Side {
    fn of(subscription: &Subscription) -> Self {
        Self {
            status: subscription.status,
            offer_id: subscription.offer_id,
            quantity: subscription.quantity,
            auto_renew: subscription.auto_renew(),
            term_span: subscription.term_span,
        }
    }
}

/// The kinds of [`RemoteChange`], before the catalogue is asked for Microsoft's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    Quantity,
    AutoRenew,
    Suspend,
    Resume,
    Cancel,
    Replace,
    Split,
    Renew,
    Reactivate,
}

fn asked(before: Side, after: Side, change: &Change, splits: bool) -> Option<Meant> {
    let renewal = (after.auto_renew != before.auto_renew).then_some(Meant::AutoRenew);
    match change {
        // No licences at all are a cancellation where the policy says so, and that may come later.
        Change::SetQuantity(_) | Change::Cancel if after.status == SubscriptionStatus::Canceled => Some(Meant::Cancel),
        Change::SetQuantity(_) if after.quantity != before.quantity => Some(Meant::Quantity),
        Change::SetQuantity(_) | Change::Cancel => renewal,
        Change::SetAutoRenew(_) | Change::SetAtTermEnd(_) | Change::Renew(Starts::AtTermEnd) => renewal,
        Change::Transition { .. } if splits => Some(Meant::Split),
        Change::Transition { .. } | Change::ChangeOffer(_) if after.offer_id != before.offer_id => Some(Meant::Replace),
        // The same offer again ends the extended service term: what changes is that it renews.
        Change::Transition { .. } | Change::ChangeOffer(_) => renewal,
        Change::Suspend => Some(Meant::Suspend),
        Change::Resume => Some(Meant::Resume),
        Change::Reactivate => Some(Meant::Reactivate),
        Change::Renew(Starts::Immediately) if before.status.owned() => Some(Meant::Renew),
        Change::Renew(Starts::Immediately) => Some(Meant::Reactivate),
        // The first waits for the next term, the second is ours alone.
        Change::AlignTermEnd(_) | Change::TakeOver(_) => None,
    }
}

/// Where a term starts with it, Microsoft is told of the whole term.
fn applied(before: Side, after: Side, effect: Effect) -> Option<Meant> {
    let differs = (after.quantity, after.offer_id) != (before.quantity, before.offer_id);
    let new_term = after.term_span != before.term_span;
    match effect {
        // Where the renewal was turned off Microsoft ends it by itself.
        Effect::End => before.auto_renew.then_some(Meant::Cancel),
        Effect::Quantity(_) | Effect::Offer(_) if differs && new_term => Some(Meant::Renew),
        Effect::Quantity(_) if differs => Some(Meant::Quantity),
        Effect::Quantity(_) | Effect::Offer(_) | Effect::TermEnd(_) => None,
    }
}

/// A subscription's offer in the terms of Partner Center.
fn plan(subscription: &Subscription, catalog: &Catalog) -> Result<RemotePlan, Problem> {
    let found = catalog.offer(subscription.offer_id);
    let found = found.ok_or_else(|| Problem::internal("a subscription's offer left the catalogue"))?;
    Ok(RemotePlan {
        product_external_id: found.product.external_id.clone(),
        sku_external_id: found.sku.external_id.clone(),
        term: subscription.term,
        billing_cycle: subscription.billing_cycle,
        quantity: subscription.quantity,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use SubscriptionStatus::{Active, Canceled, Disabled, Expired, Extended, Suspended};
    use domain::calendar::Day;
    use domain::id::{SubscriptionId, UserId};
    use domain::subscription::AtTermEnd;
    use domain::subscription::change::{AlignTo, ChangeKind};

    const OTHER: OfferId = OfferId::from_u128(2);

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn term(first: &str, last: &str) -> Option<DaySpan> {
        Some(DaySpan::new(day(first), day(last)))
    }

    /// Five licences that run and renew.
    fn runs() -> Side {
        let term_span = term("2026-01-01", "2026-12-31");
        Side { status: Active, offer_id: OfferId::from_u128(1), quantity: 5, auto_renew: true, term_span }
    }

    fn ended(status: SubscriptionStatus) -> Side {
        Side { status, auto_renew: false, ..runs() }
    }

    #[test]
    fn every_change_that_is_asked_for_means_one_thing_to_microsoft() {
        let (is, next) = (runs(), term("2026-06-01", "2027-05-31"));
        let transition = |quantity| Change::Transition { offer: OTHER, quantity };
        let align = Change::AlignTermEnd(AlignTo::Subscription(SubscriptionId::from_u128(1)));
        let end = Change::SetAtTermEnd(AtTermEnd::End);
        let renew = Change::SetAtTermEnd(AtTermEnd::Renew);
        let stopped = Side { auto_renew: false, ..is };
        let canceled = ended(Canceled);
        let off = Side { status: Suspended, ..stopped };
        let extended = Side { status: Extended, ..stopped };
        let (fewer, other) = (Side { quantity: 3, ..is }, Side { offer_id: OTHER, ..is });
        let again = Side { term_span: next, ..is };
        let longer = Side { offer_id: OTHER, ..again };
        let (at_once, later) = (Change::Renew(Starts::Immediately), Change::Renew(Starts::AtTermEnd));
        let table = [
            (Change::SetQuantity(7), is, Side { quantity: 7, ..is }, false, Some(Meant::Quantity)),
            (Change::SetQuantity(3), is, fewer, false, Some(Meant::Quantity)),
            // The quantity that there is takes back what waits: Microsoft was not told of that.
            (Change::SetQuantity(5), is, is, false, None),
            (Change::SetQuantity(0), is, canceled, false, Some(Meant::Cancel)),
            (Change::SetQuantity(0), is, stopped, false, Some(Meant::AutoRenew)),
            (Change::Cancel, is, canceled, false, Some(Meant::Cancel)),
            (Change::Cancel, off, canceled, false, Some(Meant::Cancel)),
            (Change::Cancel, is, stopped, false, Some(Meant::AutoRenew)),
            (Change::Cancel, stopped, stopped, false, None),
            (Change::SetAutoRenew(false), is, stopped, false, Some(Meant::AutoRenew)),
            (Change::SetAutoRenew(true), stopped, is, false, Some(Meant::AutoRenew)),
            (Change::SetAutoRenew(true), is, is, false, None),
            (end, is, stopped, false, Some(Meant::AutoRenew)),
            // From the end to the extended service term: neither renews.
            (Change::SetAtTermEnd(AtTermEnd::Extend), stopped, stopped, false, None),
            (renew, is, is, false, None),
            (transition(None), is, other, false, Some(Meant::Replace)),
            (transition(None), is, longer, false, Some(Meant::Replace)),
            (transition(Some(2)), is, fewer, true, Some(Meant::Split)),
            (Change::ChangeOffer(OTHER), is, longer, false, Some(Meant::Replace)),
            (Change::ChangeOffer(is.offer_id), extended, again, false, Some(Meant::AutoRenew)),
            (align, is, is, false, None),
            // Its renewal goes off with it: Microsoft does that by itself.
            (Change::Suspend, is, off, false, Some(Meant::Suspend)),
            (Change::Resume, off, stopped, false, Some(Meant::Resume)),
            (Change::Reactivate, ended(Expired), again, false, Some(Meant::Reactivate)),
            (Change::Reactivate, ended(Disabled), again, false, Some(Meant::Reactivate)),
            (at_once, is, again, false, Some(Meant::Renew)),
            (at_once, stopped, again, false, Some(Meant::Renew)),
            (at_once, extended, again, false, Some(Meant::Renew)),
            (at_once, ended(Expired), again, false, Some(Meant::Reactivate)),
            (later, stopped, is, false, Some(Meant::AutoRenew)),
            // Its keys pay what would have followed anyhow.
            (later, is, is, false, None),
            (Change::TakeOver(UserId::from_u128(1)), is, is, false, None),
        ];
        for (change, before, after, splits, meant) in table {
            assert_eq!(asked(before, after, &change, splits), meant, "{change:?}: {before:?} -> {after:?}");
        }
        for kind in ChangeKind::ALL {
            assert!(table.iter().any(|(change, ..)| change.kind() == *kind), "{kind:?}");
        }
    }

    #[test]
    fn every_change_that_waited_means_one_thing_to_microsoft() {
        let is = runs();
        let renewed = Side { term_span: term("2027-01-01", "2027-12-31"), ..is };
        let shorter = Side { term_span: term("2027-01-01", "2027-06-30"), ..is };
        let (fewer, other) = (Side { quantity: 3, ..renewed }, Side { offer_id: OTHER, ..renewed });
        let table = [
            (Effect::End, ended(Canceled), Some(Meant::Cancel)),
            (Effect::End, ended(Expired), Some(Meant::Cancel)),
            (Effect::Quantity(3), fewer, Some(Meant::Renew)),
            // With the cycle's end, within the term.
            (Effect::Quantity(3), Side { quantity: 3, ..is }, Some(Meant::Quantity)),
            (Effect::Quantity(5), renewed, None),
            (Effect::Offer(OTHER), other, Some(Meant::Renew)),
            // What was scheduled is not sold any more: the same again.
            (Effect::Offer(OTHER), renewed, None),
            (Effect::TermEnd(day("2027-06-30")), shorter, None),
        ];
        for (effect, after, meant) in table {
            assert_eq!(applied(is, after, effect), meant, "{effect:?}: {after:?}");
        }
        let stopped = Side { auto_renew: false, ..is };
        assert_eq!(applied(stopped, ended(Expired), Effect::End), None);
    }
}
