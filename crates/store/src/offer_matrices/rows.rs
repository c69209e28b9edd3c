//! The rows of a matrix with what each does, and the failures of rows that could not be read.

use crate::connection::Conn;
use crate::error::Result;
use crate::price_lists::RowFailure;
use crate::schema::{offer_matrix_failures, offer_matrix_rows};
use crate::statement::{BATCH, provider};
use crate::types::{Id, Json};
use diesel::alias;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{MarketplaceId, OfferMatrixId};
use domain::offer_matrix::{MatrixEffect, SkuRules};
use std::collections::BTreeSet;

/// A row of a matrix: a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// Its line in the matrix.
    pub line: i64,
    /// Microsoft's id of the product.
    pub product_external_id: String,
    /// The product's title.
    pub product_title: String,
    /// Microsoft's id of the SKU.
    pub sku_external_id: String,
    /// The SKU's title.
    pub sku_title: String,
    /// What the product is called now, where it is to be called differently.
    pub previous_product_title: Option<String>,
    /// What the SKU is called now, where it is to be called differently.
    pub previous_title: Option<String>,
    /// What is to hold.
    pub rules: SkuRules,
    /// What holds now; none where nothing is known.
    pub previous: Option<SkuRules>,
    /// Those of its prerequisites that are not sold here.
    pub not_sold: Vec<String>,
    /// What it does, and what else is to be known of it.
    pub effects: BTreeSet<MatrixEffect>,
}

/// The bit of an effect, by which rows are found that have it.
pub(super) fn bit(effect: MatrixEffect) -> i64 {
    1 << MatrixEffect::ALL.iter().position(|other| *other == effect).unwrap_or_default()
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = offer_matrix_rows, treat_none_as_default_value = false)]
struct RowRow {
    marketplace_id: Id<MarketplaceId>,
    offer_matrix_id: Id<OfferMatrixId>,
    line: i64,
    product_external_id: String,
    product_title: String,
    sku_external_id: String,
    sku_title: String,
    previous_product_title: Option<String>,
    previous_title: Option<String>,
    rules: Json<SkuRules>,
    previous: Option<Json<SkuRules>>,
    not_sold: Json<Vec<String>>,
    effects: i64,
}

impl RowRow {
    fn new(marketplace: MarketplaceId, matrix: OfferMatrixId, row: &MatrixRow) -> Self {
        let row = row.clone();
        Self {
            marketplace_id: Id(marketplace),
            offer_matrix_id: Id(matrix),
            line: row.line,
            product_external_id: row.product_external_id,
            product_title: row.product_title,
            sku_external_id: row.sku_external_id,
            sku_title: row.sku_title,
            previous_product_title: row.previous_product_title,
            previous_title: row.previous_title,
            rules: Json(row.rules),
            previous: row.previous.map(Json),
            not_sold: Json(row.not_sold),
            effects: row.effects.into_iter().map(bit).sum(),
        }
    }
}

impl From<RowRow> for MatrixRow {
    fn from(row: RowRow) -> Self {
        Self {
            line: row.line,
            product_external_id: row.product_external_id,
            product_title: row.product_title,
            sku_external_id: row.sku_external_id,
            sku_title: row.sku_title,
            previous_product_title: row.previous_product_title,
            previous_title: row.previous_title,
            rules: row.rules.0,
            previous: row.previous.map(|document| document.0),
            not_sold: row.not_sold.0,
            effects: MatrixEffect::ALL.iter().copied().filter(|effect| row.effects & bit(*effect) != 0).collect(),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = offer_matrix_failures)]
struct FailureRow {
    marketplace_id: Id<MarketplaceId>,
    offer_matrix_id: Id<OfferMatrixId>,
    line: i64,
    field: String,
    value: String,
    reason: String,
}

/// Adds rows to a matrix.
pub fn insert_rows(tx: &mut Conn, matrix: OfferMatrixId, marketplace: MarketplaceId, rows: &[MatrixRow]) -> Result<()> {
    for part in rows.chunks(BATCH) {
        let rows: Vec<_> = part.iter().map(|row| RowRow::new(marketplace, matrix, row)).collect();
        insert_rows!(tx, offer_matrix_rows, &rows);
    }
    Ok(())
}

/// The rows after a line: all, or those that do something.
pub fn rows(
    c: &mut Conn,
    scope: &Scope,
    matrix: OfferMatrixId,
    effect: Option<MatrixEffect>,
    after_line: Option<i64>,
    limit: u32,
) -> Result<Vec<MatrixRow>> {
    let of_matrix = offer_matrix_rows::table
        .filter(offer_matrix_rows::marketplace_id.eq(Id(provider(scope)?)))
        .filter(offer_matrix_rows::offer_matrix_id.eq(Id(matrix)))
        .filter(offer_matrix_rows::line.gt(after_line.unwrap_or(i64::MIN)))
        .order(offer_matrix_rows::line)
        .limit(limit.into());
    let rows: Vec<RowRow> = match effect {
        None => on!(c, c => of_matrix.select(RowRow::as_select()).load(c)),
        Some(effect) => {
            let does = format!("(offer_matrix_rows.effects & {}) > 0", bit(effect));
            let does = diesel::dsl::sql::<diesel::sql_types::Bool>(&does);
            on!(c, c => of_matrix.filter(does).select(RowRow::as_select()).load(c))
        }
    }?;
    Ok(rows.into_iter().map(MatrixRow::from).collect())
}

/// Forgets the rows of a matrix that is none; the failures stay, to be read.
pub fn clear_rows(tx: &mut Conn, matrix: OfferMatrixId, marketplace: MarketplaceId) -> Result<()> {
    let rows = offer_matrix_rows::table
        .filter(offer_matrix_rows::marketplace_id.eq(Id(marketplace)))
        .filter(offer_matrix_rows::offer_matrix_id.eq(Id(matrix)));
    on!(tx, c => diesel::delete(rows).execute(c))?;
    Ok(())
}

/// Forgets the rows and failures of a matrix: what an import has left that broke off.
pub fn clear(tx: &mut Conn, matrix: OfferMatrixId, marketplace: MarketplaceId) -> Result<()> {
    clear_rows(tx, matrix, marketplace)?;
    let failures = offer_matrix_failures::table
        .filter(offer_matrix_failures::marketplace_id.eq(Id(marketplace)))
        .filter(offer_matrix_failures::offer_matrix_id.eq(Id(matrix)));
    on!(tx, c => diesel::delete(failures).execute(c))?;
    Ok(())
}

/// Adds failures to a matrix; a column fails once.
pub fn insert_failures(
    tx: &mut Conn,
    matrix: OfferMatrixId,
    marketplace: MarketplaceId,
    failures: &[RowFailure],
) -> Result<()> {
    let row = |failure: &RowFailure| FailureRow {
        marketplace_id: Id(marketplace),
        offer_matrix_id: Id(matrix),
        line: failure.line,
        field: failure.column.clone(),
        value: failure.value.clone(),
        reason: failure.reason.clone(),
    };
    let rows: Vec<_> = failures.iter().map(row).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(offer_matrix_failures::table)
        .values(batch)
        .on_conflict_do_nothing());
    Ok(())
}

/// The failures of the `limit` failed lines after a line: a line's failures stay together.
pub fn failures(
    c: &mut Conn,
    scope: &Scope,
    matrix: OfferMatrixId,
    after_line: Option<i64>,
    limit: u32,
) -> Result<Vec<RowFailure>> {
    let marketplace = provider(scope)?;
    let failed = alias!(offer_matrix_failures as failed);
    let lines = failed
        .filter(failed.field(offer_matrix_failures::marketplace_id).eq(Id(marketplace)))
        .filter(failed.field(offer_matrix_failures::offer_matrix_id).eq(Id(matrix)))
        .filter(failed.field(offer_matrix_failures::line).gt(after_line.unwrap_or(i64::MIN)))
        .order(failed.field(offer_matrix_failures::line))
        .limit(limit.into())
        .select(failed.field(offer_matrix_failures::line))
        .distinct();
    let query = offer_matrix_failures::table
        .filter(offer_matrix_failures::marketplace_id.eq(Id(marketplace)))
        .filter(offer_matrix_failures::offer_matrix_id.eq(Id(matrix)))
        .filter(offer_matrix_failures::line.eq_any(lines))
        .order((offer_matrix_failures::line, offer_matrix_failures::field));
    let rows: Vec<FailureRow> = on!(c, c => query.select(FailureRow::as_select()).load(c))?;
    let failure =
        |row: FailureRow| RowFailure { line: row.line, column: row.field, value: row.value, reason: row.reason };
    Ok(rows.into_iter().map(failure).collect())
}
