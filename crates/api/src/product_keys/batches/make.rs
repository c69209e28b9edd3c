//! Making and revoking product keys.

use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::keys::random_product_key;
use crate::product_keys::batches;
use crate::transaction::Write;
use domain::id::{KeyBatchId, OfferId};
use domain::product_key::{KeyBatch, ProductKey, prepayable};
use domain::refusal::Refusal;
use serde_json::json;
use store::product_keys::KeptKey;

/// Keys that are asked for.
pub struct Wanted {
    /// Of which offer.
    pub offer_id: OfferId,
    /// Licences of each.
    pub quantity: u32,
    /// How many.
    pub count: u32,
}

/// Makes a batch; its keys leave with the answer and are forgotten.
pub fn make(write: &mut Write<'_>, wanted: &Wanted) -> Result<Reply, Problem> {
    check(write, wanted)?;
    let batch = KeyBatch {
        id: KeyBatchId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        offer_id: wanted.offer_id,
        quantity: wanted.quantity,
        count: wanted.count,
        created_by: write.identity.actor.clone(),
        created_at: write.now,
        revoked_at: None,
        version: 1,
    };
    let keys =
        (0..wanted.count).map(|_| random_product_key()).collect::<Result<Vec<_>, _>>().map_err(Problem::internal)?;
    let kept =
        |key: &ProductKey| KeptKey { digest: write.app.keys.product_key_digest(key), last_five: key.last_five() };
    let kept: Vec<_> = keys.iter().map(kept).collect();
    store::product_keys::insert(write.tx, &batch, &kept)?;
    let after = json!({"offer_id": batch.offer_id, "quantity": batch.quantity, "count": batch.count});
    write.audit("product_keys.made", None, batch.id.to_string(), None, Some(after))?;
    let keys = keys.iter().map(ToString::to_string).collect();
    let location = format!("/v1/product-keys/batches/{}", batch.id);
    Ok(Reply::json(201, &batches::view(&batch, 0, Some(keys)))?.version(1).location(location))
}

/// A key pays a term of an offer that is sold here, for as many licences as may be bought.
fn check(write: &Write<'_>, wanted: &Wanted) -> Result<(), Problem> {
    let refuse = |field: &str, refusal| Problem::refusals(vec![(format!("/{field}"), refusal)]);
    let catalog = write.app.catalogs.of(write.identity.scope.marketplace());
    let found = catalog.offer(wanted.offer_id).ok_or_else(|| refuse("offer_id", Refusal::OfferUnknown))?;
    prepayable(found.offer).map_err(|refusal| refuse("offer_id", refusal))?;
    let limits = found.offer.limits;
    if limits.allow(wanted.quantity) { Ok(()) } else { Err(refuse("quantity", Refusal::QuantityOutOfRange(limits))) }
}

/// Revokes a batch: its unused keys can no longer be redeemed.
pub fn revoke(write: &mut Write<'_>, id: KeyBatchId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let mut batch = store::product_keys::get(write.tx, &scope, id)?;
    if batch.revoked_at.is_none() {
        store::product_keys::revoke(write.tx, &batch, write.now)?;
        batch.revoked_at = Some(write.now);
        batch.version += 1;
        write.audit("product_keys.revoked", None, id.to_string(), None, None)?;
    }
    let used = store::product_keys::used(write.tx, &scope, &[id])?.into_values().next();
    Ok(Reply::json(200, &batches::view(&batch, used.unwrap_or_default(), None))?.reviewed(batch.version))
}
