//! Ending a lock after too many failed log-ins.

use crate::http::problem::Problem;
use crate::people::users::managed::set_state;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use store::users::StoredUser;

/// Ends a lock, by real time. Again is fine.
pub fn unlock(write: &mut Write<'_>, id: UserId) -> Result<StoredUser, Problem> {
    let now = write.app.clock.now();
    set_state(write, id, EventKind::UserUnlocked, |state| {
        // The person has all its tries again.
        if state.lock.is_some_and(|lock| lock.holds(now)) {
            state.unlock(now);
        }
    })
}
