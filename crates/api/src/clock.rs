//! The process clock. A marketplace's `now` is this clock plus the marketplace's offset (a sandbox's own clock).

use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The instant now, in UTC, truncated to microseconds: PostgreSQL keeps no more.
    fn now(&self) -> OffsetDateTime;

    /// How long something has gone on for: the time since some instant before. It does not go back or jump when the
    /// machine's clock is set.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> OffsetDateTime {
        truncate(OffsetDateTime::now_utc())
    }

    fn elapsed(&self) -> Duration {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGAN.elapsed()
    }
}

/// A clock that only moves when told to; for tests.
pub struct ManualClock(Mutex<OffsetDateTime>);

impl ManualClock {
    /// A clock that stands at an instant.
    pub fn at(instant: OffsetDateTime) -> Self {
        Self(Mutex::new(truncate(instant)))
    }

    /// Moves it forward.
    pub fn advance(&self, by: time::Duration) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn elapsed(&self) -> Duration {
        (self.now() - OffsetDateTime::UNIX_EPOCH).try_into().unwrap_or_default()
    }
}

/// The instant without what is finer than a microsecond.
pub fn truncate(instant: OffsetDateTime) -> OffsetDateTime {
    instant.replace_nanosecond(instant.nanosecond() / 1_000 * 1_000).unwrap_or(instant)
}

/// An instant as a text: RFC 3339 in UTC with `Z`.
pub fn instant(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

/// A deadline as a text, to the second: what is the last instant of a day reads as its last second.
pub fn deadline(until: OffsetDateTime) -> String {
    instant(until.replace_nanosecond(0).unwrap_or(until))
}

/// The instant of such a text, in UTC and to the microsecond; none where it is not one.
pub fn parse_instant(text: &str) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(time::UtcOffset::UTC)?;
    Some(truncate(at))
}
