//! API clients: scripts and portals that get in by client credentials.

use crate::schema::api_clients;
use crate::types::{At, Coded, Id};
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::access::Role;
use domain::id::{ApiClientId, CustomerId, MarketplaceId, ResellerId};
use time::OffsetDateTime;

/// An API client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id, also its name at the token endpoint.
    pub id: ApiClientId,
    /// Its marketplace.
    pub marketplace_id: MarketplaceId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The reseller it works for.
    pub reseller_id: Option<ResellerId>,
    /// The customer it works for.
    pub customer_id: Option<CustomerId>,
    /// The hash of its secret.
    pub secret_hash: Vec<u8>,
    /// Whether it is kept out.
    pub disabled: bool,
    /// When it was created.
    pub created_at: OffsetDateTime,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_clients, treat_none_as_default_value = false)]
struct Row {
    id: Id<ApiClientId>,
    marketplace_id: Id<MarketplaceId>,
    name: String,
    role: Coded<Role>,
    reseller_id: Option<Id<ResellerId>>,
    customer_id: Option<Id<CustomerId>>,
    secret_hash: Vec<u8>,
    disabled: bool,
    created_at: At,
}

impl From<&Record> for Row {
    fn from(record: &Record) -> Self {
        let record = record.clone();
        Self {
            id: Id(record.id),
            marketplace_id: Id(record.marketplace_id),
            name: record.name,
            role: Coded(record.role),
            reseller_id: record.reseller_id.map(Id),
            customer_id: record.customer_id.map(Id),
            secret_hash: record.secret_hash,
            disabled: record.disabled,
            created_at: At(record.created_at),
        }
    }
}

impl From<Row> for Record {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            name: row.name,
            role: row.role.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            customer_id: row.customer_id.map(|id| id.0),
            secret_hash: row.secret_hash,
            disabled: row.disabled,
            created_at: row.created_at.0,
        }
    }
}

/// Adds an API client.
pub fn insert(tx: &mut Conn, client: &Record) -> Result<()> {
    on!(tx, c => diesel::insert_into(api_clients::table).values(Row::from(client)).execute(c))?;
    Ok(())
}

/// An API client. Not within a scope: its token says the scope.
pub fn get(c: &mut Conn, id: ApiClientId) -> Result<Record> {
    let row: Row = on!(c, c => api_clients::table.find(Id(id)).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}
