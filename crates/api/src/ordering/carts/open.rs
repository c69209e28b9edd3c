//! Opening a cart for a customer that the caller sees.

use crate::http::problem::{Code, Problem, named};
use crate::ids::New as _;
use crate::transaction::Write;
use domain::cart::Cart;
use domain::id::{CartId, CustomerId};
use domain::party::Address;

/// So many of the oldest carts are named where there are too many: to be ordered, or to be discarded.
const NAMED: usize = 10;

/// A cart that is asked for.
pub struct NewCart {
    /// The customer; none is the caller's own.
    pub customer_id: Option<CustomerId>,
    /// The order's name.
    pub name: Option<String>,
    /// Another invoice address.
    pub billing_address: Option<Address>,
}

/// Begins a cart for a customer that the caller sees, unless too many of its carts wait to be ordered.
pub fn open(write: &mut Write<'_>, wanted: &NewCart) -> Result<Cart, Problem> {
    let scope = write.identity.scope;
    let Some(customer_id) = wanted.customer_id.or(scope.customer()) else {
        return Err(Problem::field("/customer_id", Code::Required));
    };
    let customer = named("/customer_id", store::customers::get(write.tx, &scope, customer_id))?.value;
    // Carts that are begun at the very same time do not see each other: a bound of memory, not of money.
    let most = write.app.limits.open_carts;
    let open = store::carts::open_of(write.tx, &scope, customer_id, most)?;
    if u32::try_from(open.len()).is_ok_and(|open| open >= most) {
        let oldest: Vec<_> = open.iter().take(NAMED).map(CartId::to_string).collect();
        return Err(Problem::new(Code::TooManyOpenCarts).with("limit", most).with_extra("open_carts", oldest));
    }
    let cart = Cart {
        id: CartId::new(),
        marketplace_id: customer.marketplace_id,
        customer_id,
        reseller_id: customer.reseller_id,
        name: wanted.name.clone(),
        billing_address: wanted.billing_address.clone(),
        lines: vec![],
        ordered_as: None,
        created_at: write.now,
        version: 1,
    };
    store::carts::insert(write.tx, &cart)?;
    Ok(cart)
}
