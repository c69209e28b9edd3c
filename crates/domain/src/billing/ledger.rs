//! What stands of charges, and what is given back of them: never more than was charged, at the price that was.

use crate::billing::charge::{Charge, ChargeKind};
use crate::calendar::{Day, DaySpan};
use crate::id::ChargeId;
use crate::money::{Money, MoneyError};
use crate::policy::Rules;
use crate::proration::{Explained, Part, prorate};
use std::collections::BTreeSet;

/// A charge that stands, with what of it was not given back yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCharge {
    /// What a credit names as the charge that it reverses.
    pub id: ChargeId,
    /// The charge as it was made.
    pub charge: Charge,
    /// The licences that were not given back.
    pub open_quantity: u32,
    /// The amount that was not given back.
    pub open_net: Money,
    /// What the days before the rest was given back have cost; the licences are none of the open ones any more.
    pub spent: Vec<Spent>,
}

/// Licences that something else is charged for from a day on: what this charge still has of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// How many licences.
    pub quantity: u32,
    /// The last day that the charge pays for.
    pub last: Day,
    /// What the days to that one have cost, net.
    pub net: Money,
    /// What was done then: the charge for the days after it says the same.
    pub by: ChargeKind,
}

impl OpenCharge {
    fn new(id: ChargeId, charge: Charge) -> Self {
        Self { id, open_quantity: charge.quantity, open_net: charge.net, spent: Vec::new(), charge }
    }

    /// The part of the open amount that pays for the open licences.
    fn standing(&self) -> Money {
        let spent: i64 = self.spent.iter().map(|spent| spent.net.minor).sum();
        Money::new(self.open_net.minor - spent, self.open_net.currency)
    }

    /// Takes account of what a later charge gives back of this one.
    fn given_back(&mut self, credit: &Charge) {
        let (own, span) = (self.charge.service_span, credit.service_span);
        let (quantity, before) = (credit.quantity, self.standing().minor);
        let currency = self.open_net.currency;
        self.open_net = Money::new(self.open_net.minor + credit.net.minor, currency);
        let cost = if span.last < own.last {
            let Some(spent) = self.spent.iter_mut().find(|spent| spent.last == span.last) else { return };
            let cost = share(spent.net.minor, quantity, spent.quantity);
            spent.quantity = spent.quantity.saturating_sub(quantity);
            spent.net = Money::new(spent.net.minor - cost, currency);
            cost
        } else {
            self.open_quantity = self.open_quantity.saturating_sub(quantity);
            let all = self.open_quantity == 0;
            if all { before } else { share(self.charge.net.minor, quantity, self.charge.quantity).min(before) }
        };
        if span.first > own.first {
            let net = Money::new((cost + credit.net.minor).max(0), currency);
            self.spent.push(Spent { quantity, last: span.first.plus_days(-1), net, by: credit.kind });
        }
        self.spent.retain(|spent| spent.quantity > 0 && spent.net.minor > 0);
    }

    /// Gives back what some of so many licences cost for days after which something else was charged for them; `by`
    /// says what, where that matters.
    pub fn credit_spent(
        &mut self,
        rules: &Rules,
        days: DaySpan,
        (quantity, by): (u32, Option<ChargeKind>),
        kind: ChargeKind,
    ) -> Result<Option<Charge>, MoneyError> {
        let meant = |spent: &&Spent| spent.last == days.last && by.is_none_or(|by| by == spent.by);
        let Some(spent) = self.spent.iter().find(meant).copied() else { return Ok(None) };
        let quantity = quantity.min(spent.quantity);
        let service = DaySpan::new(days.first.max(self.charge.service_span.first), days.last);
        let part = Money::new(share(spent.net.minor, quantity, spent.quantity), spent.net.currency);
        let price = credited(rules, &self.charge, quantity, service)?;
        let whole = service.first == self.charge.service_span.first || price.money.minor >= part.minor;
        let (net, explain) = match (whole, quantity == spent.quantity) {
            (false, _) => (price.money, price.formula),
            (true, true) => (part, part.to_string()),
            (true, false) => (part, format!("{} * {quantity} / {}", spent.net, spent.quantity)),
        };
        let credit = given_back(self, kind, service, quantity, net, &explain);
        credit.iter().for_each(|credit| self.given_back(credit));
        Ok(credit)
    }
}

/// The share of some licences in an amount, in minor units.
fn share(minor: i64, quantity: u32, of: u32) -> i64 {
    let (minor, quantity, of) = (i128::from(minor), i128::from(quantity), i128::from(of.max(1)));
    i64::try_from((2 * minor * quantity + of).div_euclid(2 * of)).unwrap_or(i64::MAX)
}

/// The charges of a subscription that stand, oldest first, each less what later ones gave back of it.
pub fn open_charges(ledger: &[(ChargeId, Charge)]) -> Vec<OpenCharge> {
    let mut open: Vec<OpenCharge> = Vec::new();
    let undone = undone(ledger);
    for (_, (id, charge)) in ledger.iter().enumerate().filter(|(place, _)| !undone.contains(place)) {
        let reversed = charge.reverses.and_then(|of| open.iter_mut().find(|open| open.id == of));
        match reversed {
            Some(of) => of.given_back(charge),
            None if charge.net.minor < 0 || charge.reverses.is_some() => {}
            None => open.push(OpenCharge::new(*id, charge.clone())),
        }
    }
    open.retain(|open| open.open_quantity > 0 || !open.spent.is_empty());
    open
}

/// The places of credits that were charged again ([`undo`]), and of what charged them again.
fn undone(ledger: &[(ChargeId, Charge)]) -> BTreeSet<usize> {
    let mut places = BTreeSet::new();
    for (place, (_, again)) in ledger.iter().enumerate() {
        let undoes = |(_, credit): &(ChargeId, Charge)| {
            (credit.reverses, credit.quantity, credit.service_span, -credit.net.minor)
                == (again.reverses, again.quantity, again.service_span, again.net.minor)
        };
        if again.reverses.is_some() && again.net.minor > 0 {
            let credit = (0..place).rev().find(|before| !places.contains(before) && undoes(&ledger[*before]));
            places.extend(credit.into_iter().chain([place]));
        }
    }
    places
}

/// Takes a charge back whole, at the price that was charged and with its tax: credits never exceed what they reverse
///
pub fn reverse(charge: &Charge) -> Charge {
    Charge {
        kind: ChargeKind::Cancel,
        net: charge.net.negated(),
        tax: charge.tax.map(Money::negated),
        explain: format!("-1 * ({})", charge.explain),
        reverses: None,
        ..charge.clone()
    }
}

/// Undoes a charge or credit of a change that Microsoft refused afterwards: the ledger stands as before.
pub fn undo(id: ChargeId, charge: &Charge) -> Charge {
    Charge { kind: ChargeKind::Adjustment, reverses: charge.reverses.or(Some(id)), ..reverse(charge) }
}

/// Gives back what so many licences of a charge cost for its last days, `days` of them, at the price that was
/// charged and never more than is left of it.
pub fn credit(
    rules: &Rules,
    open: &OpenCharge,
    quantity: u32,
    days: i64,
    kind: ChargeKind,
) -> Result<Option<Charge>, MoneyError> {
    let of = &open.charge;
    let quantity = quantity.min(open.open_quantity);
    let days = days.min(of.service_span.days());
    if quantity == 0 || days <= 0 {
        return Ok(None);
    }
    let service = DaySpan::new(of.service_span.last.plus_days(1 - days), of.service_span.last);
    let all = quantity == open.open_quantity && service == of.service_span;
    let price = credited(rules, of, quantity, service)?;
    let standing = open.standing();
    let (net, explain) = if all || price.money.minor >= standing.minor {
        (standing, standing.to_string())
    } else {
        (price.money, price.formula)
    };
    Ok(given_back(open, kind, service, quantity, net, &explain))
}

/// Gives back a fraction of what so many licences of a charge cost: used where hours count.
pub fn credit_fraction(
    rules: &Rules,
    open: &OpenCharge,
    quantity: u32,
    (part, of): (i64, i64),
    kind: ChargeKind,
) -> Result<Option<Charge>, MoneyError> {
    let charge = &open.charge;
    let quantity = quantity.min(open.open_quantity);
    if quantity == 0 || part <= 0 {
        return Ok(None);
    }
    let money = charge.unit_price.times(quantity).times(part, of)?.round(rules.rounding.mode)?;
    let formula = format!("{quantity} * {} * {part} / {of}", charge.unit_price);
    let standing = open.standing();
    let capped = money.minor >= standing.minor;
    let (net, explain) = if capped { (standing, standing.to_string()) } else { (money, formula) };
    Ok(given_back(open, kind, charge.service_span, quantity, net, &explain))
}

/// The credit of an amount; none where that is nothing.
fn given_back(
    of: &OpenCharge,
    kind: ChargeKind,
    service_span: DaySpan,
    quantity: u32,
    amount: Money,
    explain: &str,
) -> Option<Charge> {
    let net = amount.negated();
    let explain = format!("-1 * {explain}");
    let (tax, reverses) = (None, Some(of.id));
    let credit = Charge { kind, service_span, quantity, net, tax, explain, reverses, ..of.charge.clone() };
    (net.minor < 0).then_some(credit)
}

fn credited(rules: &Rules, of: &Charge, quantity: u32, service: DaySpan) -> Result<Explained, MoneyError> {
    let cycle = of.cycle_span.unwrap_or(of.service_span);
    prorate(of.unit_price, quantity, Part { service, cycle }, rules.proration_basis, rules.rounding)
}
