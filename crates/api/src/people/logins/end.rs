//! Ending the log-ins of somebody whom one manages.

use crate::http::problem::Problem;
use crate::people::sessions::end;
use crate::people::users::managed::managed;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use serde_json::json;
use store::sessions::EndReason;

/// Ends all of somebody's log-ins, and says how many there were.
pub fn end_sessions(write: &mut Write<'_>, id: UserId) -> Result<(), Problem> {
    let user = managed(write, id)?.user;
    let ended = end::end_all(write, &user, None, EndReason::EndedByAdministrator)?;
    let payload = json!({"user_id": id, "ended": ended});
    write.record(EventKind::SessionsEnded, user.organization.customer(), id.to_string(), payload)
}
