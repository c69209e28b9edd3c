//! Changing somebody's data, role and areas.

use crate::http::problem::Code;
use crate::http::problem::Problem;
use crate::people::users::give_role::Giver;
use crate::people::users::managed::{managed, tell_change};
use crate::people::users::{links, view};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use domain::people::manage::NotGiven;
use store::one_time_tokens::Purpose;
use store::users::{self, StoredUser};
use store::{Conn, StoreError};

/// Changes somebody by what a request says; `login_field` is the field of the request that says what it logs in by.
pub fn change(
    write: &mut Write<'_>,
    id: UserId,
    login_field: &'static str,
    apply: impl FnOnce(&mut StoredUser) -> Result<(), Problem>,
) -> Result<StoredUser, Problem> {
    let found = managed(write, id)?;
    let mut user = StoredUser::clone(&found.user);
    apply(&mut user)?;
    if (&user.role, &user.areas) != (&found.user.role, &found.user.areas) {
        give(write, &user)?;
        found.steps_down(Some(&user))?;
        write.access_changed()?;
    }
    users::update(write.tx, &mut user, None, write.now).map_err(|error| match error {
        StoreError::Conflict("users.login") => Problem::field(login_field, Code::LoginTaken),
        other => other.into(),
    })?;
    let moved = user.email != found.user.email || user.notification_email != found.user.notification_email;
    tell_change(write, EventKind::UserChanged, &found.user, &user)?;
    if moved {
        // Whoever reads the mails of the address before must not get in by them.
        links::revoke(write, &user, Purpose::PasswordReset)?;
        if has_link(write.tx, &user)? {
            links::invite(write, &user)?;
        }
    }
    Ok(user)
}

fn give(write: &mut Write<'_>, user: &StoredUser) -> Result<(), Problem> {
    let giver = Giver::read(write, std::iter::once(&user.role), &[user.organization])?;
    let given = giver.gives(user.organization, &user.role, user.areas.as_deref());
    given.map(drop).map_err(|refused| match refused {
        NotGiven::Role(refusal) => Problem::refusals(vec![("/role".to_owned(), refusal)]),
        NotGiven::Areas(refusal) => Problem::refusals(vec![("/areas".to_owned(), refusal)]),
    })
}

fn has_link(tx: &mut Conn, user: &StoredUser) -> Result<bool, Problem> {
    Ok(!view::links(tx, std::iter::once(user))?.is_empty())
}
