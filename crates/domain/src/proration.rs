//! The only place that divides a price by days.

use crate::calendar::DaySpan;
use crate::money::{Money, MoneyError, UnitPrice};
use crate::policy::{ProrationBasis, RoundingRule};

/// A part of a billing cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The days paid for.
    pub service: DaySpan,
    /// The whole cycle that they are a part of.
    pub cycle: DaySpan,
}

/// An amount and the arithmetic expression that gives it once rounded (N-02).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The amount, rounded by the rule.
    pub money: Money,
    /// `5 * 9.40 * 25 / 30`.
    pub formula: String,
}

/// The price of a part of a cycle for so many licences, rounded once by the rule.
pub fn prorate(unit_price: UnitPrice, quantity: u32, part: Part, basis: ProrationBasis, rounding: RoundingRule) -> Result<Explained, MoneyError> {
    let _ = (unit_price, quantity, part, basis, rounding);
    todo!()
}

/// The price of a whole cycle for so many licences, rounded once by the rule.
pub fn whole(unit_price: UnitPrice, quantity: u32, rounding: RoundingRule) -> Result<Explained, MoneyError> {
    let _ = (unit_price, quantity, rounding);
    todo!()
}
