//! Removing people: nothing stays of them but their ids.

use crate::http::problem::Problem;
use crate::people::sessions::end;
use crate::people::users::managed::{managed, not_oneself};
use crate::people::users::{licenses, links};
use crate::transaction::Write;
use domain::access::Covered;
use domain::event::EventKind;
use domain::id::UserId;
use serde_json::json;
use store::one_time_tokens::Purpose;
use store::sessions::EndReason;
use store::users::{self, StoredUser};

/// Removes somebody: the data are emptied and the log-in name is free; what was done by the person stays (L-14).
pub fn delete(write: &mut Write<'_>, id: UserId) -> Result<(), Problem> {
    not_oneself(write, id)?;
    let found = managed(write, id)?;
    found.steps_down(None)?;
    remove(write, found.user)
}

/// Removes somebody of whom it is decided: takes its licences and links back, ends its log-ins, erases its data.
pub fn remove(write: &mut Write<'_>, user: Covered<StoredUser>) -> Result<(), Problem> {
    let mut user = user.into_inner();
    licenses::take_all_back(write, &user)?;
    links::revoke(write, &user, Purpose::Activation)?;
    links::revoke(write, &user, Purpose::PasswordReset)?;
    end::end_all(write, &user, None, EndReason::UserDeleted)?;
    let facts = json!({"role": user.role, "created_at": crate::clock::instant(user.created_at)});
    erase(&mut user);
    user.deleted_at = Some(write.now);
    users::update(write.tx, &mut user, None, write.now)?;
    let customer = user.organization.customer();
    write.changed(EventKind::UserDeleted, customer, user.id.to_string(), facts, json!({"user_id": user.id}))
}

/// Leaves nothing of the person but its id.
fn erase(user: &mut StoredUser) {
    // Nobody else has it, and nobody logs in by it: there is no password.
    user.login = user.id.to_string();
    for text in [&mut user.email, &mut user.first_name, &mut user.last_name] {
        text.clear();
    }
    user.notification_email = None;
    user.phone = None;
    user.address = None;
    user.language = None;
    user.external_ref = None;
    user.password_hash = None;
}
