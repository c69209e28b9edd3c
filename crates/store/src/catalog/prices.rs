//! Prices: what an offer costs whom, from when until when.

#[cfg(test)]
use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::prices;
use crate::types::{At, Coded, Id};
use diesel::prelude::*;
use domain::catalog::{PriceEntry, PriceOwner};
use domain::id::{CustomerId, MarketplaceId, OfferId, PriceListId, ResellerId};
use domain::money::{Currency, UnitPrice};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = prices, treat_none_as_default_value = false)]
pub(super) struct PriceRow {
    marketplace_id: Id<MarketplaceId>,
    offer_id: Id<OfferId>,
    price_list_id: Id<PriceListId>,
    reseller_id: Option<Id<ResellerId>>,
    customer_id: Option<Id<CustomerId>>,
    cost: Option<i64>,
    list_price: i64,
    currency: Coded<Currency>,
    valid_from: At,
    valid_until: Option<At>,
}

#[cfg(test)]
impl PriceRow {
    fn new(marketplace: MarketplaceId, price: &PriceEntry) -> Self {
        let (reseller_id, customer_id) = owner_columns(price.owner);
        Self {
            marketplace_id: Id(marketplace),
            offer_id: Id(price.offer_id),
            price_list_id: Id(price.price_list_id),
            reseller_id,
            customer_id,
            cost: price.cost.map(|cost| cost.micros),
            list_price: price.list_price.micros,
            currency: Coded(price.list_price.currency),
            valid_from: At(price.valid_from),
            valid_until: price.valid_until.map(At),
        }
    }
}

impl TryFrom<PriceRow> for PriceEntry {
    type Error = StoreError;
    fn try_from(row: PriceRow) -> Result<Self> {
        Ok(Self {
            price_list_id: row.price_list_id.0,
            offer_id: row.offer_id.0,
            owner: owner(row.reseller_id, row.customer_id)?,
            cost: row.cost.map(|micros| UnitPrice::from_micros(micros, row.currency.0)),
            list_price: UnitPrice::from_micros(row.list_price, row.currency.0),
            valid_from: row.valid_from.0,
            valid_until: row.valid_until.map(|at| at.0),
        })
    }
}

/// The two columns that say whom a price is for.
pub(crate) fn owner_columns(owner: PriceOwner) -> (Option<Id<ResellerId>>, Option<Id<CustomerId>>) {
    match owner {
        PriceOwner::Everybody => (None, None),
        PriceOwner::Reseller(id) => (Some(Id(id)), None),
        PriceOwner::Customer(id) => (None, Some(Id(id))),
    }
}

/// Whom the two columns say that a price is for.
pub(crate) fn owner(reseller: Option<Id<ResellerId>>, customer: Option<Id<CustomerId>>) -> Result<PriceOwner> {
    match (reseller, customer) {
        (None, None) => Ok(PriceOwner::Everybody),
        (Some(id), None) => Ok(PriceOwner::Reseller(id.0)),
        (None, Some(id)) => Ok(PriceOwner::Customer(id.0)),
        (Some(_), Some(_)) => Err(StoreError::Corrupt("a price with two owners".to_owned())),
    }
}

/// Adds prices beside those that there are.
#[cfg(test)]
pub(crate) fn insert_prices(tx: &mut Conn, marketplace: MarketplaceId, entries: &[PriceEntry]) -> Result<()> {
    let rows: Vec<_> = entries.iter().map(|price| PriceRow::new(marketplace, price)).collect();
    insert_rows!(tx, prices, &rows);
    Ok(())
}
