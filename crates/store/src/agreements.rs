//! Agreements: that a customer has accepted Microsoft's terms, once.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::{agreements, customers};
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId};
use time::OffsetDateTime;

/// An accepted agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAgreement {
    /// The customer that accepted.
    pub customer_id: CustomerId,
    /// The customer's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Which of Microsoft's agreements, by its code.
    pub kind: String,
    /// Who accepted: first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their e-mail address.
    pub email: String,
    /// When they accepted.
    pub agreed_at: OffsetDateTime,
    /// Who recorded it: a user's or an API client's id.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: OffsetDateTime,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = agreements)]
struct Row {
    customer_id: Id<CustomerId>,
    marketplace_id: Id<MarketplaceId>,
    kind: String,
    first_name: String,
    last_name: String,
    email: String,
    agreed_at: At,
    recorded_by: String,
    recorded_at: At,
}

impl From<&StoredAgreement> for Row {
    fn from(record: &StoredAgreement) -> Self {
        let record = record.clone();
        Self {
            customer_id: Id(record.customer_id),
            marketplace_id: Id(record.marketplace_id),
            kind: record.kind,
            first_name: record.first_name,
            last_name: record.last_name,
            email: record.email,
            agreed_at: At(record.agreed_at),
            recorded_by: record.recorded_by,
            recorded_at: At(record.recorded_at),
        }
    }
}

impl From<Row> for StoredAgreement {
    fn from(row: Row) -> Self {
        Self {
            customer_id: row.customer_id.0,
            marketplace_id: row.marketplace_id.0,
            kind: row.kind,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            agreed_at: row.agreed_at.0,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at.0,
        }
    }
}

/// Records an agreement; a conflict where there is one.
pub fn insert(tx: &mut Conn, agreement: &StoredAgreement) -> Result<()> {
    on!(tx, c => diesel::insert_into(agreements::table).values(Row::from(agreement)).execute(c))?;
    Ok(())
}

/// A customer's agreement.
pub fn get(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Option<StoredAgreement>> {
    let of_customer =
        customers::marketplace_id.eq(agreements::marketplace_id).and(customers::id.eq(agreements::customer_id));
    let row: Option<Row> = on!(c, c, Db => {
        let query = agreements::table
            .inner_join(customers::table.on(of_customer))
            .filter(agreements::customer_id.eq(Id(customer)))
            .filter(agreements::marketplace_id.eq(Id(scope.marketplace())))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, customers, id).get_result(c).optional()
    })?;
    Ok(row.map(StoredAgreement::from))
}
