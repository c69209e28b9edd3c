//! Making a marketplace: a draft with the rules of a template, its policies and categories, and an administrator.

use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::memory::marketplaces::people_rules;
use crate::memory::profile::SupportContact;
use crate::people::users::first;
use crate::platform::marketplaces::facts::facts;
use crate::platform::marketplaces::templates;
use crate::transaction::Write;
use domain::access::Organization;
use domain::event::EventKind;
use domain::id::MarketplaceId;
use domain::marketplace::MarketplaceTemplate;
use domain::money::Currency;
use domain::party::{Contact, Country, Marketplace, MarketplaceStatus};
use domain::policy::{Version, presets};
use domain::zone::Zone;
use store::marketplaces::StoredMarketplace;

/// A marketplace that is to be made.
pub struct NewMarketplace {
    /// What log-ins and paths call it.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// What it begins with.
    pub template: MarketplaceTemplate,
    /// The seller's country.
    pub country: Country,
    /// The currency it sells in.
    pub currency: Currency,
    /// Where its days begin.
    pub time_zone: Zone,
    /// Whether it has its own clock, and no money in it.
    pub sandbox: bool,
    /// Where its shop is; empty where that is not known yet.
    pub shop_url: String,
    /// Whom to reach, by concern.
    pub support: Vec<SupportContact>,
    /// Who is invited to run it; none where somebody is added otherwise.
    pub administrator: Option<Contact>,
}

/// Makes a marketplace: a draft, which nobody finds and where nothing is bought.
pub fn create(write: &mut Write<'_>, new: &NewMarketplace) -> Result<StoredMarketplace, Problem> {
    let id = MarketplaceId::new();
    let profile = templates::of(new.template).profile(&new.shop_url, new.support.clone())?;
    let record = StoredMarketplace {
        marketplace: Marketplace {
            id,
            slug: new.slug.clone(),
            name: new.name.clone(),
            country: new.country,
            currency: new.currency,
            time_zone: new.time_zone.clone(),
            sandbox: new.sandbox,
            status: MarketplaceStatus::Draft,
        },
        profile: serde_json::to_value(profile).map_err(Problem::internal)?,
        clock_offset_us: 0,
        catalog_version: 0,
        access_version: 0,
        version: 1,
    };
    store::marketplaces::insert(write.tx, &record)?;
    let now = write.now;
    for (key, content) in presets::all().map_err(Problem::internal)? {
        store::policies::insert(write.tx, id, key, &Version { version: 1, valid_from: now, content })?;
    }
    store::catalog::insert_categories(write.tx, id, &templates::categories(id))?;
    let after = facts(&record)?;
    write.audit(EventKind::MarketplaceCreated.code(), None, id.to_string(), None, Some(after.clone()))?;
    write.within(id, |within| {
        within.record(EventKind::MarketplaceCreated, None, id.to_string(), after)?;
        let Some(person) = &new.administrator else { return Ok(()) };
        let ttl = people_rules(&record).activation.ttl();
        first::administrator(within, Organization::Provider, person, None, ttl).map(drop)
    })?;
    Ok(record)
}
