//! Add-ons and the end of their base, with which they end: what they were charged for later days comes back.

use super::change::{AddOn, Outcome};
use super::refund::Ledger;
use super::{AtTermEnd, Subscription};
use crate::billing::{Charge, ChargeKind, OpenCharge};
use crate::id::SubscriptionId;
use crate::money::MoneyError;
use crate::policy::AddOnRefund;
use time::OffsetDateTime;

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
