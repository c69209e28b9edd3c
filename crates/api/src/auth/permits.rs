//! Permissions as types: a handler names the one it needs in its signature.

use domain::access::Permission;

/// A permission as a type.
pub trait Permit: 'static {
    /// The permission that the type stands for; none where every log-in will do.
    const PERMISSION: Option<Permission>;
}

macro_rules! permits {
    ($($name:ident),+ $(,)?) => {$(
        #[doc = concat!("Needs [`Permission::", stringify!($name), "`].")]
        pub struct $name;

        impl Permit for $name {
            const PERMISSION: Option<Permission> = Some(Permission::$name);
        }
    )+};
}

/// Needs a log-in, and no permission.
pub struct Anyone;

impl Permit for Anyone {
    const PERMISSION: Option<Permission> = None;
}

permits!(
    MeRead,
    MeWrite,
    UsersRead,
    UsersManage,
    UsersImpersonate,
    RolesManage,
    ApiClientsManage,
    CatalogRead,
    CartsWrite,
    OrdersPlace,
    OrdersRead,
    SubscriptionsRead,
    SubscriptionsChange,
    LicensesManage,
    CustomersRead,
    CustomersCreate,
    CustomersWrite,
    BillingWrite,
    TenantsManage,
    ResellersRead,
    ResellersCreate,
    ResellersWrite,
    CustomerNumbersManage,
    ProductKeysManage,
    ProductKeysRead,
    ProductKeysRedeem,
    DelegationsOffer,
    DelegationsAnswer,
    PriceListsManage,
    PoliciesRead,
    PoliciesPublish,
    TasksManage,
    JobsManage,
    AuditRead,
    NotificationsRead,
    RegistrationsRead,
    RegistrationsDecide,
    SandboxManage,
    MarketplacesWrite,
    MarketplacesManage,
);
