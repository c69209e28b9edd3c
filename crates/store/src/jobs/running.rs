//! Jobs while they are done. As with tasks a lease is an instant: whoever holds a job whose lease has passed has lost
//! it to whoever claims it next, and can neither go on with it nor finish it.

use super::pieces::forget_pieces;
use super::rows::{JobState, Row, StoredJob};
use crate::connection::Conn;
use crate::error::Result;
use crate::schema::jobs::jobs;
use crate::statement::Fixed;
use crate::types::{At, Coded, Id, Json};
use diesel::prelude::*;
use domain::id::{JobId, MarketplaceId};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

/// What whoever works on a job learns when it says that it still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// It is its own still.
    GoOn,
    /// It is its own, and somebody wants it canceled.
    Cancel,
    /// Somebody else has it, or it is over.
    Lost,
}

/// `free!(now, lease)`: what can be claimed. A lease that ends later than any that is given now was given before the
/// clock was set back.
macro_rules! free {
    ($now:expr, $lease:expr) => {
        jobs::due_at
            .is_not_null()
            .and(jobs::due_at.le(Some(At($now))).or(jobs::due_at.gt(Some(At($now + $lease * 2)))))
            .and(
                jobs::leased_until
                    .is_null()
                    .or(jobs::leased_until.le(Some(At($now))))
                    .or(jobs::leased_until.gt(Some(At($now + $lease * 2)))),
            )
    };
}

/// Whether there is a job to be claimed.
pub fn due_unscoped(c: &mut Conn, now: OffsetDateTime, lease: Duration) -> Result<bool> {
    let due = jobs::table.filter(free!(now, lease)).select(jobs::id).limit(1);
    let found: Vec<Id<JobId>> = on!(c, c => due.load(c))?;
    Ok(!found.is_empty())
}

/// Claims the job that was asked for first, for so long.
pub fn claim(tx: &mut Conn, now: OffsetDateTime, lease: Duration) -> Result<Option<StoredJob>> {
    let first = jobs::table
        .filter(free!(now, lease))
        .order((jobs::due_at, jobs::id))
        .select((jobs::marketplace_id, jobs::id))
        .limit(1);
    type Key = (Id<MarketplaceId>, Id<JobId>);
    let found: Option<Key> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => first.for_update().skip_locked().get_result(c).optional(),
        Conn::Sqlite(c) => first.get_result(c).optional(),
    }?;
    let Some(key) = found else { return Ok(None) };
    let set = (
        jobs::state.eq(Coded(JobState::Running)),
        jobs::leased_until.eq(Some(At(now + lease))),
        jobs::attempts.eq(jobs::attempts + 1),
        jobs::version.eq(jobs::version + 1),
    );
    let target = jobs::table.find(key);
    let claimed: Row = on!(tx, c => {
        Fixed(diesel::update(target).set(set).returning(Row::as_returning())).get_result(c)
    })?;
    let mut row = StoredJob::from(claimed);
    if row.started_at.is_none() {
        let started = jobs::started_at.eq(Some(At(now)));
        rows_changed!(tx, diesel::update(jobs::table.find(key)).set(started))?;
        row.started_at = Some(now);
    }
    Ok(Some(row))
}

/// `held!(job)`: the claimed job, as long as nobody else has claimed it and it is not over.
macro_rules! held {
    ($job:expr) => {
        jobs::table
            .find((Id($job.marketplace_id), Id($job.id)))
            .filter(jobs::attempts.eq($job.attempts))
            .filter(jobs::state.eq(Coded(JobState::Running)))
    };
}

/// Says that a job is still worked on, until when nobody else is to claim it, and how far it is where that is known.
pub fn beat(
    tx: &mut Conn,
    job: &StoredJob,
    leased_until: OffsetDateTime,
    progress: Option<(i64, i64)>,
) -> Result<Beat> {
    let lease = jobs::leased_until.eq(Some(At(leased_until)));
    let canceled: Option<bool> = match progress {
        Some((progress, total)) => {
            let set = (lease, jobs::progress.eq(progress), jobs::total.eq(total), jobs::version.eq(jobs::version + 1));
            let update = Fixed(diesel::update(held!(job)).set(set).returning(jobs::cancel_requested));
            on!(tx, c => update.get_result(c).optional())
        }
        None => {
            let update = Fixed(diesel::update(held!(job)).set(lease).returning(jobs::cancel_requested));
            on!(tx, c => update.get_result(c).optional())
        }
    }?;
    Ok(match canceled {
        None => Beat::Lost,
        Some(true) => Beat::Cancel,
        Some(false) => Beat::GoOn,
    })
}

/// Keeps what has come of a job that has more to do; false where it was lost.
pub fn keep_result(tx: &mut Conn, job: &StoredJob, result: &Value) -> Result<bool> {
    let set = (jobs::result.eq(Some(Json(result.clone()))), jobs::version.eq(jobs::version + 1));
    Ok(rows_changed!(tx, diesel::update(held!(job)).set(set))? == 1)
}

/// Ends a job as `state` says, with what came of it or why it failed; false where it was lost. What came with the
/// request is forgotten.
pub fn finish(
    tx: &mut Conn,
    job: &StoredJob,
    state: JobState,
    result: Option<Value>,
    problem: Option<Value>,
    now: OffsetDateTime,
) -> Result<bool> {
    let set = (
        jobs::state.eq(Coded(state)),
        jobs::result.eq(result.map(Json)),
        jobs::problem.eq(problem.map(Json)),
        jobs::due_at.eq(None::<At>),
        jobs::leased_until.eq(None::<At>),
        jobs::finished_at.eq(Some(At(now))),
        jobs::version.eq(jobs::version + 1),
    );
    let ended = rows_changed!(tx, diesel::update(held!(job)).set(set))? == 1;
    if ended {
        if state == JobState::Done {
            // Whatever was not counted is done, too.
            let all = jobs::progress.eq(jobs::total);
            let over = jobs::table.find((Id(job.marketplace_id), Id(job.id)));
            rows_changed!(tx, diesel::update(over).set(all))?;
        }
        forget_pieces(tx, job)?;
    }
    Ok(ended)
}

/// Gives a job back, to be taken up again later; false where it was lost.
pub fn release(tx: &mut Conn, job: &StoredJob, due_at: OffsetDateTime, failures: i32) -> Result<bool> {
    let set = (
        jobs::state.eq(Coded(JobState::Queued)),
        jobs::due_at.eq(Some(At(due_at))),
        jobs::leased_until.eq(None::<At>),
        jobs::failures.eq(failures),
        jobs::version.eq(jobs::version + 1),
    );
    Ok(rows_changed!(tx, diesel::update(held!(job)).set(set))? == 1)
}
