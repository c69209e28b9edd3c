//! Making product keys.

use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::keys::random_product_key;
use crate::transaction::Write;
use domain::id::{KeyBatchId, OfferId};
use domain::product_key::{KeyBatch, ProductKey, prepayable};
use domain::refusal::Refusal;
use serde_json::json;
use store::product_keys::KeptKey;

/// Keys that are asked for.
pub struct KeysToMake {
    /// What each of them pays a term of.
    pub offer_id: OfferId,
    /// Licences of each key.
    pub quantity: u32,
    /// How many keys are to be made.
    pub count: u32,
}

/// Keys that were made.
pub struct Made {
    /// Their batch, of which none is used yet.
    pub batch: KeyBatch,
    /// The keys themselves, which are not kept.
    pub keys: Vec<ProductKey>,
}

/// Makes a batch; its keys leave with the answer and are forgotten.
pub fn make(write: &mut Write<'_>, wanted: &KeysToMake) -> Result<Made, Problem> {
    check(write, wanted)?;
    let keys =
        (0..wanted.count).map(|_| random_product_key()).collect::<Result<Vec<_>, _>>().map_err(Problem::internal)?;
    let batch = keep(write, KeyBatchId::new(), wanted, &keys)?;
    let after = json!({"offer_id": batch.offer_id, "quantity": batch.quantity, "count": batch.count});
    write.audit("product_keys.made", None, batch.id.to_string(), None, Some(after))?;
    Ok(Made { batch, keys })
}

/// Remembers a batch, and by what its keys are known.
pub fn keep(
    write: &mut Write<'_>,
    id: KeyBatchId,
    wanted: &KeysToMake,
    keys: &[ProductKey],
) -> Result<KeyBatch, Problem> {
    let batch = KeyBatch {
        id,
        marketplace_id: write.identity.scope.marketplace(),
        offer_id: wanted.offer_id,
        quantity: wanted.quantity,
        count: wanted.count,
        reseller_id: None,
        sold_at: None,
        created_by: write.identity.actor.clone(),
        created_at: write.now,
        revoked_at: None,
        version: 1,
    };
    let kept =
        |key: &ProductKey| KeptKey { digest: write.app.keys.product_key_digest(key), last_five: key.last_five() };
    let kept: Vec<_> = keys.iter().map(kept).collect();
    store::product_keys::insert(write.tx, &batch, &kept)?;
    Ok(batch)
}

/// A key pays a term of an offer that is sold here, for as many licences as may be bought.
fn check(write: &Write<'_>, wanted: &KeysToMake) -> Result<(), Problem> {
    let refuse = |field: &str, refusal| Problem::refusals(vec![(format!("/{field}"), refusal)]);
    let catalog = write.app.catalogs.of(write.identity.scope.marketplace());
    let found = catalog.offer(wanted.offer_id).ok_or_else(|| refuse("offer_id", Refusal::OfferUnknown))?;
    prepayable(found.offer).map_err(|refusal| refuse("offer_id", refusal))?;
    if let Some(since) = found.offer.sale_ended(write.now) {
        return Err(refuse("offer_id", Refusal::SaleEnded(since)));
    }
    let limits = found.offer.limits;
    if limits.allow(wanted.quantity) { Ok(()) } else { Err(refuse("quantity", Refusal::QuantityOutOfRange(limits))) }
}
