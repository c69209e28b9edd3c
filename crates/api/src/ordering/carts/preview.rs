//! What a cart costs, on the wire: the same shapes in the preview and in the order.

use crate::App;
use crate::catalog::summary::{OfferSummary, Summaries};
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::wire::base::AddOnBase;
use crate::http::wire::charge::PayableCharge;
use crate::http::wire::codes::{BillingCycle, PaymentMethod};
use crate::http::wire::money::{Payable, Price, TaxRule};
use crate::http::wire::purchase_consents::{RequiredConsent, required};
use crate::ordering::carts::quote::{Quoted, pointer};
use crate::ordering::carts::trials::{self, PreviewTrial};
use crate::policies::view::{PolicyOverride, overrides};
use crate::texts::dates;
use crate::texts::lang::Lang;
use crate::texts::phrases::Wording;
use crate::texts::reading::Said;
use domain::calendar;
use domain::cart;
use domain::id::LineId;
use domain::refusal::Refusal;
use domain::tax;
use domain::zone::Zone;
use serde::Serialize;
use utoipa::ToSchema;

/// What a cart costs, and everything that keeps it from being ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartPreview {
    /// The cart that was priced; null where the lines were sent with the request.
    #[schema(required, example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub cart_id: Option<String>,
    /// What is due with the order, with its tax where that is known.
    pub due_now: Payable,
    /// What is due each later billing cycle, one entry a cycle.
    pub recurring: Vec<PayableRecurring>,
    /// What is charged line by line.
    pub lines: Vec<PreviewLine>,
    /// Which VAT holds at the order's invoice address, and why; each line says its own. Null as long as neither the
    /// cart nor its customer has an invoice address.
    #[schema(required)]
    pub tax: Option<TaxRule>,
    /// What must be agreed to with the order: the seller's texts, and those of each vendor whose products are in it.
    pub consents_required: Vec<RequiredConsent>,
    /// The ways in which the order may be paid.
    pub payment_methods: Vec<PaymentMethod>,
    /// Everything that keeps it from being ordered; empty where nothing does.
    pub problems: Vec<PreviewProblem>,
    /// What the buyer should know of before ordering; it keeps nothing from being ordered.
    pub warnings: Vec<PreviewWarning>,
    /// Binds the order to exactly this preview; null where there is no cart that could be ordered.
    #[schema(required, example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    pub preview_token: Option<String>,
}

/// An amount that is charged again with every billing cycle, with its tax where that is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayableRecurring {
    /// How often the amount is charged.
    pub billing_cycle: BillingCycle,
    /// The amount of one billing cycle, for all licences together.
    pub money: Payable,
}

/// A line's charges.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewLine {
    /// Which of the cart's lines: 0 is the first.
    #[schema(example = 0)]
    pub position: usize,
    /// The line of the cart; null where the lines were sent with the request.
    #[schema(required, example = "lin_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub line_id: Option<String>,
    /// The offer to buy.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// What that offer sells, in the language of the request.
    #[schema(required)]
    pub offer: Option<OfferSummary>,
    /// How many licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and billing cycle.
    pub unit_price: Price,
    /// The price list that the price is from.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub price_list_id: String,
    /// Which VAT holds for the line: that of its branch, where it names one. Null as long as there is no address.
    #[schema(required)]
    pub tax: Option<TaxRule>,
    /// What is charged at once. All lines' charges sum to `due_now`.
    pub charges: Vec<PayableCharge>,
    /// What each later cycle costs; null where nothing recurs. All lines' sum to the `recurring` of their cycle.
    #[schema(required)]
    pub recurring: Option<Payable>,
    /// The first day of the first term.
    #[schema(required, format = Date, example = "2026-11-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// The day of the second charge.
    #[schema(required, format = Date, example = "2026-12-01")]
    pub next_charge_on: Option<String>,
    /// What it is an add-on of, a subscription or a line of the cart: the one that its line names, else the only one
    /// that there is. Null where it is none, or that is still to be said.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub base_id: Option<String>,
    /// The last day of the subscription that it is an add-on of, where that ends before its own term would: the add-on
    /// ends with it. Null where it does not.
    #[schema(required, format = Date, example = "2027-09-05")]
    pub ends_with_base: Option<String>,
    /// What follows a trial, and what may; null for anything else.
    #[schema(required)]
    pub trial: Option<PreviewTrial>,
    /// The policy that rules the line.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
    /// The version of that policy.
    #[schema(example = 1)]
    pub policy_version: u32,
    /// The overrides that are in its rules: the product's, then the offer's.
    pub policy_overrides: Vec<PolicyOverride>,
}

/// Something that keeps a cart from being ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewProblem {
    /// Where in the cart, as a JSON pointer: `/lines/0/quantity`.
    #[schema(example = "/lines/0/quantity")]
    pub pointer: String,
    /// The stable code of what is wrong.
    pub code: Code,
    /// The same in words, in the language of the request.
    #[schema(example = "The customer has no Microsoft tenant yet.")]
    pub detail: String,
    /// The same for whoever writes a client, in English; left out where people are told all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PUT /v1/customers/{id}/tenant creates or links one; wait for the status `linked`.")]
    pub hint: Option<String>,
    /// With `base_required`: what the add-on can be added to, by what `base_id` of its line says then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<AddOnBase>,
}

/// Something to know of before ordering.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewWarning {
    /// Where in the cart, as a JSON pointer: `/lines/0`.
    #[schema(example = "/lines/0")]
    pub pointer: String,
    /// What it is about.
    pub code: PreviewWarningCode,
    /// The day that it is about.
    #[schema(format = Date, example = "2027-09-05")]
    pub date: String,
    /// The same in words, in the language of the request.
    #[schema(example = "The add-on ends on 5 September 2027 with the subscription that it belongs to.")]
    pub detail: String,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PreviewWarningCode {
    /// An add-on ends before its own term would: with the subscription that it belongs to.
    EndsWithBase,
}

/// A priced line on the wire.
fn line(position: usize, line: &cart::PricedLine) -> PreviewLine {
    PreviewLine {
        position,
        line_id: Some(line.line.id.to_string()),
        offer_id: line.line.offer_id.to_string(),
        // In words only where it is shown: no token depends on a language.
        offer: None,
        quantity: line.line.quantity,
        unit_price: line.price.unit_price.into(),
        price_list_id: line.price.price_list_id.to_string(),
        tax: line.tax_rule.as_ref().map(TaxRule::from),
        charges: line.charges.iter().map(PayableCharge::from).collect(),
        recurring: line.recurring.map(Payable::from),
        term_start: line.term_span.map(|span| span.first.to_string()),
        term_end: line.term_span.map(|span| span.last.to_string()),
        next_charge_on: line.next_charge_on.map(|day| day.to_string()),
        base_id: line.base.map(|base| base.to_string()),
        ends_with_base: line.ends_with_base.map(|day| day.to_string()),
        trial: trials::shown(line, false),
        policy_key: line.facts.policy.key.clone(),
        policy_version: line.facts.policy.version,
        policy_overrides: overrides(&line.facts.policy),
    }
}

/// A quotation on the wire, with the token that binds an order to it.
pub fn of(app: &App, quoted: &Quoted, lang: Lang) -> CartPreview {
    let mut preview = bound(app, quoted);
    let summaries = Summaries::of(app, quoted.cart.marketplace_id, lang);
    for (shown, line) in preview.lines.iter_mut().zip(&quoted.quotation.lines) {
        shown.trial = trials::shown(line, true);
        shown.offer = summaries.of_offer(line.line.offer_id);
    }
    let problems = quoted.quotation.problems.iter().map(|problem| (pointer(problem), problem.refusal.clone()));
    let consents_required = quoted.quotation.consents_required.iter().map(|rule| required(rule, lang)).collect();
    let warnings = warnings(&quoted.quotation, lang);
    let zone = app.marketplaces.zone(quoted.cart.marketplace_id);
    CartPreview { problems: told(problems.collect(), lang, &zone), consents_required, warnings, ..preview }
}

fn warnings(quotation: &cart::Quotation, lang: Lang) -> Vec<PreviewWarning> {
    let ends = |(place, line): (usize, &cart::PricedLine)| {
        let day = line.ends_with_base?;
        let places = [("day", Said::Text(dates::day(lang, day)))];
        Some(PreviewWarning {
            pointer: format!("/lines/{place}"),
            code: PreviewWarningCode::EndsWithBase,
            date: day.to_string(),
            detail: Wording::AddOnEndsWithBase.said(lang, &places),
        })
    };
    quotation.lines.iter().enumerate().filter_map(ends).collect()
}

/// The same of lines that no cart holds: there is nothing that could be ordered.
pub fn of_lines(app: &App, quoted: &Quoted, lang: Lang) -> CartPreview {
    let mut preview = of(app, quoted, lang);
    for line in &mut preview.lines {
        line.line_id = None;
    }
    CartPreview { cart_id: None, preview_token: None, ..preview }
}

/// The token that a preview made now would have.
pub fn token(app: &App, quoted: &Quoted) -> Option<String> {
    bound(app, quoted).preview_token
}

/// Bound to everything that a buyer was shown of the order: cart, lines, amounts, spans, policies, price lists,
/// consents, what follows a trial. What keeps it from being ordered is not in it.
fn bound(app: &App, quoted: &Quoted) -> CartPreview {
    let quotation = &quoted.quotation;
    let place = |id: LineId| quoted.cart.lines.iter().position(|line| line.id == id).unwrap_or_default();
    let priced = |one: &cart::PricedLine| line(place(one.line.id), one);
    let recurs = |(cycle, payable): &(calendar::BillingCycle, tax::Payable)| PayableRecurring {
        billing_cycle: BillingCycle(*cycle),
        money: Payable::from(*payable),
    };
    let preview = CartPreview {
        cart_id: Some(quoted.cart.id.to_string()),
        due_now: quotation.due_now.into(),
        recurring: quotation.recurring.iter().map(recurs).collect(),
        lines: quotation.lines.iter().map(priced).collect(),
        tax: quotation.tax_rule.as_ref().map(TaxRule::from),
        // As titles of products: no token depends on the reader's language.
        consents_required: quotation.consents_required.iter().map(|rule| required(rule, Lang::En)).collect(),
        payment_methods: quotation.payment_methods.iter().map(|method| PaymentMethod(*method)).collect(),
        problems: vec![],
        warnings: vec![],
        preview_token: None,
    };
    let content = serde_json::to_vec(&preview).unwrap_or_default();
    CartPreview { preview_token: Some(app.keys.bind("cart preview", &content)), ..preview }
}

/// Refusals with their pointers, in words; instants as the clocks of a zone show them.
pub fn told(refusals: Vec<(String, Refusal)>, lang: Lang, zone: &Zone) -> Vec<PreviewProblem> {
    let bases = |refusal: &Refusal| match refusal {
        Refusal::BaseRequired(bases) => bases.iter().map(AddOnBase::from).collect(),
        _ => vec![],
    };
    let named: Vec<Vec<AddOnBase>> = refusals.iter().map(|(_, refusal)| bases(refusal)).collect();
    let all = Problem::refusals(refusals);
    let text = |(field, bases): (&FieldProblem, Vec<AddOnBase>)| {
        let told = field.told(lang, zone);
        let (pointer, code) = (field.pointer.clone(), field.code);
        PreviewProblem { detail: told.detail, hint: told.hint, pointer, code, bases }
    };
    all.fields.iter().zip(named).map(text).collect()
}
