//! Provisionings: how far an order has come at Microsoft, so that no step is done twice.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::provisionings;
use crate::types::Id;
use diesel::prelude::*;
use domain::id::{MarketplaceId, OrderId};

/// How far an order has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisioningProgress {
    /// The order that Microsoft is asked for.
    pub order_id: OrderId,
    /// The order's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Microsoft's id of the cart, once there is one.
    pub remote_cart_id: Option<String>,
    /// Whether that cart was checked out.
    pub checked_out: bool,
    /// Counts the carts that were tried.
    pub attempt: i32,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = provisionings, primary_key(marketplace_id, order_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    order_id: Id<OrderId>,
    marketplace_id: Id<MarketplaceId>,
    remote_cart_id: Option<String>,
    checked_out: bool,
    attempt: i32,
}

impl From<&ProvisioningProgress> for Row {
    fn from(record: &ProvisioningProgress) -> Self {
        let record = record.clone();
        Self {
            order_id: Id(record.order_id),
            marketplace_id: Id(record.marketplace_id),
            remote_cart_id: record.remote_cart_id,
            checked_out: record.checked_out,
            attempt: record.attempt,
        }
    }
}

impl From<Row> for ProvisioningProgress {
    fn from(row: Row) -> Self {
        Self {
            order_id: row.order_id.0,
            marketplace_id: row.marketplace_id.0,
            remote_cart_id: row.remote_cart_id,
            checked_out: row.checked_out,
            attempt: row.attempt,
        }
    }
}

/// How far an order has come, where it has begun.
pub fn of_order_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    order: OrderId,
) -> Result<Option<ProvisioningProgress>> {
    let query = provisionings::table.find((Id(marketplace), Id(order)));
    let row: Option<Row> = on!(c, c => query.select(Row::as_select()).get_result(c).optional())?;
    Ok(row.map(ProvisioningProgress::from))
}

/// Remembers how far an order has come.
pub fn put(tx: &mut Conn, record: &ProvisioningProgress) -> Result<()> {
    let upsert = diesel::insert_into(provisionings::table)
        .values(Row::from(record))
        .on_conflict((provisionings::marketplace_id, provisionings::order_id))
        .do_update()
        .set(Row::from(record));
    rows_changed!(tx, upsert)?;
    Ok(())
}
