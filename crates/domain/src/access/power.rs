//! Power: what a person, a client or a role can do, and how far that reaches. Whoever gives, resets, changes or removes
//! it holds at least as much itself: else a little permission would be a way to every other.

use crate::access::permissions::{Permission, Permissions};
use crate::access::roles::{OrganizationKind, OwnRole};
use std::ops::Deref;

/// What everybody may with its own log-in: no power over anybody else.
const OVER_ONESELF: Permissions = Permissions::of(&[Permission::MeRead, Permission::MeWrite]);

/// What somebody or something can do to others. Which organisation exactly it reaches is shown by the scope that it
/// was read in: what is not below the caller is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    permissions: Permissions,
    reach: OrganizationKind,
}

/// What a power lacks of another one; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lacking(pub Permissions);

/// Something whose power was found to be held by whoever acts on it: only [`Power::covers`] makes it, so that a write
/// which takes it cannot be called without the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered<T>(T);

impl Power {
    /// No power over anybody.
    pub const NONE: Self = Self::of(Permissions::NONE, OrganizationKind::Customer);

    /// The power of permissions at a kind of organisation.
    pub const fn of(permissions: Permissions, reach: OrganizationKind) -> Self {
        Self { permissions, reach }
    }

    /// The most that anybody holds at a kind of organisation.
    pub const fn greatest(reach: OrganizationKind) -> Self {
        Self::of(reach.ceiling(), reach)
    }

    /// What whoever has a marketplace's own role holds.
    pub const fn of_role(role: &OwnRole) -> Self {
        Self::of(role.effective(), role.organization)
    }

    /// The same over the people of a customer of whom nobody is there who answers for it: what only they do is
    /// nobody's, and whoever sets the customer up gives it to the first of them (K-10).
    pub const fn where_nobody_answers(self) -> Self {
        Self { permissions: self.permissions.and(Permissions::of(&[Permission::DelegationsAnswer])), ..self }
    }

    /// The permissions that make it, whatever they reach.
    pub const fn permissions(self) -> Permissions {
        self.permissions
    }

    /// Lets the holder act on something that has another power, where this one is no less.
    pub fn covers<T>(self, other: Self, thing: T) -> Result<Covered<T>, Lacking> {
        // At a customer nobody holds anything of what reaches over customers.
        let held = if self.reach <= other.reach { self.permissions } else { Permissions::NONE };
        let missing = other.permissions.without(held).without(OVER_ONESELF);
        if missing.is_empty() { Ok(Covered(thing)) } else { Err(Lacking(missing)) }
    }
}

impl<T> Covered<T> {
    /// The thing itself, to be changed or removed.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Covered<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use proptest::prelude::*;

    fn of(role: Role) -> Power {
        Power::of(role.permissions(), role.organization())
    }

    fn some() -> impl Strategy<Value = Power> {
        let permissions = proptest::collection::vec(proptest::sample::select(Permission::ALL), 0..6);
        let reach = proptest::sample::select(&OrganizationKind::ALL[1..]);
        let of = |(permissions, reach): (Vec<Permission>, OrganizationKind)| {
            let greatest = OrganizationKind::Provider.ceiling();
            Power::of(permissions.into_iter().collect::<Permissions>().within(greatest), reach)
        };
        (permissions, reach).prop_map(of)
    }

    proptest! {
        #[test]
        fn u90_power_is_an_order_and_what_is_missing_is_named(one in some(), other in some(), third in some()) {
            prop_assert!(one.covers(one, ()).is_ok());
            prop_assert!(Power::greatest(OrganizationKind::Provider).covers(one, ()).is_ok());
            if one.covers(other, ()).is_ok() && other.covers(third, ()).is_ok() {
                prop_assert!(one.covers(third, ()).is_ok());
            }
            if let Err(Lacking(missing)) = one.covers(other, ()) {
                prop_assert!(!missing.is_empty() && missing.without(other.permissions).is_empty());
                // Whoever holds what is missing, too, as far as the other reaches, may.
                let more = Power::of(one.permissions.and(missing), one.reach.min(other.reach));
                prop_assert!(more.covers(other, ()).is_ok());
            }
        }
    }

    #[test]
    fn l13_nobody_covers_somebody_who_may_more() {
        assert!(of(Role::ProviderAdmin).covers(of(Role::ProviderAdmin), ()).is_ok());
        assert!(of(Role::ProviderAdmin).covers(of(Role::ResellerAdmin), ()).is_ok());
        assert!(of(Role::CustomerAdmin).covers(of(Role::CustomerUser), ()).is_ok());
        assert!(of(Role::ProviderSupport).covers(of(Role::ProviderAdmin), ()).is_err());
        let answers = Lacking(Permissions::of(&[Permission::DelegationsAnswer]));
        // K-13: a partner answers no offers.
        assert_eq!(of(Role::ResellerAdmin).covers(of(Role::CustomerAdmin), ()), Err(answers));
    }

    #[test]
    fn k10_a_partner_gives_a_customer_its_first_administrator() {
        let [partner, administrator] = [Role::ResellerAdmin, Role::CustomerAdmin].map(of);
        assert!(partner.where_nobody_answers().covers(administrator, ()).is_ok());
        // It is no way to what else one does not hold.
        let few = Power::of(Permissions::of(&[Permission::UsersManage]), OrganizationKind::Reseller);
        assert!(few.where_nobody_answers().covers(administrator, ()).is_err());
        assert!(partner.where_nobody_answers().covers(of(Role::ProviderSupport), ()).is_err());
    }

    #[test]
    fn u90_the_same_permissions_reach_further_at_the_provider() {
        let read = Permissions::of(&[Permission::OrdersRead]);
        let [provider, reseller, customer] =
            [OrganizationKind::Provider, OrganizationKind::Reseller, OrganizationKind::Customer]
                .map(|reach| Power::of(read, reach));
        assert!(provider.covers(reseller, ()).is_ok() && reseller.covers(customer, ()).is_ok());
        assert_eq!(customer.covers(provider, ()), Err(Lacking(read)));
        assert_eq!(reseller.covers(provider, ()), Err(Lacking(read)));
    }

    #[test]
    fn u90_an_operator_covers_nobody_of_a_marketplace_and_nobody_there_covers_it() {
        let operator = of(Role::PlatformOperator);
        for role in Role::ALL.iter().filter(|role| **role != Role::PlatformOperator) {
            assert!(of(*role).covers(operator, ()).is_err(), "{}", role.code());
            assert!(operator.covers(of(*role), ()).is_err(), "{}", role.code());
        }
        assert!(operator.covers(operator, ()).is_ok());
    }

    #[test]
    fn looking_after_ones_own_log_in_is_no_power() {
        let user = Power::of(OVER_ONESELF, OrganizationKind::Provider);
        assert!(Power::of(Permissions::NONE, OrganizationKind::Customer).covers(user, ()).is_ok());
    }
}
