//! Delegated administration: what a partner offered to a customer, and what it answered.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::customers;
use crate::schema::keys::delegations;
use crate::types::{At, Coded, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::delegation::DelegationStatus;
use domain::id::{CustomerId, MarketplaceId};
use time::OffsetDateTime;

/// An offer and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDelegation {
    /// The customer whose tenant it is about.
    pub customer_id: CustomerId,
    /// The customer's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Where it stands.
    pub status: DelegationStatus,
    /// What the partner wrote.
    pub message: Option<String>,
    /// Who offered: a user's or an API client's id.
    pub offered_by: String,
    /// When it was offered, by the marketplace's clock.
    pub offered_at: OffsetDateTime,
    /// Who answered: a user's or an API client's id.
    pub answered_by: Option<String>,
    /// When it was answered, by the marketplace's clock.
    pub answered_at: Option<OffsetDateTime>,
    /// Counts each change; the ETag.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = delegations, primary_key(marketplace_id, customer_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    customer_id: Id<CustomerId>,
    status: Coded<DelegationStatus>,
    message: Option<String>,
    offered_by: String,
    offered_at: At,
    answered_by: Option<String>,
    answered_at: Option<At>,
    version: i64,
}

impl From<&StoredDelegation> for Row {
    fn from(record: &StoredDelegation) -> Self {
        let record = record.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            customer_id: Id(record.customer_id),
            status: Coded(record.status),
            message: record.message,
            offered_by: record.offered_by,
            offered_at: At(record.offered_at),
            answered_by: record.answered_by,
            answered_at: record.answered_at.map(At),
            version: record.version,
        }
    }
}

impl From<Row> for StoredDelegation {
    fn from(row: Row) -> Self {
        Self {
            customer_id: row.customer_id.0,
            marketplace_id: row.marketplace_id.0,
            status: row.status.0,
            message: row.message,
            offered_by: row.offered_by,
            offered_at: row.offered_at.0,
            answered_by: row.answered_by,
            answered_at: row.answered_at.map(|at| at.0),
            version: row.version,
        }
    }
}

/// What was offered to a customer last.
pub fn get(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Option<StoredDelegation>> {
    let of_customer =
        customers::marketplace_id.eq(delegations::marketplace_id).and(customers::id.eq(delegations::customer_id));
    let row: Option<Row> = on!(c, c, Db => {
        let query = delegations::table
            .inner_join(customers::table.on(of_customer))
            .filter(delegations::customer_id.eq(Id(customer)))
            .filter(delegations::marketplace_id.eq(Id(scope.marketplace())))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, customers, id).get_result(c).optional()
    })?;
    Ok(row.map(StoredDelegation::from))
}

/// Remembers an offer as it now is; its customer is locked by the transaction.
pub fn put(tx: &mut Conn, record: &StoredDelegation) -> Result<()> {
    let upsert = diesel::insert_into(delegations::table)
        .values(Row::from(record))
        .on_conflict((delegations::marketplace_id, delegations::customer_id))
        .do_update()
        .set(Row::from(record));
    rows_changed!(tx, upsert)?;
    Ok(())
}
