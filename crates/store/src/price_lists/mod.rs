//! Price lists: an imported sheet, from draft to published. Only the provider sees them.

mod publishing;
mod rows;

pub use publishing::{Does, NewOffers, OfferRule, publish};
pub use rows::{
    Change, Notes, RowFailure, SheetRow, Shown, clear, clear_rows, failures, insert_failures, insert_rows,
    note_overlaps, remove_rows, rows,
};

use crate::catalog::{owner, owner_columns};
use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::schema::price_lists;
use crate::statement::{provider, updated};
use crate::types::{At, Coded, Id, Json, closed_set};
use crate::version::next_version;
use diesel::prelude::*;
use domain::access::Scope;
use domain::catalog::PriceOwner;
use domain::id::{CustomerId, MarketplaceId, PriceListId, ResellerId};
use serde_json::Value;
use time::OffsetDateTime;

closed_set! {
    /// Where a price list stands.
    Status {
        /// Imported, nobody buys by it.
        Draft = "draft",
        /// In force: its prices are the catalogue's.
        Published = "published",
        /// Given up before anybody bought by it.
        Discarded = "discarded",
    }
}

/// A price list; its rows are kept beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredPriceList {
    /// The id that its prices name.
    pub id: PriceListId,
    /// The marketplace that it sells in.
    pub marketplace_id: MarketplaceId,
    /// What the provider calls it.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// Whose prices it makes.
    pub owner: PriceOwner,
    /// How its costs become prices.
    pub margin: Value,
    /// From when on it holds; none is from its publication.
    pub valid_from: Option<OffsetDateTime>,
    /// Rows that could be read.
    pub rows: i64,
    /// Failures of those that could not.
    pub errors: i64,
    /// Rows of offers that are new.
    pub added: i64,
    /// Rows with another price, cost or end than before.
    pub changed: i64,
    /// Rows that say what is said already.
    pub unchanged: i64,
    /// Whether what the sheet does not have is sold no more.
    pub whole_sheet: bool,
    /// Offers that it does not have, and whose sale its publication ends.
    pub removed: i64,
    /// Rows by which something is called differently from now on.
    pub renamed: i64,
    /// Rows whose price is below its cost.
    pub below_cost: i64,
    /// Rows that wait for the end of one before them.
    pub overlapping: i64,
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
#[diesel(table_name = price_lists, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct ListRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<PriceListId>,
    name: String,
    status: Coded<Status>,
    reseller_id: Option<Id<ResellerId>>,
    customer_id: Option<Id<CustomerId>>,
    margin: Json<Value>,
    valid_from: Option<At>,
    row_count: i64,
    error_count: i64,
    added_count: i64,
    changed_count: i64,
    unchanged_count: i64,
    catalog_version: i64,
    created_by: String,
    created_at: At,
    published_at: Option<At>,
    version: i64,
    whole_sheet: bool,
    removed_count: i64,
    renamed_count: i64,
    below_cost_count: i64,
    overlap_count: i64,
}

impl From<&StoredPriceList> for ListRow {
    fn from(record: &StoredPriceList) -> Self {
        let (reseller_id, customer_id) = owner_columns(record.owner);
        Self {
            marketplace_id: Id(record.marketplace_id),
            id: Id(record.id),
            name: record.name.clone(),
            status: Coded(record.status),
            reseller_id,
            customer_id,
            margin: Json(record.margin.clone()),
            valid_from: record.valid_from.map(At),
            row_count: record.rows,
            error_count: record.errors,
            added_count: record.added,
            changed_count: record.changed,
            unchanged_count: record.unchanged,
            catalog_version: record.catalog_version,
            created_by: record.created_by.clone(),
            created_at: At(record.created_at),
            published_at: record.published_at.map(At),
            version: record.version,
            whole_sheet: record.whole_sheet,
            removed_count: record.removed,
            renamed_count: record.renamed,
            below_cost_count: record.below_cost,
            overlap_count: record.overlapping,
        }
    }
}

impl TryFrom<ListRow> for StoredPriceList {
    type Error = StoreError;
    fn try_from(row: ListRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            name: row.name,
            status: row.status.0,
            owner: owner(row.reseller_id, row.customer_id)?,
            margin: row.margin.0,
            valid_from: row.valid_from.map(|at| at.0),
            rows: row.row_count,
            errors: row.error_count,
            added: row.added_count,
            changed: row.changed_count,
            unchanged: row.unchanged_count,
            whole_sheet: row.whole_sheet,
            removed: row.removed_count,
            renamed: row.renamed_count,
            below_cost: row.below_cost_count,
            overlapping: row.overlap_count,
            catalog_version: row.catalog_version,
            created_by: row.created_by,
            created_at: row.created_at.0,
            published_at: row.published_at.map(|at| at.0),
            version: row.version,
        })
    }
}

/// Adds a price list.
pub fn insert(tx: &mut Conn, list: &StoredPriceList) -> Result<()> {
    on!(tx, c => diesel::insert_into(price_lists::table).values(ListRow::from(list)).execute(c))?;
    Ok(())
}

/// Remembers a price list, as it was read and changed in this transaction; the version it then has.
pub fn update(tx: &mut Conn, list: &StoredPriceList, expected: Option<i64>) -> Result<i64> {
    let version = next_version(list.version, expected)?;
    let target =
        price_lists::table.find((Id(list.marketplace_id), Id(list.id))).filter(price_lists::version.eq(list.version));
    let set = ListRow { version, ..ListRow::from(list) };
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    Ok(version)
}

/// A price list.
pub fn get(c: &mut Conn, scope: &Scope, id: PriceListId) -> Result<StoredPriceList> {
    let marketplace = provider(scope)?;
    let row: ListRow =
        on!(c, c => price_lists::table.find((Id(marketplace), Id(id))).select(ListRow::as_select()).get_result(c))?;
    row.try_into()
}

/// The price lists.
pub fn list(c: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<StoredPriceList>> {
    let Ok(marketplace) = provider(scope) else { return Ok(Page::empty()) };
    let rows: Vec<ListRow> = on!(c, c, Db => {
        let query = price_lists::table
            .filter(price_lists::marketplace_id.eq(Id(marketplace)))
            .select(ListRow::as_select())
            .into_boxed::<Db>();
        paged!(query, price_lists::id, page).load(c)
    })?;
    Page::of(rows, page, |row| row.id.0.as_u128()).try_map(StoredPriceList::try_from)
}
