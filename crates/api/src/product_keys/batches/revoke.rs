//! Revoking a batch of product keys.

use crate::http::problem::Problem;
use crate::product_keys::batches::sell::{Charged, charges, give_back, said, used};
use crate::transaction::Write;
use domain::billing::ChargeKind;
use domain::id::KeyBatchId;

/// Revokes a batch: its unused keys can no longer be redeemed, and whoever bought them is given back what they cost.
pub fn revoke(write: &mut Write<'_>, id: KeyBatchId) -> Result<Charged, Problem> {
    let mut batch = store::product_keys::get(write.tx, &write.identity.scope, id)?;
    if batch.revoked_at.is_some() {
        let (used, charges) = (used(write, id)?, charges(write, id)?);
        return Ok(Charged { batch, used, charges });
    }
    store::product_keys::revoke(write.tx, &batch, write.now)?;
    batch.revoked_at = Some(write.now);
    batch.version += 1;
    // Now nobody redeems one of them meanwhile.
    let used = used(write, id)?;
    let charges = give_back(write, &batch, used)?;
    let credit = charges.iter().find(|charge| charge.kind == ChargeKind::Cancel).map(said);
    write.audit("product_keys.revoked", None, id.to_string(), None, credit)?;
    Ok(Charged { batch, used, charges })
}
