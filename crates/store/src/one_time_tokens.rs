//! One-time tokens: what the links in mails carry, kept by their hash. Used once, within their time, the newest of a
//! purpose only.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::people::one_time_tokens;
use crate::types::{At, Coded, Id, closed_set, count};
use diesel::prelude::*;
use domain::id::{MarketplaceId, OneTimeTokenId, UserId};
use time::OffsetDateTime;

closed_set! {
    /// What a one-time token is for.
    Purpose {
        /// Activates an account (L-09).
        Activation = "activation",
        /// Sets a new password.
        PasswordReset = "password_reset",
        /// Opens the account form of a registration that was approved (C-06).
        Registration = "registration",
        /// Confirms the address of a registration (T-07).
        Confirmation = "confirmation",
    }
}

/// Whose a one-time token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A user's, who is to set a password.
    User(UserId),
    /// A registration's, by the bits of its id.
    Registration(u128),
}

/// A one-time token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeToken {
    /// The id that events name; the token itself is not kept.
    pub id: OneTimeTokenId,
    /// The owner's marketplace.
    pub marketplace_id: MarketplaceId,
    /// What it lets its holder do.
    pub purpose: Purpose,
    /// The hash that a shown token is looked up by.
    pub hash: Vec<u8>,
    /// Whose it is.
    pub owner: Owner,
    /// When it was made, by the marketplace's clock.
    pub created_at: OffsetDateTime,
    /// From when on it does not work any more, by the marketplace's clock.
    pub expires_at: OffsetDateTime,
    /// When it was used.
    pub used_at: Option<OffsetDateTime>,
    /// When a newer one took its place, or what it was for was over.
    pub revoked_at: Option<OffsetDateTime>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = one_time_tokens, treat_none_as_default_value = false)]
struct Row {
    id: Id<OneTimeTokenId>,
    marketplace_id: Id<MarketplaceId>,
    purpose: Coded<Purpose>,
    hash: Vec<u8>,
    user_id: Option<Id<UserId>>,
    registration_id: Option<Id<u128>>,
    created_at: At,
    expires_at: At,
    used_at: Option<At>,
    revoked_at: Option<At>,
}

impl From<&OneTimeToken> for Row {
    fn from(record: &OneTimeToken) -> Self {
        let (user_id, registration_id) = match record.owner {
            Owner::User(id) => (Some(Id(id)), None),
            Owner::Registration(id) => (None, Some(Id(id))),
        };
        Self {
            id: Id(record.id),
            marketplace_id: Id(record.marketplace_id),
            purpose: Coded(record.purpose),
            hash: record.hash.clone(),
            user_id,
            registration_id,
            created_at: At(record.created_at),
            expires_at: At(record.expires_at),
            used_at: record.used_at.map(At),
            revoked_at: record.revoked_at.map(At),
        }
    }
}

impl From<Row> for OneTimeToken {
    fn from(row: Row) -> Self {
        let owner = match (row.user_id, row.registration_id) {
            (Some(id), _) => Owner::User(id.0),
            (None, id) => Owner::Registration(id.map_or(0, |id| id.0)),
        };
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            purpose: row.purpose.0,
            hash: row.hash,
            owner,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            used_at: row.used_at.map(|at| at.0),
            revoked_at: row.revoked_at.map(|at| at.0),
        }
    }
}

/// Adds a token in the place of those before it: of one owner and purpose only the newest works.
pub fn replace(tx: &mut Conn, token: &OneTimeToken) -> Result<()> {
    revoke(tx, token.marketplace_id, token.owner, token.purpose, token.created_at)?;
    on!(tx, c => diesel::insert_into(one_time_tokens::table).values(Row::from(token)).execute(c))?;
    Ok(())
}

/// Revokes the unused tokens of an owner and purpose.
pub fn revoke(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    owner: Owner,
    purpose: Purpose,
    at: OffsetDateTime,
) -> Result<()> {
    let open = one_time_tokens::table
        .filter(one_time_tokens::marketplace_id.eq(Id(marketplace)))
        .filter(one_time_tokens::purpose.eq(Coded(purpose)))
        .filter(one_time_tokens::used_at.is_null())
        .filter(one_time_tokens::revoked_at.is_null());
    let set = one_time_tokens::revoked_at.eq(Some(At(at)));
    match owner {
        Owner::User(id) => {
            rows_changed!(tx, diesel::update(open.filter(one_time_tokens::user_id.eq(Some(Id(id))))).set(set))
        }
        Owner::Registration(id) => {
            rows_changed!(tx, diesel::update(open.filter(one_time_tokens::registration_id.eq(Some(Id(id))))).set(set))
        }
    }?;
    Ok(())
}

/// How many tokens of a purpose a user was given after an instant.
pub fn given_since_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    user: UserId,
    purpose: Purpose,
    since: OffsetDateTime,
) -> Result<u32> {
    let given = one_time_tokens::table
        .filter(one_time_tokens::marketplace_id.eq(Id(marketplace)))
        .filter(one_time_tokens::user_id.eq(Some(Id(user))))
        .filter(one_time_tokens::purpose.eq(Coded(purpose)))
        .filter(one_time_tokens::created_at.gt(At(since)))
        .count();
    count(on!(c, c => given.get_result(c))?)
}

/// The token of a hash. Not within a scope: whoever has the token may use it.
pub fn by_hash_unscoped(c: &mut Conn, hash: &[u8]) -> Result<OneTimeToken> {
    let query = one_time_tokens::table.filter(one_time_tokens::hash.eq(hash));
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// A token by its id, used or not. For the mail that carries it.
pub fn by_id_unscoped(c: &mut Conn, id: OneTimeTokenId) -> Result<OneTimeToken> {
    let row: Row = on!(c, c => one_time_tokens::table.find(Id(id)).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// Until when the open tokens of these users for a purpose work.
pub fn open_of_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    purpose: Purpose,
    users: &[UserId],
) -> Result<Vec<(UserId, OffsetDateTime)>> {
    let query = one_time_tokens::table
        .filter(one_time_tokens::marketplace_id.eq(Id(marketplace)))
        .filter(one_time_tokens::purpose.eq(Coded(purpose)))
        .filter(one_time_tokens::user_id.eq_any(users.iter().copied().map(|id| Some(Id(id)))))
        .filter(one_time_tokens::used_at.is_null())
        .filter(one_time_tokens::revoked_at.is_null())
        .select((one_time_tokens::user_id.assume_not_null(), one_time_tokens::expires_at));
    let rows: Vec<(Id<UserId>, At)> = on!(c, c => query.load(c))?;
    Ok(rows.into_iter().map(|(user, until)| (user.0, until.0)).collect())
}

/// Marks a token as used; false where it was used or revoked already. Of two that try at once one succeeds.
pub fn mark_used(tx: &mut Conn, id: OneTimeTokenId, at: OffsetDateTime) -> Result<bool> {
    let open = one_time_tokens::table
        .find(Id(id))
        .filter(one_time_tokens::used_at.is_null())
        .filter(one_time_tokens::revoked_at.is_null());
    Ok(rows_changed!(tx, diesel::update(open).set(one_time_tokens::used_at.eq(Some(At(at)))))? == 1)
}
