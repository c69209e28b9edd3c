//! Tenants: each customer's one Microsoft directory, and the first credentials of one that was created.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::{customers, tenants};
use crate::statement::found;
use crate::types::{At, Coded, Id};
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId};
use domain::tenant::{Tenant, TenantStatus};
use std::collections::HashMap;
use time::OffsetDateTime;

/// A customer's tenant and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTenant {
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The customer's marketplace.
    pub marketplace_id: MarketplaceId,
    /// What the domain knows of it: its domain, and whether it is linked.
    pub tenant: Tenant,
    /// `create` or `link`.
    pub mode: String,
    /// The administrator's first credentials, encrypted, until they are taken.
    pub credentials: Option<Vec<u8>>,
    /// When they were taken.
    pub credentials_taken_at: Option<OffsetDateTime>,
    /// When it was asked for.
    pub requested_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
    /// Counts each change; the ETag.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tenants, primary_key(marketplace_id, customer_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    customer_id: Id<CustomerId>,
    status: Coded<TenantStatus>,
    domain: String,
    entra_tenant_id: Option<String>,
    failure: Option<String>,
    mode: String,
    credentials: Option<Vec<u8>>,
    credentials_taken_at: Option<At>,
    requested_at: At,
    updated_at: At,
    #[diesel(skip_update)]
    version: i64,
}

impl From<Row> for StoredTenant {
    fn from(row: Row) -> Self {
        Self {
            customer_id: row.customer_id.0,
            marketplace_id: row.marketplace_id.0,
            tenant: Tenant {
                status: row.status.0,
                domain: row.domain,
                entra_tenant_id: row.entra_tenant_id,
                failure: row.failure,
            },
            mode: row.mode,
            credentials: row.credentials,
            credentials_taken_at: row.credentials_taken_at.map(|at| at.0),
            requested_at: row.requested_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        }
    }
}

impl From<&StoredTenant> for Row {
    fn from(record: &StoredTenant) -> Self {
        let record = record.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            customer_id: Id(record.customer_id),
            status: Coded(record.tenant.status),
            domain: record.tenant.domain,
            entra_tenant_id: record.tenant.entra_tenant_id,
            failure: record.tenant.failure,
            mode: record.mode,
            credentials: record.credentials,
            credentials_taken_at: record.credentials_taken_at.map(At),
            requested_at: At(record.requested_at),
            updated_at: At(record.updated_at),
            version: record.version,
        }
    }
}

/// A customer's tenant.
pub fn get(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Option<StoredTenant>> {
    let of_customer = customers::marketplace_id.eq(tenants::marketplace_id).and(customers::id.eq(tenants::customer_id));
    let row: Option<Row> = on!(c, c, Db => {
        let query = tenants::table
            .inner_join(customers::table.on(of_customer))
            .filter(tenants::customer_id.eq(Id(customer)))
            .filter(tenants::marketplace_id.eq(Id(scope.marketplace())))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, customers, id).get_result(c).optional()
    })?;
    Ok(row.map(StoredTenant::from))
}

/// Where the tenants of customers stand; who has none is not in it.
pub fn states(c: &mut Conn, scope: &Scope, of: &[CustomerId]) -> Result<HashMap<CustomerId, TenantStatus>> {
    let of_customer = customers::marketplace_id.eq(tenants::marketplace_id).and(customers::id.eq(tenants::customer_id));
    let rows: Vec<(Id<CustomerId>, Coded<TenantStatus>)> = on!(c, c, Db => {
        let query = tenants::table
            .inner_join(customers::table.on(of_customer))
            .filter(tenants::customer_id.eq_any(of.iter().copied().map(Id)))
            .filter(tenants::marketplace_id.eq(Id(scope.marketplace())))
            .select((tenants::customer_id, tenants::status))
            .into_boxed::<Db>();
        within!(query, scope, customers, id).load(c)
    })?;
    Ok(rows.into_iter().map(|(id, status)| (id.0, status.0)).collect())
}

/// Remembers a tenant as it now is. Its version is the record's where it is new, else it counts up.
pub fn put(tx: &mut Conn, tenant: &StoredTenant) -> Result<()> {
    let row = Row::from(tenant);
    let set = Row::from(tenant);
    let upsert = diesel::insert_into(tenants::table)
        .values(row)
        .on_conflict((tenants::marketplace_id, tenants::customer_id))
        .do_update()
        .set((set, tenants::version.eq(tenants::version + 1)));
    rows_changed!(tx, upsert)?;
    Ok(())
}

/// Forgets the tenant of a customer that the scope sees.
pub fn delete(tx: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<()> {
    crate::customers::get(tx, scope, customer)?;
    let row = tenants::table.find((Id(scope.marketplace()), Id(customer)));
    found(on!(tx, c => diesel::delete(row).execute(c))?)
}

/// Takes the first credentials out: whoever comes second, even at the same time, gets none.
pub fn take_credentials(
    tx: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    at: OffsetDateTime,
) -> Result<Option<Vec<u8>>> {
    let Some(credentials) = get(tx, scope, customer)?.and_then(|record| record.credentials) else {
        return Ok(None);
    };
    let untaken =
        tenants::table.find((Id(scope.marketplace()), Id(customer))).filter(tenants::credentials.is_not_null());
    let set = (
        tenants::credentials.eq(None::<Vec<u8>>),
        tenants::credentials_taken_at.eq(Some(At(at))),
        tenants::version.eq(tenants::version + 1),
    );
    let taken = rows_changed!(tx, diesel::update(untaken).set(set))? == 1;
    Ok(taken.then_some(credentials))
}

/// The linked tenants of a marketplace: domain and Microsoft's id.
pub fn linked_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<Vec<(String, String)>> {
    let linked = tenants::table
        .filter(tenants::marketplace_id.eq(Id(marketplace)))
        .filter(tenants::status.eq(Coded(TenantStatus::Linked)))
        .select((tenants::domain, tenants::entra_tenant_id));
    let rows: Vec<(String, Option<String>)> = on!(c, c => linked.load(c))?;
    Ok(rows.into_iter().filter_map(|(domain, id)| Some((domain, id?))).collect())
}

/// Whose linked tenant one of Microsoft's ids is, in all marketplaces: one tenant has one customer.
pub fn holder_unscoped(c: &mut Conn, entra_tenant_id: &str) -> Result<Option<CustomerId>> {
    let linked = tenants::table
        .filter(tenants::entra_tenant_id.eq(Some(entra_tenant_id)))
        .filter(tenants::status.eq(Coded(TenantStatus::Linked)))
        .order(tenants::customer_id)
        .select(tenants::customer_id);
    let row: Option<Id<CustomerId>> = on!(c, c => linked.first(c).optional())?;
    Ok(row.map(|id| id.0))
}

/// Whether the tenant of another customer of the marketplace that did not fail has the domain.
pub fn domain_in_use_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    domain: &str,
    of_another_than: CustomerId,
) -> Result<bool> {
    let same = tenants::table
        .filter(tenants::marketplace_id.eq(Id(marketplace)))
        .filter(tenants::domain.eq(domain))
        .filter(tenants::customer_id.ne(Id(of_another_than)))
        .filter(tenants::status.ne(Coded(TenantStatus::Failed)));
    Ok(on!(c, c => diesel::select(exists(same)).get_result(c))?)
}
