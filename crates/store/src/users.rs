//! Users: people who can log in. Their address is unique within a marketplace, whatever its capitals.

use crate::schema::users;
use crate::types::{At, Coded, Id};
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::access::Role;
use domain::id::{CustomerId, MarketplaceId, ResellerId, UserId};
use time::OffsetDateTime;

/// The most users that one address finds; more marketplaces than this nobody works for.
const MOST: i64 = 20;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: UserId,
    /// Its marketplace.
    pub marketplace_id: MarketplaceId,
    /// Its address; kept in small letters.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What it may do.
    pub role: Role,
    /// The reseller it works for.
    pub reseller_id: Option<ResellerId>,
    /// The customer it works for.
    pub customer_id: Option<CustomerId>,
    /// The hash of its password.
    pub password_hash: String,
    /// Whether it is kept out.
    pub disabled: bool,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// Counts each change; the ETag.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct Row {
    id: Id<UserId>,
    marketplace_id: Id<MarketplaceId>,
    email: String,
    first_name: String,
    last_name: String,
    role: Coded<Role>,
    reseller_id: Option<Id<ResellerId>>,
    customer_id: Option<Id<CustomerId>>,
    password_hash: String,
    disabled: bool,
    created_at: At,
    version: i64,
}

impl From<&Record> for Row {
    fn from(record: &Record) -> Self {
        let record = record.clone();
        Self {
            id: Id(record.id),
            marketplace_id: Id(record.marketplace_id),
            email: record.email,
            first_name: record.first_name,
            last_name: record.last_name,
            role: Coded(record.role),
            reseller_id: record.reseller_id.map(Id),
            customer_id: record.customer_id.map(Id),
            password_hash: record.password_hash,
            disabled: record.disabled,
            created_at: At(record.created_at),
            version: record.version,
        }
    }
}

impl From<Row> for Record {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            role: row.role.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            customer_id: row.customer_id.map(|id| id.0),
            password_hash: row.password_hash,
            disabled: row.disabled,
            created_at: row.created_at.0,
            version: row.version,
        }
    }
}

/// Adds a user.
pub fn insert(tx: &mut Conn, user: &Record) -> Result<()> {
    let row = Row { email: user.email.to_lowercase(), ..Row::from(user) };
    on!(tx, c => diesel::insert_into(users::table).values(row).execute(c))?;
    Ok(())
}

/// The users of an address, in one marketplace or, not knowing which, in all.
pub fn by_email(c: &mut Conn, email: &str, marketplace: Option<MarketplaceId>) -> Result<Vec<Record>> {
    let email = email.to_lowercase();
    let query = users::table.filter(users::email.eq(email)).order(users::id).limit(MOST);
    let rows: Vec<Row> = match marketplace.map(Id) {
        Some(id) => on!(c, c => query.filter(users::marketplace_id.eq(id)).select(Row::as_select()).load(c)),
        None => on!(c, c => query.select(Row::as_select()).load(c)),
    }?;
    Ok(rows.into_iter().map(Record::from).collect())
}

/// A user of a marketplace.
pub fn get(c: &mut Conn, marketplace: MarketplaceId, id: UserId) -> Result<Record> {
    let row: Row = on!(c, c => users::table.find((Id(marketplace), Id(id))).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// Those of these users that there are.
pub fn of_ids(c: &mut Conn, marketplace: MarketplaceId, ids: &[UserId]) -> Result<Vec<Record>> {
    let query = users::table
        .filter(users::marketplace_id.eq(Id(marketplace)))
        .filter(users::id.eq_any(ids.iter().copied().map(Id)));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(Record::from).collect())
}

/// The oldest user of a customer who has a role and is not kept out.
pub fn oldest(c: &mut Conn, marketplace: MarketplaceId, customer: CustomerId, role: Role) -> Result<Option<Record>> {
    let query = users::table
        .filter(users::marketplace_id.eq(Id(marketplace)))
        .filter(users::customer_id.eq(Some(Id(customer))))
        .filter(users::role.eq(Coded(role)))
        .filter(users::disabled.eq(false))
        .order((users::created_at, users::id));
    let row: Option<Row> = on!(c, c => query.select(Row::as_select()).first(c).optional())?;
    Ok(row.map(Record::from))
}
