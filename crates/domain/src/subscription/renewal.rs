//! What time alone does: cycles, renewals, scheduled changes, reminders, ends.
//!
//! [`due_at`] says when something is due next, [`step`] does all of that instant. Whoever goes on from one due
//! instant to the next gets the same history, however far the clock jumps.

use super::change::{Offered, Outcome};
use super::due::Due;
use super::follows::{self, Follows};
use super::{AtTermEnd, Effect, Ending, QuantityLot, ScheduledChange, Subscription, SubscriptionStatus};
use super::{refund, reminders};
use crate::billing::{self, Charge, ChargeKind, TermStart};
use crate::calendar::{BillingCycle, Day, Term};
use crate::catalog::OfferKind;
use crate::money::MoneyError;
use crate::policy::{AssignedAtRenewal, PriceLock, WindowAnchor};
use crate::zone::Zone;
use time::{Duration, OffsetDateTime};

/// Something that time brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// A new term started.
    Renewed,
    /// A trial became paid.
    Converted,
    /// A month of the extended service term started.
    Extended,
    /// The term was to be renewed, but what it would renew to is not sold any more.
    NotRenewed,
    /// The term is over; the service can still be used (K-19).
    Expired,
    /// The service cannot be used any more; the data are kept (K-20).
    Disabled,
    /// It is over for good.
    Canceled,
    /// A cycle was charged.
    CycleCharged,
    /// The change that waited took effect.
    Applied,
    /// The change that waited could not take effect: what it wanted is not sold any more.
    NotApplied,
    /// The same: so many more people have a licence than would be left, and the policy takes none from them.
    StillAssigned(u32),
    /// Its people are told of the term's end, so many days before (K-16).
    Reminded(i64),
}

/// What became of an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The subscription after it.
    pub after: Subscription,
    /// What was charged.
    pub charges: Vec<Charge>,
    /// What happened, in order.
    pub happened: Vec<Happened>,
    /// The change that waited for it; [`Happened`] says whether it took effect.
    pub applied: Option<ScheduledChange>,
    /// What would have come without that change: what is gone back to, should Microsoft refuse it.
    pub without: Option<Outcome>,
}

/// When something is due next; none where nothing follows by itself.
pub fn due_at(subscription: &Subscription) -> Option<OffsetDateTime> {
    let ending = subscription.ending.as_ref();
    match subscription.status {
        SubscriptionStatus::Pending | SubscriptionStatus::Canceled => None,
        SubscriptionStatus::Expired => ending.map(|ending| ending.access_ends_at),
        SubscriptionStatus::Disabled => ending.map(|ending| ending.data_deleted_at),
        SubscriptionStatus::Active | SubscriptionStatus::Suspended | SubscriptionStatus::Extended => [
            ending.map(|ending| ending.ends_at),
            subscription.pending.as_ref().map(|pending| pending.effective_at),
            subscription.term_ends_at(),
            subscription.next_charge_on.map(|day| subscription.start(day)),
            subscription.next_reminder_on.map(|day| subscription.start(day)),
        ]
        .into_iter()
        .flatten()
        .min(),
    }
}

/// The instant whose prices and rules hold for what is due at an instant: where a day begins earlier than UTC's, what
/// begins on it has what holds from that day on, as price sheets write it.
pub fn in_force_at(subscription: &Subscription, at: OffsetDateTime) -> OffsetDateTime {
    at.max(Zone::UTC.start(subscription.day(at)))
}

/// What an instant will bring, were the prices then as they are in the offers. What is due before it is left out.
pub fn expected(due: &Due<'_>, at: OffsetDateTime) -> Result<Step, MoneyError> {
    let next_charge_on = due.subscription.next_charge_on.filter(|day| due.subscription.start(*day) >= at);
    let only_that = Subscription { next_charge_on, next_reminder_on: None, ..due.subscription.clone() };
    step(&Due { subscription: &only_that, ..*due }, at)
}

/// Does everything that is due at an instant, which is [`due_at`]'s.
pub fn step(due: &Due<'_>, at: OffsetDateTime) -> Result<Step, MoneyError> {
    let mut step = play(due, due.subscription, at)?;
    if step.applied.is_some() {
        let plain = Subscription { pending: None, ..due.subscription.clone() };
        let plain = play(due, &plain, at)?;
        step.without = Some(Outcome { after: plain.after, charges: plain.charges });
    }
    Ok(step)
}

fn play(due: &Due<'_>, subscription: &Subscription, at: OffsetDateTime) -> Result<Step, MoneyError> {
    let after = subscription.clone();
    let mut step = Step { after, charges: Vec::new(), happened: Vec::new(), applied: None, without: None };
    while due_at(&step.after).is_some_and(|due| due <= at) {
        next(&mut step, due, at)?;
    }
    Ok(step)
}

/// The most weighty thing that is due: an end before a new term, a new term before a charge.
fn next(step: &mut Step, due: &Due<'_>, at: OffsetDateTime) -> Result<(), MoneyError> {
    let subscription = &step.after;
    let is_due = |instant: Option<OffsetDateTime>| instant.is_some_and(|instant| instant <= at);
    let pending = subscription.pending.clone().filter(|pending| pending.effective_at <= at);
    match subscription.status {
        SubscriptionStatus::Expired => after_grace(step),
        SubscriptionStatus::Disabled => become_canceled(step),
        _ if is_due(subscription.ending.map(|ending| ending.ends_at)) => become_canceled(step),
        _ if pending.as_ref().is_some_and(|pending| pending.effect == Effect::End) => scheduled_end(step, at),
        _ if is_due(subscription.term_ends_at()) => return end_of_term(step, due, at),
        _ if pending.is_some() => apply_quantity(step, due.assigned),
        _ if is_due(subscription.next_charge_on.map(|day| subscription.start(day))) => {
            return charge_cycle(step, due.offers);
        }
        _ => remind(step, due),
    }
    Ok(())
}

fn after_grace(step: &mut Step) {
    let ending = step.after.ending;
    if ending.is_some_and(|ending| ending.data_deleted_at > ending.access_ends_at) {
        step.after.status = SubscriptionStatus::Disabled;
        step.happened.push(Happened::Disabled);
    } else {
        become_canceled(step);
    }
}

fn become_canceled(step: &mut Step) {
    step.after.status = SubscriptionStatus::Canceled;
    step.after.at_term_end = AtTermEnd::End;
    stop(&mut step.after);
    step.happened.push(Happened::Canceled);
}

fn scheduled_end(step: &mut Step, at: OffsetDateTime) {
    let Some(pending) = step.after.pending.take() else { return };
    let ending = step.after.ending_by(&pending);
    let expires = step.after.expires_at(at);
    step.applied = Some(pending);
    if expires {
        end_unrenewed(step, ending);
    } else {
        step.after.ending = Some(ending);
        become_canceled(step);
    }
}

fn stop(subscription: &mut Subscription) {
    subscription.pending = None;
    subscription.next_charge_on = None;
    subscription.next_reminder_on = None;
}

/// A reduction or increase for the next cycle.
fn apply_quantity(step: &mut Step, assigned: u32) {
    let pending = step.after.pending.take();
    if let Some(more) = still_assigned(&step.after, pending.as_ref(), assigned) {
        step.applied = pending;
        return step.happened.push(Happened::StillAssigned(more));
    }
    if let Some(Effect::Quantity(quantity)) = pending.as_ref().map(|pending| pending.effect) {
        set_quantity(&mut step.after, quantity, pending.as_ref().map(|pending| pending.effective_at));
    }
    step.applied = pending;
    step.happened.push(Happened::Applied);
}

/// How many more people have a licence than a reduction that waited would leave, where the policy takes none away.
fn still_assigned(subscription: &Subscription, change: Option<&ScheduledChange>, assigned: u32) -> Option<u32> {
    let Some(Effect::Quantity(quantity)) = change.map(|change| change.effect) else { return None };
    let refuses = subscription.policy.rules.assigned_at_renewal == AssignedAtRenewal::Refuse;
    assigned.checked_sub(quantity).filter(|more| refuses && *more > 0 && quantity < subscription.quantity)
}

fn set_quantity(subscription: &mut Subscription, quantity: u32, at: Option<OffsetDateTime>) {
    if quantity < subscription.quantity {
        let fewer = subscription.quantity - quantity;
        refund::take(subscription, fewer, |_| true);
    } else if let Some(added_at) = at {
        let more = quantity - subscription.quantity;
        let lot = QuantityLot { quantity: more, added_at, reducible_until: None, paid_from: None };
        subscription.lots.push(lot);
    }
    subscription.quantity = quantity;
}

/// The next cycle's charge, at the price that the policy protects or at the day's.
fn charge_cycle(step: &mut Step, offers: &[Offered]) -> Result<(), MoneyError> {
    let subscription = &mut step.after;
    let rules = subscription.rules();
    let own = offers.iter().find(|offered| offered.offer.id == subscription.offer_id).and_then(|own| own.price);
    // A month of the extended service term keeps the price that it was raised to.
    if rules.price_lock != PriceLock::Term && subscription.status != SubscriptionStatus::Extended {
        subscription.unit_price = own.unwrap_or(subscription.unit_price);
    }
    let Some(((calendar, term), day)) =
        subscription.calendar().zip(subscription.term_span).zip(subscription.next_charge_on.take())
    else {
        return Ok(());
    };
    subscription.peak_quantity = subscription.quantity;
    let plan = subscription.plan(&rules, subscription.quantity);
    let charge = billing::cycle_charge(plan, calendar, term, day, ChargeKind::Cycle)?;
    let next = calendar.cycle_at(subscription.billing_cycle, day).map(|cycle| cycle.last.plus_days(1));
    subscription.next_charge_on = next.filter(|next| *next <= term.last);
    step.charges.extend(charge);
    step.happened.push(Happened::CycleCharged);
    Ok(())
}

fn remind(step: &mut Step, due: &Due<'_>) {
    if let Some((day, term)) = step.after.next_reminder_on.take().zip(step.after.term_span) {
        let days = (term.last.date() - day.date()).whole_days();
        if reminders::is_told(&Due { subscription: &step.after, ..*due }) {
            step.happened.push(Happened::Reminded(days));
        }
        step.after.next_reminder_on = step.after.reminder_after(day);
    }
}

/// Canceled before suspended before what was scheduled before what is set.
fn end_of_term(step: &mut Step, due: &Due<'_>, at: OffsetDateTime) -> Result<(), MoneyError> {
    match (step.after.status, step.after.at_term_end) {
        (SubscriptionStatus::Suspended, _) => {
            let ending = Ending::while_suspended(&step.after.policy, at);
            end_unrenewed(step, ending);
            Ok(())
        }
        (_, AtTermEnd::End) => {
            let ending = Ending::not_renewed(&step.after.policy, at);
            end_unrenewed(step, ending);
            Ok(())
        }
        (_, AtTermEnd::Extend) => extend(step, due.offers, at),
        (_, AtTermEnd::Renew) => renew(step, due, at),
    }
}

/// in use for a while, then only kept, then gone; what the policy gives no days for is skipped.
fn end_unrenewed(step: &mut Step, ending: Ending) {
    stop(&mut step.after);
    step.after.ending = Some(ending);
    if ending.access_ends_at > ending.ends_at {
        step.after.status = SubscriptionStatus::Expired;
        step.happened.push(Happened::Expired);
    } else if ending.data_deleted_at > ending.ends_at {
        step.after.status = SubscriptionStatus::Disabled;
        step.happened.push(Happened::Disabled);
    } else {
        become_canceled(step);
    }
}

/// What a change that waited for the renewal asks of the new term.
#[derive(Default)]
struct Asked<'a> {
    /// The offer with its price of the day; none also where that is not sold any more.
    offer: Option<Follows<'a>>,
    /// Whether an offer was asked for that is not sold any more.
    missed: bool,
    /// How many licences.
    quantity: Option<u32>,
    /// The last day of the term.
    term_end: Option<Day>,
}

impl<'a> Asked<'a> {
    fn by(change: Option<&ScheduledChange>, offers: &'a [Offered]) -> Self {
        match change.map(|change| change.effect) {
            Some(Effect::Offer(id)) => {
                let offer = follows::sold(offers, id);
                Self { missed: offer.is_none(), offer, ..Self::default() }
            }
            Some(Effect::Quantity(quantity)) => Self { quantity: Some(quantity), ..Self::default() },
            Some(Effect::TermEnd(day)) => Self { term_end: Some(day), ..Self::default() },
            Some(Effect::End) | None => Self::default(),
        }
    }
}

/// Another term, with what was scheduled for it, at the price of its day (T-55). What is no longer sold ends.
fn renew(step: &mut Step, due: &Due<'_>, at: OffsetDateTime) -> Result<(), MoneyError> {
    let offers = due.offers;
    let change = step.after.pending.take_if(|pending| pending.effective_at <= at);
    let still_assigned = still_assigned(&step.after, change.as_ref(), due.assigned);
    let asked = Asked::by(change.as_ref().filter(|_| still_assigned.is_none()), offers);
    let before = step.after.clone();
    let Some(follows) = asked.offer.or_else(|| follows::next_term(&before, offers)) else {
        step.happened.push(Happened::NotRenewed);
        let ending = Ending::not_renewed(&step.after.policy, at);
        end_unrenewed(step, ending);
        return Ok(());
    };
    if let Some(quantity) = asked.quantity {
        set_quantity(&mut step.after, quantity, Some(at));
    }
    // What waits for later is the end of an add-on with its base: the new term is no longer than until then.
    let later = step.after.pending.clone();
    // Its base may count other days: the last day that has an instant before that end.
    let last_day = |later: &ScheduledChange| follows.policy.zone.day(later.effective_at - Duration::MICROSECOND);
    let aligned_to = asked.term_end.or(later.as_ref().map(last_day));
    let (day, earlier) = (follows_on(&step.after, at), before.earlier_part());
    let start = TermStart { day, anchor_day: next_anchor(&step.after, day), aligned_to, earlier };
    let trial = step.after.kind == OfferKind::Trial;
    let kind = if trial { ChargeKind::Convert } else { ChargeKind::Renew };
    let (after, charges) = new_term(&step.after, &follows, start, kind, Some(WindowAnchor::Renewal), at)?;
    step.after = Subscription { pending: later, ..after };
    let charges = if step.after.prepaid > 0 { beyond_prepaid(&mut step.after, start, kind)? } else { charges };
    step.charges.extend(charges);
    if change.is_some() {
        step.happened.push(match still_assigned {
            Some(more) => Happened::StillAssigned(more),
            None if asked.missed => Happened::NotApplied,
            None => Happened::Applied,
        });
    }
    step.applied = change;
    step.happened.push(if trial { Happened::Converted } else { Happened::Renewed });
    Ok(())
}

/// A term that starts is charged for the licences that product keys have not paid (K-17).
fn beyond_prepaid(after: &mut Subscription, start: TermStart, kind: ChargeKind) -> Result<Vec<Charge>, MoneyError> {
    let unpaid = after.quantity.saturating_sub(std::mem::take(&mut after.prepaid));
    if unpaid == 0 {
        after.next_charge_on = None;
        return Ok(Vec::new());
    }
    let rules = after.policy.rules.clone();
    Ok(billing::start_term(after.plan(&rules, unpaid), start, kind)?.charge.into_iter().collect())
}

/// The first day of the term that follows the running one: the day after it, whatever zone the next one's policy names.
fn follows_on(subscription: &Subscription, at: OffsetDateTime) -> Day {
    subscription.term_span.map_or_else(|| subscription.day(at), |term| term.last.plus_days(1))
}

/// After an aligned term months are counted from the new start.
pub(super) fn next_anchor(subscription: &Subscription, start: Day) -> u8 {
    let full = subscription.calendar().and_then(crate::cycles::Calendar::term_span);
    if full == subscription.term_span { subscription.anchor_day } else { start.of_month() }
}

/// A month of the extended service term (G-69); where no price is known it ends instead.
fn extend(step: &mut Step, offers: &[Offered], at: OffsetDateTime) -> Result<(), MoneyError> {
    let Some(unit_price) = follows::extended_price(&step.after, offers)? else {
        step.happened.push(Happened::NotRenewed);
        let ending = Ending::not_renewed(&step.after.policy, at);
        end_unrenewed(step, ending);
        return Ok(());
    };
    let (day, earlier) = (follows_on(&step.after, at), step.after.earlier_part());
    let after = &mut step.after;
    (after.term, after.billing_cycle, after.unit_price) = (Term::P1M, BillingCycle::Monthly, unit_price);
    let rules = after.rules();
    let start = TermStart { anchor_day: after.anchor_day, earlier, ..TermStart::on(day) };
    let begins = billing::start_term(after.plan(&rules, after.quantity), start, ChargeKind::Renew)?;
    after.status = SubscriptionStatus::Extended;
    after.term_span = begins.term_span;
    after.next_charge_on = begins.next_charge_on;
    after.cancel_until = None;
    after.pending.take_if(|pending| pending.effective_at <= at);
    after.lots = Subscription::lots_without_window(after.quantity, at);
    after.peak_quantity = after.quantity;
    after.next_reminder_on = after.reminder_after(day);
    step.charges.extend(begins.charge);
    step.happened.push(Happened::Extended);
    Ok(())
}

/// A term that starts with an offer at a price: the subscription in it, and its first charge. The policy in force is
/// taken over here and nowhere else (N-04).
pub(super) fn new_term(
    subscription: &Subscription,
    follows: &Follows<'_>,
    start: TermStart,
    kind: ChargeKind,
    opens: Option<WindowAnchor>,
    at: OffsetDateTime,
) -> Result<(Subscription, Vec<Charge>), MoneyError> {
    let mut after = Subscription {
        status: SubscriptionStatus::Active,
        offer_id: follows.offer_id,
        product_id: follows.product_id,
        sku_id: follows.sku_id,
        kind: follows.kind,
        term: follows.term,
        billing_cycle: follows.billing_cycle,
        policy: follows.policy.clone(),
        unit_price: follows.unit_price,
        peak_quantity: subscription.quantity,
        anchor_day: start.anchor_day,
        at_term_end: AtTermEnd::unless_said(&follows.policy.rules),
        at_term_end_before: None,
        trial_then: None,
        pending: None,
        ending: None,
        ..subscription.clone()
    };
    let rules = after.policy.rules.clone();
    let begins = billing::start_term(after.plan(&rules, after.quantity), start, kind)?;
    after.term_span = begins.term_span;
    after.next_charge_on = begins.next_charge_on;
    match opens {
        Some(anchor) => after.open_window(anchor, at),
        None => {
            after.cancel_until = None;
            after.lots = Subscription::lots_without_window(after.quantity, at);
        }
    }
    after.next_reminder_on = after.reminder_after(start.day);
    Ok((after, begins.charge.into_iter().collect()))
}
