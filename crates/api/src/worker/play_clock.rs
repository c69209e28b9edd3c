//! The job that moves a sandbox's clock, as if the time had passed: from one instant at which something is due to the
//! next, all of it done before the clock goes on, and Microsoft asked in between. So a jump of years gives the history
//! of going day by day. Whatever breaks it off leaves the clock where everything has happened, and it is gone on with
//! from there.

use crate::App;
use crate::clock::instant;
use crate::http::problem::Problem;
use crate::jobs::{Held, Stopped};
use crate::worker::{clock, rounds};
use serde_json::json;
use store::Conn;
use store::marketplaces::StoredMarketplace;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Plays everything that is due until the instant that was asked for, each thing at its own, and moves the clock there.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let target = held.job.asked["now"].as_str().unwrap_or_default();
    let target = OffsetDateTime::parse(target, &Rfc3339).map_err(Problem::internal)?;
    if held.job.result.is_none() {
        play(held, target)?;
        arrive(held, target)?;
    }
    // What has become due with the move itself.
    held.app.refresh()?;
    rounds::settle(held.app, held.job.marketplace_id)?;
    held.write(|write| {
        let record = store::marketplaces::by_id_unscoped(write.tx, held.job.marketplace_id)?;
        held.go_on(write.tx, Some((held.job.total, held.job.total)))?;
        held.done(write.tx, json!({"now": instant(now(held.app, &record).max(target))}))
    })
}

fn play(held: &Held<'_>, target: OffsetDateTime) -> Result<(), Stopped> {
    let (app, marketplace) = (held.app, held.job.marketplace_id);
    app.refresh()?;
    rounds::settle(app, marketplace)?;
    loop {
        let next = app.store.read(|conn| {
            let due = store::subscriptions::next_due_unscoped(conn, marketplace)?;
            Ok::<_, Problem>(due.into_iter().chain(store::digests::next_due_unscoped(conn, marketplace)?).min())
        })?;
        let Some(next) = next.filter(|next| *next <= target) else { return Ok(()) };
        app.store.write(|tx| {
            let left = (target - next.max(app.now_in(tx, marketplace)?)).whole_seconds().max(0);
            held.go_on(tx, Some(((held.job.total - left).max(0), held.job.total)))?;
            advance(app, tx, held, next)
        })?;
        app.refresh()?;
        clock::run(app, marketplace, next)?;
        // What other workers are at is done at this instant too.
        rounds::settle(app, marketplace)?;
    }
}

/// Sets the clock where it was to go, and says who asked for it, once.
fn arrive(held: &Held<'_>, target: OffsetDateTime) -> Result<(), Stopped> {
    held.write(|write| {
        held.go_on(write.tx, None)?;
        advance(held.app, write.tx, held, target)?;
        let told = json!({ "now": instant(target) });
        write.audit("sandbox.clock_moved", None, held.job.marketplace_id.to_string(), None, Some(told.clone()))?;
        if store::jobs::keep_result(write.tx, &held.job, &told)? { Ok(()) } else { Err(Stopped::Lost) }
    })
}

/// Sets the clock forward to an instant, where it is not there yet.
fn advance(app: &App, tx: &mut Conn, held: &Held<'_>, target: OffsetDateTime) -> Result<(), Stopped> {
    store::marketplaces::lock(tx, held.job.marketplace_id)?;
    let record = store::marketplaces::by_id_unscoped(tx, held.job.marketplace_id)?;
    let by = i64::try_from((target - now(app, &record)).whole_microseconds()).map_err(Problem::internal)?;
    if by > 0 {
        store::marketplaces::set_clock_offset(tx, record.marketplace.id, record.clock_offset_us + by)?;
        store::outbox::bring_forward(tx, record.marketplace.id, by)?;
    }
    Ok(())
}

fn now(app: &App, record: &StoredMarketplace) -> OffsetDateTime {
    app.clock.now() + time::Duration::microseconds(record.clock_offset_us)
}
