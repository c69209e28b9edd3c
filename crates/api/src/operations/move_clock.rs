//! Moving a sandbox's clock: waiting work comes nearer by as much.

use crate::problem::{Code, Problem};
use crate::reply::Reply;
use crate::sandbox::SandboxClock;
use crate::wire::instant;
use crate::work::Write;
use time::OffsetDateTime;

/// How far from real time a sandbox may be: longer than any subscription's history, nearer than the calendar's end.
const REACH: time::Duration = time::Duration::days(50 * 365);

/// Sets the clock of the caller's sandbox forward to an instant.
pub fn forward(write: &mut Write<'_>, target: OffsetDateTime) -> Result<Reply, Problem> {
    let marketplace = write.identity.scope.marketplace();
    store::marketplaces::lock(write.tx, marketplace)?;
    let record = store::marketplaces::get(write.tx, marketplace)?;
    if !record.marketplace.sandbox {
        return Err(Problem::new(Code::NotASandbox));
    }
    if write.meta.if_match.is_some_and(|version| version != record.clock_offset_us) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    let real = write.app.clock.now();
    let now = real + time::Duration::microseconds(record.clock_offset_us);
    if target > real + REACH {
        let limit = format!("{} - {}", instant(now), instant(real + REACH));
        return Err(Problem::field("/now", Code::OutOfRange).with("limit", limit));
    }
    if target < now {
        return Err(Problem::field("/now", Code::ClockBackwards).with("now", instant(now)));
    }
    let by = i64::try_from((target - now).whole_microseconds())
        .map_err(|_| Problem::field("/now", Code::InvalidValue).with("expected", "an instant within reach"))?;
    store::marketplaces::set_clock_offset(write.tx, marketplace, record.clock_offset_us + by)?;
    store::outbox::bring_forward(write.tx, marketplace, by)?;
    write.audit(
        "sandbox.clock_moved",
        None,
        marketplace.to_string(),
        None,
        Some(serde_json::json!({ "now": instant(target) })),
    )?;
    Ok(Reply::json(200, &SandboxClock { now: instant(target) })?.version(record.clock_offset_us + by))
}
