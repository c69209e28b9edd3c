//! What the writes of an open redemption share: that it is open, and its keys as they are kept and told.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::delegation::Unbound;
use domain::id::RedemptionId;
use domain::product_key::{EnteredKey, KeyUse, ProductKey, Redemption, RedemptionStatus};
use domain::refusal::Refusal;

/// A redemption that can still be changed, and is not by anybody else meanwhile.
pub fn open(write: &mut Write<'_>, id: RedemptionId) -> Result<Redemption, Problem> {
    let scope = write.identity.scope;
    if let Some(customer) = store::redemptions::get(write.tx, &scope, id)?.customer_id {
        store::customers::lock(write.tx, &scope, customer)?;
    }
    let redemption = store::redemptions::get(write.tx, &scope, id)?;
    if redemption.status == RedemptionStatus::Completed {
        return Err(Refusal::RedemptionCompleted.into());
    }
    write.expect_version(redemption.version)?;
    Ok(redemption)
}

/// A key as it is kept: under the secret key that it was made with, where there is such a key.
pub fn entered(write: &mut Write<'_>, key: &ProductKey) -> Result<EnteredKey, Problem> {
    let digests = write.app.keys.product_key_digests(key);
    let known = store::product_keys::by_digests_unscoped(write.tx, write.identity.scope.marketplace(), &digests)?;
    let digest = known.first().map_or_else(|| write.app.keys.product_key_digest(key), |known| known.digest);
    Ok(EnteredKey { digest, last_five: key.last_five(), wanted: KeyUse::default() })
}

/// What is only noted down with a redemption needs nobody's acceptance.
pub fn noted(write: &mut Write<'_>, redemption: &Redemption) {
    if let Some(customer) = redemption.customer_id {
        write.needs_no_acceptance(customer, Unbound::Draft);
    }
}

/// The keys in the audit log: never whole.
pub fn hints(redemption: &Redemption) -> Vec<&str> {
    redemption.keys.iter().map(|key| key.last_five.as_str()).collect()
}
