//! How many requests somebody may send within a while: counted in this process, for each class of operations by itself,
//! and forgotten once it is as if nothing had been asked for.

use crate::clock;
use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Callers or networks whose requests are counted in a class. When there are more, who has been quiet for longest
/// begins anew.
const COUNTED: u64 = 20_000;

/// What is limited together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Whatever changes nothing.
    Read,
    /// Whatever may change something.
    Write,
    /// Tries to log in, of people and of scripts.
    LogIn,
    /// Reads that are made to be walked to their end.
    Export,
}

impl Class {
    /// What the class is called in headers and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::LogIn => "login",
            Self::Export => "export",
        }
    }
}

/// So many requests within so many seconds; what is not used up comes back evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Requests that may come at once.
    pub requests: NonZeroU32,
    /// Seconds after which as many may come again.
    pub seconds: NonZeroU32,
}

impl Limit {
    const fn of(requests: u32, seconds: u32) -> Option<Self> {
        match (NonZeroU32::new(requests), NonZeroU32::new(seconds)) {
            (Some(requests), Some(seconds)) => Some(Self { requests, seconds }),
            _ => None,
        }
    }

    /// The limit of a text such as `300/10`: requests within seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let (requests, seconds) = text.split_once('/')?;
        let (requests, seconds) = (requests.trim().parse().ok()?, seconds.trim().parse().ok()?);
        Self::of(requests, seconds).filter(|_| (1..=10_000_000).contains(&requests) && (1..=3_600).contains(&seconds))
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.requests, self.seconds)
    }
}

/// What a process lets be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one caller that change nothing; none is without limit, here and below.
    pub read: Option<Limit>,
    /// Those of one caller that may change something.
    pub write: Option<Limit>,
    /// Tries to log in with one name from one network.
    pub login: Option<Limit>,
    /// Reads of one caller that are made to be walked to their end.
    pub export: Option<Limit>,
    /// Registrations, and links to set a new password, that one network may ask for within an hour; of each so many.
    pub links: u32,
    /// Carts of a customer that wait to be ordered.
    pub open_carts: u32,
}

impl Default for Limits {
    /// So many that no shop notices.
    fn default() -> Self {
        Self {
            read: Limit::of(2_000, 10),
            write: Limit::of(300, 10),
            login: Limit::of(60, 60),
            export: Limit::of(600, 60),
            links: 60,
            open_carts: 100,
        }
    }
}

/// What is left of a limit after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// By which class it was counted.
    pub class: Class,
    /// How many requests come within how many seconds.
    pub limit: Limit,
    /// Requests that may come now.
    pub requests: u32,
    /// Seconds until all of them may come again; where the request was refused, until one may.
    pub resets: u64,
    /// Whether the request was one too many.
    pub refused: bool,
}

/// Time as the limiter sees it: it never goes back, whatever is done to the machine's clock.
struct Ticks(Arc<dyn clock::Clock>);

impl Clock for Ticks {
    type Instant = Duration;
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Bucket = RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>;

/// The buckets of a class, by whom they are of.
struct Buckets {
    limit: Limit,
    quota: Quota,
    known: Cache<u128, Arc<Bucket>>,
}

impl Buckets {
    fn new(limit: Limit, counted: u64) -> Option<Self> {
        let window = Duration::from_secs(limit.seconds.get().into());
        let quota = Quota::with_period(window / limit.requests.get())?.allow_burst(limit.requests);
        // After its window a bucket is full again: it may be forgotten.
        let known = Cache::builder()
            .max_capacity(counted)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(window + Duration::from_secs(1))
            .build();
        Some(Self { limit, quota, known })
    }
}

/// Counts requests by who sends them.
pub struct Limiter {
    clock: Arc<dyn clock::Clock>,
    classes: [Option<Buckets>; 4],
}

impl Limiter {
    /// With the limits of a process, by its clock.
    pub fn new(limits: &Limits, clock: &Arc<dyn clock::Clock>) -> Self {
        Self::counting(limits, clock, COUNTED)
    }

    fn counting(limits: &Limits, clock: &Arc<dyn clock::Clock>, counted: u64) -> Self {
        let classes = [limits.read, limits.write, limits.login, limits.export];
        let classes = classes.map(|limit| limit.and_then(|limit| Buckets::new(limit, counted)));
        Self { clock: Arc::clone(clock), classes }
    }

    /// Counts a request; what is left for who sends it, or nothing where its class is without limit.
    pub fn count(&self, class: Class, who: u128) -> Option<Left> {
        let buckets = self.classes[class as usize].as_ref()?;
        let bucket = buckets.known.get_with(who, || {
            let bucket = RateLimiter::direct_with_clock(buckets.quota, Ticks(Arc::clone(&self.clock)));
            Arc::new(bucket.with_middleware::<StateInformationMiddleware>())
        });
        let limit = buckets.limit;
        Some(match bucket.check() {
            Ok(state) => {
                let requests = state.remaining_burst_capacity();
                let used = u64::from(limit.requests.get().saturating_sub(requests));
                let resets = (used * u64::from(limit.seconds.get())).div_ceil(limit.requests.get().into());
                Left { class, limit, requests, resets, refused: false }
            }
            Err(until) => {
                let wait = until.wait_time_from(self.clock.elapsed());
                let resets = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                Left { class, limit, requests: 0, resets: resets.max(1), refused: true }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use time::macros::datetime;

    fn limiter(text: &str, counted: u64) -> (Arc<ManualClock>, Limiter) {
        let clock = Arc::new(ManualClock::at(datetime!(2026-09-06 10:15:00 UTC)));
        let limits = Limits { write: Limit::parse(text), read: None, ..Limits::default() };
        let shared: Arc<dyn clock::Clock> = Arc::clone(&clock) as _;
        (clock, Limiter::counting(&limits, &shared, counted))
    }

    #[test]
    fn so_many_at_once_then_evenly_and_others_do_not_notice() {
        let (clock, limiter) = limiter("10/20", 100);
        let count = |who| limiter.count(Class::Write, who).map(|left| (left.requests, left.resets, left.refused));
        assert_eq!(count(1), Some((9, 2, false)));
        assert!((1..9).all(|n| count(1) == Some((9 - n, u64::from(n) * 2 + 2, false))));
        assert_eq!((count(1), count(1)), (Some((0, 20, false)), Some((0, 2, true))));
        assert_eq!(count(2), Some((9, 2, false)));
        clock.advance(time::Duration::milliseconds(500));
        assert_eq!(count(1), Some((0, 2, true)));
        clock.advance(time::Duration::milliseconds(1_500));
        assert_eq!((count(1), count(1)), (Some((0, 20, false)), Some((0, 2, true))));
        clock.advance(time::Duration::seconds(20));
        assert_eq!(count(1), Some((9, 2, false)));
        // Back by a day, as a machine's clock may go: nobody waits a day for it.
        clock.advance(-time::Duration::days(1));
        assert_eq!(limiter.count(Class::Read, 1), None);
    }

    #[test]
    fn what_is_counted_is_bounded_and_forgotten() {
        let (_, limiter) = limiter("10/1", 50);
        for who in 0..1_000 {
            assert!(limiter.count(Class::Write, who).is_some_and(|left| !left.refused));
        }
        let known = &limiter.classes[Class::Write as usize].as_ref().unwrap().known;
        known.run_pending_tasks();
        assert!(known.entry_count() <= 50 && known.contains_key(&999), "{}", known.entry_count());
        std::thread::sleep(Duration::from_millis(2_100));
        known.run_pending_tasks();
        assert_eq!(known.entry_count(), 0);
    }

    #[test]
    fn a_limit_is_a_text() {
        assert_eq!(Limit::parse("300/10").unwrap().to_string(), "300/10");
        for wrong in ["", "300", "0/10", "300/0", "300/3601", "-1/10", "a/b", "1/2/3", "10000001/10"] {
            assert_eq!(Limit::parse(wrong), None, "{wrong}");
        }
    }
}
