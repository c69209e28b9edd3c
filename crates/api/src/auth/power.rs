//! The power of people and clients as they are stored, and the one check that whoever acts on it holds as much.

use crate::http::problem::{Problem, there};
use domain::access::{Covered, OrganizationKind, Permission, Permissions, Power, RoleName};
use domain::refusal::Refusal;
use store::api_clients::StoredApiClient;
use store::users::StoredUser;
use store::{Conn, roles};

/// What a user may do, whether or not it gets in at this moment.
pub fn of_user(conn: &mut Conn, user: &StoredUser) -> Result<Power, Problem> {
    let own = match &user.role {
        RoleName::Own(key) => there(roles::by_key_unscoped(conn, user.marketplace_id, key))?.map(|own| own.value.role),
        RoleName::Shipped(_) => None,
    };
    let kind = user.organization.kind();
    // A role of another kind of organisation permits nothing here.
    let own = own.filter(|own| own.organization == kind);
    Ok(Power::of(user.role.permissions(user.areas.as_deref(), own.as_ref()).within(kind.ceiling()), kind))
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
