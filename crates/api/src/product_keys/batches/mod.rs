//! Batches of product keys: made by the provider, shown once, sold to resellers, redeemed by customers.

pub mod charge;
pub mod make;
pub mod revoke;
pub mod sell;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{ProductKeysManage, ProductKeysRead};
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::{self, PageQuery};
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use charge::Asking;
use domain::access::Scope;
use domain::id::{KeyBatchId, OfferId, ResellerId};
use domain::product_key::sale::KeyCharge;
use domain::product_key::{KeyBatch, MAX_BATCH, ProductKey};
use make::{KeysToMake, Made};
use sell::Charged;
use serde::Deserialize;
use std::collections::HashMap;
use store::Conn;
use utoipa::{IntoParams, ToSchema};
use view::{BatchKeyPage, ProductKeyBatch, ProductKeyBatchPage, ProductKeyPreview, view};

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

/// To whom a batch of product keys is sold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductKeySale {
    /// The reseller that buys them.
    #[schema(max_length = 30, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: String,
}

/// Which page of a batch's keys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BatchKeyQuery {
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`; left out for the first page.
    cursor: Option<String>,
}

/// Make product keys
///
/// Each key pays one term of the offer for so many licences. The keys are in this answer and nowhere else: only what
/// they are known by is kept. Under the same `Idempotency-Key` no second batch is made: 409 `secret_told_before` names
/// the first. Where the answer was lost, revoke that one and make another.
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
    meta: Meta,
    body: Body<ProductKeyBatchCreate>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value.check()?;
    let make = move |write: &mut transaction::Write<'_>| made(&make::make(write, &wanted)?);
    transaction::write(&app, caller.identity(), meta, body.digest, make).await
}

fn made(made: &Made) -> Result<Reply, Problem> {
    let keys = made.keys.iter().map(ProductKey::to_string).collect();
    let location = format!("/v1/product-keys/batches/{}", made.batch.id);
    let reply = Reply::json(201, &view(&made.batch, 0, &[], Some(keys)))?.version(made.batch.version);
    Ok(reply.location(location.clone()).telling_secret_of(location))
}

/// List batches of product keys
///
/// Newest first, with how many of their keys were redeemed: the provider's, or those that one's reseller bought.
#[utoipa::path(
    tag = "product_keys",
    params(PageQuery),
    responses((status = 200, body = ProductKeyBatchPage)),
    security(("bearer" = ["product_keys.read"])),
)]
#[get("/product-keys/batches")]
pub async fn list_product_key_batches(
    app: web::Data<App>,
    caller: Caller<ProductKeysRead>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let (found, besides) = transaction::read(&app, move |_, conn| {
        let found = store::product_keys::list(conn, &scope, &page)?;
        let besides = Besides::of(conn, &scope, &found.items)?;
        Ok((found, besides))
    })
    .await?;
    reply::ok(&ProductKeyBatchPage::of(found, |batch| besides.view(&batch)))
}

/// Show a batch of product keys
///
/// With how many of its keys were redeemed; the keys themselves are not kept.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch")),
    responses((status = 200, body = ProductKeyBatch)),
    security(("bearer" = ["product_keys.read"])),
)]
#[get("/product-keys/batches/{batch_id}")]
pub async fn show_product_key_batch(
    app: web::Data<App>,
    caller: Caller<ProductKeysRead>,
    request: HttpRequest,
    id: PathId<KeyBatchId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (batch, besides) = transaction::read(&app, move |_, conn| {
        let batch = store::product_keys::get(conn, &scope, id.0)?;
        let besides = Besides::of(conn, &scope, std::slice::from_ref(&batch))?;
        Ok((batch, besides))
    })
    .await?;
    reply::reviewed(&request, batch.version, &besides.view(&batch))
}

/// List the keys of a batch
///
/// In the order in which they were made: the last group of each, what became of it, and for whom it was redeemed.
/// Whose customer redeemed a key that one sold on is told to nobody but the provider and that customer's reseller.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch"), BatchKeyQuery),
    responses((status = 200, body = BatchKeyPage)),
    security(("bearer" = ["product_keys.read"])),
)]
#[get("/product-keys/batches/{batch_id}/keys")]
pub async fn list_batch_keys(
    app: web::Data<App>,
    caller: Caller<ProductKeysRead>,
    id: PathId<KeyBatchId>,
    query: Query<BatchKeyQuery>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), Some("created_at"))?;
    let scope = caller.scope();
    let (batch, found) = transaction::read(&app, move |_, conn| {
        let batch = store::product_keys::get(conn, &scope, id.0)?;
        let found = store::product_keys::keys(conn, &scope, batch.id, &page)?;
        Ok((batch, found))
    })
    .await?;
    reply::ok(&BatchKeyPage::of(found, |key| view::key(&batch, key)))
}

/// Sell a batch of product keys to a reseller
///
/// The reseller is charged the price that it pays for the offer now, for every key, and sees the batch and its keys
/// from then on; the keys themselves are handed over outside, since they are not kept. Only a whole batch is sold,
/// once, and while none of its keys was redeemed. What was not redeemed is given back where the batch is revoked.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch")),
    request_body = ProductKeySale,
    responses((status = 200, body = ProductKeyBatch)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[post("/product-keys/batches/{batch_id}/sell")]
pub async fn sell_product_key_batch(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    meta: Meta,
    id: PathId<KeyBatchId>,
    body: Body<ProductKeySale>,
) -> Result<HttpResponse, Problem> {
    let reseller = body.value.reseller()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        charged(&sell::sell(write, id.0, reseller)?)
    })
    .await
}

fn charged(charged: &Charged) -> Result<Reply, Problem> {
    let Charged { batch, used, charges } = charged;
    Ok(Reply::json(200, &view(batch, *used, charges, None))?.reviewed(batch.version))
}

/// Show what selling a batch would charge
///
/// The answer is what `sell` would charge the reseller at this moment, and is refused as it would be. Nothing is kept.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch")),
    request_body = ProductKeySale,
    responses((status = 200, body = ProductKeyPreview)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[post("/product-keys/batches/{batch_id}/sell/preview")]
pub async fn preview_product_key_sale(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    id: PathId<KeyBatchId>,
    body: Body<ProductKeySale>,
) -> Result<HttpResponse, Problem> {
    let reseller = body.value.reseller()?;
    let previewed = previewed(&app, caller.identity(), id.0, move |asking, conn, batch| {
        asking.of_sale(conn, batch, reseller).map(Some)
    });
    reply::ok(&ProductKeyPreview::of(previewed.await?.as_ref()))
}

/// Decides on a batch what a write of it would charge.
async fn previewed(
    app: &web::Data<App>,
    identity: Identity,
    id: KeyBatchId,
    decide: impl Fn(&Asking<'_>, &mut Conn, &KeyBatch) -> Result<Option<KeyCharge>, Problem> + Send + 'static,
) -> Result<Option<KeyCharge>, Problem> {
    transaction::read(app, move |app, conn| {
        let scope = identity.scope;
        let now = app.now_in(conn, scope.marketplace())?;
        let batch = store::product_keys::get(conn, &scope, id)?;
        decide(&Asking { app, scope, by: &identity.actor, now }, conn, &batch)
    })
    .await
}

/// Revoke a batch of product keys
///
/// Keys that were not redeemed can no longer be; what was redeemed stays. A reseller that bought them is given back
/// what those cost. Again is fine.
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
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| charged(&revoke::revoke(write, id.0)?))
        .await
}

/// Show what revoking a batch would give back
///
/// What `revoke` would give back to the reseller that bought the batch, as its keys stand at this moment: null where it
/// was not sold, is revoked already, or all of its keys were redeemed. Nothing is kept.
#[utoipa::path(
    tag = "product_keys",
    params(("batch_id" = String, Path, description = "The id of the batch")),
    responses((status = 200, body = ProductKeyPreview)),
    security(("bearer" = ["product_keys.manage"])),
)]
#[post("/product-keys/batches/{batch_id}/revoke/preview")]
pub async fn preview_product_key_revocation(
    app: web::Data<App>,
    caller: Caller<ProductKeysManage>,
    id: PathId<KeyBatchId>,
) -> Result<HttpResponse, Problem> {
    let previewed = previewed(&app, caller.identity(), id.0, |asking, conn, batch| {
        let used = charge::used(conn, &asking.scope, batch.id)?;
        let charges = charge::charges(conn, &asking.scope, batch.id)?;
        asking.of_revocation(conn, batch, used, &charges)
    });
    reply::ok(&ProductKeyPreview::of(previewed.await?.as_ref()))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_product_key_batch)
        .service(list_product_key_batches)
        .service(show_product_key_batch)
        .service(list_batch_keys)
        .service(sell_product_key_batch)
        .service(preview_product_key_sale)
        .service(revoke_product_key_batch)
        .service(preview_product_key_revocation);
}

impl ProductKeySale {
    fn reseller(&self) -> Result<ResellerId, Problem> {
        let mut checks = Checks::new();
        let reseller = checks.id::<ResellerId>("/reseller_id", &self.reseller_id);
        checks.finish(reseller)
    }
}

impl ProductKeyBatchCreate {
    fn check(&self) -> Result<KeysToMake, Problem> {
        let mut checks = Checks::new();
        let offer_id = checks.id::<OfferId>("/offer_id", &self.offer_id);
        if !(1..=MAX_BATCH).contains(&self.count) {
            checks.note("/count", Code::OutOfRange, vec![("limit", Place::Range(1, MAX_BATCH.into()))]);
        }
        let offer_id = checks.finish(offer_id)?;
        Ok(KeysToMake { offer_id, quantity: self.quantity, count: self.count })
    }
}

/// What belongs to some batches: how many of their keys were redeemed, and what was charged for them.
struct Besides {
    used: HashMap<KeyBatchId, u32>,
    charges: HashMap<KeyBatchId, Vec<KeyCharge>>,
}

impl Besides {
    fn of(conn: &mut Conn, scope: &Scope, batches: &[KeyBatch]) -> Result<Self, Problem> {
        let ids: Vec<_> = batches.iter().map(|batch| batch.id).collect();
        let used = store::product_keys::used(conn, scope, &ids)?;
        Ok(Self { used, charges: store::key_charges::of_batches(conn, scope, &ids)? })
    }

    fn view(&self, batch: &KeyBatch) -> ProductKeyBatch {
        let used = self.used.get(&batch.id).copied().unwrap_or_default();
        view(batch, used, self.charges.get(&batch.id).map_or(&[], Vec::as_slice), None)
    }
}
