//! `POST /v1/orders`: the cart's quotation becomes an order with its subscriptions, charges and first event.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::{self, New as _};
use crate::ordering::carts::quote::{self, Quoted};
use crate::ordering::orders;
use crate::transaction::Write;
use domain::billing::Charge;
use domain::event::EventKind;
use domain::id::{CartId, ChargeId, SubscriptionId};
use domain::order::{self, Order, PlaceOrder, Placed, QuotedCart};
use domain::party::Address;
use domain::refusal::Refusal;
use serde_json::json;
use store::charges;

/// What the buyer says.
pub struct Request {
    /// Which cart.
    pub cart_id: CartId,
    /// The preview that was shown.
    pub preview_token: Option<String>,
    /// Another invoice address than the cart's.
    pub billing_address: Option<Address>,
    /// Consents, payment method, and what a script calls the order.
    pub place: PlaceOrder,
    /// The language of the new preview, where the old one is stale.
    pub lang: crate::texts::lang::Lang,
}

/// Places the order of a cart.
pub fn place_order(write: &mut Write<'_>, request: &Request) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let customer = store::carts::get(write.tx, &scope, request.cart_id)?.customer_id;
    // What is owned and limited is decided on below: nobody else may order for the customer meanwhile.
    store::customers::lock(write.tx, &scope, customer)?;
    let mut quoted = priced(write, request)?;
    if quoted.cart.ordered_as.is_some() {
        return Err(Refusal::CartOrdered.into());
    }
    if request.preview_token.as_ref().is_some_and(|token| *token != quoted.token(write.app)) {
        return Err(Problem::new(Code::PreviewStale).with_extra("preview", quoted.preview(write.app, request.lang)));
    }
    let order = write_order(write, &mut quoted, &request.place)?;
    let timeline = store::outbox::events_of(write.tx, &scope, &order.id.to_string())?;
    let view = orders::view(&order, &timeline);
    Ok(Reply::json(201, &view)?.version(order.version).location(format!("/v1/orders/{}", order.id)))
}

/// Writes the order of a quotation, with its subscriptions, its charges and its first event.
pub fn write_order(write: &mut Write<'_>, quoted: &mut Quoted, request: &PlaceOrder) -> Result<Order, Problem> {
    let Quoted { cart, billing_address, quotation, .. } = &*quoted;
    let of = QuotedCart { cart, billing_address, quotation };
    let placed = order::place(&of, request, &write.identity.actor, ids::fresh, write.now).map_err(quote::refuse)?;
    let Placed { order, subscriptions, charges } = placed;
    store::orders::insert(write.tx, &order)?;
    store::subscriptions::insert_all(write.tx, &subscriptions)?;
    let charges: Vec<_> = charges.into_iter().map(|(id, charge)| charge_record(&order, id, charge)).collect();
    store::charges::insert_all(write.tx, &charges)?;
    quoted.cart.ordered_as = Some(order.id);
    store::carts::save(write.tx, &quoted.cart, Some(quoted.cart.version))?;
    let payload = json!({"customer_id": order.customer_id, "due_now": crate::http::wire::money::Money::from(order.due_now), "lines": order.lines.len()});
    write.record(EventKind::OrderPlaced, Some(order.customer_id), order.id.to_string(), payload)?;
    Ok(order)
}

/// The quotation, with the order's own invoice address where it names one: the address decides the tax (C-40).
fn priced(write: &mut Write<'_>, request: &Request) -> Result<Quoted, Problem> {
    let scope = write.identity.scope;
    if let Some(address) = &request.billing_address {
        let mut cart = store::carts::get(write.tx, &scope, request.cart_id)?;
        if cart.billing_address.as_ref() != Some(address) && cart.ordered_as.is_none() {
            cart.billing_address = Some(address.clone());
            store::carts::save(write.tx, &cart, None)?;
        }
    }
    quote::quote(write.app, write.tx, &scope, request.cart_id, write.now)
}

fn charge_record(order: &Order, subscription_id: SubscriptionId, charge: Charge) -> charges::Record {
    charges::Record {
        id: ChargeId::new(),
        marketplace_id: order.marketplace_id,
        customer_id: order.customer_id,
        reseller_id: order.reseller_id,
        subscription_id,
        order_id: order.id,
        change_id: None,
        charge,
        created_at: order.placed_at,
    }
}
