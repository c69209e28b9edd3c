//! Who may do what: roles, permissions and whose data.
//!
//! The table [`Role::permissions`] is the only place that says what a role may do (C-62…C-64, L-21, T-10, T-11).

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
    /// One thing a caller may do; every operation names exactly one.
    Permission {
        /// See who one is.
        MeRead = "me.read",
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
        /// Move a sandbox's clock.
        SandboxManage = "sandbox.manage",
    }
}

use Permission as P;

const PROVIDER_SUPPORT: &[Permission] = &[
    P::MeRead,
    P::CatalogRead,
    P::CostsRead,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::CustomersRead,
    P::ResellersRead,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
];

const RESELLER_ADMIN: &[Permission] = &[
    P::MeRead,
    P::CatalogRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsChange,
    P::LicensesManage,
    P::CustomersRead,
    P::CustomersCreate,
    P::CustomersWrite,
    P::TenantsManage,
    P::ProductKeysRedeem,
    P::DelegationsOffer,
    P::ResellersRead,
    P::ResellersWrite,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
];

const RESELLER_EMPLOYEE: &[Permission] = &[
    P::MeRead,
    P::CatalogRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsChange,
    P::LicensesManage,
    P::CustomersRead,
    P::CustomersCreate,
    P::CustomersWrite,
    P::TenantsManage,
    P::ProductKeysRedeem,
    P::ResellersRead,
    P::PoliciesRead,
];

const CUSTOMER_ADMIN: &[Permission] = &[
    P::MeRead,
    P::CatalogRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsChange,
    P::LicensesManage,
    P::CustomersRead,
    P::CustomersWrite,
    P::TenantsManage,
    P::ProductKeysRedeem,
    P::DelegationsAnswer,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
];

const CUSTOMER_BILLING: &[Permission] = &[
    P::MeRead,
    P::CatalogRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsChange,
    P::CustomersRead,
    P::PoliciesRead,
];

const CUSTOMER_USER: &[Permission] = &[P::MeRead, P::CatalogRead, P::SubscriptionsRead, P::PoliciesRead];

impl Role {
    /// What the role may do.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::ProviderAdmin => Permission::ALL,
            Self::ProviderSupport => PROVIDER_SUPPORT,
            Self::ResellerAdmin => RESELLER_ADMIN,
            Self::ResellerEmployee => RESELLER_EMPLOYEE,
            Self::CustomerAdmin => CUSTOMER_ADMIN,
            Self::CustomerBilling => CUSTOMER_BILLING,
            Self::CustomerUser => CUSTOMER_USER,
        }
    }

    /// Whether the role may do a thing.
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(role: Role) -> BTreeSet<Permission> {
        role.permissions().iter().copied().collect()
    }

    #[test]
    fn a_role_names_a_permission_once() {
        for role in Role::ALL {
            assert_eq!(of(*role).len(), role.permissions().len(), "{}", role.code());
        }
    }

    #[test]
    fn everybody_may_see_who_they_are_and_what_is_sold() {
        for role in Role::ALL {
            assert!(role.may(P::MeRead) && role.may(P::CatalogRead), "{}", role.code());
        }
    }

    #[test]
    fn who_runs_an_organization_may_what_its_people_may() {
        let ladders = [
            [Role::ProviderAdmin, Role::ProviderSupport, Role::ProviderSupport],
            [Role::ProviderAdmin, Role::ResellerAdmin, Role::ResellerEmployee],
            [Role::ProviderAdmin, Role::CustomerAdmin, Role::CustomerUser],
            [Role::CustomerAdmin, Role::CustomerBilling, Role::CustomerUser],
        ];
        for step in ladders.iter().flat_map(|ladder| ladder.windows(2)) {
            assert!(of(step[0]).is_superset(&of(step[1])), "{} < {}", step[0].code(), step[1].code());
        }
    }

    #[test]
    fn c62_a_user_orders_and_changes_nothing() {
        for role in [Role::CustomerUser, Role::ProviderSupport] {
            assert!(of(role).iter().all(|permission| permission.code().ends_with(".read")), "{}", role.code());
        }
    }

    #[test]
    fn c63_c64_both_administrators_order_and_one_manages() {
        for role in [Role::CustomerAdmin, Role::CustomerBilling] {
            assert!(role.may(P::OrdersPlace) && role.may(P::CartsWrite), "{}", role.code());
        }
        for permission in [P::CustomersWrite, P::LicensesManage] {
            assert!(Role::CustomerAdmin.may(permission) && !Role::CustomerBilling.may(permission));
        }
    }

    #[test]
    fn only_the_provider_runs_the_marketplace() {
        let provider = [
            P::PriceListsManage,
            P::PoliciesPublish,
            P::ProductKeysManage,
            P::JobsManage,
            P::SandboxManage,
            P::ResellersCreate,
        ];
        for role in Role::ALL.iter().filter(|role| **role != Role::ProviderAdmin) {
            assert!(provider.iter().all(|permission| !role.may(*permission)), "{}", role.code());
        }
    }

    #[test]
    fn codes_are_unique_and_found_again() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_code(permission.code()), Some(*permission));
        }
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(*role));
        }
        assert_eq!(Role::from_code("admin"), None);
    }

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
