//! Discarding a cart.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::id::CartId;
use domain::refusal::Refusal;

/// Discards a cart that is not ordered.
pub fn discard(write: &mut Write<'_>, id: CartId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    let customer = store::carts::get(write.tx, &scope, id)?.customer_id;
    // An order of the cart locks the customer, too: it is placed before this or not at all.
    store::customers::lock(write.tx, &scope, customer)?;
    let cart = store::carts::get(write.tx, &scope, id)?;
    if cart.ordered_as.is_some() {
        return Err(Refusal::CartOrdered.into());
    }
    write.expect_version(cart.version)?;
    Ok(store::carts::delete(write.tx, &scope, id)?)
}
