//! What somebody with a token may at this moment: disabled, ended, revoked or with another role, it shows at the next
//! request.
//!
//! Who was looked up is remembered until anything of the kind changes anywhere: such a change counts up the
//! marketplace's `access_version` in its own transaction. The process that made it forgets at once, the others when
//! they next look what others changed, half a second later at most.

use crate::auth::power;
use crate::auth::token::{Speaker, Who};
use crate::http::problem::Problem;
use crate::http::problem::there;
use domain::access::{Covered, Organization, Permission, Permissions, Power, RoleName, Scope};
use domain::id::{ApiClientId, ClientSecretId, MarketplaceId, ResellerId, SessionId, UserId};
use domain::people::manage;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::{Conn, Store, api_clients, sessions, users};
use time::OffsetDateTime;

/// Callers remembered; an entry is some 200 bytes.
const REMEMBERED: u64 = 10_000;

/// Who a caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The user's or API client's id.
    pub actor: String,
    /// Whether it is a script or portal.
    pub machine: bool,
    /// The log-in of a person.
    pub session: Option<SessionId>,
    /// Who acts in a person's name.
    pub impersonator: Option<UserId>,
    /// What it is at its organisation.
    pub role: RoleName,
    /// What it may do.
    pub permissions: Permissions,
    /// Whose data it sees.
    pub scope: Scope,
    /// The reseller that a customer buys through: decides the prices it is shown.
    pub buys_through: Option<ResellerId>,
}

impl Identity {
    /// Whether it may do a thing.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// What it can do to others.
    pub fn power(&self) -> Power {
        Power::of(self.permissions, Organization::from(self.scope).kind())
    }

    /// Lets it act on something that has this power; 403 that names what it lacks where it does not hold as much.
    pub fn covers<T>(&self, theirs: Power, thing: T) -> Result<Covered<T>, Problem> {
        Ok(manage::act_on(self.power(), theirs, thing)?)
    }

    /// Somebody who is not logged in, and shows by a link from a mail who it is. It may nothing but what the link is
    /// for.
    pub fn by_link(user: &users::StoredUser) -> Self {
        Self {
            actor: user.id.to_string(),
            machine: false,
            session: None,
            impersonator: None,
            role: user.role.clone(),
            permissions: Permissions::of(&[]),
            scope: user.organization.scope(user.marketplace_id),
            buys_through: None,
        }
    }

    /// The program itself, for the platform: as an operator of it.
    pub fn of_platform(name: &str) -> Self {
        let role = domain::access::Role::PlatformOperator;
        Self {
            role: role.into(),
            permissions: role.permissions(),
            scope: Scope::Platform,
            ..Self::of_program(name, MarketplaceId::PLATFORM)
        }
    }

    /// The program itself, for a marketplace: what no person or client asked for.
    pub fn of_program(name: &str, marketplace: MarketplaceId) -> Self {
        Self {
            actor: name.to_owned(),
            machine: true,
            session: None,
            impersonator: None,
            role: domain::access::Role::ProviderAdmin.into(),
            permissions: Permissions::of(Permission::ALL),
            scope: Scope::Marketplace(marketplace),
            buys_through: None,
        }
    }
}

/// Whom this process knows.
pub struct Standings {
    known: moka::sync::Cache<Speaker, Arc<KnownCaller>>,
    generation: AtomicU64,
    versions: AtomicI64,
}

/// What a speaker was looked up to be.
struct KnownCaller {
    generation: u64,
    /// None may not get in.
    identity: Option<Identity>,
    /// From when on it is over in any case.
    until: Option<OffsetDateTime>,
}

impl Default for Standings {
    fn default() -> Self {
        Self { known: moka::sync::Cache::new(REMEMBERED), generation: AtomicU64::new(0), versions: AtomicI64::new(0) }
    }
}

impl Standings {
    /// Forgets everybody: to be called once a change is committed.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Forgets everybody where another process has changed something: `versions` is the sum of all marketplaces'.
    pub fn heed(&self, versions: i64) {
        if self.versions.swap(versions, Ordering::SeqCst) != versions {
            self.forget();
        }
    }

    /// Who speaks, where that is known: none is to be looked up, an inner none may not get in.
    pub fn recall(&self, speaker: &Speaker, now: OffsetDateTime) -> Option<Option<Identity>> {
        let known = self.known.get(speaker)?;
        if known.generation != self.generation.load(Ordering::SeqCst) {
            return None;
        }
        Some(known.identity.clone().filter(|_| known.until.is_none_or(|until| now < until)))
    }

    /// Looks up who speaks, and remembers it.
    pub fn look_up(&self, store: &Store, speaker: &Speaker, now: OffsetDateTime) -> Result<Option<Identity>, Problem> {
        // Read before the database is: what changes in between is looked up again.
        let generation = self.generation.load(Ordering::SeqCst);
        let found = store.read(|conn| match speaker.who {
            Who::Person { user, session, impersonator } => {
                person(conn, speaker.marketplace, user, session, impersonator)
            }
            Who::Machine { client, secret, granted } => machine(conn, client, secret, granted),
        })?;
        let (identity, until) = found.map_or((None, None), |(identity, until)| (Some(identity), until));
        self.known.insert(*speaker, Arc::new(KnownCaller { generation, identity: identity.clone(), until }));
        Ok(identity.filter(|_| until.is_none_or(|until| now < until)))
    }
}

type Found = Option<(Identity, Option<OffsetDateTime>)>;

fn person(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    user: UserId,
    session: SessionId,
    impersonator: Option<UserId>,
) -> Result<Found, Problem> {
    let Some(session) = there(sessions::by_id_unscoped(conn, session))? else { return Ok(None) };
    let same = (session.marketplace_id, session.user_id, session.impersonator) == (marketplace, user, impersonator);
    if !same || session.ended.is_some() {
        return Ok(None);
    }
    let Some(mut identity) = of_user(conn, marketplace, user)? else { return Ok(None) };
    identity.session = Some(session.id);
    if let Some(impersonator) = impersonator {
        // Whoever acts in somebody's name must still be allowed to, and never may more than both.
        let Some(own) = of_user(conn, marketplace, impersonator)? else { return Ok(None) };
        if !own.may(Permission::UsersImpersonate) || own.power().covers(identity.power(), ()).is_err() {
            return Ok(None);
        }
        identity.impersonator = Some(impersonator);
    }
    Ok(Some((identity, Some(session.absolute_until))))
}

/// Who a user is, where it may get in at all.
pub fn of_user(conn: &mut Conn, marketplace: MarketplaceId, id: UserId) -> Result<Option<Identity>, Problem> {
    let Some(user) = there(users::by_id_unscoped(conn, marketplace, id))? else { return Ok(None) };
    if !user.state.may_be_in() {
        return Ok(None);
    }
    let permissions = power::of_user(conn, &user)?.permissions();
    let scope = user.organization.scope_of(marketplace, id, permissions);
    Ok(Some(Identity {
        actor: id.to_string(),
        machine: false,
        session: None,
        impersonator: None,
        role: user.role,
        permissions,
        scope,
        buys_through: buys_through(conn, scope, user.organization)?,
    }))
}

fn machine(
    conn: &mut Conn,
    client: ApiClientId,
    secret: ClientSecretId,
    granted: Permissions,
) -> Result<Found, Problem> {
    let Some(client) = there(api_clients::by_id_unscoped(conn, client))? else { return Ok(None) };
    let live =
        there(api_clients::secret_unscoped(conn, client.id, secret))?.is_some_and(|secret| secret.revoked_at.is_none());
    if client.revoked || !live {
        return Ok(None);
    }
    let identity = of_client(conn, &client)?;
    let permissions = identity.permissions.within(granted);
    Ok(Some((Identity { permissions, ..identity }, None)))
}

/// Who an API client is.
fn of_client(conn: &mut Conn, client: &api_clients::StoredApiClient) -> Result<Identity, Problem> {
    let scope = client.organization.scope(client.marketplace_id);
    Ok(Identity {
        actor: client.id.to_string(),
        machine: true,
        session: None,
        impersonator: None,
        role: client.role.into(),
        permissions: power::of_client(client).permissions(),
        scope,
        buys_through: buys_through(conn, scope, client.organization)?,
    })
}

fn buys_through(conn: &mut Conn, scope: Scope, organization: Organization) -> Result<Option<ResellerId>, Problem> {
    match organization {
        Organization::Customer(id) => Ok(store::customers::get(conn, &scope, id)?.value.reseller_id),
        Organization::Platform | Organization::Provider | Organization::Reseller(_) => Ok(None),
    }
}
