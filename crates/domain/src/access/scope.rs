//! Where somebody belongs, and whose data is seen from there.

use crate::access::permissions::{Permission, Permissions};
use crate::access::roles::OrganizationKind;
use crate::id::{CustomerId, MarketplaceId, ResellerId, UserId};

/// Whose data a caller sees; part of every read of owned data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything of the platform itself: its operators and what they did; nothing of any marketplace.
    Platform,
    /// Everything of a marketplace: the provider.
    Marketplace(MarketplaceId),
    /// A reseller and its customers.
    Reseller(MarketplaceId, ResellerId),
    /// One customer: its own people.
    Customer(MarketplaceId, CustomerId),
    /// Of one customer the subscriptions that one of its people has a licence of, and of these what is that person's:
    /// its own people who may only manage assigned services (C-62, L-21). What is no subscription's is as its
    /// customer's.
    Assigned(MarketplaceId, CustomerId, UserId),
}

impl Scope {
    /// The marketplace that every scope is within.
    pub const fn marketplace(self) -> MarketplaceId {
        match self {
            Self::Platform => MarketplaceId::PLATFORM,
            Self::Marketplace(id) | Self::Reseller(id, _) | Self::Customer(id, _) | Self::Assigned(id, ..) => id,
        }
    }

    /// All that the organisation has, of whose data the scope is at least a part: more decides than what is seen.
    pub const fn whole(self) -> Self {
        match self {
            Self::Assigned(marketplace, customer, _) => Self::Customer(marketplace, customer),
            Self::Platform | Self::Marketplace(_) | Self::Reseller(..) | Self::Customer(..) => self,
        }
    }

    /// The reseller whose data this is, where the scope is a reseller's.
    pub const fn reseller(self) -> Option<ResellerId> {
        match self {
            Self::Reseller(_, id) => Some(id),
            Self::Platform | Self::Marketplace(_) | Self::Customer(..) | Self::Assigned(..) => None,
        }
    }

    /// The customer whose data this is, where the scope is a customer's or within one.
    pub const fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(_, id) | Self::Assigned(_, id, _) => Some(id),
            Self::Platform | Self::Marketplace(_) | Self::Reseller(..) => None,
        }
    }
}

/// Where somebody belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Organization {
    /// At the platform: who runs the installation.
    Platform,
    /// At the provider.
    Provider,
    /// At a reseller.
    Reseller(ResellerId),
    /// At a customer.
    Customer(CustomerId),
}

impl Organization {
    /// Where those belong who are of no reseller and no customer.
    pub fn head(marketplace: MarketplaceId) -> Self {
        if marketplace == MarketplaceId::PLATFORM { Self::Platform } else { Self::Provider }
    }

    /// What kind it is.
    pub const fn kind(self) -> OrganizationKind {
        match self {
            Self::Platform => OrganizationKind::Platform,
            Self::Provider => OrganizationKind::Provider,
            Self::Reseller(_) => OrganizationKind::Reseller,
            Self::Customer(_) => OrganizationKind::Customer,
        }
    }

    /// The reseller, where it is one.
    pub const fn reseller(self) -> Option<ResellerId> {
        match self {
            Self::Reseller(id) => Some(id),
            Self::Platform | Self::Provider | Self::Customer(_) => None,
        }
    }

    /// The customer, where it is one.
    pub const fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Platform | Self::Provider | Self::Reseller(_) => None,
        }
    }

    /// Whose data one of its people sees, by what that person may.
    pub const fn scope_of(self, marketplace: MarketplaceId, user: UserId, permissions: Permissions) -> Scope {
        let some = permissions.contains(Permission::SubscriptionsRead);
        let all = permissions.contains(Permission::SubscriptionsReadAll);
        match self {
            Self::Customer(id) if some && !all => Scope::Assigned(marketplace, id, user),
            Self::Platform | Self::Provider | Self::Reseller(_) | Self::Customer(_) => self.scope(marketplace),
        }
    }

    /// Whose data those who run it see, and its scripts.
    pub const fn scope(self, marketplace: MarketplaceId) -> Scope {
        match self {
            Self::Platform => Scope::Platform,
            Self::Provider => Scope::Marketplace(marketplace),
            Self::Reseller(id) => Scope::Reseller(marketplace, id),
            Self::Customer(id) => Scope::Customer(marketplace, id),
        }
    }
}

impl From<Scope> for Organization {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Platform => Self::Platform,
            Scope::Marketplace(_) => Self::Provider,
            Scope::Reseller(_, id) => Self::Reseller(id),
            Scope::Customer(_, id) | Scope::Assigned(_, id, _) => Self::Customer(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    #[test]
    fn a_scope_is_always_within_a_marketplace() {
        let (marketplace, reseller) = (MarketplaceId::from_u128(1), ResellerId::from_u128(2));
        let customer = CustomerId::from_u128(3);
        let scopes = [
            (Scope::Platform, None, None),
            (Scope::Marketplace(marketplace), None, None),
            (Scope::Reseller(marketplace, reseller), Some(reseller), None),
            (Scope::Customer(marketplace, customer), None, Some(customer)),
            (Scope::Assigned(marketplace, customer, UserId::from_u128(4)), None, Some(customer)),
        ];
        for (scope, of_reseller, of_customer) in scopes {
            let seen = (scope.marketplace(), scope.reseller(), scope.customer());
            let within = if scope == Scope::Platform { MarketplaceId::PLATFORM } else { marketplace };
            assert_eq!(seen, (within, of_reseller, of_customer));
        }
    }

    #[test]
    fn u40_only_a_customers_plain_user_sees_what_is_assigned_to_it() {
        let (marketplace, user) = (MarketplaceId::from_u128(1), UserId::from_u128(4));
        let (reseller, customer) = (ResellerId::from_u128(2), CustomerId::from_u128(3));
        for role in Role::ALL {
            let organization = match role.organization() {
                OrganizationKind::Platform => Organization::Platform,
                OrganizationKind::Provider => Organization::Provider,
                OrganizationKind::Reseller => Organization::Reseller(reseller),
                OrganizationKind::Customer => Organization::Customer(customer),
            };
            let expected = match role {
                Role::CustomerUser => Scope::Assigned(marketplace, customer, user),
                _ => organization.scope(marketplace),
            };
            assert_eq!(organization.scope_of(marketplace, user, role.permissions()), expected, "{}", role.code());
        }
        // Who sees no subscription at all sees what else it may as everybody else.
        let orders = Permissions::of(&[Permission::OrdersRead]);
        let seen = Organization::Customer(customer).scope_of(marketplace, user, orders);
        assert_eq!(seen, Scope::Customer(marketplace, customer));
        // At a reseller nobody has licences.
        let subscriptions = Permissions::of(&[Permission::SubscriptionsRead]);
        let seen = Organization::Reseller(reseller).scope_of(marketplace, user, subscriptions);
        assert_eq!(seen, Scope::Reseller(marketplace, reseller));
    }
}
