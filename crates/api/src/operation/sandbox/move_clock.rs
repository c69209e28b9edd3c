//! Asking for a sandbox's clock to be moved forward: a job plays what is due until then (`worker::play_clock`).

use crate::App;
use crate::clock::instant;
use crate::http::problem::{Code, Problem};
use crate::jobs;
use crate::texts::place::Place;
use crate::transaction::Write;
use serde_json::json;
use store::Conn;
use store::jobs::{JobKind, JobState, StoredJob};
use time::OffsetDateTime;

/// How far from real time a sandbox may be: longer than any subscription's history, nearer than the calendar's end.
const REACH: time::Duration = time::Duration::days(50 * 365);

/// Asks for the clock of the caller's sandbox to be moved to an instant. The same move that is under way is joined;
/// while another is, whoever asks is told where the clock stands.
pub fn ask(write: &mut Write<'_>, target: OffsetDateTime) -> Result<StoredJob, Problem> {
    let (scope, subject) = (write.identity.scope, write.identity.scope.marketplace().to_string());
    // Who moves it is decided one after the other.
    store::marketplaces::lock(write.tx, scope.marketplace())?;
    let asked = json!({"now": instant(target)});
    if let Some(other) = store::jobs::under_way(write.tx, &scope, JobKind::SandboxClock, &subject)? {
        let now = write.app.now_in(write.tx, scope.marketplace())?;
        return if other.asked == asked { Ok(other) } else { Err(stands_at(Code::JobUnderWay, now)) };
    }
    let now = movable(write, target)?;
    jobs::ask(write, JobKind::SandboxClock, subject, asked, (target - now).whole_seconds())
}

/// The sandbox's now, where its clock may be moved to an instant.
fn movable(write: &mut Write<'_>, target: OffsetDateTime) -> Result<OffsetDateTime, Problem> {
    let record = store::marketplaces::by_id_unscoped(write.tx, write.identity.scope.marketplace())?;
    if !record.marketplace.sandbox {
        return Err(Problem::new(Code::NotASandbox));
    }
    write.expect_version(record.clock_offset_us)?;
    let real = write.app.clock.now();
    let now = real + time::Duration::microseconds(record.clock_offset_us);
    if target > real + REACH {
        let limit = Place::Span(now, real + REACH);
        return Err(Problem::field("/now", Code::OutOfRange).with("limit", limit));
    }
    if target < now {
        return Err(Problem::field("/now", Code::ClockBackwards).with("now", now));
    }
    Ok(now)
}

/// A refusal that says where the clock stands.
fn stands_at(code: Code, now: OffsetDateTime) -> Problem {
    Problem::new(code).with_extra("now", instant(now))
}

/// A move that is done.
pub struct Moved {
    /// Where the clock stood when everything until then had happened.
    pub now: String,
    /// How far it is ahead of real time, in microseconds.
    pub ahead: i64,
}

/// What became of a move that is over.
pub fn moved(app: &App, conn: &mut Conn, job: &StoredJob) -> Result<Moved, Problem> {
    let now = app.now_in(conn, job.marketplace_id)?;
    let told = job.result.as_ref().and_then(|result| result["now"].as_str());
    match (job.state, told) {
        (JobState::Done, Some(now)) => {
            let ahead = store::marketplaces::clock_offset_unscoped(conn, job.marketplace_id)?;
            Ok(Moved { now: now.to_owned(), ahead })
        }
        (JobState::Canceled, _) => Err(stands_at(Code::JobCanceled, now)),
        _ => Err(Problem::internal(format!("{} has failed", job.id))),
    }
}
