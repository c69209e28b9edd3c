//! What is charged on the wire: a charge with its days and its arithmetic, and what recurs.

use crate::http::wire::codes::{BillingCycle, ChargeKind};
use crate::http::wire::money::{Money, Payable, Price};
use domain::billing;
use domain::money::{MoneyError, Rounding};
use domain::tax::{self, TaxRule, Taxed};
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

macro_rules! charge {
    ($(#[$doc:meta])* $name:ident: $(#[$amount_doc:meta])* $money:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
        pub struct $name {
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
            $(#[$amount_doc])*
            pub money: $money,
            /// The formula in numbers; it gives `money.net` once rounded.
            #[schema(example = "5 * 9.40 * 25 / 30")]
            pub explain: String,
            /// The id of the charge that this one gives back, wholly or in part; null where it gives nothing back.
            #[schema(required, example = "chg_01kagy2qk8e3vrc6h1x0m4t7ws")]
            pub reverses: Option<String>,
        }

        impl $name {
            fn with(charge: &billing::Charge, money: $money) -> Self {
                Self {
                    kind: ChargeKind(charge.kind),
                    service_start: charge.service_span.first.to_string(),
                    service_end: charge.service_span.last.to_string(),
                    quantity: charge.quantity,
                    unit_price: charge.unit_price.into(),
                    money,
                    explain: charge.explain.clone(),
                    reverses: charge.reverses.map(|id| id.to_string()),
                }
            }
        }
    };
}

charge! {
    /// An amount for a span of days, with the arithmetic that gave it.
    Charge:
    /// The amount with its share of the tax of what it is charged with: the shares of all charges sum to what is due.
    /// Below zero where something is given back.
    Money
}

charge! {
    /// What would be charged for a span of days, with the arithmetic that gives it and the tax where that is known.
    PayableCharge:
    /// The amount with its share of the tax of what it would be charged with: the shares of all charges sum to what is
    /// due.
    Payable
}

impl Charge {
    /// A charge with its tax; one of before that was kept is taxed alone, by the rule that is said.
    pub fn of(charge: &billing::Charge, rule: TaxRule, mode: Rounding) -> Result<Self, MoneyError> {
        let alone = || tax::document(rule, charge.net.currency, [charge.net], mode);
        Ok(Self::taxed(charge, charge.payable().taxed().map_or_else(alone, Ok)?))
    }

    /// A charge with the tax that is said.
    pub fn taxed(charge: &billing::Charge, taxed: Taxed) -> Self {
        Self::with(charge, taxed.into())
    }
}

impl From<&billing::Charge> for PayableCharge {
    fn from(charge: &billing::Charge) -> Self {
        Self::with(charge, charge.payable().into())
    }
}
