//! What is given back, at the price of the charge that it reverses and never more than that.

use super::{QuantityLot, Subscription};
use crate::billing::{self, Charge, ChargeKind, OpenCharge};
use crate::calendar::{Day, DaySpan};
use crate::money::{Money, MoneyError};
use crate::policy::{RefundKind, RefundStep, RefundUnit, Rules};
use crate::zone::Zone;
use time::{Duration, OffsetDateTime};

/// A subscription's open charges while one decision gives back of them, newest first.
pub(super) struct Ledger<'a> {
    zone: &'a Zone,
    rules: &'a Rules,
    open: Vec<OpenCharge>,
    kind: ChargeKind,
    given: Vec<Charge>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(of: &'a Subscription, rules: &'a Rules, open: &[OpenCharge], kind: ChargeKind) -> Self {
        Self { zone: &of.policy.zone, rules, open: open.iter().rev().cloned().collect(), kind, given: Vec::new() }
    }

    /// What was given back.
    pub(super) fn given(self) -> Vec<Charge> {
        self.given
    }

    /// Gives back some licences of a lot at an instant, by the policy's steps.
    pub(super) fn give_back(
        &mut self,
        lot: &QuantityLot,
        quantity: u32,
        now: OffsetDateTime,
    ) -> Result<(), MoneyError> {
        let (bought, today) = self.days_of(lot, now);
        match step(self.rules, now - lot.added_at) {
            RefundStep { kind: RefundKind::None, .. } => Ok(()),
            RefundStep { kind: RefundKind::Full, .. } => self.whole(quantity, bought),
            RefundStep { kind: RefundKind::Prorated, unit, .. } => match unit {
                RefundUnit::DayIncluded => self.from(quantity, today),
                RefundUnit::CalendarDay => self.from(quantity, today.plus_days(1)),
                RefundUnit::Block24h => {
                    // A block counts once it is complete.
                    let complete = (now - lot.added_at).whole_days();
                    self.from(quantity, self.zone.day(lot.added_at).plus_days(complete).max(bought))
                }
                RefundUnit::Hour => self.hours(quantity, lot, now),
            },
        }
    }

    /// The first day that a lot was charged for, and the first day on which it can be given back: what was charged for
    /// others before is not a lot's to give back, also where no day was left to charge it for.
    fn days_of(&self, lot: &QuantityLot, now: OffsetDateTime) -> (Day, Day) {
        let bought = lot.paid_from.unwrap_or_else(|| self.zone.day(lot.added_at));
        (bought, self.zone.day(now).max(bought))
    }

    /// Gives back the days from one on, of what pays for them: where a charge begins later, that of before it too.
    pub(super) fn from(&mut self, quantity: u32, day: Day) -> Result<(), MoneyError> {
        let rules = self.rules;
        let mut taken = self.each(
            quantity,
            |open| open.charge.service_span.last >= day,
            |open, quantity, kind| {
                let days = open.charge.service_span.last.plus_days(1);
                billing::credit(rules, open, quantity, DaySpan::new(day, days).days() - 1, kind)
            },
        )?;
        while let Some(of) = taken.pop() {
            if of.first > day {
                let days = DaySpan::new(day, of.first.plus_days(-1));
                taken.extend(self.spent(days, of.quantity, Some(of.kind))?);
            }
        }
        Ok(())
    }

    /// Gives back what days have cost after which something else was charged for the same licences.
    fn spent(&mut self, days: DaySpan, quantity: u32, by: Option<ChargeKind>) -> Result<Vec<Taken>, MoneyError> {
        let (mut left, mut taken) = (quantity, vec![]);
        for open in &mut self.open {
            while let Some(credit) = open.credit_spent(self.rules, days, (left, by), self.kind)? {
                left -= credit.quantity;
                taken.push(Taken::of(&open.charge, credit.quantity));
                self.given.push(credit);
            }
        }
        Ok(taken)
    }

    /// Gives everything back that was charged since a day: each cycle's charges pay for the same licences, and so do
    /// those whose rest something else was charged for since.
    fn whole(&mut self, quantity: u32, since: Day) -> Result<(), MoneyError> {
        let rules = self.rules;
        let mut ends: Vec<Day> = self.open.iter().map(|open| open.charge.service_span.last).collect();
        ends.retain(|last| *last >= since);
        ends.dedup();
        for end in ends {
            self.each(
                quantity,
                |open| open.charge.service_span.last == end,
                |open, quantity, kind| billing::credit(rules, open, quantity, open.charge.service_span.days(), kind),
            )?;
        }
        let mut until: Vec<Day> = self.open.iter().flat_map(|open| &open.spent).map(|spent| spent.last).collect();
        until.retain(|last| *last >= since);
        until.sort_unstable();
        until.dedup();
        let first = self.open.iter().map(|open| open.charge.service_span.first).min();
        for last in until {
            self.spent(DaySpan::new(first.unwrap_or(last), last), quantity, None)?;
        }
        Ok(())
    }

    /// Gives back the hours that were not begun: those of the days from the purchase on, less those since then.
    fn hours(&mut self, quantity: u32, lot: &QuantityLot, now: OffsetDateTime) -> Result<(), MoneyError> {
        let (rules, used) = (self.rules, begun_hours(now - lot.added_at));
        let (bought, (_, today)) = (self.zone.day(lot.added_at), self.days_of(lot, now));
        self.each(
            quantity,
            |open| open.charge.service_span.last >= today,
            |open, quantity, kind| {
                let span = open.charge.service_span;
                let left = DaySpan::new(bought, span.last).days() * 24 - used;
                let cycle = open.charge.cycle_span.unwrap_or(span);
                billing::credit_fraction(rules, open, quantity, (left.min(span.days() * 24), cycle.days() * 24), kind)
            },
        )?;
        Ok(())
    }

    /// Credits licences of the charges that are meant, newest first, until there are enough; says of which.
    fn each(
        &mut self,
        mut quantity: u32,
        meant: impl Fn(&OpenCharge) -> bool,
        credit: impl Fn(&OpenCharge, u32, ChargeKind) -> Result<Option<Charge>, MoneyError>,
    ) -> Result<Vec<Taken>, MoneyError> {
        let mut taken = vec![];
        for open in self.open.iter_mut().filter(|open| meant(open)) {
            let part = quantity.min(open.open_quantity);
            if part == 0 {
                continue;
            }
            quantity -= part;
            taken.push(Taken::of(&open.charge, part));
            if let Some(given) = credit(open, part, self.kind)? {
                open.open_net = Money::new(open.open_net.minor + given.net.minor, open.open_net.currency);
                self.given.push(given);
            }
            open.open_quantity -= part;
        }
        Ok(taken)
    }
}

/// Licences that something was given back of.
struct Taken {
    /// What their charge was for.
    kind: ChargeKind,
    /// The first day that it pays for.
    first: Day,
    quantity: u32,
}

impl Taken {
    const fn of(charge: &Charge, quantity: u32) -> Self {
        Self { kind: charge.kind, first: charge.service_span.first, quantity }
    }
}

/// How many hours were begun, at least one.
fn begun_hours(elapsed: Duration) -> i64 {
    let hour = Duration::HOUR.whole_microseconds();
    i64::try_from((elapsed.whole_microseconds() + hour - 1) / hour).unwrap_or(i64::MAX).max(1)
}

/// The policy's step for what was bought so long ago; nothing said is in proportion, and past the last step nothing.
fn step(rules: &Rules, elapsed: Duration) -> RefundStep {
    let prorated = RefundStep { until_hours: 0, kind: RefundKind::Prorated, unit: RefundUnit::DayIncluded };
    if rules.refund.is_empty() {
        return prorated;
    }
    let holds = |step: &&RefundStep| elapsed <= Duration::hours(step.until_hours.into());
    rules.refund.iter().find(holds).copied().unwrap_or(RefundStep { kind: RefundKind::None, ..prorated })
}

/// Takes licences from the lots, newest first: those whose window is open, or any.
pub(super) fn take(
    subscription: &mut Subscription,
    mut quantity: u32,
    meant: impl Fn(&QuantityLot) -> bool,
) -> Vec<(QuantityLot, u32)> {
    let mut taken = Vec::new();
    for lot in subscription.lots.iter_mut().rev().filter(|lot| meant(lot)) {
        let part = quantity.min(lot.quantity);
        if part > 0 {
            taken.push((*lot, part));
            lot.quantity -= part;
            quantity -= part;
            subscription.quantity -= part;
        }
    }
    subscription.lots.retain(|lot| lot.quantity > 0);
    taken
}
