//! `POST /v1/orders`: the cart's quotation becomes an order with its subscriptions, charges and first event.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::ordering::carts::quote::{self, Quoted};
use crate::ordering::orders;
use crate::transaction::Write;
use domain::calendar::Day;
use domain::cart::PricedLine;
use domain::event::EventKind;
use domain::id::{CartId, ChargeId, OrderId, SubscriptionId, UserId};
use domain::order::{self, Order, OrderLine, OrderLineStatus, OrderStatus, PlaceOrder};
use domain::party::Address;
use domain::policy::WindowAnchor;
use domain::refusal::Refusal;
use domain::subscription::{AtTermEnd, Subscription, SubscriptionStatus};
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
    /// What a script calls it.
    pub external_ref: Option<String>,
    /// Consents and payment method.
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
    order::check(&quoted.quotation, &request.place).map_err(quote::refuse)?;
    let order = write_order(write, &mut quoted, &request.place, request.external_ref.as_deref())?;
    let timeline = store::outbox::events_of(write.tx, &scope, &order.id.to_string())?;
    let view = orders::view(&order, &timeline);
    Ok(Reply::json(201, &view)?.version(order.version).location(format!("/v1/orders/{}", order.id)))
}

/// Writes the order of a quotation that was checked, with its subscriptions, its charges and its first event.
pub fn write_order(
    write: &mut Write<'_>,
    quoted: &mut Quoted,
    place: &PlaceOrder,
    external_ref: Option<&str>,
) -> Result<Order, Problem> {
    let order = Order { external_ref: external_ref.map(str::to_owned), ..compose(write, quoted, place) };
    let subscriptions = subscriptions(write, quoted, &order);
    store::orders::insert(write.tx, &order)?;
    store::subscriptions::insert_all(write.tx, &subscriptions)?;
    charges::insert_all(write.tx, &charges_of(&order))?;
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

fn compose(write: &Write<'_>, quoted: &Quoted, place: &PlaceOrder) -> Order {
    let Quoted { cart, quotation, billing_address, .. } = quoted;
    Order {
        id: OrderId::new(),
        marketplace_id: cart.marketplace_id,
        customer_id: cart.customer_id,
        reseller_id: cart.reseller_id,
        cart_id: cart.id,
        name: cart.name.clone(),
        external_ref: None,
        status: OrderStatus::Placed,
        due_now: quotation.due_now,
        recurring: quotation.recurring.clone(),
        payment_method: place.payment_method,
        consents: place.consents.clone(),
        billing_address: billing_address.clone(),
        placed_by: write.identity.actor.clone(),
        placed_at: write.now,
        lines: quotation.lines.iter().map(line).collect(),
        version: 1,
    }
}

fn line(priced: &PricedLine) -> OrderLine {
    let offer = &priced.facts.offer;
    OrderLine {
        id: priced.line.id,
        status: OrderLineStatus::Placed,
        offer_id: offer.id,
        sku_id: offer.sku_id,
        product_id: priced.facts.product_id,
        term: offer.term,
        billing_cycle: offer.billing_cycle,
        quantity: priced.line.quantity,
        unit_price: priced.price.unit_price,
        reference: priced.line.reference.clone(),
        branch: priced.line.branch.clone(),
        subscription_id: SubscriptionId::new(),
        charges: priced.charges.clone(),
        failure: None,
    }
}

fn subscriptions(write: &Write<'_>, quoted: &Quoted, order: &Order) -> Vec<Subscription> {
    let begin = |(priced, line): (&PricedLine, &OrderLine)| {
        let rules = &priced.facts.policy.rules;
        let begun = Subscription {
            id: line.subscription_id,
            marketplace_id: order.marketplace_id,
            customer_id: order.customer_id,
            reseller_id: order.reseller_id,
            base_id: base(quoted, order, line),
            status: SubscriptionStatus::Pending,
            product_id: line.product_id,
            sku_id: line.sku_id,
            offer_id: line.offer_id,
            kind: priced.facts.offer.kind,
            term: line.term,
            billing_cycle: line.billing_cycle,
            quantity: line.quantity,
            lots: Subscription::first_lots(rules, line.quantity, write.now),
            peak_quantity: line.quantity,
            unit_price: line.unit_price,
            term_span: priced.term_span,
            anchor_day: priced.term_span.map_or(1, |span| span.first.of_month()),
            next_charge_on: priced.next_charge_on,
            at_term_end: if rules.auto_renews() { AtTermEnd::Renew } else { AtTermEnd::End },
            prepaid: 0,
            pending: None,
            applying: None,
            cancel_until: rules.window_end(WindowAnchor::TermStart, write.now),
            ending: None,
            next_reminder_on: None,
            changes: 0,
            policy: priced.facts.policy.clone(),
            order_id: order.id,
            order_line_id: line.id,
            responsible_user: order.placed_by.parse::<UserId>().ok(),
            external_id: None,
            created_at: order.placed_at,
            activated_at: None,
            version: 1,
        };
        let today = Day::of(write.now);
        Subscription { next_reminder_on: begun.reminder_after(today), ..begun }
    };
    quoted.quotation.lines.iter().zip(&order.lines).map(begin).collect()
}

/// The subscription that an add-on belongs to: one that runs already, else one of the same order.
fn base(quoted: &Quoted, order: &Order, line: &OrderLine) -> Option<SubscriptionId> {
    let needs = &quoted.quotation.lines.iter().find(|priced| priced.line.id == line.id)?.facts.offer.prerequisites;
    let runs = quoted.owned.iter().find(|owned| owned.status.serves() && needs.contains(&owned.sku_id));
    let runs = runs.map(|owned| owned.subscription_id);
    let beside = || order.lines.iter().find(|other| needs.contains(&other.sku_id)).map(|other| other.subscription_id);
    runs.or_else(beside)
}

fn charges_of(order: &Order) -> Vec<charges::BookedCharge> {
    let charged = order.lines.iter().flat_map(|line| line.charges.iter().map(move |charge| (line, charge)));
    charged
        .map(|(line, charge)| {
            charges::BookedCharge::new(ChargeId::new(), (order, line), None, charge.clone(), order.placed_at)
        })
        .collect()
}
