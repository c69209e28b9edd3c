//! What is charged on the wire: a charge with its days and its arithmetic, and what recurs.

use crate::http::wire::codes::{BillingCycle, ChargeKind};
use crate::http::wire::money::{Money, Price};
use serde::Serialize;
use utoipa::ToSchema;

/// An amount that is charged again with every billing cycle.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Recurring {
    /// How often the amount is charged.
    pub billing_cycle: BillingCycle,
    /// The amount of one billing cycle, for all licences together.
    pub money: Money,
}

/// An amount for a span of days, with the arithmetic that gave it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Charge {
    /// What the charge is for: a new subscription, more licences, a cancellation …
    pub kind: ChargeKind,
    /// The first day that the charge pays for.
    #[schema(format = Date, example = "2026-11-06")]
    pub service_start: String,
    /// The last day that the charge pays for, itself included.
    #[schema(format = Date, example = "2026-11-30")]
    pub service_end: String,
    /// How many licences the charge is for.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and whole billing cycle.
    pub unit_price: Price,
    /// The amount without tax; below zero where something is given back.
    pub net: Price,
    /// The formula in numbers; it gives `net` once rounded.
    #[schema(example = "5 * 9.40 * 25 / 30")]
    pub explain: String,
    /// The id of the charge that this one gives back, wholly or in part; null where it gives nothing back.
    #[schema(required, example = "chg_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reverses: Option<String>,
}

impl From<&domain::billing::Charge> for Charge {
    fn from(charge: &domain::billing::Charge) -> Self {
        Self {
            kind: ChargeKind(charge.kind),
            service_start: charge.service_span.first.to_string(),
            service_end: charge.service_span.last.to_string(),
            quantity: charge.quantity,
            unit_price: charge.unit_price.into(),
            net: charge.net.into(),
            explain: charge.explain.clone(),
            reverses: charge.reverses.map(|id| id.to_string()),
        }
    }
}
