//! Log-ins of people: begun, gone on with, ended. By real time: a sandbox's clock must not log everybody out.

use crate::App;
use crate::auth::token::{Speaker, Who};
use crate::events::happened;
use crate::http::origin::Origin;
use crate::http::problem::{Problem, there};
use crate::ids::New as _;
use crate::keys::sha256;
use domain::event::EventKind;
use domain::id::{SessionId, UserId};
use serde_json::json;
use store::Conn;
use store::refresh_tokens::{self, RefreshToken};
use store::sessions::{self, EndReason, StoredSession};
use store::users::StoredUser;
use time::{Duration, OffsetDateTime};

/// Within so long after a refresh the token before may be used once more, from where the log-in began: an answer that
/// did not arrive, or two windows at once, must not end a log-in.
const LEEWAY: Duration = Duration::seconds(10);

/// Begins a log-in; `secret` is its first refresh token.
pub fn begin(app: &App, tx: &mut Conn, user: &StoredUser, origin: &Origin, secret: &str) -> Result<Speaker, Problem> {
    let now = app.clock.now();
    let session = open(app, user, None, origin, now)?;
    sessions::insert(tx, &session)?;
    add_token(app, tx, &session, secret, now)?;
    Ok(speaker(&session))
}

/// A log-in that begins now, not yet kept.
pub fn open(
    app: &App,
    user: &StoredUser,
    impersonator: Option<UserId>,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<StoredSession, Problem> {
    let limits = app.marketplaces.people(user.marketplace_id)?.sessions;
    Ok(StoredSession {
        id: SessionId::new(),
        marketplace_id: user.marketplace_id,
        user_id: user.id,
        impersonator,
        started_at: now,
        last_used_at: now,
        absolute_until: now + limits.absolute(),
        ended: None,
        address: origin.address.clone(),
        user_agent: origin.user_agent.clone(),
        generation: 0,
    })
}

/// Whom tokens of a log-in speak for.
pub const fn speaker(session: &StoredSession) -> Speaker {
    let who = Who::Person { user: session.user_id, session: session.id, impersonator: session.impersonator };
    Speaker { marketplace: session.marketplace_id, who }
}

fn add_token(
    app: &App,
    tx: &mut Conn,
    session: &StoredSession,
    secret: &str,
    now: OffsetDateTime,
) -> Result<(), Problem> {
    let limits = app.marketplaces.people(session.marketplace_id)?.sessions;
    let token = RefreshToken {
        hash: sha256(secret.as_bytes()).to_vec(),
        session_id: session.id,
        generation: session.generation,
        marketplace_id: session.marketplace_id,
        user_id: session.user_id,
        issued_at: now,
        expires_at: (now + limits.idle()).min(session.absolute_until),
        used_at: None,
    };
    Ok(refresh_tokens::insert(tx, &token)?)
}

/// What became of a refresh.
pub enum Refreshed {
    /// It goes on: `next` is the newest refresh token.
    Goes(Speaker),
    /// The token is none, or its log-in is over.
    Refused,
    /// The token was used before, and not just now: the log-in was ended.
    Reused,
}

/// Goes on with a log-in. Only its newest generation of tokens does, and within the leeway the one before.
pub fn refresh(app: &App, tx: &mut Conn, hash: &[u8; 32], origin: &Origin, next: &str) -> Result<Refreshed, Problem> {
    let now = app.clock.now();
    let Some((token, mut session)) = find(tx, hash)? else { return Ok(Refreshed::Refused) };
    let over = session.ended.is_some() || session.absolute_until <= now || token.expires_at <= now;
    let user = there(store::users::by_id_unscoped(tx, session.marketplace_id, session.user_id))?;
    let Some(user) = user.filter(|user| user.state.may_be_in() && !over) else { return Ok(Refreshed::Refused) };
    if token.generation == session.generation && token.used_at.is_none() {
        refresh_tokens::mark_used(tx, hash, now)?;
        session.generation += 1;
        sessions::touch(tx, session.id, session.generation, now)?;
    } else if !just_before(&token, &session, origin, now) {
        sessions::end(tx, session.id, EndReason::RefreshTokenReused, now)?;
        store::marketplaces::bump_access_version(tx, session.marketplace_id)?;
        tell_reuse(app, tx, &user, &session, origin)?;
        return Ok(Refreshed::Reused);
    }
    add_token(app, tx, &session, next, now)?;
    Ok(Refreshed::Goes(speaker(&session)))
}

/// Whether a token was the newest until a moment ago, and comes from where the log-in began.
fn just_before(token: &RefreshToken, session: &StoredSession, origin: &Origin, now: OffsetDateTime) -> bool {
    let same = session.address == origin.address && session.user_agent == origin.user_agent;
    same && token.generation + 1 == session.generation && now < session.last_used_at + LEEWAY
}

fn find(tx: &mut Conn, hash: &[u8; 32]) -> Result<Option<(RefreshToken, StoredSession)>, Problem> {
    let Some(token) = there(refresh_tokens::by_hash_unscoped(tx, hash))? else { return Ok(None) };
    // Refreshes of one log-in happen one after the other; the token is read again behind the lock.
    let Some(session) = there(sessions::lock(tx, token.session_id))? else { return Ok(None) };
    Ok(there(refresh_tokens::by_hash_unscoped(tx, hash))?.map(|token| (token, session)))
}

/// Ends the log-in that a refresh token belongs to; whether there was one that went on.
pub fn log_out(app: &App, tx: &mut Conn, hash: &[u8; 32]) -> Result<bool, Problem> {
    let Some((_, session)) = find(tx, hash)? else { return Ok(false) };
    let ended = sessions::end(tx, session.id, EndReason::LoggedOut, app.clock.now())?;
    if ended {
        store::marketplaces::bump_access_version(tx, session.marketplace_id)?;
    }
    Ok(ended)
}

/// Says once that a refresh token was used twice, with both addresses: its owner is told.
fn tell_reuse(
    app: &App,
    tx: &mut Conn,
    user: &StoredUser,
    session: &StoredSession,
    origin: &Origin,
) -> Result<(), Problem> {
    let facts = json!({
        "session_id": session.id.to_string(),
        "began_from": session.address,
        "began_with": session.user_agent,
        "reused_from": origin.address,
        "reused_with": origin.user_agent,
    });
    tracing::warn!(user = %user.id, session = %session.id, "a refresh token was used twice; its log-in is ended");
    happened(app, tx, user, EventKind::SessionReused, facts)
}
