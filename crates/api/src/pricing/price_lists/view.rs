//! Price lists on the wire.

use crate::http::wire::codes::{BillingCycle, Segment, Term};
use crate::http::wire::instant;
use crate::http::wire::money::Price;
use crate::page;
use domain::catalog::PriceOwner;
use serde::{Deserialize, Serialize};
use store::price_lists::{Change, RowFailure, SheetRow, Status, StoredPriceList};
use utoipa::ToSchema;

/// Where a price list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceListStatus {
    /// Imported, not in force.
    Draft,
    /// In force.
    Published,
    /// Given up; also an import that broke off.
    Discarded,
}

/// What a row does to the prices in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceChange {
    /// There was none.
    Added,
    /// There was another.
    Changed,
    /// It is the same.
    Unchanged,
}

/// A price list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceList {
    /// Its id.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its name.
    #[schema(example = "Dezember 2026")]
    pub name: String,
    /// Where it stands.
    pub status: PriceListStatus,
    /// The reseller it is for; null is everybody.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The customer it is for; null is everybody.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// Rows taken.
    #[schema(example = 60)]
    pub rows: i64,
    /// Rows left out, listed under `errors`.
    #[schema(example = 1)]
    pub errors: i64,
    /// Rows with a price that was not there.
    #[schema(example = 2)]
    pub added: i64,
    /// Rows with another price than now.
    #[schema(example = 3)]
    pub changed: i64,
    /// Rows with the price of now.
    #[schema(example = 55)]
    pub unchanged: i64,
    /// Who imported it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it came into force.
    #[schema(required, format = DateTime, example = "2026-11-20T10:20:00Z")]
    pub published_at: Option<String>,
}

/// A row of a price list, with what it does to the prices in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListRow {
    /// The line of the file.
    #[schema(example = 2)]
    pub line: i64,
    /// What it does.
    pub change: PriceChange,
    /// Microsoft's product and SKU id.
    #[schema(example = "CFQ7TTC0LH0Z:0001")]
    pub external_id: String,
    /// The SKU's title.
    #[schema(example = "Office 365 E1")]
    pub sku_title: String,
    /// Term.
    pub term: Term,
    /// Billing cycle.
    pub billing_cycle: BillingCycle,
    /// Segment.
    pub segment: Segment,
    /// Country.
    #[schema(example = "DE")]
    pub country: String,
    /// What the provider pays per licence and billing cycle.
    pub cost: Price,
    /// What a buyer will pay.
    pub price: Price,
    /// What a buyer pays now.
    #[schema(required)]
    pub previous: Option<Price>,
    /// From this instant on.
    #[schema(format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub valid_from: String,
    /// Until before this instant.
    #[schema(required, format = DateTime, example = "2027-12-01T00:00:00Z")]
    pub valid_until: Option<String>,
}

/// A row that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListError {
    /// The line of the file.
    #[schema(example = 3)]
    pub line: i64,
    /// The column.
    #[schema(example = "UnitPrice")]
    pub column: String,
    /// What stood there.
    #[schema(example = "12,x")]
    pub value: String,
    /// Why it was left out.
    #[schema(example = "not_a_number")]
    pub reason: String,
}

page!(
    /// A page of price lists, newest first.
    PriceListPage of PriceList
);

/// A page of rows, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListRowPage {
    /// The rows.
    pub data: Vec<PriceListRow>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// A page of errors, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListErrorPage {
    /// The rows.
    pub data: Vec<PriceListError>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// A price list on the wire.
pub fn price_list(record: &StoredPriceList) -> PriceList {
    let (reseller, customer) = match record.owner {
        PriceOwner::Everybody => (None, None),
        PriceOwner::Reseller(id) => (Some(id.to_string()), None),
        PriceOwner::Customer(id) => (None, Some(id.to_string())),
    };
    PriceList {
        id: record.id.to_string(),
        name: record.name.clone(),
        status: match record.status {
            Status::Draft => PriceListStatus::Draft,
            Status::Published => PriceListStatus::Published,
            Status::Discarded => PriceListStatus::Discarded,
        },
        reseller_id: reseller,
        customer_id: customer,
        rows: record.rows,
        errors: record.errors,
        added: record.added,
        changed: record.changed,
        unchanged: record.unchanged,
        created_by: record.created_by.clone(),
        created_at: instant(record.created_at),
        published_at: record.published_at.map(instant),
    }
}

/// One of its rows on the wire.
pub fn row(row: &SheetRow) -> PriceListRow {
    PriceListRow {
        line: row.line,
        change: match row.change {
            Change::Added => PriceChange::Added,
            Change::Changed => PriceChange::Changed,
            Change::Unchanged => PriceChange::Unchanged,
        },
        external_id: format!("{}:{}", row.product_external_id, row.sku_external_id),
        sku_title: row.sku_title.clone(),
        term: Term(row.term),
        billing_cycle: BillingCycle(row.billing_cycle),
        segment: Segment(row.segment),
        country: row.market.country.to_string(),
        cost: row.cost.into(),
        price: row.list_price.into(),
        previous: row.previous.map(Price::from),
        valid_from: instant(row.valid_from),
        valid_until: row.valid_until.map(instant),
    }
}

/// One of its errors on the wire.
pub fn error(failure: &RowFailure) -> PriceListError {
    let RowFailure { line, column, value, reason } = failure;
    PriceListError { line: *line, column: column.clone(), value: value.clone(), reason: reason.clone() }
}
