//! The published catalogue: categories, products, SKUs, offers and their prices.
//!
//! It is read whole, to build what is kept in memory. What a published price list adds is in `price_lists`.

mod prices;
mod rows;
mod rules;
mod sale;
mod texts;

#[cfg(test)]
pub(crate) use prices::insert_prices;
pub(crate) use prices::{owner, owner_columns};
pub use rows::Category;
pub use rules::{KnownRules, insert_rules, rules_unscoped, set_default_plan, set_own_limit};
pub use sale::{ended_by_lists_unscoped, set_end_of_sale};
pub use texts::{Texts, set_texts};

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::{categories, offers, prices as price_table, products, skus};
use crate::statement::found;
use crate::types::Id;
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::catalog::{Offer, PriceEntry, Product, Sku};
use domain::id::MarketplaceId;
use prices::PriceRow;
use rows::{CategoryRow, OfferRow, ProductRow, SkuRow, each, read};

/// A whole published catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogData {
    /// Categories by position.
    pub categories: Vec<Category>,
    /// Products in the order of creation, as what follows.
    pub products: Vec<Product>,
    /// The SKUs of all products.
    pub skus: Vec<Sku>,
    /// The offers of all SKUs.
    pub offers: Vec<Offer>,
    /// Prices, past and future ones as well.
    pub prices: Vec<PriceEntry>,
    /// What things are called in other languages.
    pub texts: Texts,
}

/// Adds categories; those that are there take title, parent and position.
pub fn insert_categories(tx: &mut Conn, marketplace: MarketplaceId, categories: &[Category]) -> Result<()> {
    let rows: Vec<_> = categories.iter().map(|category| CategoryRow::new(marketplace, category)).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(categories::table)
    .values(batch)
    .on_conflict((categories::marketplace_id, categories::slug))
    .do_update()
    .set((
        categories::title.eq(excluded(categories::title)),
        categories::parent.eq(excluded(categories::parent)),
        categories::position.eq(excluded(categories::position)),
    )));
    Ok(())
}

/// Removes a category that nothing is in.
pub fn remove_category(tx: &mut Conn, marketplace: MarketplaceId, slug: &str) -> Result<()> {
    found(on!(tx, c => diesel::delete(categories::table.find((Id(marketplace), slug))).execute(c))?)
}

/// Adds products; those that are there, by Microsoft's id, take title and publisher.
pub fn insert_products(tx: &mut Conn, marketplace: MarketplaceId, products: &[Product]) -> Result<()> {
    let rows: Vec<_> = products.iter().map(|product| ProductRow::new(marketplace, product)).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(products::table)
    .values(batch)
    .on_conflict((products::marketplace_id, products::external_id))
    .do_update()
    .set((
        products::title.eq(excluded(products::title)),
        products::publisher.eq(excluded(products::publisher)),
    )));
    Ok(())
}

/// Adds SKUs; those that are there, by product and Microsoft's id, take title and description.
pub fn insert_skus(tx: &mut Conn, marketplace: MarketplaceId, skus: &[Sku]) -> Result<()> {
    let rows: Vec<_> = skus.iter().map(|sku| SkuRow::new(marketplace, sku)).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(skus::table)
        .values(batch)
        .on_conflict((skus::marketplace_id, skus::product_id, skus::external_id))
        .do_update()
        .set((skus::title.eq(excluded(skus::title)), skus::description.eq(excluded(skus::description)))));
    Ok(())
}

/// Adds offers; those that are there, by their identity, stay as they are.
pub fn insert_offers(tx: &mut Conn, marketplace: MarketplaceId, offers: &[Offer]) -> Result<()> {
    let rows: Vec<_> = offers.iter().map(|offer| OfferRow::new(marketplace, offer)).collect();
    insert_rows!(tx, &rows, batch => diesel::insert_into(offers::table)
        .values(batch)
        .on_conflict((
            offers::marketplace_id,
            offers::sku_id,
            offers::term,
            offers::billing_cycle,
            offers::segment,
            offers::country,
            offers::currency,
        ))
        .do_nothing());
    Ok(())
}

/// The whole catalogue of a marketplace. Of the prices of an offer `keep` leaves those that are wanted: the others are
/// never held together.
pub fn load_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    mut keep: impl FnMut(&mut Vec<PriceEntry>),
) -> Result<CatalogData> {
    let categories = categories::table
        .filter(categories::marketplace_id.eq(Id(marketplace)))
        .order((categories::position, categories::slug));
    let products = products::table.filter(products::marketplace_id.eq(Id(marketplace))).order(products::id);
    let skus = skus::table.filter(skus::marketplace_id.eq(Id(marketplace))).order(skus::id);
    let offers = offers::table.filter(offers::marketplace_id.eq(Id(marketplace))).order(offers::id);
    let prices = price_table::table.filter(price_table::marketplace_id.eq(Id(marketplace))).order((
        price_table::offer_id,
        price_table::price_list_id,
        price_table::valid_from,
    ));
    let (products, mut skus): (Vec<Product>, Vec<Sku>) = (read!(c, products, ProductRow)?, read!(c, skus, SkuRow)?);
    rules::put(&products, &mut skus, rules_unscoped(c, marketplace)?);
    Ok(CatalogData {
        categories: read!(c, categories, CategoryRow)?,
        products,
        skus,
        offers: read!(c, offers, OfferRow)?,
        prices: each!(c, prices, PriceRow, rows => offer_by_offer(rows, &mut keep))?,
        texts: texts::load(c, marketplace)?,
    })
}

/// The prices that are kept, where those of an offer come one after the other.
fn offer_by_offer(
    rows: impl Iterator<Item = Result<PriceRow>>,
    keep: &mut impl FnMut(&mut Vec<PriceEntry>),
) -> Result<Vec<PriceEntry>> {
    let (mut all, mut of_offer) = (Vec::new(), Vec::<PriceEntry>::new());
    for row in rows {
        let entry = PriceEntry::try_from(row?)?;
        if of_offer.last().is_some_and(|last| last.offer_id != entry.offer_id) {
            keep(&mut of_offer);
            all.append(&mut of_offer);
        }
        of_offer.push(entry);
    }
    keep(&mut of_offer);
    all.append(&mut of_offer);
    Ok(all)
}
