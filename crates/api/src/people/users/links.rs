//! Links in mails to people, by which they activate an account or set a new password: made, and taken back.

use crate::App;
use crate::auth::one_time;
use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::event::EventKind;
use serde_json::{Value, json};
use store::Conn;
use store::one_time_tokens::{self, Owner, Purpose};
use store::users::StoredUser;
use time::{Duration, OffsetDateTime};

/// How long the link of a password reset works.
pub const RESET_TTL: Duration = Duration::HOUR;

/// Has an activation mail sent; the link in the one before works no longer.
pub fn invite(write: &mut Write<'_>, user: &StoredUser) -> Result<(), Problem> {
    let ttl = write.app.marketplaces.people(user.marketplace_id)?.activation.ttl();
    invite_for(write, user, ttl)
}

/// The same with a link that works so long.
pub fn invite_for(write: &mut Write<'_>, user: &StoredUser, ttl: Duration) -> Result<(), Problem> {
    let payload = issue(write.app, write.tx, user, Purpose::Activation, ttl, write.now)?;
    write.record(EventKind::UserInvited, user.organization.customer(), user.id.to_string(), payload)
}

/// Makes a link to set a new password; what the event that has it sent says. `now` is the marketplace's.
pub fn reset(app: &App, tx: &mut Conn, user: &StoredUser, now: OffsetDateTime) -> Result<Value, Problem> {
    issue(app, tx, user, Purpose::PasswordReset, RESET_TTL, now)
}

fn issue(
    app: &App,
    tx: &mut Conn,
    user: &StoredUser,
    purpose: Purpose,
    ttl: Duration,
    now: OffsetDateTime,
) -> Result<Value, Problem> {
    let token = one_time::issue(app, tx, user.marketplace_id, Owner::User(user.id), purpose, ttl, now)?;
    Ok(json!({"token_id": token, "user_id": user.id}))
}

/// Links that were sent to somebody for a purpose work no longer.
pub fn revoke(write: &mut Write<'_>, user: &StoredUser, purpose: Purpose) -> Result<(), Problem> {
    Ok(one_time_tokens::revoke(write.tx, user.marketplace_id, Owner::User(user.id), purpose, write.now)?)
}
