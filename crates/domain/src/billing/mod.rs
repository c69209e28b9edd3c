//! Charges: facts with a span and an amount. A subscription never knows amounts.
//!
//! What begins with a term ([`start_term`]), what each cycle costs ([`cycle_charge`]), what is given back
//! ([`credit`]) and what an early end costs ([`fee`]). Every amount is rounded once and carries its formula.

mod charge;
mod ledger;
mod term;

pub use charge::{Charge, ChargeKind, share_tax, share_taxes};
pub use ledger::{OpenCharge, Spent, credit, credit_fraction, open_charges, reverse, undo};
pub use term::{Beginning, Earlier, Plan, TermStart, begin, cycle_charge, fee, order, part, start_term};
