//! API clients: scripts and portals that get in by client credentials, each with up to two live secrets.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::people::{api_client_secrets, api_clients};
use crate::statement::{found, updated};
use crate::types::{At, Coded, Id, Json};
use crate::version::next_version;
use diesel::prelude::*;
use domain::access::{Organization, Permissions, Role, Scope};
use domain::id::{ApiClientId, ClientSecretId, CustomerId, MarketplaceId, ResellerId};
use time::OffsetDateTime;

/// An API client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApiClient {
    /// Its id, also its name at the token endpoint.
    pub id: ApiClientId,
    /// The marketplace that it gets into.
    pub marketplace_id: MarketplaceId,
    /// What its owner calls it.
    pub name: String,
    /// The most it may do.
    pub role: Role,
    /// What it may do; none is all that its role may.
    pub permissions: Option<Permissions>,
    /// Whom it works for.
    pub organization: Organization,
    /// Whether it is kept out, for good.
    pub revoked: bool,
    /// Who created it.
    pub created_by: String,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// A secret of an API client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its id; the secret itself is not kept.
    pub id: ClientSecretId,
    /// The client's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Whose it is.
    pub client_id: ApiClientId,
    /// The hash that a shown secret is compared with.
    pub hash: Vec<u8>,
    /// Its last characters, to tell it from others.
    pub hint: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When a token was issued for it last.
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
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
    disabled: bool,
    created_at: At,
    permissions: Option<Json<Permissions>>,
    created_by: String,
    version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_client_secrets, treat_none_as_default_value = false)]
struct SecretRow {
    id: Id<ClientSecretId>,
    marketplace_id: Id<MarketplaceId>,
    client_id: Id<ApiClientId>,
    hash: Vec<u8>,
    hint: String,
    created_at: At,
    last_used_at: Option<At>,
    revoked_at: Option<At>,
}

impl From<&StoredApiClient> for Row {
    fn from(record: &StoredApiClient) -> Self {
        Self {
            id: Id(record.id),
            marketplace_id: Id(record.marketplace_id),
            name: record.name.clone(),
            role: Coded(record.role),
            reseller_id: record.organization.reseller().map(Id),
            customer_id: record.organization.customer().map(Id),
            disabled: record.revoked,
            created_at: At(record.created_at),
            permissions: record.permissions.map(Json),
            created_by: record.created_by.clone(),
            version: record.version,
        }
    }
}

impl From<Row> for StoredApiClient {
    fn from(row: Row) -> Self {
        let organization = match (row.customer_id, row.reseller_id) {
            (Some(id), _) => Organization::Customer(id.0),
            (None, Some(id)) => Organization::Reseller(id.0),
            (None, None) => Organization::head(row.marketplace_id.0),
        };
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            name: row.name,
            role: row.role.0,
            permissions: row.permissions.map(|document| document.0),
            organization,
            revoked: row.disabled,
            created_by: row.created_by,
            created_at: row.created_at.0,
            version: row.version,
        }
    }
}

impl From<SecretRow> for Secret {
    fn from(row: SecretRow) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            client_id: row.client_id.0,
            hash: row.hash,
            hint: row.hint,
            created_at: row.created_at.0,
            last_used_at: row.last_used_at.map(|at| at.0),
            revoked_at: row.revoked_at.map(|at| at.0),
        }
    }
}

/// Adds an API client.
pub fn insert(tx: &mut Conn, client: &StoredApiClient) -> Result<()> {
    on!(tx, c => diesel::insert_into(api_clients::table).values(Row::from(client)).execute(c))?;
    Ok(())
}

/// An API client. Not within a scope: its token says the scope.
pub fn by_id_unscoped(c: &mut Conn, id: ApiClientId) -> Result<StoredApiClient> {
    let row: Row = on!(c, c => api_clients::table.find(Id(id)).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// `owned!(query, scope)`: only the clients of a boxed query that the scope's organisation itself has.
macro_rules! owned {
    ($query:expr, $scope:expr) => {{
        let query = $query.filter(api_clients::marketplace_id.eq(Id($scope.marketplace())));
        match Organization::from(*$scope) {
            Organization::Platform | Organization::Provider => {
                query.filter(api_clients::reseller_id.is_null()).filter(api_clients::customer_id.is_null())
            }
            Organization::Reseller(id) => query.filter(api_clients::reseller_id.eq(Some(Id(id)))),
            Organization::Customer(id) => query.filter(api_clients::customer_id.eq(Some(Id(id)))),
        }
    }};
}

/// A client of the scope's organisation itself: those of its customers are not seen.
pub fn get(c: &mut Conn, scope: &Scope, id: ApiClientId) -> Result<StoredApiClient> {
    let row: Row = on!(c, c, Db => {
        let query = api_clients::table.filter(api_clients::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        owned!(query, scope).get_result(c)
    })?;
    Ok(row.into())
}

/// The clients of the scope's organisation itself, those that were revoked too.
pub fn list(c: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<StoredApiClient>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = api_clients::table.select(Row::as_select()).into_boxed::<Db>();
        paged!(owned!(query, scope), api_clients::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(StoredApiClient::from))
}

/// Changes a client's name, permissions, and whether it is kept out; the version it then has.
pub fn update(tx: &mut Conn, client: &StoredApiClient, expected: Option<i64>) -> Result<i64> {
    let current = by_id_unscoped(tx, client.id)?.version;
    let version = next_version(current, expected)?;
    let target = api_clients::table.find(Id(client.id)).filter(api_clients::version.eq(current));
    let set = (
        api_clients::name.eq(client.name.clone()),
        api_clients::permissions.eq(client.permissions.map(Json)),
        api_clients::disabled.eq(client.revoked),
        api_clients::version.eq(version),
    );
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    Ok(version)
}

/// Keeps others from locking the same client until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, id: ApiClientId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let row = api_clients::table.find(Id(id)).select(api_clients::id);
        row.for_no_key_update().get_result::<Id<ApiClientId>>(c)?;
    }
    Ok(())
}

/// Adds a secret.
pub fn insert_secret(tx: &mut Conn, secret: &Secret) -> Result<()> {
    let row = SecretRow {
        id: Id(secret.id),
        marketplace_id: Id(secret.marketplace_id),
        client_id: Id(secret.client_id),
        hash: secret.hash.clone(),
        hint: secret.hint.clone(),
        created_at: At(secret.created_at),
        last_used_at: secret.last_used_at.map(At),
        revoked_at: secret.revoked_at.map(At),
    };
    on!(tx, c => diesel::insert_into(api_client_secrets::table).values(row).execute(c))?;
    Ok(())
}

/// The live secrets of clients, the oldest first.
pub fn secrets_unscoped(c: &mut Conn, clients: &[ApiClientId]) -> Result<Vec<Secret>> {
    let query = api_client_secrets::table
        .filter(api_client_secrets::client_id.eq_any(clients.iter().copied().map(Id)))
        .filter(api_client_secrets::revoked_at.is_null())
        .order((api_client_secrets::client_id, api_client_secrets::id));
    let rows: Vec<SecretRow> = on!(c, c => query.select(SecretRow::as_select()).load(c))?;
    Ok(rows.into_iter().map(Secret::from).collect())
}

/// A secret of a client, live or not.
pub fn secret_unscoped(c: &mut Conn, client: ApiClientId, id: ClientSecretId) -> Result<Secret> {
    let query = api_client_secrets::table.find(Id(id)).filter(api_client_secrets::client_id.eq(Id(client)));
    let row: SecretRow = on!(c, c => query.select(SecretRow::as_select()).get_result(c))?;
    Ok(row.into())
}

/// Says that a token was issued for a secret.
pub fn secret_used(tx: &mut Conn, id: ClientSecretId, at: OffsetDateTime) -> Result<()> {
    let set = api_client_secrets::last_used_at.eq(Some(At(at)));
    found(rows_changed!(tx, diesel::update(api_client_secrets::table.find(Id(id))).set(set))?)
}

/// Revokes a secret.
pub fn revoke_secret(tx: &mut Conn, id: ClientSecretId, at: OffsetDateTime) -> Result<()> {
    let live = api_client_secrets::table.find(Id(id)).filter(api_client_secrets::revoked_at.is_null());
    found(rows_changed!(tx, diesel::update(live).set(api_client_secrets::revoked_at.eq(Some(At(at)))))?)
}
