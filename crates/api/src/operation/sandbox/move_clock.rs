//! Moving a sandbox's clock, as if the time had passed: from one instant at which something is due to the next, all of
//! it done before the clock goes on, and Microsoft asked in between. So a jump of years gives the history of going day
//! by day. A request that breaks off on the way leaves the clock where everything has happened; repeat it.

use crate::App;
use crate::clock::instant;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use crate::worker::{clock, rounds};
use domain::id::MarketplaceId;
use std::time::{Duration, Instant};
use store::Conn;
use store::marketplaces::StoredMarketplace;
use time::OffsetDateTime;

/// How far from real time a sandbox may be: longer than any subscription's history, nearer than the calendar's end.
const REACH: time::Duration = time::Duration::days(50 * 365);
/// How long one request plays time: below the deadline of requests.
const PATIENCE: Duration = Duration::from_secs(100);

/// Plays everything that is due until an instant, each thing at its own, where the clock may be moved there.
pub fn play(app: &App, marketplace: MarketplaceId, asked: &Meta, target: OffsetDateTime) -> Result<(), Problem> {
    check(app, marketplace, asked, target)?;
    let started = Instant::now();
    rounds::settle(app, marketplace)?;
    loop {
        let next =
            app.store.read_one(|conn| Ok::<_, Problem>(store::subscriptions::next_due_unscoped(conn, marketplace)?))?;
        let Some(next) = next.filter(|next| *next <= target) else { return Ok(()) };
        if started.elapsed() > PATIENCE {
            return Err(Problem::unavailable(Code::Unavailable, "what is due takes longer"));
        }
        if next > app.now(marketplace) {
            app.store.write(|tx| move_to(app, tx, marketplace, next))?;
            app.refresh()?;
        }
        clock::run(app, marketplace, next)?;
        rounds::drain(app, Some(marketplace))?;
    }
}

fn move_to(app: &App, tx: &mut Conn, marketplace: MarketplaceId, target: OffsetDateTime) -> Result<(), Problem> {
    store::marketplaces::lock(tx, marketplace)?;
    let record = store::marketplaces::by_id_unscoped(tx, marketplace)?;
    advance(app, tx, &record, target).map(|_| ())
}

/// Sets the clock forward to an instant, where it is not there yet; how far ahead it then is, in microseconds.
fn advance(app: &App, tx: &mut Conn, record: &StoredMarketplace, target: OffsetDateTime) -> Result<i64, Problem> {
    let now = now(app, record);
    let by = i64::try_from((target - now).whole_microseconds())
        .map_err(|_| Problem::field("/now", Code::InvalidValue).with("expected", "an instant within reach"))?;
    if by <= 0 {
        return Ok(record.clock_offset_us);
    }
    let ahead = record.clock_offset_us + by;
    store::marketplaces::set_clock_offset(tx, record.marketplace.id, ahead)?;
    store::outbox::bring_forward(tx, record.marketplace.id, by)?;
    Ok(ahead)
}

fn now(app: &App, record: &StoredMarketplace) -> OffsetDateTime {
    app.clock.now() + time::Duration::microseconds(record.clock_offset_us)
}

/// Whether the clock of a sandbox may be moved to an instant.
fn check(app: &App, marketplace: MarketplaceId, asked: &Meta, target: OffsetDateTime) -> Result<(), Problem> {
    let record =
        app.store.read_one(|conn| Ok::<_, Problem>(store::marketplaces::by_id_unscoped(conn, marketplace)?))?;
    if !record.marketplace.sandbox {
        return Err(Problem::new(Code::NotASandbox));
    }
    asked.expect_version(record.clock_offset_us)?;
    let (real, now) = (app.clock.now(), now(app, &record));
    if target > real + REACH {
        let limit = format!("{} - {}", instant(now), instant(real + REACH));
        return Err(Problem::field("/now", Code::OutOfRange).with("limit", limit));
    }
    if target < now {
        return Err(Problem::field("/now", Code::ClockBackwards).with("now", instant(now)));
    }
    Ok(())
}

/// Sets the clock of the caller's sandbox forward to an instant: everything due until then has been played. Answers how
/// far it then is ahead of real time, in microseconds.
pub fn forward(write: &mut Write<'_>, target: OffsetDateTime) -> Result<i64, Problem> {
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let record = store::marketplaces::by_id_unscoped(write.tx, marketplace)?;
    let ahead = advance(write.app, write.tx, &record, target)?;
    let after = Some(serde_json::json!({ "now": instant(target) }));
    write.audit("sandbox.clock_moved", None, marketplace.to_string(), None, after)?;
    Ok(ahead)
}

/// Does what has become due with the move itself.
pub fn settle(app: &App, marketplace: MarketplaceId) -> Result<(), Problem> {
    app.refresh()?;
    rounds::settle(app, marketplace)
}
