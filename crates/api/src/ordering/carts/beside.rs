//! What a customer has beside what it orders or changes: what counts against limits, and what there is one of.

use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use domain::access::Scope;
use domain::active_order::{ActiveOrder, ActiveOrders};
use domain::catalog::{Ceiling, Sku};
use domain::id::{CustomerId, OfferId, ProductId, SkuId};
use domain::offer_matrix::CountedOver;
use std::collections::HashMap;
use store::Conn;
use store::subscriptions::Owned;

/// What a customer has.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// The catalogue that it is of.
    pub catalog: &'a Catalog,
    /// What runs or is about to.
    pub owned: &'a [Owned],
    /// What it ever ordered, where that is limited.
    pub ever: &'a Ever,
}

/// How many subscriptions of SKUs a customer ever ordered, where that is limited.
pub type Ever = HashMap<SkuId, u64>;

/// How many subscriptions a customer ever ordered of the SKUs of some offers, where that is limited: of most it is not,
/// and nothing is asked for.
pub fn ever_ordered(
    conn: &mut Conn,
    scope: &Scope,
    catalog: &Catalog,
    customer: CustomerId,
    offers: impl Iterator<Item = OfferId>,
) -> Result<Ever, Problem> {
    let limited = |id: OfferId| {
        let sku = catalog.offer(id)?.sku;
        let limit = sku.rules.as_ref()?.subscription_limit?;
        (limit.counted == CountedOver::Ever).then_some(sku.id)
    };
    let skus: Vec<_> = offers.filter_map(limited).collect();
    if skus.is_empty() {
        return Ok(Ever::new());
    }
    Ok(store::subscriptions::ever_ordered(conn, scope, customer, &skus)?)
}

impl Beside<'_> {
    fn sku_of(&self, offer: OfferId) -> Option<SkuId> {
        self.catalog.offer(offer).map(|found| found.sku.id)
    }

    /// What it has that is of a SKU, or will be by a change that waits.
    fn of_sku(&self, sku: SkuId) -> impl Iterator<Item = (&Owned, u32)> {
        self.owned.iter().flat_map(move |owned| {
            let counted = owned.counted(|offer| self.sku_of(offer)).filter(move |(of, _)| *of == sku);
            counted.map(move |(_, quantity)| (owned, quantity))
        })
    }

    /// How many of a SKU it may have, where that is known, beside what it has.
    pub fn ceiling(&self, sku: &Sku) -> Option<Ceiling> {
        let limit = sku.customer_limit()?;
        Some(Ceiling { limit, taken: self.of_sku(sku.id).map(|(_, quantity)| u64::from(quantity)).sum() })
    }

    /// How many subscriptions of a SKU it may have, where that is known, beside those that count.
    pub fn subscriptions(&self, sku: &Sku) -> Option<Ceiling> {
        let limit = sku.rules.as_ref()?.subscription_limit?;
        let at_once = self.of_sku(sku.id).count() as u64;
        let taken = match limit.counted {
            CountedOver::AtOnce => at_once,
            // One that waits to be of it was ordered as another.
            CountedOver::Ever => {
                let waiting = self.of_sku(sku.id).filter(|(owned, _)| owned.sku_id != sku.id).count() as u64;
                self.ever.get(&sku.id).copied().unwrap_or_default() + waiting
            }
        };
        Some(Ceiling { limit: limit.most, taken })
    }

    /// What it has of a product and of a SKU.
    pub fn active(&self, product: ProductId, sku: SkuId) -> ActiveOrders {
        let order = |owned: &Owned| ActiveOrder { subscription_id: owned.subscription_id, quantity: owned.quantity };
        ActiveOrders {
            of_product: self.owned.iter().find(|owned| owned.product_id == product).map(order),
            of_sku: self.of_sku(sku).map(|(owned, _)| owned).next().map(order),
        }
    }
}
