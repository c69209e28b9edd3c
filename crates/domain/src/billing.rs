//! Charges: facts with a span and an amount. A subscription never knows amounts.

use crate::access::codes;
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::money::{Money, MoneyError, UnitPrice};
use crate::policy::Rules;
use serde::{Deserialize, Serialize};

codes! {
    /// What a charge is for; Microsoft's charge types (partner-center.md 6.4).
    ChargeKind {
        /// The first of a subscription.
        New = "new",
    }
}

/// An amount for a span of days, with the arithmetic that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// What for.
    pub kind: ChargeKind,
    /// The days it pays for.
    pub service_span: DaySpan,
    /// How many licences.
    pub quantity: u32,
    /// The price of one licence and whole billing cycle.
    pub unit_price: UnitPrice,
    /// The amount, rounded once.
    pub net: Money,
    /// The formula in numbers, an arithmetic expression that gives `net` once rounded: `5 * 9.40 * 25 / 30` (N-02).
    pub explain: String,
}

/// What begins with an order line: its first charge and its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What is charged at once; none where the first period is free or the offer a trial.
    pub charge: Option<Charge>,
    /// What each later cycle costs, net; none where nothing recurs.
    pub recurring: Option<Money>,
    /// The first term; none for a perpetual licence.
    pub term_span: Option<DaySpan>,
    /// The day of the second charge; none where nothing follows in this term or ever.
    pub next_charge_on: Option<Day>,
}

/// What begins with an order on a day (X-01…X-05): the decision behind due today and recurring.
pub fn begin(rules: &Rules, term: Term, cycle: BillingCycle, unit_price: UnitPrice, quantity: u32, day: Day) -> Result<Beginning, MoneyError> {
    let _ = (rules, term, cycle, unit_price, quantity, day);
    todo!()
}
