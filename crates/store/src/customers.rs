//! Customers: the end organisations.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Order, Page, Place, SortValue, SortedRequest, Times};
use crate::resellers::OnboardingRow;
use crate::schema::{agreements, carts, customers, marketplaces, resellers, tenants};
use crate::search::{self, Kind, Search};
use crate::statement::updated;
use crate::types::{At, Coded, Id, Json};
use crate::version::{Versioned, next_version};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CartId, CustomerId, MarketplaceId, ResellerId};
use domain::language::Language;
use domain::onboarding::Onboarding;
use domain::party::{Address, CompanySize, Contact, Country, Customer};
use domain::tax::standing::{VatCheck, VatStanding};
use domain::tenant::TenantStatus;
use time::OffsetDateTime;

/// Which customers; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Of this reseller.
    pub reseller_id: Option<ResellerId>,
    /// Whose name begins like this, whatever the capitals.
    pub name: Option<&'a str>,
    /// That the owner's scripts call so.
    pub external_ref: Option<&'a str>,
    /// With this VAT id, in the writing of [`domain::tax::vat_id::normalized`].
    pub vat_id: Option<&'a str>,
    /// Of whose name, VAT id or the owner's word for it these words are.
    pub search: Option<&'a Search>,
    /// Made and changed then.
    pub times: Times,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = customers, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    name: String,
    name_folded: String,
    country: Option<Coded<Country>>,
    contact: Json<Contact>,
    address: Option<Json<Address>>,
    vat_id: Option<String>,
    created_at: At,
    version: i64,
    size: Option<Coded<CompanySize>>,
    invoice_email: Option<String>,
    external_ref: Option<String>,
    vat_standing: Option<Coded<VatStanding>>,
    vat_checked_at: Option<At>,
    vat_consultation: Option<String>,
    partner_of_record: Option<String>,
    language: Option<Coded<Language>>,
    updated_at: At,
}

impl From<Row> for Versioned<Customer> {
    fn from(row: Row) -> Self {
        let value = Customer {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            name: row.name,
            contact: row.contact.0,
            address: row.address.map(|address| address.0),
            vat_id: row.vat_id,
            vat: VatCheck {
                standing: row.vat_standing.map(|standing| standing.0).unwrap_or_default(),
                checked_at: row.vat_checked_at.map(|at| at.0),
                consultation_number: row.vat_consultation,
            },
            size: row.size.map(|size| size.0),
            invoice_email: row.invoice_email,
            external_ref: row.external_ref,
            partner_of_record: row.partner_of_record,
            language: row.language.map(|language| language.0),
        };
        Self { value, version: row.version, created_at: row.created_at.0, updated_at: Some(row.updated_at.0) }
    }
}

fn row(customer: &Customer, created_at: OffsetDateTime, updated_at: OffsetDateTime, version: i64) -> Row {
    Row {
        marketplace_id: Id(customer.marketplace_id),
        id: Id(customer.id),
        reseller_id: customer.reseller_id.map(Id),
        name: customer.name.clone(),
        name_folded: customer.name.to_lowercase(),
        country: customer.address.as_ref().map(|address| Coded(address.country)),
        contact: Json(customer.contact.clone()),
        address: customer.address.clone().map(Json),
        vat_id: customer.vat_id.clone(),
        created_at: At(created_at),
        version,
        size: customer.size.map(Coded),
        invoice_email: customer.invoice_email.clone(),
        external_ref: customer.external_ref.clone(),
        vat_standing: customer.vat_id.as_ref().map(|_| Coded(customer.vat.standing)),
        vat_checked_at: customer.vat.checked_at.map(At),
        vat_consultation: customer.vat.consultation_number.clone(),
        partner_of_record: customer.partner_of_record.clone(),
        language: customer.language.map(Coded),
        updated_at: At(updated_at),
    }
}

/// Adds a customer.
pub fn insert(tx: &mut Conn, customer: &Customer, created_at: OffsetDateTime) -> Result<()> {
    let row = row(customer, created_at, created_at, 1);
    on!(tx, c => diesel::insert_into(customers::table).values(row).execute(c))?;
    search::add(tx, customer.marketplace_id, Kind::Customer, customer.id.as_u128(), said_of(customer))
}

/// What a customer is searched by.
fn said_of(customer: &Customer) -> Vec<String> {
    let others = [&customer.external_ref, &customer.vat_id];
    search::words([customer.name.as_str()].into_iter().chain(others.into_iter().flatten().map(String::as_str)))
}

/// A customer that the scope sees, with its version.
pub fn get(c: &mut Conn, scope: &Scope, id: CustomerId) -> Result<Versioned<Customer>> {
    let row: Row = on!(c, c, Db => {
        let query = customers::table.filter(customers::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        within!(query, scope, customers, id).get_result(c)
    })?;
    Ok(row.into())
}

/// A customer who is about to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyingCustomer {
    /// Who is about to buy.
    pub customer: Customer,
    /// Where its Microsoft tenant stands; none where it has none.
    pub tenant: Option<TenantStatus>,
    /// Whether it has accepted Microsoft's agreement.
    pub agreement_accepted: bool,
    /// How far the reseller has come that it buys through; none where it buys directly.
    pub seller: Option<Onboarding>,
    /// The version of its marketplace's catalogue that is in force.
    pub catalog_version: i64,
    /// How far its marketplace's clock is ahead of the real one, in microseconds.
    pub clock_offset_us: i64,
}

/// A customer that the scope sees, with what else decides its purchases: one query.
pub fn buying(c: &mut Conn, scope: &Scope, id: CustomerId) -> Result<BuyingCustomer> {
    type Found = (Row, Option<Coded<TenantStatus>>, bool, Option<OnboardingRow>, (i64, i64));
    let of_customer = tenants::marketplace_id.eq(customers::marketplace_id).and(tenants::customer_id.eq(customers::id));
    let seller = resellers::marketplace_id
        .eq(customers::marketplace_id)
        .and(resellers::id.nullable().eq(customers::reseller_id));
    let agreed = agreements::table
        .filter(agreements::marketplace_id.eq(customers::marketplace_id))
        .filter(agreements::customer_id.eq(customers::id));
    let (row, tenant, agreement_accepted, seller, (catalog_version, clock_offset_us)): Found = on!(c, c, Db => {
        let query = customers::table
            .inner_join(marketplaces::table.on(marketplaces::id.eq(customers::marketplace_id)))
            .left_join(tenants::table.on(of_customer))
            .left_join(resellers::table.on(seller))
            .filter(customers::id.eq(Id(id)))
            .select((
                Row::as_select(),
                tenants::status.nullable(),
                exists(agreed),
                Option::<OnboardingRow>::as_select(),
                (marketplaces::catalog_version, marketplaces::clock_offset_us),
            ))
            .into_boxed::<Db>();
        within!(query, scope, customers, id).get_result(c)
    })?;
    // Of a reseller nothing of which is known yet all columns are empty, as where there is none.
    let seller = row.reseller_id.map(|_| seller.map(Onboarding::from).unwrap_or_default());
    Ok(BuyingCustomer {
        customer: Versioned::from(row).value,
        tenant: tenant.map(|status| status.0),
        agreement_accepted,
        seller,
        catalog_version,
        clock_offset_us,
    })
}

/// Customers by their ids, as many of them as the scope sees.
pub fn of_ids(c: &mut Conn, scope: &Scope, ids: &[CustomerId]) -> Result<Vec<Customer>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = customers::table
            .filter(customers::id.eq_any(ids.iter().copied().map(Id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, customers, id).load(c)
    })?;
    Ok(rows.into_iter().map(|row| Versioned::from(row).value).collect())
}

/// The customers that the scope sees, page by page.
pub fn list(
    c: &mut Conn,
    scope: &Scope,
    filter: &Filter<'_>,
    page: &SortedRequest,
) -> Result<Page<Versioned<Customer>, Place>> {
    let times = filter.times;
    let column = match page.by {
        Order::Updated => Some("customers.updated_at"),
        Order::Name => Some("customers.name_folded"),
        Order::Created | Order::TermEnd => times.of_creation().then_some("customers.created_at"),
    };
    let value = |row: &Row| match page.by {
        Order::Updated => SortValue::At(row.updated_at.0),
        Order::Name => SortValue::Text(row.name_folded.clone()),
        Order::Created | Order::TermEnd => SortValue::At(row.created_at.0),
    };
    let times = page.left(times);
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = customers::table.select(Row::as_select()).into_boxed::<Db>();
        for found in search::found(filter.search, scope.marketplace(), Kind::Customer, "customers.id") {
            query = query.filter(found);
        }
        query = created!(query, customers::created_at, times);
        query = updated_since!(query, customers::updated_at, times);
        if let Some(id) = filter.reseller_id {
            query = query.filter(customers::reseller_id.eq(Some(Id(id))));
        }
        if let Some(external_ref) = filter.external_ref {
            query = query.filter(customers::external_ref.eq(external_ref));
        }
        if let Some(vat_id) = filter.vat_id {
            query = query.filter(customers::vat_id.eq(vat_id));
        }
        if let Some(prefix) = filter.name.map(str::to_lowercase) {
            // Both databases keep the column in the order of its bytes: everything that begins like this
            // lies between the prefix and the prefix before the last character there is.
            let end = format!("{prefix}{}", char::MAX);
            query = query.filter(customers::name_folded.ge(prefix)).filter(customers::name_folded.lt(end));
        }
        sorted!(within!(query, scope, customers, id), customers::id, "customers.id", column, page).load(c)
    })?;
    let place = |row: &Row| Place { value: column.map(|_| value(row)), id: row.id.0.as_u128() };
    Ok(Page::sorted(rows, page, place).map(Versioned::from))
}

/// What makes a customer look like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookAlike {
    /// The other one.
    pub id: CustomerId,
    /// Whether it has the same VAT id; else it has the same name.
    pub same_vat_id: bool,
}

/// The most look-alikes that are told.
const MAX_LOOK_ALIKES: i64 = 10;

/// Customers that the scope sees with the VAT id or the name of one, oldest first.
pub fn look_alikes(c: &mut Conn, scope: &Scope, customer: &Customer) -> Result<Vec<LookAlike>> {
    let rows: Vec<(Id<CustomerId>, Option<String>)> = on!(c, c, Db => {
        let same_vat_id = customers::vat_id.is_not_null().and(customers::vat_id.eq(customer.vat_id.clone()));
        let same = customers::name_folded.eq(customer.name.to_lowercase()).nullable().or(same_vat_id);
        let query = customers::table
            .filter(customers::id.ne(Id(customer.id)))
            .filter(same)
            .select((customers::id, customers::vat_id))
            .order(customers::id)
            .limit(MAX_LOOK_ALIKES)
            .into_boxed::<Db>();
        within!(query, scope, customers, id).load(c)
    })?;
    let alike = |(id, vat_id): (Id<CustomerId>, Option<String>)| LookAlike {
        id: id.0,
        same_vat_id: vat_id.is_some() && vat_id == customer.vat_id,
    };
    Ok(rows.into_iter().map(alike).collect())
}

/// Changes a customer at an instant; the version it then has.
pub fn update(
    tx: &mut Conn,
    scope: &Scope,
    customer: &Customer,
    expected: Option<i64>,
    at: OffsetDateTime,
) -> Result<i64> {
    let current = get(tx, scope, customer.id)?;
    let version = next_version(current.version, expected)?;
    let target = customers::table
        .find((Id(scope.marketplace()), Id(customer.id)))
        .filter(customers::version.eq(current.version));
    let set = row(customer, current.created_at, at, version);
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    let (before, after) = (said_of(&current.value), said_of(customer));
    search::change(tx, customer.marketplace_id, Kind::Customer, customer.id.as_u128(), &before, after)?;
    Ok(version)
}

/// Keeps others from locking the same customer until the transaction ends, so that what is read of it
/// and decided on still holds when it is written. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, scope: &Scope, id: CustomerId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let row = customers::table.find((Id(scope.marketplace()), Id(id))).select(customers::id);
        row.for_no_key_update().get_result::<Id<CustomerId>>(c)?;
    }
    Ok(())
}

/// The same for the customer of a cart that the scope sees.
pub fn lock_of_cart(tx: &mut Conn, scope: &Scope, cart: CartId) -> Result<()> {
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let of_cart = carts::table.filter(carts::id.eq(Id(cart))).select(carts::customer_id).into_boxed::<Pg>();
        let row = customers::table
            .filter(customers::marketplace_id.eq(Id(scope.marketplace())))
            .filter(customers::id.eq_any(within!(of_cart, scope, carts)))
            .select(customers::id);
        row.for_no_key_update().get_result::<Id<CustomerId>>(c)?;
    }
    Ok(())
}
