//! Resellers: who sells to customers under the provider.

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{ResellersCreate, ResellersRead, ResellersWrite};
use crate::edge::Meta;
use crate::operations::edit_reseller;
use crate::problem::Problem;
use crate::reply;
use crate::wire::body::{Body, PathId, Query, given, present};
use crate::wire::checks::Checks;
use crate::wire::{instant, list};
use crate::{page, work};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::id::ResellerId;
use domain::party;
use serde::{Deserialize, Serialize};
use store::Versioned;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// A new reseller.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResellerCreate {
    /// Company name.
    #[schema(max_length = 200, example = "Systemhaus Nord GmbH")]
    name: String,
    /// Microsoft's partner id of it (T-12).
    #[schema(max_length = 20, example = "5357564")]
    partner_id: Option<String>,
}

/// What changes about a reseller; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResellerUpdate {
    /// Company name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Systemhaus Nord AG")]
    name: Option<String>,
    /// Microsoft's partner id; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20, example = "5357564")]
    partner_id: Option<Option<String>>,
}

/// A reseller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reseller {
    /// Its id.
    #[schema(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Company name.
    #[schema(example = "Systemhaus Nord GmbH")]
    pub name: String,
    /// Microsoft's partner id: partner of record on its orders.
    #[schema(required, example = "5357564")]
    pub partner_id: Option<String>,
    /// When it was created.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

page!(
    /// A page of resellers, newest first.
    ResellerPage of Reseller
);

/// A reseller on the wire.
pub fn view(record: &Versioned<party::Reseller>) -> Reseller {
    Reseller {
        id: record.value.id.to_string(),
        name: record.value.name.clone(),
        partner_id: record.value.partner_id.clone(),
        created_at: instant(record.created_at),
    }
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    pub sort: Option<String>,
}

impl PageQuery {
    /// The page that is asked for.
    pub fn read(&self) -> Result<store::page::PageRequest, Problem> {
        list::page_request(self.limit, self.cursor.as_deref(), self.sort.as_deref())
    }
}

/// Create a reseller
///
/// Its partner id makes it the partner of record of what its customers order (T-12).
#[utoipa::path(tag = "resellers", request_body = ResellerCreate, responses((status = 201, body = Reseller)), security(("bearer" = ["resellers.create"])))]
#[post("/resellers")]
pub async fn create_reseller(
    app: web::Data<App>,
    caller: Caller<ResellersCreate>,
    meta: Meta,
    body: Body<ResellerCreate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let name = checks.text("/name", &body.value.name, 200);
    let partner_id = checks.optional("/partner_id", body.value.partner_id.as_deref(), 20);
    checks.done()?;
    work::write(&app, caller.identity(), meta, body.digest, move |write| {
        edit_reseller::create(write, &name, partner_id.as_deref())
    })
    .await
}

/// List resellers
///
/// Newest first; a reseller sees itself.
#[utoipa::path(tag = "resellers", params(PageQuery), responses((status = 200, body = ResellerPage)), security(("bearer" = ["resellers.read"])))]
#[get("/resellers")]
pub async fn list_resellers(
    app: web::Data<App>,
    caller: Caller<ResellersRead>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found = work::read(&app, move |_, conn| Ok(store::resellers::list(conn, &scope, &page)?)).await?;
    reply::ok(&ResellerPage::of(found, |record| view(&record)))
}

/// Show a reseller
///
/// A reseller sees itself, the provider sees all of the marketplace.
#[utoipa::path(tag = "resellers", params(("reseller_id" = String, Path, description = "The reseller's id")), responses((status = 200, body = Reseller)), security(("bearer" = ["resellers.read"])))]
#[get("/resellers/{reseller_id}")]
pub async fn show_reseller(
    app: web::Data<App>,
    caller: Caller<ResellersRead>,
    request: HttpRequest,
    id: PathId<ResellerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = work::read(&app, move |_, conn| Ok(store::resellers::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, record.version, &view(&record))
}

/// Change a reseller
///
/// A field left out stays, null clears.
#[utoipa::path(tag = "resellers", params(("reseller_id" = String, Path, description = "The reseller's id")), request_body = ResellerUpdate, responses((status = 200, body = Reseller)), security(("bearer" = ["resellers.write"])))]
#[patch("/resellers/{reseller_id}")]
pub async fn update_reseller(
    app: web::Data<App>,
    caller: Caller<ResellersWrite>,
    meta: Meta,
    id: PathId<ResellerId>,
    body: Body<ResellerUpdate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let name = body.value.name.as_deref().map(|name| checks.text("/name", name, 200));
    let partner_id = body.value.partner_id.map(|text| checks.optional("/partner_id", text.as_deref(), 20));
    checks.done()?;
    work::write(&app, caller.identity(), meta, body.digest, move |write| {
        edit_reseller::update(write, id.0, name.as_deref(), partner_id.as_ref())
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(create_reseller).service(list_resellers).service(show_reseller).service(update_reseller);
}
