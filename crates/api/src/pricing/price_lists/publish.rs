//! Publishing a draft: its products, SKUs and offers exist, its prices are in force.

use crate::http::problem::{Code, Problem};
use crate::jobs;
use crate::memory::profile::StoredProfile;
use crate::pricing::price_lists::draft::draft;
use crate::pricing::price_lists::view::view;
use crate::transaction::Write;
use domain::catalog::{PriceOwner, QuantityLimits, Segment};
use domain::event::EventKind;
use domain::id::PriceListId;
use serde_json::json;
use store::jobs::{JobKind, StoredJob};
use store::marketplaces::StoredMarketplace;
use store::price_lists::{Does, NewOffers, OfferRule, Status, StoredPriceList};

/// The policy of offers for which the marketplace names none.
const USUAL_POLICY: &str = "default_nce";
/// The same of trials.
const TRIAL_POLICY: &str = "ms_trial";
/// How many licences of a trial may be bought.
const TRIAL: QuantityLimits = QuantityLimits { max: 25, ..QuantityLimits::ANY };

/// Asks for the publication of a draft, where it could be published now.
pub fn ask(write: &mut Write<'_>, id: PriceListId) -> Result<StoredJob, Problem> {
    let (record, _) = publishable(write, id)?;
    write.expect_version(record.version)?;
    jobs::ask(write, JobKind::PriceListPublication, id.to_string(), json!({"version": record.version}), record.rows)
}

/// Publishes a draft whose diff is still true. Nothing that others ask for is locked until all of its rows are in.
pub fn publish(write: &mut Write<'_>, id: PriceListId) -> Result<StoredPriceList, Problem> {
    let (mut record, stored) = publishable(write, id)?;
    add(write, &record, stored)?;
    // Publications of a marketplace come one after the other: each is held against what the one before it did.
    let version = store::marketplaces::bump_catalog_version(write.tx, record.marketplace_id)?;
    if record.catalog_version + 1 != version {
        return Err(Problem::new(Code::PriceListStale));
    }
    record.status = Status::Published;
    record.published_at = Some(write.now);
    record.version = store::price_lists::update(write.tx, &record, None)?;
    let payload = serde_json::to_value(view(&record)).map_err(Problem::internal)?;
    write.record(EventKind::PriceListPublished, None, id.to_string(), payload)?;
    Ok(record)
}

/// A draft that has rows, and whose diff is to the prices in force.
fn publishable(write: &mut Write<'_>, id: PriceListId) -> Result<(StoredPriceList, StoredMarketplace), Problem> {
    let record = draft(write, id)?;
    let stored = store::marketplaces::by_id_unscoped(write.tx, record.marketplace_id)?;
    if record.catalog_version != stored.catalog_version {
        return Err(Problem::new(Code::PriceListStale));
    }
    if record.rows == 0 {
        return Err(Problem::new(Code::PriceListEmpty));
    }
    Ok((record, stored))
}

/// Adds products, SKUs and offers that are new, and the prices; renames, ends and resumes what the draft says.
fn add(write: &mut Write<'_>, record: &StoredPriceList, stored: StoredMarketplace) -> Result<(), Problem> {
    let profile: StoredProfile = serde_json::from_value(stored.profile).map_err(Problem::internal)?;
    let rules = profile.offer_policies.into_iter().map(|rule| OfferRule {
        term: rule.term.0,
        billing_cycle: rule.billing_cycle.0,
        policy_key: rule.policy_key,
        preselected: rule.preselected,
    });
    let new = NewOffers {
        category: record.margin["category"].as_str().unwrap_or("other"),
        policy_key: USUAL_POLICY,
        trial_policy_key: TRIAL_POLICY,
        rules: &rules.collect::<Vec<_>>(),
        // What most buyers of the marketplace buy: a sheet also has other currencies and segments.
        usual: (stored.marketplace.currency, Segment::Commercial),
        limits: QuantityLimits::ANY,
        trial_limits: TRIAL,
    };
    let (marketplace, now) = (record.marketplace_id, write.app.clock.now());
    // What a draft has shown as removed is sold until the rows of its sheet hold, and not less than until now.
    let end = record.valid_from.map_or(write.now, |first| first.max(write.now));
    let does = Does {
        rows: record.rows,
        renames: record.renamed > 0,
        ends: (record.removed > 0).then_some(end),
        resumes: record.owner == PriceOwner::Everybody,
    };
    Ok(store::price_lists::publish(write.tx, marketplace, record.id, does, now, &new)?)
}
