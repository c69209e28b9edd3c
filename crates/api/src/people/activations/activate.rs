//! Activating an account by the link of its mail (L-09): password, name, consents.

use crate::auth::one_time;
use crate::http::problem::{Code, Problem};
use crate::people::consents::agree;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::people::GivenConsent;
use serde_json::json;
use store::one_time_tokens::Purpose;
use store::users::StoredUser;

/// What was filled in by who has the link, checked.
pub struct FilledIn {
    /// The text of the link's token.
    pub token: String,
    /// The hash of the password.
    pub password_hash: String,
    /// First name, where it is another.
    pub first_name: Option<String>,
    /// Last name, where it is another.
    pub last_name: Option<String>,
    /// Consents, each to the text in force.
    pub consents: Vec<GivenConsent>,
    /// The network address that it came from.
    pub address: String,
}

/// Activates the account that a link leads to. The link works once, and until its time is over (G-21).
pub fn activate(write: &mut Write<'_>, request: &FilledIn) -> Result<StoredUser, Problem> {
    let token = one_time::open(write.app, write.tx, &request.token, Purpose::Activation)?;
    one_time::use_up(write.tx, &token, write.now)?;
    let mut user = one_time::user(write.tx, &token)?;
    // Whom an administrator has activated has no password yet, and gets it by the link.
    if user.state.activated_at.is_some() && user.password_hash.is_some() {
        return Err(Problem::field("/token", Code::LinkUsed));
    }
    if let Some(name) = &request.first_name {
        user.first_name.clone_from(name);
    }
    if let Some(name) = &request.last_name {
        user.last_name.clone_from(name);
    }
    user.password_hash = Some(request.password_hash.clone());
    user.state.activated_at.get_or_insert(write.now);
    store::users::update(write.tx, &mut user, None, write.now)?;
    let customer = user.organization.customer();
    write.record(EventKind::UserActivated, customer, user.id.to_string(), json!({"by": "link"}))?;
    agree(write, &user, &request.consents, &request.address)?;
    Ok(user)
}
