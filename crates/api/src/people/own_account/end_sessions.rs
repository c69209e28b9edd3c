//! Ending one's own log-ins from another one.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{SessionId, UserId};
use serde_json::json;
use store::sessions::{self, EndReason};

/// Ends one of a person's log-ins; also the one it is asked from.
pub fn end_one(write: &mut Write<'_>, user: UserId, session: SessionId) -> Result<Reply, Problem> {
    let marketplace = write.identity.scope.marketplace();
    let found = sessions::by_id_unscoped(write.tx, session)?;
    let own = (found.marketplace_id, found.user_id) == (marketplace, user);
    if !own || !sessions::end(write.tx, session, EndReason::EndedByUser, write.app.clock.now())? {
        return Err(Problem::new(Code::NotFound));
    }
    told(write, user, json!({"session_id": session.to_string()}))
}

/// Ends all of a person's log-ins but the one it is asked from.
pub fn end_others(write: &mut Write<'_>, user: UserId, kept: SessionId) -> Result<Reply, Problem> {
    let (marketplace, now) = (write.identity.scope.marketplace(), write.app.clock.now());
    match sessions::end_all(write.tx, marketplace, user, Some(kept), EndReason::EndedByUser, now)? {
        0 => Ok(Reply::empty()),
        number => told(write, user, json!({"number": number, "kept": kept.to_string()})),
    }
}

fn told(write: &mut Write<'_>, user: UserId, facts: serde_json::Value) -> Result<Reply, Problem> {
    write.access_changed()?;
    let customer = write.identity.scope.customer();
    write.record(EventKind::SessionsEnded, customer, user.to_string(), facts)?;
    Ok(Reply::empty())
}
