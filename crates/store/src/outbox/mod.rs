//! The outbox: facts, appended in the transaction that made them true, and the work that each causes.

mod tasks;

pub use tasks::{
    Backlog, Lane, Task, TaskRecord, TaskStatus, backlog, bring_forward, claim, due, finish, park, replay, retry,
    still_leased, task, tasks, wait,
};

use crate::schema::{customers, events, tasks as task_table};
use crate::types::{At, Coded, Id, Json};
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::access::Scope;
use domain::event::{Event, EventKind};
use domain::id::{CustomerId, EventId, MarketplaceId, TaskId};
use serde_json::Value;
use tasks::NewTaskRow;
use time::OffsetDateTime;

/// Work that an event causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTask<'a> {
    /// Its id.
    pub id: TaskId,
    /// Who does it.
    pub consumer: &'a str,
    /// From when on, by the real clock.
    pub due_at: OffsetDateTime,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct EventRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<EventId>,
    customer_id: Option<Id<CustomerId>>,
    kind: Coded<EventKind>,
    subject: String,
    occurred_at: At,
    payload: Json<Value>,
}

impl From<EventRow> for Event<Value> {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.map(|id| id.0),
            kind: row.kind.0,
            subject: row.subject,
            occurred_at: row.occurred_at.0,
            payload: row.payload.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct NewEventRow<'a> {
    marketplace_id: Id<MarketplaceId>,
    id: Id<EventId>,
    customer_id: Option<Id<CustomerId>>,
    kind: Coded<EventKind>,
    subject: &'a str,
    occurred_at: At,
    payload: Json<&'a Value>,
}

impl<'a> From<&'a Event<Value>> for NewEventRow<'a> {
    fn from(event: &'a Event<Value>) -> Self {
        Self {
            marketplace_id: Id(event.marketplace_id),
            id: Id(event.id),
            customer_id: event.customer_id.map(Id),
            kind: Coded(event.kind),
            subject: &event.subject,
            occurred_at: At(event.occurred_at),
            payload: Json(&event.payload),
        }
    }
}

/// Remembers a fact and the work it causes.
pub fn append(tx: &mut Conn, event: &Event<Value>, tasks: &[NewTask<'_>]) -> Result<()> {
    let tasks: Vec<_> = tasks.iter().map(|task| NewTaskRow::new(event, task)).collect();
    append_rows(tx, &[NewEventRow::from(event)], &tasks)
}

/// Remembers many facts, in this order, and the work that each causes, in few statements.
pub fn append_all(tx: &mut Conn, events: &[(Event<Value>, Vec<NewTask<'_>>)]) -> Result<()> {
    let rows: Vec<_> = events.iter().map(|(event, _)| NewEventRow::from(event)).collect();
    let tasks = events.iter().flat_map(|(event, tasks)| tasks.iter().map(|task| NewTaskRow::new(event, task)));
    append_rows(tx, &rows, &tasks.collect::<Vec<_>>())
}

fn append_rows(tx: &mut Conn, rows: &[NewEventRow<'_>], tasks: &[NewTaskRow<'_>]) -> Result<()> {
    insert_many!(tx, events, rows, marketplace_id, id, customer_id, kind, subject, occurred_at, payload);
    insert_rows!(tx, task_table, tasks);
    Ok(())
}

/// `seen!(query, scope)`: only the events of a boxed query that the scope sees. A reseller sees those of
/// its customers and its own.
macro_rules! seen {
    ($query:expr, $scope:expr) => {{
        let query = $query.filter(events::marketplace_id.eq(Id($scope.marketplace())));
        match $scope {
            Scope::Marketplace(_) => query,
            Scope::Customer(_, id) => query.filter(events::customer_id.eq(Some(Id(*id)))),
            Scope::Reseller(marketplace, id) => {
                let of_reseller = customers::table
                    .filter(customers::marketplace_id.eq(Id(*marketplace)))
                    .filter(customers::reseller_id.eq(Some(Id(*id))))
                    .select(customers::id.nullable());
                query.filter(
                    events::customer_id.eq_any(of_reseller).or(events::subject.nullable().eq(Some(id.to_string()))),
                )
            }
        }
    }};
}

/// What happened to a thing, in order.
pub fn events_of(c: &mut Conn, scope: &Scope, subject: &str) -> Result<Vec<Event<Value>>> {
    let rows: Vec<EventRow> = on!(c, c, Db => {
        let query = events::table
            .filter(events::subject.eq(subject))
            .order(events::seq)
            .select(EventRow::as_select())
            .into_boxed::<Db>();
        seen!(query, scope).load(c)
    })?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// What happened after an event, in order; after one that is not there nothing is found. On PostgreSQL
/// an event of a slow transaction appears behind later ones: whoever must miss none has a task for it.
pub fn events(c: &mut Conn, scope: &Scope, after: Option<u128>, limit: u32) -> Result<Vec<Event<Value>>> {
    let after: i64 = match after.map(EventId::from_u128) {
        Some(id) => {
            on!(c, c => events::table.find((Id(scope.marketplace()), Id(id))).select(events::seq).get_result(c))?
        }
        None => 0,
    };
    let rows: Vec<EventRow> = on!(c, c, Db => {
        let query = events::table
            .filter(events::seq.gt(after))
            .order(events::seq)
            .limit(limit.into())
            .select(EventRow::as_select())
            .into_boxed::<Db>();
        seen!(query, scope).load(c)
    })?;
    Ok(rows.into_iter().map(Event::from).collect())
}
