//! The provider's records of customer numbers. Only the provider reads them; a registration asks for one number.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::organizations::customer_numbers;
use crate::statement::{provider, updated};
use crate::types::{At, Coded, Id};
use crate::version::{Versioned, next_version};
use diesel::prelude::*;
use domain::access::Scope;
use domain::customer_number::{CompanyFacts, CustomerRecord};
use domain::id::{CustomerId, MarketplaceId, ResellerId};
use domain::party::Country;
use time::OffsetDateTime;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = customer_numbers, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<u128>,
    number: String,
    name: String,
    postal_code: String,
    country: Coded<Country>,
    region: Option<String>,
    reseller_id: Option<Id<ResellerId>>,
    customer_id: Option<Id<CustomerId>>,
    created_at: At,
    version: i64,
}

impl From<Row> for Versioned<CustomerRecord> {
    fn from(row: Row) -> Self {
        let company =
            CompanyFacts { name: row.name, postal_code: row.postal_code, country: row.country.0, region: row.region };
        let value = CustomerRecord {
            marketplace_id: row.marketplace_id.0,
            number: row.number,
            company,
            reseller_id: row.reseller_id.map(|id| id.0),
            customer_id: row.customer_id.map(|id| id.0),
        };
        Self { value, version: row.version, created_at: row.created_at.0, updated_at: None }
    }
}

/// Adds a record; `id` only orders the list.
pub fn insert(tx: &mut Conn, id: u128, record: &CustomerRecord, created_at: OffsetDateTime) -> Result<()> {
    let row = Row {
        marketplace_id: Id(record.marketplace_id),
        id: Id(id),
        number: record.number.clone(),
        name: record.company.name.clone(),
        postal_code: record.company.postal_code.clone(),
        country: Coded(record.company.country),
        region: record.company.region.clone(),
        reseller_id: record.reseller_id.map(Id),
        customer_id: record.customer_id.map(Id),
        created_at: At(created_at),
        version: 1,
    };
    on!(tx, c => diesel::insert_into(customer_numbers::table).values(row).execute(c))?;
    Ok(())
}

/// The record of a number; only the provider sees them.
pub fn get(c: &mut Conn, scope: &Scope, number: &str) -> Result<Versioned<CustomerRecord>> {
    let query = customer_numbers::table
        .filter(customer_numbers::marketplace_id.eq(Id(provider(scope)?)))
        .filter(customer_numbers::number.eq(number));
    let row: Row = on!(c, c => query.select(Row::as_select()).get_result(c))?;
    Ok(row.into())
}

/// The records in the order in which they came; only the provider sees them.
pub fn list(c: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<Versioned<CustomerRecord>>> {
    let Ok(marketplace) = provider(scope) else { return Ok(Page::empty()) };
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = customer_numbers::table
            .filter(customer_numbers::marketplace_id.eq(Id(marketplace)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        paged!(query, customer_numbers::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0).map(Versioned::from))
}

/// Changes a record, also who is registered under its number; the version it then has.
pub fn update(tx: &mut Conn, record: &CustomerRecord, expected: Option<i64>) -> Result<i64> {
    let current = get(tx, &Scope::Marketplace(record.marketplace_id), &record.number)?.version;
    let version = next_version(current, expected)?;
    let row = customer_numbers::table
        .filter(customer_numbers::marketplace_id.eq(Id(record.marketplace_id)))
        .filter(customer_numbers::number.eq(&record.number))
        .filter(customer_numbers::version.eq(current));
    let set = (
        customer_numbers::name.eq(&record.company.name),
        customer_numbers::postal_code.eq(&record.company.postal_code),
        customer_numbers::country.eq(Coded(record.company.country)),
        customer_numbers::region.eq(&record.company.region),
        customer_numbers::reseller_id.eq(record.reseller_id.map(Id)),
        customer_numbers::customer_id.eq(record.customer_id.map(Id)),
        customer_numbers::version.eq(version),
    );
    updated(rows_changed!(tx, diesel::update(row).set(set))?)?;
    Ok(version)
}

/// Removes a record.
pub fn delete(tx: &mut Conn, marketplace: MarketplaceId, number: &str) -> Result<()> {
    let row = customer_numbers::table
        .filter(customer_numbers::marketplace_id.eq(Id(marketplace)))
        .filter(customer_numbers::number.eq(number));
    updated(on!(tx, c => diesel::delete(row).execute(c))?)
}
