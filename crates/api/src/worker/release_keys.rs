//! Product keys whose effect Microsoft refused: what was paid is not lost.

use crate::App;
use crate::worker::outcome::Trouble;
use domain::event::EventKind;
use serde_json::json;
use store::Conn;
use store::outbox::Task;

/// Gives back the keys that were used for something that Microsoft refused, by the bits of its id: a subscription's or
/// a change's. They can be redeemed again.
pub fn release(app: &App, tx: &mut Conn, task: &Task, used_for: u128, code: &str) -> Result<(), Trouble> {
    for (redemption, last_five) in store::product_keys::release(tx, task.marketplace_id, used_for)? {
        let payload = json!({"last_five": last_five, "code": code});
        crate::worker::remember::remember(
            app,
            tx,
            task,
            EventKind::ProductKeyReleased,
            redemption.to_string(),
            payload,
        )?;
    }
    Ok(())
}
