//! Carts: what a buyer is about to order, priced to the cent before it is ordered.

pub mod add_line;
pub mod beside;
pub mod change;
pub mod change_line;
pub mod discard;
pub mod open;
pub mod preview;
pub mod quote;
pub mod remove_line;
pub mod requests;
pub mod trials;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::CartsWrite;
use crate::catalog::summary::Summaries;
use crate::http::meta::{Meta, language};
use crate::http::problem::{Problem, found, named};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::cart;
use domain::id::{CartId, LineId};
use preview::CartPreview;
use requests::{CartCreate, CartFilter, CartLineCreate, CartLineUpdate, CartLinesPreview, CartUpdate};
use store::Conn;
use view::{Cart, CartLine, CartPage};

/// Create a cart
///
/// A reseller or provider names the customer; a customer's own is implied. Where too many carts of the customer wait to
/// be ordered it is refused with `too_many_open_carts`, which names the oldest of them in `open_carts`.
#[utoipa::path(
    tag = "carts",
    request_body = CartCreate,
    responses((status = 201, body = Cart)),
    security(("bearer" = ["carts.write"])),
)]
#[post("/carts")]
pub async fn create_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    body: Body<CartCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let request = body.value.check(&rules.address_fields)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let cart = open::open(write, &request)?;
        shown(write, 201, &cart)
    })
    .await
}

/// List carts
///
/// Those that wait to be ordered, newest first, each with its lines: one's own and those of the customers below. What
/// was ordered is an order.
#[utoipa::path(
    tag = "carts",
    params(CartFilter),
    responses((status = 200, body = CartPage)),
    security(("bearer" = ["carts.write"])),
)]
#[get("/carts")]
pub async fn list_carts(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    request: HttpRequest,
    query: Query<CartFilter>,
) -> Result<HttpResponse, Problem> {
    let (customer, page) = query.0.check()?;
    let (scope, lang) = (caller.scope(), language(request.headers()));
    let found = transaction::read(&app, move |_, conn| {
        if let Some(customer) = customer {
            named("customer_id", store::customers::get(conn, &scope, customer))?;
        }
        Ok(store::carts::list_open(conn, &scope, customer, &page)?)
    })
    .await?;
    let summaries = Summaries::of(&app, scope.marketplace(), lang);
    Ok(reply::in_language(reply::ok(&CartPage::of(found, |cart| view::view(&summaries, &cart)))?, lang))
}

/// Show a cart
///
/// Its head and lines as they were put in; what they cost, the preview says.
#[utoipa::path(
    tag = "carts",
    params(("cart_id" = String, Path, description = "The id of the cart")),
    responses((status = 200, body = Cart)),
    security(("bearer" = ["carts.write"])),
)]
#[get("/carts/{cart_id:crt_[^/]+}")]
pub async fn show_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    request: HttpRequest,
    id: PathId<CartId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let cart = transaction::read_one(&app, move |_, conn| Ok(store::carts::get(conn, &scope, id.0)?)).await?;
    let summaries = Summaries::of(&app, cart.marketplace_id, language(request.headers()));
    reply::reviewed(&request, cart.version, &view::view(&summaries, &cart))
}

/// Change a cart
///
/// Name and invoice address; a field left out stays, null clears.
#[utoipa::path(
    tag = "carts",
    params(("cart_id" = String, Path, description = "The id of the cart")),
    request_body = CartUpdate,
    responses((status = 200, body = Cart)),
    security(("bearer" = ["carts.write"])),
)]
#[patch("/carts/{cart_id:crt_[^/]+}")]
pub async fn update_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    id: PathId<CartId>,
    body: Body<CartUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let edit = |write: &mut Write<'_>, cart: &mut cart::Cart| {
            let billed = change::billed_to(write, cart)?;
            body.value.apply(billed.as_ref(), cart, &rules.address_fields)
        };
        let cart = change::change(write, id.0, edit)?;
        shown(write, 200, &cart)
    })
    .await
}

/// Discard a cart
///
/// A cart that was ordered stays, because its order refers to it.
#[utoipa::path(
    tag = "carts",
    params(("cart_id" = String, Path, description = "The id of the cart")),
    responses((status = 204, description = "The cart is discarded")),
    security(("bearer" = ["carts.write"])),
)]
#[delete("/carts/{cart_id:crt_[^/]+}")]
pub async fn delete_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    id: PathId<CartId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        discard::discard(write, id.0).map(|()| Reply::empty())
    })
    .await
}

/// Add a line to a cart
///
/// Answers the whole cart; `Location` is the new line. The offer must exist and its limits allow the quantity;
/// everything else that may be wrong with the line, the preview says. The first line decides the cart's currency.
#[utoipa::path(
    tag = "carts",
    params(("cart_id" = String, Path, description = "The id of the cart")),
    request_body = CartLineCreate,
    responses((status = 201, body = Cart)),
    security(("bearer" = ["carts.write"])),
)]
#[post("/carts/{cart_id}/lines")]
pub async fn add_cart_line(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    id: PathId<CartId>,
    body: Body<CartLineCreate>,
) -> Result<HttpResponse, Problem> {
    let line = body.value.check()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let cart = add_line::add_line(write, id.0, &line)?;
        let location = cart.lines.last().map(|line| format!("/v1/carts/{}/lines/{}", cart.id, line.id));
        Ok(answer(write, 201, &cart)?.location(location.unwrap_or_default()))
    })
    .await
}

/// Show a line of a cart
///
/// One offer in the cart, as it was put in; its `ETag` is the cart's.
#[utoipa::path(
    tag = "carts",
    params(
        ("cart_id" = String, Path, description = "The id of the cart"),
        ("line_id" = String, Path, description = "The id of the cart's line"),
    ),
    responses((status = 200, body = CartLine)),
    security(("bearer" = ["carts.write"])),
)]
#[get("/carts/{cart_id}/lines/{line_id}")]
pub async fn show_cart_line(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    request: HttpRequest,
    id: PathId<CartId>,
    line: PathId<LineId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let cart = transaction::read_one(&app, move |_, conn| Ok(store::carts::get(conn, &scope, id.0)?)).await?;
    let summaries = Summaries::of(&app, cart.marketplace_id, language(request.headers()));
    let lines = view::view(&summaries, &cart).lines;
    let line = found(lines.into_iter().find(|known| known.id == line.0.to_string()))?;
    reply::reviewed(&request, cart.version, &line)
}

/// Change a line of a cart
///
/// Answers the whole cart; a field left out stays, null clears.
#[utoipa::path(
    tag = "carts",
    params(
        ("cart_id" = String, Path, description = "The id of the cart"),
        ("line_id" = String, Path, description = "The id of the cart's line"),
    ),
    request_body = CartLineUpdate,
    responses((status = 200, body = Cart)),
    security(("bearer" = ["carts.write"])),
)]
#[patch("/carts/{cart_id}/lines/{line_id}")]
pub async fn update_cart_line(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    id: PathId<CartId>,
    line: PathId<LineId>,
    body: Body<CartLineUpdate>,
) -> Result<HttpResponse, Problem> {
    let change = body.value.check()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let cart = change_line::change_line(write, id.0, line.0, &change)?;
        shown(write, 200, &cart)
    })
    .await
}

/// Remove a line from a cart
///
/// Answers the cart without it.
#[utoipa::path(
    tag = "carts",
    params(
        ("cart_id" = String, Path, description = "The id of the cart"),
        ("line_id" = String, Path, description = "The id of the cart's line"),
    ),
    responses((status = 200, body = Cart)),
    security(("bearer" = ["carts.write"])),
)]
#[delete("/carts/{cart_id}/lines/{line_id}")]
pub async fn remove_cart_line(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    id: PathId<CartId>,
    line: PathId<LineId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let cart = remove_line::remove_line(write, id.0, line.0)?;
        shown(write, 200, &cart)
    })
    .await
}

/// Preview the order of a cart
///
/// Exactly the lines of the real order: what is due now, what recurs, and every problem at once. Passing the token with
/// the order makes it fail with `preview_stale` where it would now cost something else. Has no effect.
#[utoipa::path(
    tag = "carts",
    params(("cart_id" = String, Path, description = "The id of the cart")),
    responses((status = 200, body = CartPreview)),
    security(("bearer" = ["carts.write"])),
)]
#[post("/carts/{cart_id}/preview")]
pub async fn preview_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    request: HttpRequest,
    id: PathId<CartId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let lang = language(request.headers());
    let work = move |app: &App, conn: &mut Conn| {
        let quoted = quote::quote(app, conn, &scope, id.0)?;
        Ok(preview::of(app, &quoted, lang))
    };
    let preview = transaction::read_one(&app, work).await?;
    Ok(reply::in_language(reply::ok(&preview)?, lang))
}

/// Preview lines without a cart
///
/// What lines would cost if they were ordered now, and what would keep them from it: for a product page that shows its
/// price while the quantity is typed. Nothing is stored, and there is no token to order with.
#[utoipa::path(
    tag = "carts",
    request_body = CartLinesPreview,
    responses((status = 200, body = CartPreview)),
    security(("bearer" = ["carts.write"])),
)]
#[post("/carts/preview")]
pub async fn preview_cart_lines(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    request: HttpRequest,
    body: Body<CartLinesPreview>,
) -> Result<HttpResponse, Problem> {
    let (scope, lang) = (caller.scope(), language(request.headers()));
    let rules = app.marketplaces.organizations(scope.marketplace())?;
    let wanted = body.value.check(&rules.address_fields)?;
    let work = move |app: &App, conn: &mut Conn| {
        let quoted = quote::quote_lines(app, conn, &scope, &wanted)?;
        Ok(preview::of_lines(app, &quoted, lang))
    };
    let preview = transaction::read_one(&app, work).await?;
    Ok(reply::in_language(reply::ok(&preview)?, lang))
}

fn shown(write: &Write<'_>, status: u16, cart: &cart::Cart) -> Result<Reply, Problem> {
    Ok(answer(write, status, cart)?.location(format!("/v1/carts/{}", cart.id)))
}

fn answer(write: &Write<'_>, status: u16, cart: &cart::Cart) -> Result<Reply, Problem> {
    let lang = write.meta.lang;
    let shown = view::view(&Summaries::of(write.app, cart.marketplace_id, lang), cart);
    Ok(Reply::json(status, &shown)?.reviewed(cart.version).in_language(lang))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_cart)
        .service(list_carts)
        .service(preview_cart_lines)
        .service(show_cart)
        .service(update_cart)
        .service(delete_cart)
        .service(preview_cart)
        .service(add_cart_line)
        .service(show_cart_line)
        .service(update_cart_line)
        .service(remove_cart_line);
}
