//! Another password, set by its owner: who knows the present one, or has the link of a mail.

use crate::auth::one_time;
use crate::http::problem::{Code, Problem};
use crate::people::passwords::put;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::SessionId;
use domain::people::{Unlock, UserStatus};
use serde_json::json;
use store::one_time_tokens::Purpose;
use store::users::{self, StoredUser};

/// Sets the password of somebody who is logged in and has shown that it knew the one of before; every other log-in
/// ends.
pub fn change(write: &mut Write<'_>, session: SessionId, known: &StoredUser, hash: &str) -> Result<(), Problem> {
    users::lock(write.tx, known.marketplace_id, known.id)?;
    let user = users::by_id_unscoped(write.tx, known.marketplace_id, known.id)?;
    if user.password_hash != known.password_hash {
        return Err(Problem::field("/current_password", Code::PasswordWrong));
    }
    set(write, user, hash, Some(session), "person")
}

/// Sets the password of whom a link was sent to: every log-in ends, and a lock that time would end, too.
pub fn reset(write: &mut Write<'_>, token: &str, hash: &str) -> Result<(), Problem> {
    let token = one_time::open(write.app, write.tx, token, Purpose::PasswordReset)?;
    one_time::use_up(write.tx, &token, write.now)?;
    let mut user = one_time::user(write.tx, &token)?;
    let real_now = write.app.clock.now();
    let lockout = write.app.marketplaces.people(user.marketplace_id)?.lockout;
    // a lock that is an administrator's to end stays.
    if lockout.unlock == Unlock::Auto || user.state.status(real_now) != UserStatus::Locked {
        user.state.unlock(real_now);
    }
    set(write, user, hash, None, "link")
}

fn set(
    write: &mut Write<'_>,
    user: StoredUser,
    hash: &str,
    kept: Option<SessionId>,
    by: &'static str,
) -> Result<(), Problem> {
    let (customer, subject) = (user.organization.customer(), user.id.to_string());
    let ended = put::put(write, user, hash, kept)?;
    write.record(EventKind::UserPasswordChanged, customer, subject, json!({"by": by, "sessions_ended": ended}))
}
