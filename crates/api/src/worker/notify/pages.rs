//! Where mails lead, and what they call what is sold.

use crate::App;
use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Found;
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
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

/// What an offer is called in a language, where it is still in the catalogue.
pub fn title(catalog: &Catalog, offer: OfferId, lang: Lang) -> Place {
    let called = |found: Found<'_>| catalog.title(&found.sku.id.to_string(), lang.into(), &found.sku.title).to_owned();
    Place::text_or(catalog.offer(offer).map(called), Phrase::AProduct)
}
