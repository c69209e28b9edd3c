//! Marketplaces: who sells, in which currency, by which clock.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::marketplaces;
use crate::statement::{Fixed, LIST, found, updated};
use crate::types::{Coded, Id, Json};
use diesel::prelude::*;
use domain::id::MarketplaceId;
use domain::money::Currency;
use domain::party::MarketplaceStatus;
use domain::party::{Country, Marketplace};
use domain::subscription::SubscriptionStatus;
use domain::zone::Zone;
use serde_json::Value;

/// A marketplace with what only the service knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMarketplace {
    /// What the domain knows of it.
    pub marketplace: Marketplace,
    /// What it shows of itself: names, links, texts.
    pub profile: Value,
    /// How far a sandbox's own clock is ahead of the real one, in microseconds.
    pub clock_offset_us: i64,
    /// Counts up each time that the catalogue changes.
    pub catalog_version: i64,
    /// Counts up each time that somebody may have lost something, whose token is still out.
    pub access_version: i64,
    /// Counts up with each change of any of it.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = marketplaces)]
struct Row {
    id: Id<MarketplaceId>,
    slug: String,
    name: String,
    country: Coded<Country>,
    currency: Coded<Currency>,
    time_zone: Coded<Zone>,
    sandbox: bool,
    status: Coded<MarketplaceStatus>,
    profile: Json<Value>,
    clock_offset_us: i64,
    catalog_version: i64,
    access_version: i64,
    version: i64,
}

impl From<&StoredMarketplace> for Row {
    fn from(record: &StoredMarketplace) -> Self {
        let marketplace = record.marketplace.clone();
        Self {
            id: Id(marketplace.id),
            slug: marketplace.slug,
            name: marketplace.name,
            country: Coded(marketplace.country),
            currency: Coded(marketplace.currency),
            time_zone: Coded(marketplace.time_zone),
            sandbox: marketplace.sandbox,
            status: Coded(marketplace.status),
            profile: Json(record.profile.clone()),
            clock_offset_us: record.clock_offset_us,
            catalog_version: record.catalog_version,
            access_version: record.access_version,
            version: record.version,
        }
    }
}

impl From<Row> for StoredMarketplace {
    fn from(row: Row) -> Self {
        Self {
            marketplace: Marketplace {
                id: row.id.0,
                slug: row.slug,
                name: row.name,
                country: row.country.0,
                currency: row.currency.0,
                time_zone: row.time_zone.0,
                sandbox: row.sandbox,
                status: row.status.0,
            },
            profile: row.profile.0,
            clock_offset_us: row.clock_offset_us,
            catalog_version: row.catalog_version,
            access_version: row.access_version,
            version: row.version,
        }
    }
}

/// Adds a marketplace.
pub fn insert(tx: &mut Conn, record: &StoredMarketplace) -> Result<()> {
    on!(tx, c => diesel::insert_into(marketplaces::table).values(Row::from(record)).execute(c))?;
    Ok(())
}

/// Every marketplace with its version.
pub fn versions_unscoped(c: &mut Conn) -> Result<Vec<(MarketplaceId, i64)>> {
    let query = marketplaces::table.select((marketplaces::id, marketplaces::version));
    let rows: Vec<(Id<MarketplaceId>, i64)> = on!(c, c => query.load(c))?;
    Ok(rows.into_iter().map(|(id, version)| (id.0, version)).collect())
}

/// Marketplaces, and the ids of those that cannot be read, with why not.
pub type Found = (Vec<StoredMarketplace>, Vec<(MarketplaceId, StoreError)>);

/// Marketplaces by their ids. Of those that cannot be read, why not.
pub fn of_ids_unscoped(c: &mut Conn, ids: &[MarketplaceId]) -> Result<Found> {
    let mut found: Vec<StoredMarketplace> = vec![];
    for ids in ids.chunks(LIST) {
        let query = marketplaces::table.filter(marketplaces::id.eq_any(ids.iter().copied().map(Id)));
        let rows: QueryResult<Vec<Row>> = on!(c, c => query.select(Row::as_select()).load(c));
        match rows.map_err(StoreError::from) {
            Ok(rows) => found.extend(rows.into_iter().map(StoredMarketplace::from)),
            Err(StoreError::Corrupt(_)) => return one_by_one(c, ids),
            Err(error) => return Err(error),
        }
    }
    Ok((found, vec![]))
}

fn one_by_one(c: &mut Conn, ids: &[MarketplaceId]) -> Result<Found> {
    let (mut found, mut unreadable) = (vec![], vec![]);
    for id in ids {
        match by_id_unscoped(c, *id) {
            Ok(record) => found.push(record),
            Err(error @ StoreError::Corrupt(_)) => unreadable.push((*id, error)),
            Err(error) => return Err(error),
        }
    }
    Ok((found, unreadable))
}

/// A marketplace by its id, whoever asks.
pub fn by_id_unscoped(c: &mut Conn, id: MarketplaceId) -> Result<StoredMarketplace> {
    let row: Row = on!(c, c => marketplaces::table.find(Id(id)).select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// The marketplace of a slug, whoever asks.
pub fn by_slug_unscoped(c: &mut Conn, slug: &str) -> Result<StoredMarketplace> {
    let query = marketplaces::table.filter(marketplaces::slug.eq(slug));
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// How far a sandbox's own clock is ahead of the real one, in microseconds.
pub fn clock_offset_unscoped(c: &mut Conn, id: MarketplaceId) -> Result<i64> {
    Ok(on!(c, c => marketplaces::table.find(Id(id)).select(marketplaces::clock_offset_us).get_result(c))?)
}

/// Keeps others from locking the same marketplace until the transaction ends, so that its clock and the
/// version of its catalogue are still what was decided on. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, id: MarketplaceId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        marketplaces::table
            .find(Id(id))
            .select(marketplaces::id)
            .for_no_key_update()
            .get_result::<Id<MarketplaceId>>(c)?;
    }
    Ok(())
}

/// Sets how far a sandbox's clock is ahead, in microseconds.
pub fn set_clock_offset(tx: &mut Conn, id: MarketplaceId, offset_us: i64) -> Result<()> {
    let set = (marketplaces::clock_offset_us.eq(offset_us), marketplaces::version.eq(marketplaces::version + 1));
    match rows_changed!(tx, diesel::update(marketplaces::table.find(Id(id))).set(set))? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// Sets what a marketplace says of itself.
pub fn set_profile(tx: &mut Conn, id: MarketplaceId, profile: &Value) -> Result<()> {
    let set = (marketplaces::profile.eq(Json(profile.clone())), marketplaces::version.eq(marketplaces::version + 1));
    found(rows_changed!(tx, diesel::update(marketplaces::table.find(Id(id))).set(set))?)
}

/// Sets what a marketplace is called, by which time zone it counts its days, what it lets happen and what it says of
/// itself, where its version is still the one that was read; busy where somebody else was faster.
pub fn update(tx: &mut Conn, record: &StoredMarketplace) -> Result<()> {
    let row = Row::from(record);
    let target = marketplaces::table.find(row.id).filter(marketplaces::version.eq(record.version));
    let set = (
        marketplaces::name.eq(row.name),
        marketplaces::time_zone.eq(row.time_zone),
        marketplaces::status.eq(row.status),
        marketplaces::profile.eq(row.profile),
        marketplaces::version.eq(record.version + 1),
    );
    updated(rows_changed!(tx, diesel::update(target).set(set))?)
}

/// How many subscriptions of a marketplace its customers own.
pub fn running_unscoped(c: &mut Conn, id: MarketplaceId) -> Result<i64> {
    use crate::schema::subscriptions;
    let owned = SubscriptionStatus::ALL.iter().filter(|status| status.owned()).map(|status| Coded(*status));
    let running = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(id)))
        .filter(subscriptions::status.eq_any(owned.collect::<Vec<_>>()))
        .count();
    Ok(on!(c, c => running.get_result(c))?)
}

/// Says that the catalogue has changed; the version it now has.
pub fn bump_catalog_version(tx: &mut Conn, id: MarketplaceId) -> Result<i64> {
    let catalog = marketplaces::catalog_version.eq(marketplaces::catalog_version + 1);
    let set = (catalog, marketplaces::version.eq(marketplaces::version + 1));
    let update =
        Fixed(diesel::update(marketplaces::table.find(Id(id))).set(set).returning(marketplaces::catalog_version));
    Ok(on!(tx, c => update.get_result(c))?)
}

/// Says that somebody may have lost something whose token is still out: every process asks anew who may what.
pub fn bump_access_version(tx: &mut Conn, id: MarketplaceId) -> Result<()> {
    let access = marketplaces::access_version.eq(marketplaces::access_version + 1);
    let set = (access, marketplaces::version.eq(marketplaces::version + 1));
    found(rows_changed!(tx, diesel::update(marketplaces::table.find(Id(id))).set(set))?)
}
