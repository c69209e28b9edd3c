//! Where somebody belongs, and whose data is seen from there.

use crate::access::roles::OrganizationKind;
use crate::id::{CustomerId, MarketplaceId, ResellerId};

/// Whose data a caller sees; part of every read of owned data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything of a marketplace: the provider.
    Marketplace(MarketplaceId),
    /// A reseller and its customers.
    Reseller(MarketplaceId, ResellerId),
    /// One customer: its own people.
    Customer(MarketplaceId, CustomerId),
}

impl Scope {
    /// The marketplace that every scope is within.
    pub const fn marketplace(self) -> MarketplaceId {
        match self {
            Self::Marketplace(id) | Self::Reseller(id, _) | Self::Customer(id, _) => id,
        }
    }

    /// The reseller whose data this is, where the scope is a reseller's.
    pub const fn reseller(self) -> Option<ResellerId> {
        match self {
            Self::Reseller(_, id) => Some(id),
            Self::Marketplace(_) | Self::Customer(..) => None,
        }
    }

    /// The customer whose data this is, where the scope is a customer's.
    pub const fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(_, id) => Some(id),
            Self::Marketplace(_) | Self::Reseller(..) => None,
        }
    }
}

/// Where somebody belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Organization {
    /// At the provider.
    Provider,
    /// At a reseller.
    Reseller(ResellerId),
    /// At a customer.
    Customer(CustomerId),
}

impl Organization {
    /// What kind it is.
    pub const fn kind(self) -> OrganizationKind {
        match self {
            Self::Provider => OrganizationKind::Provider,
            Self::Reseller(_) => OrganizationKind::Reseller,
            Self::Customer(_) => OrganizationKind::Customer,
        }
    }

    /// The reseller, where it is one.
    pub const fn reseller(self) -> Option<ResellerId> {
        match self {
            Self::Reseller(id) => Some(id),
            Self::Provider | Self::Customer(_) => None,
        }
    }

    /// The customer, where it is one.
    pub const fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Provider | Self::Reseller(_) => None,
        }
    }

    /// Whose data its people see.
    pub const fn scope(self, marketplace: MarketplaceId) -> Scope {
        match self {
            Self::Provider => Scope::Marketplace(marketplace),
            Self::Reseller(id) => Scope::Reseller(marketplace, id),
            Self::Customer(id) => Scope::Customer(marketplace, id),
        }
    }
}

impl From<Scope> for Organization {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Marketplace(_) => Self::Provider,
            Scope::Reseller(_, id) => Self::Reseller(id),
            Scope::Customer(_, id) => Self::Customer(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_always_within_a_marketplace() {
        let (marketplace, reseller) = (MarketplaceId::from_u128(1), ResellerId::from_u128(2));
        let customer = CustomerId::from_u128(3);
        let scopes = [
            (Scope::Marketplace(marketplace), None, None),
            (Scope::Reseller(marketplace, reseller), Some(reseller), None),
            (Scope::Customer(marketplace, customer), None, Some(customer)),
        ];
        for (scope, of_reseller, of_customer) in scopes {
            let seen = (scope.marketplace(), scope.reseller(), scope.customer());
            assert_eq!(seen, (marketplace, of_reseller, of_customer));
        }
    }
}
