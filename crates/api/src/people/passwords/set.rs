//! Passwords: another one by who knows the present one, or by the link of a mail.

use crate::App;
use crate::auth::one_time;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::transaction::Write;
use actix_web::web;
use domain::event::EventKind;
use domain::id::{MarketplaceId, SessionId};
use domain::people::{Unlock, UserStatus};
use serde_json::json;
use store::Conn;
use store::one_time_tokens::{self, Owner, Purpose};
use store::sessions::{self, EndReason};
use store::users::{self, StoredUser};
use time::Duration;

/// So long the link of a reset works.
pub const RESET_TTL: Duration = Duration::HOUR;
/// Links to reset one account's password within the time that one works.
const MOST_RESETS: u32 = 3;

/// Sets the password of somebody who is logged in and has shown that it knew the one of before: every other log-in ends.
pub fn change(write: &mut Write<'_>, session: SessionId, known: &StoredUser, hash: &str) -> Result<Reply, Problem> {
    users::lock(write.tx, known.marketplace_id, known.id)?;
    let user = users::by_id_unscoped(write.tx, known.marketplace_id, known.id)?;
    if user.password_hash != known.password_hash {
        return Err(Problem::field("/current_password", Code::PasswordWrong));
    }
    put(write, user, hash, Some(session), "person")
}

/// Sets the password of whom a link was sent to: every log-in ends, and a lock that time would end, too.
pub fn reset(write: &mut Write<'_>, token: &str, hash: &str) -> Result<Reply, Problem> {
    let token = one_time::open(write.app, write.tx, token, Purpose::PasswordReset)?;
    one_time::use_up(write.tx, &token, write.now)?;
    let mut user = one_time::user(write.tx, &token)?;
    let real_now = write.app.clock.now();
    let lockout = write.app.marketplaces.people(user.marketplace_id)?.lockout;
    // a lock that is an administrator's to end stays.
    if lockout.unlock == Unlock::Auto || user.state.status(real_now) != UserStatus::Locked {
        user.state.unlock(real_now);
    }
    put(write, user, hash, None, "link")
}

fn put(
    write: &mut Write<'_>,
    mut user: StoredUser,
    hash: &str,
    kept: Option<SessionId>,
    by: &'static str,
) -> Result<Reply, Problem> {
    user.password_hash = Some(hash.to_owned());
    users::update(write.tx, &user, None)?;
    let (marketplace, real_now) = (user.marketplace_id, write.app.clock.now());
    let ended = sessions::end_all(write.tx, marketplace, user.id, kept, EndReason::PasswordChanged, real_now)?;
    one_time_tokens::revoke(write.tx, marketplace, Owner::User(user.id), Purpose::PasswordReset, write.now)?;
    write.access_changed()?;
    let facts = json!({"by": by, "sessions_ended": ended});
    write.record(EventKind::UserPasswordChanged, user.organization.customer(), user.id.to_string(), facts)?;
    Ok(Reply::empty())
}

/// Has links sent to whoever has a log-in name, where there is somebody who can use one. Whether there was is for the
/// caller not to tell.
pub async fn request(app: &web::Data<App>, login: String, marketplace: Option<String>) -> Result<(), Problem> {
    let marketplace = match marketplace.map(|slug| app.marketplaces.by_slug(&slug)) {
        None => None,
        Some(Some(record)) => Some(record.marketplace.id),
        // A marketplace that there is not has nobody.
        Some(None) => return Ok(()),
    };
    let worker = app.clone();
    let send = move || worker.store.write(|tx| send_links(&worker, tx, &login, marketplace));
    web::block(send).await.map_err(Problem::internal)??;
    app.wake();
    Ok(())
}

fn send_links(app: &App, tx: &mut Conn, login: &str, marketplace: Option<MarketplaceId>) -> Result<(), Problem> {
    for user in users::by_login_unscoped(tx, login, marketplace)? {
        if user.state.may_be_in() {
            send_link(app, tx, &user)?;
        }
    }
    Ok(())
}

fn send_link(app: &App, tx: &mut Conn, user: &StoredUser) -> Result<(), Problem> {
    let (marketplace, now) = (user.marketplace_id, app.now(user.marketplace_id));
    if crate::http::problem::there(users::lock(tx, marketplace, user.id))?.is_none() {
        return Ok(());
    }
    let given =
        one_time_tokens::given_since_unscoped(tx, marketplace, user.id, Purpose::PasswordReset, now - RESET_TTL)?;
    if given >= MOST_RESETS {
        tracing::info!(user = %user.id, "too many links to reset a password; no other is sent");
        return Ok(());
    }
    let owner = Owner::User(user.id);
    let token = one_time::issue(app, tx, marketplace, owner, Purpose::PasswordReset, RESET_TTL, now)?;
    let facts = json!({"token_id": token.to_string(), "user_id": user.id.to_string()});
    crate::events::happened(app, tx, user, EventKind::UserPasswordResetRequested, facts)
}
