//! Ends that come together (R-25, G-109…G-116): which days a next term may end on, and what it costs.

use super::change::{ChangeRequest, Decision, Facts, Neighbor, When};
use super::follows::{self, Follows};
use super::schedule::at_renewal;
use super::{Effect, renewal};
use crate::billing::{self, ChargeKind, Earlier, Plan, TermStart};
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::catalog::OfferKind;
use crate::cycles::Calendar;
use crate::id::SubscriptionId;
use crate::money::{Money, MoneyError, UnitPrice};
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// A day that a term may be made to end on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndDate {
    /// The last day.
    pub day: Day,
    /// Subscriptions that end on it too; none is the end of a calendar month.
    pub with: Vec<SubscriptionId>,
}

/// The days that a term which starts on a day may end on, the earliest first: with each subscription that it may be
/// aligned to, the latest end in that one's chain of renewals that lies inside the full term; and the last end of a
/// month inside of it.
pub fn end_dates(term: Term, full: DaySpan, neighbors: &[Neighbor]) -> Vec<EndDate> {
    let mut dates: Vec<EndDate> = Vec::new();
    let with = neighbors.iter().filter_map(|neighbor| Some((end_with(term, full, neighbor)?, neighbor.id)));
    for (day, id) in with {
        match dates.iter_mut().find(|date| date.day == day) {
            Some(date) => date.with.push(id),
            None => dates.push(EndDate { day, with: vec![id] }),
        }
    }
    let month_end = if full.last == full.last.month_end() { full.last } else { full.last.month_start().plus_days(-1) };
    if month_end >= full.first && dates.iter().all(|date| date.day != month_end) {
        dates.push(EndDate { day: month_end, with: Vec::new() });
    }
    dates.sort_by_key(|date| date.day);
    dates
}

/// G-55, G-56, G-109: a longer term is not aligned to a monthly one; a monthly one not to an end on the 28th to 30th
/// that is not the month's last day.
fn end_with(term: Term, full: DaySpan, neighbor: &Neighbor) -> Option<Day> {
    let months = neighbor.term.months()?;
    if neighbor.term == Term::P1M && term != Term::P1M {
        return None;
    }
    let after = neighbor.last.plus_days(1);
    let ends = (0..).map(|number: i32| after.plus_months(months * number).plus_days(-1));
    let ends = ends.take(if neighbor.renews { 40 } else { 1 }).take_while(|end| *end <= full.last);
    let latest = ends.filter(|end| *end >= full.first).last()?;
    let ambiguous = latest.of_month() >= 28 && latest != latest.month_end();
    (term != Term::P1M || !ambiguous).then_some(latest)
}

/// An end date of the next term with what that term costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The day, and which subscriptions end on it too.
    pub date: EndDate,
    /// The days of the next term.
    pub term_span: DaySpan,
    /// The first charge of it.
    pub first_charge: Money,
    /// All charges of it together.
    pub whole_term: Money,
    /// The price of a licence and billing cycle that they are at, as it is known now for the day it begins.
    pub unit_price: UnitPrice,
    /// Since when that is the price; none where it is the last one of what is not sold any more.
    pub price_valid_from: Option<OffsetDateTime>,
}

/// The term that follows the running one, were it not aligned.
struct NextTerm<'a> {
    /// What it is charged, at the price of its first day, without what product keys have paid.
    plan: Plan<'a>,
    /// Its days, both ends included.
    full: DaySpan,
    /// From which day of the month its months are counted.
    anchor_day: u8,
    /// Since when its price holds.
    price_valid_from: Option<OffsetDateTime>,
    /// What is charged of its first cycle before it.
    earlier: Option<Earlier>,
}

impl<'a> NextTerm<'a> {
    fn of(facts: &'a Facts) -> Result<Self, Refusal> {
        let subscription = &facts.subscription;
        let refused = Refusal::NotOffered(None, Bounds::default());
        let once = matches!(subscription.billing_cycle, BillingCycle::OneTime | BillingCycle::None);
        let running = subscription.term_span.filter(|_| !once && subscription.kind != OfferKind::Trial);
        let Some(start) = running.map(|term| term.last.plus_days(1)) else { return Err(refused) };
        let follows = follows::next_term(subscription, &facts.next_offers).ok_or(Refusal::NoPrice)?;
        let Follows { policy, term, billing_cycle: cycle, unit_price, price_valid_from, .. } = follows;
        // What product keys have paid is not charged (K-17).
        let quantity = subscription.quantity.saturating_sub(subscription.prepaid);
        let plan = Plan { rules: &policy.rules, term, cycle, unit_price, quantity };
        let anchor_day = renewal::next_anchor(subscription, start);
        let full = Calendar::new(plan.rules, plan.term, start, anchor_day).term_span();
        let earlier = subscription.earlier_part();
        full.map(|full| Self { plan, full, anchor_day, price_valid_from, earlier }).ok_or(refused)
    }

    fn quote(&self, date: EndDate) -> Result<Quoted, MoneyError> {
        let Self { plan, full, anchor_day, price_valid_from, earlier } = *self;
        let term_span = DaySpan::new(full.first, date.day);
        let start = TermStart { day: full.first, anchor_day, aligned_to: Some(date.day), earlier };
        let begins = billing::start_term(plan, start, ChargeKind::Renew)?;
        let zero = Money::zero(plan.unit_price.currency);
        let first_charge = begins.charge.map_or(zero, |charge| charge.net);
        let calendar = Calendar::new(plan.rules, plan.term, full.first, anchor_day);
        let (mut whole_term, mut next) = (first_charge, begins.next_charge_on);
        while let Some(day) = next {
            let Some(charge) = billing::cycle_charge(plan, calendar, term_span, day, ChargeKind::Cycle)? else { break };
            whole_term = whole_term.checked_add(charge.net)?;
            next = Some(charge.service_span.last.plus_days(1)).filter(|day| term_span.contains(*day));
        }
        Ok(Quoted { date, term_span, first_charge, whole_term, unit_price: plan.unit_price, price_valid_from })
    }
}

/// The end dates that a subscription's next term may have, with their money at the price of its first day.
pub fn options(facts: &Facts) -> Result<Vec<Quoted>, Refusal> {
    let next = NextTerm::of(facts)?;
    let quoted = end_dates(next.plan.term, next.full, &facts.neighbors).into_iter().map(|date| next.quote(date));
    Ok(quoted.collect::<Result<_, _>>()?)
}

/// The next term ends on a day; never the running one (G-116).
pub(super) fn to_date(
    facts: &Facts,
    request: &ChangeRequest,
    day: Day,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let NextTerm { plan, full, .. } = NextTerm::of(facts)?;
    if day > full.last {
        return Err(Refusal::BeyondTerm(full.last));
    }
    if end_dates(plan.term, full, &facts.neighbors).iter().all(|date| date.day != day) {
        return Err(Refusal::DateNotOffered);
    }
    if request.when == When::Now {
        let next_allowed_at = subscription.term_ends_at();
        return Err(Refusal::OnlyLater(None, Bounds { next_allowed_at, ..Bounds::default() }));
    }
    at_renewal(subscription, request, Effect::TermEnd(day), now)
}

/// The next term ends with another subscription.
pub(super) fn to_subscription(
    facts: &Facts,
    request: &ChangeRequest,
    id: SubscriptionId,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let NextTerm { plan, full, .. } = NextTerm::of(facts)?;
    let neighbor = facts.neighbors.iter().find(|neighbor| neighbor.id == id).ok_or(Refusal::DateNotOffered)?;
    if neighbor.last > full.last {
        return Err(Refusal::BeyondTerm(full.last));
    }
    let day = end_with(plan.term, full, neighbor).ok_or(Refusal::DateNotOffered)?;
    to_date(facts, request, day, now)
}
