//! What administrators do about somebody's password: have it reset by a link, or set it.

use crate::http::problem::{Code, Problem};
use crate::people::passwords::put;
use crate::people::users::links;
use crate::people::users::managed::managed;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use serde_json::json;

/// Has a link sent by which somebody sets a new password.
pub fn reset(write: &mut Write<'_>, id: UserId) -> Result<(), Problem> {
    let user = managed(write, id)?.user;
    if !user.state.may_be_in() {
        return Err(Problem::new(Code::UserNotReady));
    }
    let payload = links::reset(write.app, write.tx, &user, write.now)?;
    write.record(EventKind::UserPasswordResetRequested, user.organization.customer(), id.to_string(), payload)
}

/// Sets somebody's password (L-11); all its log-ins are ended.
pub fn set(write: &mut Write<'_>, id: UserId, hash: &str) -> Result<(), Problem> {
    let user = managed(write, id)?.user;
    let (customer, payload) = (user.organization.customer(), json!({"by": write.identity.actor}));
    put::put(write, user.into_inner(), hash, None)?;
    write.record(EventKind::UserPasswordChanged, customer, id.to_string(), payload)
}
