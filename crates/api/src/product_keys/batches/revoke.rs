//! Revoking a batch of product keys.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::id::KeyBatchId;
use domain::product_key::KeyBatch;

/// A batch whose unused keys can no longer be redeemed.
pub struct Revoked {
    /// The batch as it now stands.
    pub batch: KeyBatch,
    /// How many of its keys were redeemed before.
    pub used: u32,
}

/// Revokes a batch: its unused keys can no longer be redeemed.
pub fn revoke(write: &mut Write<'_>, id: KeyBatchId) -> Result<Revoked, Problem> {
    let scope = write.identity.scope;
    let mut batch = store::product_keys::get(write.tx, &scope, id)?;
    if batch.revoked_at.is_none() {
        store::product_keys::revoke(write.tx, &batch, write.now)?;
        batch.revoked_at = Some(write.now);
        batch.version += 1;
        write.audit("product_keys.revoked", None, id.to_string(), None, None)?;
    }
    let used = store::product_keys::used(write.tx, &scope, &[id])?.into_values().next();
    Ok(Revoked { batch, used: used.unwrap_or_default() })
}
