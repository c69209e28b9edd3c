//! Putting other rules for people in force.

use crate::http::problem::Problem;
use crate::memory::marketplaces::people_rules;
use crate::people::people_rules::view::view;
use crate::platform::marketplaces::profile::StoredProfile;
use crate::policies::publish;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::people::PeopleRules;

/// Puts the rules in force, all of them or none.
pub fn set(write: &mut Write<'_>, rules: &PeopleRules) -> Result<(), Problem> {
    rules.check().map_err(|faults| Problem::fields(faults.iter().map(publish::field).collect()))?;
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let record = store::marketplaces::by_id_unscoped(write.tx, marketplace)?;
    let before = view(&people_rules(&record))?;
    write.expect_content(&before)?;
    let mut profile: StoredProfile = serde_json::from_value(record.profile).map_err(Problem::internal)?;
    profile.people = Some(rules.clone());
    let profile = serde_json::to_value(&profile).map_err(Problem::internal)?;
    store::marketplaces::set_profile(write.tx, marketplace, &profile)?;
    let after = view(rules)?;
    write.changed(EventKind::PeopleRulesChanged, None, marketplace.to_string(), before.rules, after.rules)
}
