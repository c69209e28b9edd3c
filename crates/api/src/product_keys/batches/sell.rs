//! Selling a batch of product keys to a reseller (K-03): it is charged at the reseller's price, and its keys are then
//! the reseller's to sell on.

use crate::http::problem::Problem;
use crate::product_keys::batches::charge::{Asking, used};
use crate::transaction::Write;
use domain::id::{KeyBatchId, ResellerId};
use domain::product_key::KeyBatch;
use domain::product_key::sale::{self, KeyCharge};
use serde_json::{Value, json};

/// A batch with its money.
pub struct Charged {
    /// The batch as it now stands.
    pub batch: KeyBatch,
    /// How many of its keys were redeemed.
    pub used: u32,
    /// What was charged and given back, oldest first.
    pub charges: Vec<KeyCharge>,
}

/// Sells a whole, unused batch to a reseller that may buy.
pub fn sell(write: &mut Write<'_>, id: KeyBatchId, reseller: ResellerId) -> Result<Charged, Problem> {
    let scope = write.identity.scope;
    let mut batch = store::product_keys::get(write.tx, &scope, id)?;
    write.expect_version(batch.version)?;
    let asking = Asking { app: write.app, scope, by: &write.identity.actor, now: write.now };
    let charge = asking.of_sale(write.tx, &batch, reseller)?;
    (batch.reseller_id, batch.sold_at) = (Some(reseller), Some(write.now));
    store::product_keys::sell(write.tx, &batch)?;
    batch.version += 1;
    // Now nobody redeems one of them meanwhile.
    let used = used(write.tx, &scope, id)?;
    sale::sellable(&KeyBatch { reseller_id: None, ..batch.clone() }, used)?;
    store::key_charges::insert(write.tx, &batch, &charge)?;
    let mut after = said(&charge);
    after["reseller_id"] = json!(reseller);
    write.audit("product_keys.sold", None, id.to_string(), None, Some(after))?;
    Ok(Charged { batch, used, charges: vec![charge] })
}

/// A charge in the audit log.
pub fn said(charge: &KeyCharge) -> Value {
    let taxed = charge.payable().taxed();
    json!({
        "charge_id": charge.id,
        "net": charge.net.to_string(),
        "tax": taxed.map(|taxed| taxed.tax.to_string()),
        "gross": taxed.map(|taxed| taxed.gross.to_string()),
        "currency": charge.net.currency,
        "keys": charge.keys,
    })
}
