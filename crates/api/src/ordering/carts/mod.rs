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
pub mod trials;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::CartsWrite;
use crate::http::meta::Meta;
use crate::http::problem::{Problem, found};
use crate::http::reply::{self, Reply};
use crate::http::wire::body::{Body, PathId, given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::party::{Address, AddressUpdate};
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use add_line::NewLine;
use change_line::LineChange;
use domain::address::AddressField;
use domain::base::BaseId;
use domain::cart;
use domain::id::{CartId, CustomerId, LineId, OfferId};
use domain::trial::TrialThen;
use open::NewCart;
use preview::CartPreview;
use serde::Deserialize;
use serde_json::Value;
use store::Conn;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use view::{Cart, CartLine};

/// A cart that is to be begun; its lines are added afterwards.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartCreate {
    /// The customer that it is for; a customer's own is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// What the buyer calls the order.
    #[schema(max_length = 200, example = "Neue Arbeitsplätze")]
    name: Option<String>,
    /// The invoice address, where it is not the customer's.
    billing_address: Option<Address>,
}

/// What changes about a cart; a field left out stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartUpdate {
    /// What the buyer calls the order; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Neue Arbeitsplätze")]
    name: Option<Option<String>>,
    /// The invoice address; null is the customer's. What is left out of it stays as the cart has it or, where the
    /// cart has none of its own, as the customer has it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AddressUpdate>)]
    billing_address: Option<Option<Value>>,
}

/// A line that is to be added to a cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartLineCreate {
    /// The offer to buy.
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: String,
    /// How many licences in all.
    #[schema(minimum = 1, maximum = 10_000_000, example = 5)]
    quantity: u32,
    /// Printed in the text of the invoice position: an order number, a cost centre.
    #[schema(max_length = 200, example = "Kostenstelle 4711")]
    reference: Option<String>,
    /// The name of the branch whose invoice address is used.
    #[schema(max_length = 100, example = "Werk Nord")]
    branch: Option<String>,
    /// What follows a trial: `end`, or the id of a paid offer of the same edition that then begins by itself. Needed
    /// for a trial that such an offer can follow; the preview lists them.
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    trial_then: Option<String>,
    /// What an add-on is added to: a subscription of the customer, or a line of the same cart. Needed where there are
    /// several of them; the preview lists them.
    #[schema(max_length = 30, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    base_id: Option<String>,
}

/// What changes about a line; a field left out stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartLineUpdate {
    /// Another offer, such as the same product for another term.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: Option<String>,
    /// How many licences in all, not how many more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = u32, required = false, minimum = 1, maximum = 10_000_000, example = 6)]
    quantity: Option<u32>,
    /// Printed in the text of the invoice position; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Kostenstelle 4712")]
    reference: Option<Option<String>>,
    /// The name of the branch whose invoice address is used; null is the cart's own.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "Werk Süd")]
    branch: Option<Option<String>>,
    /// What follows a trial: `end`, or the id of a paid offer of the same edition; null takes back what was said. With
    /// another offer it is to be said anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 30, example = "end")]
    trial_then: Option<Option<String>>,
    /// What an add-on is added to: a subscription of the customer, or a line of the same cart; null takes back what was
    /// said. With another offer it is to be said anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 30, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    base_id: Option<Option<String>>,
}

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
        shown(201, &open::open(write, &request)?)
    })
    .await
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
#[get("/carts/{cart_id}")]
pub async fn show_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    request: HttpRequest,
    id: PathId<CartId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let cart = transaction::read_one(&app, move |_, conn| Ok(store::carts::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, cart.version, &Cart::from(&cart))
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
#[patch("/carts/{cart_id}")]
pub async fn update_cart(
    app: web::Data<App>,
    caller: Caller<CartsWrite>,
    meta: Meta,
    id: PathId<CartId>,
    body: Body<CartUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let edit = |write: &mut Write<'_>, cart: &mut cart::Cart| body.value.apply(write, cart, &rules.address_fields);
        shown(200, &change::change(write, id.0, edit)?)
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
#[delete("/carts/{cart_id}")]
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
        Ok(answer(201, &cart)?.location(location.unwrap_or_default()))
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
    let lines = Cart::from(&cart).lines;
    let line = found(lines.into_iter().find(|known| known.id == line.0.to_string()))?;
    reply::resource(&request, cart.version, &line)
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
        shown(200, &change_line::change_line(write, id.0, line.0, &change)?)
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
        shown(200, &remove_line::remove_line(write, id.0, line.0)?)
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
    let lang = crate::http::meta::language(request.headers());
    let work = move |app: &App, conn: &mut Conn| {
        let quoted = quote::quote(app, conn, &scope, id.0)?;
        Ok(preview::of(app, &quoted, lang))
    };
    let preview = transaction::read_one(&app, work).await?;
    Ok(reply::in_language(reply::ok(&preview)?, lang))
}

fn shown(status: u16, cart: &cart::Cart) -> Result<Reply, Problem> {
    Ok(answer(status, cart)?.location(format!("/v1/carts/{}", cart.id)))
}

fn answer(status: u16, cart: &cart::Cart) -> Result<Reply, Problem> {
    Ok(Reply::json(status, &Cart::from(cart))?.version(cart.version))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_cart)
        .service(show_cart)
        .service(update_cart)
        .service(delete_cart)
        .service(preview_cart)
        .service(add_cart_line)
        .service(show_cart_line)
        .service(update_cart_line)
        .service(remove_cart_line);
}

impl CartCreate {
    fn check(self, needed: &[AddressField]) -> Result<NewCart, Problem> {
        let mut checks = Checks::new();
        let customer_id = self.customer_id.as_deref().map(|id| checks.id::<CustomerId>("/customer_id", id));
        let name = checks.optional("/name", self.name.as_deref(), 200);
        let billing_address =
            self.billing_address.as_ref().and_then(|address| address.check("/billing_address", &mut checks, needed));
        checks.done()?;
        Ok(NewCart { customer_id: customer_id.flatten(), name, billing_address })
    }
}

impl CartUpdate {
    fn apply(&self, write: &mut Write<'_>, cart: &mut cart::Cart, needed: &[AddressField]) -> Result<(), Problem> {
        let mut checks = Checks::new();
        match &self.billing_address {
            None => {}
            Some(None) => cart.billing_address = None,
            Some(Some(patch)) => {
                let current = change::billed_to(write, cart)?.as_ref().map(Address::from);
                let address: Address = patched("/billing_address", current.as_ref(), patch)?;
                cart.billing_address = address.check("/billing_address", &mut checks, needed);
            }
        }
        if let Some(name) = &self.name {
            cart.name = checks.optional("/name", name.as_deref(), 200);
        }
        checks.done()
    }
}

impl CartLineCreate {
    fn check(self) -> Result<NewLine, Problem> {
        let mut checks = Checks::new();
        let offer_id = checks.id::<OfferId>("/offer_id", &self.offer_id);
        let reference = checks.optional("/reference", self.reference.as_deref(), 200);
        let branch = checks.optional("/branch", self.branch.as_deref(), 100);
        let trial_then = self.trial_then.as_deref().and_then(|then| checks.id::<TrialThen>("/trial_then", then));
        let base = self.base_id.as_deref().and_then(|id| checks.id::<BaseId>("/base_id", id));
        let offer_id = checks.finish(offer_id)?;
        Ok(NewLine { offer_id, quantity: self.quantity, reference, branch, trial_then, base })
    }
}

impl CartLineUpdate {
    fn check(self) -> Result<LineChange, Problem> {
        let mut checks = Checks::new();
        let change = LineChange {
            offer_id: self.offer_id.as_deref().and_then(|id| checks.id::<OfferId>("/offer_id", id)),
            quantity: self.quantity,
            reference: self.reference.map(|text| checks.optional("/reference", text.as_deref(), 200)),
            branch: self.branch.map(|text| checks.optional("/branch", text.as_deref(), 100)),
            trial_then: self.trial_then.map(|then| then.and_then(|then| checks.id::<TrialThen>("/trial_then", &then))),
            base: self.base_id.map(|id| id.and_then(|id| checks.id::<BaseId>("/base_id", &id))),
        };
        checks.done()?;
        Ok(change)
    }
}
