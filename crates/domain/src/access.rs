//! Who may do what: roles, permissions and whose data.
//!
//! The tables in `access/roles.rs` are the only place that says what a shipped role may do (C-62…C-64, L-21, T-10,
//! T-11); a marketplace's own role is a set of permissions within what its kind of organisation may.

mod permissions;
mod roles;

pub use permissions::Permissions;
pub use roles::{OrganizationKind, OwnRole, RoleKey, RoleName, may_act_as};

use crate::id::{CustomerId, MarketplaceId, ResellerId};
use serde::{Deserialize, Serialize};

/// Whose data a caller sees; part of every read of owned data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything of a marketplace: the provider.
    Marketplace(MarketplaceId),
    /// A reseller and its customers.
    Reseller(MarketplaceId, ResellerId),
    /// One customer.
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

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// Every value, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code, as on the wire and in the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// What a person or API client is at its organisation.
    Role {
        /// Runs the marketplace.
        ProviderAdmin = "provider_admin",
        /// Helps: sees everything of the marketplace, changes nothing.
        ProviderSupport = "provider_support",
        /// Runs a reseller (T-02).
        ResellerAdmin = "reseller_admin",
        /// Works at a reseller (T-10, T-11).
        ResellerEmployee = "reseller_employee",
        /// Company administrator of a customer (C-64).
        CustomerAdmin = "customer_admin",
        /// Billing administrator of a customer (C-63).
        CustomerBilling = "customer_billing",
        /// User of a customer: sees the products, orders nothing (C-62, L-21).
        CustomerUser = "customer_user",
    }
}

codes! {
    /// A part of a reseller's work that an employee is let into (T-11).
    Area {
        /// Get in and see what is sold.
        GeneralAccess = "general_access",
        /// See what was ordered and what runs.
        Dashboard = "dashboard",
        /// Create and change end customers.
        CustomerManagement = "customer_management",
        /// Order for customers and change their subscriptions.
        Csp = "csp",
    }
}

codes! {
    /// One thing a caller may do; every operation names exactly one.
    Permission {
        /// See who one is.
        MeRead = "me.read",
        /// Change one's own password, end one's own log-ins, agree to new versions of consents.
        MeWrite = "me.write",
        /// See categories, products and offers with one's own prices.
        CatalogRead = "catalog.read",
        /// See what the provider pays (N-07).
        CostsRead = "costs.read",
        /// Fill carts and preview them.
        CartsWrite = "carts.write",
        /// Place orders.
        OrdersPlace = "orders.place",
        /// See orders.
        OrdersRead = "orders.read",
        /// See subscriptions.
        SubscriptionsRead = "subscriptions.read",
        /// Change subscriptions: more, fewer, others, none.
        SubscriptionsChange = "subscriptions.change",
        /// Give licences to people and take them back (C-60, L-07).
        LicensesManage = "licenses.manage",
        /// See customers and the state of their tenants.
        CustomersRead = "customers.read",
        /// Create customers.
        CustomersCreate = "customers.create",
        /// Change customers.
        CustomersWrite = "customers.write",
        /// Create or link a customer's tenant, take its first credentials, record its agreement.
        TenantsManage = "tenants.manage",
        /// See resellers.
        ResellersRead = "resellers.read",
        /// Create resellers.
        ResellersCreate = "resellers.create",
        /// Change resellers.
        ResellersWrite = "resellers.write",
        /// Keep the records of customer numbers (T-01).
        CustomerNumbersManage = "customer_numbers.manage",
        /// See the people of one's own organisation and of those below it (L-03).
        UsersRead = "users.read",
        /// Invite, change, disable, unlock and delete people (C-61, L-04…L-16).
        UsersManage = "users.manage",
        /// Act as somebody who may not more than oneself (L-13).
        UsersImpersonate = "users.impersonate",
        /// Define a marketplace's own roles.
        RolesManage = "roles.manage",
        /// Let scripts and portals in for one's own organisation.
        ApiClientsManage = "api_clients.manage",
        /// Make, see and revoke batches of product keys.
        ProductKeysManage = "product_keys.manage",
        /// Redeem product keys.
        ProductKeysRedeem = "product_keys.redeem",
        /// Offer a customer to administer for it (K-13).
        DelegationsOffer = "delegations.offer",
        /// Accept or decline such an offer; only for one's own company.
        DelegationsAnswer = "delegations.answer",
        /// Import, compare and publish price lists.
        PriceListsManage = "price_lists.manage",
        /// See policies.
        PoliciesRead = "policies.read",
        /// Publish policies, and put overrides over products and offers.
        PoliciesPublish = "policies.publish",
        /// See parked and waiting work, and replay it.
        JobsManage = "jobs.manage",
        /// See who did what.
        AuditRead = "audit.read",
        /// See who was told what by mail, and whether it went.
        NotificationsRead = "notifications.read",
        /// See who wants to be let in.
        RegistrationsRead = "registrations.read",
        /// Approve, reject and refer who wants to be let in (C-05).
        RegistrationsDecide = "registrations.decide",
        /// Move a sandbox's clock.
        SandboxManage = "sandbox.manage",
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
