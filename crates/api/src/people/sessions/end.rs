//! Ending log-ins, by real time; tokens that are out are refused from the next request on.

use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{SessionId, UserId};
use serde_json::{Value, json};
use store::sessions::{self, EndReason};
use store::users::StoredUser;

/// Ends the log-ins of somebody but one that is kept; how many there were.
pub fn end_all(
    write: &mut Write<'_>,
    user: &StoredUser,
    kept: Option<SessionId>,
    reason: EndReason,
) -> Result<usize, Problem> {
    write.access_changed()?;
    Ok(sessions::end_all(write.tx, user.marketplace_id, user.id, kept, reason, write.app.clock.now())?)
}

/// Ends one of a person's own log-ins; also the one it is asked from.
pub fn end_own(write: &mut Write<'_>, user: UserId, session: SessionId) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    let found = sessions::by_id_unscoped(write.tx, session)?;
    let own = (found.marketplace_id, found.user_id) == (marketplace, user);
    if !own || !sessions::end(write.tx, session, EndReason::EndedByUser, write.app.clock.now())? {
        return Err(Problem::new(Code::NotFound));
    }
    tell_own(write, user, json!({"session_id": session.to_string()}))
}

/// Ends all of a person's own log-ins but the one it is asked from.
pub fn end_others(write: &mut Write<'_>, user: UserId, kept: SessionId) -> Result<(), Problem> {
    let (marketplace, now) = (write.identity.scope.marketplace(), write.app.clock.now());
    match sessions::end_all(write.tx, marketplace, user, Some(kept), EndReason::EndedByUser, now)? {
        0 => Ok(()),
        number => tell_own(write, user, json!({"number": number, "kept": kept.to_string()})),
    }
}

fn tell_own(write: &mut Write<'_>, user: UserId, facts: Value) -> Result<(), Problem> {
    write.access_changed()?;
    let customer = write.identity.scope.customer();
    write.record(EventKind::SessionsEnded, customer, user.to_string(), facts)
}
