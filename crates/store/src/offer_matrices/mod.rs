//! Offer matrices: what Microsoft says of its SKUs, from draft to published. Only the provider sees them.

mod publishing;
mod rows;

pub use publishing::publish;
pub use rows::{MatrixRow, clear, clear_rows, failures, insert_failures, insert_rows, rows};

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::price_lists::Status;
use crate::schema::offer_matrices;
use crate::statement::{provider, updated};
use crate::types::{At, Coded, Id, Json};
use crate::version::next_version;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{MarketplaceId, OfferMatrixId};
use domain::offer_matrix::MatrixEffect;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// An offer matrix; its rows are kept beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredOfferMatrix {
    /// What its rows name it by.
    pub id: OfferMatrixId,
    /// The marketplace whose SKUs it is about.
    pub marketplace_id: MarketplaceId,
    /// What the provider calls it.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// Whether products and SKUs are called as before, whatever it says.
    pub keep_titles: bool,
    /// Rows that could be read.
    pub rows: i64,
    /// Failures of those that could not.
    pub errors: i64,
    /// Rows by which nothing changes.
    pub unchanged: i64,
    /// How many rows do what.
    pub effects: BTreeMap<MatrixEffect, i64>,
    /// The version of the catalogue that it was compared with.
    pub catalog_version: i64,
    /// Who imported it.
    pub created_by: String,
    /// When it was imported, by the marketplace's clock.
    pub created_at: OffsetDateTime,
    /// When it was published.
    pub published_at: Option<OffsetDateTime>,
    /// Counts each change; the ETag.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = offer_matrices, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct MatrixRecord {
    marketplace_id: Id<MarketplaceId>,
    id: Id<OfferMatrixId>,
    name: String,
    status: Coded<Status>,
    keep_titles: bool,
    row_count: i64,
    error_count: i64,
    unchanged_count: i64,
    effects: Json<BTreeMap<MatrixEffect, i64>>,
    catalog_version: i64,
    created_by: String,
    created_at: At,
    published_at: Option<At>,
    version: i64,
}

impl From<&StoredOfferMatrix> for MatrixRecord {
    fn from(matrix: &StoredOfferMatrix) -> Self {
        Self {
            marketplace_id: Id(matrix.marketplace_id),
            id: Id(matrix.id),
            name: matrix.name.clone(),
            status: Coded(matrix.status),
            keep_titles: matrix.keep_titles,
            row_count: matrix.rows,
            error_count: matrix.errors,
            unchanged_count: matrix.unchanged,
            effects: Json(matrix.effects.clone()),
            catalog_version: matrix.catalog_version,
            created_by: matrix.created_by.clone(),
            created_at: At(matrix.created_at),
            published_at: matrix.published_at.map(At),
            version: matrix.version,
        }
    }
}

impl From<MatrixRecord> for StoredOfferMatrix {
    fn from(row: MatrixRecord) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            name: row.name,
            status: row.status.0,
            keep_titles: row.keep_titles,
            rows: row.row_count,
            errors: row.error_count,
            unchanged: row.unchanged_count,
            effects: row.effects.0,
            catalog_version: row.catalog_version,
            created_by: row.created_by,
            created_at: row.created_at.0,
            published_at: row.published_at.map(|at| at.0),
            version: row.version,
        }
    }
}

/// Adds a matrix.
pub fn insert(tx: &mut Conn, matrix: &StoredOfferMatrix) -> Result<()> {
    on!(tx, c => diesel::insert_into(offer_matrices::table).values(MatrixRecord::from(matrix)).execute(c))?;
    Ok(())
}

/// Remembers a matrix, as it was read and changed in this transaction; the version it then has.
pub fn update(tx: &mut Conn, matrix: &StoredOfferMatrix, expected: Option<i64>) -> Result<i64> {
    let version = next_version(matrix.version, expected)?;
    let target = offer_matrices::table
        .find((Id(matrix.marketplace_id), Id(matrix.id)))
        .filter(offer_matrices::version.eq(matrix.version));
    let set = MatrixRecord { version, ..MatrixRecord::from(matrix) };
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    Ok(version)
}

/// A matrix as it stands.
pub fn get(c: &mut Conn, scope: &Scope, id: OfferMatrixId) -> Result<StoredOfferMatrix> {
    let target = offer_matrices::table.find((Id(provider(scope)?), Id(id)));
    let row: MatrixRecord = on!(c, c => target.select(MatrixRecord::as_select()).get_result(c))?;
    Ok(row.into())
}

/// The matrices of a marketplace.
pub fn list(c: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<StoredOfferMatrix>> {
    let Ok(marketplace) = provider(scope) else { return Ok(Page::empty()) };
    let rows: Vec<MatrixRecord> = on!(c, c, Db => {
        let query = offer_matrices::table
            .filter(offer_matrices::marketplace_id.eq(Id(marketplace)))
            .select(MatrixRecord::as_select())
            .into_boxed::<Db>();
        paged!(query, offer_matrices::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(StoredOfferMatrix::from))
}
