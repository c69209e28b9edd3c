//! Orders: what a buyer asked for, and what became of each line.

pub mod place;

use crate::auth::caller::Caller;
use crate::auth::permits::{OrdersPlace, OrdersRead};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::charge::Charge;
use crate::http::wire::charge::Recurring;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{
    BillingCycle, ConsentKind, EventKind, OrderLineStatus, OrderStatus, PaymentMethod, Term,
};
use crate::http::wire::money::{Money, Price};
use crate::http::wire::party::Address;
use crate::http::wire::{instant, list};
use crate::ordering::orders::place as operation;
use crate::{App, only_object, page, transaction};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::address::AddressField;
use domain::event::Event;
use domain::id::{CartId, CustomerId, OrderId};
use domain::order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// The most consents of an order.
const MAX_CONSENTS: usize = 20;

/// An order to place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCreate {
    /// The cart to order.
    #[schema(max_length = 30, example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    cart_id: String,
    /// The preview that the buyer saw; the order is refused with `preview_stale` where it would now cost something else.
    #[schema(max_length = 100, example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    preview_token: Option<String>,
    /// How it is paid.
    payment_method: PaymentMethod,
    /// What the buyer agrees to: each of the preview's `consents_required`.
    #[serde(default)]
    #[schema(max_items = 20)]
    consents: Vec<Consent>,
    /// The invoice address, where it is not the cart's.
    billing_address: Option<Address>,
    /// What a script calls it; only one order of the customer has it.
    #[schema(max_length = 100, example = "erp-4711")]
    external_ref: Option<String>,
}

/// A consent that is given.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Consent {
    /// To what.
    pub kind: ConsentKind,
    /// To which text of it.
    #[schema(max_length = 50, example = "2026-01")]
    pub version: String,
}

only_object!(Consent);

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Order {
    /// Its id.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// For whom.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Through which reseller.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The cart it was.
    #[schema(example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub cart_id: String,
    /// Its name.
    #[schema(required, example = "Neue Arbeitsplätze")]
    pub name: Option<String>,
    /// What a script calls it.
    #[schema(required, example = "erp-4711")]
    pub external_ref: Option<String>,
    /// What was due with it.
    pub due_now: Money,
    /// What recurs.
    pub recurring: Vec<Recurring>,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What was agreed to.
    pub consents: Vec<Consent>,
    /// The invoice address.
    pub billing_address: Address,
    /// Who placed it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub placed_by: String,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub placed_at: String,
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// What happened, in order; only with a single order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Vec<TimelineEntry>>,
}

/// One offer of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderLine {
    /// Its id: the cart line's.
    #[schema(example = "lin_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where it stands.
    pub status: OrderLineStatus,
    /// What.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// How many licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and billing cycle.
    pub unit_price: Price,
    /// Printed on the invoice position.
    #[schema(required, example = "Kostenstelle 4711")]
    pub reference: Option<String>,
    /// The branch.
    #[schema(required, example = "Werk Nord")]
    pub branch: Option<String>,
    /// The subscription it made.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// What was charged with it.
    pub charges: Vec<Charge>,
    /// Microsoft's code, where it was refused.
    #[schema(required, example = "800088")]
    pub failure: Option<String>,
}

/// Something that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// What.
    pub kind: EventKind,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// The rest.
    #[schema(value_type = Object)]
    pub details: Value,
}

page!(
    /// A page of orders, newest first.
    OrderPage of Order
);

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    /// Only this customer's.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Only the one that a script calls so.
    #[param(example = "erp-4711", max_length = 100)]
    external_ref: Option<String>,
    /// Only those that stand so.
    #[param(value_type = Option<OrderStatus>)]
    status: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// An order on the wire, with its timeline where that was read.
pub fn view(order: &order::Order, timeline: &[Event<Value>]) -> Order {
    let recurring = order
        .recurring
        .iter()
        .map(|(cycle, taxed)| Recurring { billing_cycle: BillingCycle(*cycle), money: Money::from(*taxed) });
    let consents = order
        .consents
        .iter()
        .map(|consent| Consent { kind: ConsentKind(consent.kind), version: consent.version.clone() });
    let entry = |event: &Event<Value>| TimelineEntry {
        kind: EventKind(event.kind),
        at: instant(event.occurred_at),
        details: event.payload.clone(),
    };
    Order {
        id: order.id.to_string(),
        status: OrderStatus(order.status),
        customer_id: order.customer_id.to_string(),
        reseller_id: order.reseller_id.map(|id| id.to_string()),
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
        lines: order.lines.iter().map(line_view).collect(),
        timeline: (!timeline.is_empty()).then(|| timeline.iter().map(entry).collect()),
    }
}

fn line_view(line: &order::OrderLine) -> OrderLine {
    OrderLine {
        id: line.id.to_string(),
        status: OrderLineStatus(line.status),
        offer_id: line.offer_id.to_string(),
        term: Term(line.term),
        billing_cycle: BillingCycle(line.billing_cycle),
        quantity: line.quantity,
        unit_price: line.unit_price.into(),
        reference: line.reference.clone(),
        branch: line.branch.clone(),
        subscription_id: line.subscription_id.to_string(),
        charges: line.charges.iter().map(Charge::from).collect(),
        failure: line.failure.clone(),
    }
}

/// Place the order of a cart
///
/// Binding. The order, its subscriptions and charges exist once this answers; Microsoft is asked afterwards, and the
/// order's status and timeline follow it. With an `Idempotency-Key` a retry never orders twice.
#[utoipa::path(
    tag = "orders",
    request_body = OrderCreate,
    responses((status = 201, body = Order)),
    security(("bearer" = ["orders.place"])),
)]
#[post("/orders")]
pub async fn place_order(
    app: web::Data<App>,
    caller: Caller<OrdersPlace>,
    request: HttpRequest,
    meta: Meta,
    body: Body<OrderCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let order = body.value.check(crate::http::meta::language(request.headers()), &rules.address_fields)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| operation::place_order(write, &order))
        .await
}

/// List orders
///
/// Newest first.
#[utoipa::path(
    tag = "orders",
    params(OrderFilter),
    responses((status = 200, body = OrderPage)),
    security(("bearer" = ["orders.read"])),
)]
#[get("/orders")]
pub async fn list_orders(
    app: web::Data<App>,
    caller: Caller<OrdersRead>,
    query: Query<OrderFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let mut checks = Checks::new();
    let filter = store::orders::Filter {
        external_ref: checks.optional("external_ref", query.0.external_ref.as_deref(), 100),
        customer_id: query.0.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id)),
        status: query.0.status.as_deref().and_then(|code| {
            checks.code(
                "status",
                code,
                order::OrderStatus::from_code,
                "placed, provisioning, completed, partially_failed, failed",
            )
        }),
    };
    checks.done()?;
    let scope = caller.scope();
    let found = transaction::read(&app, move |_, conn| {
        if let Some(customer) = filter.customer_id {
            store::customers::get(conn, &scope, customer)?;
        }
        Ok(store::orders::list(conn, &scope, &filter, &page)?)
    })
    .await?;
    reply::ok(&OrderPage::of(found, |order| view(&order, &[])))
}

/// Show an order
///
/// With the status of each line and a timeline: "track order" (L-29).
#[utoipa::path(
    tag = "orders",
    params(("order_id" = String, Path, description = "The order's id")),
    responses((status = 200, body = Order)),
    security(("bearer" = ["orders.read"])),
)]
#[get("/orders/{order_id}")]
pub async fn show_order(
    app: web::Data<App>,
    caller: Caller<OrdersRead>,
    request: HttpRequest,
    id: PathId<OrderId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (order, timeline) = transaction::read(&app, move |_, conn| {
        let order = store::orders::get(conn, &scope, id.0)?;
        Ok((order, store::outbox::events_of(conn, &scope, &id.0.to_string())?))
    })
    .await?;
    reply::resource(&request, order.version, &view(&order, &timeline))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(place_order).service(list_orders).service(show_order);
}

impl OrderCreate {
    fn check(self, lang: crate::texts::lang::Lang, needed: &[AddressField]) -> Result<operation::Request, Problem> {
        let mut checks = Checks::new();
        let cart_id = checks.id::<CartId>("/cart_id", &self.cart_id);
        let preview_token = checks.optional("/preview_token", self.preview_token.as_deref(), 100);
        let billing_address =
            self.billing_address.as_ref().and_then(|address| address.check("/billing_address", &mut checks, needed));
        let mut consent = |(n, consent): (usize, &Consent)| order::Consent {
            kind: consent.kind.0,
            version: checks.text(&format!("/consents/{n}/version"), &consent.version, 50),
        };
        let consents = self.consents.iter().enumerate().map(&mut consent).collect();
        if self.consents.len() > MAX_CONSENTS {
            checks.note("/consents", Code::OutOfRange, vec![("limit", format!("0-{MAX_CONSENTS}"))]);
        }
        let external_ref = checks.optional("/external_ref", self.external_ref.as_deref(), 100);
        let place = order::PlaceOrder { payment_method: self.payment_method.0, consents, external_ref };
        let cart_id = checks.finish(cart_id)?;
        Ok(operation::Request { cart_id, preview_token, billing_address, place, lang })
    }
}
