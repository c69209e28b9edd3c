//! Sessions: log-ins of people. One is the family of the refresh tokens that follow one another.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::people::sessions;
use crate::statement::found;
use crate::types::{At, Coded, Id, closed_set};
use diesel::prelude::*;
use domain::id::{MarketplaceId, SessionId, UserId};
use time::OffsetDateTime;

closed_set! {
    /// Why a log-in ended before its time.
    EndReason {
        /// The person logged out.
        LoggedOut = "logged_out",
        /// Ended by the person itself, from another log-in.
        EndedByUser = "ended_by_user",
        /// Ended by an administrator.
        EndedByAdministrator = "ended_by_administrator",
        /// The password is another one.
        PasswordChanged = "password_changed",
        /// A refresh token was used twice.
        RefreshTokenReused = "refresh_token_reused",
        /// The person is kept out.
        UserDisabled = "user_disabled",
        /// The person is here no longer.
        UserDeleted = "user_deleted",
    }
}

/// A log-in and how long it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// The id that its tokens carry.
    pub id: SessionId,
    /// The user's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Who is logged in.
    pub user_id: UserId,
    /// Who acts in the user's name (L-13).
    pub impersonator: Option<UserId>,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it was refreshed last.
    pub last_used_at: OffsetDateTime,
    /// When it ends in any case.
    pub absolute_until: OffsetDateTime,
    /// When and why it ended before.
    pub ended: Option<(OffsetDateTime, EndReason)>,
    /// The network address it began from.
    pub address: String,
    /// The program it began with.
    pub user_agent: String,
    /// The generation of its newest refresh token.
    pub generation: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct Row {
    id: Id<SessionId>,
    marketplace_id: Id<MarketplaceId>,
    user_id: Id<UserId>,
    impersonator: Option<Id<UserId>>,
    started_at: At,
    last_used_at: At,
    absolute_until: At,
    ended_at: Option<At>,
    end_reason: Option<Coded<EndReason>>,
    address: String,
    user_agent: String,
    generation: i64,
}

impl From<&StoredSession> for Row {
    fn from(record: &StoredSession) -> Self {
        Self {
            id: Id(record.id),
            marketplace_id: Id(record.marketplace_id),
            user_id: Id(record.user_id),
            impersonator: record.impersonator.map(Id),
            started_at: At(record.started_at),
            last_used_at: At(record.last_used_at),
            absolute_until: At(record.absolute_until),
            ended_at: record.ended.map(|(at, _)| At(at)),
            end_reason: record.ended.map(|(_, reason)| Coded(reason)),
            address: record.address.clone(),
            user_agent: record.user_agent.clone(),
            generation: record.generation,
        }
    }
}

impl From<Row> for StoredSession {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            user_id: row.user_id.0,
            impersonator: row.impersonator.map(|id| id.0),
            started_at: row.started_at.0,
            last_used_at: row.last_used_at.0,
            absolute_until: row.absolute_until.0,
            ended: row.ended_at.zip(row.end_reason).map(|(at, reason)| (at.0, reason.0)),
            address: row.address,
            user_agent: row.user_agent,
            generation: row.generation,
        }
    }
}

/// Adds a log-in.
pub fn insert(tx: &mut Conn, session: &StoredSession) -> Result<()> {
    on!(tx, c => diesel::insert_into(sessions::table).values(Row::from(session)).execute(c))?;
    Ok(())
}

/// A log-in. Not within a scope: its token says whose it is.
pub fn by_id_unscoped(c: &mut Conn, id: SessionId) -> Result<StoredSession> {
    let row: Row = on!(c, c => sessions::table.find(Id(id)).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// The same, locked on PostgreSQL until the transaction ends: refreshes of one log-in happen one after the other.
pub fn lock(tx: &mut Conn, id: SessionId) -> Result<StoredSession> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        sessions::table.find(Id(id)).select(sessions::id).for_no_key_update().get_result::<Id<SessionId>>(c)?;
    }
    by_id_unscoped(tx, id)
}

/// The log-ins of a user that go on: not ended, not over, and used after an instant.
pub fn open_of_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    user: UserId,
    now: OffsetDateTime,
    used_after: OffsetDateTime,
    page: &PageRequest,
) -> Result<Page<StoredSession>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = sessions::table
            .filter(sessions::marketplace_id.eq(Id(marketplace)))
            .filter(sessions::user_id.eq(Id(user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::absolute_until.gt(At(now)))
            .filter(sessions::last_used_at.gt(At(used_after)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        paged!(query, sessions::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(StoredSession::from))
}

/// Says that a log-in was refreshed, and which generation its newest token is.
pub fn touch(tx: &mut Conn, id: SessionId, generation: i64, at: OffsetDateTime) -> Result<()> {
    let set = (sessions::generation.eq(generation), sessions::last_used_at.eq(At(at)));
    found(rows_changed!(tx, diesel::update(sessions::table.find(Id(id))).set(set))?)
}

/// Ends a log-in; false where it had ended already.
pub fn end(tx: &mut Conn, id: SessionId, reason: EndReason, at: OffsetDateTime) -> Result<bool> {
    let open = sessions::table.find(Id(id)).filter(sessions::ended_at.is_null());
    let set = (sessions::ended_at.eq(Some(At(at))), sessions::end_reason.eq(Some(Coded(reason))));
    Ok(rows_changed!(tx, diesel::update(open).set(set))? == 1)
}

/// Ends the log-ins of a user, all or all but one; how many there were.
pub fn end_all(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    user: UserId,
    but: Option<SessionId>,
    reason: EndReason,
    at: OffsetDateTime,
) -> Result<usize> {
    // No log-in has the id of zeros.
    let but = Id(but.unwrap_or(SessionId::from_u128(0)));
    let open = sessions::table
        .filter(sessions::marketplace_id.eq(Id(marketplace)))
        .filter(sessions::user_id.eq(Id(user)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::id.ne(but));
    let set = (sessions::ended_at.eq(Some(At(at))), sessions::end_reason.eq(Some(Coded(reason))));
    Ok(rows_changed!(tx, diesel::update(open).set(set))?)
}

/// Forgets the log-ins that were over in any case before an instant; how many.
pub fn purge(tx: &mut Conn, before: OffsetDateTime) -> Result<usize> {
    let over = sessions::table.filter(sessions::absolute_until.lt(At(before)));
    Ok(on!(tx, c => diesel::delete(over).execute(c))?)
}
