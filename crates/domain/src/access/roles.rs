//! Roles: named sets of permissions.

use crate::access::permissions::{Permission, Permissions};
use crate::access::tables::{
    ANY_EMPLOYEE, CSP, CUSTOMER_ADMIN, CUSTOMER_BILLING, CUSTOMER_MANAGEMENT, CUSTOMER_USER, DASHBOARD, GENERAL_ACCESS,
    LOOKING, OF_THE_PLATFORM, PLATFORM_OPERATOR, PROVIDER_SUPPORT, RESELLER_ADMIN,
};
use crate::coded::coded_enum;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

use Permission as P;

coded_enum! {
    /// What a person or API client is at its organisation.
    Role {
        /// Runs the installation: makes marketplaces, and sees no customer's data.
        PlatformOperator = "platform_operator",
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
        /// User of a customer: sees the products and what it has a licence of, no money, orders nothing (C-62, L-21).
        CustomerUser = "customer_user",
    }
}

coded_enum! {
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

coded_enum! {
    /// A kind of organisation; everybody is at one. Each reaches those behind it.
    OrganizationKind {
        /// Runs the installation.
        Platform = "platform",
        /// Runs the marketplace.
        Provider = "provider",
        /// Sells to customers.
        Reseller = "reseller",
        /// Buys for its own people.
        Customer = "customer",
    }
}

impl OrganizationKind {
    /// The role of whoever runs such an organisation; there is always somebody who has it.
    pub const fn administrator(self) -> Role {
        match self {
            Self::Platform => Role::PlatformOperator,
            Self::Provider => Role::ProviderAdmin,
            Self::Reseller => Role::ResellerAdmin,
            Self::Customer => Role::CustomerAdmin,
        }
    }

    /// The most that anybody there may.
    pub const fn ceiling(self) -> Permissions {
        self.administrator().permissions()
    }
}

impl Role {
    /// What the role may do; an employee with every area (T-11).
    pub const fn permissions(self) -> Permissions {
        match self {
            Self::PlatformOperator => Permissions::of(PLATFORM_OPERATOR),
            Self::ProviderAdmin => Permissions::of(Permission::ALL).without(OF_THE_PLATFORM),
            Self::ProviderSupport => Permissions::of(PROVIDER_SUPPORT),
            Self::ResellerAdmin => Permissions::of(RESELLER_ADMIN),
            Self::ResellerEmployee => Permissions::of(ANY_EMPLOYEE)
                .and(Permissions::of(GENERAL_ACCESS))
                .and(Permissions::of(DASHBOARD))
                .and(Permissions::of(CUSTOMER_MANAGEMENT))
                .and(Permissions::of(CSP)),
            Self::CustomerAdmin => Permissions::of(CUSTOMER_ADMIN),
            Self::CustomerBilling => Permissions::of(CUSTOMER_BILLING),
            Self::CustomerUser => Permissions::of(CUSTOMER_USER),
        }
    }

    /// Whether the role may do a thing.
    pub const fn may(self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }

    /// At which kind of organisation people have it.
    pub const fn organization(self) -> OrganizationKind {
        match self {
            Self::PlatformOperator => OrganizationKind::Platform,
            Self::ProviderAdmin | Self::ProviderSupport => OrganizationKind::Provider,
            Self::ResellerAdmin | Self::ResellerEmployee => OrganizationKind::Reseller,
            Self::CustomerAdmin | Self::CustomerBilling | Self::CustomerUser => OrganizationKind::Customer,
        }
    }

    /// Whether areas say what somebody with the role may (T-11).
    pub const fn by_area(self) -> bool {
        matches!(self, Self::ResellerEmployee)
    }
}

impl Area {
    /// What the area lets an employee do.
    pub const fn permissions(self) -> Permissions {
        match self {
            Self::GeneralAccess => Permissions::of(GENERAL_ACCESS),
            Self::Dashboard => Permissions::of(DASHBOARD),
            Self::CustomerManagement => Permissions::of(CUSTOMER_MANAGEMENT),
            Self::Csp => Permissions::of(CSP),
        }
    }
}

/// The key of a marketplace's own role: small letters, digits and `_`, at most 40, and no shipped role's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RoleKey(String);

impl RoleKey {
    /// The key of a text.
    pub fn new(text: &str) -> Option<Self> {
        let letters = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let first = text.starts_with(|first: char| first.is_ascii_lowercase());
        let free = Role::from_code(text).is_none();
        (letters && first && free && text.len() <= 40).then(|| Self(text.to_owned()))
    }

    /// The key as it was given: small letters, digits and underscores.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for RoleKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| serde::de::Error::custom("expected a key of small letters, digits and _"))
    }
}

/// A role by its name: a shipped one, or a marketplace's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleName {
    /// A shipped role.
    Shipped(Role),
    /// A marketplace's own.
    Own(RoleKey),
}

impl RoleName {
    /// The name as on the wire and in the database.
    pub fn code(&self) -> &str {
        match self {
            Self::Shipped(role) => role.code(),
            Self::Own(key) => key.as_str(),
        }
    }

    /// The role of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Role::from_code(code).map(Self::Shipped).or_else(|| RoleKey::new(code).map(Self::Own))
    }

    /// What somebody with this role may; `own` is the marketplace's own role of that name, where it is one. An own
    /// role that is there no longer permits nothing.
    pub fn permissions(&self, areas: Option<&[Area]>, own: Option<&OwnRole>) -> Permissions {
        match (self, areas) {
            (Self::Shipped(role), Some(areas)) if role.by_area() => {
                areas.iter().fold(Permissions::of(ANY_EMPLOYEE), |all, area| all.and(area.permissions()))
            }
            (Self::Shipped(role), _) => role.permissions(),
            (Self::Own(_), _) => own.map_or(Permissions::NONE, OwnRole::effective),
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        Self::Shipped(role)
    }
}

impl Serialize for RoleName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for RoleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_code(&text).ok_or_else(|| serde::de::Error::custom("expected the name of a role"))
    }
}

/// A role that a marketplace defines for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRole {
    /// What it is called in requests; never changed.
    pub key: RoleKey,
    /// Where people can have it.
    pub organization: OrganizationKind,
    /// What it may do, as the marketplace wants it.
    pub permissions: Permissions,
}

impl OwnRole {
    /// What is beyond those who run such an organisation: such a role is refused.
    pub const fn excess(&self) -> Permissions {
        self.permissions.without(self.organization.ceiling())
    }

    /// What it may do: never more than those who run such an organisation, and always look after one's own log-in.
    /// Whoever acts on subscriptions that it sees, sees all of them.
    pub const fn effective(&self) -> Permissions {
        let own = self.permissions.and(Permissions::of(&[P::MeRead, P::MeWrite]));
        let acts = own.contains(P::SubscriptionsRead) && !own.without(LOOKING).is_empty();
        let seen = if acts { Permissions::of(&[P::SubscriptionsReadAll]) } else { Permissions::NONE };
        own.and(seen).within(self.organization.ceiling())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(role: Role) -> BTreeSet<Permission> {
        role.permissions().iter().collect()
    }

    #[test]
    fn everybody_may_see_who_they_are_and_what_is_sold() {
        for role in Role::ALL {
            // Who runs the installation buys and sells nothing.
            let sells = *role != Role::PlatformOperator;
            assert_eq!((role.may(P::MeRead), role.may(P::CatalogRead)), (true, sells), "{}", role.code());
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
            assert!(role.permissions().without(LOOKING).is_empty(), "{}", role.code());
        }
    }

    #[test]
    fn c63_c64_both_administrators_order_and_one_manages() {
        for role in [Role::CustomerAdmin, Role::CustomerBilling] {
            assert!(role.may(P::OrdersPlace) && role.may(P::CartsWrite), "{}", role.code());
        }
        for permission in [P::CustomersWrite, P::LicensesManage, P::UsersManage] {
            assert!(Role::CustomerAdmin.may(permission) && !Role::CustomerBilling.may(permission));
        }
    }

    #[test]
    fn u41_both_administrators_maintain_the_billing_information() {
        for role in Role::ALL {
            // Whoever may change a customer may change where it is billed, and one more may only that.
            let more = matches!(role, Role::CustomerBilling);
            assert_eq!(role.may(P::BillingWrite), role.may(P::CustomersWrite) || more, "{}", role.code());
        }
    }

    #[test]
    fn u40_a_user_sees_no_money_and_only_what_is_its_own() {
        for role in Role::ALL {
            let user = matches!(role, Role::CustomerUser | Role::PlatformOperator);
            assert_eq!(role.may(P::MoneyRead), !user, "{}", role.code());
            assert_eq!(role.may(P::SubscriptionsReadAll), !user, "{}", role.code());
        }
    }

    #[test]
    fn u40_whoever_acts_sees_all_that_its_organization_has() {
        let looking = |permission: &Permission| {
            let reads = permission.code().ends_with(".read") || permission.code().ends_with(".read_all");
            reads || *permission == P::MeWrite
        };
        let expected: Permissions = Permission::ALL.iter().copied().filter(looking).collect();
        assert_eq!(LOOKING, expected);
        let may = |permissions: &[Permission]| {
            let key = RoleKey::new("purchaser").unwrap();
            let permissions = Permissions::of(permissions);
            OwnRole { key, organization: OrganizationKind::Customer, permissions }.effective()
        };
        assert!(!may(&[P::SubscriptionsRead, P::OrdersRead, P::MoneyRead]).contains(P::SubscriptionsReadAll));
        assert!(may(&[P::SubscriptionsRead, P::SubscriptionsChange]).contains(P::SubscriptionsReadAll));
        assert!(!may(&[P::OrdersPlace]).contains(P::SubscriptionsReadAll));
    }

    #[test]
    fn only_the_provider_runs_the_marketplace() {
        let provider = [
            P::PriceListsManage,
            P::PoliciesPublish,
            P::ProductKeysManage,
            P::TasksManage,
            P::JobsManage,
            P::SandboxManage,
            P::ResellersCreate,
            P::CustomerNumbersManage,
            P::RolesManage,
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
    fn t11_an_employee_may_what_the_areas_say() {
        let employee = RoleName::from(Role::ResellerEmployee);
        let may = |areas: &[Area]| employee.permissions(Some(areas), None);
        assert_eq!(may(&[]), Permissions::of(&[P::MeRead, P::MeWrite]));
        assert!(may(&[Area::GeneralAccess]).contains(P::CatalogRead));
        assert!(!may(&[Area::GeneralAccess, Area::Dashboard]).contains(P::OrdersPlace));
        assert!(may(&[Area::CustomerManagement]).contains(P::CustomersCreate));
        assert!(!may(&[Area::CustomerManagement]).contains(P::OrdersPlace));
        assert!(may(&[Area::Csp]).contains(P::OrdersPlace) && !may(&[Area::Csp]).contains(P::CustomersCreate));
        // K-13: whoever redeems keys for a customer offers it to administer.
        assert!(
            may(&[Area::Csp]).contains(P::DelegationsOffer) && !may(&[Area::Dashboard]).contains(P::DelegationsOffer)
        );
        assert_eq!(may(Area::ALL), Role::ResellerEmployee.permissions());
        // Areas are an employee's only.
        let admin = RoleName::from(Role::CustomerAdmin);
        assert_eq!(admin.permissions(Some(&[]), None), Role::CustomerAdmin.permissions());
    }

    #[test]
    fn x22_an_own_role_never_exceeds_its_kind_of_organization() {
        let permissions = Permissions::of(&[P::OrdersRead, P::PoliciesPublish]);
        let key = RoleKey::new("purchaser").unwrap();
        let role = OwnRole { key: key.clone(), organization: OrganizationKind::Customer, permissions };
        assert_eq!(role.excess(), Permissions::of(&[P::PoliciesPublish]));
        assert_eq!(role.effective(), Permissions::of(&[P::MeRead, P::MeWrite, P::OrdersRead]));
        let name = RoleName::Own(key);
        assert_eq!(name.permissions(None, Some(&role)), role.effective());
        assert_eq!(name.permissions(None, None), Permissions::NONE);
    }

    #[test]
    fn an_own_role_takes_no_shipped_roles_name() {
        for wrong in ["customer_admin", "", "Purchaser", "1st", "ein-käufer", &"a".repeat(41)] {
            assert_eq!(RoleKey::new(wrong), None, "{wrong}");
        }
        assert_eq!(RoleName::from_code("customer_admin"), Some(RoleName::Shipped(Role::CustomerAdmin)));
    }
}
