//! Orders and their lines.

mod providing;
mod rows;

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Order as By, Page, Place, SortValue, SortedRequest, Times};
use crate::schema::{offers, order_lines, orders};
use crate::search::{self, Kind, Search};
use crate::statement::found;
use crate::types::{At, Coded, Id, Json};
use diesel::prelude::*;
use domain::access::Scope;
use domain::catalog::OfferKind;
use domain::consent::Consent;
use domain::id::{CustomerId, LineId, MarketplaceId, OrderId, ProductId};
use domain::order::{Order, OrderLine, OrderLineStatus, OrderStatus};
use rows::{LineRow, Row};
use std::collections::HashMap;
use time::OffsetDateTime;

pub use providing::{Accepted, ToProvide, to_provide_unscoped};

/// Which orders; all conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// That stand at one of these; empty for wherever they stand.
    pub statuses: Vec<OrderStatus>,
    /// That a script calls so.
    pub external_ref: Option<String>,
    /// Of whose references, or its customer's name, these words are.
    pub search: Option<Search>,
    /// Placed and changed then.
    pub times: Times,
}

/// Adds an order with its lines.
pub fn insert(tx: &mut Conn, order: &Order) -> Result<()> {
    on!(tx, c => diesel::insert_into(orders::table).values(Row::from(order)).execute(c))?;
    let lines: Vec<_> = (0..).zip(&order.lines).map(|(position, line)| LineRow::new(order, position, line)).collect();
    insert_rows!(tx, order_lines, &lines);
    let said = [&order.external_ref, &order.name].into_iter().flatten().map(String::as_str);
    search::add(tx, order.marketplace_id, Kind::Order, order.id.as_u128(), search::words(said))
}

/// An order with its lines.
pub fn get(c: &mut Conn, scope: &Scope, id: OrderId) -> Result<Order> {
    let row: Row = on!(c, c, Db => {
        let query = orders::table.filter(orders::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        within!(query, scope, orders).get_result(c)
    })?;
    let of_order = order_lines::table
        .filter(order_lines::marketplace_id.eq(row.marketplace_id))
        .filter(order_lines::order_id.eq(Id(id)))
        .order(order_lines::position);
    let lines: Vec<LineRow> = on!(c, c => of_order.select(LineRow::as_select()).load(c))?;
    Ok(row.with(lines.into_iter().map(OrderLine::try_from).collect::<Result<_>>()?))
}

/// The orders with their lines.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter, page: &SortedRequest) -> Result<Page<Order, Place>> {
    let times = filter.times;
    let by_update = page.by == By::Updated;
    let column = if by_update { Some("orders.updated_at") } else { times.of_creation().then_some("orders.placed_at") };
    let value = |row: &Row| SortValue::At(if by_update { row.updated_at.0 } else { row.placed_at.0 });
    let times = page.left(times);
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = orders::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(search) = &filter.search {
            query = query.filter(search::of_orders(search, scope));
        }
        query = created!(query, orders::placed_at, times);
        query = updated_since!(query, orders::updated_at, times);
        if let Some(id) = filter.customer_id {
            query = query.filter(orders::customer_id.eq(Id(id)));
        }
        query = match filter.statuses.as_slice() {
            [] => query,
            [one] => query.filter(orders::status.eq(Coded(*one))),
            several => query.filter(orders::status.eq_any(several.iter().copied().map(Coded))),
        };
        if let Some(external_ref) = &filter.external_ref {
            query = query.filter(orders::external_ref.eq(external_ref));
        }
        sorted!(within!(query, scope, orders), orders::id, "orders.id", column, page).load(c)
    })?;
    let place = |row: &Row| Place { value: column.map(|_| value(row)), id: row.id.0.as_u128() };
    let page = Page::sorted(rows, page, place);
    let mut lines = lines_of(c, scope.marketplace(), &page.items)?;
    Ok(page.map(|row| {
        let lines = lines.remove(&row.id.0).unwrap_or_default();
        row.with(lines)
    }))
}

/// What was agreed to with an order.
pub fn consents(c: &mut Conn, scope: &Scope, id: OrderId) -> Result<Vec<Consent>> {
    let given: Json<Vec<Consent>> = on!(c, c, Db => {
        let query = orders::table.filter(orders::id.eq(Id(id))).select(orders::consents).into_boxed::<Db>();
        within!(query, scope, orders).get_result(c)
    })?;
    Ok(given.0)
}

/// Whether a customer that the scope sees has ordered anything yet.
pub fn are_any_of(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<bool> {
    let first: Option<Id<OrderId>> = on!(c, c, Db => {
        let query = orders::table.filter(orders::customer_id.eq(Id(customer))).select(orders::id).into_boxed::<Db>();
        within!(query, scope, orders).limit(1).get_result(c).optional()
    })?;
    Ok(first.is_some())
}

/// Of some products those of which a customer has had a trial, whatever became of it: one query. What Microsoft has
/// refused was none.
pub fn trials_had(c: &mut Conn, scope: &Scope, customer: CustomerId, products: &[ProductId]) -> Result<Vec<ProductId>> {
    let of_order = order_lines::marketplace_id.eq(orders::marketplace_id).and(order_lines::order_id.eq(orders::id));
    let of_line = offers::marketplace_id.eq(order_lines::marketplace_id).and(offers::id.eq(order_lines::offer_id));
    let had: Vec<Id<ProductId>> = on!(c, c, Db => {
        let query = orders::table
            .inner_join(order_lines::table.on(of_order))
            .inner_join(offers::table.on(of_line))
            .filter(orders::customer_id.eq(Id(customer)))
            .filter(order_lines::product_id.eq_any(products.iter().copied().map(Id)))
            .filter(order_lines::status.ne(Coded(OrderLineStatus::Failed)))
            .filter(offers::kind.eq(Coded(OfferKind::Trial)))
            .select(order_lines::product_id)
            .distinct()
            .into_boxed::<Db>();
        within!(query, scope, orders).load(c)
    })?;
    Ok(had.into_iter().map(|id| id.0).collect())
}

/// The lines of some orders, in one query.
fn lines_of(c: &mut Conn, marketplace: MarketplaceId, orders: &[Row]) -> Result<HashMap<OrderId, Vec<OrderLine>>> {
    let of_orders = order_lines::table
        .filter(order_lines::marketplace_id.eq(Id(marketplace)))
        .filter(order_lines::order_id.eq_any(orders.iter().map(|row| row.id)))
        .order((order_lines::order_id, order_lines::position));
    let rows: Vec<LineRow> = on!(c, c => of_orders.select(LineRow::as_select()).load(c))?;
    let mut lines: HashMap<OrderId, Vec<OrderLine>> = HashMap::new();
    for row in rows {
        lines.entry(row.order_id.0).or_default().push(row.try_into()?);
    }
    Ok(lines)
}

/// Where a line stands, and why it failed where it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineStands<'a> {
    /// Which of the order's lines.
    pub id: LineId,
    /// Where it stands now.
    pub status: OrderLineStatus,
    /// The code of why it failed.
    pub failure: Option<&'a str>,
}

/// Says where an order stands from an instant on, and those of its lines that stand elsewhere than before.
pub fn set_status(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    order: OrderId,
    status: OrderStatus,
    lines: &[LineStands<'_>],
    at: OffsetDateTime,
) -> Result<()> {
    for line in lines {
        let target = order_lines::table
            .filter(order_lines::marketplace_id.eq(Id(marketplace)))
            .filter(order_lines::order_id.eq(Id(order)))
            .filter(order_lines::id.eq(Id(line.id)));
        let set = (order_lines::status.eq(Coded(line.status)), order_lines::failure.eq(line.failure));
        found(rows_changed!(tx, diesel::update(target).set(set))?)?;
    }
    let target = orders::table.find((Id(marketplace), Id(order)));
    let changed = (orders::version.eq(orders::version + 1), orders::updated_at.eq(At(at)));
    let set = (orders::status.eq(Coded(status)), changed);
    found(rows_changed!(tx, diesel::update(target).set(set))?)
}
