//! Keeping somebody out, and letting it in again.

use crate::http::problem::Problem;
use crate::people::sessions::end;
use crate::people::users::links;
use crate::people::users::managed::{managed, not_oneself, save, set_state};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use store::one_time_tokens::Purpose;
use store::sessions::EndReason;
use store::users::StoredUser;

/// Keeps somebody out, at once, also with tokens that are out (L-15, L-20). Again is fine.
pub fn disable(write: &mut Write<'_>, id: UserId) -> Result<StoredUser, Problem> {
    not_oneself(write, id)?;
    let found = managed(write, id)?;
    if found.user.state.disabled {
        return Ok(found.user.into_inner());
    }
    let mut user = StoredUser::clone(&found.user);
    user.state.disabled = true;
    found.steps_down(Some(&user))?;
    links::revoke(write, &user, Purpose::Activation)?;
    links::revoke(write, &user, Purpose::PasswordReset)?;
    end::end_all(write, &user, None, EndReason::UserDisabled)?;
    save(write, EventKind::UserDisabled, &found.user, user)
}

/// Lets somebody in again. Again is fine.
pub fn enable(write: &mut Write<'_>, id: UserId) -> Result<StoredUser, Problem> {
    set_state(write, id, EventKind::UserEnabled, |state| state.disabled = false)
}
