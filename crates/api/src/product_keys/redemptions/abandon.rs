//! Giving up an open redemption.

use crate::http::problem::Problem;
use crate::product_keys::redemptions::open::{noted, open};
use crate::transaction::Write;
use domain::id::RedemptionId;

/// Gives up an open redemption: its keys were not consumed.
pub fn abandon(write: &mut Write<'_>, id: RedemptionId) -> Result<(), Problem> {
    let redemption = open(write, id)?;
    store::redemptions::delete(write.tx, &write.identity.scope, id)?;
    noted(write, &redemption);
    write.audit("redemption.abandoned", redemption.customer_id, id.to_string(), None, None)
}
