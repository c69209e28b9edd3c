//! Users: people who can log in. Their log-in name is unique within a marketplace. Who was deleted is kept without a
//! name, because what was done by them is; nothing here finds them.

mod rows;

pub use rows::StoredUser;

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Order, Page, Place, SortValue, SortedRequest, Times};
use crate::schema::{customers, users};
use crate::search::{self, Kind, Search};
use crate::statement::updated;
use crate::types::{At, Coded, Id, Json, count};
use crate::version::next_version;
use diesel::dsl::not;
use diesel::prelude::*;
use domain::access::{Area, Organization, RoleName, Scope};
use domain::id::{CustomerId, MarketplaceId, ResellerId, UserId};
use domain::people::UserStatus;
use rows::Row;
use std::collections::{HashMap, HashSet};
use time::OffsetDateTime;

/// The most users that one log-in name finds; more marketplaces than this nobody works for.
const MOST: i64 = 20;

/// Which users; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// Of this reseller itself.
    pub reseller_id: Option<ResellerId>,
    /// With this role.
    pub role: Option<&'a RoleName>,
    /// In this state, at an instant of real time.
    pub status: Option<(UserStatus, OffsetDateTime)>,
    /// With this log-in name.
    pub login: Option<&'a str>,
    /// Known to their owner by this.
    pub external_ref: Option<&'a str>,
    /// Of whose names and addresses these words are.
    pub search: Option<&'a Search>,
    /// Only who was changed in this time.
    pub times: Times,
}

/// `users_within!(query, scope)`: only the users of a boxed query that the scope sees: a reseller its own and
/// its customers'.
macro_rules! users_within {
    ($query:expr, $scope:expr) => {{
        let query =
            $query.filter(users::marketplace_id.eq(Id($scope.marketplace()))).filter(users::deleted_at.is_null());
        match $scope {
            Scope::Platform | Scope::Marketplace(_) => query,
            Scope::Customer(_, id) | Scope::Assigned(_, id, _) => query.filter(users::customer_id.eq(Some(Id(*id)))),
            Scope::Reseller(_, id) => query.filter(users::seen_by_reseller_id.eq(Some(Id(*id)))),
        }
    }};
}

/// Adds a user.
pub fn insert(tx: &mut Conn, user: &StoredUser) -> Result<()> {
    insert_all(tx, std::slice::from_ref(user))
}

/// Adds users, all or none, in few statements.
pub fn insert_all(tx: &mut Conn, all: &[StoredUser]) -> Result<()> {
    let sellers = sellers_of(tx, all)?;
    let row = |user: &StoredUser| {
        let customer = user.organization.customer();
        let seller = customer.and_then(|id| sellers.get(&id).copied()).or(user.organization.reseller());
        Row::seen_by(user, seller)
    };
    let rows: Vec<Row> = all.iter().map(row).collect();
    insert_rows!(tx, users, &rows);
    let said = all.iter().map(|user| (user.marketplace_id, user.id.as_u128(), said_of(user)));
    search::add_all(tx, Kind::User, said)
}

/// What somebody is searched by; nothing of whom was deleted.
fn said_of(user: &StoredUser) -> Vec<String> {
    let said = [&user.first_name, &user.last_name, &user.email, &user.login].map(String::as_str);
    if user.deleted_at.is_some() { vec![] } else { search::words(said) }
}

/// The resellers of the customers whose people these are.
fn sellers_of(c: &mut Conn, all: &[StoredUser]) -> Result<HashMap<CustomerId, ResellerId>> {
    let customers: HashSet<_> = all.iter().filter_map(|user| user.organization.customer()).collect();
    let Some(marketplace) = all.first().map(|user| user.marketplace_id).filter(|_| !customers.is_empty()) else {
        return Ok(HashMap::new());
    };
    let query = customers::table
        .filter(customers::marketplace_id.eq(Id(marketplace)))
        .filter(customers::id.eq_any(customers.into_iter().map(Id)))
        .select((customers::id, customers::reseller_id));
    let rows: Vec<(Id<CustomerId>, Option<Id<ResellerId>>)> = on!(c, c => query.load(c))?;
    Ok(rows.into_iter().filter_map(|(customer, reseller)| Some((customer.0, reseller?.0))).collect())
}

type RoleHeld = (Coded<RoleName>, Option<Json<Vec<Area>>>);

/// The roles, each with its areas, of those of a customer that have come in and are not shut out.
pub fn roles_in(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<(RoleName, Option<Vec<Area>>)>> {
    let query = users::table
        .filter(users::marketplace_id.eq(Id(scope.marketplace())))
        .filter(users::customer_id.eq(Some(Id(customer))))
        .filter(users::activated_at.is_not_null())
        .filter(users::disabled.eq(false))
        .filter(users::deleted_at.is_null())
        .select((users::role, users::areas))
        .distinct()
        .limit(MOST);
    let rows: Vec<RoleHeld> = on!(c, c => query.load(c))?;
    Ok(rows.into_iter().map(|(role, areas)| (role.0, areas.map(|areas| areas.0))).collect())
}

/// The users of a log-in name, in one marketplace or, not knowing which, in all.
pub fn by_login_unscoped(c: &mut Conn, login: &str, marketplace: Option<MarketplaceId>) -> Result<Vec<StoredUser>> {
    let login = login.to_ascii_lowercase();
    let query = users::table.filter(users::login.eq(login)).order(users::id).limit(MOST);
    let rows: Vec<Row> = match marketplace.map(Id) {
        Some(id) => on!(c, c => query.filter(users::marketplace_id.eq(id)).select(Row::as_select()).load(c)),
        None => on!(c, c => query.select(Row::as_select()).load(c)),
    }?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

/// Those of these log-in names that are taken, with their users.
pub fn by_logins_unscoped(c: &mut Conn, marketplace: MarketplaceId, logins: &[&str]) -> Result<Vec<StoredUser>> {
    let query = users::table.filter(users::marketplace_id.eq(Id(marketplace))).filter(users::login.eq_any(logins));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

/// Those whom some owner knows by one of these references, in the whole marketplace.
pub fn by_external_refs_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    references: &[&str],
) -> Result<Vec<StoredUser>> {
    let wanted = references.iter().copied().map(Some);
    let query =
        users::table.filter(users::marketplace_id.eq(Id(marketplace))).filter(users::external_ref.eq_any(wanted));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

/// A user of a marketplace, whoever asks: for what is decided before or without a scope.
pub fn by_id_unscoped(c: &mut Conn, marketplace: MarketplaceId, id: UserId) -> Result<StoredUser> {
    let query = users::table.find((Id(marketplace), Id(id))).filter(users::deleted_at.is_null());
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// A user whom a scope sees.
pub fn get(c: &mut Conn, scope: &Scope, id: UserId) -> Result<StoredUser> {
    let row: Row = on!(c, c, Db => {
        let query = users::table.filter(users::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        users_within!(query, scope).get_result(c)
    })?;
    Ok(row.into())
}

/// The users whom a scope sees.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter<'_>, page: &SortedRequest) -> Result<Page<StoredUser, Place>> {
    let column = (page.by == Order::Updated).then_some("users.updated_at");
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = users::table.select(Row::as_select()).into_boxed::<Db>();
        for found in search::found(filter.search, scope.marketplace(), Kind::User, "users.id") {
            query = query.filter(found);
        }
        query = updated_since!(query, users::updated_at, page.left(filter.times));
        if let Some(id) = filter.customer_id {
            query = query.filter(users::customer_id.eq(Some(Id(id))));
        }
        if let Some(id) = filter.reseller_id {
            query = query.filter(users::reseller_id.eq(Some(Id(id))));
        }
        if let Some(role) = filter.role {
            query = query.filter(users::role.eq(Coded(role.clone())));
        }
        if let Some(login) = filter.login {
            query = query.filter(users::login.eq(login.to_ascii_lowercase()));
        }
        if let Some(external_ref) = filter.external_ref {
            query = query.filter(users::external_ref.eq(external_ref.to_owned()));
        }
        if let Some((status, now)) = filter.status {
            // Without values, so that both databases see which index holds just these.
            query = match status {
                UserStatus::Disabled => query.filter(users::disabled),
                UserStatus::NotActivated => query.filter(not(users::disabled)).filter(users::activated_at.is_null()),
                UserStatus::Locked => query
                    .filter(not(users::disabled))
                    .filter(users::activated_at.is_not_null())
                    .filter(users::locked_at.is_not_null())
                    .filter(users::locked_until.is_null().or(users::locked_until.gt(Some(At(now))))),
                UserStatus::Ready => query
                    .filter(not(users::disabled))
                    .filter(users::activated_at.is_not_null())
                    .filter(users::locked_at.is_null().or(users::locked_until.le(Some(At(now))))),
            };
        }
        sorted!(users_within!(query, scope), users::id, "users.id", column, page).load(c)
    })?;
    let place = |row: &Row| Place { value: column.map(|_| SortValue::At(row.updated_at.0)), id: row.id.0.as_u128() };
    Ok(Page::sorted(rows, page, place).map(StoredUser::from))
}

/// Changes a user at an instant, and says so of it: with the version that it then has.
pub fn update(tx: &mut Conn, user: &mut StoredUser, expected: Option<i64>, at: OffsetDateTime) -> Result<()> {
    let before: Row = {
        let query = users::table.find((Id(user.marketplace_id), Id(user.id)));
        on!(tx, c => query.select(Row::as_select()).get_result(c))?
    };
    let before = StoredUser::from(before);
    let version = next_version(before.version, expected)?;
    let target = users::table.find((Id(user.marketplace_id), Id(user.id))).filter(users::version.eq(before.version));
    let mut set = Row::from(&*user);
    (set.version, set.updated_at) = (version, At(at));
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    (user.version, user.updated_at) = (version, at);
    search::change(tx, user.marketplace_id, Kind::User, user.id.as_u128(), &said_of(&before), said_of(user))
}

/// Keeps others from locking the same user until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, marketplace: MarketplaceId, id: UserId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let row = users::table.find((Id(marketplace), Id(id))).select(users::id);
        row.for_no_key_update().get_result::<Id<UserId>>(c)?;
    }
    Ok(())
}

/// `of!(query, marketplace, organization)`: only the users of a boxed query who belong to an organisation itself.
macro_rules! of {
    ($query:expr, $marketplace:expr, $organization:expr) => {{
        let query = $query.filter(users::marketplace_id.eq(Id($marketplace))).filter(users::deleted_at.is_null());
        match $organization {
            Organization::Platform | Organization::Provider => {
                query.filter(users::reseller_id.is_null()).filter(users::customer_id.is_null())
            }
            Organization::Reseller(id) => query.filter(users::reseller_id.eq(Some(Id(id)))),
            Organization::Customer(id) => query.filter(users::customer_id.eq(Some(Id(id)))),
        }
    }};
}

/// How many of an organisation's people have a role, are activated and not kept out. PostgreSQL locks them: of two
/// that would remove the last administrator one comes second.
pub fn count_active(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    organization: Organization,
    role: &RoleName,
) -> Result<u32> {
    let ids: Vec<Id<UserId>> = on!(tx, c, Db => {
        let query = users::table.select(users::id).into_boxed::<Db>();
        of!(query, marketplace, organization)
            .filter(users::role.eq(Coded(role.clone())))
            .filter(users::disabled.eq(false))
            .filter(users::activated_at.is_not_null())
            .order(users::id)
            .load(c)
    })?;
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let still = users::table
            .filter(users::marketplace_id.eq(Id(marketplace)))
            .filter(users::id.eq_any(ids))
            .filter(users::role.eq(Coded(role.clone())))
            .filter(users::disabled.eq(false))
            .filter(users::deleted_at.is_null())
            .order(users::id)
            .select(users::id);
        let still: Vec<Id<UserId>> = still.for_no_key_update().load(c)?;
        return count(still.len() as i64);
    }
    count(ids.len() as i64)
}

/// The people of an organisation itself who have a role and are not kept out; the oldest first, at most so many.
pub fn with_role_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    organization: Organization,
    role: &RoleName,
    most: u32,
) -> Result<Vec<StoredUser>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = users::table.select(Row::as_select()).into_boxed::<Db>();
        of!(query, marketplace, organization)
            .filter(users::role.eq(Coded(role.clone())))
            .filter(users::disabled.eq(false))
            .order((users::created_at, users::id))
            .limit(most.into())
            .load(c)
    })?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

/// The people of these organisations themselves who have one of these roles and are not kept out, the oldest first.
pub fn with_roles_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    (resellers, customers): (&[ResellerId], &[CustomerId]),
    roles: &[RoleName],
) -> Result<Vec<StoredUser>> {
    let (resellers, customers) = (resellers.iter().map(|id| Some(Id(*id))), customers.iter().map(|id| Some(Id(*id))));
    let of = users::reseller_id.eq_any(resellers).or(users::customer_id.eq_any(customers));
    let query = users::table
        .filter(users::marketplace_id.eq(Id(marketplace)))
        .filter(users::deleted_at.is_null())
        .filter(users::disabled.eq(false))
        .filter(users::role.eq_any(roles.iter().cloned().map(Coded)))
        .filter(of)
        .order((users::created_at, users::id));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

/// Whether anybody has a role.
pub fn anybody_has_unscoped(c: &mut Conn, marketplace: MarketplaceId, role: &RoleName) -> Result<bool> {
    let people = users::table
        .filter(users::marketplace_id.eq(Id(marketplace)))
        .filter(users::role.eq(Coded(role.clone())))
        .filter(users::deleted_at.is_null())
        .select(users::id);
    let one: Option<Id<UserId>> = on!(c, c => people.first(c).optional())?;
    Ok(one.is_some())
}

/// Those of these users that there are.
pub fn of_ids_unscoped(c: &mut Conn, marketplace: MarketplaceId, ids: &[UserId]) -> Result<Vec<StoredUser>> {
    let query = users::table
        .filter(users::marketplace_id.eq(Id(marketplace)))
        .filter(users::deleted_at.is_null())
        .filter(users::id.eq_any(ids.iter().copied().map(Id)));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}
