//! What came with the request of a job, in pieces, until the job is over.

use super::rows::StoredJob;
use crate::connection::Conn;
use crate::error::Result;
use crate::schema::jobs::job_pieces;
use crate::types::Id;
use diesel::prelude::*;
use domain::id::{JobId, MarketplaceId};

/// Keeps a piece of what came with the request; pieces are counted from 0.
pub fn insert_piece(tx: &mut Conn, job: &StoredJob, number: i64, bytes: &[u8]) -> Result<()> {
    let row = (
        job_pieces::marketplace_id.eq(Id(job.marketplace_id)),
        job_pieces::job_id.eq(Id(job.id)),
        job_pieces::number.eq(number),
        job_pieces::bytes.eq(bytes),
    );
    on!(tx, c => diesel::insert_into(job_pieces::table).values(row).execute(c))?;
    Ok(())
}

/// A piece of what came with the request; none behind the last.
pub fn piece_unscoped(c: &mut Conn, marketplace: MarketplaceId, job: JobId, number: i64) -> Result<Option<Vec<u8>>> {
    let query = job_pieces::table.find((Id(marketplace), Id(job), number)).select(job_pieces::bytes);
    Ok(on!(c, c => query.get_result(c).optional())?)
}

/// Forgets what came with the request.
pub(super) fn forget_pieces(tx: &mut Conn, job: &StoredJob) -> Result<()> {
    let pieces = job_pieces::table
        .filter(job_pieces::marketplace_id.eq(Id(job.marketplace_id)))
        .filter(job_pieces::job_id.eq(Id(job.id)));
    on!(tx, c => diesel::delete(pieces).execute(c))?;
    Ok(())
}
