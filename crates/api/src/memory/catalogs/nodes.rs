//! What a catalogue is made of: products with their SKUs and offers, and who reads them.

use domain::catalog::{Offer, Product, Sku};
use domain::language::Language;
use domain::party::Country;
use domain::pricing::Buyer;
use std::collections::HashMap;

/// A product with its SKUs.
pub struct ProductNode {
    /// The product itself, without what is sold of it.
    pub product: Product,
    /// Its SKUs by title.
    pub skus: Vec<SkuNode>,
}

/// A SKU with its offers.
pub struct SkuNode {
    /// The SKU itself, without its offers.
    pub sku: Sku,
    /// Its offers: the preselected first, then by term and billing cycle.
    pub offers: Vec<Offer>,
}

/// Readers who see the same amounts: only those with prices of their own are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Audience {
    /// Whose prices they see: the provider's list, a reseller's or a customer's.
    pub buyer: Buyer,
    /// Whether cost is shown: to the provider only (N-07).
    pub cost: bool,
    /// The country whose offers a buyer sees; none for whoever sells, who sees all.
    pub country: Option<Country>,
    /// The language of what they read.
    pub language: Language,
}

/// An offer found in the catalogue.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The product that the offer's SKU is of.
    pub product: &'a Product,
    /// The SKU that the offer sells.
    pub sku: &'a Sku,
    /// The offer that was looked for.
    pub offer: &'a Offer,
}

/// Products with their SKUs and offers, each in the order in which they are shown.
pub fn assemble(products: Vec<Product>, skus: Vec<Sku>, offers: Vec<Offer>) -> Vec<ProductNode> {
    let mut offers_of: HashMap<_, Vec<Offer>> = HashMap::new();
    for offer in offers {
        offers_of.entry(offer.sku_id).or_default().push(offer);
    }
    let mut skus_of: HashMap<_, Vec<SkuNode>> = HashMap::new();
    for sku in skus {
        let mut offers = offers_of.remove(&sku.id).unwrap_or_default();
        offers.sort_by_key(|offer| {
            (!offer.preselected, offer.term, offer.billing_cycle, offer.segment, offer.market, offer.id)
        });
        skus_of.entry(sku.product_id).or_default().push(SkuNode { sku, offers });
    }
    let mut nodes: Vec<_> = products
        .into_iter()
        .map(|product| {
            let mut skus = skus_of.remove(&product.id).unwrap_or_default();
            skus.sort_by(|one, other| (&one.sku.title, one.sku.id).cmp(&(&other.sku.title, other.sku.id)));
            ProductNode { product, skus }
        })
        .collect();
    nodes.sort_by(|one, other| (&one.product.title, one.product.id).cmp(&(&other.product.title, other.product.id)));
    nodes
}
