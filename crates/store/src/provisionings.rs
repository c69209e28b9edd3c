//! Provisionings: how far an order has come at Microsoft, so that no step is done twice.

use crate::connection::Conn;
use crate::error::Result;
use crate::outbox::Task;
use crate::types::sql::{Instant, Uid};
use crate::types::{At, Id};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
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
    /// Counts the carts that were tried.
    pub attempt: i32,
}

/// Remembers how far an order has come, by one statement without a transaction, while the task is still held by who
/// claimed it; false, and nothing remembered, where its lease was lost.
pub fn put(tx: &mut Conn, record: &ProvisioningProgress, task: &Task) -> Result<bool> {
    let put = diesel::sql_query(
        "INSERT INTO provisionings (marketplace_id, order_id, remote_cart_id, attempt) \
         SELECT $1, $2, $3, $4 FROM tasks \
         WHERE tasks.marketplace_id = $1 AND tasks.id = $5 AND tasks.leased_until = $6 AND tasks.attempts = $7 \
         ON CONFLICT (marketplace_id, order_id) DO UPDATE SET remote_cart_id = excluded.remote_cart_id, \
         attempt = excluded.attempt",
    );
    let put = put
        .bind::<Uid, _>(Id(record.marketplace_id))
        .bind::<Uid, _>(Id(record.order_id))
        .bind::<Nullable<Text>, _>(record.remote_cart_id.as_deref())
        .bind::<Integer, _>(record.attempt)
        .bind::<Uid, _>(Id(task.id))
        .bind::<Instant, _>(At(task.lease))
        .bind::<Integer, _>(task.attempts);
    Ok(on!(tx, c => put.execute(c))? == 1)
}
