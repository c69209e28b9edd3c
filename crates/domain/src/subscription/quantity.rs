//! More or fewer licences (C-49…C-51, A-13, T-39, X-06, R-26).

use super::change::{ChangeRequest, Decision, Facts, When};
use super::refund::{self, Ledger};
use super::schedule::{at_renewal, may_wait};
use super::{Effect, QuantityLot, Subscription, ending, schedule};
use crate::billing::{self, Charge, ChargeKind, Plan};
use crate::calendar::{BillingCycle, Day, DaySpan};
use crate::catalog::{OfferKind, QuantityLimits};
use crate::money::MoneyError;
use crate::policy::{Decrease, Increase, QuantityBasis, Repricing, RuleKey, Rules, WindowAnchor, ZeroQuantity};
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// The new total.
pub(super) fn set(facts: &Facts, request: &ChangeRequest, to: u32, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let rules = subscription.rules();
    if to == 0 {
        return match rules.zero_quantity {
            ZeroQuantity::Reject => Err(Refusal::UseCancel),
            ZeroQuantity::Cancel => ending::cancel(facts, request, now),
        };
    }
    check_limits(facts, to)?;
    if subscription.kind == OfferKind::Trial {
        return Err(Refusal::TrialFixed);
    }
    if subscription.billing_cycle == BillingCycle::OneTime && to > subscription.quantity {
        // More of what is bought once is another order.
        return Err(Refusal::NotOffered(Some(RuleKey::Increase), Bounds::default()));
    }
    match to.cmp(&subscription.quantity) {
        std::cmp::Ordering::Equal => keep(subscription),
        std::cmp::Ordering::Greater if request.when == When::AtRenewal => {
            at_renewal(subscription, request, Effect::Quantity(to), now)
        }
        std::cmp::Ordering::Greater => increase(facts, &rules, to, now),
        std::cmp::Ordering::Less => decrease(facts, request, &rules, to, now),
    }
}

/// The quantity that there is: takes back a change that waits (C-51).
fn keep(subscription: &Subscription) -> Result<Decision, Refusal> {
    if subscription.pending.is_none() {
        return Err(Refusal::NothingChanges);
    }
    let mut after = Subscription { pending: None, ..subscription.clone() };
    schedule::wish_is_replaced(subscription, &mut after);
    Ok(Decision::now(after, Vec::new()))
}

/// An offer that is no longer sold keeps no limits.
pub(super) fn check_limits(facts: &Facts, quantity: u32) -> Result<(), Refusal> {
    // Fewer than it has is never too much: a limit may have come later.
    let limits = facts.own().map_or(QuantityLimits::ANY, |offered| offered.offer.limits);
    if !limits.beside(facts.subscription.quantity).allow(quantity) {
        return Err(Refusal::QuantityOutOfRange(limits));
    }
    let more = quantity > facts.subscription.quantity;
    let ceiling = facts.own().and_then(|own| own.ceiling).filter(|_| more);
    ceiling.and_then(|of| Refusal::beyond(of, 0, quantity)).map_or(Ok(()), Err)
}

fn increase(facts: &Facts, rules: &Rules, to: u32, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let added = to - subscription.quantity;
    let charges = added_charges(facts, rules, to, subscription.day(now))?;
    let mut after = subscription.clone();
    let until = match rules.window_end(WindowAnchor::SeatBatch, now) {
        Some(until) => Some(until),
        // Without windows of their own, new licences share the term's while it is open.
        None => subscription.cancel_until.filter(|until| now <= *until),
    };
    let today = subscription.day(now);
    let paid_from = Some(rules.first_paid(today)).filter(|day| rules.increase == Increase::Prorate && *day > today);
    after.lots.push(QuantityLot { quantity: added, added_at: now, reducible_until: until, paid_from });
    after.quantity = to;
    after.peak_quantity = after.peak_quantity.max(to);
    Ok(Decision::now(after, charges))
}

/// What more licences cost from a day to the end of the running cycle.
fn added_charges(facts: &Facts, rules: &Rules, to: u32, today: Day) -> Result<Vec<Charge>, MoneyError> {
    let subscription = &facts.subscription;
    let billed = match rules.quantity_basis {
        QuantityBasis::Running => subscription.quantity,
        QuantityBasis::PeakInPeriod => subscription.peak_quantity,
    };
    let Some(more) = to.checked_sub(billed).filter(|more| *more > 0) else { return Ok(Vec::new()) };
    // What was charged for a peak is not given back, so there is nothing to charge anew.
    let again = rules.repricing == Repricing::RefundAndRebill && rules.quantity_basis == QuantityBasis::Running;
    if again {
        return rebill(facts, rules, to, today, ChargeKind::AddQuantity);
    }
    let from = match rules.increase {
        Increase::Prorate => rules.first_paid(today),
        Increase::FullCycle => {
            let first = subscription.cycle_at(today).map_or(today, |cycle| cycle.first);
            subscription.term_span.map_or(first, |term| term.first.max(first))
        }
    };
    let plan = subscription.plan(rules, more);
    Ok(rest_of_cycle(subscription, plan, today, from, ChargeKind::AddQuantity)?.into_iter().collect())
}

/// What a plan costs from a day to the end of the cycle or term that runs today.
pub(super) fn rest_of_cycle(
    subscription: &Subscription,
    plan: Plan<'_>,
    today: Day,
    from: Day,
    kind: ChargeKind,
) -> Result<Option<Charge>, MoneyError> {
    let (Some(cycle), Some(term)) = (subscription.cycle_at(today), subscription.term_span) else { return Ok(None) };
    billing::part(plan, DaySpan::new(from, cycle.last.min(term.last)), cycle, kind)
}

/// Gives back what the old quantity cost for the days that are left, and charges the new one (G-42).
fn rebill(facts: &Facts, rules: &Rules, to: u32, today: Day, kind: ChargeKind) -> Result<Vec<Charge>, MoneyError> {
    let from = rules.first_paid(today);
    let mut ledger = Ledger::new(&facts.subscription, rules, &facts.charges, kind);
    ledger.from(facts.subscription.quantity, from)?;
    let plan = facts.subscription.plan(rules, to);
    let again = rest_of_cycle(&facts.subscription, plan, today, from, kind)?;
    Ok(ledger.given().into_iter().chain(again).collect())
}

/// In the window at once where there is one; else as the policy says.
fn decrease(
    facts: &Facts,
    request: &ChangeRequest,
    rules: &Rules,
    to: u32,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let fewer = subscription.quantity - to;
    let must_give_up = facts.assigned.get(to as usize..).unwrap_or_default().to_vec();
    let now_only = |decision| {
        // Who has a licence must give it up first; until a later day there is time.
        if must_give_up.is_empty() {
            decision
        } else {
            Err(Refusal::LicensesAssigned { must_give_up: must_give_up.clone() })
        }
    };
    let later = |decision: Result<Decision, Refusal>| {
        let must_give_up = must_give_up.clone();
        decision.map(|decision| Decision { must_give_up, ..decision })
    };
    let reducible = subscription.reducible(now);
    let bounds = Bounds {
        allowed_until: subscription.lots.iter().filter_map(|lot| lot.reducible_until).max(),
        next_allowed_at: subscription.term_ends_at().filter(|_| subscription.auto_renew()),
        quantity_now: Some(reducible),
        billed_until: subscription.term_span.map(|span| span.last),
    };
    let in_window = fewer <= reducible && request.when != When::AtRenewal;
    match (rules.decrease, in_window, request.when) {
        (Decrease::Never, _, _) => Err(Refusal::NotOffered(Some(RuleKey::Decrease), Bounds::default())),
        (_, true, _) => now_only(at_once(facts, rules, to, now, |lot| lot.is_open(now))),
        (Decrease::AnyTime, false, When::Now | When::Earliest) => now_only(at_once(facts, rules, to, now, |_| true)),
        (Decrease::WindowElseReject, false, _) | (Decrease::WindowElseSchedule, false, When::Now) => {
            Err(Refusal::WindowClosed(RuleKey::Decrease, bounds))
        }
        (Decrease::ScheduleToTermEnd, false, When::Now) => Err(Refusal::OnlyLater(Some(RuleKey::Decrease), bounds)),
        (Decrease::AnyTimeMonthEnd, false, _) => later(at_cycle_end(subscription, request, to, bounds, now)),
        (
            Decrease::WindowElseSchedule | Decrease::ScheduleToTermEnd | Decrease::AnyTime,
            false,
            When::Earliest | When::AtRenewal,
        ) => later(at_renewal(subscription, request, Effect::Quantity(to), now)),
    }
}

/// With the running cycle, or with the term where that is asked for. What is used without end has no cycle whose end
/// it could wait for.
fn at_cycle_end(
    subscription: &Subscription,
    request: &ChangeRequest,
    to: u32,
    bounds: Bounds,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let end = cycle_ends_at(subscription, now).ok_or(Refusal::NotOffered(Some(RuleKey::Decrease), bounds))?;
    may_wait(request.when, RuleKey::Decrease, Bounds { next_allowed_at: Some(end), ..bounds })?;
    match request.when {
        When::AtRenewal => at_renewal(subscription, request, Effect::Quantity(to), now),
        When::Now | When::Earliest => schedule::schedule(subscription, request, Effect::Quantity(to), end, now),
    }
}

/// The instant after the running cycle, or after the term where that ends first; none for a perpetual licence.
fn cycle_ends_at(subscription: &Subscription, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let cycle = subscription.cycle_at(subscription.day(now)).map(|cycle| subscription.end(cycle.last));
    [cycle, subscription.term_ends_at()].into_iter().flatten().min()
}

fn at_once(
    facts: &Facts,
    rules: &Rules,
    to: u32,
    now: OffsetDateTime,
    meant: impl Fn(&QuantityLot) -> bool,
) -> Result<Decision, Refusal> {
    let mut after = facts.subscription.clone();
    let taken = refund::take(&mut after, facts.subscription.quantity - to, meant);
    let charges = match (rules.quantity_basis, rules.repricing) {
        // The cycle's peak is charged whatever comes after it (T-58).
        (QuantityBasis::PeakInPeriod, _) => Vec::new(),
        (_, Repricing::RefundAndRebill) if after.billing_cycle.months().is_some() => {
            rebill(facts, rules, to, facts.subscription.day(now), ChargeKind::RemoveQuantity)?
        }
        (_, Repricing::RefundAndRebill | Repricing::Difference) => {
            let mut ledger = Ledger::new(&facts.subscription, rules, &facts.charges, ChargeKind::RemoveQuantity);
            for (lot, quantity) in &taken {
                ledger.give_back(lot, *quantity, now)?;
            }
            ledger.given()
        }
    };
    Ok(Decision::now(after, charges))
}
