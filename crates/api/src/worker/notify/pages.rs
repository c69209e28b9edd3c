//! Where mails lead, and what they call what is sold.

use crate::App;
use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use domain::id::{MarketplaceId, OfferId};

/// A page of a marketplace's shop.
pub fn page(app: &App, marketplace: MarketplaceId, page: &str) -> Result<String, Problem> {
    let own = &app.marketplaces.people(marketplace)?.shop_url;
    if !own.is_empty() {
        return Ok(format!("{own}/{page}"));
    }
    let marketplace = app.marketplaces.get(marketplace)?;
    let shop = app.post.shop_url.replace("{marketplace}", &marketplace.marketplace.slug);
    Ok(format!("{shop}/{page}"))
}

/// What an offer is called; its id where it is no longer in the catalogue.
pub fn title(catalog: &Catalog, offer: OfferId) -> String {
    catalog.offer(offer).map_or_else(|| offer.to_string(), |found| found.sku.title.clone())
}
