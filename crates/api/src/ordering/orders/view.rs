//! Orders on the wire: what was asked for, and what became of each line.

use crate::App;
use crate::catalog::summary::{OfferSummary, Summaries};
use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::charge::{Charge, Recurring};
use crate::http::wire::codes::{BillingCycle, EventKind, OrderLineStatus, OrderStatus, Payer, PaymentMethod, Term};
use crate::http::wire::money::{Money, Price};
use crate::http::wire::party::Address;
use crate::http::wire::purchase_consents::{AgreedConsent, agreed};
use crate::page;
use crate::texts::lang::Lang;
use domain::access::Scope;
use domain::event::{self, Event};
use domain::id::CustomerId;
use domain::money::Rounding;
use domain::order;
use domain::tax::{self, Taxed};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::Conn;
use utoipa::ToSchema;

/// An order: what was bought, for how much, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Order {
    /// The id of the order; its events carry it, too.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where the order stands: the sum of its lines.
    pub status: OrderStatus,
    /// The customer that it is for.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// What the customer is called.
    #[schema(example = "Musterfirma GmbH")]
    pub customer_name: String,
    /// The reseller that it was bought through; null where there is none.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// Who pays it: who ordered, or the reseller of the customer that it was ordered for. Where that is the reseller,
    /// the customer is told no amounts of it.
    pub payer: Payer,
    /// The cart that was ordered.
    #[schema(example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub cart_id: String,
    /// What the buyer calls it; null where it has no name.
    #[schema(required, example = "Neue Arbeitsplätze")]
    pub name: Option<String>,
    /// What a script calls it, once per customer; null where it was not given.
    #[schema(required, example = "erp-4711")]
    pub external_ref: Option<String>,
    /// What was due with the order, with its tax.
    pub due_now: Money,
    /// What is due each later billing cycle, one entry a cycle.
    pub recurring: Vec<Recurring>,
    /// How the order is paid.
    pub payment_method: PaymentMethod,
    /// What the buyer agreed to with the order, in the words of the texts of then.
    pub consents: Vec<AgreedConsent>,
    /// The invoice address as it was when the order was placed.
    pub billing_address: Address,
    /// Who placed it: the id of a user or of an API client.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub placed_by: String,
    /// When it was placed, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub placed_at: String,
    /// When the order or one of its lines was changed last, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub updated_at: String,
    /// The offers that were ordered, one entry each.
    pub lines: Vec<OrderLine>,
    /// What happened, in order; only with a single order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Vec<TimelineEntry>>,
}

/// One offer of an order, with the subscription that it began.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderLine {
    /// The line's id: the same that it had in the cart.
    #[schema(example = "lin_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where the line stands at Microsoft.
    pub status: OrderLineStatus,
    /// The offer that was bought.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// What that offer sells; null where it is no longer in the catalogue.
    #[schema(required)]
    pub offer: Option<OfferSummary>,
    /// For how long the buyer is bound.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
    /// How many licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and billing cycle.
    pub unit_price: Price,
    /// Printed in the text of the invoice position; null where there is nothing to print.
    #[schema(required, example = "Kostenstelle 4711")]
    pub reference: Option<String>,
    /// The branch whose invoice address is used; null for the order's.
    #[schema(required, example = "Werk Nord")]
    pub branch: Option<String>,
    /// The invoice address of that branch as it was when the order was placed; null where no branch is named.
    #[schema(required)]
    pub branch_address: Option<Address>,
    /// What follows a trial: `end`, or the id of a paid offer; null for anything else.
    #[schema(required, example = "end")]
    pub trial_then: Option<String>,
    /// The subscription that the line began.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// What was charged at once, with the order. All lines' charges sum to `due_now`.
    pub charges: Vec<Charge>,
    /// Microsoft's code, where it refused the line; null otherwise.
    #[schema(required, example = "800088")]
    pub failure: Option<String>,
}

/// Something that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// The kind of what happened.
    pub kind: EventKind,
    /// When it happened, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// What is known besides; the fields depend on the kind.
    #[schema(value_type = Object)]
    pub details: Value,
}

page!(
    /// A page of orders, newest first.
    OrderPage of Order
);

/// What orders are shown with: the catalogue as it is read, and what their customers are called.
pub struct Beside {
    summaries: Summaries,
    customers: HashMap<CustomerId, String>,
    lang: Lang,
}

impl Beside {
    /// For an order whose customer is known.
    pub fn of_one(app: &App, lang: Lang, of: &order::Order, customer_name: String) -> Self {
        let customers = HashMap::from([(of.customer_id, customer_name)]);
        Self { summaries: Summaries::of(app, of.marketplace_id, lang), customers, lang }
    }

    /// Reads it for some orders of a marketplace, in one query.
    pub fn read(app: &App, conn: &mut Conn, scope: &Scope, lang: Lang, of: &[order::Order]) -> Result<Self, Problem> {
        let mut customers: Vec<_> = of.iter().map(|order| order.customer_id).collect();
        customers.sort_unstable();
        customers.dedup();
        let found = store::customers::of_ids(conn, scope, &customers)?;
        let customers = found.into_iter().map(|customer| (customer.id, customer.name)).collect();
        Ok(Self { summaries: Summaries::of(app, scope.marketplace(), lang), customers, lang })
    }
}

/// What the event of a placed order tells.
pub fn told(order: &order::Order) -> Value {
    let due_now = Money::from(order.due_now);
    json!({"customer_id": order.customer_id, "payer": order.payer, "due_now": due_now, "lines": order.lines.len()})
}

/// An order that was placed just now: its timeline begins.
pub fn placed(beside: &Beside, placed: &order::Order) -> Order {
    let entry = TimelineEntry {
        kind: EventKind(event::EventKind::OrderPlaced),
        at: instant(placed.placed_at),
        details: told(placed),
    };
    Order { timeline: Some(vec![entry]), ..order(beside, placed, &[]) }
}

/// An order on the wire, with its timeline where that was read.
pub fn order(beside: &Beside, order: &order::Order, timeline: &[Event<Value>]) -> Order {
    let recurring = order
        .recurring
        .iter()
        .map(|(cycle, taxed)| Recurring { billing_cycle: BillingCycle(*cycle), money: Money::from(*taxed) });
    let consents = order.consents.iter().map(|consent| agreed(consent, &order.placed_by, order.placed_at, beside.lang));
    let mut shares = shares(order).into_iter();
    let mut line = |line: &order::OrderLine| {
        let charges = line.charges.iter().zip(shares.by_ref());
        let charges = charges.map(|(charge, share)| Charge::taxed(charge, share)).collect();
        line_view(&beside.summaries, line, charges)
    };
    let entry = |event: &Event<Value>| TimelineEntry {
        kind: EventKind(event.kind),
        at: instant(event.occurred_at),
        details: event.payload.clone(),
    };
    Order {
        id: order.id.to_string(),
        status: OrderStatus(order.status),
        customer_id: order.customer_id.to_string(),
        customer_name: beside.customers.get(&order.customer_id).cloned().unwrap_or_default(),
        reseller_id: order.reseller_id.map(|id| id.to_string()),
        payer: Payer(order.payer),
        cart_id: order.cart_id.to_string(),
        name: order.name.clone(),
        external_ref: order.external_ref.clone(),
        due_now: order.due_now.into(),
        recurring: recurring.collect(),
        payment_method: PaymentMethod(order.payment_method),
        consents: consents.collect(),
        billing_address: (&order.billing_address).into(),
        placed_by: order.placed_by.clone(),
        placed_at: instant(order.placed_at),
        updated_at: instant(order.updated_at),
        lines: order.lines.iter().map(&mut line).collect(),
        timeline: (!timeline.is_empty()).then(|| timeline.iter().map(entry).collect()),
    }
}

/// What is charged with an order, line by line, each with its tax; of an order of before that was kept for each charge,
/// it is what was due, split.
fn shares(order: &order::Order) -> Vec<Taxed> {
    let charges = || order.lines.iter().flat_map(|line| &line.charges);
    let kept: Option<Vec<_>> = charges().map(|charge| charge.payable().taxed()).collect();
    kept.unwrap_or_else(|| {
        let nets: Vec<_> = charges().map(|charge| charge.net).collect();
        tax::split(order.due_now, &nets, Rounding::HalfUp).unwrap_or_default()
    })
}

fn line_view(summaries: &Summaries, line: &order::OrderLine, charges: Vec<Charge>) -> OrderLine {
    OrderLine {
        id: line.id.to_string(),
        status: OrderLineStatus(line.status),
        offer_id: line.offer_id.to_string(),
        offer: summaries.of_offer(line.offer_id),
        term: Term(line.term),
        billing_cycle: BillingCycle(line.billing_cycle),
        quantity: line.quantity,
        unit_price: line.unit_price.into(),
        reference: line.reference.clone(),
        branch: line.branch.clone(),
        branch_address: line.branch_address.as_ref().map(Address::from),
        trial_then: line.trial_then.map(|then| then.to_string()),
        subscription_id: line.subscription_id.to_string(),
        charges,
        failure: line.failure.clone(),
    }
}
