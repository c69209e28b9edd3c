//! Changing one's own name, phone number and language; the log-in and its address are the organisation's to change.

use crate::http::problem::Problem;
use crate::people::users::managed::tell_change;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use store::users::{self, StoredUser};

/// Changes whoever asks by what a request says.
pub fn change(
    write: &mut Write<'_>,
    user: UserId,
    apply: impl FnOnce(&mut StoredUser) -> Result<(), Problem>,
) -> Result<StoredUser, Problem> {
    let marketplace = write.identity.scope.marketplace();
    users::lock(write.tx, marketplace, user)?;
    let before = users::by_id_unscoped(write.tx, marketplace, user)?;
    write.expect_version(before.version)?;
    let mut after = before.clone();
    apply(&mut after)?;
    users::update(write.tx, &mut after, None, write.now)?;
    tell_change(write, EventKind::UserChanged, &before, &after)?;
    Ok(after)
}
