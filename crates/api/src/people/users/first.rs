//! The first administrator of a customer that comes into being: nobody is there yet who could add it.

use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::people::users::{links, view};
use crate::transaction::Write;
use domain::access::{Organization, Role};
use domain::event::EventKind;
use domain::id::{CustomerId, UserId};
use domain::party::Contact;
use domain::people::UserState;
use store::users::{self, StoredUser};

/// Adds the first administrator of a customer that this write has created (K-08, K-10), and has the link mailed by
/// which it activates its account. It may more than a partner who adds it, and that only it will.
pub fn first_administrator(
    write: &mut Write<'_>,
    customer: CustomerId,
    person: &Contact,
    language: Option<&str>,
) -> Result<StoredUser, Problem> {
    let user = StoredUser {
        id: UserId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        organization: Organization::Customer(customer),
        login: person.email.clone(),
        email: person.email.clone(),
        notification_email: None,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        phone: person.phone.clone(),
        address: None,
        language: language.map(str::to_owned),
        role: Role::CustomerAdmin.into(),
        areas: None,
        external_ref: None,
        password_hash: None,
        state: UserState { disabled: false, activated_at: None, lock: None },
        deleted_at: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    users::insert(write.tx, &user)?;
    let after = view::view(&user, &view::Links::new(), write.app.clock.now());
    let after = serde_json::to_value(after).map_err(Problem::internal)?;
    write.record(EventKind::UserCreated, Some(customer), user.id.to_string(), after)?;
    links::invite(write, &user)?;
    Ok(user)
}

/// Refuses the e-mail address of somebody who logs in by it already; whose it is, is nobody's business.
pub fn is_free(write: &mut Write<'_>, pointer: &str, email: &str) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    let known = users::by_logins_unscoped(write.tx, marketplace, &[email])?;
    if known.is_empty() { Ok(()) } else { Err(Problem::field(pointer, Code::LoginTaken)) }
}
