//! Subscriptions that time does something to next.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::subscriptions;
use crate::subscriptions::rows::{Row, all};
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::id::MarketplaceId;
use domain::subscription::Subscription;
use time::OffsetDateTime;

/// When the first subscription of a marketplace is due, by the marketplace's clock; none where nothing is.
pub fn next_due_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<Option<OffsetDateTime>> {
    let first = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(marketplace)))
        .filter(subscriptions::next_due_at.is_not_null())
        .order(subscriptions::next_due_at)
        .select(subscriptions::next_due_at);
    let due: Option<Option<At>> = on!(c, c => first.first(c).optional())?;
    Ok(due.flatten().map(|at| at.0))
}

/// The subscriptions of a marketplace that have been due longest: at most `limit`, due by `until`. They are locked
/// until the transaction ends; those that somebody else has claimed are left out.
pub fn claim_due(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    until: OffsetDateTime,
    limit: u32,
) -> Result<Vec<Subscription>> {
    let due = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(marketplace)))
        .filter(subscriptions::next_due_at.le(Some(At(until))))
        .order((subscriptions::next_due_at, subscriptions::id))
        .limit(limit.into());
    let rows: Vec<Row<'_>> = match tx {
        Conn::Postgres(c) => due.select(Row::as_select()).for_update().skip_locked().load(c),
        Conn::Sqlite(c) => due.select(Row::as_select()).load(c),
    }?;
    all(tx, rows)
}
