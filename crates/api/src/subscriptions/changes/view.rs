//! Changes on the wire: what a change would do, and what became of one that was made.

use crate::App;
use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::codes::{Payer, PaymentMethod};
use crate::http::wire::purchase_consents::{AgreedConsent, RequiredConsent, agreed, required};
use crate::page;
use crate::subscriptions::changes::decide::Decided;
use crate::subscriptions::changes::earlier;
use crate::subscriptions::changes::outcome::{self, ChangeOutcome, Repriced};
use crate::subscriptions::changes::request::{self, ChangeRequest};
use crate::subscriptions::licenses::of_others;
use crate::texts::lang::Lang;
use domain::access::Scope;
use domain::pricing::Buyer;
use domain::subscription::{Subscription, SubscriptionStatus};
use serde::Serialize;
use serde_json::Value;
use store::changes::{RequestedChange, Status};
use utoipa::ToSchema;

/// What a change would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangePreview {
    /// The subscription that would change.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Who pays its price.
    pub payer: Payer,
    /// The change that was asked for.
    pub request: ChangeRequest,
    /// What the change would do.
    pub outcome: ChangeOutcome,
    /// What must be agreed to with the change: what an order of the same would ask for, without what was agreed to with
    /// the subscription's order or an earlier change.
    pub consents_required: Vec<RequiredConsent>,
    /// The ways in which the change may be paid.
    pub payment_methods: Vec<PaymentMethod>,
    /// Binds the change to exactly this preview.
    #[schema(example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    pub preview_token: String,
}

/// A change that was made or waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionChange {
    /// The change's id.
    #[schema(example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The subscription that it changes.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Who pays its price.
    pub payer: Payer,
    /// What was asked for, but for what was agreed to.
    pub request: ChangeRequest,
    /// What the buyer agreed to with the change, in the words of the texts of then.
    pub consents: Vec<AgreedConsent>,
    /// Where the change stands.
    pub status: ChangeStatus,
    /// Who asked for it: the id of a user or of an API client.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub requested_by: String,
    /// When it was asked for, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub requested_at: String,
    /// When it takes or took effect.
    #[schema(format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub effective_at: String,
    /// When it was done, withdrawn, replaced or refused; null while it waits.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:02Z")]
    pub applied_at: Option<String>,
    /// Microsoft's code, where it was refused and undone; null otherwise.
    #[schema(required, example = "800069")]
    pub failure: Option<String>,
    /// What it did, as previewed.
    #[schema(value_type = ChangeOutcome)]
    pub outcome: Value,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// Microsoft is being asked.
    Applying,
    /// It waits for its instant.
    Scheduled,
    /// It has taken effect.
    Done,
    /// Microsoft refused it; it is undone.
    Failed,
    /// A later change took its place.
    Replaced,
    /// Somebody took it back.
    Withdrawn,
}

impl From<Status> for ChangeStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Applying => Self::Applying,
            Status::Scheduled => Self::Scheduled,
            Status::Done => Self::Done,
            Status::Failed => Self::Failed,
            Status::Replaced => Self::Replaced,
            Status::Withdrawn => Self::Withdrawn,
        }
    }
}

page!(
    /// A page of changes, newest first.
    SubscriptionChangePage of SubscriptionChange
);

/// A change of a subscription as it is answered. What waits says whether another price has been published since for its
/// instant; who sees only its own licences is told of no others.
pub fn change(
    app: &App,
    scope: &Scope,
    subscription: &Subscription,
    record: &RequestedChange,
    lang: Lang,
) -> SubscriptionChange {
    let consents = record.terms.consents.iter();
    let consents = consents.map(|consent| agreed(consent, &record.requested_by, record.requested_at, lang));
    let mut outcome = record.outcome.clone();
    of_others::hide(scope, &mut outcome);
    earlier::with_tax(&mut outcome);
    if let Some(repriced) = repriced(app, subscription.buyer(), record) {
        outcome["then"]["repriced"] = repriced;
    }
    SubscriptionChange {
        id: record.id.to_string(),
        subscription_id: record.subscription_id.to_string(),
        payer: Payer(subscription.payer),
        request: request::with_terms(&record.change, record.when, &record.terms),
        consents: consents.collect(),
        status: record.status.into(),
        requested_by: record.requested_by.clone(),
        requested_at: instant(record.requested_at),
        effective_at: instant(record.effective_at),
        applied_at: record.applied_at.map(instant),
        failure: record.failure.clone(),
        outcome,
    }
}

/// The price that a change which waits will have, where that is another one than it was told.
fn repriced(app: &App, buyer: Buyer, record: &RequestedChange) -> Option<Value> {
    let then = record.outcome.get("then").filter(|then| record.status == Status::Scheduled && !then.is_null())?;
    let offer = then["offer_id"].as_str()?.parse().ok()?;
    then["price_valid_from"].as_str()?;
    let quote = app.catalogs.of(record.marketplace_id).price(offer, buyer, record.effective_at)?;
    let repriced = Repriced { unit_price: quote.unit_price.into(), price_valid_from: instant(quote.valid_from) };
    let repriced = serde_json::to_value(repriced).ok()?;
    (repriced["unit_price"] != then["unit_price"]).then_some(repriced)
}

/// A decision as it is previewed, with the token that binds a change to it.
pub fn preview(app: &App, decided: &Decided, lang: Lang) -> Result<ChangePreview, Problem> {
    let Decided { loaded, request, decision, then, tax_rule, purchase } = decided;
    let subscription = &loaded.facts.subscription;
    let base = loaded.facts.base.as_ref();
    let outcome = outcome::of(decision, base, then.as_ref(), *tax_rule, None).map_err(Problem::internal)?;
    // The instant of a change at once is not part of what was seen: a second later it is another one.
    let ends_at = outcome.ends_at.clone().filter(|_| decision.after.status != SubscriptionStatus::Canceled);
    let shown = ChangeOutcome { ends_at, add_ons: Vec::new(), ..outcome.clone() };
    let add_ons: Vec<_> = outcome.add_ons.iter().map(|add_on| (&add_on.subscription_id, &add_on.charges)).collect();
    let said = (&purchase.terms.reference, &purchase.terms.branch, &purchase.consents_required);
    let content = (subscription.id, subscription.version, request.change, request.when, &shown, &add_ons, said);
    let content = serde_json::to_vec(&content).map_err(Problem::internal)?;
    Ok(ChangePreview {
        subscription_id: subscription.id.to_string(),
        payer: Payer(subscription.payer),
        request: request::with_terms(&request.change, request.when, &purchase.terms),
        outcome,
        consents_required: purchase.consents_required.iter().map(|rule| required(rule, lang)).collect(),
        payment_methods: purchase.payment_methods.iter().map(|method| PaymentMethod(*method)).collect(),
        preview_token: app.keys.bind("change preview", &content),
    })
}
