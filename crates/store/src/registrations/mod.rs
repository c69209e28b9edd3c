//! Registrations: strangers who want to be let in.

mod rows;

pub use rows::StoredRegistration;

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, Place, SortValue, SortedRequest, Times};
use crate::schema::people::users;
use crate::schema::registrations::registrations;
use crate::statement::{found, provider, updated};
use crate::types::{Coded, Id};
use crate::version::next_version;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId, RegistrationId};
use domain::registration::RegistrationStatus;
use rows::Row;
use std::collections::HashMap;

/// The most organisations that are told of a domain.
const MOST: usize = 10;
/// The most that are looked at for the domains of a page.
const MOST_AT_ONCE: i64 = 2_000;

/// Adds a registration.
pub fn insert(tx: &mut Conn, record: &StoredRegistration) -> Result<()> {
    on!(tx, c => diesel::insert_into(registrations::table).values(Row::from(record)).execute(c))?;
    Ok(())
}

/// A registration, whoever asks: strangers have no scope.
pub fn by_id_unscoped(c: &mut Conn, marketplace: MarketplaceId, id: RegistrationId) -> Result<StoredRegistration> {
    let query = registrations::table.find((Id(marketplace), Id(id)));
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// A registration, for the provider.
pub fn get(c: &mut Conn, scope: &Scope, id: RegistrationId) -> Result<StoredRegistration> {
    by_id_unscoped(c, provider(scope)?, id)
}

/// The registration of an address of which something is still to come.
pub fn open_of_unscoped(c: &mut Conn, marketplace: MarketplaceId, email: &str) -> Result<Option<StoredRegistration>> {
    let open: Vec<_> = RegistrationStatus::ALL.iter().copied().filter(|status| status.is_open()).map(Coded).collect();
    let query = registrations::table
        .filter(registrations::marketplace_id.eq(Id(marketplace)))
        .filter(registrations::email.eq(email))
        .filter(registrations::status.eq_any(open));
    let row: Option<Row> = on!(c, c => query.select(Row::as_select()).get_result(c).optional())?;
    Ok(row.map(StoredRegistration::from))
}

/// A marketplace's registrations that have been looked into, for its provider.
pub fn list(
    c: &mut Conn,
    scope: &Scope,
    (status, times): (Option<RegistrationStatus>, Times),
    page: &SortedRequest,
) -> Result<Page<StoredRegistration, Place>> {
    let marketplace = provider(scope)?;
    let column = times.of_creation().then_some("registrations.created_at");
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = registrations::table
            .filter(registrations::marketplace_id.eq(Id(marketplace)))
            // Spelt out, so that both databases see which index holds just these.
            .filter(sql::<Bool>("registrations.status <> 'received'"))
            .select(Row::as_select())
            .into_boxed::<Db>();
        if let Some(status) = status {
            query = query.filter(registrations::status.eq(Coded(status)));
        }
        query = created!(query, registrations::created_at, page.left(times));
        sorted!(query, registrations::id, "registrations.id", column, page).load(c)
    })?;
    let place = |row: &Row| Place { value: column.map(|_| SortValue::At(row.created_at.0)), id: row.id.0.as_u128() };
    Ok(Page::sorted(rows, page, place).map(StoredRegistration::from))
}

/// Changes a registration; the version it then has.
pub fn update(tx: &mut Conn, record: &StoredRegistration, expected: Option<i64>) -> Result<i64> {
    let current = by_id_unscoped(tx, record.marketplace_id, record.id)?.version;
    let version = next_version(current, expected)?;
    let target = registrations::table
        .find((Id(record.marketplace_id), Id(record.id)))
        .filter(registrations::version.eq(current));
    let set = Row::from(&StoredRegistration { version, ..record.clone() });
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    Ok(version)
}

/// Forgets a registration that led to nothing.
pub fn delete(tx: &mut Conn, marketplace: MarketplaceId, id: RegistrationId) -> Result<()> {
    found(on!(tx, c => diesel::delete(registrations::table.find((Id(marketplace), Id(id)))).execute(c))?)
}

/// Keeps others from locking the same registration until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, marketplace: MarketplaceId, id: RegistrationId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let row = registrations::table.find((Id(marketplace), Id(id))).select(registrations::id);
        row.for_no_key_update().get_result::<Id<RegistrationId>>(c)?;
    }
    Ok(())
}

/// The customers whose people have addresses of some domains, and their names, by domain (C-04): of each at most ten,
/// the oldest first.
pub fn organizations_of_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    domains: &[&str],
) -> Result<HashMap<String, Vec<(CustomerId, String)>>> {
    if domains.is_empty() {
        return Ok(HashMap::new());
    }
    let found = users::table
        .filter(users::marketplace_id.eq(Id(marketplace)))
        .filter(users::deleted_at.is_null())
        .filter(users::customer_id.is_not_null())
        .filter(users::email_domain.eq_any(domains.iter().copied()))
        .select((users::customer_id, users::email_domain))
        .distinct()
        .order(users::customer_id)
        .limit(MOST_AT_ONCE);
    let found: Vec<(Option<Id<CustomerId>>, Option<String>)> = on!(c, c => found.load(c))?;
    let ids: Vec<_> = found.iter().filter_map(|(id, _)| Some(id.as_ref()?.0)).collect();
    let scope = Scope::Marketplace(marketplace);
    let names: HashMap<_, _> =
        crate::customers::of_ids(c, &scope, &ids)?.into_iter().map(|customer| (customer.id, customer.name)).collect();
    let mut known: HashMap<String, Vec<(CustomerId, String)>> = HashMap::new();
    for (id, domain) in found {
        let named = id.zip(domain).and_then(|(id, domain)| Some((id.0, names.get(&id.0)?.clone(), domain)));
        let Some((id, name, domain)) = named else { continue };
        let of_domain = known.entry(domain).or_default();
        if of_domain.len() < MOST {
            of_domain.push((id, name));
        }
    }
    Ok(known)
}
