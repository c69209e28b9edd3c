//! What can be upgraded to what, over all products: Microsoft's list, of it what is sold here.

use crate::memory::catalogs::nodes::{ProductNode, SkuNode};
use domain::id::{ProductId, SkuId};
use std::collections::HashMap;

/// Where a SKU stands: its product's position, and its own within that.
type Place = (u32, u32);

/// The list, to be asked in both directions.
#[derive(Default)]
pub struct Upgrades {
    targets: HashMap<SkuId, Vec<Place>>,
    sources: HashMap<SkuId, Vec<SkuId>>,
    /// SKUs of others that a SKU of the product can become, or that can become one.
    akin: HashMap<ProductId, Vec<Place>>,
}

impl Upgrades {
    /// Those among products.
    pub fn among(products: &[ProductNode]) -> Self {
        let skus =
            || (0..).zip(products).flat_map(|(p, node)| (0..).zip(&node.skus).map(move |(s, sku)| ((p, s), sku)));
        let name = |place: Place, sku: &SkuNode| {
            format!("{}:{}", products[place.0 as usize].product.external_id, sku.sku.external_id)
        };
        let places: HashMap<String, Place> = skus().map(|(place, sku)| (name(place, sku), place)).collect();
        let mut upgrades = Self::default();
        for (from, sku) in skus() {
            let named = sku.sku.rules.iter().flat_map(|rules| &rules.upgrade_targets);
            for to in named.filter_map(|name| places.get(name).copied()) {
                upgrades.add(products, (from, &sku.sku.id), to);
            }
        }
        upgrades
    }

    fn add(&mut self, products: &[ProductNode], (from, sku): (Place, &SkuId), to: Place) {
        self.targets.entry(*sku).or_default().push(to);
        let target = &products[to.0 as usize].skus[to.1 as usize];
        self.sources.entry(target.sku.id).or_default().push(*sku);
        if from.0 == to.0 {
            return;
        }
        for (product, other) in [(from.0, to), (to.0, from)] {
            let akin = self.akin.entry(products[product as usize].product.id).or_default();
            if !akin.contains(&other) {
                akin.push(other);
            }
        }
    }

    /// SKUs that a SKU is an upgrade of.
    pub fn sources(&self, sku: SkuId) -> &[SkuId] {
        self.sources.get(&sku).map_or(&[], Vec::as_slice)
    }

    /// Positions of the SKUs that a SKU can be upgraded to.
    pub fn targets(&self, sku: SkuId) -> &[Place] {
        self.targets.get(&sku).map_or(&[], Vec::as_slice)
    }

    /// Positions of the SKUs of other products that a SKU of a product can become, or that can become one.
    pub fn akin(&self, product: ProductId) -> &[Place] {
        self.akin.get(&product).map_or(&[], Vec::as_slice)
    }
}
