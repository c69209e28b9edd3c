//! Users: people who can log in. Their address is unique within a marketplace, whatever its capitals.

use crate::schema::users;
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::access::Role;
use domain::id::{CustomerId, MarketplaceId, ResellerId, UserId};
use time::OffsetDateTime;

/// The most users that one address finds; more marketplaces than this nobody works for.
const MOST: i64 = 20;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
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

/// Adds a user.
pub fn insert(tx: &mut Conn, user: &Record) -> Result<()> {
    let user = Record { email: user.email.to_lowercase(), ..user.clone() };
    on!(tx, c => diesel::insert_into(users::table).values(user).execute(c))?;
    Ok(())
}

/// The users of an address, in one marketplace or, not knowing which, in all.
pub fn by_email(c: &mut Conn, email: &str, marketplace: Option<MarketplaceId>) -> Result<Vec<Record>> {
    let email = email.to_lowercase();
    let query = users::table.filter(users::email.eq(email)).order(users::id).limit(MOST).select(Record::as_select());
    Ok(match marketplace {
        Some(id) => on!(c, c => query.filter(users::marketplace_id.eq(id)).load(c)),
        None => on!(c, c => query.load(c)),
    }?)
}

/// A user of a marketplace.
pub fn get(c: &mut Conn, marketplace: MarketplaceId, id: UserId) -> Result<Record> {
    Ok(on!(c, c => users::table.find((marketplace, id)).select(Record::as_select()).first(c))?)
}
