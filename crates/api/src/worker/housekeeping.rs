//! What may be forgotten: answers kept for idempotency keys, and refresh tokens that are over.

use crate::App;
use crate::problem::Problem;
use time::Duration;

/// An answer is given again for so long (api.md, Idempotency).
const KEPT: Duration = Duration::days(30);

/// Forgets what is past its time.
pub fn sweep(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    app.store.write(|tx| {
        store::idempotency::purge(tx, now - KEPT)?;
        store::refresh_tokens::purge_expired(tx, now - KEPT)?;
        Ok(())
    })
}
