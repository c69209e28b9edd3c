//! What stands of charges, and what is given back of them: never more than was charged, at the price that was.

use crate::billing::charge::{Charge, ChargeKind};
use crate::calendar::DaySpan;
use crate::id::ChargeId;
use crate::money::{Money, MoneyError};
use crate::policy::Rules;
use crate::proration::{Explained, Part, prorate};

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
}

/// The charges of a subscription that stand, oldest first, each less what later ones gave back of it.
pub fn open_charges(ledger: &[(ChargeId, Charge)]) -> Vec<OpenCharge> {
    let mut open: Vec<OpenCharge> = Vec::new();
    for (id, charge) in ledger {
        let reversed = charge.reverses.and_then(|of| open.iter_mut().find(|open| open.id == of));
        match reversed {
            // Above zero: what was given back is charged again.
            Some(of) if charge.net.minor > 0 => {
                of.open_quantity += charge.quantity;
                of.open_net = Money::new(of.open_net.minor + charge.net.minor, of.open_net.currency);
            }
            Some(of) => {
                of.open_quantity = of.open_quantity.saturating_sub(charge.quantity);
                of.open_net = Money::new(of.open_net.minor + charge.net.minor, of.open_net.currency);
            }
            None if charge.net.minor < 0 || charge.reverses.is_some() => {}
            None => open.push(OpenCharge {
                id: *id,
                open_quantity: charge.quantity,
                open_net: charge.net,
                charge: charge.clone(),
            }),
        }
    }
    open.retain(|open| open.open_quantity > 0);
    open
}

/// Takes a charge back whole, at the price that was charged: credits never exceed what they reverse.
pub fn reverse(charge: &Charge) -> Charge {
    Charge {
        kind: ChargeKind::Cancel,
        net: Money::new(-charge.net.minor, charge.net.currency),
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
    let (net, explain) = if all || price.money.minor >= open.open_net.minor {
        (open.open_net, open.open_net.to_string())
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
    let capped = money.minor >= open.open_net.minor;
    let (net, explain) = if capped { (open.open_net, open.open_net.to_string()) } else { (money, formula) };
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
    let net = Money::new(-amount.minor, amount.currency);
    let explain = format!("-1 * {explain}");
    let credit = Charge { kind, service_span, quantity, net, explain, reverses: Some(of.id), ..of.charge.clone() };
    (net.minor < 0).then_some(credit)
}

fn credited(rules: &Rules, of: &Charge, quantity: u32, service: DaySpan) -> Result<Explained, MoneyError> {
    let cycle = of.cycle_span.unwrap_or(of.service_span);
    prorate(of.unit_price, quantity, Part { service, cycle }, rules.proration_basis, rules.rounding)
}
