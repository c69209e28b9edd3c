//! The marketplaces of this installation with their clocks, and what holds for their people and organisations.

use crate::http::problem::{Code, Problem};
use arc_swap::ArcSwap;
use domain::id::MarketplaceId;
use domain::organization::OrganizationRules;
use domain::people::{Lockout, PeopleRules, presets};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use store::marketplaces::StoredMarketplace;

/// The marketplaces of this installation, held in memory, and what holds for their people.
#[derive(Default)]
pub struct Marketplaces(
    ArcSwap<HashMap<MarketplaceId, Arc<StoredMarketplace>>>,
    ArcSwap<HashMap<MarketplaceId, Arc<PeopleRules>>>,
    ArcSwap<HashMap<MarketplaceId, Arc<OrganizationRules>>>,
);

impl Marketplaces {
    /// Takes over what the database says.
    pub fn replace(&self, records: Vec<StoredMarketplace>) {
        let (known, rules) = (self.0.load(), self.1.load());
        let of = |record: &StoredMarketplace| {
            let id = record.marketplace.id;
            let same = known.get(&id).is_some_and(|known| known.profile == record.profile);
            let held = rules.get(&id).filter(|_| same).cloned();
            (id, held.unwrap_or_else(|| Arc::new(people_rules(record))))
        };
        self.1.store(Arc::new(records.iter().map(of).collect()));
        let of = |record: &StoredMarketplace| (record.marketplace.id, Arc::new(organization_rules(record)));
        self.2.store(Arc::new(records.iter().map(of).collect()));
        self.0.store(Arc::new(records.into_iter().map(|record| (record.marketplace.id, Arc::new(record))).collect()));
    }

    /// What holds for people at a marketplace.
    pub fn people(&self, id: MarketplaceId) -> Result<Arc<PeopleRules>, Problem> {
        self.1.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// The fewest failures from one network that any marketplace bears.
    pub fn fewest_failures_from_a_network(&self) -> u32 {
        let most = Lockout::default().max_per_address;
        self.1.load().values().map(|rules| rules.lockout.max_per_address).fold(most, u32::min)
    }

    /// What holds for organisations at a marketplace.
    pub fn organizations(&self, id: MarketplaceId) -> Result<Arc<OrganizationRules>, Problem> {
        self.2.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// One marketplace by its id; a 404 where there is none.
    pub fn get(&self, id: MarketplaceId) -> Result<Arc<StoredMarketplace>, Problem> {
        self.0.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// One marketplace by its slug.
    pub fn by_slug(&self, slug: &str) -> Option<Arc<StoredMarketplace>> {
        self.0.load().values().find(|record| record.marketplace.slug == slug).cloned()
    }

    /// How far its clock is from real time.
    pub fn clock_offset(&self, id: MarketplaceId) -> time::Duration {
        self.0
            .load()
            .get(&id)
            .map_or(time::Duration::ZERO, |record| time::Duration::microseconds(record.clock_offset_us))
    }

    /// All, by slug.
    pub fn all(&self) -> Vec<Arc<StoredMarketplace>> {
        let mut all: Vec<_> = self.0.load().values().cloned().collect();
        all.sort_by(|one, other| one.marketplace.slug.cmp(&other.marketplace.slug));
        all
    }
}

/// The rules in a marketplace's document; the rest of it is for frontends.
#[derive(Deserialize)]
struct StoredRules {
    #[serde(default)]
    people: Option<PeopleRules>,
    #[serde(default)]
    organizations: Option<OrganizationRules>,
}

/// The rules of a marketplace's document; where it has none those that ship under its name, else the strictest: nobody
/// comes in but by invitation.
pub fn people_rules(record: &StoredMarketplace) -> PeopleRules {
    let stored = serde_json::from_value::<StoredRules>(record.profile.clone()).ok().and_then(|rules| rules.people);
    let shipped = || presets::of(&record.marketplace.slug);
    stored.or_else(shipped).unwrap_or_else(PeopleRules::strictest)
}

/// The same for organisations; where none ship under the name, nothing is asked for beyond what countries do.
fn organization_rules(record: &StoredMarketplace) -> OrganizationRules {
    let stored =
        serde_json::from_value::<StoredRules>(record.profile.clone()).ok().and_then(|rules| rules.organizations);
    stored.unwrap_or_else(|| OrganizationRules::shipped(&record.marketplace.slug))
}
