//! Changing what a marketplace says of itself.

use crate::http::problem::Problem;
use crate::memory::marketplaces::people_rules;
use crate::memory::profile::{ConsentRule, StoredProfile, SupportContact};
use crate::platform::marketplaces::facts::facts;
use crate::platform::marketplaces::find;
use crate::platform::marketplaces::view::fresh;
use crate::transaction::Write;
use domain::access::{OrganizationKind, Power};
use domain::event::EventKind;
use domain::people::PeopleRules;
use store::marketplaces::StoredMarketplace;

/// What changes; what is none stays.
pub struct Changes {
    /// What people call it.
    pub name: Option<String>,
    /// Whom to reach, by concern.
    pub support: Option<Vec<SupportContact>>,
    /// Where its shop is.
    pub shop_url: Option<String>,
    /// What an order asks to be agreed to.
    pub consents: Option<Vec<ConsentRule>>,
}

/// Changes a marketplace.
pub fn change(write: &mut Write<'_>, slug: &str, changes: &Changes) -> Result<StoredMarketplace, Problem> {
    let mut record = find::locked(write, slug)?;
    write.expect_content(&fresh(write.app, &record)?)?;
    let before = facts(&record)?;
    let mut profile: StoredProfile = serde_json::from_value(record.profile.clone()).map_err(Problem::internal)?;
    if let Some(name) = &changes.name {
        record.marketplace.name.clone_from(name);
    }
    if let Some(support) = &changes.support {
        profile.public.support.clone_from(support);
    }
    if let Some(consents) = &changes.consents {
        profile.public.form_rules.consents.clone_from(consents);
    }
    if let Some(shop_url) = &changes.shop_url {
        // Links by which passwords are set lead there: whoever moves it can get in as anybody.
        let shop_url = write.identity.covers(Power::greatest(OrganizationKind::Provider), shop_url)?;
        profile.people = Some(PeopleRules { shop_url: String::clone(&shop_url), ..people_rules(&record) });
    }
    record.profile = serde_json::to_value(profile).map_err(Problem::internal)?;
    let after = facts(&record)?;
    if after == before {
        return Ok(record);
    }
    store::marketplaces::update(write.tx, &record)?;
    record.version += 1;
    let id = record.marketplace.id;
    write.within(id, |within| within.changed(EventKind::MarketplaceChanged, None, id.to_string(), before, after))?;
    Ok(record)
}
