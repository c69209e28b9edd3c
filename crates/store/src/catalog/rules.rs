//! What Microsoft says of SKUs, by its ids, whether they are sold here or not; and what a person has set instead.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::{sku_rules, skus};
use crate::statement::found;
use crate::types::{Coded, Id, Json};
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::catalog::{Product, Sku, TermPlan};
use domain::id::{MarketplaceId, ProductId, SkuId};
use domain::offer_matrix::SkuRules;
use std::collections::HashMap;

/// What is known, by Microsoft's ids of the product and of the SKU.
pub type KnownRules = HashMap<(String, String), SkuRules>;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sku_rules)]
struct RulesRow {
    marketplace_id: Id<MarketplaceId>,
    product_external_id: String,
    sku_external_id: String,
    rules: Json<SkuRules>,
}

/// Adds what is said of SKUs; of one that something is said of already it is said anew.
pub fn insert_rules(tx: &mut Conn, marketplace: MarketplaceId, known: &KnownRules) -> Result<()> {
    let row = |((product, sku), rules): (&(String, String), &SkuRules)| RulesRow {
        marketplace_id: Id(marketplace),
        product_external_id: product.clone(),
        sku_external_id: sku.clone(),
        rules: Json(rules.clone()),
    };
    let rows: Vec<_> = known.iter().map(row).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(sku_rules::table)
        .values(batch)
        .on_conflict((sku_rules::marketplace_id, sku_rules::product_external_id, sku_rules::sku_external_id))
        .do_update()
        .set(sku_rules::rules.eq(excluded(sku_rules::rules))));
    Ok(())
}

/// All that is known.
pub fn rules_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<KnownRules> {
    let of_marketplace = sku_rules::table.filter(sku_rules::marketplace_id.eq(Id(marketplace)));
    let rows: Vec<RulesRow> = on!(c, c => of_marketplace.select(RulesRow::as_select()).load(c))?;
    Ok(rows.into_iter().map(|row| ((row.product_external_id, row.sku_external_id), row.rules.0)).collect())
}

/// Puts what is known at the SKUs that it is of.
pub(super) fn put(products: &[Product], skus: &mut [Sku], mut known: KnownRules) {
    if known.is_empty() {
        return;
    }
    let names: HashMap<ProductId, &str> =
        products.iter().map(|product| (product.id, product.external_id.as_str())).collect();
    for sku in skus {
        let Some(product) = names.get(&sku.product_id) else { continue };
        sku.rules = known.remove(&((*product).to_owned(), sku.external_id.clone()));
    }
}

/// Sets the most that one customer may have of a SKU, or leaves it to what Microsoft says.
pub fn set_own_limit(tx: &mut Conn, marketplace: MarketplaceId, sku: SkuId, limit: Option<u32>) -> Result<()> {
    let target = skus::table.find((Id(marketplace), Id(sku)));
    let set = skus::own_limit.eq(limit.map(i64::from));
    found(on!(tx, c => diesel::update(target).set(set).execute(c)).map_err(StoreError::from)?)
}

/// Sets the plan that is selected first among those of a SKU, or leaves it to the marketplace.
pub fn set_default_plan(tx: &mut Conn, marketplace: MarketplaceId, sku: SkuId, plan: Option<TermPlan>) -> Result<()> {
    let target = skus::table.find((Id(marketplace), Id(sku)));
    let set = (
        skus::default_term.eq(plan.map(|plan| Coded(plan.term))),
        skus::default_billing_cycle.eq(plan.map(|plan| Coded(plan.billing_cycle))),
    );
    found(on!(tx, c => diesel::update(target).set(set).execute(c)).map_err(StoreError::from)?)
}
