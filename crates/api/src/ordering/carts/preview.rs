//! What a cart costs, on the wire: the same shapes in the preview and in the order.

use crate::http::wire::charge::{Charge, Recurring};
use crate::http::wire::codes::{PaymentMethod, TaxCategory};
use crate::http::wire::money::{Money, Price};
use crate::platform::marketplaces::profile::ConsentRule;
use crate::policies::view::{PolicyOverride, overrides};
use domain::cart;
use serde::Serialize;
use utoipa::ToSchema;

/// What a cart costs, and everything that keeps it from being ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartPreview {
    /// The cart.
    #[schema(example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub cart_id: String,
    /// Due with the order (C-38).
    pub due_now: Money,
    /// Due each later cycle.
    pub recurring: Vec<Recurring>,
    /// What is charged line by line.
    pub lines: Vec<PreviewLine>,
    /// Which VAT, and why.
    pub tax: TaxRule,
    /// What must be agreed to.
    pub consents_required: Vec<ConsentRule>,
    /// How may be paid.
    pub payment_methods: Vec<PaymentMethod>,
    /// Everything that keeps it from being ordered; empty where nothing does.
    pub problems: Vec<PreviewProblem>,
    /// Binds the order to exactly this preview.
    #[schema(example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    pub preview_token: String,
}

/// A line's charges.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewLine {
    /// The cart line.
    #[schema(example = "lin_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub line_id: String,
    /// What.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// How many licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and billing cycle.
    pub unit_price: Price,
    /// The price list that says so.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub price_list_id: String,
    /// What is charged at once.
    pub charges: Vec<Charge>,
    /// What each later cycle costs, without tax; null where nothing recurs.
    #[schema(required)]
    pub recurring: Option<Price>,
    /// The first day of the first term.
    #[schema(required, format = Date, example = "2026-11-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// The day of the second charge.
    #[schema(required, format = Date, example = "2026-12-01")]
    pub next_charge_on: Option<String>,
    /// The policy that rules it, with its version.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
    /// The policy's version.
    #[schema(example = 1)]
    pub policy_version: u32,
    /// The overrides that are in its rules: the product's, then the offer's.
    pub policy_overrides: Vec<PolicyOverride>,
}

/// Which VAT holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxRule {
    /// The category of EN 16931.
    pub category: TaxCategory,
    /// Percent.
    #[schema(example = "19", pattern = "^\\d+(\\.\\d+)?$")]
    pub percent: String,
    /// The country whose rule it is.
    #[schema(example = "DE")]
    pub country: String,
}

/// Something that keeps a cart from being ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewProblem {
    /// Where in the cart: `/lines/0/quantity`.
    #[schema(example = "/lines/0/quantity")]
    pub pointer: String,
    /// What.
    pub code: crate::http::problem::Code,
    /// In words.
    #[schema(example = "The customer has no Microsoft tenant yet.")]
    pub detail: String,
}

impl From<&domain::tax::TaxRule> for TaxRule {
    fn from(rule: &domain::tax::TaxRule) -> Self {
        Self {
            category: TaxCategory(rule.category),
            percent: rule.percent.normalize().to_string(),
            country: rule.country.to_string(),
        }
    }
}

/// A priced line on the wire.
pub fn line(line: &cart::PricedLine) -> PreviewLine {
    PreviewLine {
        line_id: line.line.id.to_string(),
        offer_id: line.line.offer_id.to_string(),
        quantity: line.line.quantity,
        unit_price: line.price.unit_price.into(),
        price_list_id: line.price.price_list_id.to_string(),
        charges: line.charges.iter().map(Charge::from).collect(),
        recurring: line.recurring.map(Price::from),
        term_start: line.term_span.map(|span| span.first.to_string()),
        term_end: line.term_span.map(|span| span.last.to_string()),
        next_charge_on: line.next_charge_on.map(|day| day.to_string()),
        policy_key: line.facts.policy.key.clone(),
        policy_version: line.facts.policy.version,
        policy_overrides: overrides(&line.facts.policy),
    }
}
