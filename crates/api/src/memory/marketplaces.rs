//! The marketplaces of this installation with their clocks, and what holds for their people and organisations.

use crate::http::problem::{Code, Problem};
use arc_swap::ArcSwap;
use domain::id::MarketplaceId;
use domain::language::Language;
use domain::marketplace::Doing;
use domain::organization::OrganizationRules;
use domain::people::{Languages, Lockout, PeopleRules, presets};
use domain::zone::Zone;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use store::marketplaces::StoredMarketplace;

/// The marketplaces of this installation, held in memory, and what holds for their people.
#[derive(Default)]
pub struct Marketplaces(ArcSwap<HashMap<MarketplaceId, Held>>);

/// What one version of a marketplace says: all of it is taken up together.
#[derive(Clone)]
struct Held {
    record: Arc<StoredMarketplace>,
    people: Arc<PeopleRules>,
    organizations: Arc<OrganizationRules>,
}

impl Held {
    fn of(record: StoredMarketplace) -> Self {
        let (people, organizations) = (people_rules(&record), organization_rules(&record));
        Self { people: Arc::new(people), organizations: Arc::new(organizations), record: Arc::new(record) }
    }
}

impl Marketplaces {
    /// Which of these versions are other than what is held.
    pub fn other_than(&self, versions: &[(MarketplaceId, i64)]) -> Vec<MarketplaceId> {
        let known = self.0.load();
        let other =
            |(id, version): &&(MarketplaceId, i64)| known.get(id).is_none_or(|held| held.record.version != *version);
        versions.iter().filter(other).map(|(id, _)| *id).collect()
    }

    /// What the versions of who may what add up to.
    pub fn access_versions(&self) -> i64 {
        self.0.load().values().map(|held| held.record.access_version).sum()
    }

    /// Takes over what the database says of some. Another thread may have been faster, with a newer version: nothing of
    /// that one is replaced.
    pub fn take_up(&self, records: Vec<StoredMarketplace>) {
        let read: Vec<_> = records.into_iter().map(Held::of).collect();
        self.0.rcu(|held| {
            let mut next = HashMap::clone(held);
            for read in &read {
                let id = read.record.marketplace.id;
                if next.get(&id).is_none_or(|held| held.record.version <= read.record.version) {
                    next.insert(id, read.clone());
                }
            }
            next
        });
    }

    fn held(&self, id: MarketplaceId) -> Result<Held, Problem> {
        self.0.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// What holds for people at a marketplace.
    pub fn people(&self, id: MarketplaceId) -> Result<Arc<PeopleRules>, Problem> {
        self.held(id).map(|held| held.people)
    }

    /// Whose clocks its people go by; UTC's where there is no such marketplace.
    pub fn zone(&self, id: MarketplaceId) -> Zone {
        self.held(id).map_or(Zone::UTC, |held| held.record.marketplace.time_zone.clone())
    }

    /// The fewest failures from one network that any marketplace bears.
    pub fn fewest_failures_from_a_network(&self) -> u32 {
        let most = Lockout::default().max_per_address;
        self.0.load().values().map(|held| held.people.lockout.max_per_address).fold(most, u32::min)
    }

    /// What holds for organisations at a marketplace.
    pub fn organizations(&self, id: MarketplaceId) -> Result<Arc<OrganizationRules>, Problem> {
        self.held(id).map(|held| held.organizations)
    }

    /// One marketplace by its id; a 404 where there is none.
    pub fn get(&self, id: MarketplaceId) -> Result<Arc<StoredMarketplace>, Problem> {
        self.held(id).map(|held| held.record)
    }

    /// One marketplace by its slug; the platform, too, where its operators log in.
    pub fn by_slug(&self, slug: &str) -> Option<Arc<StoredMarketplace>> {
        let known = self.0.load();
        known.values().find(|held| held.record.marketplace.slug == slug).map(|held| Arc::clone(&held.record))
    }

    /// Refuses what a marketplace does not let happen as it stands.
    pub fn lets(&self, id: MarketplaceId, doing: Doing) -> Result<(), Problem> {
        Ok(self.held(id)?.record.marketplace.status.check(doing)?)
    }

    /// How far its clock is from real time.
    pub fn clock_offset(&self, id: MarketplaceId) -> time::Duration {
        let known = self.0.load();
        let ahead = known.get(&id).map_or(0, |held| held.record.clock_offset_us);
        time::Duration::microseconds(ahead)
    }

    /// All marketplaces, by slug: without the platform, which is none.
    pub fn all(&self) -> Vec<Arc<StoredMarketplace>> {
        let held = self.0.load();
        let marketplaces = held.iter().filter(|(id, _)| **id != MarketplaceId::PLATFORM);
        let mut all: Vec<_> = marketplaces.map(|(_, held)| Arc::clone(&held.record)).collect();
        all.sort_by(|one, other| one.marketplace.slug.cmp(&other.marketplace.slug));
        all
    }
}

/// The rules of a marketplace's document; where it has none those that ship under its name, else the strictest: nobody
/// comes in but by invitation. What an older document says elsewhere is taken from there.
pub fn people_rules(record: &StoredMarketplace) -> PeopleRules {
    if record.marketplace.id == MarketplaceId::PLATFORM {
        return PeopleRules::of_the_platform();
    }
    let public = &record.profile["public"];
    let stored = &record.profile["people"];
    let own = public["locale"].as_str().and_then(Language::from_code);
    let rules = PeopleRules::deserialize(stored).ok().or_else(|| presets::of(&record.marketplace.slug));
    let mut rules = rules.unwrap_or_else(PeopleRules::strictest);
    if let Some(own) = own.filter(|_| stored["languages"].is_null()) {
        rules.languages = Languages::beginning_with(own);
    }
    if stored["order_button"].is_null() && !stored.is_null() {
        for label in public["form_rules"]["order_button"].as_array().into_iter().flatten() {
            let Some(text) = label["text"].as_str() else { continue };
            match label["language"].as_str().and_then(Language::from_code) {
                Some(Language::De) => text.clone_into(&mut rules.order_button.de),
                Some(Language::En) => text.clone_into(&mut rules.order_button.en),
                Some(Language::Pl) => text.clone_into(&mut rules.order_button.pl),
                None => {}
            }
        }
    }
    rules
}

/// The same for organisations; where none ship under the name, nothing is asked for beyond what countries do.
pub fn organization_rules(record: &StoredMarketplace) -> OrganizationRules {
    let stored = OrganizationRules::deserialize(&record.profile["organizations"]).ok();
    stored.unwrap_or_else(|| OrganizationRules::shipped(&record.marketplace.slug))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money::Currency;
    use domain::party::MarketplaceStatus;
    use domain::party::{Country, Marketplace};

    /// A version of a marketplace with its clock ahead by as many microseconds, and a rule of that number.
    fn version(version: i64) -> StoredMarketplace {
        let mut people = PeopleRules::strictest();
        people.lockout.max_per_address = u32::try_from(version).unwrap();
        StoredMarketplace {
            marketplace: Marketplace {
                id: MarketplaceId::from_u128(1),
                slug: "market".to_owned(),
                name: "Market".to_owned(),
                country: Country::from_code("DE").unwrap(),
                currency: Currency::Eur,
                time_zone: Zone::UTC,
                sandbox: true,
                status: MarketplaceStatus::Open,
            },
            profile: serde_json::json!({ "people": people }),
            clock_offset_us: version,
            catalog_version: 0,
            access_version: version,
            version,
        }
    }

    #[test]
    fn u07_an_older_read_replaces_nothing_of_a_newer_one() {
        let (held, id) = (Marketplaces::default(), MarketplaceId::from_u128(1));
        for (read, expected) in [(3, 3), (7, 7), (5, 7), (7, 7), (6, 7), (8, 8)] {
            held.take_up(vec![version(read)]);
            assert_eq!(held.clock_offset(id), time::Duration::microseconds(expected));
            assert_eq!(i64::from(held.people(id).unwrap().lockout.max_per_address), expected);
            assert_eq!((held.get(id).unwrap().version, held.access_versions()), (expected, expected));
        }
        assert_eq!(held.other_than(&[(id, 8)]), []);
        assert_eq!(held.other_than(&[(id, 9)]), [id]);
    }
}
