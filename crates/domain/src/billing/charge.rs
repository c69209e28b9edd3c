//! A charge: an amount for a span of days, and what it is for.

use crate::calendar::DaySpan;
use crate::coded::coded_enum;
use crate::id::ChargeId;
use crate::money::{Money, MoneyError, Rounding, UnitPrice};
use crate::tax::{self, Payable, TaxRule, Taxed};
use serde::{Deserialize, Serialize};

coded_enum! {
    /// What a charge is for; Microsoft's charge types (of its reconciliation file).
    ChargeKind {
        /// The first of a subscription.
        New = "new",
        /// The first of a term that follows another.
        Renew = "renew",
        /// A later cycle of a term.
        Cycle = "cycle",
        /// More licences, for the days that are left of the cycle.
        AddQuantity = "add_quantity",
        /// Fewer licences: what they had cost is given back.
        RemoveQuantity = "remove_quantity",
        /// A cancellation: below zero what is given back, above zero its fee.
        Cancel = "cancel",
        /// Another SKU, term or billing cycle: what the old one had cost, and what the new one costs.
        Transition = "transition",
        /// A trial that becomes paid.
        Convert = "convert",
        /// A correction: of what Microsoft refused afterwards.
        Adjustment = "adjustment",
    }
}

/// An amount for a span of days, with the arithmetic that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// What brought it about.
    pub kind: ChargeKind,
    /// The days it pays for.
    pub service_span: DaySpan,
    /// The days that the unit price is for: the whole billing cycle; the service span where nothing is said.
    #[serde(default)]
    pub cycle_span: Option<DaySpan>,
    /// How many licences.
    pub quantity: u32,
    /// The price of one licence and whole billing cycle.
    pub unit_price: UnitPrice,
    /// The amount, rounded once; below zero for a credit.
    pub net: Money,
    /// Its share of the tax of what it is charged with; none where that is not known yet, or was not kept then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Money>,
    /// The formula in numbers, an arithmetic expression that gives `net` once rounded: `5 * 9.40 * 25 / 30` (N-02).
    pub explain: String,
    /// The charge that this one gives back, wholly or in part.
    #[serde(default)]
    pub reverses: Option<ChargeId>,
}

impl Charge {
    /// The amount, with its tax where that is known.
    pub fn payable(&self) -> Payable {
        let taxed = self.tax.and_then(|tax| Taxed::of(self.net, tax).ok());
        taxed.map_or(Payable::Net(self.net), Payable::Taxed)
    }
}

/// Gives each charge of a document that falls under one rule its share of the document's tax.
pub fn share_tax<'a>(
    charges: impl IntoIterator<Item = &'a mut Charge>,
    rule: TaxRule,
    rounding: Rounding,
) -> Result<(), MoneyError> {
    share_taxes(charges.into_iter().map(|charge| (rule, charge)), rounding)
}

/// The same of a document whose charges fall under several.
pub fn share_taxes<'a>(
    charges: impl IntoIterator<Item = (TaxRule, &'a mut Charge)>,
    rounding: Rounding,
) -> Result<(), MoneyError> {
    let charges: Vec<_> = charges.into_iter().collect();
    let shares = tax::shares(charges.iter().map(|(rule, charge)| (*rule, charge.net)), rounding)?;
    for ((_, charge), share) in charges.into_iter().zip(shares) {
        charge.tax = Some(share.tax);
    }
    Ok(())
}
