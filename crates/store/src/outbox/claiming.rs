//! Claiming tasks: each goes to one worker, however many claim at the same time.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::outbox::rows::{Claimed, ClaimedRow, EventRow, TaskStatus};
use crate::schema::{events, tasks};
use crate::types::sql::Instant;
use crate::types::{At, Coded, Id};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use domain::event::Event;
use domain::id::{CustomerId, EventId, MarketplaceId, TaskId};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use time::OffsetDateTime;

/// Which tasks are claimed, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want<'a> {
    /// Until when nobody else claims them, by the real clock.
    pub lease_until: OffsetDateTime,
    /// The most tasks.
    pub limit: u32,
    /// Only of this marketplace.
    pub only: Option<MarketplaceId>,
    /// Only those that wait in this lane.
    pub lane: Option<&'a str>,
    /// Of each customer only the first, and none while another of the customer's in the same lane is being worked on:
    /// for who works on several at once.
    pub one_each: bool,
}

/// `free!(now)`: what can be claimed.
macro_rules! free {
    ($now:expr) => {
        tasks::due_at.le(Some(At($now))).and(tasks::leased_until.is_null().or(tasks::leased_until.le(Some(At($now)))))
    };
}

/// `condition!(Db, expression)`: a condition on tasks that only the run decides on.
macro_rules! condition {
    ($db:ty, $condition:expr) => {
        Box::new($condition) as Box<dyn BoxableExpression<tasks::table, $db, SqlType = Bool> + '_>
    };
}

/// Nobody works on another task of the same customer in the same lane; what follows is the instant now.
const CUSTOMER_IS_FREE: &str = "NOT EXISTS (SELECT 1 FROM tasks AS other \
    WHERE other.marketplace_id = tasks.marketplace_id AND other.customer_id = tasks.customer_id \
    AND other.lane = tasks.lane AND other.due_at IS NOT NULL AND other.leased_until > ";

/// `candidates!(Db, now, want)`: the tasks that could be claimed, those that have been due longest first.
macro_rules! candidates {
    ($db:ty, $now:expr, $want:expr) => {{
        let of_marketplace = match $want.only {
            None => condition!($db, true.into_sql::<Bool>()),
            Some(id) => condition!($db, tasks::marketplace_id.eq(Id(id))),
        };
        let of_lane = match $want.lane {
            None => condition!($db, true.into_sql::<Bool>()),
            Some(lane) => condition!($db, tasks::lane.eq(lane)),
        };
        let (apart, more) = if $want.one_each {
            (condition!($db, sql::<Bool>(CUSTOMER_IS_FREE).bind::<Instant, _>(At($now)).sql(")")), AHEAD)
        } else {
            (condition!($db, true.into_sql::<Bool>()), 1)
        };
        tasks::table
            .filter(free!($now))
            .filter(of_marketplace)
            .filter(of_lane)
            .filter(apart)
            .order((tasks::due_at, tasks::id))
            .limit(i64::from($want.limit) * more)
            .select((tasks::marketplace_id, tasks::id, tasks::customer_id))
    }};
}

/// How many times as many candidates are looked at where several may be of one customer.
const AHEAD: i64 = 4;

/// A task that could be claimed, and whose it is.
type Candidate = (Id<MarketplaceId>, Id<TaskId>, Option<Id<CustomerId>>);

/// Leases tasks that are due. Instants are of the real clock.
pub fn claim(tx: &mut Conn, now: OffsetDateTime, want: &Want<'_>) -> Result<Claimed> {
    // Workers that come at the same time take other tasks, instead of waiting for the same ones.
    let mut candidates: Vec<Candidate> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => candidates!(Pg, now, want).for_update().skip_locked().load(c),
        Conn::Sqlite(c) => candidates!(Sqlite, now, want).load(c),
    }?;
    if want.one_each {
        let mut seen = HashSet::new();
        candidates.retain(|(_, _, customer)| customer.is_none_or(|id| seen.insert(id)));
        candidates.truncate(usize::try_from(want.limit).unwrap_or(usize::MAX));
    }
    if candidates.is_empty() {
        return Ok(Claimed::default());
    }
    let (marketplaces, ids): (Vec<_>, Vec<_>) =
        candidates.into_iter().map(|(marketplace, id, _)| (marketplace, id)).unzip();
    let target = tasks::table
        .filter(tasks::marketplace_id.eq_any(marketplaces))
        .filter(tasks::id.eq_any(ids))
        .filter(free!(now));
    let set = (tasks::leased_until.eq(Some(At(want.lease_until))), tasks::attempts.eq(tasks::attempts + 1));
    let claimed: Vec<ClaimedRow> =
        on!(tx, c => diesel::update(target).set(set).returning(ClaimedRow::as_returning()).get_results(c))?;
    with_events(tx, claimed)
}

/// `events!(marketplaces, ids)`: events by their ids.
macro_rules! events {
    ($marketplaces:expr, $ids:expr) => {
        events::table
            .filter(events::marketplace_id.eq_any($marketplaces))
            .filter(events::id.eq_any($ids))
            .select(EventRow::as_select())
    };
}

fn with_events(tx: &mut Conn, mut claimed: Vec<ClaimedRow>) -> Result<Claimed> {
    claimed.sort_by_key(|row| (row.due_at, row.id));
    let (marketplaces, ids): (HashSet<_>, Vec<_>) =
        claimed.iter().map(|row| (row.marketplace_id, row.event_id)).unzip();
    let rows: QueryResult<Vec<EventRow>> = on!(tx, c => events!(marketplaces, ids).load(c));
    let events: HashMap<EventId, Event<Value>> = match rows.map_err(StoreError::from) {
        Ok(rows) => rows.into_iter().map(|row| (row.id.0, row.into())).collect(),
        // One of them: each is read by itself, so that the others are done.
        Err(StoreError::Corrupt(_)) => HashMap::new(),
        Err(error) => return Err(error),
    };
    let mut all = Claimed::default();
    for row in claimed {
        let event = match events.get(&row.event_id.0) {
            Some(event) => Ok(event.clone()),
            None => event_of(tx, &row),
        };
        match event {
            Ok(event) => all.tasks.push(row.with(event)?),
            Err(error @ (StoreError::Corrupt(_) | StoreError::NotFound)) => {
                give_up(tx, &row, &error)?;
                all.unreadable.push(row.unreadable(&error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

fn event_of(tx: &mut Conn, row: &ClaimedRow) -> Result<Event<Value>> {
    let event: EventRow = on!(tx, c => events!([row.marketplace_id], [row.event_id]).get_result(c))?;
    Ok(event.into())
}

fn give_up(tx: &mut Conn, row: &ClaimedRow, error: &StoreError) -> Result<()> {
    let set = (
        tasks::status.eq(Coded(TaskStatus::Parked)),
        tasks::due_at.eq(None::<At>),
        tasks::leased_until.eq(None::<At>),
        tasks::error.eq(Some(error.to_string())),
    );
    rows_changed!(tx, diesel::update(tasks::table.find((row.marketplace_id, row.id))).set(set))?;
    Ok(())
}

/// Takes up what waits longer than anything can: the clock was set back since. What is due after an instant is due now,
/// and a lease beyond it has passed; says how many tasks that were.
pub fn heed_clock(tx: &mut Conn, now: OffsetDateTime, beyond: OffsetDateTime) -> Result<usize> {
    let due = tasks::table.filter(tasks::due_at.gt(Some(At(beyond))));
    let leased = tasks::table.filter(tasks::due_at.is_not_null()).filter(tasks::leased_until.gt(Some(At(beyond))));
    let due_now = tasks::due_at.eq(Some(At(now)));
    let unleased = tasks::leased_until.eq(None::<At>);
    let leases = on!(tx, c => diesel::update(leased).set((unleased, due_now)).execute(c))?;
    Ok(leases + on!(tx, c => diesel::update(due).set(due_now).execute(c))?)
}
