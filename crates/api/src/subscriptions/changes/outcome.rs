//! What a change does, on the wire: the same shape in the preview and in the change that was made.

use crate::clock::instant;
use crate::http::wire::charge::Charge;
use crate::http::wire::codes::{AtTermEnd, SubscriptionStatus};
use crate::http::wire::money::{Money, Price};
use domain::billing;
use domain::id::SubscriptionId;
use domain::money::MoneyError;
use domain::proration;
use domain::subscription::Subscription;
use domain::subscription::add_ons::Outlook;
use domain::subscription::change::{Decision, Offered, Outcome, Split, Timing};
use domain::subscription::due::Due;
use domain::subscription::renewal;
use domain::tax::{self, TaxRule, Taxed};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// What a change does: what is charged at once, and how the subscription stands after the request.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChangeOutcome {
    /// When it takes effect; null is at once.
    #[schema(required, format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub effective_at: Option<String>,
    /// What is charged and given back at once; a credit is below zero. With those of add-ons and of a new subscription
    /// they sum to `due_now`.
    pub charges: Vec<Charge>,
    /// What is due with it, with its tax, add-ons and a new subscription included.
    pub due_now: Money,
    /// What each later billing cycle costs; null where nothing recurs.
    #[schema(required)]
    pub recurring: Option<Money>,
    /// How many licences there are right after the request.
    #[schema(example = 12)]
    pub quantity: u32,
    /// Where the subscription stands right after the request.
    pub status: SubscriptionStatus,
    /// The offer that then holds.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// The first day of the term that then runs.
    #[schema(required, format = Date, example = "2026-09-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2027-09-05")]
    pub term_end: Option<String>,
    /// What then follows the term.
    pub at_term_end: AtTermEnd,
    /// When it ends, where it will; null where it goes on.
    #[schema(required, format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub ends_at: Option<String>,
    /// What a scheduled change, or a renewal that is turned on, will bring at its instant, at the prices that are
    /// published for it by now; null where all is done at once.
    #[schema(required)]
    pub then: Option<Expected>,
    /// The change that waited and no longer does; null where none did.
    #[schema(required)]
    pub replaced: Option<Replaced>,
    /// What was to follow the term before this change, which now says otherwise; null where that stays.
    #[schema(required)]
    pub replaced_at_term_end: Option<AtTermEnd>,
    /// Users who have a licence and must give it up before the change takes effect, those who got theirs last. The
    /// policy says what becomes of it otherwise: `assigned_at_renewal`.
    #[schema(example = json!(["usr_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    pub must_give_up: Vec<String>,
    /// What happens to its add-ons.
    pub add_ons: Vec<AddOnOutcome>,
    /// A subscription that comes of it, where only some licences change their edition; null otherwise.
    #[schema(required)]
    pub new_subscription: Option<NewSubscription>,
    /// Paid days that are lost with a renewal that starts at once.
    #[schema(example = 0)]
    pub days_lost: i64,
    /// How many more changes its policy allows after this one; null where it sets no limit.
    #[schema(required, example = 1197)]
    pub updates_left: Option<u32>,
    /// Whether four fifths of the changes that its policy allows are made then.
    #[schema(example = false)]
    pub few_updates_left: bool,
}

/// How the subscription will stand right after a scheduled change took effect.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Expected {
    /// Where the subscription will stand.
    pub status: SubscriptionStatus,
    /// How many licences it will have.
    #[schema(example = 7)]
    pub quantity: u32,
    /// The offer that will hold.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// The first day of the term that will run.
    #[schema(required, format = Date, example = "2027-09-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2028-09-05")]
    pub term_end: Option<String>,
    /// What will be charged at that instant; sums to `due`.
    pub charges: Vec<Charge>,
    /// The same together, with its tax.
    pub due: Money,
    /// The price of a licence and billing cycle then.
    pub unit_price: Price,
    /// Since when that is the price, as it is published by now; null where it is no published one.
    #[schema(required, format = DateTime, example = "2027-09-01T00:00:00Z")]
    pub price_valid_from: Option<String>,
    /// The price that was published since for the same instant, and will be charged instead; null where none was.
    #[schema(required)]
    pub repriced: Option<Repriced>,
}

/// A price that was published after a change had been asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Repriced {
    /// The price of a licence and billing cycle.
    pub unit_price: Price,
    /// Since when that is the price.
    #[schema(format = DateTime, example = "2027-09-01T00:00:00Z")]
    pub price_valid_from: String,
}

/// A change that waited and no longer does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Replaced {
    /// The id of the change that waited.
    #[schema(example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub change_id: String,
    /// When it would have taken effect.
    #[schema(format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub effective_at: String,
}

/// What happens to an add-on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AddOnOutcome {
    /// The subscription that is the add-on.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Where the add-on then stands.
    pub status: SubscriptionStatus,
    /// What then follows its term.
    pub at_term_end: AtTermEnd,
    /// When it ends; null where it goes on.
    #[schema(required, format = DateTime, example = "2026-10-01T00:00:00Z")]
    pub ends_at: Option<String>,
    /// What is charged and given back at once.
    pub charges: Vec<Charge>,
    /// What will be given back when it ends with its base: what it was charged until now for later days.
    pub credits_at_end: Vec<Charge>,
}

/// A subscription that comes of a change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NewSubscription {
    /// Its id; null in a preview.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: Option<String>,
    /// The offer that it begins with.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// How many licences go to it.
    #[schema(example = 3)]
    pub quantity: u32,
    /// Its last day, itself included: the old one's.
    #[schema(required, format = Date, example = "2027-09-05")]
    pub term_end: Option<String>,
    /// What it is charged at once.
    pub charges: Vec<Charge>,
}

/// A decision on the wire, of an add-on with what it is one of. The tax is the customer's, rounded once for the whole.
pub fn of(
    decision: &Decision,
    base: Option<&Subscription>,
    then: Option<&(OffsetDateTime, Vec<Offered>)>,
    tax_rule: TaxRule,
    new_subscription: Option<SubscriptionId>,
) -> Result<ChangeOutcome, MoneyError> {
    let after = &decision.after;
    let span = after.term_span;
    let outlook = Outlook::of(after, base);
    Ok(ChangeOutcome {
        effective_at: match decision.timing {
            Timing::Now => None,
            Timing::At(at) => Some(instant(at)),
        },
        charges: charges(&decision.charges, decision, tax_rule)?,
        due_now: due(decision, tax_rule)?.into(),
        recurring: recurring(after, tax_rule)?.map(Money::from),
        quantity: after.quantity,
        status: SubscriptionStatus(after.status),
        offer_id: after.offer_id.to_string(),
        term_start: span.map(|span| span.first.to_string()),
        term_end: span.map(|span| span.last.to_string()),
        at_term_end: AtTermEnd(outlook.at_term_end),
        ends_at: outlook.ending.map(|ending| instant(ending.ends_at)),
        then: then.map(|(at, offers)| expected(decision, *at, offers, tax_rule)).transpose()?,
        replaced: decision.replaced.as_ref().map(|replaced| Replaced {
            change_id: replaced.change_id.to_string(),
            effective_at: instant(replaced.effective_at),
        }),
        replaced_at_term_end: decision.replaced_at_term_end.map(AtTermEnd),
        must_give_up: decision.must_give_up.iter().map(ToString::to_string).collect(),
        add_ons: decision
            .add_ons
            .iter()
            .map(|outcome| add_on(outcome, decision, tax_rule))
            .collect::<Result<_, _>>()?,
        new_subscription: decision
            .split
            .as_ref()
            .map(|split| new(split, decision, tax_rule, new_subscription))
            .transpose()?,
        days_lost: decision.days_lost,
        updates_left: after.updates_left(),
        few_updates_left: after.few_updates_left(),
    })
}

fn expected(
    decision: &Decision,
    at: OffsetDateTime,
    offers: &[Offered],
    rule: TaxRule,
) -> Result<Expected, MoneyError> {
    let mut step = renewal::expected(&Due { subscription: &decision.after, offers, assigned: 0, base: None }, at)?;
    billing::share_tax(&mut step.charges, rule, decision.after.policy.rules.rounding.mode)?;
    let own = offers.iter().find(|offered| offered.offer.id == step.after.offer_id);
    let published = own.filter(|own| own.price == Some(step.after.unit_price));
    let (after, mode) = (&step.after, decision.after.policy.rules.rounding.mode);
    let nets = step.charges.iter().map(|charge| charge.net);
    Ok(Expected {
        status: SubscriptionStatus(after.status),
        quantity: after.quantity,
        offer_id: after.offer_id.to_string(),
        term_start: after.term_span.map(|span| span.first.to_string()),
        term_end: after.term_span.map(|span| span.last.to_string()),
        charges: charges(&step.charges, decision, rule)?,
        due: tax::document(rule, after.unit_price.currency, nets, mode)?.into(),
        unit_price: after.unit_price.into(),
        price_valid_from: published.and_then(|own| own.price_valid_from).map(instant),
        repriced: None,
    })
}

fn due(decision: &Decision, rule: TaxRule) -> Result<Taxed, MoneyError> {
    let mode = decision.after.policy.rules.rounding.mode;
    let nets = decision.all_charges().map(|charge| charge.net);
    tax::document(rule, decision.after.unit_price.currency, nets, mode)
}

/// What each later cycle of a subscription costs, with its tax; none where it is over or nothing recurs.
pub fn recurring(subscription: &Subscription, rule: TaxRule) -> Result<Option<Taxed>, MoneyError> {
    let recurs = subscription.billing_cycle.months().is_some() && subscription.status.owned();
    if !recurs || subscription.ending.is_some() {
        return Ok(None);
    }
    let rounding = subscription.policy.rules.rounding;
    let net = proration::whole(subscription.unit_price, subscription.quantity, rounding)?.money;
    Ok(Some(tax::document(rule, net.currency, [net], rounding.mode)?))
}

fn add_on(outcome: &Outcome, decision: &Decision, rule: TaxRule) -> Result<AddOnOutcome, MoneyError> {
    let credits = decision.add_on_credits.iter().filter(|(id, _)| *id == outcome.after.id);
    let outlook = Outlook::of(&outcome.after, Some(&decision.after));
    Ok(AddOnOutcome {
        subscription_id: outcome.after.id.to_string(),
        status: SubscriptionStatus(outcome.after.status),
        at_term_end: AtTermEnd(outlook.at_term_end),
        ends_at: outlook.ending.map(|ending| instant(ending.ends_at)),
        charges: charges(&outcome.charges, decision, rule)?,
        credits_at_end: charges(credits.flat_map(|(_, charges)| charges), decision, rule)?,
    })
}

fn new(
    split: &Split,
    decision: &Decision,
    rule: TaxRule,
    id: Option<SubscriptionId>,
) -> Result<NewSubscription, MoneyError> {
    Ok(NewSubscription {
        subscription_id: id.map(|id| id.to_string()),
        offer_id: split.subscription.offer_id.to_string(),
        quantity: split.subscription.quantity,
        term_end: split.subscription.term_span.map(|span| span.last.to_string()),
        charges: charges(&split.charges, decision, rule)?,
    })
}

/// What a change charges and gives back, with its tax.
fn charges<'a>(
    charges: impl IntoIterator<Item = &'a billing::Charge>,
    decision: &Decision,
    rule: TaxRule,
) -> Result<Vec<Charge>, MoneyError> {
    let mode = decision.after.policy.rules.rounding.mode;
    charges.into_iter().map(|charge| Charge::of(charge, rule, mode)).collect()
}
