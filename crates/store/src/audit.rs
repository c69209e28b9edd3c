//! The audit log: who did what, never changed.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, Place, SortValue, SortedRequest, Times};
use crate::schema::{audit_entries, customers};
use crate::types::{At, Id, Json};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId, ResellerId};
use serde_json::Value;
use time::OffsetDateTime;

/// That somebody did something.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id, a UUIDv7.
    pub id: u128,
    /// In which marketplace.
    pub marketplace_id: MarketplaceId,
    /// With which customer's data.
    pub customer_id: Option<CustomerId>,
    /// With which reseller's data; where none is said, the one through which the customer buys.
    pub reseller_id: Option<ResellerId>,
    /// Who: a user's or an API client's id.
    pub actor: String,
    /// Who acted in the actor's name: a user's id.
    pub impersonator: Option<String>,
    /// What the actor is.
    pub actor_kind: String,
    /// What was done.
    pub action: String,
    /// To which thing, by its id.
    pub subject: String,
    /// The thing before.
    pub before: Option<Value>,
    /// The thing after.
    pub after: Option<Value>,
    /// In which request.
    pub request_id: String,
    /// How it went.
    pub outcome: String,
    /// When, by the marketplace's clock.
    pub at: OffsetDateTime,
}

/// Which entries of the log; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// About this thing.
    pub subject: Option<&'a str>,
    /// By this actor, or by it in somebody else's name.
    pub actor: Option<&'a str>,
    /// That one of these was done; empty for whatever was.
    pub actions: &'a [String],
    /// Only what was done in this time.
    pub times: Times,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<u128>,
    customer_id: Option<Id<CustomerId>>,
    reseller_id: Option<Id<ResellerId>>,
    actor: String,
    actor_kind: String,
    action: String,
    subject: String,
    before: Option<Json<Value>>,
    after: Option<Json<Value>>,
    request_id: String,
    outcome: String,
    at: At,
    impersonator: Option<String>,
}

impl From<&Entry> for Row {
    fn from(entry: &Entry) -> Self {
        let entry = entry.clone();
        Self {
            marketplace_id: Id(entry.marketplace_id),
            id: Id(entry.id),
            customer_id: entry.customer_id.map(Id),
            reseller_id: entry.reseller_id.map(Id),
            actor: entry.actor,
            actor_kind: entry.actor_kind,
            action: entry.action,
            subject: entry.subject,
            before: entry.before.map(Json),
            after: entry.after.map(Json),
            request_id: entry.request_id,
            outcome: entry.outcome,
            at: At(entry.at),
            impersonator: entry.impersonator,
        }
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.map(|id| id.0),
            reseller_id: row.reseller_id.map(|id| id.0),
            actor: row.actor,
            actor_kind: row.actor_kind,
            action: row.action,
            subject: row.subject,
            before: row.before.map(|document| document.0),
            after: row.after.map(|document| document.0),
            request_id: row.request_id,
            outcome: row.outcome,
            at: row.at.0,
            impersonator: row.impersonator,
        }
    }
}

/// Adds an entry.
pub fn insert(tx: &mut Conn, entry: &Entry) -> Result<()> {
    let row = Row::from(entry);
    let Some(customer) = row.customer_id.filter(|_| row.reseller_id.is_none()) else {
        on!(tx, c => diesel::insert_into(audit_entries::table).values(row).execute(c))?;
        return Ok(());
    };
    // So that a reseller finds what was done with its customers' data, whoever did it, in the order of an index.
    let seller = customers::table.find((row.marketplace_id, customer)).select(customers::reseller_id).single_value();
    let values = (
        audit_entries::marketplace_id.eq(row.marketplace_id),
        audit_entries::id.eq(row.id),
        audit_entries::customer_id.eq(customer),
        audit_entries::reseller_id.eq(seller),
        audit_entries::actor.eq(row.actor),
        audit_entries::actor_kind.eq(row.actor_kind),
        audit_entries::action.eq(row.action),
        audit_entries::subject.eq(row.subject),
        audit_entries::before.eq(row.before),
        audit_entries::after.eq(row.after),
        audit_entries::request_id.eq(row.request_id),
        audit_entries::outcome.eq(row.outcome),
        audit_entries::at.eq(row.at),
        audit_entries::impersonator.eq(row.impersonator),
    );
    on!(tx, c => diesel::insert_into(audit_entries::table).values(values).execute(c))?;
    Ok(())
}

/// The entries that the scope sees, page by page. A reseller sees what it did, and what was done with its customers'
/// data, whoever did it.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter<'_>, page: &SortedRequest) -> Result<Page<Entry, Place>> {
    let mut rows = match filter.actor {
        None => rows(c, scope, filter, None, page)?,
        // One after the other, each in the order of its index: asked for both at once, a database sorts all it finds.
        Some(actor) => {
            let mut rows = self::rows(c, scope, filter, Some(By::Actor(actor)), page)?;
            rows.extend(self::rows(c, scope, filter, Some(By::Impersonator(actor)), page)?);
            rows
        }
    };
    let timed = filter.times.of_creation();
    rows.sort_unstable_by_key(|row| (timed.then_some(row.at), row.id));
    rows.dedup_by_key(|row| row.id);
    if page.descending {
        rows.reverse();
    }
    let place = |row: &Row| Place { value: timed.then_some(SortValue::At(row.at.0)), id: row.id.0 };
    Ok(Page::sorted(rows, page, place).map(Entry::from))
}

/// Who did it, by whose name it is found.
enum By<'a> {
    Actor(&'a str),
    Impersonator(&'a str),
}

fn rows(
    c: &mut Conn,
    scope: &Scope,
    filter: &Filter<'_>,
    by: Option<By<'_>>,
    page: &SortedRequest,
) -> Result<Vec<Row>> {
    let column = filter.times.of_creation().then_some("audit_entries.at");
    Ok(on!(c, c, Db => {
        let mut query = audit_entries::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(subject) = filter.subject {
            query = query.filter(audit_entries::subject.eq(subject));
        }
        query = match filter.actions {
            [] => query,
            [one] => query.filter(audit_entries::action.eq(one)),
            several => query.filter(audit_entries::action.eq_any(several)),
        };
        query = created!(query, audit_entries::at, page.left(filter.times));
        query = match by {
            None => query,
            Some(By::Actor(actor)) => query.filter(audit_entries::actor.eq(actor)),
            Some(By::Impersonator(actor)) => query.filter(audit_entries::impersonator.eq(Some(actor))),
        };
        sorted!(within!(query, scope, audit_entries), audit_entries::id, "audit_entries.id", column, page).load(c)
    })?)
}
