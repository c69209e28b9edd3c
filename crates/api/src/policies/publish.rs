//! Publishing a version of a policy, or of an override over a product or an offer: checked against everything that it
//! meets, numbered, and in force from its instant on. What runs keeps the rules that it started its term with.

use crate::http::json::parse_at;
use crate::http::problem::{Code, Problem, faults};
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::policies::sold;
use crate::policies::versions::PublishedVersion;
use crate::policies::view;
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::transaction::Write;
use domain::calendar::{Day, Term};
use domain::event::EventKind;
use domain::policy::{Book, Fault, Partial, Rules, Sold, Subject, Version};
use domain::zone::Zone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use store::policies::Under;
use time::OffsetDateTime;

/// What is to be published.
#[derive(Debug, Clone)]
pub enum Publication {
    /// A version of the policy of this key, which may be new.
    Policy(String, Box<Rules>),
    /// A version of an override.
    Override(Subject, Partial),
}

impl Publication {
    fn meets(&self, sold: &Sold<'_>) -> bool {
        match self {
            Self::Policy(key, _) => key == sold.policy_key,
            Self::Override(Subject::Product(id), _) => *id == sold.product,
            Self::Override(Subject::Offer(id), _) => *id == sold.offer,
        }
    }

    /// The field that says over what it is.
    const fn pointer(&self) -> &'static str {
        match self {
            Self::Policy(..) => "/key",
            Self::Override(Subject::Product(_), _) => "/product_id",
            Self::Override(Subject::Offer(_), _) => "/offer_id",
        }
    }

    const fn under(&self) -> Under<'_> {
        match self {
            Self::Policy(key, _) => Under::Key(key.as_str()),
            Self::Override(subject, _) => Under::Subject(*subject),
        }
    }
}

/// What was published, and what it will do.
pub struct Published {
    /// The new version.
    pub version: PublishedVersion,
    /// Subscriptions that run under what it replaces; they keep their rules to the end of their term.
    pub running_subscriptions: u32,
    /// The first day on which one of them renews under the new rules; none where none does.
    pub first_renewal_on: Option<Day>,
}

/// Publishes a version that is in force from an instant on, not before now. The event tells a policy also in words, in
/// the language of who publishes.
pub fn publish(
    write: &mut Write<'_>,
    publication: &Publication,
    valid_from: Option<OffsetDateTime>,
    lang: Lang,
) -> Result<Published, Problem> {
    let marketplace = write.identity.scope.marketplace();
    // Publications of a marketplace come one after the other: each sees what the one before it did.
    store::marketplaces::lock(write.tx, marketplace)?;
    let (now, catalog) = (write.now, write.app.catalog_in(write.tx, marketplace)?);
    let valid_from = valid_from.unwrap_or(now);
    if valid_from < now {
        return Err(Problem::field("/valid_from", Code::InvalidValue).with("expected", Phrase::NotInThePast));
    }
    let version = match publication {
        Publication::Policy(key, rules) => {
            let mut book = catalog.policies.book().clone();
            let version = Version { version: next(book.versions(key)), valid_from, content: (**rules).clone() };
            book.add(key.clone(), version.clone());
            check(&book, &catalog, publication, valid_from)?;
            store::policies::insert(write.tx, marketplace, key, &version)?;
            PublishedVersion::Policy(key.clone(), Box::new(version))
        }
        Publication::Override(subject, partial) => {
            let mut book = catalog.policies.book().clone();
            let content = normal(&book, &catalog, publication, partial)?;
            let version = Version { version: next(book.overrides(*subject)), valid_from, content };
            book.add_override(*subject, version.clone());
            check(&book, &catalog, publication, valid_from)?;
            store::policies::insert_override(write.tx, marketplace, *subject, &version)?;
            PublishedVersion::Override(*subject, version)
        }
    };
    let catalog_version = store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    store::policies::keep_drafts(write.tx, marketplace, catalog_version)?;
    let last_day = last_day_before(&zone_before(&catalog, publication, valid_from), valid_from);
    let (running, last) = store::policies::running(write.tx, &write.identity.scope, publication.under(), last_day)?;
    let payload = serde_json::to_value(view::published_view(&version, lang)).map_err(Problem::internal)?;
    write.record(EventKind::PolicyPublished, None, version.name(), payload)?;
    let first_renewal_on = last.map(|last| last.plus_days(1));
    Ok(Published { version, running_subscriptions: running, first_renewal_on })
}

fn next<T>(versions: &[Version<T>]) -> u32 {
    versions.last().map_or(1, |last| last.version + 1)
}

/// The last day that a term may have so that the next one has what is in force from an instant on: what is in force
/// when its first day begins in UTC, too.
fn last_day_before(zone: &Zone, at: OffsetDateTime) -> Day {
    let before = at - time::Duration::MICROSECOND;
    zone.day(before).min(Zone::UTC.day(before))
}

/// The zone whose days the offers that a publication meets counted until an instant.
fn zone_before(catalog: &Catalog, of: &Publication, at: OffsetDateTime) -> Zone {
    let met = sold(&catalog.products).find(|(sold, _)| of.meets(sold));
    let policy = met.and_then(|(_, offer)| catalog.policies.of(offer)?.at(at));
    policy.map(|policy| policy.zone.clone()).unwrap_or_default()
}

/// An override's rules as we write them, each of a kind and value that there is.
fn normal(book: &Book, catalog: &Catalog, of: &Publication, partial: &Partial) -> Result<Partial, Problem> {
    let met = sold(&catalog.products).find(|(sold, _)| of.meets(sold));
    // What is not sold here, or belongs to somebody else.
    let (sold, _) = met.ok_or_else(|| Problem::field(of.pointer(), Code::NotFound))?;
    let base = book.versions(sold.policy_key).last();
    let base = base.ok_or_else(|| Problem::internal(format!("no policy {}", sold.policy_key)))?;
    let document = base.content.document(partial).map_err(Problem::internal)?;
    let merged: Rules = parse_at("/rules", document.to_string().as_bytes())?;
    let Value::Object(written) = serde_json::to_value(&merged).map_err(Problem::internal)? else {
        return Err(Problem::internal("rules are a document"));
    };
    Ok(written.into_iter().filter(|(name, _)| partial.contains_key(name)).collect())
}

/// Whether the rules fit together wherever the publication is met, from its instant on.
fn check(book: &Book, catalog: &Catalog, of: &Publication, from: OffsetDateTime) -> Result<(), Problem> {
    let mut met: BTreeMap<(&str, Vec<Subject>), BTreeSet<Term>> = BTreeMap::new();
    if let Publication::Policy(key, _) = of {
        met.insert((key, vec![]), BTreeSet::new());
    }
    for (sold, offer) in sold(&catalog.products).filter(|(sold, _)| of.meets(sold)) {
        met.entry((sold.policy_key, book.subjects(&sold))).or_default().insert(offer.term);
    }
    let mut faults: Vec<Fault> = vec![];
    for ((key, subjects), terms) in met {
        let terms: Vec<_> = terms.into_iter().collect();
        for policy in book.overridden(key, &subjects).map_err(Problem::internal)?.since(from) {
            for fault in policy.rules.check(&terms).err().unwrap_or_default() {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults::of_rules(&faults)) }
}
