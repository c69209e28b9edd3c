//! Whether the caller may give people a role: read once, asked for each.

use crate::auth::power;
use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::access::{Area, Covered, Organization, Power, RoleName};
use domain::people::PeopleRules;
use domain::people::manage::{self, NotGiven, WantedRole};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use store::Versioned;
use store::roles::Titled;

/// What decides which roles the caller gives.
pub struct Giver {
    rules: Arc<PeopleRules>,
    roles: Vec<Versioned<Titled>>,
    power: HashMap<Organization, Power>,
}

impl Giver {
    /// Reads what decides; a role of the marketplace's own is not removed before the write is done.
    pub fn read<'a>(
        write: &mut Write<'_>,
        mut wanted: impl Iterator<Item = &'a RoleName>,
        organizations: &[Organization],
    ) -> Result<Self, Problem> {
        let marketplace = write.identity.scope.marketplace();
        let rules = write.app.marketplaces.people(marketplace)?;
        if wanted.any(|role| matches!(role, RoleName::Own(_))) {
            store::marketplaces::lock(write.tx, marketplace)?;
        }
        let roles = store::roles::all(write.tx, &write.identity.scope)?;
        let mut all = HashMap::new();
        for organization in organizations {
            if let Entry::Vacant(place) = all.entry(*organization) {
                place.insert(power::over(write.tx, &write.identity.scope, write.identity.power(), *organization)?);
            }
        }
        Ok(Self { rules, roles, power: all })
    }

    /// A role at one of these organisations, with these areas, where the caller gives it.
    pub fn gives<'a>(
        &'a self,
        organization: Organization,
        role: &'a RoleName,
        areas: Option<&'a [Area]>,
    ) -> Result<Covered<WantedRole<'a>>, NotGiven> {
        let own = self.roles.iter().map(|known| &known.value.role).find(|own| own.key.as_str() == role.code());
        let power = self.power.get(&organization).copied().unwrap_or(Power::NONE);
        manage::give(&self.rules, power, &WantedRole { organization: organization.kind(), role, areas, own })
    }
}
