//! A mail server that is away: mails wait for it, and are not tried one by one meanwhile.

use std::sync::{Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// The longest that a server is left alone.
const LONGEST: i64 = 300;

/// Since how many tries in a row the server is away, and until when it is left alone. By real time.
#[derive(Default)]
pub struct Outage(Mutex<Option<(u32, OffsetDateTime)>>);

impl Outage {
    /// Until when nothing is tried; none where the server may be asked. Further away than a server is left alone is an
    /// instant only where the clock was set back since: then it may be asked, too.
    pub fn until(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let longest = now + Duration::seconds(LONGEST);
        self.lock().map(|(_, until)| until).filter(|until| *until > now && *until <= longest)
    }

    /// The server could not be reached: 1 s, 2 s, 4 s … at most 5 minutes; until when.
    pub fn failed(&self, now: OffsetDateTime) -> OffsetDateTime {
        let mut state = self.lock();
        let failures = state.map_or(0, |(failures, _)| failures);
        let wait = 2_i64.checked_pow(failures).unwrap_or(LONGEST).min(LONGEST);
        let until = now + Duration::seconds(wait);
        *state = Some((failures.saturating_add(1), until));
        until
    }

    /// The server answered.
    pub fn over(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(u32, OffsetDateTime)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_server_that_is_away_is_left_alone_longer_and_longer() {
        let (outage, now) = (Outage::default(), datetime!(2026-09-06 10:15:00 UTC));
        assert_eq!(outage.until(now), None);
        let waits: Vec<_> = (0..10).map(|_| (outage.failed(now) - now).whole_seconds()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(outage.until(now), Some(now + Duration::seconds(300)));
        assert_eq!(outage.until(now + Duration::seconds(300)), None, "then it is tried once");
        assert_eq!(outage.until(now - Duration::DAY), None, "the clock was set back");
        outage.over();
        assert_eq!((outage.failed(now) - now).whole_seconds(), 1);
    }
}
