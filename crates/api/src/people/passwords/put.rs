//! A password in the place of the one before, whoever sets it.

use crate::http::problem::Problem;
use crate::people::sessions::end;
use crate::people::users::links;
use crate::transaction::Write;
use domain::id::SessionId;
use store::one_time_tokens::Purpose;
use store::sessions::EndReason;
use store::users::{self, StoredUser};

/// Sets the hash of somebody's password: links to reset it work no longer, and every log-in but one that is kept ends;
/// how many did.
pub fn put(write: &mut Write<'_>, mut user: StoredUser, hash: &str, kept: Option<SessionId>) -> Result<usize, Problem> {
    user.password_hash = Some(hash.to_owned());
    users::update(write.tx, &mut user, None, write.now)?;
    links::revoke(write, &user, Purpose::PasswordReset)?;
    end::end_all(write, &user, kept, EndReason::PasswordChanged)
}
