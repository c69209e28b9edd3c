//! API clients: scripts and portals that get in by client credentials.

use crate::schema::api_clients;
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::access::Role;
use domain::id::{ApiClientId, CustomerId, MarketplaceId, ResellerId};
use time::OffsetDateTime;

/// An API client.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_clients)]
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

/// Adds an API client.
pub fn insert(tx: &mut Conn, client: &Record) -> Result<()> {
    on!(tx, c => diesel::insert_into(api_clients::table).values(client).execute(c))?;
    Ok(())
}

/// An API client. Not within a scope: its token says the scope.
pub fn get(c: &mut Conn, id: ApiClientId) -> Result<Record> {
    Ok(on!(c, c => api_clients::table.find(id).select(Record::as_select()).first(c))?)
}
