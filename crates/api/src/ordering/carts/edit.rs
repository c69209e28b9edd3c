//! Filling a cart. What is wrong with its content is said by the quotation; here only what cannot be stored is refused.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::ordering::carts;
use crate::transaction::Write;
use domain::cart::{Cart, CartLine, MAX_LINES};
use domain::id::{CartId, CustomerId, LineId, OfferId};
use domain::party::Address;
use domain::refusal::Refusal;

/// A cart that is asked for.
pub struct NewCart {
    /// For whom; none is the caller's own.
    pub customer_id: Option<CustomerId>,
    /// The order's name.
    pub name: Option<String>,
    /// Another invoice address.
    pub billing_address: Option<Address>,
}

/// A line that is asked for.
pub struct NewLine {
    /// What.
    pub offer_id: OfferId,
    /// How many.
    pub quantity: u32,
    /// Printed on the invoice position.
    pub reference: Option<String>,
    /// Whose invoice address.
    pub branch: Option<String>,
}

/// What changes about a line; none stays.
pub struct LineChange {
    /// Another offer.
    pub offer_id: Option<OfferId>,
    /// Another quantity.
    pub quantity: Option<u32>,
    /// Another reference, or none.
    pub reference: Option<Option<String>>,
    /// Another branch, or none.
    pub branch: Option<Option<String>>,
}

/// Begins a cart for a customer that the caller sees.
pub fn create(write: &mut Write<'_>, request: &NewCart) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let Some(customer_id) = request.customer_id.or(scope.customer()) else {
        return Err(Problem::field("/customer_id", Code::Required));
    };
    let customer = store::customers::get(write.tx, &scope, customer_id)?.value;
    let cart = Cart {
        id: CartId::new(),
        marketplace_id: customer.marketplace_id,
        customer_id,
        reseller_id: customer.reseller_id,
        name: request.name.clone(),
        billing_address: request.billing_address.clone(),
        lines: vec![],
        ordered_as: None,
        created_at: write.now,
        version: 1,
    };
    store::carts::insert(write.tx, &cart)?;
    Ok(Reply::json(201, &carts::Cart::from(&cart))?.version(cart.version).location(format!("/v1/carts/{}", cart.id)))
}

/// Adds a line.
pub fn add_line(write: &mut Write<'_>, id: CartId, line: &NewLine) -> Result<Reply, Problem> {
    let known = known_offer(write, line.offer_id).and_then(|()| known_branch(write, id, line.branch.as_deref()));
    edit(write, id, 201, |cart| {
        known?;
        if cart.lines.len() >= MAX_LINES {
            return Err(Problem::new(Code::CartFull).with("limit", MAX_LINES));
        }
        let NewLine { offer_id, quantity, reference, branch } = line;
        let line = CartLine {
            id: LineId::new(),
            offer_id: *offer_id,
            quantity: *quantity,
            reference: reference.clone(),
            branch: branch.clone(),
        };
        cart.lines.push(line);
        Ok(())
    })
}

/// Changes a line.
pub fn change_line(write: &mut Write<'_>, id: CartId, line: LineId, change: &LineChange) -> Result<Reply, Problem> {
    let known = change.offer_id.map_or(Ok(()), |offer| known_offer(write, offer));
    let branch = change.branch.as_ref().and_then(Option::as_deref);
    let known = known.and_then(|()| known_branch(write, id, branch));
    edit(write, id, 200, |cart| {
        let line = cart.lines.iter_mut().find(|known| known.id == line).ok_or_else(|| Problem::new(Code::NotFound))?;
        known?;
        line.offer_id = change.offer_id.unwrap_or(line.offer_id);
        line.quantity = change.quantity.unwrap_or(line.quantity);
        if let Some(reference) = &change.reference {
            line.reference.clone_from(reference);
        }
        if let Some(branch) = &change.branch {
            line.branch.clone_from(branch);
        }
        Ok(())
    })
}

/// Removes a line.
pub fn remove_line(write: &mut Write<'_>, id: CartId, line: LineId) -> Result<Reply, Problem> {
    edit(write, id, 200, |cart| {
        let before = cart.lines.len();
        cart.lines.retain(|known| known.id != line);
        if cart.lines.len() < before { Ok(()) } else { Err(Problem::new(Code::NotFound)) }
    })
}

/// Changes a cart that is not ordered yet, if it is still the version that the caller knows.
pub fn edit(
    write: &mut Write<'_>,
    id: CartId,
    status: u16,
    change: impl FnOnce(&mut Cart) -> Result<(), Problem>,
) -> Result<Reply, Problem> {
    let mut cart = store::carts::get(write.tx, &write.identity.scope, id)?;
    if cart.ordered_as.is_some() {
        return Err(Refusal::CartOrdered.into());
    }
    change(&mut cart)?;
    cart.version = store::carts::save(write.tx, &cart, write.meta.if_match)?;
    Ok(Reply::json(status, &carts::Cart::from(&cart))?.version(cart.version).location(format!("/v1/carts/{}", cart.id)))
}

/// Discards a cart that is not ordered.
pub fn delete(write: &mut Write<'_>, id: CartId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let customer = store::carts::get(write.tx, &scope, id)?.customer_id;
    // An order of the cart locks the customer, too: it is placed before this or not at all.
    store::customers::lock(write.tx, &scope, customer)?;
    let cart = store::carts::get(write.tx, &scope, id)?;
    if cart.ordered_as.is_some() {
        return Err(Refusal::CartOrdered.into());
    }
    if write.meta.if_match.is_some_and(|version| version != cart.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    store::carts::delete(write.tx, &scope, id)?;
    Ok(Reply::empty())
}

fn known_offer(write: &Write<'_>, offer: OfferId) -> Result<(), Problem> {
    let catalog = write.app.catalogs.of(write.identity.scope.marketplace());
    match catalog.offer(offer) {
        Some(_) => Ok(()),
        None => Err(Problem::refusals(vec![("/offer_id".to_owned(), Refusal::OfferUnknown)])),
    }
}

/// The name of a branch is one of the customer's (C-34).
fn known_branch(write: &mut Write<'_>, cart: CartId, branch: Option<&str>) -> Result<(), Problem> {
    let (Some(name), scope) = (branch, write.identity.scope) else { return Ok(()) };
    let customer = store::carts::get(write.tx, &scope, cart)?.customer_id;
    match store::branches::known(write.tx, &scope, customer, &[name])?.is_empty() {
        false => Ok(()),
        true => Err(Problem::refusals(vec![("/branch".to_owned(), Refusal::BranchUnknown(name.to_owned()))])),
    }
}
