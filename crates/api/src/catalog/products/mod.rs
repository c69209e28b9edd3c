//! Categories, products and offers: what can be bought, at the price that this caller pays.

pub mod reader;
pub mod search;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::CatalogRead;
use crate::catalog::products::reader::reader;
use crate::catalog::products::search::{WantedProducts, rendered, write_page};
use crate::catalog::products::view::{OfferDetails, ProductPage};
use crate::http::problem::{Code, Problem, found};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::list;
use crate::http::{meta, reply};
use crate::memory::catalogs::catalog::Catalog;
use crate::policies::view as policy_view;
use crate::texts::place::Place;
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::catalog::{OfferKind, Segment};
use domain::id::{OfferId, ProductId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which products a search finds; what is left out does not restrict it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductFilter {
    /// Words of titles, former names, editions, the publisher or a description; also their beginnings, written together
    /// or apart, with another ending or one wrong letter.
    #[param(example = "office e1", max_length = 200)]
    q: Option<String>,
    /// A category's slug.
    #[param(example = "productivity", max_length = 50)]
    category: Option<String>,
    /// Only products with an offer of this segment.
    #[param(value_type = Option<crate::http::wire::codes::Segment>)]
    segment: Option<String>,
    /// Only products of this publisher, named exactly.
    #[param(example = "Microsoft Corporation", max_length = 200)]
    publisher: Option<String>,
    /// Only products with an offer of this kind.
    #[param(value_type = Option<crate::http::wire::codes::OfferKind>)]
    kind: Option<String>,
    /// The customer whose owned licences are shown, with the prices at which the caller buys for it; a customer's own
    /// is implied.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Whether the answer also says how many products of the whole result each publisher and each category has.
    #[param(example = true)]
    include_facets: Option<bool>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
}

/// Whose prices are shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForCustomer {
    /// The customer whose owned licences are shown, with the prices at which the caller buys for it; a customer's own
    /// is implied.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
}

/// Search the products
///
/// The best match of `q` first, without `q` by title. Each product carries its SKUs and their offers with the price
/// that this caller pays. With `include_facets=true` it also says how the whole result is spread over publishers and
/// categories.
#[utoipa::path(
    tag = "catalog",
    params(ProductFilter),
    responses((status = 200, body = ProductPage)),
    security(("bearer" = ["catalog.read"])),
)]
#[get("/products")]
pub async fn list_products(
    app: web::Data<App>,
    caller: Caller<CatalogRead>,
    request: HttpRequest,
    filter: Query<ProductFilter>,
) -> Result<HttpResponse, Problem> {
    let reader = reader(&app, caller.identity(), filter.0.customer_id.as_deref()).await?;
    let (catalog, now) = (app.catalogs.of(caller.scope().marketplace()), app.now(caller.scope().marketplace()));
    let audience =
        catalog.audience(reader.buyer, reader.cost, reader.country, meta::language(request.headers()).into());
    let spoken = |response| reply::in_language(response, audience.language.into());
    // Whoever owns nothing sees what everybody of the audience sees: ready bytes.
    let key = (audience, request.query_string().to_owned());
    let ready = reader.owns_nothing() && filter.0.include_facets != Some(true);
    if let Some(page) = ready.then(|| catalog.page(&key, now)).flatten() {
        return Ok(spoken(reply::tagged(&request, page.tag.clone(), page.bytes.clone())));
    }
    let page = write_page(&catalog, &filter.0.check(&catalog)?, &reader, audience, now)?;
    let response = spoken(reply::tagged(&request, page.tag.clone(), page.bytes.clone()));
    if ready {
        catalog.keep_page(key, page);
    }
    Ok(response)
}

/// Show a product
///
/// With its SKUs, their offers and prices, and what the customer already owns of it.
#[utoipa::path(
    tag = "catalog",
    params(("product_id" = String, Path, description = "The product's id"), ForCustomer),
    responses((status = 200, body = view::Product)),
    security(("bearer" = ["catalog.read"])),
)]
#[get("/products/{product_id}")]
pub async fn show_product(
    app: web::Data<App>,
    caller: Caller<CatalogRead>,
    request: HttpRequest,
    id: PathId<ProductId>,
    query: Query<ForCustomer>,
) -> Result<HttpResponse, Problem> {
    let reader = reader(&app, caller.identity(), query.0.customer_id.as_deref()).await?;
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let position = found(catalog.position(id.0))?;
    let audience =
        catalog.audience(reader.buyer, reader.cost, reader.country, meta::language(request.headers()).into());
    let rendered = rendered(&catalog, position, audience, app.now(caller.scope().marketplace()))?;
    let mut body = Vec::with_capacity(rendered.bytes.len() + 64);
    let owned = rendered.write(id.0, reader.owned(), &mut body);
    let response = reply::tagged(&request, format!("\"{}{owned}\"", rendered.digest), body);
    Ok(reply::in_language(response, audience.language.into()))
}

/// Show an offer
///
/// Price, limits, prerequisites, and the policy that rules it.
#[utoipa::path(
    tag = "catalog",
    params(("offer_id" = String, Path, description = "The id of the offer"), ForCustomer),
    responses((status = 200, body = OfferDetails)),
    security(("bearer" = ["catalog.read"])),
)]
#[get("/offers/{offer_id}")]
pub async fn show_offer(
    app: web::Data<App>,
    caller: Caller<CatalogRead>,
    request: HttpRequest,
    id: PathId<OfferId>,
    query: Query<ForCustomer>,
) -> Result<HttpResponse, Problem> {
    let reader = reader(&app, caller.identity(), query.0.customer_id.as_deref()).await?;
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let offer = found(catalog.offer(id.0))?;
    let audience =
        catalog.audience(reader.buyer, reader.cost, reader.country, meta::language(request.headers()).into());
    let now = app.now(caller.scope().marketplace());
    let language = audience.language;
    let policy = catalog.policy(offer.offer, now).ok_or_else(|| Problem::internal("an offer without a policy"))?;
    let node = found(catalog.sku_of(id.0))?;
    let seen = catalog.seen(node, audience, now);
    let first = catalog.preselected(node, &seen, audience, now);
    let preselected = first.get(&offer.offer.market) == Some(&id.0);
    let body = OfferDetails {
        offer: view::offer(&catalog, offer, preselected, audience, now),
        product_title: catalog.title(&offer.product.id.to_string(), language, &offer.product.title).to_owned(),
        sku_title: catalog.title(&offer.sku.id.to_string(), language, &offer.sku.title).to_owned(),
        policy: policy_view::view(policy, meta::language(request.headers())),
    };
    reply::by_content(&request, &body)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_products).service(show_product).service(show_offer);
}

impl ProductFilter {
    fn check(&self, catalog: &Catalog) -> Result<WantedProducts, Problem> {
        let page = list::page_request(self.limit, self.cursor.as_deref(), None)?;
        let mut checks = Checks::new();
        let q = checks.optional("q", self.q.as_deref(), 200).unwrap_or_default();
        let category = checks.optional("category", self.category.as_deref(), 50);
        let publisher = checks.optional("publisher", self.publisher.as_deref(), 200);
        let segments = || Place::wire("commercial, education, government, nonprofit");
        let segment = self.segment.as_deref().map(|code| checks.code("segment", code, Segment::from_code, segments()));
        let kinds = || Place::wire("licensed, trial, perpetual, add_on");
        let kind = self.kind.as_deref().map(|code| checks.code("kind", code, OfferKind::from_code, kinds()));
        let after = page.after.map(|id| catalog.position(ProductId::from_u128(id)));
        if after == Some(None) {
            checks.note("cursor", Code::InvalidCursor, vec![]);
        }
        checks.done()?;
        let (segment, kind, after) = (segment.flatten(), kind.flatten(), after.flatten());
        let (limit, facets) = (page.limit as usize, self.include_facets == Some(true));
        Ok(WantedProducts { q, category, publisher, segment, kind, limit, after, facets })
    }
}
