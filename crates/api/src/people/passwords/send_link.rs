//! Sending links to set a new password to whoever asks for one by a log-in name.

use crate::App;
use crate::events::happened;
use crate::http::problem::{Problem, there};
use crate::people::users::links::{self, RESET_TTL};
use domain::event::EventKind;
use domain::id::MarketplaceId;
use store::Conn;
use store::one_time_tokens::{self, Purpose};
use store::users::{self, StoredUser};

/// Links to reset one account's password within the time that one works.
const MOST_RESETS: u32 = 3;

/// Has links sent to whoever has a log-in name, in one marketplace or in all, where there is somebody who can use one.
pub fn send_links(app: &App, tx: &mut Conn, login: &str, marketplace: Option<MarketplaceId>) -> Result<(), Problem> {
    for user in users::by_login_unscoped(tx, login, marketplace)? {
        if user.state.may_be_in() {
            send_link(app, tx, &user)?;
        }
    }
    Ok(())
}

fn send_link(app: &App, tx: &mut Conn, user: &StoredUser) -> Result<(), Problem> {
    let marketplace = user.marketplace_id;
    let now = app.now_in(tx, marketplace)?;
    if there(users::lock(tx, marketplace, user.id))?.is_none() {
        return Ok(());
    }
    let given =
        one_time_tokens::given_since_unscoped(tx, marketplace, user.id, Purpose::PasswordReset, now - RESET_TTL)?;
    if given >= MOST_RESETS {
        tracing::info!(user = %user.id, "too many links to reset a password; no other is sent");
        return Ok(());
    }
    let facts = links::reset(app, tx, user, now)?;
    happened(app, tx, user, EventKind::UserPasswordResetRequested, facts)
}
