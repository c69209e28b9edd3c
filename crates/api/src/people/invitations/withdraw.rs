//! Taking an invitation back.

use crate::http::problem::{Code, Problem};
use crate::people::users::delete::remove;
use crate::people::users::managed::managed;
use crate::transaction::Write;
use domain::id::UserId;

/// Takes an invitation back that was not yet accepted; the person is removed.
pub fn withdraw(write: &mut Write<'_>, id: UserId) -> Result<(), Problem> {
    let found = managed(write, id)?;
    if found.user.state.activated_at.is_some() {
        return Err(Problem::new(Code::UserActivated));
    }
    remove(write, found.user)
}
