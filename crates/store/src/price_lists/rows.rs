//! The rows of a price list, what would change by each, and the failures of rows that could not be read.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::{price_list_failures, price_list_rows};
use crate::statement::{BATCH, provider};
use crate::types::{At, Coded, Id, closed_set};
use diesel::alias;
use diesel::prelude::*;
use domain::access::Scope;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{OfferKind, Segment};
use domain::id::{MarketplaceId, PriceListId};
use domain::money::{Currency, UnitPrice};
use domain::party::{Country, Market};
use time::OffsetDateTime;

closed_set! {
    /// What a row changes.
    Change {
        /// The offer is new.
        Added = "added",
        /// Its price, cost or end is another.
        Changed = "changed",
        /// Price, cost and end stay.
        Unchanged = "unchanged",
        /// The sheet has it no more: its sale ends.
        Removed = "removed",
    }
}

/// What else a person should know of a row before it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notes {
    /// Its price is below its cost.
    pub below_cost: bool,
    /// It waits for the end of a row that begins before it.
    pub overlap: bool,
    /// The product, the edition or its unit is called differently.
    pub renamed: bool,
    /// An earlier list had ended the offer's sale: it begins again.
    pub resumed: bool,
    /// A person has ended the offer's sale: it stays so.
    pub not_on_sale: bool,
}

impl Notes {
    const OVERLAP: i64 = 2;

    fn bits(self) -> i64 {
        let notes = [self.below_cost, self.overlap, self.renamed, self.resumed, self.not_on_sale];
        notes.into_iter().rev().fold(0, |bits, noted| bits * 2 + i64::from(noted))
    }

    const fn of(bits: i64) -> Self {
        Self {
            below_cost: bits & 1 != 0,
            overlap: bits & Self::OVERLAP != 0,
            renamed: bits & 4 != 0,
            resumed: bits & 8 != 0,
            not_on_sale: bits & 16 != 0,
        }
    }
}

/// A row of a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Its line in the sheet.
    pub line: i64,
    /// Microsoft's id of the product.
    pub product_external_id: String,
    /// The product's title.
    pub product_title: String,
    /// The product's publisher.
    pub publisher: String,
    /// Microsoft's id of the SKU.
    pub sku_external_id: String,
    /// The SKU's title.
    pub sku_title: String,
    /// The SKU's description.
    pub description: String,
    /// The offer's term.
    pub term: Term,
    /// The offer's billing cycle.
    pub billing_cycle: BillingCycle,
    /// Who may buy it.
    pub segment: Segment,
    /// Where it is sold; all prices are in its currency.
    pub market: Market,
    /// What the offer is.
    pub kind: OfferKind,
    /// What the provider pays.
    pub cost: UnitPrice,
    /// What a buyer pays.
    pub list_price: UnitPrice,
    /// From when on it holds.
    pub valid_from: OffsetDateTime,
    /// Until before when.
    pub valid_until: Option<OffsetDateTime>,
    /// What it changes.
    pub change: Change,
    /// The price before.
    pub previous: Option<UnitPrice>,
    /// The cost before.
    pub previous_cost: Option<UnitPrice>,
    /// The end that the price before had.
    pub previous_until: Option<OffsetDateTime>,
    /// What the SKU is called now, where the row calls it differently.
    pub previous_title: Option<String>,
    /// What one of it is called, where it is no licence.
    pub unit: Option<String>,
    /// What else is to be known of it.
    pub notes: Notes,
}

/// Why a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFailure {
    /// Its line in the sheet.
    pub line: i64,
    /// The sheet's column that could not be read.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Why that cannot be.
    pub reason: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = price_list_rows, treat_none_as_default_value = false)]
struct RowRow {
    marketplace_id: Id<MarketplaceId>,
    price_list_id: Id<PriceListId>,
    line: i64,
    product_external_id: String,
    product_title: String,
    publisher: String,
    sku_external_id: String,
    sku_title: String,
    description: String,
    term: Coded<Term>,
    billing_cycle: Coded<BillingCycle>,
    segment: Coded<Segment>,
    country: Coded<Country>,
    currency: Coded<Currency>,
    kind: Coded<OfferKind>,
    cost: i64,
    list_price: i64,
    valid_from: At,
    valid_until: Option<At>,
    change: Coded<Change>,
    previous: Option<i64>,
    previous_cost: Option<i64>,
    previous_until: Option<At>,
    previous_title: Option<String>,
    unit: Option<String>,
    notes: i64,
}

impl RowRow {
    fn new(marketplace: MarketplaceId, list: PriceListId, row: &SheetRow) -> Self {
        let row = row.clone();
        Self {
            marketplace_id: Id(marketplace),
            price_list_id: Id(list),
            line: row.line,
            product_external_id: row.product_external_id,
            product_title: row.product_title,
            publisher: row.publisher,
            sku_external_id: row.sku_external_id,
            sku_title: row.sku_title,
            description: row.description,
            term: Coded(row.term),
            billing_cycle: Coded(row.billing_cycle),
            segment: Coded(row.segment),
            country: Coded(row.market.country),
            currency: Coded(row.market.currency),
            kind: Coded(row.kind),
            cost: row.cost.micros,
            list_price: row.list_price.micros,
            valid_from: At(row.valid_from),
            valid_until: row.valid_until.map(At),
            change: Coded(row.change),
            previous: row.previous.map(|price| price.micros),
            previous_cost: row.previous_cost.map(|cost| cost.micros),
            previous_until: row.previous_until.map(At),
            previous_title: row.previous_title,
            unit: row.unit,
            notes: row.notes.bits(),
        }
    }
}

impl From<RowRow> for SheetRow {
    fn from(row: RowRow) -> Self {
        let price = |micros| UnitPrice::from_micros(micros, row.currency.0);
        Self {
            line: row.line,
            product_external_id: row.product_external_id,
            product_title: row.product_title,
            publisher: row.publisher,
            sku_external_id: row.sku_external_id,
            sku_title: row.sku_title,
            description: row.description,
            term: row.term.0,
            billing_cycle: row.billing_cycle.0,
            segment: row.segment.0,
            market: Market { country: row.country.0, currency: row.currency.0 },
            kind: row.kind.0,
            cost: price(row.cost),
            list_price: price(row.list_price),
            valid_from: row.valid_from.0,
            valid_until: row.valid_until.map(|at| at.0),
            change: row.change.0,
            previous: row.previous.map(price),
            previous_cost: row.previous_cost.map(price),
            previous_until: row.previous_until.map(|at| at.0),
            previous_title: row.previous_title,
            unit: row.unit,
            notes: Notes::of(row.notes),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = price_list_failures)]
struct FailureRow {
    marketplace_id: Id<MarketplaceId>,
    price_list_id: Id<PriceListId>,
    line: i64,
    field: String,
    value: String,
    reason: String,
}

impl From<FailureRow> for RowFailure {
    fn from(row: FailureRow) -> Self {
        Self { line: row.line, column: row.field, value: row.value, reason: row.reason }
    }
}

/// Adds rows to a price list.
pub fn insert_rows(tx: &mut Conn, list: PriceListId, marketplace: MarketplaceId, rows: &[SheetRow]) -> Result<()> {
    for part in rows.chunks(BATCH) {
        let rows: Vec<_> = part.iter().map(|row| RowRow::new(marketplace, list, row)).collect();
        insert_many!(
            tx,
            price_list_rows,
            &rows,
            marketplace_id,
            price_list_id,
            line,
            product_external_id,
            product_title,
            publisher,
            sku_external_id,
            sku_title,
            description,
            term,
            billing_cycle,
            segment,
            country,
            currency,
            kind,
            cost,
            list_price,
            valid_from,
            valid_until,
            change,
            previous,
            previous_cost,
            previous_until,
            previous_title,
            unit,
            notes,
        );
    }
    Ok(())
}

/// Takes rows back, by their lines: a later line has said the same price again.
pub fn remove_rows(tx: &mut Conn, list: PriceListId, marketplace: MarketplaceId, lines: &[i64]) -> Result<()> {
    for part in lines.chunks(BATCH) {
        let of_lines = price_list_rows::table
            .filter(price_list_rows::marketplace_id.eq(Id(marketplace)))
            .filter(price_list_rows::price_list_id.eq(Id(list)))
            .filter(price_list_rows::line.eq_any(part.to_vec()));
        on!(tx, c => diesel::delete(of_lines).execute(c))?;
    }
    Ok(())
}

/// Notes of rows, by their lines, that they wait for the end of another.
pub fn note_overlaps(tx: &mut Conn, list: PriceListId, marketplace: MarketplaceId, lines: &[i64]) -> Result<()> {
    for part in lines.chunks(BATCH) {
        let noted = price_list_rows::table
            .filter(price_list_rows::marketplace_id.eq(Id(marketplace)))
            .filter(price_list_rows::price_list_id.eq(Id(list)))
            .filter(price_list_rows::line.eq_any(part.to_vec()));
        on!(tx, c => diesel::update(noted)
            .set(price_list_rows::notes.eq(price_list_rows::notes + Notes::OVERLAP))
            .execute(c))?;
    }
    Ok(())
}

/// Written out, so that the databases see that it is what their index is of.
fn noted() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("price_list_rows.notes > 0")
}

/// Which rows of a price list are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// All that there are.
    All,
    /// Those that change something in this way.
    With(Change),
    /// Those of which something else is to be known.
    Noted,
}

/// The rows after a line.
pub fn rows(
    c: &mut Conn,
    scope: &Scope,
    list: PriceListId,
    shown: Shown,
    after_line: Option<i64>,
    limit: u32,
) -> Result<Vec<SheetRow>> {
    let of_list = price_list_rows::table
        .filter(price_list_rows::marketplace_id.eq(Id(provider(scope)?)))
        .filter(price_list_rows::price_list_id.eq(Id(list)))
        .filter(price_list_rows::line.gt(after_line.unwrap_or(i64::MIN)))
        .order(price_list_rows::line)
        .limit(limit.into());
    let rows: Vec<RowRow> = match shown {
        Shown::With(change) => {
            on!(c, c => of_list.filter(price_list_rows::change.eq(Coded(change))).select(RowRow::as_select()).load(c))
        }
        Shown::Noted => on!(c, c => of_list.filter(noted()).select(RowRow::as_select()).load(c)),
        Shown::All => on!(c, c => of_list.select(RowRow::as_select()).load(c)),
    }?;
    Ok(rows.into_iter().map(SheetRow::from).collect())
}

/// Forgets the rows of a price list that is none; the failures of its sheet stay, to be read.
pub fn clear_rows(tx: &mut Conn, list: PriceListId, marketplace: MarketplaceId) -> Result<()> {
    let rows = price_list_rows::table
        .filter(price_list_rows::marketplace_id.eq(Id(marketplace)))
        .filter(price_list_rows::price_list_id.eq(Id(list)));
    on!(tx, c => diesel::delete(rows).execute(c))?;
    Ok(())
}

/// Forgets the rows and failures of a price list: what an import has left that broke off.
pub fn clear(tx: &mut Conn, list: PriceListId, marketplace: MarketplaceId) -> Result<()> {
    clear_rows(tx, list, marketplace)?;
    let failures = price_list_failures::table
        .filter(price_list_failures::marketplace_id.eq(Id(marketplace)))
        .filter(price_list_failures::price_list_id.eq(Id(list)));
    on!(tx, c => diesel::delete(failures).execute(c))?;
    Ok(())
}

/// Adds failures to a price list; a column fails once.
pub fn insert_failures(
    tx: &mut Conn,
    list: PriceListId,
    marketplace: MarketplaceId,
    failures: &[RowFailure],
) -> Result<()> {
    let row = |failure: &RowFailure| FailureRow {
        marketplace_id: Id(marketplace),
        price_list_id: Id(list),
        line: failure.line,
        field: failure.column.clone(),
        value: failure.value.clone(),
        reason: failure.reason.clone(),
    };
    let rows: Vec<_> = failures.iter().map(row).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(price_list_failures::table)
        .values(batch)
        .on_conflict_do_nothing());
    Ok(())
}

/// The failures of the `limit` failed lines after a line: a line's failures stay together.
pub fn failures(
    c: &mut Conn,
    scope: &Scope,
    list: PriceListId,
    after_line: Option<i64>,
    limit: u32,
) -> Result<Vec<RowFailure>> {
    let marketplace = provider(scope)?;
    let failed = alias!(price_list_failures as failed);
    let lines = failed
        .filter(failed.field(price_list_failures::marketplace_id).eq(Id(marketplace)))
        .filter(failed.field(price_list_failures::price_list_id).eq(Id(list)))
        .filter(failed.field(price_list_failures::line).gt(after_line.unwrap_or(i64::MIN)))
        .order(failed.field(price_list_failures::line))
        .limit(limit.into())
        .select(failed.field(price_list_failures::line))
        .distinct();
    let query = price_list_failures::table
        .filter(price_list_failures::marketplace_id.eq(Id(marketplace)))
        .filter(price_list_failures::price_list_id.eq(Id(list)))
        .filter(price_list_failures::line.eq_any(lines))
        .order((price_list_failures::line, price_list_failures::field));
    let rows: Vec<FailureRow> = on!(c, c => query.select(FailureRow::as_select()).load(c))?;
    Ok(rows.into_iter().map(RowFailure::from).collect())
}
