//! Ends and what keeps them away: cancellation, automatic renewal (L-33, L-34, C-31), suspension (G-121),
//! reactivation (K-20) and renewal on request (K-17, K-18).

use super::change::{AddOn, ChangeRequest, Decision, Facts, Offered, Outcome, Starts, When};
use super::follows::Follows;
use super::refund::Ledger;
use super::schedule::{self, may_wait};
use super::{AtTermEnd, Effect, Ending, ScheduledChange, Subscription, SubscriptionStatus, add_ons, renewal};
use crate::billing::{self, Charge, ChargeKind, OpenCharge, TermStart};
use crate::calendar::{BillingCycle, DaySpan};
use crate::catalog::OfferKind;
use crate::money::MoneyError;
use crate::policy::{
    AccessAfterCancel, Cancel, EndOfTerm, ReactivateUntil, RenewalStart, RuleKey, Rules, WindowAnchor,
};
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// The end of it: in the window at once with a refund, else as the policy says.
pub(super) fn cancel(facts: &Facts, request: &ChangeRequest, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let rules = subscription.rules();
    if request.when == When::AtRenewal {
        return cancel_at_term_end(facts, request, now);
    }
    if subscription.cancel_until.is_some_and(|until| now <= until) || rules.cancel == Cancel::AnyTime {
        return Ok(cancel_at_once(facts, now)?);
    }
    let bounds = Bounds {
        allowed_until: subscription.cancel_until,
        next_allowed_at: subscription.term_ends_at().filter(|_| subscription.auto_renew()),
        billed_until: subscription.term_span.map(|span| span.last),
        ..Bounds::default()
    };
    match rules.cancel {
        // A fee must be asked for: who says nothing pays what is owed anyhow, to the term's end.
        Cancel::FeePercent(_) if request.when == When::Earliest => cancel_at_term_end(facts, request, now),
        Cancel::FeePercent(percent) => {
            // Past its notice the contract is renewed already (C-31, G-11).
            in_time(subscription, now)?;
            Ok(cancel_for_a_fee(facts, &rules, percent, now)?)
        }
        Cancel::MonthEnd => {
            let month_end = subscription.end(subscription.day(now).month_end());
            let at = subscription.term_ends_at().map_or(month_end, |end| end.min(month_end));
            may_wait(request.when, RuleKey::Cancel, Bounds { next_allowed_at: Some(at), ..bounds })?;
            end_at(facts, request, at, now)
        }
        Cancel::AtTermEnd => {
            may_wait(request.when, RuleKey::Cancel, Bounds { next_allowed_at: subscription.term_ends_at(), ..bounds })?;
            cancel_at_term_end(facts, request, now)
        }
        Cancel::RejectBilledToTermEnd | Cancel::WindowOnly | Cancel::AnyTime => {
            Err(Refusal::WindowClosed(RuleKey::Cancel, bounds))
        }
    }
}

/// Off at once, with what the policy gives back of each lot; add-ons go with it.
fn cancel_at_once(facts: &Facts, now: OffsetDateTime) -> Result<Decision, MoneyError> {
    let Outcome { after, charges } = off(&facts.subscription, &facts.charges, now)?;
    let add_ons = facts.add_ons.iter().map(|add_on| off_with_base(&facts.subscription, add_on, now));
    Ok(Decision { add_ons: add_ons.collect::<Result<_, _>>()?, ..Decision::now(after, charges) })
}

/// The same for an add-on. Its own windows may be over: what it was charged for later days comes back as its base's
/// does.
fn off_with_base(base: &Subscription, add_on: &AddOn, now: OffsetDateTime) -> Result<Outcome, MoneyError> {
    let Outcome { after, charges } = off(&add_on.subscription, &add_on.charges, now)?;
    if !charges.is_empty() || !is_in_window(base, now) {
        return Ok(Outcome { after, charges });
    }
    let charges = add_ons::credits(&add_on.subscription, &add_on.charges, now)?;
    Ok(Outcome { after, charges })
}

/// Whether an end at once gives something back.
fn is_in_window(subscription: &Subscription, now: OffsetDateTime) -> bool {
    let any_day = subscription.rules().cancel == Cancel::AnyTime;
    any_day || subscription.cancel_until.is_some_and(|until| now <= until)
}

/// A subscription that is off, with the refund of those lots whose window is open.
fn off(subscription: &Subscription, open: &[OpenCharge], now: OffsetDateTime) -> Result<Outcome, MoneyError> {
    let rules = subscription.rules();
    let in_window = is_in_window(subscription, now);
    let mut ledger = Ledger::new(subscription, &rules, open, ChargeKind::Cancel);
    for lot in subscription.lots.iter().rev().filter(|_| in_window) {
        ledger.give_back(lot, lot.quantity, now)?;
    }
    let after = Subscription {
        status: SubscriptionStatus::Canceled,
        ending: Some(Ending::canceled(&subscription.policy, Some(now), now)),
        at_term_end: AtTermEnd::End,
        pending: None,
        next_charge_on: None,
        next_reminder_on: None,
        ..subscription.clone()
    };
    Ok(Outcome { after, charges: ledger.given() })
}

/// C-29: so many percent of what is not charged yet is due now; the service ends with the term or at once, and that of
/// its add-ons with it.
fn cancel_for_a_fee(facts: &Facts, rules: &Rules, percent: u8, now: OffsetDateTime) -> Result<Decision, MoneyError> {
    let end = match rules.access_after_cancel {
        AccessAfterCancel::UntilEnd => facts.subscription.term_ends_at().unwrap_or(now),
        AccessAfterCancel::Immediate => now,
    };
    let of = |subscription: &Subscription| -> Result<Outcome, MoneyError> {
        let charges = fee(subscription, rules, percent)?.into_iter().collect();
        let at = subscription.term_ends_at().map_or(end, |own| own.min(end));
        let status = if at == now { SubscriptionStatus::Canceled } else { subscription.status };
        let after = Subscription {
            status,
            ending: Some(Ending::canceled(&subscription.policy, Some(now), at)),
            at_term_end: AtTermEnd::End,
            pending: None,
            next_charge_on: None,
            next_reminder_on: subscription.next_reminder_on.filter(|_| at > now),
            ..subscription.clone()
        };
        Ok(Outcome { after, charges })
    };
    let Outcome { after, charges } = of(&facts.subscription)?;
    let add_ons = facts.add_ons.iter().map(|add_on| of(&add_on.subscription)).collect::<Result<_, _>>()?;
    Ok(Decision { add_ons, ..Decision::now(after, charges) })
}

fn fee(subscription: &Subscription, rules: &Rules, percent: u8) -> Result<Option<Charge>, MoneyError> {
    let (Some(calendar), Some(term)) = (subscription.calendar(), subscription.term_span) else { return Ok(None) };
    let plan = subscription.plan(rules, subscription.quantity);
    billing::fee(plan, calendar, term, subscription.next_charge_on, percent)
}

fn cancel_at_term_end(facts: &Facts, request: &ChangeRequest, now: OffsetDateTime) -> Result<Decision, Refusal> {
    if facts.subscription.term_span.is_none() {
        return Err(Refusal::NotOffered(Some(RuleKey::Cancel), Bounds::default()));
    }
    end_with_term(facts, request, now)
}

/// The one state of the wish that no term follows, however it is said (C-51): as a cancellation, as a renewal that is
/// turned off, or as what follows the term.
fn end_with_term(facts: &Facts, request: &ChangeRequest, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let Some(end) = subscription.term_ends_at() else {
        return Err(Refusal::NotOffered(Some(RuleKey::EndOfTerm), Bounds::default()));
    };
    if subscription.at_term_end == AtTermEnd::End {
        return Err(Refusal::NothingChanges);
    }
    in_time(subscription, now)?;
    end_at(facts, request, end, now)
}

/// The end waits for its instant, and nothing follows a term that ends with it; add-ons end with it (A-16, G-18).
fn end_at(
    facts: &Facts,
    request: &ChangeRequest,
    at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let waits = |pending: &ScheduledChange| pending.effect == Effect::End && pending.effective_at == at;
    if facts.subscription.pending.as_ref().is_some_and(waits) {
        return Err(Refusal::NothingChanges);
    }
    let pending = ScheduledChange { change_id: request.id, requested_at: now, effective_at: at, effect: Effect::End };
    let waiting = |subscription: &Subscription| {
        let with_term = subscription.term_ends_at() == Some(at);
        let said = if with_term { following(subscription, AtTermEnd::End) } else { subscription.clone() };
        Subscription { pending: Some(pending.clone()), ..said }
    };
    // An end that came with the one of the base goes with it, where another takes its place.
    let own = facts.subscription.pending.as_ref().map(|pending| pending.change_id);
    let with_it = |add_on: &Subscription| add_on.pending.as_ref().is_some_and(|of| Some(of.change_id) == own);
    let ends_by = |add_on: &Subscription| add_on.expected_ending().is_some_and(|ending| ending.ends_at <= at);
    let ends_before = |add_on: &Subscription| ends_by(add_on) && !with_it(add_on);
    let add_ons = facts.add_ons.iter().map(|add_on| &add_on.subscription).filter(|add_on| !ends_before(add_on));
    let add_ons = add_ons.map(|add_on| Outcome { after: waiting(add_on), charges: vec![] });
    let add_on_credits = add_ons::credits_at_end(&facts.add_ons, at)?;
    let decision = Decision::scheduled(waiting(&facts.subscription), at);
    Ok(Decision { add_ons: add_ons.collect(), add_on_credits, ..decision })
}

/// C-31: a renewal is stopped so many days before the term's end, or not at all; one that is stopped needs no notice.
fn in_time(subscription: &Subscription, now: OffsetDateTime) -> Result<(), Refusal> {
    match subscription.notice_until().filter(|_| subscription.auto_renew()) {
        Some(until) if now > until => Err(Refusal::NoticeMissed(Bounds {
            allowed_until: Some(until),
            next_allowed_at: subscription.term_ends_at(),
            billed_until: subscription.term_span.map(|span| span.last),
            ..Bounds::default()
        })),
        _ => Ok(()),
    }
}

/// L-33, L-34. Off: what follows is the end or, since 2026, the extended service term (G-72).
pub(super) fn set_auto_renew(
    facts: &Facts,
    request: &ChangeRequest,
    renew: bool,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let then = match (renew, subscription.at_term_end) {
        (true, _) => AtTermEnd::Renew,
        (false, AtTermEnd::Renew) if extends(subscription) => AtTermEnd::Extend,
        (false, AtTermEnd::Renew) => AtTermEnd::End,
        (false, AtTermEnd::End | AtTermEnd::Extend) => return Err(Refusal::NothingChanges),
    };
    set_at_term_end(facts, request, then, now)
}

/// Whether the extended service term can follow: not for trials, and not for what is paid once.
fn extends(subscription: &Subscription) -> bool {
    subscription.policy.rules.end_of_term == EndOfTerm::ExtendedServiceTerm
        && matches!(subscription.kind, OfferKind::Licensed | OfferKind::AddOn)
        && subscription.billing_cycle.months().is_some()
}

/// A renewal that is asked for takes back an end that waits, too (C-51).
fn renewing(facts: &Facts) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    if subscription.trial_ends() && subscription.at_term_end == AtTermEnd::End {
        // `change_offer` says what follows instead.
        return Err(Refusal::TrialThenRequired);
    }
    let pending = subscription.pending.clone().filter(|pending| pending.effect != Effect::End);
    let after = Subscription { pending, ..following(subscription, AtTermEnd::Renew) };
    if after == *subscription { Err(Refusal::NothingChanges) } else { Ok(going_on(facts, after)) }
}

/// A subscription whose term is followed by something that somebody said just now.
fn following(subscription: &Subscription, then: AtTermEnd) -> Subscription {
    Subscription { at_term_end: then, at_term_end_before: None, ..subscription.clone() }
}

/// A subscription goes on after its term, and with it the add-ons that a suspension of both would have ended.
fn going_on(facts: &Facts, after: Subscription) -> Decision {
    let goes_on = |add_on: &Subscription| {
        let then = add_on.at_term_end_before.filter(|then| *then != AtTermEnd::End)?;
        let ends = add_on.at_term_end == AtTermEnd::End && add_on.ending.is_none();
        ends.then(|| Outcome { after: following(add_on, then), charges: Vec::new() })
    };
    let add_ons = facts.add_ons.iter().filter_map(|add_on| goes_on(&add_on.subscription)).collect();
    Decision { add_ons, ..Decision::now(after, Vec::new()) }
}

/// Renew, end or extend.
pub(super) fn set_at_term_end(
    facts: &Facts,
    request: &ChangeRequest,
    then: AtTermEnd,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let rules = &subscription.policy.rules;
    if subscription.term_span.is_none() {
        return Err(Refusal::NotOffered(Some(RuleKey::EndOfTerm), Bounds::default()));
    }
    if subscription.at_term_end == then && then != AtTermEnd::Renew {
        return Err(Refusal::NothingChanges);
    }
    match then {
        // Without a key nothing is renewed (K-17): that is the change `renew`.
        AtTermEnd::Renew if rules.end_of_term == EndOfTerm::Expire => {
            Err(Refusal::NotOffered(Some(RuleKey::EndOfTerm), Bounds::default()))
        }
        AtTermEnd::Renew => renewing(facts),
        AtTermEnd::End => end_with_term(facts, request, now),
        AtTermEnd::Extend if extends(subscription) => {
            in_time(subscription, now)?;
            Ok(going_on(facts, following(subscription, then)))
        }
        AtTermEnd::Extend => Err(Refusal::NotOffered(Some(RuleKey::EndOfTerm), Bounds::default())),
    }
}

/// The service off, billing on; what waited is gone and nothing renews until somebody says so (G-121). Add-ons
/// are off with it.
pub(super) fn suspend(facts: &Facts) -> Result<Decision, Refusal> {
    if facts.subscription.term_span.is_none() {
        return Err(Refusal::NotOffered(None, Bounds::default()));
    }
    let off = |subscription: &Subscription| Subscription {
        status: SubscriptionStatus::Suspended,
        at_term_end: AtTermEnd::End,
        at_term_end_before: None,
        pending: None,
        ..subscription.clone()
    };
    let own = facts.subscription.pending.as_ref().map(|pending| pending.change_id);
    let with_it = |add_on: &Subscription| {
        let ends_with_it = add_on.pending.as_ref().is_some_and(|pending| Some(pending.change_id) == own);
        let wished = if ends_with_it { schedule::without_wish(add_on) } else { add_on.at_term_end };
        // Suspended with it once before, and nothing was said since.
        let before = add_on.at_term_end_before.unwrap_or(wished);
        Subscription { at_term_end_before: Some(before), ..off(add_on) }
    };
    let running = facts.add_ons.iter().filter(|add_on| add_on.subscription.status == SubscriptionStatus::Active);
    let add_ons = running.map(|add_on| Outcome { after: with_it(&add_on.subscription), charges: vec![] }).collect();
    Ok(Decision { add_ons, ..Decision::now(off(&facts.subscription), Vec::new()) })
}

/// The service on again, its add-ons with it. It still ends with its term: turn the renewal on to keep it.
pub(super) fn resume(facts: &Facts) -> Result<Decision, Refusal> {
    if !facts.base_serves() {
        return Err(Refusal::PrerequisiteMissing);
    }
    let on = |subscription: &Subscription| Subscription { status: SubscriptionStatus::Active, ..subscription.clone() };
    let off = facts.add_ons.iter().filter(|add_on| add_on.subscription.status == SubscriptionStatus::Suspended);
    let add_ons = off.map(|add_on| Outcome { after: on(&add_on.subscription), charges: vec![] }).collect();
    Ok(Decision { add_ons, ..Decision::now(on(&facts.subscription), Vec::new()) })
}

/// K-20, X-33: a new term from today, at today's price.
pub(super) fn reactivate(facts: &Facts, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    if subscription.policy.rules.reactivate_until == ReactivateUntil::None {
        return Err(Refusal::NotOffered(Some(RuleKey::ReactivateUntil), Bounds::default()));
    }
    let until = reactivate_until(subscription);
    if until.is_none_or(|until| now > until) {
        return Err(Refusal::ReactivationOver(Bounds { allowed_until: until, ..Bounds::default() }));
    }
    if !facts.base_serves() {
        return Err(Refusal::PrerequisiteMissing);
    }
    let again = facts.own().and_then(|own| own.active.refusal(own.policy.rules.one_active_per));
    if let Some(refusal) = again {
        return Err(refusal);
    }
    let (after, charges) = from_today(facts, now)?;
    Ok(Decision::now(after, charges))
}

/// The last instant in which it can be brought back; none where that is not offered or it has not ended.
pub(super) fn reactivate_until(subscription: &Subscription) -> Option<OffsetDateTime> {
    match subscription.policy.rules.reactivate_until {
        ReactivateUntil::None => None,
        ReactivateUntil::Days(days) => {
            Some(subscription.policy.zone.plus_days(subscription.ending?.ends_at, days.into()))
        }
    }
}

/// K-17: with the term's end; K-18: at once, which loses the days that are left (G-27).
pub(super) fn renew(facts: &Facts, starts: Starts, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let Some(term) = subscription.term_span else {
        return Err(Refusal::NotOffered(Some(RuleKey::RenewalStart), Bounds::default()));
    };
    let ended = matches!(subscription.status, SubscriptionStatus::Expired | SubscriptionStatus::Disabled);
    match starts {
        Starts::AtTermEnd if ended => Err(Refusal::SubscriptionEnded),
        Starts::AtTermEnd => renewing(facts),
        Starts::Immediately if subscription.policy.rules.renewal_start == RenewalStart::AtTermEnd => {
            let next_allowed_at = subscription.term_ends_at();
            Err(Refusal::NotOffered(Some(RuleKey::RenewalStart), Bounds { next_allowed_at, ..Bounds::default() }))
        }
        Starts::Immediately if ended => reactivate(facts, now),
        Starts::Immediately => {
            let (after, charges) = from_today(facts, now)?;
            let lost = DaySpan::new(subscription.day(now), term.last).days();
            Ok(Decision { days_lost: lost, ..Decision::now(after, charges) })
        }
    }
}

/// The same offer for a new term that starts today.
fn from_today(facts: &Facts, now: OffsetDateTime) -> Result<(Subscription, Vec<Charge>), Refusal> {
    let offered: &Offered = facts.own().ok_or(Refusal::OfferUnknown)?;
    let price = offered.price.ok_or(Refusal::NoPrice)?;
    if offered.offer.billing_cycle == BillingCycle::OneTime {
        return Err(Refusal::NotOffered(Some(RuleKey::RenewalStart), Bounds::default()));
    }
    let day = offered.policy.zone.day(now);
    let start = TermStart::on(day);
    let opens = Some(WindowAnchor::Renewal);
    let again = Follows::at(offered, price);
    Ok(renewal::new_term(&facts.subscription, &again, start, ChargeKind::Renew, opens, now)?)
}
