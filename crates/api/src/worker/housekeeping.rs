//! What may be forgotten: answers kept for idempotency keys, log-ins that are over, old tries to log in, what was
//! counted an hour ago. And what a machine's clock that was set back leaves behind.

use crate::App;
use crate::auth::{device, shared_counts};
use crate::http::problem::Problem;
use time::Duration;

/// An answer is given again for so long.
const KEPT: Duration = Duration::days(30);

/// So long the log-in history goes back: as long as devices are known, whose tries it counts.
const HISTORY: Duration = device::BELIEVED;

/// Longer than any lease, and than anything waits to be tried again.
const BEYOND: Duration = Duration::hours(2);

/// Takes up what waits longer than anything can: the machine's clock was set back since.
pub fn heed_clock(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    let taken_up = app.store.write(|tx| {
        let tasks = store::outbox::heed_clock(tx, now, now + BEYOND)?;
        Ok::<_, Problem>(tasks + store::subscriptions::heed_clock(tx, now, now + BEYOND)?)
    })?;
    if taken_up > 0 {
        tracing::warn!(taken_up, "the clock was set back: what waited for an instant too far away is due now");
    }
    Ok(())
}

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
