//! The history of a subscription: every change, charge and event, in order.

use crate::auth::caller::Caller;
use crate::auth::permits::SubscriptionsRead;
use crate::auth::standing::Identity;
use crate::clock::instant;
use crate::http::meta::language;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::charge::Charge;
use crate::http::wire::codes::{EventKind, Payer};
use crate::http::wire::list::ShortQuery;
use crate::subscriptions::changes::decide::tax_rule;
use crate::subscriptions::changes::view::{self as change_view, SubscriptionChange};
use crate::subscriptions::licenses::of_others;
use crate::texts::lang::Lang;
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::{Permission, Scope};
use domain::id::SubscriptionId;
use domain::pricing::Payer as PaidBy;
use domain::subscription::Subscription;
use serde::Serialize;
use serde_json::Value;
use store::Conn;
use store::charges::BookedCharge;
use store::page::PageRequest;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The most changes of a history.
const CHANGES: u32 = 2_000;

/// One thing of a history: exactly one of `event`, `charge` and `change` is there.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Its id: of the event, the charge or the change.
    #[schema(example = "evt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// When, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// Who pays the price of the subscription.
    pub payer: Payer,
    /// The change that it is of; null where nobody asked for a change.
    #[schema(required, example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub change_id: Option<String>,
    /// Something that happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<HistoryEvent>,
    /// An amount that was charged or given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// A change that somebody asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<SubscriptionChange>,
}

/// Something that happened to a subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEvent {
    /// The kind of what happened.
    pub kind: EventKind,
    /// What is known besides; the fields depend on the kind.
    #[schema(value_type = Object)]
    pub details: Value,
}

/// A page of a history, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryPage {
    /// The entries of the page, oldest first.
    pub data: Vec<HistoryEntry>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Y2hnXzAxa2FneTJxazhlM3ZyYzZoMXgwbTR0N3dz")]
    pub next_cursor: Option<String>,
}

/// List a subscription's history
///
/// Every change, charge and event in the order in which they happened; charges only for who may see amounts.
#[utoipa::path(
    tag = "subscriptions",
    params(("subscription_id" = String, Path, description = "The subscription's id"), ShortQuery),
    responses((status = 200, body = HistoryPage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/history")]
pub async fn list_history(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<SubscriptionId>,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let (identity, lang) = (caller.identity(), language(request.headers()));
    let entries = transaction::read(&app, move |app, conn| entries(app, conn, &identity, id.0, lang)).await?;
    let (data, next_cursor) = query.0.page(entries, |entry| &entry.id)?;
    Ok(reply::in_language(reply::ok(&HistoryPage { data, next_cursor })?, lang))
}

fn entries(
    app: &App,
    conn: &mut Conn,
    of: &Identity,
    id: SubscriptionId,
    lang: Lang,
) -> Result<Vec<HistoryEntry>, Problem> {
    let scope = &of.scope;
    let subscription = store::subscriptions::get(conn, scope, id)?;
    let payer = Payer(subscription.payer);
    let all = PageRequest { limit: CHANGES, after: None, descending: true };
    let changes = store::changes::list(conn, scope, id, &all)?.items;
    let told_amounts = of.may(Permission::MoneyRead) && !(scope.customer().is_some() && payer.0 == PaidBy::Reseller);
    let charges = match told_amounts {
        true => charges(app, conn, scope, &subscription)?,
        false => vec![],
    };
    let events = store::outbox::events_of(conn, scope, &id.to_string())?;
    let shown = |record: &_| change_view::change(app, scope, &subscription, record, lang);
    let changes = changes.iter().map(|record| (record.requested_at, 0, change(payer, record, shown(record))));
    let charges = charges.into_iter().map(|(record, shown)| (record.created_at, 1, charge(payer, &record, shown)));
    let events = events.into_iter().filter_map(|happened| told(scope, happened));
    let events = events.map(|happened| (happened.occurred_at, 2, event(payer, happened)));
    let mut ranked: Vec<(OffsetDateTime, u8, HistoryEntry)> = changes.chain(charges).chain(events).collect();
    // What was asked for, then what it cost, then what came of it.
    ranked.sort_by(|(at, rank, entry), (other_at, other_rank, other)| {
        (at, rank, &entry.id).cmp(&(other_at, other_rank, &other.id))
    });
    Ok(ranked.into_iter().map(|(_, _, entry)| entry).collect())
}

/// The charges of a subscription as they are shown.
fn charges(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    of: &Subscription,
) -> Result<Vec<(BookedCharge, Charge)>, Problem> {
    let (rule, mode) = (tax_rule(app, conn, scope, of)?, of.policy.rules.rounding.mode);
    let shown = |record: BookedCharge| {
        let charge = Charge::of(&record.charge, rule, mode).map_err(Problem::internal)?;
        Ok((record, charge))
    };
    store::charges::of_subscription(conn, scope, of.id)?.into_iter().map(shown).collect()
}

/// What happened, as far as it is told: of licences, who sees only what is assigned to it is told of its own.
fn told(scope: &Scope, mut happened: domain::event::Event<Value>) -> Option<domain::event::Event<Value>> {
    of_others::hide(scope, &mut happened.payload).then_some(happened)
}

fn entry(id: String, at: OffsetDateTime, payer: Payer) -> HistoryEntry {
    HistoryEntry { id, at: instant(at), payer, change_id: None, event: None, charge: None, change: None }
}

fn change(payer: Payer, record: &store::changes::RequestedChange, shown: SubscriptionChange) -> HistoryEntry {
    let change_id = Some(record.id.to_string());
    HistoryEntry { change: Some(shown), change_id, ..entry(record.id.to_string(), record.requested_at, payer) }
}

fn charge(payer: Payer, record: &BookedCharge, shown: Charge) -> HistoryEntry {
    let change_id = record.change_id.map(|id| id.to_string());
    HistoryEntry { charge: Some(shown), change_id, ..entry(record.id.to_string(), record.created_at, payer) }
}

fn event(payer: Payer, happened: domain::event::Event<Value>) -> HistoryEntry {
    let named = ["change_id", "refused_change_id"].iter().find_map(|name| happened.payload[*name].as_str());
    let change_id = named.map(str::to_owned);
    let (id, at) = (happened.id.to_string(), happened.occurred_at);
    let event = Some(HistoryEvent { kind: EventKind(happened.kind), details: happened.payload });
    HistoryEntry { event, change_id, ..entry(id, at, payer) }
}
