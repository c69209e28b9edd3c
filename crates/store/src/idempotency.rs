//! Answers that were given before: whoever asks again with the same key gets the same answer.
//!
//! The key is taken first and in the transaction of what it guards: a twin waits for it, and a failure
//! frees it again.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::idempotency_keys;
use crate::statement::found;
use crate::types::{At, Json};
use diesel::prelude::*;
use time::OffsetDateTime;

/// An answer, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// The headers that belong to it.
    pub headers: Vec<(String, String)>,
}

/// What a key means for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is new: do the work, then [`finish`].
    Fresh,
    /// The same request was answered.
    Replay(StoredAnswer),
    /// It was used for another request.
    Reused,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
struct Row {
    fingerprint: Vec<u8>,
    status: Option<i32>,
    headers: Option<Json<Vec<(String, String)>>>,
    body: Option<Vec<u8>>,
}

impl TryFrom<Row> for StoredAnswer {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let status = row.status.and_then(|status| u16::try_from(status).ok());
        match (status, row.headers, row.body) {
            (Some(status), Some(headers), Some(body)) => Ok(Self { status, body, headers: headers.0 }),
            _ => Err(StoreError::Corrupt("an idempotency key without an answer".to_owned())),
        }
    }
}

/// Takes a caller's key for a request with this fingerprint.
pub fn begin(tx: &mut Conn, caller: &str, key: &str, fingerprint: &[u8], now: OffsetDateTime) -> Result<Begun> {
    let values = (
        idempotency_keys::caller.eq(caller),
        idempotency_keys::key.eq(key),
        idempotency_keys::fingerprint.eq(fingerprint),
        idempotency_keys::created_at.eq(At(now)),
    );
    let insert = diesel::insert_into(idempotency_keys::table).values(values).on_conflict_do_nothing();
    if on!(tx, c => insert.execute(c))? == 1 {
        return Ok(Begun::Fresh);
    }
    let row: Row = on!(tx, c => idempotency_keys::table.find((caller, key)).select(Row::as_select()).get_result(c))?;
    if row.fingerprint == fingerprint { row.try_into().map(Begun::Replay) } else { Ok(Begun::Reused) }
}

/// Keeps the answer of a key that was fresh.
pub fn finish(tx: &mut Conn, caller: &str, key: &str, answer: &StoredAnswer) -> Result<()> {
    let set = (
        idempotency_keys::status.eq(Some(i32::from(answer.status))),
        idempotency_keys::headers.eq(Some(Json(&answer.headers))),
        idempotency_keys::body.eq(Some(&answer.body)),
    );
    let target = idempotency_keys::table.find((caller, key));
    found(rows_changed!(tx, diesel::update(target).set(set))?)
}

/// Forgets keys that were taken before an instant; how many.
pub fn purge(tx: &mut Conn, before: OffsetDateTime) -> Result<usize> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(At(before)));
    Ok(on!(tx, c => diesel::delete(old).execute(c))?)
}
