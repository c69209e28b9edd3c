//! Activating somebody's account without its link, and sending the link again (L-16).

use crate::http::problem::{Code, Problem};
use crate::people::users::links;
use crate::people::users::managed::{managed, set_state};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use store::users::StoredUser;

/// Activates an account without its link; who has no password yet still gets it by the link. Again is fine.
pub fn activate(write: &mut Write<'_>, id: UserId) -> Result<StoredUser, Problem> {
    let now = write.now;
    set_state(write, id, EventKind::UserActivated, |state| {
        state.activated_at.get_or_insert(now);
    })
}

/// Has the activation mail sent again; the link before works no longer.
pub fn send_mail(write: &mut Write<'_>, id: UserId) -> Result<StoredUser, Problem> {
    let user = managed(write, id)?.user;
    if user.state.disabled {
        return Err(Problem::new(Code::UserNotReady));
    }
    if user.state.activated_at.is_some() && user.password_hash.is_some() {
        return Err(Problem::new(Code::UserActivated));
    }
    links::invite(write, &user)?;
    Ok(user.into_inner())
}
