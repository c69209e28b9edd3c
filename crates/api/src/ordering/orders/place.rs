//! Placing an order: the cart's quotation becomes an order with its subscriptions, charges and first event.

use crate::auth::delegated;
use crate::http::problem::{Code, Problem, named};
use crate::ids::{self, New as _};
use crate::ordering::carts::preview;
use crate::ordering::carts::quote::{self, Quoted};
use crate::ordering::orders::view;
use crate::organizations::customers::move_to::move_to;
use crate::texts::lang::Lang;
use crate::transaction::Write;
use domain::access::Permission;
use domain::cart::Cart;
use domain::delegation::Act;
use domain::event::EventKind;
use domain::id::{CartId, ChargeId, CustomerId};
use domain::marketplace::Doing;
use domain::order::{self, PlaceOrder, Placed, QuotedCart};
use domain::party::Address;
use domain::refusal::Refusal;
use store::charges::BookedCharge;

/// An order that is asked for.
pub struct OrderToPlace {
    /// The cart that is ordered.
    pub cart_id: CartId,
    /// The preview that was shown.
    pub preview_token: Option<String>,
    /// Another invoice address than the cart's.
    pub billing_address: Option<Address>,
    /// Whether the invoice address becomes the customer's primary one.
    pub save: bool,
    /// Consents, payment method, and what a script calls the order.
    pub place: PlaceOrder,
    /// The language of the new preview, where the old one is stale.
    pub lang: Lang,
}

/// Places the order of a cart. One that would now cost something else than its preview said is refused with the new
/// preview. Answers what its customer is called, too.
pub fn place(write: &mut Write<'_>, wanted: &OrderToPlace) -> Result<(Placed, String), Problem> {
    // What is owned and limited is decided on below: nobody else may order for the customer meanwhile.
    named("/cart_id", store::customers::lock_of_cart(write.tx, &write.identity.scope, wanted.cart_id))?;
    let quoted = priced(write, wanted)?;
    if quoted.cart.ordered_as.is_some() {
        return Err(Refusal::CartOrdered.into());
    }
    if wanted.preview_token.is_some() && wanted.preview_token != preview::token(write.app, &quoted) {
        let now = preview::of(write.app, &quoted, wanted.lang);
        return Err(Problem::new(Code::PreviewStale).with_extra("preview", now));
    }
    let customer_name = quoted.customer.name.clone();
    let placed = place_quoted(write, quoted, &wanted.place, ids::fresh)?;
    let rules = placed.subscriptions.iter().map(|begun| begun.policy.rules.delegated_administration);
    write.acts_for(placed.order.customer_id, Act::Buy, rules)?;
    Ok((placed, customer_name))
}

/// Writes the order of a quotation, with its subscriptions, its charges and its first event; `fresh` gives the ids of
/// the order and of its subscriptions.
pub fn place_quoted(
    write: &mut Write<'_>,
    quoted: Quoted,
    request: &PlaceOrder,
    fresh: impl FnMut() -> u128,
) -> Result<Placed, Problem> {
    write.lets(Doing::Buy)?;
    let Quoted { cart, billing_address, quotation, payer, branches, .. } = quoted;
    let of = QuotedCart {
        cart: &cart,
        billing_address: billing_address.as_ref(),
        quotation: &quotation,
        payer,
        branches: &branches,
    };
    let placed = order::place(&of, request, &write.identity.actor, fresh, write.now).map_err(quote::refuse)?;
    let Placed { order, subscriptions, charges } = &placed;
    let ordered = Cart { ordered_as: Some(order.id), ..cart };
    store::carts::save(write.tx, &ordered, Some(ordered.version))?;
    store::orders::insert(write.tx, order)?;
    store::subscriptions::insert_all(write.tx, subscriptions)?;
    let booked = charges
        .iter()
        .map(|(id, charge)| BookedCharge::new(ChargeId::new(), (order, *id), None, charge.clone(), order.placed_at));
    store::charges::insert_all(write.tx, &booked.collect::<Vec<_>>())?;
    write.record(EventKind::OrderPlaced, Some(order.customer_id), order.id.to_string(), view::told(order))?;
    Ok(placed)
}

/// The quotation, with the order's own invoice address where it names one: the address decides the tax, and stays with
/// the cart that is ordered. That of a customer's first order becomes the customer's primary one (C-37).
fn priced(write: &mut Write<'_>, wanted: &OrderToPlace) -> Result<Quoted, Problem> {
    let scope = write.identity.scope;
    let mut cart = named("/cart_id", store::carts::get(write.tx, &scope, wanted.cart_id))?;
    // What is ordered falls under its own policies: those are asked once they are known.
    write.acts_for(cart.customer_id, Act::Buy, [])?;
    if let Some(address) = wanted.billing_address.as_ref().filter(|_| cart.ordered_as.is_none()) {
        cart.billing_address = Some(address.clone());
    }
    let is_first = cart.billing_address.is_some() && !store::orders::are_any_of(write.tx, &scope, cart.customer_id)?;
    if wanted.save && !write.identity.may(Permission::BillingWrite) {
        return Err(Problem::field("/save", Code::Forbidden));
    }
    if cart.ordered_as.is_none()
        && cart.billing_address.is_some()
        && becomes_primary(write, cart.customer_id, wanted.save, is_first)?
        && let Some(address) = cart.billing_address.take()
    {
        move_to(write, cart.customer_id, address)?;
    }
    let buying = store::customers::buying(write.tx, &scope, cart.customer_id)?;
    quote::price(write.app, write.tx, &scope, cart, buying, write.now)
}

/// Whether an order's invoice address becomes the customer's primary one. It is the customer's data: who may buy for it
/// without its acceptance may not change them; the address of a first order then is that order's alone.
fn becomes_primary(write: &mut Write<'_>, customer: CustomerId, save: bool, is_first: bool) -> Result<bool, Problem> {
    if save {
        write.administers(customer)?;
        return Ok(true);
    }
    let scope = write.identity.scope;
    Ok(is_first
        && delegated::may_administer(write.app, write.tx, &scope, customer, Act::Administer, write.now)?.is_ok())
}
