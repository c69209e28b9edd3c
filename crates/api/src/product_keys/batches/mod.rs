//! Batches of product keys: made by the provider, shown once, redeemed by customers.

pub mod make;
pub mod revoke;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::ProductKeysManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::PageQuery;
use crate::transaction::{self, NO_BODY};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::{KeyBatchId, OfferId};
use domain::product_key::{KeyBatch, MAX_BATCH, ProductKey};
use make::{KeysToMake, Made};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use view::{ProductKeyBatch, ProductKeyBatchPage, view};

/// A batch of product keys that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductKeyBatchCreate {
    /// The offer that each key pays a term of; one that is charged once a term.
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: String,
    /// How many licences each key pays, within the offer's limits.
    #[schema(minimum = 1, example = 5)]
    quantity: u32,
    /// How many keys are to be made.
    #[schema(minimum = 1, maximum = 1000, example = 20)]
    count: u32,
}

/// Make product keys
///
/// Each key pays one term of the offer for so many licences. The keys are in this answer and nowhere else: only what
/// they are known by is kept. So this is not answered again under an `Idempotency-Key`; where the answer was lost,
/// revoke the batch and make another.
#[utoipa::path(
    tag = "product_keys",
    request_body = ProductKeyBatchCreate,
    responses((status = 201, body = ProductKeyBatch)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[post("/product-keys/batches")]
pub async fn create_product_key_batch(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    mut meta: Meta,
    body: Body<ProductKeyBatchCreate>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value.check()?;
    meta.idempotency_key = None;
    let make = move |write: &mut transaction::Write<'_>| made(&make::make(write, &wanted)?);
    let mut response = transaction::write(&app, caller.identity(), meta, body.digest, make).await?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn made(made: &Made) -> Result<Reply, Problem> {
    let keys = made.keys.iter().map(ProductKey::to_string).collect();
    let location = format!("/v1/product-keys/batches/{}", made.batch.id);
    Ok(Reply::json(201, &view(&made.batch, 0, Some(keys)))?.version(made.batch.version).location(location))
}

/// List batches of product keys
///
/// Newest first, with how many of their keys were redeemed.
#[utoipa::path(
    tag = "product_keys",
    params(PageQuery),
    responses((status = 200, body = ProductKeyBatchPage)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[get("/product-keys/batches")]
pub async fn list_product_key_batches(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let (found, used) = transaction::read(&app, move |_, conn| {
        let found = store::product_keys::list(conn, &scope, &page)?;
        let ids: Vec<_> = found.items.iter().map(|batch| batch.id).collect();
        let used = store::product_keys::used(conn, &scope, &ids)?;
        Ok((found, used))
    })
    .await?;
    let used = |batch: &KeyBatch| used.get(&batch.id).copied().unwrap_or_default();
    reply::ok(&ProductKeyBatchPage::of(found, |batch| view(&batch, used(&batch), None)))
}

/// Show a batch of product keys
///
/// With how many of its keys were redeemed; the keys themselves are not kept.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch")),
    responses((status = 200, body = ProductKeyBatch)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[get("/product-keys/batches/{batch_id}")]
pub async fn show_product_key_batch(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    request: HttpRequest,
    id: PathId<KeyBatchId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (batch, used) = transaction::read(&app, move |_, conn| {
        let batch = store::product_keys::get(conn, &scope, id.0)?;
        let used = store::product_keys::used(conn, &scope, &[batch.id])?;
        Ok((batch, used.into_values().next().unwrap_or_default()))
    })
    .await?;
    reply::reviewed(&request, batch.version, &view(&batch, used, None))
}

/// Revoke a batch of product keys
///
/// Keys that were not redeemed can no longer be; what was redeemed stays. Again is fine.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch")),
    responses((status = 200, body = ProductKeyBatch)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[post("/product-keys/batches/{batch_id}/revoke")]
pub async fn revoke_product_key_batch(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    meta: Meta,
    id: PathId<KeyBatchId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let revoked = revoke::revoke(write, id.0)?;
        Ok(Reply::json(200, &view(&revoked.batch, revoked.used, None))?.reviewed(revoked.batch.version))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_product_key_batch)
        .service(list_product_key_batches)
        .service(show_product_key_batch)
        .service(revoke_product_key_batch);
}

impl ProductKeyBatchCreate {
    fn check(&self) -> Result<KeysToMake, Problem> {
        let mut checks = Checks::new();
        let offer_id = checks.id::<OfferId>("/offer_id", &self.offer_id);
        if !(1..=MAX_BATCH).contains(&self.count) {
            checks.note("/count", Code::OutOfRange, vec![("limit", format!("1-{MAX_BATCH}"))]);
        }
        let offer_id = checks.finish(offer_id)?;
        Ok(KeysToMake { offer_id, quantity: self.quantity, count: self.count })
    }
}
