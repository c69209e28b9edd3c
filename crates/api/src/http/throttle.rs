//! How often a network address may ask: counted in this process, bounded in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// Requests of a network address within an hour.
const PER_HOUR: u32 = 60;
/// Network addresses that are counted; when there are more, all begin anew.
const COUNTED: usize = 10_000;

/// Counts requests by network address.
#[derive(Default)]
pub struct Throttle(Mutex<HashMap<String, (OffsetDateTime, u32)>>);

impl Throttle {
    /// Counts one request; the seconds after which to try again where it is one too many.
    pub fn count(&self, address: &str, now: OffsetDateTime) -> Result<(), u64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |since: OffsetDateTime| now - since >= Duration::HOUR;
        if counted.len() >= COUNTED && !counted.contains_key(address) {
            counted.retain(|_, (since, _)| !over(*since));
            if counted.len() >= COUNTED {
                counted.clear();
            }
        }
        let (since, count) = counted.entry(address.to_owned()).or_insert((now, 0));
        if over(*since) {
            (*since, *count) = (now, 0);
        }
        if *count >= PER_HOUR {
            let left = (*since + Duration::HOUR - now).whole_seconds();
            return Err(u64::try_from(left).unwrap_or_default().max(1));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn an_address_asks_so_often_an_hour_and_others_do_not_notice() {
        let (throttle, now) = (Throttle::default(), datetime!(2026-09-06 10:15:00 UTC));
        assert!((0..PER_HOUR).all(|_| throttle.count("192.0.2.1", now).is_ok()));
        assert_eq!(throttle.count("192.0.2.1", now + Duration::minutes(59)), Err(60));
        assert_eq!(throttle.count("192.0.2.2", now), Ok(()));
        assert_eq!(throttle.count("192.0.2.1", now + Duration::HOUR), Ok(()));
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let (throttle, now) = (Throttle::default(), datetime!(2026-09-06 10:15:00 UTC));
        for n in 0..COUNTED * 2 + 1 {
            assert_eq!(throttle.count(&n.to_string(), now), Ok(()));
        }
        assert!(throttle.0.lock().unwrap().len() <= COUNTED);
    }
}
