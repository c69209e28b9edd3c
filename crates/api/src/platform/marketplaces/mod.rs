//! Marketplaces: what a frontend must know before anybody logs in. Public.

pub mod profile;
pub mod view;

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::routes::Routes;
use crate::http::wire::body::Query;
use crate::http::wire::list::ShortQuery;
use crate::platform::marketplaces::view::{Marketplace, MarketplacePage, view};
use actix_web::{HttpRequest, HttpResponse, get, web};

/// List the marketplaces
///
/// Public: a frontend chooses the marketplace to log in to.
#[utoipa::path(tag = "marketplaces", params(ShortQuery), responses((status = 200, body = MarketplacePage)))]
#[get("/marketplaces")]
pub async fn list_marketplaces(app: web::Data<App>, query: Query<ShortQuery>) -> Result<HttpResponse, Problem> {
    let (records, next_cursor) = query.0.page(app.marketplaces.all(), |record| &record.marketplace.slug)?;
    let data = records.iter().map(|record| view(&app, record)).collect::<Result<_, _>>()?;
    reply::ok(&MarketplacePage { data, next_cursor })
}

/// Show a marketplace
///
/// Public: name, currency, support contacts, registration mode and the form rules, so that a frontend holds no rule of
/// its own.
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
    let record = app.marketplaces.by_slug(&slug).ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::by_content(&request, &view(&app, &record)?)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_marketplaces).service(show_marketplace);
}
