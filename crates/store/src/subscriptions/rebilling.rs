//! Invoice addresses that change, and with them where subscriptions are taxed.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::subscriptions;
use crate::types::{At, Coded, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::CustomerId;
use domain::tax::billed::Billed;
use time::OffsetDateTime;

/// Says where an invoice address now is to every subscription of a customer that is billed to it; how many there are.
/// Those with an address of their own order's, or another branch's, are left alone. The caller has locked the customer.
pub fn rebill(
    tx: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    billed: &Billed,
    at: OffsetDateTime,
) -> Result<usize> {
    let of_address = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(scope.marketplace())))
        .filter(subscriptions::customer_id.eq(Id(customer)))
        .filter(subscriptions::billed_to.eq(Coded(billed.address)));
    let set = (
        subscriptions::billed_country.eq(Coded(billed.place.country)),
        subscriptions::billed_postal_code.eq(&billed.place.postal_code),
        subscriptions::version.eq(subscriptions::version + 1),
        subscriptions::updated_at.eq(At(at)),
    );
    let changed = match billed.branch_id {
        Some(branch) => {
            let of_branch = of_address.filter(subscriptions::billed_branch_id.eq(Some(Id(branch))));
            on!(tx, c => diesel::update(of_branch).set(set).execute(c))
        }
        None => on!(tx, c => diesel::update(of_address).set(set).execute(c)),
    };
    Ok(changed?)
}
