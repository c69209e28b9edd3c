//! Events: what happened, appended with the work that each causes, and read in order.

use crate::connection::Conn;
use crate::error::Result;
use crate::outbox::rows::{EventRow, NewEventRow, NewTask, NewTaskRow};
use crate::schema::{customers, events, tasks};
use crate::types::Id;
use diesel::prelude::*;
use domain::access::Scope;
use domain::event::Event;
use serde_json::Value;

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
    insert_rows!(tx, tasks, tasks);
    Ok(())
}

/// `events_within!(query, scope)`: only the events of a boxed query that the scope sees. A reseller sees those of
/// its customers and its own.
macro_rules! events_within {
    ($query:expr, $scope:expr) => {{
        let query = $query.filter(events::marketplace_id.eq(Id($scope.marketplace())));
        match $scope {
            Scope::Platform | Scope::Marketplace(_) => query,
            Scope::Customer(_, id) | Scope::Assigned(_, id, _) => query.filter(events::customer_id.eq(Some(Id(*id)))),
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
        events_within!(query, scope).load(c)
    })?;
    Ok(rows.into_iter().map(Event::from).collect())
}
