//! Tasks: one event's work for one consumer, leased while it is done.
//!
//! A lease is an instant. Whoever holds a task whose lease has passed has lost it to whoever claims it
//! next, and can no longer finish it.

use crate::connection::Conn;
use crate::error::Result;
use crate::outbox::rows::{Task, TaskRecord, TaskRow, TaskStatus, TaskWithEvent, told};
use crate::page::{Page, PageRequest};
use crate::schema::{events, tasks};
use crate::statement::{Fixed, found, provider};
use crate::types::sql::Uid;
use crate::types::{At, Coded, Id};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use domain::access::Scope;
use domain::id::{MarketplaceId, TaskId};
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

/// `held!(task)`: the claimed task, as long as its lease has not been lost.
macro_rules! held {
    ($task:expr) => {
        tasks::table
            .find((Id($task.marketplace_id), Id($task.id)))
            .filter(tasks::leased_until.eq(Some(At($task.lease))))
            .filter(tasks::attempts.eq($task.attempts))
    };
}

/// How far the clock of the task's marketplace is ahead of the real one, in microseconds.
const CLOCK_AHEAD: &str = "(SELECT m.clock_offset_us FROM marketplaces AS m WHERE m.id = tasks.marketplace_id)";

/// `held_by!(tx, statement)`: runs a statement of a task that is held; the clock of its marketplace, or none where its
/// lease was lost.
macro_rules! held_by {
    ($tx:expr, $statement:expr) => {{
        let ahead = Fixed($statement.returning(sql::<BigInt>(CLOCK_AHEAD)));
        let found: Vec<i64> = on!($tx, c => ahead.load(c))?;
        Ok(found.first().copied())
    }};
}

/// Says that a task is done; how far its marketplace's clock is ahead, in microseconds, or none, and nothing changed,
/// where its lease was lost.
pub fn finish_by_clock(tx: &mut Conn, task: &Task) -> Result<Option<i64>> {
    let set =
        (tasks::status.eq(Coded(TaskStatus::Done)), tasks::due_at.eq(None::<At>), tasks::leased_until.eq(None::<At>));
    held_by!(tx, diesel::update(held!(task)).set(set))
}

/// Says that a task waits for something and is due again later; answers as [`finish_by_clock`] does.
pub fn wait_by_clock(tx: &mut Conn, task: &Task, due_at: OffsetDateTime, what_for: &str) -> Result<Option<i64>> {
    let set = (
        tasks::due_at.eq(Some(At(due_at))),
        tasks::leased_until.eq(None::<At>),
        tasks::failures.eq(0),
        tasks::waits.eq(task.waits + 1),
        tasks::error.eq(Some(what_for)),
    );
    held_by!(tx, diesel::update(held!(task)).set(set))
}

/// Whether a claimed task is still ours: asked before a step's result is written, in the same transaction.
/// Until that ends nobody else can claim it.
pub fn still_leased(tx: &mut Conn, task: &Task) -> Result<bool> {
    let held = held!(task).select(tasks::attempts);
    let rows: Vec<i32> = match tx {
        #[cfg(feature = "postgres")]
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
        #[cfg(feature = "postgres")]
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
