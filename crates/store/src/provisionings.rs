//! Provisionings: how far an order has come at Microsoft, so that no step is done twice.

use crate::schema::provisionings;
use crate::statement::Fixed;
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::id::{MarketplaceId, OrderId};

/// How far an order has come.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = provisionings, primary_key(marketplace_id, order_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Record {
    /// The order.
    pub order_id: OrderId,
    /// Its marketplace.
    pub marketplace_id: MarketplaceId,
    /// Microsoft's id of the cart, once there is one.
    pub remote_cart_id: Option<String>,
    /// Whether that cart was checked out.
    pub checked_out: bool,
    /// Counts the carts that were tried.
    pub attempt: i32,
}

/// How far an order has come, where it has begun.
pub fn get(tx: &mut Conn, marketplace: MarketplaceId, order: OrderId) -> Result<Option<Record>> {
    let row = provisionings::table.find((marketplace, order)).select(Record::as_select());
    Ok(on!(tx, c => row.first(c).optional())?)
}

/// Remembers how far an order has come.
pub fn put(tx: &mut Conn, record: &Record) -> Result<()> {
    let upsert = diesel::insert_into(provisionings::table)
        .values(record)
        .on_conflict((provisionings::marketplace_id, provisionings::order_id))
        .do_update()
        .set(record);
    on!(tx, c => Fixed(upsert).execute(c))?;
    Ok(())
}
