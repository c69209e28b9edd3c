//! Tries to log in: the log-in history of people (L-12), and what lock-out and throttling count. By real time.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::people::login_attempts;
use crate::types::{At, Coded, Id, closed_set, count};
use diesel::prelude::*;
use domain::id::{LoginAttemptId, MarketplaceId, UserId};
use time::OffsetDateTime;

closed_set! {
    /// How a try to log in went.
    LoginOutcome {
        /// Name and password were right.
        Succeeded = "succeeded",
        /// The password was not theirs.
        WrongPassword = "wrong_password",
        /// The account was locked, whatever the password.
        Locked = "locked",
        /// The account was disabled.
        Disabled = "disabled",
        /// The account was not activated.
        NotActivated = "not_activated",
        /// Nobody has that name.
        Unknown = "unknown",
    }
}

/// A try to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLoginAttempt {
    /// Its id; in the order of time, also within an instant.
    pub id: LoginAttemptId,
    /// In which marketplace as whom; none where nobody has that name.
    pub user: Option<(MarketplaceId, UserId)>,
    /// From which network address.
    pub address: String,
    /// By which program.
    pub user_agent: String,
    /// How it went.
    pub outcome: LoginOutcome,
    /// When it was, by real time.
    pub at: OffsetDateTime,
    /// Under what it is counted.
    pub counted: CountedUnder,
}

/// Under what a try to log in is counted besides its account; each is a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountedUnder {
    /// The name that was typed, whether or not somebody has it.
    pub name: Option<u128>,
    /// The network that it came from.
    pub network: Option<u128>,
    /// The device of the account that it came from.
    pub device: Option<u128>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = login_attempts, treat_none_as_default_value = false)]
struct Row {
    id: Id<LoginAttemptId>,
    marketplace_id: Option<Id<MarketplaceId>>,
    user_id: Option<Id<UserId>>,
    address: String,
    user_agent: String,
    outcome: Coded<LoginOutcome>,
    at: At,
    name: Option<Id<u128>>,
    network: Option<Id<u128>>,
    device: Option<Id<u128>>,
}

impl From<&StoredLoginAttempt> for Row {
    fn from(record: &StoredLoginAttempt) -> Self {
        Self {
            id: Id(record.id),
            marketplace_id: record.user.map(|(marketplace, _)| Id(marketplace)),
            user_id: record.user.map(|(_, user)| Id(user)),
            address: record.address.clone(),
            user_agent: record.user_agent.clone(),
            outcome: Coded(record.outcome),
            at: At(record.at),
            name: record.counted.name.map(Id),
            network: record.counted.network.map(Id),
            device: record.counted.device.map(Id),
        }
    }
}

impl From<Row> for StoredLoginAttempt {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            user: row.marketplace_id.zip(row.user_id).map(|(marketplace, user)| (marketplace.0, user.0)),
            address: row.address,
            user_agent: row.user_agent,
            outcome: row.outcome.0,
            at: row.at.0,
            counted: CountedUnder {
                name: row.name.map(|name| name.0),
                network: row.network.map(|network| network.0),
                device: row.device.map(|device| device.0),
            },
        }
    }
}

/// Adds a try.
pub fn insert(tx: &mut Conn, attempt: &StoredLoginAttempt) -> Result<()> {
    on!(tx, c => diesel::insert_into(login_attempts::table).values(Row::from(attempt)).execute(c))?;
    Ok(())
}

/// The log-in history of a user.
pub fn of_user_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<StoredLoginAttempt>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = login_attempts::table
            .filter(login_attempts::marketplace_id.eq(Some(Id(marketplace))))
            .filter(login_attempts::user_id.eq(Some(Id(user))))
            .select(Row::as_select())
            .into_boxed::<Db>();
        paged!(query, login_attempts::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(StoredLoginAttempt::from))
}

/// How often a user's password was wrong from an instant on, and after the last time that it was right. What known
/// devices tried is not counted: see [`failures_by_device_unscoped`].
pub fn failures_of_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    user: UserId,
    since: OffsetDateTime,
) -> Result<u32> {
    let of_user = login_attempts::table
        .filter(login_attempts::marketplace_id.eq(Some(Id(marketplace))))
        .filter(login_attempts::user_id.eq(Some(Id(user))))
        .filter(login_attempts::device.is_null())
        .filter(login_attempts::at.ge(At(since)));
    let right = of_user
        .filter(login_attempts::outcome.eq(Coded(LoginOutcome::Succeeded)))
        .order(login_attempts::id.desc())
        .select(login_attempts::id);
    let after = after(on!(c, c => right.first(c).optional())?);
    let wrong = of_user
        .filter(login_attempts::outcome.eq(Coded(LoginOutcome::WrongPassword)))
        .filter(login_attempts::id.gt(after))
        .count();
    count(on!(c, c => wrong.get_result(c))?)
}

/// Ids are in the order of time, also within an instant; the id of zeros is before all.
fn after(right: Option<Id<LoginAttemptId>>) -> Id<LoginAttemptId> {
    right.unwrap_or(Id(LoginAttemptId::from_u128(0)))
}

/// How often the password was wrong from a known device, after the last time that it was right there.
pub fn failures_by_device_unscoped(c: &mut Conn, device: u128) -> Result<u32> {
    let of_device = login_attempts::table.filter(login_attempts::device.eq(Some(Id(device))));
    let right = of_device
        .filter(login_attempts::outcome.eq(Coded(LoginOutcome::Succeeded)))
        .order(login_attempts::id.desc())
        .select(login_attempts::id);
    let after = after(on!(c, c => right.first(c).optional())?);
    let wrong = of_device
        .filter(login_attempts::outcome.eq(Coded(LoginOutcome::WrongPassword)))
        .filter(login_attempts::id.gt(after))
        .count();
    count(on!(c, c => wrong.get_result(c))?)
}

/// When the so many last one was that somebody in a network did not get in, whatever the accounts; none where there
/// were fewer after an instant.
pub fn failure_from_unscoped(
    c: &mut Conn,
    network: u128,
    since: OffsetDateTime,
    last: u32,
) -> Result<Option<OffsetDateTime>> {
    let failures = login_attempts::table
        .filter(login_attempts::network.eq(Some(Id(network))))
        .filter(login_attempts::at.gt(At(since)))
        .filter(login_attempts::outcome.ne(Coded(LoginOutcome::Succeeded)))
        .order(login_attempts::at.desc())
        .offset(i64::from(last.saturating_sub(1)))
        .select(login_attempts::at);
    let at: Option<At> = on!(c, c => failures.first(c).optional())?;
    Ok(at.map(|at| at.0))
}

/// The same for one name in a network, since it last got in there: whether or not somebody has the name.
pub fn failure_of_name_unscoped(
    c: &mut Conn,
    network: u128,
    name: u128,
    since: OffsetDateTime,
    last: u32,
) -> Result<Option<OffsetDateTime>> {
    let of_name = login_attempts::table
        .filter(login_attempts::network.eq(Some(Id(network))))
        .filter(login_attempts::name.eq(Some(Id(name))))
        .filter(login_attempts::at.gt(At(since)));
    let right = of_name
        .filter(login_attempts::outcome.eq(Coded(LoginOutcome::Succeeded)))
        .order(login_attempts::id.desc())
        .select(login_attempts::id);
    let after = after(on!(c, c => right.first(c).optional())?);
    let failures = of_name
        .filter(login_attempts::outcome.ne(Coded(LoginOutcome::Succeeded)))
        .filter(login_attempts::id.gt(after))
        .order(login_attempts::id.desc())
        .offset(i64::from(last.saturating_sub(1)))
        .select(login_attempts::at);
    let at: Option<At> = on!(c, c => failures.first(c).optional())?;
    Ok(at.map(|at| at.0))
}

/// Forgets the tries before an instant; how many.
pub fn purge(tx: &mut Conn, before: OffsetDateTime) -> Result<usize> {
    let old = login_attempts::table.filter(login_attempts::at.lt(At(before)));
    Ok(on!(tx, c => diesel::delete(old).execute(c))?)
}
