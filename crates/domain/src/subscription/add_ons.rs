//! Add-ons and the end of their base, with which they end: what is to be told of it before, and what they were
//! charged for later days, which comes back.

use super::change::{AddOn, Outcome};
use super::refund::Ledger;
use super::{AtTermEnd, Ending, Subscription};
use crate::billing::{Charge, ChargeKind, OpenCharge};
use crate::id::SubscriptionId;
use crate::money::MoneyError;
use crate::policy::AddOnRefund;
use time::OffsetDateTime;

/// What becomes of a subscription if nothing else is said: its own end, or that of its base before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// What follows the running term.
    pub at_term_end: AtTermEnd,
    /// How it ends, where that is settled as far as is known.
    pub ending: Option<Ending>,
    /// Whether it is the end of its base that ends it, in the running term or with it.
    pub with_base: bool,
}

impl Outlook {
    /// A subscription, and what it is an add-on of as that stands.
    pub fn of(subscription: &Subscription, base: Option<&Subscription>) -> Self {
        let own = subscription.expected_ending();
        let alone = Self { at_term_end: subscription.at_term_end, ending: own, with_base: false };
        let Some(base) = base else { return alone };
        let at_term_end = if is_over_with_term(subscription, base) { AtTermEnd::End } else { alone.at_term_end };
        // Of two ends at one instant the base's is told, unless the add-on has come to its own already.
        let earlier = |base: &Ending| match own {
            None => true,
            Some(own) if subscription.ending.is_some() => base.ends_at < own.ends_at,
            Some(own) => base.ends_at <= own.ends_at,
        };
        let Some(ending) = base.expected_ending().filter(|_| subscription.status.owned()).filter(earlier) else {
            return Self { at_term_end, ..alone };
        };
        let with_base = subscription.term_ends_at().is_none_or(|end| ending.ends_at <= end);
        Self { at_term_end, ending: Some(ending), with_base }
    }

    /// Whether another term follows.
    pub fn renews(&self) -> bool {
        self.at_term_end == AtTermEnd::Renew
    }

    /// Whether the subscription ends in its running term, or with it.
    pub fn ends_in_term(&self, subscription: &Subscription) -> bool {
        let in_term = |ending: &Ending| subscription.term_ends_at().is_none_or(|end| ending.ends_at <= end);
        self.ending.as_ref().is_some_and(in_term)
    }
}

/// Whether nothing follows the term of a base that is over no later than the add-on's. A list that is filtered by what
/// renews asks the same of the rows.
fn is_over_with_term(add_on: &Subscription, base: &Subscription) -> bool {
    let spans = base.term_span.zip(add_on.term_span);
    base.at_term_end == AtTermEnd::End && spans.is_some_and(|(base, own)| base.last <= own.last)
}

/// What an add-on was charged for the days from the end of its base on, where its policy gives that back.
pub(super) fn credits(
    add_on: &Subscription,
    open: &[OpenCharge],
    base_ends_at: OffsetDateTime,
) -> Result<Vec<Charge>, MoneyError> {
    let rules = &add_on.policy.rules;
    // An end that was settled before has had its money, too.
    if rules.add_on_refund == AddOnRefund::Keep || add_on.ending.is_some() {
        return Ok(Vec::new());
    }
    let mut ledger = Ledger::new(add_on, rules, open, ChargeKind::Cancel);
    ledger.from(add_on.quantity, add_on.day(base_ends_at))?;
    Ok(ledger.given())
}

/// What will be given back of each add-on when its base ends at an instant, as it was charged until now.
pub(super) fn credits_at_end(
    add_ons: &[AddOn],
    base_ends_at: OffsetDateTime,
) -> Result<Vec<(SubscriptionId, Vec<Charge>)>, MoneyError> {
    let of = |add_on: &AddOn| {
        let given = credits(&add_on.subscription, &add_on.charges, base_ends_at)?;
        Ok((add_on.subscription.id, given))
    };
    let given = add_ons.iter().map(of).collect::<Result<Vec<_>, _>>()?;
    Ok(given.into_iter().filter(|(_, charges)| !charges.is_empty()).collect())
}

/// An add-on as it ends with its base, in its base's state, with what is given back; none where it has ended
/// already.
pub fn end_with_base(
    add_on: &Subscription,
    open: &[OpenCharge],
    base: &Subscription,
) -> Result<Option<Outcome>, MoneyError> {
    if !add_on.status.owned() {
        return Ok(None);
    }
    let charges = match base.ending {
        Some(ending) => credits(add_on, open, ending.ends_at)?,
        None => Vec::new(),
    };
    let after = Subscription {
        status: base.status,
        ending: base.ending,
        at_term_end: AtTermEnd::End,
        pending: None,
        next_charge_on: None,
        next_reminder_on: None,
        ..add_on.clone()
    };
    Ok(Some(Outcome { after, charges }))
}
