//! How often something was asked for from a network within an hour, for all processes together.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::people::request_counts;
use crate::types::{At, Coded, closed_set};
use diesel::prelude::*;
use time::OffsetDateTime;

closed_set! {
    /// What strangers may ask for so often.
    RequestKind {
        /// To be let in.
        Registration = "registration",
        /// A link to set a new password.
        PasswordReset = "password_reset",
    }
}

/// Counts a request of a slot; the number is since an instant, which is its own where the one before began by `before`.
/// Answers both.
pub fn count(
    tx: &mut Conn,
    kind: RequestKind,
    slot: u16,
    now: OffsetDateTime,
    before: OffsetDateTime,
) -> Result<(i64, OffsetDateTime)> {
    let row = request_counts::table.find((Coded(kind), i64::from(slot)));
    let one_more = diesel::update(row.filter(request_counts::since.gt(At(before))))
        .set(request_counts::count.eq(request_counts::count + 1_i64))
        .returning((request_counts::count, request_counts::since));
    let counted: Option<(i64, At)> = on!(tx, c => one_more.get_result(c).optional())?;
    if let Some((count, since)) = counted {
        return Ok((count, since.0));
    }
    let values = (
        request_counts::kind.eq(Coded(kind)),
        request_counts::slot.eq(i64::from(slot)),
        request_counts::since.eq(At(now)),
        request_counts::count.eq(1_i64),
    );
    let anew = diesel::insert_into(request_counts::table)
        .values(values)
        .on_conflict((request_counts::kind, request_counts::slot))
        .do_update()
        .set((request_counts::since.eq(At(now)), request_counts::count.eq(1_i64)));
    on!(tx, c => anew.execute(c))?;
    Ok((1, now))
}

/// Forgets what was counted since an instant or earlier; how many slots.
pub fn purge(tx: &mut Conn, before: OffsetDateTime) -> Result<usize> {
    let old = request_counts::table.filter(request_counts::since.le(At(before)));
    Ok(on!(tx, c => diesel::delete(old).execute(c))?)
}
