//! Opening a cart for a customer that the caller sees.

use crate::http::problem::{Code, FieldProblem, Problem, named};
use crate::ids::New as _;
use crate::ordering::carts::add_line::NewLine;
use crate::ordering::carts::change::{known, miss_price, of_a_trial, of_an_add_on, sold};
use crate::transaction::Write;
use domain::access::Scope;
use domain::cart::Cart;
use domain::id::{CartId, CustomerId};
use domain::party::{Address, Customer};
use time::OffsetDateTime;

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
    /// What is in it from the first.
    pub lines: Vec<NewLine>,
}

impl NewCart {
    /// The customer that it is for: a customer's own is implied.
    pub fn customer(&self, scope: &Scope) -> Result<CustomerId, Problem> {
        self.customer_id.or(scope.customer()).ok_or_else(|| Problem::field("/customer_id", Code::Required))
    }

    /// The cart, as it is begun for its customer; nothing is checked.
    pub fn cart(&self, customer: &Customer, now: OffsetDateTime) -> Cart {
        Cart {
            id: CartId::new(),
            marketplace_id: customer.marketplace_id,
            customer_id: customer.id,
            reseller_id: customer.reseller_id,
            name: self.name.clone(),
            billing_address: self.billing_address.clone(),
            lines: self.lines.iter().map(NewLine::line).collect(),
            ordered_as: None,
            created_at: now,
            version: 1,
        }
    }
}

/// Begins a cart for a customer that the caller sees, unless too many of its carts wait to be ordered.
pub fn open(write: &mut Write<'_>, wanted: &NewCart) -> Result<Cart, Problem> {
    let scope = write.identity.scope;
    let customer_id = wanted.customer(&scope)?;
    let customer = named("/customer_id", store::customers::get(write.tx, &scope, customer_id))?.value;
    // Carts that are begun at the very same time do not see each other: a bound of memory, not of money.
    let most = write.app.limits.open_carts;
    let open = store::carts::open_of(write.tx, &scope, customer_id, most)?;
    if u32::try_from(open.len()).is_ok_and(|open| open >= most) {
        let oldest: Vec<_> = open.iter().take(NAMED).map(CartId::to_string).collect();
        return Err(Problem::new(Code::TooManyOpenCarts).with("limit", most).with_extra("open_carts", oldest));
    }
    check_lines(write, customer_id, &wanted.lines)?;
    let cart = wanted.cart(&customer, write.now);
    store::carts::insert(write.tx, &cart)?;
    miss_price(write, &cart, cart.lines.iter().map(|line| line.offer_id))?;
    Ok(cart)
}

/// Lines that come with their cart, everything that is wrong with them at once.
fn check_lines(write: &mut Write<'_>, customer: CustomerId, lines: &[NewLine]) -> Result<(), Problem> {
    let names: Vec<_> = lines.iter().filter_map(|line| line.branch.as_deref()).collect();
    let branches = store::branches::of_names(write.tx, &write.identity.scope, customer, &names)?;
    let mut wrong = vec![];
    for (n, line) in lines.iter().enumerate() {
        let checked = [
            sold(write, line.offer_id, line.quantity),
            of_a_trial(write, line.offer_id, line.trial_then),
            of_an_add_on(write, line.offer_id, line.base),
            known(&branches, line.branch.as_deref()),
        ];
        let fields = checked.into_iter().filter_map(Result::err).flat_map(|problem| problem.fields.clone());
        wrong.extend(fields.map(|field| FieldProblem { pointer: format!("/lines/{n}{}", field.pointer), ..field }));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::fields(wrong)) }
}
