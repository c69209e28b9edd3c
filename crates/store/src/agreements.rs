//! Agreements: that a customer has accepted Microsoft's terms, once.

use crate::schema::{agreements, customers};
use crate::{Conn, Result};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId};
use time::OffsetDateTime;

/// An accepted agreement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = agreements)]
pub struct Record {
    /// The customer that accepted.
    pub customer_id: CustomerId,
    /// Its marketplace.
    pub marketplace_id: MarketplaceId,
    /// Which agreement.
    pub kind: String,
    /// Who accepted: first name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// When they accepted.
    pub agreed_at: OffsetDateTime,
    /// Who recorded it: a user's or an API client's id.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: OffsetDateTime,
}

/// Records an agreement; a conflict where there is one.
pub fn insert(tx: &mut Conn, agreement: &Record) -> Result<()> {
    on!(tx, c => diesel::insert_into(agreements::table).values(agreement).execute(c))?;
    Ok(())
}

/// A customer's agreement.
pub fn get(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Option<Record>> {
    let of_customer = customers::marketplace_id
        .eq(agreements::marketplace_id)
        .and(customers::id.eq(agreements::customer_id));
    Ok(on!(c, c, Db => {
        let query = agreements::table
            .inner_join(customers::table.on(of_customer))
            .filter(agreements::customer_id.eq(customer))
            .filter(agreements::marketplace_id.eq(scope.marketplace()))
            .select(Record::as_select())
            .into_boxed::<Db>();
        within!(query, scope, customers, id).first(c).optional()
    })?)
}
