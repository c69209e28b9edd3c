//! Categories: the tree in which products are found, as the provider arranges it.

pub mod arrange;
pub mod remove;

use crate::auth::caller::Caller;
use crate::auth::permits::{CatalogRead, PriceListsManage};
use crate::catalog::categories::arrange::{CategoryChange, NewCategory};
use crate::catalog::products::view::{self, Category, CategoryPage};
use crate::http::meta::{self, Meta};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, Query, given, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::ShortQuery;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY, Write};
use crate::{App, threads};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

/// The most characters of a slug.
const SLUG: usize = 50;

/// A category to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryCreate {
    /// What queries and products will call it, for ever: small letters, digits and dashes.
    #[schema(max_length = 50, pattern = "^[a-z0-9-]{1,50}$", example = "backup")]
    slug: String,
    /// What people call it; in other languages with `PUT /v1/catalog-texts/{subject}`.
    #[schema(max_length = 200, example = "Datensicherung")]
    title: String,
    /// The slug of the category that it is in; left out it is at the top.
    #[schema(max_length = 50, example = "main")]
    parent: Option<String>,
    /// Its place among the others: the lowest first; left out it is the last.
    #[schema(minimum = 0, maximum = 1_000_000, example = 20)]
    position: Option<i32>,
}

/// What changes about a category; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryUpdate {
    /// What people call it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Datensicherung")]
    title: Option<String>,
    /// The slug of the category that it is in; null puts it at the top.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 50, example = "main")]
    parent: Option<Option<String>>,
    /// Its place among the others: the lowest first.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = i32, required = false, minimum = 0, maximum = 1_000_000, example = 20)]
    position: Option<i32>,
}

/// List the categories
///
/// In the marketplace's order; a category may be within another.
#[utoipa::path(
    tag = "catalog",
    params(ShortQuery),
    responses((status = 200, body = CategoryPage)),
    security(("bearer" = ["catalog.read"])),
)]
#[get("/categories")]
pub async fn list_categories(
    app: web::Data<App>,
    caller: Caller<CatalogRead>,
    request: HttpRequest,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let language = catalog.read_in(meta::language(request.headers()).into());
    let (categories, next_cursor) = query.0.page(catalog.categories.iter().collect(), |category| &category.slug)?;
    let data = categories.into_iter().map(|category| view::category(&catalog, category, language)).collect();
    Ok(reply::in_language(reply::ok(&CategoryPage { data, next_cursor })?, language.into()))
}

/// Show a category
///
/// As people of the reader's language call it.
#[utoipa::path(
    tag = "catalog",
    params(("category" = String, Path, description = "The category's slug", example = "email", max_length = 50)),
    responses((status = 200, body = Category)),
    security(("bearer" = ["catalog.read"])),
)]
#[get("/categories/{category}")]
pub async fn show_category(
    app: web::Data<App>,
    caller: Caller<CatalogRead>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let language = catalog.read_in(meta::language(request.headers()).into());
    let found = catalog.categories.iter().find(|category| category.slug == *slug);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(reply::in_language(reply::by_content(&request, &view::category(&catalog, found, language))?, language.into()))
}

/// Add a category
///
/// At the top or in another one, five levels deep at most. Drafts of price lists and offer matrices are stale
/// afterwards: import them again.
#[utoipa::path(
    tag = "catalog",
    request_body = CategoryCreate,
    responses((status = 201, body = Category)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/categories")]
pub async fn create_category(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    body: Body<CategoryCreate>,
) -> Result<HttpResponse, Problem> {
    let new = body.value.check()?;
    let add = move |write: &mut Write<'_>| {
        let added = arrange::add(write, &new)?;
        Ok(Reply::json(201, &added)?.by_content().location(format!("/v1/categories/{}", added.slug)))
    };
    let done = transaction::write(&app, caller.identity(), meta, body.digest, add).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// Change a category
///
/// Its title, its place, or what it is in; what it holds goes with it. Drafts of price lists and offer matrices are
/// stale afterwards: import them again.
#[utoipa::path(
    tag = "catalog",
    params(("category" = String, Path, description = "The category's slug", example = "email", max_length = 50)),
    request_body = CategoryUpdate,
    responses((status = 200, body = Category)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[patch("/categories/{category}")]
pub async fn update_category(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    slug: web::Path<String>,
    body: Body<CategoryUpdate>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value.check()?;
    let change =
        move |write: &mut Write<'_>| Ok(Reply::json(200, &arrange::change(write, &slug, &wanted)?)?.by_content());
    let done = transaction::write(&app, caller.identity(), meta, body.digest, change).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// Remove a category
///
/// One that holds nothing any more: no product and no category (`category_in_use` says how many). Drafts of price
/// lists and offer matrices are stale afterwards: import them again.
#[utoipa::path(
    tag = "catalog",
    params(("category" = String, Path, description = "The category's slug", example = "email", max_length = 50)),
    responses((status = 204, description = "The category is gone")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[delete("/categories/{category}")]
pub async fn remove_category(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let remove = move |write: &mut Write<'_>| remove::remove(write, &slug).map(|()| Reply::empty());
    let done = transaction::write(&app, caller.identity(), meta, NO_BODY, remove).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_categories)
        .service(show_category)
        .service(create_category)
        .service(update_category)
        .service(remove_category);
}

impl CategoryCreate {
    fn check(self) -> Result<NewCategory, Problem> {
        let mut checks = Checks::new();
        let slug = checks.text("/slug", &self.slug, SLUG);
        let letters = slug.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !letters && !checks.is_wrong("/slug") {
            checks.note("/slug", Code::InvalidValue, vec![("expected", Phrase::ShortName.into())]);
        }
        let title = checks.organization("/title", &self.title);
        let parent = checks.optional("/parent", self.parent.as_deref(), SLUG);
        let position = self.position.and_then(|position| place(&mut checks, position));
        checks.done()?;
        Ok(NewCategory { slug, title, parent, position })
    }
}

impl CategoryUpdate {
    fn check(self) -> Result<CategoryChange, Problem> {
        let mut checks = Checks::new();
        let title = self.title.map(|title| checks.organization("/title", &title));
        let parent = self.parent.map(|parent| checks.optional("/parent", parent.as_deref(), SLUG));
        let position = self.position.and_then(|position| place(&mut checks, position));
        checks.done()?;
        Ok(CategoryChange { title, parent, position })
    }
}

/// The last place that there is.
const LAST: i32 = 1_000_000;

fn place(checks: &mut Checks, position: i32) -> Option<i32> {
    if !(0..=LAST).contains(&position) {
        let limit = Place::Range(0, LAST.unsigned_abs().into());
        checks.note("/position", Code::OutOfRange, vec![("limit", limit)]);
    }
    Some(position)
}
