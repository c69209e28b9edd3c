//! The process clock. A marketplace's `now` is this clock plus the marketplace's offset (a sandbox's own clock).

use std::sync::Mutex;
use time::OffsetDateTime;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The instant now, in UTC, truncated to microseconds: PostgreSQL keeps no more.
    fn now(&self) -> OffsetDateTime;
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> OffsetDateTime {
        truncate(OffsetDateTime::now_utc())
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
}

/// The instant without what is finer than a microsecond.
pub fn truncate(instant: OffsetDateTime) -> OffsetDateTime {
    instant.replace_nanosecond(instant.nanosecond() / 1_000 * 1_000).unwrap_or(instant)
}
