//! Resellers: a provider sees its own, a reseller itself, a customer none.

use crate::page::{Page, PageRequest};
use crate::schema::resellers;
use crate::types::{At, Id};
use crate::{Conn, Result, StoreError, Versioned, next_version, updated};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{MarketplaceId, ResellerId};
use domain::party::Reseller;
use time::OffsetDateTime;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = resellers, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<ResellerId>,
    name: String,
    partner_id: Option<String>,
    created_at: At,
    version: i64,
}

impl From<Row> for Versioned<Reseller> {
    fn from(row: Row) -> Self {
        let value =
            Reseller { id: row.id.0, marketplace_id: row.marketplace_id.0, name: row.name, partner_id: row.partner_id };
        Self { value, version: row.version, created_at: row.created_at.0 }
    }
}

/// `seen!(query, scope)`: only the resellers of a boxed query that the scope sees, which is not a customer's.
macro_rules! seen {
    ($query:expr, $scope:expr) => {{
        let query = $query.filter(resellers::marketplace_id.eq(Id($scope.marketplace())));
        match $scope.reseller() {
            Some(id) => query.filter(resellers::id.eq(Id(id))),
            None => query,
        }
    }};
}

/// Adds a reseller.
pub fn insert(tx: &mut Conn, reseller: &Reseller, created_at: OffsetDateTime) -> Result<()> {
    let row = Row {
        marketplace_id: Id(reseller.marketplace_id),
        id: Id(reseller.id),
        name: reseller.name.clone(),
        partner_id: reseller.partner_id.clone(),
        created_at: At(created_at),
        version: 1,
    };
    on!(tx, c => diesel::insert_into(resellers::table).values(row).execute(c))?;
    Ok(())
}

/// A reseller.
pub fn get(c: &mut Conn, scope: &Scope, id: ResellerId) -> Result<Versioned<Reseller>> {
    if scope.customer().is_some() {
        return Err(StoreError::NotFound);
    }
    let row: Row = on!(c, c, Db => {
        let query = resellers::table.filter(resellers::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        seen!(query, scope).get_result(c)
    })?;
    Ok(row.into())
}

/// The resellers.
pub fn list(c: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<Versioned<Reseller>>> {
    if scope.customer().is_some() {
        return Ok(Page::empty());
    }
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = resellers::table.select(Row::as_select()).into_boxed::<Db>();
        paged!(seen!(query, scope), resellers::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(Versioned::from))
}

/// Changes a reseller; the version it then has.
pub fn update(tx: &mut Conn, scope: &Scope, reseller: &Reseller, expected: Option<i64>) -> Result<i64> {
    let current = get(tx, scope, reseller.id)?.version;
    let version = next_version(current, expected)?;
    let row = resellers::table.find((Id(scope.marketplace()), Id(reseller.id))).filter(resellers::version.eq(current));
    let set = (
        resellers::name.eq(&reseller.name),
        resellers::partner_id.eq(&reseller.partner_id),
        resellers::version.eq(version),
    );
    updated(changed!(tx, diesel::update(row).set(set))?)?;
    Ok(version)
}

/// Keeps others from locking the same reseller until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, scope: &Scope, id: ResellerId) -> Result<()> {
    if let Conn::Postgres(c) = tx {
        let row = resellers::table.find((Id(scope.marketplace()), Id(id))).select(resellers::id);
        row.for_no_key_update().get_result::<Id<ResellerId>>(c)?;
    }
    Ok(())
}
