//! Roles that a marketplace defines for itself.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::people::roles;
use crate::statement::{found, updated};
use crate::types::{At, Coded, Id, Json};
use crate::version::{Versioned, next_version};
use diesel::prelude::*;
use domain::access::{OrganizationKind, OwnRole, Permissions, RoleKey, Scope};
use domain::id::MarketplaceId;
use domain::people::Title;
use time::OffsetDateTime;

/// A role with what the marketplace calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    /// What the domain knows of it.
    pub role: OwnRole,
    /// Its name for people.
    pub title: Title,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = roles)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    key: String,
    organization: Coded<OrganizationKind>,
    title: Json<Title>,
    permissions: Json<Permissions>,
    created_at: At,
    version: i64,
}

impl TryFrom<Row> for Versioned<Titled> {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let key = RoleKey::new(&row.key).ok_or_else(|| StoreError::Corrupt(format!("role {:?}", row.key)))?;
        let role = OwnRole { key, organization: row.organization.0, permissions: row.permissions.0 };
        let value = Titled { role, title: row.title.0 };
        Ok(Self { value, version: row.version, created_at: row.created_at.0, updated_at: None })
    }
}

/// Adds a role.
pub fn insert(tx: &mut Conn, marketplace: MarketplaceId, role: &Titled, created_at: OffsetDateTime) -> Result<()> {
    let row = Row {
        marketplace_id: Id(marketplace),
        key: role.role.key.as_str().to_owned(),
        organization: Coded(role.role.organization),
        title: Json(role.title.clone()),
        permissions: Json(role.role.permissions),
        created_at: At(created_at),
        version: 1,
    };
    on!(tx, c => diesel::insert_into(roles::table).values(row).execute(c))?;
    Ok(())
}

/// Changes a role's title and permissions; the version it then has. At which kind of organisation it is stays.
pub fn update(tx: &mut Conn, marketplace: MarketplaceId, role: &Titled, expected: Option<i64>) -> Result<i64> {
    let current = by_key_unscoped(tx, marketplace, &role.role.key)?.version;
    let version = next_version(current, expected)?;
    let target =
        roles::table.find((Id(marketplace), role.role.key.as_str().to_owned())).filter(roles::version.eq(current));
    let set = (
        roles::title.eq(Json(role.title.clone())),
        roles::permissions.eq(Json(role.role.permissions)),
        roles::version.eq(version),
    );
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    Ok(version)
}

/// A role of the scope's marketplace; everybody in it may know which roles there are.
pub fn get(c: &mut Conn, scope: &Scope, key: &RoleKey) -> Result<Versioned<Titled>> {
    by_key_unscoped(c, scope.marketplace(), key)
}

/// A role of a marketplace, whoever asks.
pub fn by_key_unscoped(c: &mut Conn, marketplace: MarketplaceId, key: &RoleKey) -> Result<Versioned<Titled>> {
    let query = roles::table.find((Id(marketplace), key.as_str().to_owned()));
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    row.try_into()
}

/// The roles of the scope's marketplace, by key.
pub fn all(c: &mut Conn, scope: &Scope) -> Result<Vec<Versioned<Titled>>> {
    let query = roles::table.filter(roles::marketplace_id.eq(Id(scope.marketplace()))).order(roles::key);
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    rows.into_iter().map(Versioned::try_from).collect()
}

/// Removes a role.
pub fn remove(tx: &mut Conn, marketplace: MarketplaceId, key: &RoleKey) -> Result<()> {
    let row = roles::table.find((Id(marketplace), key.as_str().to_owned()));
    found(on!(tx, c => diesel::delete(row).execute(c))?)
}
