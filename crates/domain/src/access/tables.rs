//! What the shipped roles may do, table by table.

use crate::access::permissions::{Permission, Permissions};

use Permission as P;

/// What nobody but the platform's operators may.
pub(super) const OF_THE_PLATFORM: Permissions = Permissions::of(&[P::MarketplacesManage]);

/// Nothing of what a marketplace's customers are or have: of people only the other operators are seen.
pub(super) const PLATFORM_OPERATOR: &[Permission] = &[
    P::MeRead,
    P::MeWrite,
    P::UsersRead,
    P::UsersManage,
    P::ApiClientsManage,
    P::AuditRead,
    P::NotificationsRead,
    P::MarketplacesWrite,
    P::MarketplacesManage,
];

pub(super) const PROVIDER_SUPPORT: &[Permission] = &[
    P::MeRead,
    P::MeWrite,
    P::UsersRead,
    P::CatalogRead,
    P::CostsRead,
    P::MoneyRead,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsReadAll,
    P::CustomersRead,
    P::ResellersRead,
    P::ProductKeysRead,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
    P::RegistrationsRead,
];

pub(super) const RESELLER_ADMIN: &[Permission] = &[
    P::MeRead,
    P::MeWrite,
    P::UsersRead,
    P::UsersManage,
    P::UsersImpersonate,
    P::ApiClientsManage,
    P::CatalogRead,
    P::MoneyRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsReadAll,
    P::SubscriptionsChange,
    P::LicensesManage,
    P::CustomersRead,
    P::CustomersCreate,
    P::CustomersWrite,
    P::BillingWrite,
    P::TenantsManage,
    P::ProductKeysRead,
    P::ProductKeysRedeem,
    P::DelegationsOffer,
    P::ResellersRead,
    P::ResellersWrite,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
];

/// What every employee may, whatever the areas: see who one is, and look after one's own log-in.
pub(super) const ANY_EMPLOYEE: &[Permission] = &[P::MeRead, P::MeWrite];

pub(super) const GENERAL_ACCESS: &[Permission] = &[P::CatalogRead, P::MoneyRead, P::PoliciesRead, P::ResellersRead];

pub(super) const DASHBOARD: &[Permission] =
    &[P::CustomersRead, P::MoneyRead, P::OrdersRead, P::SubscriptionsRead, P::SubscriptionsReadAll];

pub(super) const CUSTOMER_MANAGEMENT: &[Permission] =
    &[P::CustomersRead, P::CustomersCreate, P::CustomersWrite, P::BillingWrite, P::UsersRead];

pub(super) const CSP: &[Permission] = &[
    P::CustomersRead,
    P::MoneyRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsReadAll,
    P::SubscriptionsChange,
    P::LicensesManage,
    P::TenantsManage,
    P::ProductKeysRead,
    P::ProductKeysRedeem,
    P::DelegationsOffer,
];

pub(super) const CUSTOMER_ADMIN: &[Permission] = &[
    P::MeRead,
    P::MeWrite,
    P::UsersRead,
    P::UsersManage,
    P::UsersImpersonate,
    P::ApiClientsManage,
    P::CatalogRead,
    P::MoneyRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsReadAll,
    P::SubscriptionsChange,
    P::LicensesManage,
    P::CustomersRead,
    P::CustomersWrite,
    P::BillingWrite,
    P::TenantsManage,
    P::ProductKeysRedeem,
    P::DelegationsAnswer,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
];

pub(super) const CUSTOMER_BILLING: &[Permission] = &[
    P::MeRead,
    P::MeWrite,
    P::CatalogRead,
    P::MoneyRead,
    P::CartsWrite,
    P::OrdersPlace,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsReadAll,
    P::SubscriptionsChange,
    P::CustomersRead,
    P::BillingWrite,
    P::PoliciesRead,
];

// Neither `money.read` nor `subscriptions.read_all`: what it has a licence of, without amounts.
pub(super) const CUSTOMER_USER: &[Permission] =
    &[P::MeRead, P::MeWrite, P::CatalogRead, P::SubscriptionsRead, P::PoliciesRead];

/// What only looks, and what is about oneself. Whoever may more acts for an organisation, and what it decides is
/// decided by all that the organisation has.
pub(super) const LOOKING: Permissions = Permissions::of(&[
    P::MeRead,
    P::MeWrite,
    P::CatalogRead,
    P::CostsRead,
    P::MoneyRead,
    P::OrdersRead,
    P::SubscriptionsRead,
    P::SubscriptionsReadAll,
    P::CustomersRead,
    P::ResellersRead,
    P::UsersRead,
    P::ProductKeysRead,
    P::PoliciesRead,
    P::AuditRead,
    P::NotificationsRead,
    P::RegistrationsRead,
]);
