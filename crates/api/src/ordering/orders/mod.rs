//! Orders: what a buyer asked for, and what became of each line.

pub mod place;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{OrdersPlace, OrdersRead};
use crate::http::meta::{Meta, language};
use crate::http::problem::{Problem, named};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{OrderStatus, PaymentMethod};
use crate::http::wire::list::{self, Orders, Walk};
use crate::http::wire::party::Address;
use crate::http::wire::purchase_consents::{self, Consent};
use crate::texts::lang::Lang;
use crate::transaction;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::address::AddressField;
use domain::id::{CartId, CustomerId, OrderId};
use domain::order::{self, Placed};
use place::OrderToPlace;
use serde::Deserialize;
use store::page::{Order as By, SortedRequest};
use utoipa::{IntoParams, ToSchema};
use view::{Beside, Order, OrderPage};

/// An order to place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderCreate {
    /// The cart to order.
    #[schema(max_length = 30, example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    cart_id: String,
    /// The preview that the buyer saw; the order is refused with `preview_stale` where it would now cost something
    /// else.
    #[schema(max_length = 100, example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    preview_token: Option<String>,
    /// How the order is paid: one of the preview's `payment_methods`.
    payment_method: PaymentMethod,
    /// What the buyer agrees to: each of the preview's `consents_required`.
    #[serde(default)]
    #[schema(max_items = 20)]
    consents: Vec<Consent>,
    /// The invoice address, where it is not the cart's. That of a customer's first order becomes its primary one.
    billing_address: Option<Address>,
    /// Whether the order's invoice address becomes the customer's primary one; that of its first order always does.
    #[serde(default)]
    #[schema(required = false)]
    save: bool,
    /// What a script calls it; only one order of the customer has it.
    #[schema(max_length = 100, example = "erp-4711")]
    external_ref: Option<String>,
}

/// Which orders are listed; every filter that is given holds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    /// Only the orders of this customer.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Only the order that a script calls so.
    #[param(example = "erp-4711", max_length = 100)]
    external_ref: Option<String>,
    /// Only orders that stand so; several with commas between them: `placed,provisioning`.
    #[param(value_type = Option<Vec<OrderStatus>>, style = Form, explode = false, max_items = 5)]
    status: Option<String>,
    /// Only those of whose name or `external_ref` each of these words begins a word, or of their customer's name.
    #[param(example = "erp-4711", max_length = 200)]
    q: Option<String>,
    /// Only those placed at this instant or later.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    created_from: Option<String>,
    /// Only those placed before this instant.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    created_to: Option<String>,
    /// Only those changed at this instant or later, by the marketplace's clock, the oldest change first.
    #[param(format = DateTime, example = "2026-11-20T10:15:00Z")]
    updated_since: Option<String>,
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
    /// The order: by creation or by the last change, with a minus the last first. Left out it is `-created_at`; with
    /// `updated_since` it is `updated_at`.
    #[param(example = "-created_at", pattern = "^-?(created_at|updated_at)$")]
    sort: Option<String>,
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
    meta: Meta,
    body: Body<OrderCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let order = body.value.check(meta.lang, &rules.address_fields)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let (Placed { order, .. }, name) = place::place(write, &order)?;
        let location = format!("/v1/orders/{}", order.id);
        let lang = write.meta.lang;
        let beside = Beside::of_one(write.app, lang, &order, name);
        let shown = view::placed(&beside, &order);
        Ok(Reply::json(201, &shown)?.reviewed(order.version).in_language(lang).location(location))
    })
    .await
}

/// List orders
///
/// One's own and those of the customers below, newest first, unless another order is chosen. Each with its lines; a
/// timeline has a single one.
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
    request: HttpRequest,
    query: Query<OrderFilter>,
) -> Result<HttpResponse, Problem> {
    let (page, filter) = query.0.check()?;
    let scope = caller.scope();
    let lang = language(request.headers());
    let (found, beside) = transaction::read(&app, move |app, conn| {
        if let Some(customer) = filter.customer_id {
            named("customer_id", store::customers::get(conn, &scope, customer))?;
        }
        let found = store::orders::list(conn, &scope, &filter, &page)?;
        let beside = Beside::read(app, conn, &scope, lang, &found.items)?;
        Ok((found, beside))
    })
    .await?;
    let page = reply::ok(&OrderPage::of(found, |order| view::order(&beside, &order, &[])))?;
    Ok(reply::in_language(page, lang))
}

/// Show an order
///
/// With the status of each line and a timeline: "track order".
#[utoipa::path(
    tag = "orders",
    params(("order_id" = String, Path, description = "The id of the order")),
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
    let lang = language(request.headers());
    let (order, beside, timeline) = transaction::read(&app, move |app, conn| {
        let order = store::orders::get(conn, &scope, id.0)?;
        let beside = Beside::read(app, conn, &scope, lang, std::slice::from_ref(&order))?;
        Ok((order, beside, store::outbox::events_of(conn, &scope, &id.0.to_string())?))
    })
    .await?;
    reply::reviewed(&request, order.version, &view::order(&beside, &order, &timeline))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(place_order).service(list_orders).service(show_order);
}

impl OrderCreate {
    fn check(self, lang: Lang, needed: &[AddressField]) -> Result<OrderToPlace, Problem> {
        let mut checks = Checks::new();
        let cart_id = checks.id::<CartId>("/cart_id", &self.cart_id);
        let preview_token = checks.optional("/preview_token", self.preview_token.as_deref(), 100);
        let billing_address =
            self.billing_address.as_ref().and_then(|address| address.check("/billing_address", &mut checks, needed));
        let consents = purchase_consents::read(&mut checks, &self.consents);
        let external_ref = checks.optional("/external_ref", self.external_ref.as_deref(), 100);
        let place = order::PlaceOrder { payment_method: self.payment_method.0, consents, external_ref };
        let cart_id = checks.finish(cart_id)?;
        Ok(OrderToPlace { cart_id, preview_token, billing_address, save: self.save, place, lang })
    }
}

/// The orders in which orders are listed.
const ORDERS: Orders = &[("created_at", By::Created), ("updated_at", By::Updated)];

impl OrderFilter {
    fn check(&self) -> Result<(SortedRequest, store::orders::Filter), Problem> {
        let mut checks = Checks::new();
        let created = [("created_from", self.created_from.as_deref()), ("created_to", self.created_to.as_deref())];
        let filter = store::orders::Filter {
            external_ref: checks.optional("external_ref", self.external_ref.as_deref(), 100),
            customer_id: self.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id)),
            statuses: checks.codes(
                "status",
                self.status.as_deref(),
                order::OrderStatus::from_code,
                "placed, provisioning, completed, partially_failed, failed",
            ),
            search: list::search(&mut checks, self.q.as_deref()),
            times: list::times(&mut checks, created, self.updated_since.as_deref()),
        };
        let walk = Walk { limit: self.limit, cursor: self.cursor.as_deref(), sort: self.sort.as_deref() };
        let page = walk.read(&mut checks, ORDERS, filter.times);
        checks.done()?;
        Ok((page, filter))
    }
}
