//! The power of people and clients as they are stored, and the one check that whoever acts on it holds as much.

use crate::http::problem::{Problem, there};
use domain::access::{Area, Covered, Organization, OrganizationKind, Permission, Permissions, Power, RoleName, Scope};
use domain::id::{CustomerId, MarketplaceId};
use domain::refusal::Refusal;
use store::api_clients::StoredApiClient;
use store::users::StoredUser;
use store::{Conn, roles};

/// What a user may do, whether or not it gets in at this moment.
pub fn of_user(conn: &mut Conn, user: &StoredUser) -> Result<Power, Problem> {
    of_role(conn, user.marketplace_id, user.organization.kind(), &user.role, user.areas.as_deref())
}

fn of_role(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    kind: OrganizationKind,
    role: &RoleName,
    areas: Option<&[Area]>,
) -> Result<Power, Problem> {
    let own = match role {
        RoleName::Own(key) => there(roles::by_key_unscoped(conn, marketplace, key))?.map(|own| own.value.role),
        RoleName::Shipped(_) => None,
    };
    // A role of another kind of organisation permits nothing here.
    let own = own.filter(|own| own.organization == kind);
    Ok(Power::of(role.permissions(areas, own.as_ref()).within(kind.ceiling()), kind))
}

/// Whether anybody of a customer that has come in may answer an offer to administer.
pub fn anybody_answers(conn: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<bool, Problem> {
    for (role, areas) in store::users::roles_in(conn, scope, customer)? {
        let power = of_role(conn, scope.marketplace(), OrganizationKind::Customer, &role, areas.as_deref())?;
        if power.permissions().contains(Permission::DelegationsAnswer) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the power of a caller is over the people of an organisation that it sees.
pub fn over(conn: &mut Conn, scope: &Scope, own: Power, organization: Organization) -> Result<Power, Problem> {
    match organization {
        Organization::Customer(id) if scope.customer().is_none() => {
            let answered = anybody_answers(conn, scope, id)?;
            Ok(if answered { own } else { own.where_nobody_answers() })
        }
        Organization::Platform | Organization::Provider | Organization::Reseller(_) | Organization::Customer(_) => {
            Ok(own)
        }
    }
}

/// What an API client may do, also one that is revoked.
pub fn of_client(client: &StoredApiClient) -> Power {
    let kind = client.organization.kind();
    let ceiling = client.role.permissions().within(kind.ceiling());
    Power::of(client.permissions.map_or(ceiling, |own| own.within(ceiling)), kind)
}

/// Something at a kind of organisation that is to have a request's `permissions`; each that the giver does not hold is
/// named by its place.
pub fn gives<T>(own: Power, wanted: &[Permission], reach: OrganizationKind, thing: T) -> Result<Covered<T>, Problem> {
    own.covers(Power::of(wanted.iter().copied().collect(), reach), thing).map_err(|lacking| {
        let beyond = wanted.iter().enumerate().filter(|(_, permission)| lacking.0.contains(**permission));
        let refusal = |permission: &Permission| Refusal::RoleExceedsOwn(Permissions::of(&[*permission]));
        let named = beyond.map(|(n, one)| (format!("/permissions/{n}"), refusal(one))).collect();
        Problem::from(Refusal::RoleExceedsOwn(lacking.0)).naming(named)
    })
}
