//! When resellers were last told that a customer of theirs wants what has no price for it.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::organizations::missing_prices;
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::id::{CustomerId, MarketplaceId};
use time::OffsetDateTime;

/// Remembers that it is told now of a customer, unless it was told after an instant; whether it is to be told.
pub fn tell(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    customer: CustomerId,
    now: OffsetDateTime,
    before: OffsetDateTime,
) -> Result<bool> {
    let row = missing_prices::table.find((Id(marketplace), Id(customer)));
    let again =
        diesel::update(row.filter(missing_prices::told_at.le(At(before)))).set(missing_prices::told_at.eq(At(now)));
    if on!(tx, c => again.execute(c))? > 0 {
        return Ok(true);
    }
    let values = (
        missing_prices::marketplace_id.eq(Id(marketplace)),
        missing_prices::customer_id.eq(Id(customer)),
        missing_prices::told_at.eq(At(now)),
    );
    let first = diesel::insert_into(missing_prices::table).values(values).on_conflict_do_nothing();
    Ok(on!(tx, c => first.execute(c))? > 0)
}
