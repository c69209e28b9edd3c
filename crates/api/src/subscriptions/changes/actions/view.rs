//! What could be changed, on the wire.

use crate::clock::{deadline, instant};
use crate::http::problem::{Code, Problem};
use crate::http::wire::codes::Payer;
use crate::http::wire::money::{Money, Price};
use crate::subscriptions::changes::request::{self, ChangeRequest};
use domain::subscription::actions::Action;
use domain::subscription::alignment::Quoted;
use domain::subscription::change::When;
use domain::tax::{self, TaxRule};
use serde::Serialize;
use utoipa::ToSchema;

/// What could be changed about a subscription at an instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllowedActions {
    /// The subscription that could be changed.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Who pays its price.
    pub payer: Payer,
    /// The instant that this holds for, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub as_of: String,
    /// Every action, allowed or not.
    pub actions: Vec<AllowedAction>,
}

/// An action, and what would become of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllowedAction {
    /// The change to ask for, as POST /v1/subscriptions/{id}/changes takes it.
    pub request: ChangeRequest,
    /// Whether it takes effect at once, asked for with `when` = `now` in this second.
    pub allowed: bool,
    /// Until when it takes effect at once, where that ends by itself; null otherwise.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub until: Option<String>,
    /// When it takes effect instead, where it can be scheduled; null otherwise.
    #[schema(required, format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub else_effective_at: Option<String>,
    /// What is due with it, with its tax, below zero what is given back; null where it is not possible at all.
    #[schema(required)]
    pub money: Option<Money>,
    /// Why it does not take effect at once; null where it does.
    #[schema(required)]
    pub reason_code: Option<Code>,
}

/// The days on which a subscription's next term may end.
#[derive(Debug, Serialize, ToSchema)]
pub struct CotermOptions {
    /// Who pays the price of the subscription.
    pub payer: Payer,
    /// The days, the earliest first; any other is refused.
    pub data: Vec<CotermOption>,
}

/// A day on which a next term may end.
#[derive(Debug, Serialize, ToSchema)]
pub struct CotermOption {
    /// The last day of the next term.
    #[schema(format = Date, example = "2028-06-30")]
    pub date: String,
    /// The subscriptions that end on it, too; none is the end of a calendar month.
    #[schema(example = json!(["sub_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    pub with_subscriptions: Vec<String>,
    /// The first day of the next term.
    #[schema(format = Date, example = "2027-09-06")]
    pub term_start: String,
    /// Its first charge, less what product keys have paid.
    pub first_charge: Money,
    /// All its charges together, less what product keys have paid.
    pub whole_term: Money,
    /// The price of a licence and billing cycle on that day, as it is published by now.
    pub unit_price: Price,
    /// Since when that is the price; null where it is no published one.
    #[schema(required, format = DateTime, example = "2027-09-01T00:00:00Z")]
    pub price_valid_from: Option<String>,
}

/// An action as it is answered, with the customer's tax.
pub fn action(action: &Action, rule: TaxRule) -> Result<AllowedAction, Problem> {
    let money = action.net.map(|net| tax::document(rule, net.currency, [net], domain::money::Rounding::HalfUp));
    Ok(AllowedAction {
        request: request::of(&action.change, When::Now),
        allowed: action.allowed,
        until: action.until.map(deadline),
        else_effective_at: action.else_effective_at.map(instant),
        money: money.transpose().map_err(Problem::internal)?.map(Money::from),
        reason_code: action.reason.as_ref().and_then(|refusal| Code::from_text(refusal.code())),
    })
}

/// The same for who may not do it, and why.
pub fn forbid(action: &mut AllowedAction, reason: Code) {
    action.allowed = false;
    action.until = None;
    action.else_effective_at = None;
    action.reason_code = Some(reason);
}

/// A day that a next term may end on, with the customer's tax.
pub fn option(quoted: &Quoted, rule: TaxRule) -> Result<CotermOption, Problem> {
    let money = |net: domain::money::Money| -> Result<Money, Problem> {
        let taxed = tax::document(rule, net.currency, [net], domain::money::Rounding::HalfUp);
        Ok(taxed.map_err(Problem::internal)?.into())
    };
    Ok(CotermOption {
        date: quoted.date.day.to_string(),
        with_subscriptions: quoted.date.with.iter().map(ToString::to_string).collect(),
        term_start: quoted.term_span.first.to_string(),
        first_charge: money(quoted.first_charge)?,
        whole_term: money(quoted.whole_term)?,
        unit_price: quoted.unit_price.into(),
        price_valid_from: quoted.price_valid_from.map(instant),
    })
}
