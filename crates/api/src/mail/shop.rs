//! Where links lead: the pages of a marketplace's shop.

use crate::App;
use crate::http::problem::Problem;
use domain::id::MarketplaceId;

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
