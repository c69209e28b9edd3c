//! The published catalogues of all marketplaces: loaded at a publish, read by every request. The database says which
//! version is in force; [`Catalogs::refresh`] takes up a newer one.

pub mod catalog;
pub mod nodes;
pub mod policies;
pub mod rendered;
pub mod search;

use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use arc_swap::ArcSwap;
use domain::id::MarketplaceId;
use std::collections::HashMap;
use std::sync::Arc;
use store::Conn;
use store::marketplaces::StoredMarketplace;

/// The catalogues of all marketplaces.
#[derive(Default)]
pub struct Catalogs(ArcSwap<HashMap<MarketplaceId, Arc<Catalog>>>);

impl Catalogs {
    /// A marketplace's catalogue; an empty one where nothing is published yet.
    pub fn of(&self, marketplace: MarketplaceId) -> Arc<Catalog> {
        self.0.load().get(&marketplace).cloned().unwrap_or_else(|| Arc::new(Catalog::empty()))
    }

    /// Whether a newer version than the one held is in force.
    pub fn is_behind(&self, record: &StoredMarketplace) -> bool {
        let held = self.0.load();
        held.get(&record.marketplace.id).is_none_or(|held| held.version < record.catalog_version)
    }

    /// Takes up the version in force, where it is newer than the one held; the catalogue that then holds.
    pub fn refresh(&self, conn: &mut Conn, record: &StoredMarketplace) -> Result<Arc<Catalog>, Problem> {
        let id = record.marketplace.id;
        if let Some(held) = self.0.load().get(&id).filter(|held| held.version >= record.catalog_version) {
            return Ok(Arc::clone(held));
        }
        let data = store::catalog::load_unscoped(conn, id)?;
        let policies = store::policies::load_unscoped(conn, id)?;
        let fresh = Arc::new(Catalog::new(record.catalog_version, record.marketplace.currency, data, policies));
        self.0.rcu(|held| {
            let mut next = HashMap::clone(held);
            // Another thread may have been faster, with a newer one.
            if next.get(&id).is_none_or(|held| held.version < fresh.version) {
                next.insert(id, Arc::clone(&fresh));
            }
            next
        });
        Ok(self.of(id))
    }
}
