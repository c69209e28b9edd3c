//! Refresh tokens: kept by their hash. The tokens that follow one another after one log-in are a family: its session.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::people::refresh_tokens;
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::id::{MarketplaceId, SessionId, UserId};
use time::OffsetDateTime;

/// A refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The hash that a shown token is looked up by.
    pub hash: Vec<u8>,
    /// The log-in it belongs to.
    pub session_id: SessionId,
    /// Counts up with each refresh of the log-in.
    pub generation: i64,
    /// The user's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Whose it is.
    pub user_id: UserId,
    /// When it was issued.
    pub issued_at: OffsetDateTime,
    /// Until when it can be used.
    pub expires_at: OffsetDateTime,
    /// When it was used.
    pub used_at: Option<OffsetDateTime>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens, treat_none_as_default_value = false)]
struct Row {
    hash: Vec<u8>,
    family: Id<SessionId>,
    marketplace_id: Id<MarketplaceId>,
    user_id: Id<UserId>,
    issued_at: At,
    expires_at: At,
    used_at: Option<At>,
    generation: i64,
}

impl From<&RefreshToken> for Row {
    fn from(record: &RefreshToken) -> Self {
        let record = record.clone();
        Self {
            hash: record.hash,
            family: Id(record.session_id),
            marketplace_id: Id(record.marketplace_id),
            user_id: Id(record.user_id),
            issued_at: At(record.issued_at),
            expires_at: At(record.expires_at),
            used_at: record.used_at.map(At),
            generation: record.generation,
        }
    }
}

impl From<Row> for RefreshToken {
    fn from(row: Row) -> Self {
        Self {
            hash: row.hash,
            session_id: row.family.0,
            marketplace_id: row.marketplace_id.0,
            user_id: row.user_id.0,
            issued_at: row.issued_at.0,
            expires_at: row.expires_at.0,
            used_at: row.used_at.map(|at| at.0),
            generation: row.generation,
        }
    }
}

/// Adds a token.
pub fn insert(tx: &mut Conn, token: &RefreshToken) -> Result<()> {
    on!(tx, c => diesel::insert_into(refresh_tokens::table).values(Row::from(token)).execute(c))?;
    Ok(())
}

/// The token of a hash.
pub fn by_hash_unscoped(c: &mut Conn, hash: &[u8]) -> Result<RefreshToken> {
    let row: Row = on!(c, c => refresh_tokens::table.find(hash).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// Marks a token as used; false where it was used already. Of two that try at once one succeeds.
pub fn mark_used(tx: &mut Conn, hash: &[u8], at: OffsetDateTime) -> Result<bool> {
    let unused = refresh_tokens::table.find(hash).filter(refresh_tokens::used_at.is_null());
    Ok(rows_changed!(tx, diesel::update(unused).set(refresh_tokens::used_at.eq(Some(At(at)))))? == 1)
}

/// Forgets the tokens that expired before an instant; how many.
pub fn purge_expired(tx: &mut Conn, before: OffsetDateTime) -> Result<usize> {
    let expired = refresh_tokens::table.filter(refresh_tokens::expires_at.lt(At(before)));
    Ok(on!(tx, c => diesel::delete(expired).execute(c))?)
}
