//! What somebody who is told something may see of it: the one place where mails ask.

use crate::http::problem::Problem;
use domain::access::{Organization, OwnRole, Permission, Permissions, RoleName, Scope};
use domain::id::{CustomerId, MarketplaceId, ResellerId};
use domain::pricing::Payer;
use domain::subscription::Subscription;
use store::Conn;
use store::users::StoredUser;

/// The roles that a marketplace defines for itself.
pub struct Roles(Vec<OwnRole>);

impl Roles {
    /// Reads them, where one of these people has such a role.
    pub fn of<'a>(
        conn: &mut Conn,
        marketplace: MarketplaceId,
        mut people: impl Iterator<Item = &'a StoredUser>,
    ) -> Result<Self, Problem> {
        if people.all(|user| matches!(user.role, RoleName::Shipped(_))) {
            return Ok(Self(Vec::new()));
        }
        let all = store::roles::all(conn, &Scope::Marketplace(marketplace))?;
        Ok(Self(all.into_iter().map(|role| role.value.role).collect()))
    }

    fn permissions(&self, user: &StoredUser) -> Permissions {
        let own = match &user.role {
            RoleName::Shipped(_) => None,
            RoleName::Own(key) => self.0.iter().find(|role| role.key == *key),
        };
        user.role.permissions(user.areas.as_deref(), own)
    }
}

/// Somebody who reads a mail.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    organization: Organization,
    permissions: Permissions,
}

impl Reader {
    /// A user with what its role permits.
    pub fn of(user: &StoredUser, roles: &Roles) -> Self {
        Self { organization: user.organization, permissions: roles.permissions(user) }
    }

    /// Whether its role may see a kind of thing at all.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether it finds what is a customer's, bought through a reseller or not, where the mail leads to. The partner
    /// that a customer names is told of it, and sees no more.
    pub fn finds(&self, customer: CustomerId, reseller: Option<ResellerId>) -> bool {
        match self.organization {
            Organization::Platform => false,
            Organization::Provider => true,
            Organization::Reseller(id) => reseller == Some(id),
            Organization::Customer(id) => customer == id,
        }
    }

    /// Whether it is of a customer, which decides on nothing that its reseller pays.
    pub const fn is_customer(&self) -> bool {
        matches!(self.organization, Organization::Customer(_))
    }

    /// Whether a mail may name its prices: what a reseller pays, its customer is not told (U-42).
    pub fn sees_prices(&self, of: &Subscription) -> bool {
        let told = of.payer == Payer::Customer || !self.is_customer();
        told && self.may(Permission::MoneyRead) && self.finds(of.customer_id, of.reseller_id)
    }
}
