//! Branches: other invoice addresses of a customer (C-34). Whose they are is the customer's to say.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::organizations::branches;
use crate::schema::subscriptions;
use crate::statement::updated;
use crate::types::{At, Id, Json};
use crate::version::{Versioned, next_version};
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{BranchId, CustomerId, MarketplaceId};
use domain::party::{Address, Branch};
use time::OffsetDateTime;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = branches)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<BranchId>,
    customer_id: Id<CustomerId>,
    name: String,
    address: Json<Address>,
    created_at: At,
    version: i64,
    retired_at: Option<At>,
}

impl From<Row> for Versioned<Branch> {
    fn from(row: Row) -> Self {
        let value = Branch {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            name: row.name,
            address: row.address.0,
            retired_at: row.retired_at.map(|at| at.0),
        };
        Self { value, version: row.version, created_at: row.created_at.0, updated_at: None }
    }
}

/// Adds a branch.
pub fn insert(tx: &mut Conn, branch: &Branch, created_at: OffsetDateTime) -> Result<()> {
    let row = Row {
        marketplace_id: Id(branch.marketplace_id),
        id: Id(branch.id),
        customer_id: Id(branch.customer_id),
        name: branch.name.clone(),
        address: Json(branch.address.clone()),
        created_at: At(created_at),
        version: 1,
        retired_at: branch.retired_at.map(At),
    };
    on!(tx, c => diesel::insert_into(branches::table).values(row).execute(c))?;
    Ok(())
}

/// A branch of a customer that the scope sees.
pub fn get(c: &mut Conn, scope: &Scope, customer: CustomerId, id: BranchId) -> Result<Versioned<Branch>> {
    crate::customers::get(c, scope, customer)?;
    let query = branches::table.find((Id(scope.marketplace()), Id(id))).filter(branches::customer_id.eq(Id(customer)));
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// The branches of a customer that the scope sees, as many of some names as there are; retired ones have none any more.
pub fn of_names(c: &mut Conn, scope: &Scope, customer: CustomerId, names: &[&str]) -> Result<Vec<Branch>> {
    if names.is_empty() {
        return Ok(vec![]);
    }
    crate::customers::get(c, scope, customer)?;
    let query = branches::table
        .filter(branches::marketplace_id.eq(Id(scope.marketplace())))
        .filter(branches::customer_id.eq(Id(customer)))
        .filter(branches::retired_at.is_null())
        .filter(branches::name.eq_any(names));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(|row| Versioned::from(row).value).collect())
}

/// The branches of a customer that the scope sees, but for those that are retired.
pub fn list(c: &mut Conn, scope: &Scope, customer: CustomerId, page: &PageRequest) -> Result<Page<Versioned<Branch>>> {
    crate::customers::get(c, scope, customer)?;
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = branches::table
            .filter(branches::marketplace_id.eq(Id(scope.marketplace())))
            .filter(branches::customer_id.eq(Id(customer)))
            .filter(branches::retired_at.is_null())
            .select(Row::as_select())
            .into_boxed::<Db>();
        paged!(query, branches::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(Versioned::from))
}

/// Changes a branch; the version it then has.
pub fn update(tx: &mut Conn, scope: &Scope, branch: &Branch, expected: Option<i64>) -> Result<i64> {
    let current = get(tx, scope, branch.customer_id, branch.id)?.version;
    let version = next_version(current, expected)?;
    let row = branches::table.find((Id(scope.marketplace()), Id(branch.id))).filter(branches::version.eq(current));
    let address = Json(branch.address.clone());
    let set = (
        branches::name.eq(&branch.name),
        branches::address.eq(address),
        branches::retired_at.eq(branch.retired_at.map(At)),
        branches::version.eq(version),
    );
    updated(rows_changed!(tx, diesel::update(row).set(set))?)?;
    Ok(version)
}

/// Whether anything that a customer has, or had, is billed to a branch of it.
pub fn is_billed(c: &mut Conn, scope: &Scope, customer: CustomerId, id: BranchId) -> Result<bool> {
    let billed = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(scope.marketplace())))
        .filter(subscriptions::customer_id.eq(Id(customer)))
        .filter(subscriptions::billed_branch_id.eq(Some(Id(id))));
    Ok(on!(c, c => diesel::select(exists(billed)).get_result(c))?)
}

/// Removes a branch of a customer that the scope sees. What was ordered for it keeps its name and address.
pub fn delete(tx: &mut Conn, scope: &Scope, customer: CustomerId, id: BranchId) -> Result<()> {
    get(tx, scope, customer, id)?;
    let row = branches::table.find((Id(scope.marketplace()), Id(id)));
    updated(on!(tx, c => diesel::delete(row).execute(c))?)
}
