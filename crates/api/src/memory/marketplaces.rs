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
    /// Which of these versions are other than what is held.
    pub fn other_than(&self, versions: &[(MarketplaceId, i64)]) -> Vec<MarketplaceId> {
        let known = self.0.load();
        let other = |(id, version): &&(MarketplaceId, i64)| known.get(id).is_none_or(|held| held.version != *version);
        versions.iter().filter(other).map(|(id, _)| *id).collect()
    }

    /// What the versions of who may what add up to.
    pub fn access_versions(&self) -> i64 {
        self.0.load().values().map(|record| record.access_version).sum()
    }

    /// Takes over what the database says of some.
    pub fn take_up(&self, records: Vec<StoredMarketplace>) {
        let held = self.0.load_full();
        // The rules come first: who finds a marketplace finds what holds in it.
        self.1.rcu(|rules| {
            let mut next = HashMap::clone(rules);
            for record in &records {
                let id = record.marketplace.id;
                let same = held.get(&id).is_some_and(|held| held.profile == record.profile);
                if !same || !next.contains_key(&id) {
                    next.insert(id, Arc::new(people_rules(record)));
                }
            }
            next
        });
        self.2.rcu(|rules| {
            let mut next = HashMap::clone(rules);
            let of = |record: &StoredMarketplace| (record.marketplace.id, Arc::new(organization_rules(record)));
            next.extend(records.iter().map(of));
            next
        });
        self.0.rcu(|held| {
            let mut next = HashMap::clone(held);
            for record in &records {
                let id = record.marketplace.id;
                // Another thread may have been faster, with a newer one.
                if next.get(&id).is_none_or(|held| held.version <= record.version) {
                    next.insert(id, Arc::new(record.clone()));
                }
            }
            next
        });
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
