//! What the rows of an offer matrix do to what is known of SKUs.

use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::{ProductNode, SkuNode};
use domain::offer_matrix::{MatrixEffect, SkuRules};
use provisioning::offer_matrix;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::catalog::KnownRules;
use store::offer_matrices::MatrixRow;

/// A matrix being compared with the catalogue.
pub struct Comparison {
    catalog: Arc<Catalog>,
    known: KnownRules,
    /// Microsoft's ids of what is sold here.
    sold: HashSet<String>,
    keep_titles: bool,
    /// What the first row of each product calls it: the others do, too.
    titles: HashMap<String, String>,
    taken: HashSet<(String, String)>,
}

impl Comparison {
    /// Nothing is read yet.
    pub fn new(catalog: Arc<Catalog>, known: KnownRules, keep_titles: bool) -> Self {
        let named = |node: &ProductNode, sku: &SkuNode| key(&node.product.external_id, &sku.sku.external_id);
        let sold = catalog.products.iter().flat_map(|node| node.skus.iter().map(|sku| named(node, sku))).collect();
        Self { catalog, known, sold, keep_titles, titles: HashMap::new(), taken: HashSet::new() }
    }

    /// What a row does; none where a row before is of the same SKU.
    pub fn row(&mut self, row: offer_matrix::MatrixRow, line: i64) -> Option<MatrixRow> {
        let id = (row.product_external_id.clone(), row.sku_external_id.clone());
        if !self.taken.insert(id.clone()) {
            return None;
        }
        let title = self.titles.entry(row.product_external_id.clone()).or_insert(row.product_title);
        let (product_title, sku_title) = (title.clone(), row.sku_title);
        let node = self.catalog.by_external_id(&row.product_external_id);
        let sku = node.and_then(|node| node.skus.iter().find(|sku| sku.sku.external_id == row.sku_external_id));
        let previous = self.known.remove(&id).or_else(|| sku.and_then(|sku| self.own(sku)));
        let mut effects = previous.as_ref().unwrap_or(&SkuRules::default()).changes(&row.rules);
        let not_sold: Vec<_> =
            row.rules.prerequisites.iter().filter(|needed| !self.sold.contains(*needed)).cloned().collect();
        let differs = |is: &str, said: &str| (!self.keep_titles && is != said).then(|| is.to_owned());
        let previous_product_title = node.and_then(|node| differs(&node.product.title, &product_title));
        let previous_title = sku.and_then(|sku| differs(&sku.sku.title, &sku_title));
        let by_hand = sku.is_some_and(|sku| sku.sku.own_limit.is_some_and(|own| Some(own) != row.rules.customer_limit));
        let needs_what_is_not_sold = !not_sold.is_empty() && not_sold.len() == row.rules.prerequisites.len();
        let not_there = sku.is_some_and(|sku| {
            let allowed = |country| row.countries.is_empty() || row.countries.contains(&country);
            sku.offers.iter().any(|offer| offer.end_of_sale.is_none() && !allowed(offer.market.country))
        });
        let others = [
            (previous_product_title.is_some() || previous_title.is_some(), MatrixEffect::Renamed),
            (by_hand, MatrixEffect::SetByHand),
            (sku.is_some() && needs_what_is_not_sold, MatrixEffect::NoBaseSold),
            (not_there, MatrixEffect::MarketNotAllowed),
            (sku.is_none(), MatrixEffect::NotSold),
        ];
        effects.extend(others.into_iter().filter(|(is_so, _)| *is_so).map(|(_, effect)| effect));
        Some(MatrixRow {
            line,
            product_external_id: row.product_external_id,
            product_title,
            sku_external_id: row.sku_external_id,
            sku_title,
            previous_product_title,
            previous_title,
            rules: row.rules,
            previous,
            not_sold,
            effects,
        })
    }

    /// What a SKU needs by its offers, where no matrix has said anything of it.
    fn own(&self, sku: &SkuNode) -> Option<SkuRules> {
        let mut prerequisites = Vec::new();
        for needed in sku.offers.iter().flat_map(|offer| &offer.prerequisites) {
            let (product, node) = self.catalog.sku(*needed)?;
            let named = key(&product.external_id, &node.sku.external_id);
            if !prerequisites.contains(&named) {
                prerequisites.push(named);
            }
        }
        (!prerequisites.is_empty()).then(|| SkuRules { prerequisites, ..SkuRules::default() })
    }
}

fn key(product: &str, sku: &str) -> String {
    format!("{product}:{sku}")
}
