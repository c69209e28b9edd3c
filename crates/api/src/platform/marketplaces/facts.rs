//! What is recorded of a marketplace, and told to who follows it: what somebody decided, without what follows from it.

use crate::http::problem::Problem;
use crate::memory::marketplaces::people_rules;
use crate::memory::profile::StoredProfile;
use serde_json::{Value, json};
use store::marketplaces::StoredMarketplace;

/// The marketplace as it is decided.
pub fn facts(record: &StoredMarketplace) -> Result<Value, Problem> {
    let profile: StoredProfile = serde_json::from_value(record.profile.clone()).map_err(Problem::internal)?;
    let marketplace = &record.marketplace;
    Ok(json!({
        "slug": marketplace.slug,
        "name": marketplace.name,
        "country": marketplace.country,
        "currency": marketplace.currency.code(),
        "time_zone": marketplace.time_zone.to_string(),
        "sandbox": marketplace.sandbox,
        "status": marketplace.status,
        "shop_url": people_rules(record).shop_url,
        "support": profile.public.support,
        "consents": profile.public.form_rules.consents,
    }))
}
