//! Tasks: one event's work for one consumer, leased while it is done.
//!
//! A lease is an instant. Whoever holds a task whose lease has passed has lost it to whoever claims it
//! next, and can no longer finish it.

use crate::connection::Conn;
use crate::error::Result;
use crate::outbox::rows::{EventRow, Task, TaskRecord, TaskRow, TaskStatus, TaskWithEvent, told};
use crate::page::{Page, PageRequest};
use crate::schema::{events, tasks};
use crate::statement::{found, provider};
use crate::types::sql::Uid;
use crate::types::{At, Coded, Id};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel::sqlite::Sqlite;
use domain::access::Scope;
use domain::event::Event;
use domain::id::{EventId, MarketplaceId, TaskId};
use serde_json::Value;
use std::collections::HashMap;
use time::OffsetDateTime;

/// How much work waits, in all marketplaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Tasks to be done, now or later.
    pub pending: i64,
    /// Since when, or from when on, the first of them is due.
    pub oldest_due: Option<OffsetDateTime>,
    /// Tasks that were given up.
    pub parked: i64,
}

/// `free!(now)`: what can be claimed.
macro_rules! free {
    ($now:expr) => {
        tasks::due_at.le(Some(At($now))).and(tasks::leased_until.is_null().or(tasks::leased_until.le(Some(At($now)))))
    };
}

/// Whose tasks are claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane<'a> {
    /// Every consumer's tasks.
    All,
    /// Only those of one consumer.
    Only(&'a str),
    /// Those of every consumer but this one.
    Except(&'a str),
}

/// `condition!(Db, expression)`: a condition on tasks that only the run decides on.
macro_rules! condition {
    ($db:ty, $condition:expr) => {
        Box::new($condition) as Box<dyn BoxableExpression<tasks::table, $db, SqlType = Bool> + '_>
    };
}

/// `candidates!(Db, now, limit, only, lane)`: the tasks that could be claimed, those that have been due longest first.
macro_rules! candidates {
    ($db:ty, $now:expr, $limit:expr, $only:expr, $lane:expr) => {{
        let of_marketplace = match $only {
            None => condition!($db, true.into_sql::<Bool>()),
            Some(id) => condition!($db, tasks::marketplace_id.eq(Id(id))),
        };
        let of_lane = match $lane {
            Lane::All => condition!($db, true.into_sql::<Bool>()),
            Lane::Only(consumer) => condition!($db, tasks::consumer.eq(consumer)),
            Lane::Except(consumer) => condition!($db, tasks::consumer.ne(consumer)),
        };
        tasks::table
            .filter(free!($now))
            .filter(of_marketplace)
            .filter(of_lane)
            .order((tasks::due_at, tasks::id))
            .limit(i64::from($limit))
            .select((tasks::marketplace_id, tasks::id))
    }};
}

/// Leases the tasks that have been due longest, of one marketplace or of all, of some consumers: at most `limit`.
/// Instants are of the real clock. Each task goes to one worker, however many claim at the same time.
pub fn claim(
    tx: &mut Conn,
    now: OffsetDateTime,
    lease_until: OffsetDateTime,
    limit: u32,
    only: Option<MarketplaceId>,
    lane: Lane<'_>,
) -> Result<Vec<Task>> {
    // Workers that come at the same time take other tasks, instead of waiting for the same ones.
    let candidates: Vec<(Id<MarketplaceId>, Id<TaskId>)> = match tx {
        Conn::Postgres(c) => candidates!(Pg, now, limit, only, lane).for_update().skip_locked().load(c),
        Conn::Sqlite(c) => candidates!(Sqlite, now, limit, only, lane).load(c),
    }?;
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let (marketplaces, ids): (Vec<_>, Vec<_>) = candidates.into_iter().unzip();
    let target = tasks::table
        .filter(tasks::marketplace_id.eq_any(marketplaces))
        .filter(tasks::id.eq_any(ids))
        .filter(free!(now));
    let set = (tasks::leased_until.eq(Some(At(lease_until))), tasks::attempts.eq(tasks::attempts + 1));
    let claimed: Vec<TaskRow> =
        on!(tx, c => diesel::update(target).set(set).returning(TaskRow::as_returning()).get_results(c))?;
    with_events(tx, claimed)
}

fn with_events(tx: &mut Conn, mut claimed: Vec<TaskRow>) -> Result<Vec<Task>> {
    claimed.sort_by_key(|row| (row.due_at, row.id));
    let of_claimed = events::table
        .filter(events::marketplace_id.eq_any(claimed.iter().map(|row| row.marketplace_id)))
        .filter(events::id.eq_any(claimed.iter().map(|row| row.event_id)));
    let rows: Vec<EventRow> = on!(tx, c => of_claimed.select(EventRow::as_select()).load(c))?;
    let events: HashMap<EventId, Event<Value>> = rows.into_iter().map(|row| (row.id.0, row.into())).collect();
    claimed
        .into_iter()
        .map(|row| {
            let event = events.get(&row.event_id.0);
            row.claimed(event)
        })
        .collect()
}

/// `held!(task)`: the claimed task, as long as its lease has not been lost.
macro_rules! held {
    ($task:expr) => {
        tasks::table
            .find((Id($task.marketplace_id), Id($task.id)))
            .filter(tasks::leased_until.eq(Some(At($task.lease))))
            .filter(tasks::attempts.eq($task.attempts))
    };
}

/// Whether a claimed task is still ours: asked before a step's result is written, in the same transaction.
/// Until that ends nobody else can claim it.
pub fn still_leased(tx: &mut Conn, task: &Task) -> Result<bool> {
    let held = held!(task).select(tasks::attempts);
    let rows: Vec<i32> = match tx {
        Conn::Postgres(c) => held.for_update().load(c),
        Conn::Sqlite(c) => held.load(c),
    }?;
    Ok(rows.len() == 1)
}

/// Makes the waiting tasks of a marketplace due earlier by so many microseconds: its clock was moved forward.
pub fn bring_forward(tx: &mut Conn, marketplace: MarketplaceId, by_us: i64) -> Result<()> {
    // One statement, so that a task that is finished at the same time stays finished.
    let (by, id) = (by_us, Id(marketplace));
    match tx {
        Conn::Postgres(c) => diesel::sql_query(
            "UPDATE tasks SET due_at = due_at - $1 * interval '1 microsecond' \
             WHERE marketplace_id = $2 AND due_at IS NOT NULL",
        )
        .bind::<BigInt, _>(by)
        .bind::<Uid, _>(id)
        .execute(c),
        Conn::Sqlite(c) => {
            diesel::sql_query("UPDATE tasks SET due_at = due_at - ? WHERE marketplace_id = ? AND due_at IS NOT NULL")
                .bind::<BigInt, _>(by)
                .bind::<Uid, _>(id)
                .execute(c)
        }
    }?;
    Ok(())
}

/// Says that a task is done; false, and nothing changed, where its lease was lost.
pub fn finish(tx: &mut Conn, task: &Task) -> Result<bool> {
    let set =
        (tasks::status.eq(Coded(TaskStatus::Done)), tasks::due_at.eq(None::<At>), tasks::leased_until.eq(None::<At>));
    Ok(rows_changed!(tx, diesel::update(held!(task)).set(set))? == 1)
}

/// Says that a task waits for something and is due again later; false where its lease was lost.
pub fn wait(tx: &mut Conn, task: &Task, due_at: OffsetDateTime, what_for: &str) -> Result<bool> {
    again(tx, task, due_at, what_for, (0, task.waits + 1))
}

/// Says that a task failed and is due again later; false where its lease was lost.
pub fn retry(tx: &mut Conn, task: &Task, due_at: OffsetDateTime, error: &str) -> Result<bool> {
    again(tx, task, due_at, error, (task.failures + 1, task.waits))
}

fn again(tx: &mut Conn, task: &Task, due_at: OffsetDateTime, why: &str, (failures, waits): (i32, i32)) -> Result<bool> {
    let set = (
        tasks::due_at.eq(Some(At(due_at))),
        tasks::leased_until.eq(None::<At>),
        tasks::failures.eq(failures),
        tasks::waits.eq(waits),
        tasks::error.eq(Some(why)),
    );
    Ok(rows_changed!(tx, diesel::update(held!(task)).set(set))? == 1)
}

/// Gives a task up until somebody replays it; false where its lease was lost.
pub fn park(tx: &mut Conn, task: &Task, error: &str) -> Result<bool> {
    let set = (
        tasks::status.eq(Coded(TaskStatus::Parked)),
        tasks::due_at.eq(None::<At>),
        tasks::leased_until.eq(None::<At>),
        tasks::error.eq(Some(error)),
    );
    Ok(rows_changed!(tx, diesel::update(held!(task)).set(set))? == 1)
}

/// Makes a parked task due, with all its attempts before it; one that is not parked is not found.
pub fn replay(tx: &mut Conn, scope: &Scope, id: TaskId, now: OffsetDateTime) -> Result<()> {
    let parked = tasks::table.find((Id(provider(scope)?), Id(id))).filter(tasks::status.eq(Coded(TaskStatus::Parked)));
    let set = (
        tasks::status.eq(Coded(TaskStatus::Pending)),
        tasks::due_at.eq(Some(At(now))),
        tasks::attempts.eq(0),
        tasks::failures.eq(0),
        tasks::waits.eq(0),
    );
    found(on!(tx, c => diesel::update(parked).set(set).execute(c))?)
}

/// `records!(marketplace)`: a marketplace's tasks with what is told of their events.
macro_rules! records {
    ($marketplace:expr) => {
        tasks::table
            .inner_join(
                events::table.on(events::marketplace_id.eq(tasks::marketplace_id).and(events::id.eq(tasks::event_id))),
            )
            .filter(tasks::marketplace_id.eq(Id($marketplace)))
            .select((TaskRow::as_select(), events::kind, events::subject))
    };
}

/// The tasks; only the provider sees them.
pub fn tasks(c: &mut Conn, scope: &Scope, status: Option<TaskStatus>, page: &PageRequest) -> Result<Page<TaskRecord>> {
    let Ok(marketplace) = provider(scope) else { return Ok(Page::empty()) };
    let rows: Vec<TaskWithEvent> = on!(c, c, Db => {
        let mut query = records!(marketplace).into_boxed::<Db>();
        if let Some(status) = status {
            query = query.filter(tasks::status.eq(Coded(status)));
        }
        paged!(query, tasks::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |(task, ..)| task.id.0.as_u128()).map(told))
}

/// A task as it stands; only the provider sees it.
pub fn task(c: &mut Conn, scope: &Scope, id: TaskId) -> Result<TaskRecord> {
    let marketplace = provider(scope)?;
    let row: TaskWithEvent = on!(c, c => records!(marketplace).filter(tasks::id.eq(Id(id))).get_result(c))?;
    Ok(told(row))
}

/// How much work waits.
pub fn backlog_unscoped(c: &mut Conn) -> Result<Backlog> {
    let pending = tasks::table.filter(tasks::due_at.is_not_null());
    // Spelt out, so that both databases see that the index of parked tasks serves.
    let parked = tasks::table.filter(sql::<Bool>("tasks.status = 'parked'"));
    let oldest: Option<Option<At>> =
        on!(c, c => pending.order(tasks::due_at).select(tasks::due_at).first(c).optional())?;
    Ok(Backlog {
        pending: on!(c, c => pending.count().get_result(c))?,
        oldest_due: oldest.flatten().map(|at| at.0),
        parked: on!(c, c => parked.count().get_result(c))?,
    })
}

/// How many tasks are due and not done, those that somebody has claimed included, in one marketplace or in all.
pub fn due_unscoped(c: &mut Conn, now: OffsetDateTime, marketplace: Option<MarketplaceId>) -> Result<i64> {
    let due = tasks::table.filter(tasks::due_at.le(Some(At(now)))).count();
    Ok(match marketplace {
        Some(id) => on!(c, c => due.filter(tasks::marketplace_id.eq(Id(id))).get_result(c)),
        None => on!(c, c => due.get_result(c)),
    }?)
}
