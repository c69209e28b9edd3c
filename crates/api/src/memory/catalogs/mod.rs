//! The published catalogues of all marketplaces: loaded at a publish, read by every request. The database says which
//! version is in force; [`Catalogs::refresh`] takes up a newer one.

pub mod catalog;
pub mod nodes;
pub mod policies;
pub mod rendered;
pub mod search;
pub mod upgrades;

use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use arc_swap::ArcSwap;
use domain::id::MarketplaceId;
use domain::party::Market;
use domain::pricing::keep_needed;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Conn;
use store::marketplaces::StoredMarketplace;
use time::{Duration, OffsetDateTime};

/// So far back a price may be asked for: what was due while no worker ran is done at its own instant.
const LOOKED_BACK: Duration = Duration::days(14);

/// The catalogues of all marketplaces.
#[derive(Default)]
pub struct Catalogs {
    held: ArcSwap<HashMap<MarketplaceId, Arc<Catalog>>>,
    /// Held while one is loaded: two at a time would need memory for both.
    loading: Mutex<()>,
}

impl Catalogs {
    /// A marketplace's catalogue; an empty one where nothing is published yet.
    pub fn of(&self, marketplace: MarketplaceId) -> Arc<Catalog> {
        self.held.load().get(&marketplace).cloned().unwrap_or_else(|| Arc::new(Catalog::empty()))
    }

    /// Whether a newer version than the one held is in force.
    pub fn is_behind(&self, record: &StoredMarketplace) -> bool {
        let held = self.held.load();
        held.get(&record.marketplace.id).is_none_or(|held| held.version < record.catalog_version)
    }

    /// How many prices the catalogues hold together.
    pub fn prices_held(&self) -> usize {
        self.held.load().values().map(|catalog| catalog.prices_held()).sum()
    }

    /// A marketplace's catalogue, where it is held in this version or a newer one.
    pub fn held(&self, marketplace: MarketplaceId, version: i64) -> Option<Arc<Catalog>> {
        self.held.load().get(&marketplace).filter(|held| held.version >= version).cloned()
    }

    /// Takes up the version in force, where it is newer than the one held; the catalogue that then holds. `real` is the
    /// real time.
    pub fn refresh(
        &self,
        conn: &mut Conn,
        record: &StoredMarketplace,
        real: OffsetDateTime,
    ) -> Result<Arc<Catalog>, Problem> {
        if let Some(held) = self.held(record.marketplace.id, record.catalog_version) {
            return Ok(held);
        }
        let _alone = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = self.held(record.marketplace.id, record.catalog_version) {
            return Ok(held);
        }
        let id = record.marketplace.id;
        let now = real.checked_add(Duration::microseconds(record.clock_offset_us)).unwrap_or(real);
        let from = now.checked_sub(LOOKED_BACK).unwrap_or(now);
        let data = store::catalog::load_unscoped(conn, id, |prices| keep_needed(prices, from))?;
        let policies = store::policies::load_unscoped(conn, id)?.of_zone(record.marketplace.time_zone.clone());
        let market = Market { country: record.marketplace.country, currency: record.marketplace.currency };
        let fresh = Arc::new(Catalog::new(record.catalog_version, market, data, policies));
        self.held.rcu(|held| {
            let mut next = HashMap::clone(held);
            next.insert(id, Arc::clone(&fresh));
            next
        });
        Ok(fresh)
    }
}
