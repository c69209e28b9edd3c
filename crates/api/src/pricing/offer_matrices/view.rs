//! Offer matrices, their rows and what was left out of them, as they are shown.

use crate::catalog::skus::view::{SkuRules, rules};
use crate::clock::instant;
use crate::http::wire::codes::MatrixEffect;
use crate::page;
use domain::offer_matrix;
use serde::Serialize;
use store::offer_matrices::{MatrixRow, StoredOfferMatrix};
use store::price_lists::{RowFailure, Status};
use utoipa::ToSchema;

/// Where an offer matrix stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferMatrixStatus {
    /// Imported and compared; nothing holds by it.
    Draft,
    /// What it says of SKUs holds.
    Published,
    /// Given up; also an import that broke off.
    Discarded,
}

/// An offer matrix: what was imported of what Microsoft says of its SKUs.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferMatrix {
    /// The id of the offer matrix.
    #[schema(example = "mtx_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What it was called when it was imported.
    #[schema(example = "Dezember 2026")]
    pub name: String,
    /// Where the offer matrix stands.
    pub status: OfferMatrixStatus,
    /// Whether products and editions keep the titles that they have.
    #[schema(example = false)]
    pub keep_titles: bool,
    /// How many rows were read: one a SKU.
    #[schema(example = 5000)]
    pub rows: i64,
    /// How many rows were left out, with errors.
    #[schema(example = 2)]
    pub errors: i64,
    /// How many rows change nothing.
    #[schema(example = 4950)]
    pub unchanged: i64,
    /// How many rows do what, or have what to be known; what no row does is not named.
    pub effects: Vec<MatrixEffectCount>,
    /// Which user or API client imported it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When it was imported.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it came into force; null as long as it has not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:20:00Z")]
    pub published_at: Option<String>,
}

/// How many rows of an offer matrix do something.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixEffectCount {
    /// What the rows do.
    pub effect: MatrixEffect,
    /// How many rows do it.
    #[schema(example = 12)]
    pub rows: i64,
}

/// A row of an offer matrix, with what its publication does.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferMatrixRow {
    /// The line of the file, counted from 1.
    #[schema(example = 2)]
    pub line: i64,
    /// Microsoft's product and SKU id.
    #[schema(example = "CFQ7TTC0LH18:0001")]
    pub external_id: String,
    /// What the product is called in the matrix.
    #[schema(example = "Microsoft 365 Business Basic")]
    pub product_title: String,
    /// What the edition is called in the matrix.
    #[schema(example = "Microsoft 365 Business Basic")]
    pub sku_title: String,
    /// What the product is called until now; null where that stays.
    #[schema(required, example = "Office 365 Business Essentials")]
    pub previous_product_title: Option<String>,
    /// What the edition is called until now; null where that stays.
    #[schema(required, example = "Office 365 Business Essentials")]
    pub previous_title: Option<String>,
    /// What is to hold for whoever buys it.
    pub rules: SkuRules,
    /// What holds until now; null where nothing was known.
    #[schema(required)]
    pub previous: Option<SkuRules>,
    /// Those of the new prerequisites that are not sold here: owning them helps nobody.
    #[schema(example = json!(["CFQ7TTC0LDPB:0001"]))]
    pub not_sold: Vec<String>,
    /// What it does, and what a person should know of it; empty where it changes nothing.
    pub effects: Vec<MatrixEffect>,
}

/// A row of an offer matrix that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferMatrixError {
    /// The line of the file, counted from 1.
    #[schema(example = 3)]
    pub line: i64,
    /// The column whose value is wrong; empty where the row as a whole is.
    #[schema(example = "MaxLicenses")]
    pub column: String,
    /// What stood there; empty where nothing did.
    #[schema(example = "300 seats")]
    pub value: String,
    /// Why it was left out, as a code.
    #[schema(example = "malformed")]
    pub reason: String,
}

page!(
    /// A page of offer matrices, newest first.
    OfferMatrixPage of OfferMatrix
);

/// A page of rows, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferMatrixRowPage {
    /// The rows of the page, by line.
    pub data: Vec<OfferMatrixRow>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// A page of errors, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferMatrixErrorPage {
    /// The rows that were left out, by line.
    pub data: Vec<OfferMatrixError>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// An offer matrix on the wire.
pub fn view(matrix: &StoredOfferMatrix) -> OfferMatrix {
    let count = |(effect, rows): (&offer_matrix::MatrixEffect, &i64)| MatrixEffectCount {
        effect: MatrixEffect(*effect),
        rows: *rows,
    };
    OfferMatrix {
        id: matrix.id.to_string(),
        name: matrix.name.clone(),
        status: match matrix.status {
            Status::Draft => OfferMatrixStatus::Draft,
            Status::Published => OfferMatrixStatus::Published,
            Status::Discarded => OfferMatrixStatus::Discarded,
        },
        keep_titles: matrix.keep_titles,
        rows: matrix.rows,
        errors: matrix.errors,
        unchanged: matrix.unchanged,
        effects: matrix.effects.iter().map(count).collect(),
        created_by: matrix.created_by.clone(),
        created_at: instant(matrix.created_at),
        published_at: matrix.published_at.map(instant),
    }
}

/// A row on the wire.
pub fn row_view(row: &MatrixRow) -> OfferMatrixRow {
    OfferMatrixRow {
        line: row.line,
        external_id: format!("{}:{}", row.product_external_id, row.sku_external_id),
        product_title: row.product_title.clone(),
        sku_title: row.sku_title.clone(),
        previous_product_title: row.previous_product_title.clone(),
        previous_title: row.previous_title.clone(),
        rules: rules(&row.rules),
        previous: row.previous.as_ref().map(rules),
        not_sold: row.not_sold.clone(),
        effects: row.effects.iter().copied().map(MatrixEffect).collect(),
    }
}

/// A row that was left out on the wire.
pub fn error_view(failure: &RowFailure) -> OfferMatrixError {
    let RowFailure { line, column, value, reason } = failure;
    OfferMatrixError { line: *line, column: column.clone(), value: value.clone(), reason: reason.clone() }
}
