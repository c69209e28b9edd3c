//! The four states of a person who can log in (L-17…L-20), and what locks a log-in.

use crate::coded::coded_enum;
use crate::people::rules::{Lockout, Unlock};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

coded_enum! {
    /// Where a person's log-in stands.
    UserStatus {
        /// Created and activated (L-17).
        Ready = "ready",
        /// Too many failed log-ins (L-18). Who is in stays in: a stranger must not be able to throw anybody out.
        Locked = "locked",
        /// The activation mail was sent and its link not yet followed (L-19).
        NotActivated = "not_activated",
        /// Can neither log in nor use any assigned service (L-20).
        Disabled = "disabled",
    }
}

/// What a status follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserState {
    /// Whether an administrator has disabled it.
    pub disabled: bool,
    /// When it was activated.
    pub activated_at: Option<OffsetDateTime>,
    /// When it was locked last, until an administrator or time ended the lock.
    pub lock: Option<Lock>,
}

/// A lock after too many failed log-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// The instant of the failure that locked it.
    pub since: OffsetDateTime,
    /// Until when; none where only an administrator ends it.
    pub until: Option<OffsetDateTime>,
}

impl Lock {
    /// Whether it holds at an instant; at its end it does not.
    pub fn holds(&self, now: OffsetDateTime) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl UserState {
    /// Whether the person may be in at all: activated and not kept out. A lock only keeps from logging in (L-18).
    pub const fn may_be_in(&self) -> bool {
        !self.disabled && self.activated_at.is_some()
    }

    /// The status at an instant of real time. What keeps somebody out for longest is said first.
    pub fn status(&self, now: OffsetDateTime) -> UserStatus {
        match self {
            Self { disabled: true, .. } => UserStatus::Disabled,
            Self { activated_at: None, .. } => UserStatus::NotActivated,
            Self { lock: Some(lock), .. } if lock.holds(now) => UserStatus::Locked,
            _ => UserStatus::Ready,
        }
    }

    /// From when on failed log-ins count at an instant: within the window, and since the last lock began. So after a
    /// lock is over somebody has all its tries again.
    pub fn failures_count_from(&self, rules: &Lockout, now: OffsetDateTime) -> OffsetDateTime {
        let window = rules.counted_since(now);
        self.lock.map_or(window, |lock| window.max(lock.since + Duration::MICROSECOND))
    }

    /// Ends a lock, and forgets the failures until now: what is left of it is a lock that ends where it begins.
    pub const fn unlock(&mut self, now: OffsetDateTime) {
        self.lock = Some(Lock { since: now, until: Some(now) });
    }
}

impl Lockout {
    /// From when on failures count at an instant.
    pub fn counted_since(&self, now: OffsetDateTime) -> OffsetDateTime {
        now - Duration::minutes(self.window_minutes.into())
    }

    /// The lock that one more failure brings, where so many were in the window with it.
    pub fn lock(&self, failures: u32, now: OffsetDateTime) -> Option<Lock> {
        let until = match self.unlock {
            Unlock::Auto => Some(now + Duration::minutes(self.duration_minutes.into())),
            Unlock::Admin => None,
        };
        (failures >= self.max_attempts).then_some(Lock { since: now, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-09-01 10:00 UTC);

    fn state() -> UserState {
        UserState { disabled: false, activated_at: Some(NOW), lock: None }
    }

    #[test]
    fn l17_to_l20_the_four_states() {
        let lock = Some(Lock { since: NOW, until: Some(NOW + Duration::minutes(15)) });
        assert_eq!(state().status(NOW), UserStatus::Ready);
        assert_eq!(UserState { lock, ..state() }.status(NOW), UserStatus::Locked);
        assert_eq!(UserState { activated_at: None, ..state() }.status(NOW), UserStatus::NotActivated);
        assert!(state().may_be_in() && UserState { lock, ..state() }.may_be_in());
        assert!(!UserState { activated_at: None, ..state() }.may_be_in());
        assert!(!UserState { disabled: true, ..state() }.may_be_in());
        assert_eq!(UserState { disabled: true, activated_at: None, lock }.status(NOW), UserStatus::Disabled);
    }

    #[test]
    fn x23_the_fifth_failure_locks_for_15_minutes_to_the_second() {
        let rules = Lockout::default();
        assert_eq!(rules.lock(4, NOW), None);
        let lock = rules.lock(5, NOW).unwrap();
        assert!(lock.holds(datetime!(2026-09-01 10:14:59 UTC)));
        assert!(!lock.holds(datetime!(2026-09-01 10:15 UTC)));
        assert_eq!(rules.counted_since(NOW), datetime!(2026-09-01 09:45 UTC));
    }

    #[test]
    fn x23_after_a_lock_everybody_has_all_tries_again() {
        let rules = Lockout { window_minutes: 60, ..Lockout::default() };
        let locked = UserState { lock: rules.lock(5, NOW), ..state() };
        let over = NOW + Duration::minutes(15);
        assert_eq!(state().failures_count_from(&rules, over), over - Duration::HOUR);
        assert_eq!(locked.failures_count_from(&rules, over), NOW + Duration::MICROSECOND);
        let mut unlocked = locked;
        unlocked.unlock(NOW + Duration::minutes(3));
        assert_eq!(unlocked.status(NOW + Duration::minutes(3)), UserStatus::Ready);
        assert!(unlocked.failures_count_from(&rules, over) > NOW + Duration::minutes(3));
    }

    #[test]
    fn x23_a_lock_may_be_an_administrators_to_end() {
        let rules = Lockout { unlock: Unlock::Admin, ..Lockout::default() };
        let lock = rules.lock(5, NOW).unwrap();
        assert!(lock.holds(datetime!(2036-09-01 10:00 UTC)));
    }
}
