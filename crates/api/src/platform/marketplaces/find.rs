//! Finding the marketplace that a path names: the operators' any, a provider's its own.

use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::access::Scope;
use domain::id::MarketplaceId;
use store::marketplaces::StoredMarketplace;

/// The marketplace of a slug, as it is now, kept from other writes; 404 where the caller has nothing to do with it.
pub fn locked(write: &mut Write<'_>, slug: &str) -> Result<StoredMarketplace, Problem> {
    let id = store::marketplaces::by_slug_unscoped(write.tx, slug)?.marketplace.id;
    if !seen(write, id) {
        return Err(Problem::new(Code::NotFound));
    }
    store::marketplaces::lock(write.tx, id)?;
    Ok(store::marketplaces::by_id_unscoped(write.tx, id)?)
}

fn seen(write: &Write<'_>, id: MarketplaceId) -> bool {
    match write.identity.scope {
        Scope::Platform => id != MarketplaceId::PLATFORM,
        own => own.marketplace() == id,
    }
}
