//! What may be forgotten: answers kept for idempotency keys, log-ins that are over, old tries to log in, what was
//! counted an hour ago.

use crate::App;
use crate::auth::{device, shared_counts};
use crate::http::problem::Problem;
use time::Duration;

/// An answer is given again for so long.
const KEPT: Duration = Duration::days(30);

/// So long the log-in history goes back: as long as devices are known, whose tries it counts.
const HISTORY: Duration = device::BELIEVED;

/// Forgets what is past its time.
pub fn sweep(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    app.store.write(|tx| {
        store::idempotency::purge(tx, now - KEPT)?;
        store::refresh_tokens::purge_expired(tx, now - KEPT)?;
        store::sessions::purge(tx, now - KEPT)?;
        store::login_attempts::purge(tx, now - HISTORY)?;
        store::request_counts::purge(tx, now - shared_counts::WINDOW)?;
        Ok(())
    })
}
