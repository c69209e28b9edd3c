//! Price lists, their rows and what was left out of them, as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::{BillingCycle, Segment, Term};
use crate::http::wire::money::Price;
use crate::page;
use domain::catalog::PriceOwner;
use serde::{Deserialize, Serialize};
use store::price_lists::{Change, Notes, RowFailure, SheetRow, Status, StoredPriceList};
use utoipa::ToSchema;

/// Where a price list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceListStatus {
    /// Imported and compared; nothing is sold by it.
    Draft,
    /// Its prices are in force, each from its own day on.
    Published,
    /// Given up; also an import that broke off.
    Discarded,
}

/// What a row does to the prices in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceChange {
    /// The offer was not sold before.
    Added,
    /// It had another price, cost or end.
    Changed,
    /// Price, cost and end are the same as before.
    Unchanged,
    /// The whole sheet does not have it any more: its sale ends.
    Removed,
}

/// What a person should know of a row before it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowNote {
    /// The price is below the cost.
    BelowCost,
    /// It holds only once a price has ended that begins before it.
    Overlap,
    /// The product, the edition or its unit will be called differently.
    Renamed,
    /// An earlier price list had ended the sale of the offer: it is sold again.
    Resumed,
    /// The sale of the offer was ended by hand: it stays so.
    NotOnSale,
}

/// A price list: what was imported from one price sheet.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceList {
    /// The price list's id.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What it was called when it was imported.
    #[schema(example = "Dezember 2026")]
    pub name: String,
    /// Where the price list stands.
    pub status: PriceListStatus,
    /// The reseller it is for; null is everybody.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The customer it is for; null is everybody.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// How many rows were taken from the sheet.
    #[schema(example = 60)]
    pub rows: i64,
    /// How many rows were left out; they are listed under `errors`.
    #[schema(example = 1)]
    pub errors: i64,
    /// How many rows bring a price where there was none.
    #[schema(example = 2)]
    pub added: i64,
    /// How many rows bring another price, cost or end.
    #[schema(example = 3)]
    pub changed: i64,
    /// How many rows say what is in force.
    #[schema(example = 55)]
    pub unchanged: i64,
    /// Whether it is the whole sheet: what it does not have is closed for new orders.
    pub whole_sheet: bool,
    /// How many offers a whole sheet does not have any more; not among `rows`.
    #[schema(example = 0)]
    pub removed: i64,
    /// How many rows call something differently.
    #[schema(example = 0)]
    pub renamed: i64,
    /// How many rows have a price below their cost.
    #[schema(example = 0)]
    pub below_cost: i64,
    /// How many rows hold only once a price has ended that begins before them.
    #[schema(example = 0)]
    pub overlapping: i64,
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

/// A row of a price list, with what it does to the prices in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListRow {
    /// The line of the file, counted from 1; what was removed is counted on after the last line.
    #[schema(example = 2)]
    pub line: i64,
    /// What it does to the price in force.
    pub change: PriceChange,
    /// Microsoft's product and SKU id.
    #[schema(example = "CFQ7TTC0LH0Z:0001")]
    pub external_id: String,
    /// What the edition is called in the sheet.
    #[schema(example = "Office 365 E1")]
    pub sku_title: String,
    /// What the edition is called until now; null where that stays.
    #[schema(required, example = "Office 365 Enterprise E1")]
    pub previous_title: Option<String>,
    /// What one of it is called, where it is no licence.
    #[schema(required, example = "Core")]
    pub unit: Option<String>,
    /// How long the buyer of the offer is bound.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
    /// The customers that may buy the offer.
    pub segment: Segment,
    /// The country it is sold in: two capital letters of ISO 3166-1.
    #[schema(example = "DE")]
    pub country: String,
    /// What the provider pays per licence and billing cycle.
    pub cost: Price,
    /// What a buyer will pay per licence and billing cycle.
    pub price: Price,
    /// What a buyer paid before; null where it was not sold.
    #[schema(required)]
    pub previous: Option<Price>,
    /// What the provider paid before; null where that is not known.
    #[schema(required)]
    pub previous_cost: Option<Price>,
    /// The end that the price before has; null where it has none.
    #[schema(required, format = DateTime, example = "2027-12-01T00:00:00Z")]
    pub previous_valid_until: Option<String>,
    /// The instant from which on it holds; of what was removed, the end of its sale, or the publication where that is
    /// later.
    #[schema(format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub valid_from: String,
    /// The instant before which it ends; null where it has no end.
    #[schema(required, format = DateTime, example = "2027-12-01T00:00:00Z")]
    pub valid_until: Option<String>,
    /// What a person should know of it before it is published; empty where nothing is.
    pub notes: Vec<RowNote>,
}

/// A row of the sheet that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListError {
    /// The line of the file, counted from 1.
    #[schema(example = 3)]
    pub line: i64,
    /// The column whose value is wrong.
    #[schema(example = "UnitPrice")]
    pub column: String,
    /// What stood there; empty where nothing did.
    #[schema(example = "12,x")]
    pub value: String,
    /// Why it was left out, as a code.
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
    /// The rows of the page, by line.
    pub data: Vec<PriceListRow>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// A page of errors, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListErrorPage {
    /// The rows that were left out, by line.
    pub data: Vec<PriceListError>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// A price list on the wire.
pub fn view(record: &StoredPriceList) -> PriceList {
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
        whole_sheet: record.whole_sheet,
        removed: record.removed,
        renamed: record.renamed,
        below_cost: record.below_cost,
        overlapping: record.overlapping,
        created_by: record.created_by.clone(),
        created_at: instant(record.created_at),
        published_at: record.published_at.map(instant),
    }
}

/// A row on the wire.
pub fn row_view(row: &SheetRow) -> PriceListRow {
    PriceListRow {
        line: row.line,
        change: match row.change {
            Change::Added => PriceChange::Added,
            Change::Changed => PriceChange::Changed,
            Change::Unchanged => PriceChange::Unchanged,
            Change::Removed => PriceChange::Removed,
        },
        external_id: format!("{}:{}", row.product_external_id, row.sku_external_id),
        sku_title: row.sku_title.clone(),
        previous_title: row.previous_title.clone(),
        unit: row.unit.clone(),
        term: Term(row.term),
        billing_cycle: BillingCycle(row.billing_cycle),
        segment: Segment(row.segment),
        country: row.market.country.to_string(),
        cost: row.cost.into(),
        price: row.list_price.into(),
        previous: row.previous.map(Price::from),
        previous_cost: row.previous_cost.map(Price::from),
        previous_valid_until: row.previous_until.map(instant),
        valid_from: instant(row.valid_from),
        valid_until: row.valid_until.map(instant),
        notes: notes(row.notes),
    }
}

fn notes(notes: Notes) -> Vec<RowNote> {
    let Notes { below_cost, overlap, renamed, resumed, not_on_sale } = notes;
    let all = [
        (below_cost, RowNote::BelowCost),
        (overlap, RowNote::Overlap),
        (renamed, RowNote::Renamed),
        (resumed, RowNote::Resumed),
        (not_on_sale, RowNote::NotOnSale),
    ];
    all.into_iter().filter(|(noted, _)| *noted).map(|(_, note)| note).collect()
}

/// A row that was left out on the wire.
pub fn error_view(failure: &RowFailure) -> PriceListError {
    let RowFailure { line, column, value, reason } = failure;
    PriceListError { line: *line, column: column.clone(), value: value.clone(), reason: reason.clone() }
}
