//! A set of permissions.

use crate::coded::coded_enum;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

coded_enum! {
    /// One thing a caller may do; every operation names exactly one.
    Permission {
        /// See who one is.
        MeRead = "me.read",
        /// Change one's own password, end one's own log-ins, agree to new versions of consents.
        MeWrite = "me.write",
        /// See categories, products and offers.
        CatalogRead = "catalog.read",
        /// See what the provider pays (N-07).
        CostsRead = "costs.read",
        /// See prices, charges and every other amount (U-40).
        MoneyRead = "money.read",
        /// Fill carts and preview them.
        CartsWrite = "carts.write",
        /// Place the order of a cart, which binds and costs.
        OrdersPlace = "orders.place",
        /// See orders with their lines and what became of them.
        OrdersRead = "orders.read",
        /// See subscriptions and what could be changed; at a customer those that one has a licence of (C-62, L-21).
        SubscriptionsRead = "subscriptions.read",
        /// See all that one's customer has, whoever has a licence of it.
        SubscriptionsReadAll = "subscriptions.read_all",
        /// Change subscriptions: more, fewer, others, none.
        SubscriptionsChange = "subscriptions.change",
        /// Give licences to people and take them back (C-60, L-07).
        LicensesManage = "licenses.manage",
        /// See customers and the state of their tenants.
        CustomersRead = "customers.read",
        /// Add customers to those of one's own organisation.
        CustomersCreate = "customers.create",
        /// Change what is recorded of customers.
        CustomersWrite = "customers.write",
        /// Change where and as whom customers are billed: their invoice data and branches (C-63).
        BillingWrite = "billing.write",
        /// Create or link a customer's tenant, take its first credentials, record its agreement.
        TenantsManage = "tenants.manage",
        /// See resellers and how far they are from their first purchase.
        ResellersRead = "resellers.read",
        /// Add resellers to the marketplace.
        ResellersCreate = "resellers.create",
        /// Change what is recorded of resellers, their Microsoft ids included.
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
        /// Make, sell and revoke batches of product keys.
        ProductKeysManage = "product_keys.manage",
        /// See batches of product keys and what became of each: the provider's, or those that one's reseller bought.
        ProductKeysRead = "product_keys.read",
        /// Redeem product keys.
        ProductKeysRedeem = "product_keys.redeem",
        /// Offer a customer to administer for it (K-13).
        DelegationsOffer = "delegations.offer",
        /// Accept or decline such an offer; only for one's own company.
        DelegationsAnswer = "delegations.answer",
        /// Import, compare and publish price lists.
        PriceListsManage = "price_lists.manage",
        /// See the rules of policies, and what they say in words.
        PoliciesRead = "policies.read",
        /// Publish policies, and put overrides over products and offers.
        PoliciesPublish = "policies.publish",
        /// See parked and waiting work, and replay it.
        TasksManage = "tasks.manage",
        /// See the long work that was asked for, and cancel it.
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
        /// Change what a marketplace says of itself: its name, contacts, texts and look.
        MarketplacesWrite = "marketplaces.write",
        /// Make, open, suspend and close the marketplaces of the installation: its operators alone.
        MarketplacesManage = "marketplaces.manage",
    }
}

/// A set of permissions. On the wire and in the database: a list of their codes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Permissions(u64);

// One bit each.
const _: () = assert!(Permission::ALL.len() <= 64);

impl Permissions {
    /// The empty set: whoever has it may nothing.
    pub const NONE: Self = Self(0);

    /// The set of a list; one that stands twice counts once.
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut bits, mut n) = (0, 0);
        while n < permissions.len() {
            bits |= 1 << permissions[n] as u64;
            n += 1;
        }
        Self(bits)
    }

    /// Whether a permission is one of them.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u64) != 0
    }

    /// Those of both sets together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in both.
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that the other set has not.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each, in the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, |set, permission| set.and(Self::of(&[permission])))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::code)).finish()
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Permission>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn some() -> impl Strategy<Value = BTreeSet<Permission>> {
        proptest::collection::btree_set(proptest::sample::select(Permission::ALL), 0..Permission::ALL.len())
    }

    proptest! {
        #[test]
        fn a_set_of_permissions_is_a_set(left in some(), right in some()) {
            let one: Permissions = left.iter().copied().collect();
            let other: Permissions = right.iter().copied().collect();
            prop_assert_eq!(one.iter().collect::<BTreeSet<_>>(), left.clone());
            prop_assert_eq!(one.and(other).iter().collect::<BTreeSet<_>>(), &left | &right);
            prop_assert_eq!(one.within(other).iter().collect::<BTreeSet<_>>(), &left & &right);
            prop_assert_eq!(one.without(other).iter().collect::<BTreeSet<_>>(), &left - &right);
            prop_assert_eq!(one.without(other).is_empty(), left.is_subset(&right));
            let json = serde_json::to_string(&one).unwrap();
            prop_assert_eq!(serde_json::from_str::<Permissions>(&json).unwrap(), one);
        }
    }
}
