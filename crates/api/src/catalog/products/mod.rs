//! Categories, products and offers: what can be bought, at the price that this caller pays.

pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::CatalogRead;
use crate::auth::standing::Identity;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::list;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Audience;
use crate::memory::catalogs::rendered::{Rendered, RenderedPage};
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::Permission;
use domain::catalog::{OfferKind, Segment};
use domain::id::{CustomerId, OfferId, ProductId};
use domain::pricing::Buyer;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub struct Category {
    /// Its name in queries.
    #[schema(example = "productivity")]
    pub slug: String,
    /// Its name for people.
    #[schema(example = "Office und Produktivität")]
    pub title: String,
    /// The category it is in.
    #[schema(required, example = "main")]
    pub parent: Option<String>,
}

/// The categories of a marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryPage {
    /// The rows, in the marketplace's order.
    pub data: Vec<Category>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "cHJvZHVjdGl2aXR5")]
    pub next_cursor: Option<String>,
}

/// A page of products by title.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductPage {
    /// The rows.
    pub data: Vec<view::Product>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "AZqRzcKncdONM9lKx5JebA")]
    pub next_cursor: Option<String>,
}

/// Which products.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductFilter {
    /// Words that begin words of the title, a former name, the publisher or an edition.
    #[param(example = "office e1", max_length = 200)]
    q: Option<String>,
    /// A category's slug.
    #[param(example = "productivity", max_length = 50)]
    category: Option<String>,
    /// Only products with an offer of this segment.
    #[param(value_type = Option<crate::http::wire::codes::Segment>)]
    segment: Option<String>,
    /// Only this publisher's.
    #[param(example = "Microsoft Corporation", max_length = 200)]
    publisher: Option<String>,
    /// Only products with an offer of this kind.
    #[param(value_type = Option<crate::http::wire::codes::OfferKind>)]
    kind: Option<String>,
    /// The customer whose prices and owned licences are shown; a customer's own is implied.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
}

/// Whose prices are shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForCustomer {
    /// The customer whose prices and owned licences are shown; a customer's own is implied.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
}

/// List the categories
///
/// In the marketplace's order; a category may be within another.
#[utoipa::path(
    tag = "catalog",
    params(list::ShortQuery),
    responses((status = 200, body = CategoryPage)),
    security(("bearer" = ["catalog.read"])),
)]
#[get("/categories")]
pub async fn list_categories(
    app: web::Data<App>,
    caller: Caller<CatalogRead>,
    query: Query<list::ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let view = |category: &store::catalog::Category| Category {
        slug: category.slug.clone(),
        title: category.title.clone(),
        parent: category.parent.clone(),
    };
    let (categories, next_cursor) = query.0.page(catalog.categories.iter().collect(), |category| &category.slug)?;
    reply::ok(&CategoryPage { data: categories.into_iter().map(view).collect(), next_cursor })
}

/// Search the products
///
/// Sorted by title. Each product carries its SKUs and their offers with the price that this caller pays.
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
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let audience = catalog.audience(reader.buyer, reader.cost);
    let now = app.now(caller.scope().marketplace());
    // Whoever owns nothing sees what everybody of the audience sees: ready bytes.
    let key = (audience, request.query_string().to_owned());
    let ready = reader.owned.is_empty();
    if let Some(page) = ready.then(|| catalog.page(&key, now)).flatten() {
        return Ok(reply::tagged(&request, page.tag.clone(), page.bytes.clone()));
    }
    let page = write_page(&catalog, &filter.0, &reader, audience, now)?;
    let response = reply::tagged(&request, page.tag.clone(), page.bytes.clone());
    if ready {
        catalog.keep_page(key, page);
    }
    Ok(response)
}

/// A product as bytes, from memory where it was rendered before.
fn rendered(
    catalog: &Catalog,
    position: usize,
    audience: Audience,
    now: OffsetDateTime,
) -> Result<Arc<Rendered>, Problem> {
    catalog.rendered(position, audience, now, |node, until| view::render(catalog, node, audience, now, until))
}

fn write_page(
    catalog: &Catalog,
    filter: &ProductFilter,
    reader: &Reader,
    audience: Audience,
    now: OffsetDateTime,
) -> Result<RenderedPage, Problem> {
    let (positions, more) = select(catalog, filter)?;
    let next_cursor =
        more.then(|| positions.last().map(|last| list::cursor(catalog.products[*last].product.id.as_u128()))).flatten();
    let (mut digests, mut until) = (String::new(), None);
    let mut body = Vec::with_capacity(64 + positions.len() * 2_048);
    body.extend_from_slice(b"{\"data\":[");
    for (n, position) in positions.into_iter().enumerate() {
        let rendered = rendered(catalog, position, audience, now)?;
        let owned = reader.owned(catalog.products[position].product.id);
        digests.push_str(&format!("{}-{owned} ", rendered.digest));
        until = [until, rendered.until].into_iter().flatten().min();
        if n > 0 {
            body.push(b',');
        }
        rendered.write(owned, &mut body);
    }
    body.extend_from_slice(b"],\"next_cursor\":");
    body.extend_from_slice(next_cursor.map_or_else(|| "null".to_owned(), |cursor| format!("\"{cursor}\"")).as_bytes());
    body.push(b'}');
    let digest = crate::keys::sha256(digests.as_bytes());
    let tag = format!("\"{:032x}\"", u128::from_be_bytes(digest[..16].try_into().unwrap_or_default()));
    Ok(RenderedPage { bytes: body.into(), tag, from: now, until })
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
    let position = catalog.position(id.0).ok_or_else(|| Problem::new(Code::NotFound))?;
    let audience = catalog.audience(reader.buyer, reader.cost);
    let rendered = rendered(&catalog, position, audience, app.now(caller.scope().marketplace()))?;
    let owned = reader.owned(id.0);
    let mut body = Vec::with_capacity(rendered.bytes.len() + 32);
    rendered.write(owned, &mut body);
    Ok(reply::tagged(&request, format!("\"{}-{owned}\"", rendered.digest), body))
}

/// Show an offer
///
/// Price, limits, prerequisites, and the policy that rules it.
#[utoipa::path(
    tag = "catalog",
    params(("offer_id" = String, Path, description = "The offer's id"), ForCustomer),
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
    let found = catalog.offer(id.0).ok_or_else(|| Problem::new(Code::NotFound))?;
    let audience = catalog.audience(reader.buyer, reader.cost);
    let now = app.now(caller.scope().marketplace());
    let policy = catalog.policy(found.offer, now).ok_or_else(|| Problem::internal("an offer without a policy"))?;
    let body = OfferDetails {
        offer: view::offer(&catalog, found, audience, now),
        product_title: found.product.title.clone(),
        sku_title: found.sku.title.clone(),
        policy: crate::policies::view(policy, crate::http::meta::language(request.headers())),
    };
    reply::by_content(&request, &body)
}

/// An offer with its product, SKU and policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferDetails {
    /// The offer.
    #[serde(flatten)]
    pub offer: view::Offer,
    /// Its product's title.
    #[schema(example = "Office 365 Enterprise (NCE)")]
    pub product_title: String,
    /// Its SKU's title.
    #[schema(example = "Office 365 E1")]
    pub sku_title: String,
    /// The policy that rules it.
    pub policy: crate::policies::Policy,
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_categories).service(list_products).service(show_product).service(show_offer);
}

/// Who reads the catalogue: whose prices, and what the customer owns by product.
struct Reader {
    buyer: Buyer,
    cost: bool,
    owned: HashMap<ProductId, u32>,
}

impl Reader {
    fn owned(&self, product: ProductId) -> u32 {
        self.owned.get(&product).copied().unwrap_or(0)
    }
}

async fn reader(app: &web::Data<App>, identity: Identity, customer_id: Option<&str>) -> Result<Reader, Problem> {
    let cost = identity.may(Permission::CostsRead);
    let mut checks = Checks::new();
    let asked = customer_id.and_then(|text| checks.id::<CustomerId>("customer_id", text));
    checks.done()?;
    let Some(customer) = asked.or(identity.scope.customer()) else {
        return Ok(Reader {
            buyer: Buyer { customer: None, reseller: identity.scope.reseller() },
            cost,
            owned: HashMap::new(),
        });
    };
    let scope = identity.scope;
    let own = scope.customer() == Some(customer);
    transaction::read_one(app, move |_, conn| {
        let reseller =
            if own { identity.buys_through } else { store::customers::get(conn, &scope, customer)?.value.reseller_id };
        let mut owned = HashMap::new();
        for subscription in store::subscriptions::owned(conn, &scope, customer)? {
            *owned.entry(subscription.product_id).or_default() += subscription.quantity;
        }
        Ok(Reader { buyer: Buyer { customer: Some(customer), reseller }, cost, owned })
    })
    .await
}

/// Positions of one page, and whether more follow.
fn select(catalog: &Catalog, filter: &ProductFilter) -> Result<(Vec<usize>, bool), Problem> {
    let page = list::page_request(filter.limit, filter.cursor.as_deref(), None)?;
    let mut checks = Checks::new();
    let q = checks.optional("q", filter.q.as_deref(), 200).unwrap_or_default();
    let category = checks.optional("category", filter.category.as_deref(), 50);
    let publisher = checks.optional("publisher", filter.publisher.as_deref(), 200);
    let segment = filter
        .segment
        .as_deref()
        .map(|code| checks.code("segment", code, Segment::from_code, "commercial, education, government, nonprofit"));
    let kind = filter
        .kind
        .as_deref()
        .map(|code| checks.code("kind", code, OfferKind::from_code, "licensed, trial, perpetual, add_on"));
    let after = page.after.map(|id| catalog.position(ProductId::from_u128(id)));
    if after == Some(None) {
        checks.note("cursor", Code::InvalidCursor, vec![]);
    }
    checks.done()?;
    let (segment, kind, after) = (segment.flatten(), kind.flatten(), after.flatten());
    let wanted = |position: &usize| {
        let node = &catalog.products[*position];
        let mut offers = node.skus.iter().flat_map(|sku| &sku.offers);
        after.is_none_or(|after| *position > after)
            && category.as_ref().is_none_or(|slug| catalog.within(&node.product.category, slug))
            && publisher.as_ref().is_none_or(|publisher| node.product.publisher == *publisher)
            && ((segment.is_none() && kind.is_none())
                || offers.any(|offer| {
                    segment.is_none_or(|wanted| offer.segment == wanted)
                        && kind.is_none_or(|wanted| offer.kind == wanted)
                }))
    };
    let limit = page.limit as usize;
    let mut positions: Vec<_> = catalog.search(&q).into_iter().filter(wanted).take(limit + 1).collect();
    let more = positions.len() > limit;
    positions.truncate(limit);
    Ok((positions, more))
}
