//! Beginning to act in somebody else's name.

use crate::auth::standing;
use crate::auth::token::LIFETIME;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::people::sessions::keep;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::UserId;
use serde_json::json;
use store::sessions::{self, StoredSession};
use store::users;
use time::Duration;

/// Begins a log-in of a user for somebody who sees it and holds its power; it is over with its one token.
pub fn begin(write: &mut Write<'_>, own: UserId, id: UserId, origin: &Origin) -> Result<StoredSession, Problem> {
    let scope = write.identity.scope;
    let user = users::get(write.tx, &scope, id)?;
    let Some(identity) = standing::of_user(write.tx, scope.marketplace(), id)? else {
        return Err(Problem::new(Code::UserNotReady));
    };
    if own == id {
        return Err(Problem::new(Code::ImpersonationNotAllowed));
    }
    let user = write.identity.covers(identity.power(), user)?;
    let now = write.app.clock.now();
    let mut session = keep::open(write.app, &user, Some(own), origin, now)?;
    // Nothing refreshes it: it is over with its token.
    session.absolute_until = now + Duration::seconds(LIFETIME);
    sessions::insert(write.tx, &session)?;
    let payload = json!({"session_id": session.id.to_string(), "from": origin.address});
    write.record(EventKind::UserImpersonated, user.organization.customer(), id.to_string(), payload)?;
    Ok(session)
}
