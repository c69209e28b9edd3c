//! Resellers: a provider sees its own, a reseller itself, a customer none.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::schema::resellers;
use crate::search::{self, Kind, Search};
use crate::statement::updated;
use crate::types::{At, Coded, Id, Json};
use crate::version::{Versioned, next_version};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{MarketplaceId, ResellerId};
use domain::language::Language;
use domain::onboarding::{Onboarding, Standing};
use domain::party::{Address, Contact, Reseller};
use std::collections::HashMap;
use time::OffsetDateTime;

/// The most accounts of one partner that are looked at.
const MOST_OF_A_PARTNER: usize = 5;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = resellers, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<ResellerId>,
    name: String,
    partner_id: Option<String>,
    created_at: At,
    version: i64,
    customer_number: Option<String>,
    microsoft_id: Option<String>,
    address: Option<Json<Address>>,
    contact: Option<Json<Contact>>,
    external_ref: Option<String>,
    standing: Option<Json<Standing>>,
    ids_completed_at: Option<At>,
    access_granted_at: Option<At>,
    access_overdue_at: Option<At>,
    language: Option<Coded<Language>>,
}

/// How far a reseller has come, read with something else.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resellers)]
pub(crate) struct OnboardingRow {
    standing: Option<Json<Standing>>,
    ids_completed_at: Option<At>,
    access_granted_at: Option<At>,
    access_overdue_at: Option<At>,
}

impl From<OnboardingRow> for Onboarding {
    fn from(row: OnboardingRow) -> Self {
        Self {
            standing: row.standing.map(|standing| standing.0),
            ids_completed_at: row.ids_completed_at.map(|at| at.0),
            access_granted_at: row.access_granted_at.map(|at| at.0),
            access_overdue_at: row.access_overdue_at.map(|at| at.0),
        }
    }
}

impl From<Row> for Versioned<Reseller> {
    fn from(row: Row) -> Self {
        let Row { standing, ids_completed_at, access_granted_at, access_overdue_at, .. } = row;
        let onboarding = OnboardingRow { standing, ids_completed_at, access_granted_at, access_overdue_at }.into();
        let value = Reseller {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            name: row.name,
            partner_id: row.partner_id,
            microsoft_id: row.microsoft_id,
            customer_number: row.customer_number,
            address: row.address.map(|address| address.0),
            contact: row.contact.map(|contact| contact.0),
            external_ref: row.external_ref,
            language: row.language.map(|language| language.0),
            onboarding,
        };
        Self { value, version: row.version, created_at: row.created_at.0, updated_at: None }
    }
}

fn row(reseller: &Reseller, created_at: OffsetDateTime, version: i64) -> Row {
    let onboarding = reseller.onboarding;
    Row {
        marketplace_id: Id(reseller.marketplace_id),
        id: Id(reseller.id),
        name: reseller.name.clone(),
        partner_id: reseller.partner_id.clone(),
        created_at: At(created_at),
        version,
        customer_number: reseller.customer_number.clone(),
        microsoft_id: reseller.microsoft_id.clone(),
        address: reseller.address.clone().map(Json),
        contact: reseller.contact.clone().map(Json),
        external_ref: reseller.external_ref.clone(),
        standing: onboarding.standing.map(Json),
        ids_completed_at: onboarding.ids_completed_at.map(At),
        access_granted_at: onboarding.access_granted_at.map(At),
        access_overdue_at: onboarding.access_overdue_at.map(At),
        language: reseller.language.map(Coded),
    }
}

/// `resellers_within!(query, scope)`: only the resellers of a boxed query that the scope sees, which is not a
/// customer's.
macro_rules! resellers_within {
    ($query:expr, $scope:expr) => {{
        let query = $query.filter(resellers::marketplace_id.eq(Id($scope.marketplace())));
        match $scope.reseller() {
            Some(id) => query.filter(resellers::id.eq(Id(id))),
            None => query,
        }
    }};
}

/// Adds a reseller.
pub fn insert(tx: &mut Conn, reseller: &Reseller, created_at: OffsetDateTime) -> Result<()> {
    on!(tx, c => diesel::insert_into(resellers::table).values(row(reseller, created_at, 1)).execute(c))?;
    search::add(tx, reseller.marketplace_id, Kind::Reseller, reseller.id.as_u128(), said_of(reseller))
}

/// What a reseller is searched by.
fn said_of(reseller: &Reseller) -> Vec<String> {
    let numbers = [&reseller.customer_number, &reseller.partner_id, &reseller.external_ref];
    search::words([reseller.name.as_str()].into_iter().chain(numbers.into_iter().flatten().map(String::as_str)))
}

/// A reseller that the scope sees, with its version.
pub fn get(c: &mut Conn, scope: &Scope, id: ResellerId) -> Result<Versioned<Reseller>> {
    if scope.customer().is_some() {
        return Err(StoreError::NotFound);
    }
    let row: Row = on!(c, c, Db => {
        let query = resellers::table.filter(resellers::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        resellers_within!(query, scope).get_result(c)
    })?;
    Ok(row.into())
}

/// The resellers that the scope sees whose partner id one of these numbers is, by number; a partner may have several
/// accounts, but few.
pub fn of_partner_ids(c: &mut Conn, scope: &Scope, numbers: &[&str]) -> Result<HashMap<String, Vec<ResellerId>>> {
    let mut found: HashMap<String, Vec<ResellerId>> = HashMap::new();
    if scope.customer().is_some() || numbers.is_empty() {
        return Ok(found);
    }
    let rows: Vec<(Option<String>, Id<ResellerId>)> = on!(c, c, Db => {
        let query = resellers::table
            .filter(resellers::partner_id.eq_any(numbers.iter().map(|number| Some(*number))))
            .order(resellers::id)
            .select((resellers::partner_id, resellers::id))
            .into_boxed::<Db>();
        resellers_within!(query, scope).load(c)
    })?;
    for (number, id) in rows {
        let all = found.entry(number.unwrap_or_default()).or_default();
        if all.len() < MOST_OF_A_PARTNER {
            all.push(id.0);
        }
    }
    Ok(found)
}

/// Some of the resellers that the scope sees.
pub fn of_ids(c: &mut Conn, scope: &Scope, ids: &[ResellerId]) -> Result<Vec<Reseller>> {
    if scope.customer().is_some() || ids.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = resellers::table
            .filter(resellers::id.eq_any(ids.iter().copied().map(Id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        resellers_within!(query, scope).load(c)
    })?;
    Ok(rows.into_iter().map(|row| Versioned::from(row).value).collect())
}

/// The resellers that the scope sees, page by page.
pub fn list(
    c: &mut Conn,
    scope: &Scope,
    (external_ref, search): (Option<&str>, Option<&Search>),
    page: &PageRequest,
) -> Result<Page<Versioned<Reseller>>> {
    if scope.customer().is_some() {
        return Ok(Page::empty());
    }
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = resellers::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(external_ref) = external_ref {
            query = query.filter(resellers::external_ref.eq(external_ref));
        }
        for found in search::found(search, scope.marketplace(), Kind::Reseller, "resellers.id") {
            query = query.filter(found);
        }
        paged!(resellers_within!(query, scope), resellers::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(Versioned::from))
}

/// Changes a reseller; the version it then has.
pub fn update(tx: &mut Conn, scope: &Scope, reseller: &Reseller, expected: Option<i64>) -> Result<i64> {
    let current = get(tx, scope, reseller.id)?;
    let version = next_version(current.version, expected)?;
    let target = resellers::table
        .find((Id(scope.marketplace()), Id(reseller.id)))
        .filter(resellers::version.eq(current.version));
    let set = row(reseller, current.created_at, version);
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    let (before, after) = (said_of(&current.value), said_of(reseller));
    search::change(tx, reseller.marketplace_id, Kind::Reseller, reseller.id.as_u128(), &before, after)?;
    Ok(version)
}

/// Keeps others from locking the same reseller until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, scope: &Scope, id: ResellerId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let row = resellers::table.find((Id(scope.marketplace()), Id(id))).select(resellers::id);
        row.for_no_key_update().get_result::<Id<ResellerId>>(c)?;
    }
    Ok(())
}

/// The marketplaces in which a reseller waits for access without anybody having been told, and since when the first.
pub fn awaiting_unscoped(c: &mut Conn) -> Result<Vec<(MarketplaceId, OffsetDateTime)>> {
    let query = resellers::table
        .filter(resellers::ids_completed_at.is_not_null())
        .filter(resellers::access_granted_at.is_null())
        .filter(resellers::access_overdue_at.is_null())
        .group_by(resellers::marketplace_id)
        .select((resellers::marketplace_id, diesel::dsl::min(resellers::ids_completed_at)));
    let rows: Vec<(Id<MarketplaceId>, Option<At>)> = on!(c, c => query.load(c))?;
    Ok(rows.into_iter().filter_map(|(id, since)| Some((id.0, since?.0))).collect())
}

/// Resellers of a marketplace whose ids were complete at an instant, and who wait for access since; those whom nobody
/// was told about yet (T-09).
pub fn overdue_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    completed_until: OffsetDateTime,
) -> Result<Vec<ResellerId>> {
    let query = resellers::table
        .filter(resellers::marketplace_id.eq(Id(marketplace)))
        .filter(resellers::ids_completed_at.le(At(completed_until)))
        .filter(resellers::access_granted_at.is_null())
        .filter(resellers::access_overdue_at.is_null())
        .order(resellers::ids_completed_at)
        .select(resellers::id);
    let ids: Vec<Id<ResellerId>> = on!(c, c => query.load(c))?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}
