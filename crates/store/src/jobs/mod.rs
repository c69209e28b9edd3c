//! Jobs: long work that somebody asked for, and what came with the request. Only the provider sees them.

mod pieces;
mod rows;
mod running;

pub use pieces::{insert_piece, piece_unscoped};
pub use rows::{JobKind, JobState, StoredJob};
pub use running::{Beat, beat, claim, due_unscoped, finish, keep_result, release};

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::jobs::jobs;
use crate::statement::{provider, updated};
use crate::types::{At, Coded, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::JobId;
use pieces::forget_pieces;
use rows::Row;
use time::OffsetDateTime;

/// Adds a job. A conflict of `jobs.subject`: the same is under way.
pub fn insert(tx: &mut Conn, job: &StoredJob) -> Result<()> {
    on!(tx, c => diesel::insert_into(jobs::table).values(Row::from(job)).execute(c))?;
    Ok(())
}

/// A job as it stands.
pub fn get(c: &mut Conn, scope: &Scope, id: JobId) -> Result<StoredJob> {
    let row: Row =
        on!(c, c => jobs::table.find((Id(provider(scope)?), Id(id))).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// The jobs, of one state or of all.
pub fn list(c: &mut Conn, scope: &Scope, state: Option<JobState>, page: &PageRequest) -> Result<Page<StoredJob>> {
    let Ok(marketplace) = provider(scope) else { return Ok(Page::empty()) };
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = jobs::table
            .filter(jobs::marketplace_id.eq(Id(marketplace)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        if let Some(state) = state {
            query = query.filter(jobs::state.eq(Coded(state)));
        }
        paged!(query, jobs::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(StoredJob::from))
}

/// The job of a kind that is queued or running for a thing; there is one at most.
pub fn under_way(c: &mut Conn, scope: &Scope, kind: JobKind, subject: &str) -> Result<Option<StoredJob>> {
    let query = jobs::table
        .filter(jobs::marketplace_id.eq(Id(provider(scope)?)))
        .filter(jobs::kind.eq(Coded(kind)))
        .filter(jobs::subject.eq(subject))
        .filter(jobs::due_at.is_not_null());
    let row: Option<Row> = on!(c, c => query.select(Row::as_select()).get_result(c).optional())?;
    Ok(row.map(StoredJob::from))
}

/// Cancels a job as it was read: at once where nobody works on it, else whoever does is told.
pub fn cancel(tx: &mut Conn, job: &StoredJob, now: OffsetDateTime) -> Result<()> {
    let target = jobs::table.find((Id(job.marketplace_id), Id(job.id))).filter(jobs::version.eq(job.version));
    let version = jobs::version.eq(job.version + 1);
    let changed = match job.state {
        JobState::Running => rows_changed!(tx, diesel::update(target).set((jobs::cancel_requested.eq(true), version)))?,
        _ => {
            let set = (
                jobs::cancel_requested.eq(true),
                jobs::state.eq(Coded(JobState::Canceled)),
                jobs::due_at.eq(None::<At>),
                jobs::leased_until.eq(None::<At>),
                jobs::finished_at.eq(Some(At(now))),
                version,
            );
            forget_pieces(tx, job)?;
            rows_changed!(tx, diesel::update(target).set(set))?
        }
    };
    updated(changed)
}
