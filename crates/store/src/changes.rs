//! Changes of subscriptions: what was asked for, by whom, and what became of it.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::subscription_changes;
use crate::statement::{LIST, found, updated};
use crate::types::{At, Coded, Id, Json, closed_set};
use diesel::prelude::*;
use domain::access::Scope;
use domain::consent::Consent;
use domain::id::{ChangeId, CustomerId, MarketplaceId, ResellerId, SubscriptionId};
use domain::subscription::change::{Change, ChangeKind, Terms, When};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use time::OffsetDateTime;

closed_set! {
    /// Where a change stands.
    Status {
        /// Microsoft is being asked for it.
        Applying = "applying",
        /// It waits for its instant.
        Scheduled = "scheduled",
        /// It took effect.
        Done = "done",
        /// It could not take effect.
        Failed = "failed",
        /// Another change took its place.
        Replaced = "replaced",
        /// It was taken back before its instant.
        Withdrawn = "withdrawn",
    }
}

/// A change that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedChange {
    /// The id that its tasks and charges name.
    pub id: ChangeId,
    /// The subscription's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Whose subscription is changed.
    pub customer_id: CustomerId,
    /// Through which reseller it was bought.
    pub reseller_id: Option<ResellerId>,
    /// The subscription that is changed.
    pub subscription_id: SubscriptionId,
    /// What was asked for.
    pub change: Change,
    /// From when on, as asked for.
    pub when: When,
    /// Reference, branch, payment method and consents, as with an order.
    pub terms: Terms,
    /// Where it stands.
    pub status: Status,
    /// Who asked: a user's or an API client's id.
    pub requested_by: String,
    /// When that was.
    pub requested_at: OffsetDateTime,
    /// When it takes or took effect.
    pub effective_at: OffsetDateTime,
    /// When it did.
    pub applied_at: Option<OffsetDateTime>,
    /// What the answer to the request said.
    pub outcome: Value,
    /// What it takes to go back, should Microsoft refuse it.
    pub undo: Option<Value>,
    /// Why it could not take effect.
    pub failure: Option<String>,
    /// Counts each change of the row; the ETag.
    pub version: i64,
}

/// What was asked for, as a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Request {
    change: Change,
    when: When,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = subscription_changes, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<ChangeId>,
    customer_id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    subscription_id: Id<SubscriptionId>,
    kind: Coded<ChangeKind>,
    request: Json<Request>,
    status: Coded<Status>,
    requested_by: String,
    requested_at: At,
    effective_at: At,
    applied_at: Option<At>,
    outcome: Json<Value>,
    undo: Option<Json<Value>>,
    failure: Option<String>,
    version: i64,
    terms: Json<Terms>,
}

impl From<&RequestedChange> for Row {
    fn from(record: &RequestedChange) -> Self {
        let record = record.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            id: Id(record.id),
            customer_id: Id(record.customer_id),
            reseller_id: record.reseller_id.map(Id),
            subscription_id: Id(record.subscription_id),
            kind: Coded(record.change.kind()),
            request: Json(Request { change: record.change, when: record.when }),
            status: Coded(record.status),
            requested_by: record.requested_by,
            requested_at: At(record.requested_at),
            effective_at: At(record.effective_at),
            applied_at: record.applied_at.map(At),
            outcome: Json(record.outcome),
            undo: record.undo.map(Json),
            failure: record.failure,
            version: record.version,
            terms: Json(record.terms),
        }
    }
}

impl From<Row> for RequestedChange {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            subscription_id: row.subscription_id.0,
            change: row.request.0.change,
            when: row.request.0.when,
            terms: row.terms.0,
            status: row.status.0,
            requested_by: row.requested_by,
            requested_at: row.requested_at.0,
            effective_at: row.effective_at.0,
            applied_at: row.applied_at.map(|at| at.0),
            outcome: row.outcome.0,
            undo: row.undo.map(|document| document.0),
            failure: row.failure,
            version: row.version,
        }
    }
}

/// Adds a change.
pub fn insert(tx: &mut Conn, record: &RequestedChange) -> Result<()> {
    on!(tx, c => diesel::insert_into(subscription_changes::table).values(Row::from(record)).execute(c))?;
    Ok(())
}

/// A change that the scope sees.
pub fn get(c: &mut Conn, scope: &Scope, id: ChangeId) -> Result<RequestedChange> {
    let row: Row = on!(c, c, Db => {
        let query = subscription_changes::table
            .filter(subscription_changes::id.eq(Id(id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, subscription_changes).get_result(c)
    })?;
    Ok(row.into())
}

/// The changes of a subscription.
pub fn list(
    c: &mut Conn,
    scope: &Scope,
    subscription: SubscriptionId,
    page: &PageRequest,
) -> Result<Page<RequestedChange>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = subscription_changes::table
            .filter(subscription_changes::subscription_id.eq(Id(subscription)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        paged!(within!(query, scope, subscription_changes), subscription_changes::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(RequestedChange::from))
}

/// What was asked for by each of some changes that the scope sees.
pub fn kinds(c: &mut Conn, scope: &Scope, changes: &[ChangeId]) -> Result<HashMap<ChangeId, ChangeKind>> {
    let mut found = HashMap::new();
    for ids in changes.chunks(LIST) {
        let rows: Vec<(Id<ChangeId>, Coded<ChangeKind>)> = on!(c, c, Db => {
            let query = subscription_changes::table
                .filter(subscription_changes::id.eq_any(ids.iter().copied().map(Id)))
                .select((subscription_changes::id, subscription_changes::kind))
                .into_boxed::<Db>();
            within!(query, scope, subscription_changes).load(c)
        })?;
        found.extend(rows.into_iter().map(|(id, kind)| (id.0, kind.0)));
    }
    Ok(found)
}

/// The most changes that are looked at for what was agreed to with them.
const MOST_CONSENTING: i64 = 500;

/// What was agreed to with the latest changes of a subscription, whatever became of them.
pub fn consents(c: &mut Conn, scope: &Scope, subscription: SubscriptionId) -> Result<Vec<Consent>> {
    let rows: Vec<Json<Terms>> = on!(c, c, Db => {
        let query = subscription_changes::table
            .filter(subscription_changes::subscription_id.eq(Id(subscription)))
            .order(subscription_changes::id.desc())
            .select(subscription_changes::terms)
            .into_boxed::<Db>();
        within!(query, scope, subscription_changes).limit(MOST_CONSENTING).load(c)
    })?;
    Ok(rows.into_iter().flat_map(|terms| terms.0.consents).collect())
}

/// Remembers a change as it was read and changed in this transaction, under the version after that one; busy where
/// somebody else was faster.
pub fn save(tx: &mut Conn, record: &RequestedChange) -> Result<()> {
    let target = subscription_changes::table
        .find((Id(record.marketplace_id), Id(record.id)))
        .filter(subscription_changes::version.eq(record.version));
    let row = Row { version: record.version + 1, ..Row::from(record) };
    updated(rows_changed!(tx, diesel::update(target).set(row))?)
}

/// Says where a change stands; one that is done took effect at this instant.
pub fn set_status(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: ChangeId,
    status: Status,
    at: OffsetDateTime,
) -> Result<()> {
    let set = (
        subscription_changes::status.eq(Coded(status)),
        subscription_changes::applied_at.eq(applied_at(status, at)),
        subscription_changes::version.eq(subscription_changes::version + 1),
    );
    let target = subscription_changes::table.find((Id(marketplace), Id(id)));
    found(rows_changed!(tx, diesel::update(target).set(set))?)
}

/// Only what is done has taken effect.
fn applied_at(status: Status, at: OffsetDateTime) -> Option<At> {
    match status {
        Status::Done => Some(At(at)),
        Status::Applying | Status::Scheduled | Status::Failed | Status::Replaced | Status::Withdrawn => None,
    }
}
