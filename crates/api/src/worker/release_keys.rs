//! Product keys whose effect Microsoft refused: what was paid is not lost.

use crate::worker::outcome::Trouble;
use crate::worker::report::Report;
use domain::event::EventKind;
use serde_json::json;

/// Gives back the keys that were used for something that Microsoft refused, by the bits of its id: a subscription's or
/// a change's. They can be redeemed again.
pub fn release(report: &mut Report<'_>, used_for: u128, code: &str) -> Result<(), Trouble> {
    for (redemption, last_five) in store::product_keys::release(report.tx, report.task.marketplace_id, used_for)? {
        let payload = json!({"last_five": last_five, "code": code});
        report.remember(EventKind::ProductKeyReleased, redemption.to_string(), payload)?;
    }
    Ok(())
}
