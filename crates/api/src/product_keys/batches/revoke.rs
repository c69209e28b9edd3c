//! Revoking a batch of product keys.

use crate::http::problem::Problem;
use crate::product_keys::batches::charge::{Asking, charges, used};
use crate::product_keys::batches::sell::{Charged, said};
use crate::transaction::Write;
use domain::id::KeyBatchId;

/// Revokes a batch: its unused keys can no longer be redeemed, and whoever bought them is given back what they cost.
pub fn revoke(write: &mut Write<'_>, id: KeyBatchId) -> Result<Charged, Problem> {
    let scope = write.identity.scope;
    let mut batch = store::product_keys::get(write.tx, &scope, id)?;
    if batch.revoked_at.is_some() {
        let (used, charges) = (used(write.tx, &scope, id)?, charges(write.tx, &scope, id)?);
        return Ok(Charged { batch, used, charges });
    }
    store::product_keys::revoke(write.tx, &batch, write.now)?;
    // Now nobody redeems one of them meanwhile.
    let (used, mut charges) = (used(write.tx, &scope, id)?, charges(write.tx, &scope, id)?);
    let asking = Asking { app: write.app, scope, by: &write.identity.actor, now: write.now };
    let credit = asking.of_revocation(write.tx, &batch, used, &charges)?;
    if let Some(credit) = &credit {
        store::key_charges::insert(write.tx, &batch, credit)?;
    }
    batch.revoked_at = Some(write.now);
    batch.version += 1;
    write.audit("product_keys.revoked", None, id.to_string(), None, credit.as_ref().map(said))?;
    charges.extend(credit);
    Ok(Charged { batch, used, charges })
}
