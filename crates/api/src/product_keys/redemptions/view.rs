//! Redemptions on the wire: what was entered, and what completing it does. A key is never shown again, only its last
//! group.

use crate::App;
use crate::catalog::summary::{OfferSummary, Summaries};
use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::codes::{KeyAction, RedemptionStatus, Starts};
use crate::ordering::carts::preview::{self, PreviewProblem};
use crate::page;
use crate::product_keys::redemptions::new_customer::NewCustomer;
use crate::product_keys::redemptions::review::{consider, known_keys};
use crate::texts::lang::Lang;
use domain::access::Scope;
use domain::product_key::review::{Activation, KeyChange, Review, Reviewed};
use domain::product_key::{self, EnteredKey};
use domain::subscription::change::Change;
use serde::Serialize;
use store::Conn;
use store::product_keys::KnownKey;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A redemption of product keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Redemption {
    /// The redemption's id.
    #[schema(example = "rdm_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where the redemption stands.
    pub status: RedemptionStatus,
    /// The customer that it is for; null as long as that does not exist, because it comes into being with it.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// The customer that comes into being once the redemption is completed; null where there is one.
    #[schema(required)]
    pub new_customer: Option<NewCustomer>,
    /// The first administrator of the customer that came into being with it; null where none did.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub administrator_id: Option<String>,
    /// The reseller of that customer; null where there is none.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The keys, in the order they were entered.
    pub keys: Vec<RedemptionKey>,
    /// What completing it would do, one entry a subscription; only of a single one that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<RedemptionEffect>>,
    /// Everything that keeps it from being completed; only of a single one that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problems: Option<Vec<PreviewProblem>>,
    /// The partner's number that the customer names; null where none was named.
    #[schema(required, example = "5357564")]
    pub partner_of_record: Option<String>,
    /// Who confirmed being responsible: the id of a user or of an API client.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub confirmed_by: String,
    /// When it was begun, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When its keys were consumed; null while it is open.
    #[schema(required, format = DateTime, example = "2026-11-21T08:00:00Z")]
    pub completed_at: Option<String>,
    /// The order of what its keys began; null where they began nothing.
    #[schema(required, example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub order_id: Option<String>,
}

page!(
    /// A page of redemptions, newest first.
    RedemptionPage of Redemption
);

/// A key that was entered into a redemption.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedemptionKey {
    /// Its place in the redemption, from 0.
    #[schema(example = 0)]
    pub position: usize,
    /// Its last group of five characters; the rest is not kept.
    #[schema(example = "23456")]
    pub last_five: String,
    /// Whether this redemption has consumed it; not before it is completed, and no longer where Microsoft refused it.
    pub consumed: bool,
    /// The offer that it pays a term of; null where there is no such key.
    #[schema(required, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: Option<String>,
    /// What that offer sells; null where there is no such key, or the offer left the catalogue.
    #[schema(required)]
    pub offer: Option<OfferSummary>,
    /// How many licences it pays; null where there is no such key.
    #[schema(required, example = 5)]
    pub quantity: Option<u32>,
    /// What it could do for this customer; only of a single redemption that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible_actions: Option<Vec<KeyAction>>,
    /// What it will do, or did; null where that is not decided.
    #[schema(required)]
    pub action: Option<KeyAction>,
    /// With which subscription; null for one that is yet to begin.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: Option<String>,
    /// When its renewal starts; null where it renews nothing.
    #[schema(required)]
    pub starts: Option<Starts>,
}

/// What keys do with one subscription. Nothing is charged: they were paid before.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedemptionEffect {
    /// The keys that do it, by their places.
    #[schema(example = json!([0, 2]))]
    pub keys: Vec<usize>,
    /// What the keys do together.
    pub action: KeyAction,
    /// The offer that then holds.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// The subscription; null for one that begins.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: Option<String>,
    /// How many licences the subscription then has.
    #[schema(example = 10)]
    pub quantity: u32,
    /// The first day of the term that they pay or that runs; null for a perpetual licence.
    #[schema(required, format = Date, example = "2026-11-20")]
    pub term_start: Option<String>,
    /// The last day of that term, itself included; null for a perpetual licence.
    #[schema(required, format = Date, example = "2027-11-19")]
    pub term_end: Option<String>,
    /// When a renewal starts; null where nothing is renewed.
    #[schema(required)]
    pub starts: Option<Starts>,
    /// Paid days that are lost with a renewal that starts at once.
    #[schema(example = 0)]
    pub days_lost: i64,
}

/// A redemption as it is shown alone: with its review as of now while it is open.
pub fn shown(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    redemption: &product_key::Redemption,
    lang: Lang,
    now: OffsetDateTime,
) -> Result<Redemption, Problem> {
    let known = known_keys(conn, redemption)?;
    let summaries = Summaries::of(app, redemption.marketplace_id, lang);
    if redemption.status == product_key::RedemptionStatus::Completed {
        return Ok(plain(redemption, &known, &summaries));
    }
    let loaded = consider(app, conn, scope, redemption, known, store::subscriptions::get, now)?;
    let (review, problems) = loaded.reviewed(redemption);
    let problems = preview::told(problems, lang, &app.marketplaces.zone(scope.marketplace()));
    Ok(reviewed(plain(redemption, &loaded.known, &summaries), &review, problems))
}

/// A redemption as it was entered or completed, without a review.
pub fn plain(redemption: &product_key::Redemption, known: &[KnownKey], summaries: &Summaries) -> Redemption {
    let key = |(position, key): (usize, &EnteredKey)| {
        let found = known.iter().find(|known| known.digest == key.digest);
        RedemptionKey {
            position,
            last_five: key.last_five.clone(),
            consumed: found.is_some_and(|found| found.redemption_id == Some(redemption.id)),
            offer_id: found.map(|found| found.offer_id.to_string()),
            offer: found.and_then(|found| summaries.of_offer(found.offer_id)),
            quantity: found.map(|found| found.quantity),
            possible_actions: None,
            action: key.wanted.action.map(KeyAction),
            subscription_id: key.wanted.subscription_id.map(|id| id.to_string()),
            starts: key.wanted.starts.map(Starts),
        }
    };
    Redemption {
        id: redemption.id.to_string(),
        status: RedemptionStatus(redemption.status),
        customer_id: redemption.customer_id.map(|id| id.to_string()),
        new_customer: redemption.new_customer.as_ref().map(NewCustomer::from),
        administrator_id: redemption.administrator_id.map(|id| id.to_string()),
        reseller_id: redemption.reseller_id.map(|id| id.to_string()),
        keys: redemption.keys.iter().enumerate().map(key).collect(),
        effects: None,
        problems: None,
        partner_of_record: redemption.partner_of_record.clone(),
        confirmed_by: redemption.confirmed_by.clone(),
        created_at: instant(redemption.created_at),
        completed_at: redemption.completed_at.map(instant),
        order_id: redemption.order_id.map(|id| id.to_string()),
    }
}

/// The same with its review.
fn reviewed(plain: Redemption, review: &Review, problems: Vec<PreviewProblem>) -> Redemption {
    let key = |(key, reviewed): (RedemptionKey, &Reviewed)| RedemptionKey {
        possible_actions: Some(reviewed.possible.iter().map(|action| KeyAction(*action)).collect()),
        action: reviewed.action.map(KeyAction).or(key.action),
        subscription_id: reviewed.subscription_id.map(|id| id.to_string()).or(key.subscription_id),
        starts: reviewed.starts.map(Starts).or(key.starts),
        ..key
    };
    let begins = review.activations.iter().map(begins);
    let effects = begins.chain(review.changes.iter().map(changes)).collect();
    Redemption {
        keys: plain.keys.into_iter().zip(&review.keys).map(key).collect(),
        effects: Some(effects),
        problems: Some(problems),
        ..plain
    }
}

fn begins(activation: &Activation) -> RedemptionEffect {
    let line = &activation.line;
    RedemptionEffect {
        keys: activation.keys.clone(),
        action: KeyAction(product_key::action::KeyAction::Activate),
        offer_id: line.line.offer_id.to_string(),
        subscription_id: None,
        quantity: line.line.quantity,
        term_start: line.term_span.map(|span| span.first.to_string()),
        term_end: line.term_span.map(|span| span.last.to_string()),
        starts: None,
        days_lost: 0,
    }
}

fn changes(change: &KeyChange) -> RedemptionEffect {
    let after = &change.decision.after;
    let starts = match change.request.change {
        Change::Renew(starts) => Some(starts),
        _ => None,
    };
    let span = change.term_span;
    let action =
        if starts.is_some() { product_key::action::KeyAction::Renew } else { product_key::action::KeyAction::AddUsers };
    RedemptionEffect {
        keys: change.keys.clone(),
        action: KeyAction(action),
        offer_id: after.offer_id.to_string(),
        subscription_id: Some(change.subscription_id.to_string()),
        quantity: after.quantity,
        term_start: span.map(|span| span.first.to_string()),
        term_end: span.map(|span| span.last.to_string()),
        starts: starts.map(Starts),
        days_lost: change.decision.days_lost,
    }
}
