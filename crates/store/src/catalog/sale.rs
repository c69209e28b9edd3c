//! Until when offers are sold.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::offers;
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::id::{MarketplaceId, OfferId, PriceListId};
use time::OffsetDateTime;

/// Closes an offer for new orders from an instant on, or opens it again, because a person says so.
pub fn set_end_of_sale(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    offer: OfferId,
    end: Option<OffsetDateTime>,
) -> Result<()> {
    let by: Option<Id<PriceListId>> = None;
    let set = (offers::end_of_sale.eq(end.map(At)), offers::ended_by.eq(by));
    let target = offers::table.find((Id(marketplace), Id(offer)));
    let changed = on!(tx, c => diesel::update(target).set(set).execute(c))?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// The offers that a price list has closed, and which another may open again.
pub fn ended_by_lists_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<Vec<OfferId>> {
    let query = offers::table
        .filter(offers::marketplace_id.eq(Id(marketplace)))
        .filter(offers::ended_by.is_not_null())
        .order(offers::id)
        .select(offers::id);
    let ids: Vec<Id<OfferId>> = on!(c, c => query.load(c))?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}
