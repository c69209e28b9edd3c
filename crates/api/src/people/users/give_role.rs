//! Whether the caller may give people a role: read once, asked for each.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::access::{Area, Covered, OrganizationKind, Power, RoleName};
use domain::people::PeopleRules;
use domain::people::manage::{self, NotGiven, WantedRole};
use std::sync::Arc;
use store::Versioned;
use store::roles::Titled;

/// What decides which roles the caller gives.
pub struct Giver {
    rules: Arc<PeopleRules>,
    roles: Vec<Versioned<Titled>>,
    power: Power,
}

impl Giver {
    /// Reads what decides; a role of the marketplace's own is not removed before the write is done.
    pub fn read<'a>(write: &mut Write<'_>, mut wanted: impl Iterator<Item = &'a RoleName>) -> Result<Self, Problem> {
        let marketplace = write.identity.scope.marketplace();
        let rules = write.app.marketplaces.people(marketplace)?;
        if wanted.any(|role| matches!(role, RoleName::Own(_))) {
            store::marketplaces::lock(write.tx, marketplace)?;
        }
        let roles = store::roles::all(write.tx, &write.identity.scope)?;
        Ok(Self { rules, roles, power: write.identity.power() })
    }

    /// A role at a kind of organisation, with these areas, where the caller gives it.
    pub fn gives<'a>(
        &'a self,
        organization: OrganizationKind,
        role: &'a RoleName,
        areas: Option<&'a [Area]>,
    ) -> Result<Covered<WantedRole<'a>>, NotGiven> {
        let own = self.roles.iter().map(|known| &known.value.role).find(|own| own.key.as_str() == role.code());
        manage::give(&self.rules, self.power, &WantedRole { organization, role, areas, own })
    }
}
