//! Subscriptions.

mod rows;

use crate::page::{Page, PageRequest};
use crate::schema::subscriptions;
use crate::statement::Fixed;
use crate::types::{At, Coded, Id};
use crate::{Conn, Result, found};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId, OfferId, ProductId, SkuId, SubscriptionId};
use domain::subscription::{Subscription, SubscriptionStatus};
use rows::{OwnedRow, Row};
use time::OffsetDateTime;

/// Which subscriptions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// That stand here.
    pub status: Option<SubscriptionStatus>,
    /// Of this offer.
    pub offer_id: Option<OfferId>,
    /// Of this product.
    pub product_id: Option<ProductId>,
}

/// What a customer owns, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Its product.
    pub product_id: ProductId,
    /// Its SKU.
    pub sku_id: SkuId,
    /// Its offer.
    pub offer_id: OfferId,
    /// Its licences.
    pub quantity: u32,
    /// Where it stands.
    pub status: SubscriptionStatus,
}

/// Adds subscriptions.
pub fn insert_all(tx: &mut Conn, subscriptions: &[Subscription]) -> Result<()> {
    let rows: Vec<_> = subscriptions.iter().map(Row::from).collect();
    insert_rows!(tx, subscriptions, &rows);
    Ok(())
}

/// A subscription.
pub fn get(c: &mut Conn, scope: &Scope, id: SubscriptionId) -> Result<Subscription> {
    let row: Row = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::id.eq(Id(id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, subscriptions).get_result(c)
    })?;
    row.try_into()
}

/// The subscriptions.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter, page: &PageRequest) -> Result<Page<Subscription>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = subscriptions::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(id) = filter.customer_id {
            query = query.filter(subscriptions::customer_id.eq(Id(id)));
        }
        if let Some(status) = filter.status {
            query = query.filter(subscriptions::status.eq(Coded(status)));
        }
        if let Some(id) = filter.offer_id {
            query = query.filter(subscriptions::offer_id.eq(Id(id)));
        }
        if let Some(id) = filter.product_id {
            query = query.filter(subscriptions::product_id.eq(Id(id)));
        }
        paged!(within!(query, scope, subscriptions), subscriptions::id, page).load(c)
    })?;
    Page::of(rows, page, |row| row.id.0.as_u128()).try_map(Subscription::try_from)
}

/// Says that a subscription runs, and Microsoft's id of it.
pub fn activate(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    external_id: &str,
    at: OffsetDateTime,
) -> Result<()> {
    let set = (
        subscriptions::status.eq(Coded(SubscriptionStatus::Active)),
        subscriptions::external_id.eq(Some(external_id)),
        subscriptions::activated_at.eq(Some(At(at))),
        subscriptions::version.eq(subscriptions::version + 1),
    );
    let target = subscriptions::table.find((Id(marketplace), Id(id)));
    found(changed!(tx, diesel::update(target).set(set))?)
}

/// Remembers Microsoft's id of a subscription that is ordered there.
pub fn set_external_id(tx: &mut Conn, marketplace: MarketplaceId, id: SubscriptionId, external_id: &str) -> Result<()> {
    let set = (subscriptions::external_id.eq(Some(external_id)), subscriptions::version.eq(subscriptions::version + 1));
    let target = subscriptions::table.find((Id(marketplace), Id(id)));
    found(changed!(tx, diesel::update(target).set(set))?)
}

/// Says where a subscription stands.
pub fn set_status(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    status: SubscriptionStatus,
) -> Result<()> {
    let set = (subscriptions::status.eq(Coded(status)), subscriptions::version.eq(subscriptions::version + 1));
    let target = subscriptions::table.find((Id(marketplace), Id(id)));
    found(changed!(tx, diesel::update(target).set(set))?)
}

/// What a customer owns, oldest first.
pub fn owned(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<Owned>> {
    let statuses = SubscriptionStatus::ALL.iter().copied().filter(|status| status.owned()).map(Coded);
    let rows: Vec<OwnedRow> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::customer_id.eq(Id(customer)))
            .filter(subscriptions::status.eq_any(statuses))
            .order(subscriptions::id)
            .select(OwnedRow::as_select())
            .into_boxed::<Db>();
        Fixed(within!(query, scope, subscriptions)).load(c)
    })?;
    rows.into_iter().map(Owned::try_from).collect()
}
