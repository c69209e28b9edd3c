//! Putting other rules for people in force.

use crate::http::problem::{Problem, faults};
use crate::memory::marketplaces::people_rules;
use crate::memory::profile::StoredProfile;
use crate::people::people_rules::view::view;
use crate::transaction::Write;
use domain::access::{OrganizationKind, Power};
use domain::event::EventKind;
use domain::people::{PeopleRules, told};

/// Puts the rules in force, all of them or none. They hold for everybody of the marketplace, and say who is let in, how
/// well log-ins are guarded and who sets whose password: so they are set by who may what everybody may.
pub fn set(write: &mut Write<'_>, rules: &PeopleRules) -> Result<(), Problem> {
    let rules = write.identity.covers(Power::greatest(OrganizationKind::Provider), rules)?;
    rules.check().map_err(|wrong| faults::of_rules(&wrong))?;
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let catalog = write.app.catalog_in(write.tx, marketplace)?;
    if let Some(reminded) = catalog.policies.book().reminder_days() {
        let unknown = told::check_days(&rules.told, &reminded);
        if !unknown.is_empty() {
            return Err(faults::of_rules(&unknown));
        }
    }
    let record = store::marketplaces::by_id_unscoped(write.tx, marketplace)?;
    let before = view(&people_rules(&record))?;
    write.expect_content(&before)?;
    let mut profile: StoredProfile = serde_json::from_value(record.profile).map_err(Problem::internal)?;
    profile.people = Some(PeopleRules::clone(&rules));
    let profile = serde_json::to_value(&profile).map_err(Problem::internal)?;
    store::marketplaces::set_profile(write.tx, marketplace, &profile)?;
    let after = view(&rules)?;
    write.changed(EventKind::PeopleRulesChanged, None, marketplace.to_string(), before.rules, after.rules)
}
