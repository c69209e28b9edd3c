//! Managing people: which role an administrator gives whom, whom it manages at all, and who has to stay.

use crate::access::{Area, Covered, OrganizationKind, OwnRole, Power, Role, RoleName};
use crate::people::rules::{PeopleRules, RoleOffer};
use crate::refusal::Refusal;

/// The most people that are added or invited at once (L-04).
pub const MAX_AT_ONCE: usize = 100;

/// A role that somebody is to get.
#[derive(Debug, Clone, Copy)]
pub struct WantedRole<'a> {
    /// At which kind of organisation.
    pub organization: OrganizationKind,
    /// The role's name: a shipped one or the marketplace's own.
    pub role: &'a RoleName,
    /// The areas, where some are named.
    pub areas: Option<&'a [Area]>,
    /// The marketplace's own role of that name, where there is one.
    pub own: Option<&'a OwnRole>,
}

/// Why a role is not given: the role itself, or the areas that were chosen for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotGiven {
    /// The role itself is not given here, or not by this person.
    Role(Refusal),
    /// The role would be given, but not with these areas.
    Areas(Refusal),
}

/// Whether somebody gives a role: one that the marketplace offers at that kind of organisation, with areas where
/// it goes by them (T-11), and never more power than the giver has itself.
pub fn give<'a>(rules: &PeopleRules, own: Power, wanted: &WantedRole<'a>) -> Result<Covered<WantedRole<'a>>, NotGiven> {
    offered(rules, wanted)?;
    let permissions = wanted.role.permissions(wanted.areas, wanted.own).within(wanted.organization.ceiling());
    act_on(own, Power::of(permissions, wanted.organization), *wanted).map_err(NotGiven::Role)
}

/// What somebody gets where no role is named (C-61): of those that the marketplace offers at a kind of organisation the
/// one that may least, with the least of its areas where it goes by them. None where it offers none there.
pub fn least(rules: &PeopleRules, organization: OrganizationKind) -> Option<(Role, Option<Vec<Area>>)> {
    let offered = rules.roles.iter().filter(|offer| offer.role.organization() == organization);
    let may =
        |role: Role, areas: &Option<Vec<Area>>| RoleName::from(role).permissions(areas.as_deref(), None).iter().count();
    let least_area = |areas: &[Area]| areas.iter().copied().min_by_key(|area| area.permissions().iter().count());
    let with_area = |offer: &RoleOffer| {
        let area = least_area(&offer.areas).filter(|_| offer.role.by_area());
        (offer.role, area.map(|area| vec![area]))
    };
    offered.map(with_area).min_by_key(|(role, areas)| may(*role, areas))
}

fn offered(rules: &PeopleRules, wanted: &WantedRole<'_>) -> Result<(), NotGiven> {
    let (offer, organization) = match (wanted.role, wanted.own) {
        (RoleName::Shipped(role), _) => (rules.offer(*role), role.organization()),
        (RoleName::Own(_), Some(own)) => (None, own.organization),
        (RoleName::Own(_), None) => return Err(NotGiven::Role(Refusal::RoleNotOffered)),
    };
    let shipped = matches!(wanted.role, RoleName::Shipped(_));
    if organization != wanted.organization || (shipped && offer.is_none()) {
        return Err(NotGiven::Role(Refusal::RoleNotOffered));
    }
    let by_area = matches!(wanted.role, RoleName::Shipped(role) if role.by_area());
    match (by_area, wanted.areas) {
        (false, None) => Ok(()),
        (false, Some(_)) => Err(NotGiven::Areas(Refusal::AreasNotChosen)),
        (true, None) => Err(NotGiven::Areas(Refusal::AreasRequired)),
        (true, Some(areas)) => {
            let known = offer.map_or(&[][..], |offer| &offer.areas);
            match areas.iter().find(|area| !known.contains(area)) {
                None => Ok(()),
                Some(area) => Err(NotGiven::Areas(Refusal::AreaNotOffered(*area))),
            }
        }
    }
}

/// Lets somebody act on something whose power it holds, too; else the refusal names what it lacks.
pub fn act_on<T>(own: Power, theirs: Power, thing: T) -> Result<Covered<T>, Refusal> {
    own.covers(theirs, thing).map_err(|lacking| Refusal::RoleExceedsOwn(lacking.0))
}

/// What somebody is at its organisation, for whether the organisation can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The role that it has now.
    pub role: &'a RoleName,
    /// Whether it can get in: activated, not disabled, not deleted.
    pub active: bool,
}

impl Standing<'_> {
    /// Whether it runs an organisation of a kind.
    pub fn administers(&self, kind: OrganizationKind) -> bool {
        self.active && *self.role == RoleName::Shipped(kind.administrator())
    }
}

/// Whether somebody may stop running its organisation: not the last one who does. `administrators` counts it, too.
pub fn step_down(
    kind: OrganizationKind,
    before: Standing<'_>,
    after: Option<Standing<'_>>,
    administrators: u32,
) -> Result<(), Refusal> {
    let stops = before.administers(kind) && !after.is_some_and(|after| after.administers(kind));
    if stops && administrators <= 1 { Err(Refusal::LastAdministrator) } else { Ok(()) }
}

/// Areas in the order of the enum, each once.
pub fn sorted(areas: &[Area]) -> Vec<Area> {
    Area::ALL.iter().copied().filter(|area| areas.contains(area)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Permission as P, Permissions, RoleKey};
    use crate::people::presets;

    fn wanted(role: &RoleName, organization: OrganizationKind) -> WantedRole<'_> {
        WantedRole { organization, role, areas: None, own: None }
    }

    fn of(role: Role) -> Power {
        Power::of(role.permissions(), role.organization())
    }

    fn gives(slug: &str, giver: Role, role: Role, areas: Option<&[Area]>) -> Result<(), NotGiven> {
        let (rules, name) = (presets::of(slug).unwrap(), RoleName::from(role));
        give(&rules, of(giver), &WantedRole { areas, ..wanted(&name, role.organization()) }).map(drop)
    }

    #[test]
    fn u52_c61_where_no_role_is_named_it_is_the_one_that_may_least() {
        let least_of = |slug, kind| least(&presets::of(slug).unwrap(), kind);
        for slug in ["cancom", "ahd", "colt", "mskeys", "terra"] {
            assert_eq!(least_of(slug, OrganizationKind::Customer), Some((Role::CustomerUser, None)), "{slug}");
            assert_eq!(least_of(slug, OrganizationKind::Provider), Some((Role::ProviderSupport, None)), "{slug}");
        }
        let employee = Some((Role::ResellerEmployee, Some(vec![Area::GeneralAccess])));
        assert_eq!(least_of("terra", OrganizationKind::Reseller), employee);
        assert_eq!(least(&PeopleRules::strictest(), OrganizationKind::Customer), None);
    }

    #[test]
    fn x22_only_what_the_marketplace_offers_is_given() {
        assert_eq!(gives("cancom", Role::CustomerAdmin, Role::CustomerBilling, None), Ok(()));
        let refused = gives("colt", Role::CustomerAdmin, Role::CustomerBilling, None);
        assert_eq!(refused, Err(NotGiven::Role(Refusal::RoleNotOffered)));
        let rules = presets::of("terra").unwrap();
        let role = RoleName::from(Role::CustomerUser);
        let elsewhere = give(&rules, of(Role::ProviderAdmin), &wanted(&role, OrganizationKind::Reseller));
        assert_eq!(elsewhere.map(drop), Err(NotGiven::Role(Refusal::RoleNotOffered)));
    }

    #[test]
    fn t11_areas_are_chosen_for_an_employee_and_for_nobody_else() {
        let employee = |areas| gives("terra", Role::ResellerAdmin, Role::ResellerEmployee, areas);
        assert_eq!(employee(Some(&[Area::GeneralAccess, Area::Csp])), Ok(()));
        assert_eq!(employee(Some(&[])), Ok(()));
        assert_eq!(employee(None), Err(NotGiven::Areas(Refusal::AreasRequired)));
        let user = gives("terra", Role::CustomerAdmin, Role::CustomerUser, Some(&[Area::Csp]));
        assert_eq!(user, Err(NotGiven::Areas(Refusal::AreasNotChosen)));
    }

    #[test]
    fn nobody_gives_more_than_it_may_itself() {
        let excess = Permissions::of(&[P::DelegationsAnswer]);
        // A partner that could make itself a customer's administrator would answer its own offers (K-13).
        let refused = gives("terra", Role::ResellerAdmin, Role::CustomerAdmin, None);
        assert_eq!(refused, Err(NotGiven::Role(Refusal::RoleExceedsOwn(excess))));
        assert_eq!(gives("terra", Role::ResellerAdmin, Role::CustomerBilling, None), Ok(()));
        assert_eq!(gives("terra", Role::ProviderAdmin, Role::CustomerAdmin, None), Ok(()));
        assert!(gives("cancom", Role::CustomerBilling, Role::CustomerAdmin, None).is_err());
        assert!(act_on(of(Role::CustomerAdmin), of(Role::CustomerUser), ()).is_ok());
    }

    #[test]
    fn x22_an_own_role_is_given_at_its_kind_of_organization_and_only_while_it_is_there() {
        let key = RoleKey::new("purchaser").unwrap();
        let (rules, name) = (presets::of("cancom").unwrap(), RoleName::Own(key.clone()));
        let own = OwnRole {
            key,
            organization: OrganizationKind::Customer,
            permissions: Permissions::of(&[P::OrdersPlace, P::CartsWrite]),
        };
        let giver = of(Role::CustomerAdmin);
        let at = |organization, own| give(&rules, giver, &WantedRole { own, ..wanted(&name, organization) }).map(drop);
        assert_eq!(at(OrganizationKind::Customer, Some(&own)), Ok(()));
        assert_eq!(at(OrganizationKind::Reseller, Some(&own)), Err(NotGiven::Role(Refusal::RoleNotOffered)));
        assert_eq!(at(OrganizationKind::Customer, None), Err(NotGiven::Role(Refusal::RoleNotOffered)));
    }

    #[test]
    fn the_last_administrator_stays() {
        let (admin, user) = (RoleName::from(Role::CustomerAdmin), RoleName::from(Role::CustomerUser));
        let of = |role, active| Standing { role, active };
        let step = |before, after, count| step_down(OrganizationKind::Customer, before, after, count);
        let last = Err(Refusal::LastAdministrator);
        assert_eq!(step(of(&admin, true), None, 1), last, "deleted");
        assert_eq!(step(of(&admin, true), Some(of(&admin, false)), 1), last, "disabled");
        assert_eq!(step(of(&admin, true), Some(of(&user, true)), 1), last, "another role");
        assert_eq!(step(of(&admin, true), None, 2), Ok(()));
        assert_eq!(step(of(&admin, true), Some(of(&admin, true)), 1), Ok(()));
        assert_eq!(step(of(&admin, false), None, 1), Ok(()), "was none any more");
        assert_eq!(step(of(&user, true), None, 0), Ok(()));
    }
}
