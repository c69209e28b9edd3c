//! Batches of product keys: made by the provider, shown once, redeemed by customers (K-01, K-03).

pub mod make;

use crate::auth::caller::Caller;
use crate::auth::permits::ProductKeysManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::instant;
use crate::http::wire::list::PageQuery;
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::{KeyBatchId, OfferId};
use domain::product_key::{KeyBatch, MAX_BATCH};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Keys to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductKeyBatchCreate {
    /// What each key pays a term of; an offer that is charged once a term.
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: String,
    /// Licences of each key, within the offer's limits.
    #[schema(minimum = 1, example = 5)]
    quantity: u32,
    /// How many keys.
    #[schema(minimum = 1, maximum = 1000, example = 20)]
    count: u32,
}

/// Keys of one kind that were made together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductKeyBatch {
    /// Its id.
    #[schema(example = "pkb_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What each key pays a term of.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// Licences of each key.
    #[schema(example = 5)]
    pub quantity: u32,
    /// How many keys.
    #[schema(example = 20)]
    pub count: u32,
    /// How many of them were redeemed.
    #[schema(example = 3)]
    pub used: u32,
    /// The keys; only in the answer that made them, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["ABCDE-FGHJK-LMNPQ-RSTUV-23456"]))]
    pub keys: Option<Vec<String>>,
    /// Who made them.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// Since when its unused keys can no longer be redeemed.
    #[schema(required, format = DateTime, example = "2026-12-20T10:15:00Z")]
    pub revoked_at: Option<String>,
}

page!(
    /// A page of batches, newest first.
    ProductKeyBatchPage of ProductKeyBatch
);

/// A batch on the wire.
pub fn view(batch: &KeyBatch, used: u32, keys: Option<Vec<String>>) -> ProductKeyBatch {
    ProductKeyBatch {
        id: batch.id.to_string(),
        offer_id: batch.offer_id.to_string(),
        quantity: batch.quantity,
        count: batch.count,
        used,
        keys,
        created_by: batch.created_by.clone(),
        created_at: instant(batch.created_at),
        revoked_at: batch.revoked_at.map(instant),
    }
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
    let make = move |write: &mut transaction::Write<'_>| make::make(write, &wanted);
    let mut response = transaction::write(&app, caller.identity(), meta, body.digest, make).await?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
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
        let used = store::product_keys::used(conn, scope.marketplace(), &ids)?;
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
    params(("batch_id" = String, Path, description = "The batch's id")),
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
        let used = store::product_keys::used(conn, batch.marketplace_id, &[batch.id])?;
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
    params(("batch_id" = String, Path, description = "The batch's id")),
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
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| make::revoke(write, id.0)).await
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
    fn check(&self) -> Result<make::Wanted, Problem> {
        let mut checks = Checks::new();
        let offer_id = checks.id::<OfferId>("/offer_id", &self.offer_id);
        if !(1..=MAX_BATCH).contains(&self.count) {
            checks.note("/count", Code::OutOfRange, vec![("limit", format!("1-{MAX_BATCH}"))]);
        }
        let offer_id = checks.finish(offer_id)?;
        Ok(make::Wanted { offer_id, quantity: self.quantity, count: self.count })
    }
}
