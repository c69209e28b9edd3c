//! Invoice addresses that change, and with them where subscriptions are taxed.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::subscriptions;
use crate::statement::found;
use crate::types::{At, Coded, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, SubscriptionId};
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

/// Moves a subscription that was read and is saved in this transaction to another invoice address.
pub fn bill_to(tx: &mut Conn, scope: &Scope, id: SubscriptionId, billed: &Billed) -> Result<()> {
    let set = (
        subscriptions::billed_to.eq(Coded(billed.address)),
        subscriptions::billed_branch_id.eq(billed.branch_id.map(Id)),
        subscriptions::billed_country.eq(Coded(billed.place.country)),
        subscriptions::billed_postal_code.eq(&billed.place.postal_code),
    );
    let one = subscriptions::table.find((Id(scope.marketplace()), Id(id)));
    found(rows_changed!(tx, diesel::update(one).set(set))?)
}
