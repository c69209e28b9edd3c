//! All versions of all policies and overrides of a marketplace, and what rules an offer when.
//!
//! The most specific rule wins: over the version of an offer's policy that is in force go the product's override, then
//! the offer's own, rule by rule. Of the versions that are valid at an instant the highest is in force.

use crate::id::{OfferId, ProductId};
use crate::policy::rules::{Override, Policy, Rules, Subject};
use crate::zone::Zone;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use time::OffsetDateTime;

/// Some rules of a document: those that an override puts in the place of the policy's.
pub type Partial = Map<String, Value>;

/// One publication under a key or over a subject; it is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<T> {
    /// Counts up from 1.
    pub version: u32,
    /// From when on it is valid.
    pub valid_from: OffsetDateTime,
    /// What it says.
    pub content: T,
}

/// An offer, as far as its policy depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sold<'a> {
    /// The offer that is sold.
    pub offer: OfferId,
    /// The product whose override comes before the offer's.
    pub product: ProductId,
    /// The key of its policy.
    pub policy_key: &'a str,
}

/// What is in force from which instant on, each until the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline(Vec<(OffsetDateTime, Policy)>);

impl Timeline {
    /// The policy in force at an instant; none before the first.
    pub fn at(&self, at: OffsetDateTime) -> Option<&Policy> {
        let after = self.0.partition_point(|(from, _)| *from <= at);
        after.checked_sub(1).map(|n| &self.0[n].1)
    }

    /// When another one comes into force after an instant.
    pub fn next(&self, after: OffsetDateTime) -> Option<OffsetDateTime> {
        self.0.get(self.0.partition_point(|(from, _)| *from <= after)).map(|(from, _)| *from)
    }

    /// Every policy with the instant from which on it is in force.
    pub fn entries(&self) -> &[(OffsetDateTime, Policy)] {
        &self.0
    }

    /// The policies that are in force at an instant or later.
    pub fn since(&self, at: OffsetDateTime) -> impl Iterator<Item = &Policy> {
        let first = self.0.partition_point(|(from, _)| *from <= at).saturating_sub(1);
        self.0[first..].iter().map(|(_, policy)| policy)
    }
}

/// All versions of a marketplace's policies and overrides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    policies: BTreeMap<String, Vec<Version<Rules>>>,
    overrides: HashMap<Subject, Vec<Version<Partial>>>,
    zone: Zone,
}

impl Book {
    /// The same for a marketplace of a time zone.
    #[must_use]
    pub fn of_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Adds a version of a policy.
    pub fn add(&mut self, key: String, version: Version<Rules>) {
        sorted_in(self.policies.entry(key).or_default(), version);
    }

    /// Adds a version of an override; one without rules takes the override off.
    pub fn add_override(&mut self, subject: Subject, version: Version<Partial>) {
        sorted_in(self.overrides.entry(subject).or_default(), version);
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.policies.keys().map(String::as_str)
    }

    /// The versions of a policy, oldest first.
    pub fn versions(&self, key: &str) -> &[Version<Rules>] {
        self.policies.get(key).map_or(&[], Vec::as_slice)
    }

    /// The versions of an override, oldest first.
    pub fn overrides(&self, subject: Subject) -> &[Version<Partial>] {
        self.overrides.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// On which days before a term's end any policy reminds or did, those that overrides say among them; none where no
    /// policy was published.
    pub fn reminder_days(&self) -> Option<BTreeSet<u16>> {
        let policies = self.policies.values().flatten().flat_map(|version| version.content.reminders.clone());
        let overrides = self.overrides.values().flatten().filter_map(|version| version.content.get("reminders"));
        let said = overrides.filter_map(|days| serde_json::from_value::<Vec<u16>>(days.clone()).ok()).flatten();
        (!self.policies.is_empty()).then(|| policies.chain(said).collect())
    }

    /// Whether there is any override.
    pub fn has_overrides(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// What rules an offer that no override is put over: the versions of its policy.
    pub fn plain(&self, key: &str) -> Timeline {
        let versions = self.versions(key);
        let policy = |at: &OffsetDateTime| in_force(versions, *at).map(|base| (*at, policy(key, base, &self.zone)));
        Timeline(turns(versions).iter().filter_map(policy).collect())
    }

    /// The overrides that an offer can meet, the product's first.
    pub fn subjects(&self, sold: &Sold<'_>) -> Vec<Subject> {
        let all = [Subject::Product(sold.product), Subject::Offer(sold.offer)];
        all.into_iter().filter(|subject| self.overrides.contains_key(subject)).collect()
    }

    /// What rules an offer with the overrides of some subjects, the last of which win.
    ///
    /// # Errors
    /// An override says what no rule can be.
    pub fn overridden(&self, key: &str, subjects: &[Subject]) -> Result<Timeline, serde_json::Error> {
        let versions = self.versions(key);
        let mut instants = turns(versions);
        for subject in subjects {
            instants.extend(turns(self.overrides(*subject)));
        }
        let mut entries: Vec<(OffsetDateTime, Policy)> = Vec::new();
        for at in instants {
            let Some(base) = in_force(versions, at) else { continue };
            let mut merged = policy(key, base, &self.zone);
            for subject in subjects {
                let Some(over) = in_force(self.overrides(*subject), at).filter(|over| !over.content.is_empty()) else {
                    continue;
                };
                merged.rules = merged.rules.with(&over.content)?;
                merged.overrides.push(Override { subject: *subject, version: over.version });
            }
            merged = merged.at_marketplace(&self.zone);
            if entries.last().is_none_or(|(_, last)| *last != merged) {
                entries.push((at, merged));
            }
        }
        Ok(Timeline(entries))
    }
}

impl Rules {
    /// The document with some of its rules replaced.
    ///
    /// # Errors
    /// A rule is unknown, or its value.
    pub fn with(&self, partial: &Partial) -> Result<Self, serde_json::Error> {
        serde_json::from_value(self.document(partial)?)
    }

    /// The same as a document that nobody has read yet.
    ///
    /// # Errors
    /// Never: rules are always a document.
    pub fn document(&self, partial: &Partial) -> Result<Value, serde_json::Error> {
        let mut document = serde_json::to_value(self)?;
        for (name, value) in partial {
            document[name.as_str()] = value.clone();
        }
        Ok(document)
    }
}

fn policy(key: &str, base: &Version<Rules>, zone: &Zone) -> Policy {
    Policy::new(key.to_owned(), base.version, base.content.clone()).at_marketplace(zone)
}

fn sorted_in<T>(versions: &mut Vec<Version<T>>, version: Version<T>) {
    let place = versions.partition_point(|known| known.version < version.version);
    versions.insert(place, version);
}

/// The version in force at an instant: the highest that is valid.
pub fn in_force<T>(versions: &[Version<T>], at: OffsetDateTime) -> Option<&Version<T>> {
    versions.iter().rev().find(|version| version.valid_from <= at)
}

fn turns<T>(versions: &[Version<T>]) -> BTreeSet<OffsetDateTime> {
    versions.iter().map(|version| version.valid_from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;
    use time::Duration;
    use time::macros::datetime;

    const START: OffsetDateTime = datetime!(2026-11-20 10:15 UTC);
    const PRODUCT: Subject = Subject::Product(ProductId::from_u128(1));
    const OFFER: Subject = Subject::Offer(OfferId::from_u128(2));
    const SOLD: Sold<'_> =
        Sold { offer: OfferId::from_u128(2), product: ProductId::from_u128(1), policy_key: "cancom_monthly12" };

    fn day(n: i64) -> OffsetDateTime {
        START + Duration::days(n)
    }

    fn rules(notice: u16) -> Rules {
        let rules = presets::all().unwrap().into_iter().find(|(key, _)| *key == "cancom_monthly12").unwrap().1;
        Rules { notice_days: Some(notice), ..rules }
    }

    /// Versions by number, day from which on they are valid, and notice.
    fn book<const N: usize>(versions: [(u32, i64, u16); N]) -> Book {
        let mut book = Book::default();
        for (version, from, notice) in versions {
            let version = Version { version, valid_from: day(from), content: rules(notice) };
            book.add("cancom_monthly12".to_owned(), version);
        }
        book
    }

    fn over(version: u32, from: i64, rules: &Value) -> Version<Partial> {
        Version { version, valid_from: day(from), content: rules.as_object().unwrap().clone() }
    }

    /// The version and notice in force on some days; 0 is none.
    fn seen<const N: usize>(timeline: &Timeline, days: [i64; N]) -> [(u32, u16); N] {
        days.map(|n| {
            timeline.at(day(n)).map_or((0, 0), |policy| (policy.version, policy.rules.notice_days.unwrap_or_default()))
        })
    }

    #[test]
    fn of_the_versions_that_are_valid_the_highest_is_in_force() {
        let timeline = book([(1, 0, 7), (2, 10, 14), (3, 5, 21)]).plain("cancom_monthly12");
        assert_eq!(seen(&timeline, [-1, 0, 4, 5, 10, 99]), [(0, 0), (1, 7), (1, 7), (3, 21), (3, 21), (3, 21)]);
        assert_eq!((timeline.next(day(0)), timeline.next(day(1))), (Some(day(5)), Some(day(5))));
        assert_eq!(timeline.next(day(10)), None);
    }

    #[test]
    fn a_version_is_in_force_from_its_very_instant() {
        let timeline = book([(1, 0, 7), (2, 10, 14)]).plain("cancom_monthly12");
        let before = timeline.at(day(10) - Duration::microseconds(1)).unwrap();
        assert_eq!((before.version, timeline.at(day(10)).unwrap().version), (1, 2));
    }

    #[test]
    fn the_most_specific_rule_wins() {
        let mut book = book([(1, 0, 7), (2, 10, 14)]);
        book.add_override(PRODUCT, over(1, 2, &serde_json::json!({"notice_days": 20, "grace_days": 5})));
        book.add_override(OFFER, over(1, 4, &serde_json::json!({"notice_days": 25})));
        let timeline = book.overridden("cancom_monthly12", &book.subjects(&SOLD)).unwrap();
        assert_eq!(seen(&timeline, [0, 2, 4, 10]), [(1, 7), (1, 20), (1, 25), (2, 25)]);
        assert_eq!([0, 2, 4].map(|n| timeline.at(day(n)).unwrap().rules.grace_days), [30, 5, 5]);
        let names = |n| timeline.at(day(n)).unwrap().overrides.iter().map(|over| over.subject).collect::<Vec<_>>();
        assert_eq!([names(0), names(2), names(4)], [vec![], vec![PRODUCT], vec![PRODUCT, OFFER]]);
    }

    #[test]
    fn an_override_is_only_met_by_what_it_is_put_over() {
        let mut book = book([(1, 0, 7)]);
        book.add_override(OFFER, over(1, 0, &serde_json::json!({"notice_days": 20})));
        let other = Sold { offer: OfferId::from_u128(3), ..SOLD };
        assert_eq!((book.subjects(&SOLD), book.subjects(&other)), (vec![OFFER], vec![]));
    }

    #[test]
    fn u08_the_days_are_the_marketplaces_where_the_rules_say_so() {
        let mut book = book([(1, 0, 7)]).of_zone("Europe/Berlin".parse().unwrap());
        book.add_override(OFFER, over(1, 5, &serde_json::json!({"day_zone": "utc"})));
        let zones = |timeline: &Timeline| [0, 5].map(|n| timeline.at(day(n)).unwrap().zone.to_string());
        assert_eq!(zones(&book.plain("cancom_monthly12")), ["Europe/Berlin", "Europe/Berlin"]);
        assert_eq!(zones(&book.overridden("cancom_monthly12", &[OFFER]).unwrap()), ["Europe/Berlin", "UTC"]);
        // What was frozen before there were zones is UTC's.
        let policy = book.plain("cancom_monthly12").at(day(0)).unwrap().clone();
        let mut frozen = serde_json::to_value(&policy).unwrap();
        assert_eq!(serde_json::from_value::<Policy>(frozen.clone()).unwrap(), policy);
        assert_eq!(frozen.as_object_mut().unwrap().remove("zone"), Some("Europe/Berlin".into()));
        frozen["rules"].as_object_mut().unwrap().remove("day_zone");
        let read = serde_json::from_value::<Policy>(frozen).unwrap();
        assert_eq!((read.zone, read.rules.day_zone), (Zone::UTC, crate::policy::DayZone::Utc));
    }

    #[test]
    fn an_override_without_rules_takes_it_off() {
        let mut book = book([(1, 0, 7)]);
        book.add_override(OFFER, over(1, 0, &serde_json::json!({"notice_days": 20})));
        book.add_override(OFFER, over(2, 3, &serde_json::json!({})));
        let timeline = book.overridden("cancom_monthly12", &[OFFER]).unwrap();
        assert_eq!(seen(&timeline, [0, 3]), [(1, 20), (1, 7)]);
        assert!(timeline.at(day(3)).unwrap().overrides.is_empty());
    }

    #[test]
    fn an_override_clears_what_may_be_left_out_and_nothing_else() {
        let rules = rules(7);
        let with = |document: Value| rules.with(document.as_object().unwrap());
        assert_eq!(with(serde_json::json!({"notice_days": null})).unwrap().notice_days, None);
        assert!(with(serde_json::json!({"decrease": null})).is_err());
        assert!(with(serde_json::json!({"notice": 7})).is_err());
    }

    #[test]
    fn what_is_in_force_later_is_found_from_an_instant_on() {
        let timeline = book([(1, 0, 7), (2, 10, 14), (3, 20, 21)]).plain("cancom_monthly12");
        let since = |n| timeline.since(day(n)).map(|policy| policy.version).collect::<Vec<_>>();
        assert_eq!([since(-1), since(0), since(15), since(99)], [vec![1, 2, 3], vec![1, 2, 3], vec![2, 3], vec![3]]);
    }
}
