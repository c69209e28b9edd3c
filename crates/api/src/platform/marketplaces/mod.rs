//! Marketplaces: what a frontend must know before anybody logs in, which is public; and how the platform's operators
//! make, open, suspend and close them.

pub mod change;
pub mod create;
mod facts;
mod find;
pub mod moves;
pub mod requests;
pub mod templates;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{MarketplacesManage, MarketplacesWrite};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, Query};
use crate::http::wire::list::ShortQuery;
use crate::platform::marketplaces::requests::{MarketplaceCreate, MarketplaceUpdate};
use crate::platform::marketplaces::view::{Marketplace, MarketplacePage, fresh, view};
use crate::threads;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::id::MarketplaceId;
use domain::marketplace::{Doing, Move};
use std::sync::Arc;
use store::marketplaces::StoredMarketplace;

/// List the marketplaces
///
/// Public: a frontend chooses the marketplace to log in to. Those that are not open yet, or are closed, are not listed;
/// whoever knows the slug of one can show it.
#[utoipa::path(tag = "marketplaces", params(ShortQuery), responses((status = 200, body = MarketplacePage)))]
#[get("/marketplaces")]
pub async fn list_marketplaces(app: web::Data<App>, query: Query<ShortQuery>) -> Result<HttpResponse, Problem> {
    let found = |record: &Arc<StoredMarketplace>| record.marketplace.status.lets(Doing::BeFound);
    page(&app, &query.0, app.marketplaces.all().into_iter().filter(found).collect())
}

/// List all marketplaces of the installation
///
/// For its operators: drafts and closed ones, too, by slug.
#[utoipa::path(
    tag = "marketplaces",
    params(ShortQuery),
    responses((status = 200, body = MarketplacePage)),
    security(("bearer" = ["marketplaces.manage"])),
)]
#[get("/platform/marketplaces")]
pub async fn list_all_marketplaces(
    app: web::Data<App>,
    _caller: Caller<MarketplacesManage>,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    page(&app, &query.0, app.marketplaces.all())
}

fn page(app: &App, query: &ShortQuery, all: Vec<Arc<StoredMarketplace>>) -> Result<HttpResponse, Problem> {
    let (records, next_cursor) = query.page(all, |record| &record.marketplace.slug)?;
    let data = records.iter().map(|record| view(app, record)).collect::<Result<_, _>>()?;
    reply::ok(&MarketplacePage { data, next_cursor })
}

/// Show a marketplace
///
/// Public: name, currency, support contacts, registration mode and the form rules, so that a frontend holds no rule of
/// its own; and how it stands.
#[utoipa::path(
    tag = "marketplaces",
    params(("slug" = String, Path, description = "The marketplace's slug", example = "cancom", max_length = 50)),
    responses((status = 200, body = Marketplace)),
)]
#[get("/marketplaces/{slug}")]
pub async fn show_marketplace(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let record = app.marketplaces.by_slug(&slug).filter(|record| record.marketplace.id != MarketplaceId::PLATFORM);
    let record = record.ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::by_content(&request, &view(&app, &record)?)
}

/// Make a marketplace
///
/// A draft with the rules of a template, policies and categories, and an administrator, who is invited by mail. Nobody
/// finds it, registers or buys there until it is opened; its administrator completes it and publishes what it sells.
#[utoipa::path(
    tag = "marketplaces",
    request_body = MarketplaceCreate,
    responses((status = 201, body = Marketplace)),
    security(("bearer" = ["marketplaces.manage"])),
)]
#[post("/marketplaces")]
pub async fn create_marketplace(
    app: web::Data<App>,
    caller: Caller<MarketplacesManage>,
    meta: Meta,
    body: Body<MarketplaceCreate>,
) -> Result<HttpResponse, Problem> {
    let new = body.value.check()?;
    let create = move |write: &mut Write<'_>| {
        let made = create::create(write, &new)?;
        let location = format!("/v1/marketplaces/{}", made.marketplace.slug);
        Ok(Reply::json(201, &fresh(write.app, &made)?)?.by_content().location(location))
    };
    let done = transaction::write(&app, caller.identity(), meta, body.digest, create).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// Change a marketplace
///
/// What it says of itself; a field left out stays. The provider changes its own, operators any. `shop_url` is changed
/// only by who may all that anybody of the marketplace may: links that let people in lead there. What holds for people
/// is changed with `PUT /v1/people-rules`, what holds for subscriptions with `POST /v1/policies`.
#[utoipa::path(
    tag = "marketplaces",
    params(("slug" = String, Path, description = "The marketplace's slug", example = "cancom", max_length = 50)),
    request_body = MarketplaceUpdate,
    responses((status = 200, body = Marketplace)),
    security(("bearer" = ["marketplaces.write"])),
)]
#[patch("/marketplaces/{slug}")]
pub async fn update_marketplace(
    app: web::Data<App>,
    caller: Caller<MarketplacesWrite>,
    meta: Meta,
    slug: web::Path<String>,
    body: Body<MarketplaceUpdate>,
) -> Result<HttpResponse, Problem> {
    let changes = body.value.check()?;
    let change = move |write: &mut Write<'_>| {
        let changed = change::change(write, &slug, &changes)?;
        Ok(Reply::json(200, &fresh(write.app, &changed)?)?.by_content())
    };
    let done = transaction::write(&app, caller.identity(), meta, body.digest, change).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// Open a marketplace
///
/// From then on it is found, lets people register and sells; one that was suspended sells again. What is missing is
/// said all at once (`marketplace_not_ready`): an administrator who can log in, something to buy, a contact for
/// `orders` and one for `support`; where real money is paid also the shop's address and where each text that is agreed
/// to can be read. Under the same status it changes nothing.
#[utoipa::path(
    tag = "marketplaces",
    params(("slug" = String, Path, description = "The marketplace's slug", example = "cancom", max_length = 50)),
    responses((status = 200, body = Marketplace)),
    security(("bearer" = ["marketplaces.manage"])),
)]
#[post("/marketplaces/{slug}/open")]
pub async fn open_marketplace(
    app: web::Data<App>,
    caller: Caller<MarketplacesManage>,
    meta: Meta,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    moved(app, caller, meta, slug, Move::Open).await
}

/// Suspend a marketplace
///
/// It lets nobody register and sells nothing new (`marketplace_not_open`). Subscriptions run on, renew and can be
/// changed, people log in. Under the same status it changes nothing.
#[utoipa::path(
    tag = "marketplaces",
    params(("slug" = String, Path, description = "The marketplace's slug", example = "cancom", max_length = 50)),
    responses((status = 200, body = Marketplace)),
    security(("bearer" = ["marketplaces.manage"])),
)]
#[post("/marketplaces/{slug}/suspend")]
pub async fn suspend_marketplace(
    app: web::Data<App>,
    caller: Caller<MarketplacesManage>,
    meta: Meta,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    moved(app, caller, meta, slug, Move::Suspend).await
}

/// Close a marketplace
///
/// For good: nobody registers, nothing is bought or changed there any more, and what it did can be read. Refused with
/// their number as long as customers own subscriptions there (`marketplace_in_use`). Under the same status it changes
/// nothing.
#[utoipa::path(
    tag = "marketplaces",
    params(("slug" = String, Path, description = "The marketplace's slug", example = "cancom", max_length = 50)),
    responses((status = 200, body = Marketplace)),
    security(("bearer" = ["marketplaces.manage"])),
)]
#[post("/marketplaces/{slug}/close")]
pub async fn close_marketplace(
    app: web::Data<App>,
    caller: Caller<MarketplacesManage>,
    meta: Meta,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    moved(app, caller, meta, slug, Move::Close).await
}

async fn moved(
    app: web::Data<App>,
    caller: Caller<MarketplacesManage>,
    meta: Meta,
    slug: web::Path<String>,
    wanted: Move,
) -> Result<HttpResponse, Problem> {
    let work = move |write: &mut Write<'_>| {
        let moved = moves::make(write, &slug, wanted)?;
        Ok(Reply::json(200, &fresh(write.app, &moved)?)?.by_content())
    };
    let done = transaction::write(&app, caller.identity(), meta, NO_BODY, work).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_marketplaces).service(list_all_marketplaces).service(show_marketplace);
    config.service(create_marketplace).service(update_marketplace);
    config.service(open_marketplace).service(suspend_marketplace).service(close_marketplace);
}
