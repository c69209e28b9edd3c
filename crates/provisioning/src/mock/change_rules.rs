//! Which changes of a subscription Microsoft accepts. Pure; the desk acts on it.

use super::rules::{self, code, refuse};
use super::state::State;
use super::subscription::Subscription;
use crate::{ProvisioningError, RemoteChange, RemotePlan, RemoteStatus};
use domain::calendar::{BillingCycle, Term};
use time::OffsetDateTime;

type Checked = Result<(), ProvisioningError>;

/// Whether a change may be done. The windows of seven days are looked at from an instant, where one is given.
pub(super) fn check(
    state: &State,
    found: &Subscription,
    change: &RemoteChange,
    windows: Option<OffsetDateTime>,
) -> Checked {
    check_status(found, change)?;
    match change {
        RemoteChange::Quantity(quantity) => {
            check_quantity(*quantity)?;
            check_decrease(found, *quantity, windows)?;
            let more = quantity.saturating_sub(found.plan.quantity);
            check_seats(state, found, &found.plan, more)
        }
        RemoteChange::Replace(plan) => {
            check_plan(found, plan)?;
            check_decrease(found, plan.quantity, windows)?;
            let there = if is_same_item(&found.plan, plan) { found.plan.quantity } else { 0 };
            check_seats(state, found, plan, plan.quantity.saturating_sub(there))
        }
        RemoteChange::Renew(plan) => {
            check_form(found, plan)?;
            let there = if is_same_item(&found.plan, plan) { found.plan.quantity } else { 0 };
            check_seats(state, found, plan, plan.quantity.saturating_sub(there))
        }
        RemoteChange::Split(plan) => {
            check_plan(found, plan)?;
            if plan.quantity >= found.plan.quantity {
                return refuse(code::QUANTITY, "A part of the licences must stay behind.");
            }
            let more = if is_same_item(&found.plan, plan) { 0 } else { plan.quantity };
            check_seats(state, found, plan, more)
        }
        RemoteChange::Cancel if windows.is_some_and(|now| !found.is_cancellable(now)) => {
            refuse(code::CANCEL, "The cancellation window has passed.")
        }
        RemoteChange::Reactivate if found.status == RemoteStatus::Deleted => {
            check_seats(state, found, &found.plan, found.plan.quantity)
        }
        RemoteChange::AutoRenew(_)
        | RemoteChange::Suspend
        | RemoteChange::Resume
        | RemoteChange::Cancel
        | RemoteChange::Reactivate => Ok(()),
    }
}

/// What its status and kind leave open. A perpetual licence can only be given back.
fn check_status(found: &Subscription, change: &RemoteChange) -> Checked {
    use RemoteChange::{AutoRenew, Cancel, Quantity, Reactivate, Renew, Replace, Split};
    match (found.status, change) {
        (RemoteStatus::Deleted, Reactivate) => {}
        (RemoteStatus::Deleted, _) => return refuse(code::DELETED, "The subscription is deleted."),
        (RemoteStatus::Suspended, Quantity(_)) => {
            return refuse(code::SUSPENDED_QUANTITY, "The quantity of a suspended subscription cannot be changed.");
        }
        (RemoteStatus::Suspended, AutoRenew(true) | Renew(_) | Replace(_) | Split(_)) => {
            return refuse(code::SUSPENDED, "A suspended subscription cannot be updated.");
        }
        _ => {}
    }
    if found.plan.term == Term::None && *change != Cancel {
        return refuse(code::NOT_ELIGIBLE, "A perpetual licence cannot be changed.");
    }
    Ok(())
}

/// Whether a subscription may become, or give licences to, another plan: now, so never for a shorter term.
fn check_plan(found: &Subscription, plan: &RemotePlan) -> Checked {
    check_form(found, plan)?;
    if plan.term < found.plan.term {
        return refuse(code::SHORTER_TERM, "The target term is shorter than the running one.");
    }
    Ok(())
}

/// Whether there is such a plan to change to.
fn check_form(found: &Subscription, plan: &RemotePlan) -> Checked {
    let RemotePlan { product_external_id: product, sku_external_id: sku, term, billing_cycle, quantity } = plan;
    let from_trial = found.plan.billing_cycle == BillingCycle::None;
    if !rules::is_product(product) {
        refuse(code::NO_PRODUCT, format!("There is no product {product}."))
    } else if !rules::is_sku(sku) {
        refuse(code::NO_SKU, format!("There is no SKU {sku}."))
    } else if from_trial && *billing_cycle == BillingCycle::None {
        refuse(code::TRIAL_TERM, "The term of a trial cannot be changed.")
    } else if !rules::has_plan(*term, *billing_cycle) || billing_cycle.months().is_none() {
        let (term, cycle) = (term.code(), billing_cycle.code());
        refuse(code::NO_PLAN, format!("There is no plan with the term {term} and the billing cycle {cycle}."))
    } else {
        check_quantity(*quantity)
    }
}

fn check_quantity(quantity: u32) -> Checked {
    match quantity {
        0 => refuse(code::QUANTITY, "The quantity is less than the minimum of 1."),
        rules::REFUSED_QUANTITY => refuse(code::RISK, rules::RISK_WORDS),
        _ => Ok(()),
    }
}

fn check_decrease(found: &Subscription, quantity: u32, windows: Option<OffsetDateTime>) -> Checked {
    let fewer = found.plan.quantity.saturating_sub(quantity);
    match windows.map(|now| found.returnable(now)) {
        Some(returnable) if fewer > returnable => {
            refuse(code::DECREASE, format!("The quantity cannot be decreased by {fewer}, only by {returnable}."))
        }
        _ => Ok(()),
    }
}

/// Whether the tenant may have so many licences more of a plan's SKU.
fn check_seats(state: &State, found: &Subscription, plan: &RemotePlan, more: u32) -> Checked {
    let (product, sku) = (&plan.product_external_id, &plan.sku_external_id);
    let seats = state.seats(&found.entra_tenant_id, product, sku);
    rules::beyond_limit(product, sku, more, seats).map_or(Ok(()), |words| refuse(code::SEATS, words))
}

fn is_same_item(one: &RemotePlan, other: &RemotePlan) -> bool {
    one.product_external_id == other.product_external_id && one.sku_external_id == other.sku_external_id
}
