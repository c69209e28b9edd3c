//! One-time tokens: what the links in mails carry. A token is derived from its id and the secret key when it is needed,
//! so that it can be put into a mail later, and again, without being kept: the database has its hash only.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::keys::sha256;
use domain::id::{MarketplaceId, OneTimeTokenId};
use store::one_time_tokens::{self, OneTimeToken, Owner, Purpose};
use store::{Conn, StoreError, users};
use time::{Duration, OffsetDateTime};

/// Makes a token for somebody; those before it for the same purpose work no longer.
pub fn issue(
    app: &App,
    tx: &mut Conn,
    marketplace: MarketplaceId,
    owner: Owner,
    purpose: Purpose,
    ttl: Duration,
    now: OffsetDateTime,
) -> Result<OneTimeTokenId, Problem> {
    let id = OneTimeTokenId::new();
    let [text, ..] = app.keys.one_time_texts(id);
    let hash = sha256(text.as_bytes()).to_vec();
    let expires_at = now + ttl;
    let token = OneTimeToken {
        id,
        marketplace_id: marketplace,
        purpose,
        hash,
        owner,
        created_at: now,
        expires_at,
        used_at: None,
        revoked_at: None,
    };
    one_time_tokens::replace(tx, &token)?;
    Ok(id)
}

/// The text of a token, for the link in a mail.
pub fn text(app: &App, token: &OneTimeToken) -> Result<String, Problem> {
    let texts = app.keys.one_time_texts(token.id);
    let of_token = |text: &String| sha256(text.as_bytes()).as_slice() == token.hash;
    texts.into_iter().find(of_token).ok_or_else(|| Problem::internal("a one-time token of another secret key"))
}

/// The token of a text, where it can still be used for a purpose, by its marketplace's clock.
pub fn open(app: &App, conn: &mut Conn, text: &str, purpose: Purpose) -> Result<OneTimeToken, Problem> {
    let token = find(conn, text, &[purpose])?;
    still_works(&token, app.now_in(conn, token.marketplace_id)?)?;
    Ok(token)
}

/// The token of a text for one of some purposes, whether or not it still works.
pub fn find(conn: &mut Conn, text: &str, purposes: &[Purpose]) -> Result<OneTimeToken, Problem> {
    match one_time_tokens::by_hash_unscoped(conn, &sha256(text.as_bytes())) {
        Ok(token) if purposes.contains(&token.purpose) => Ok(token),
        Ok(_) | Err(StoreError::NotFound) => Err(Problem::field("/token", Code::LinkInvalid)),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a token that was used, replaced or is over at an instant of its marketplace.
pub fn still_works(token: &OneTimeToken, now: OffsetDateTime) -> Result<(), Problem> {
    if token.used_at.is_some() || token.revoked_at.is_some() {
        return Err(Problem::field("/token", Code::LinkUsed));
    }
    // G-21: at its last instant it does not work any more.
    if now >= token.expires_at {
        return Err(Problem::field("/token", Code::LinkExpired));
    }
    Ok(())
}

/// Whom a token leads to. Who is here no longer or kept out is not let in by a link.
pub fn user(conn: &mut Conn, token: &OneTimeToken) -> Result<users::StoredUser, Problem> {
    let Owner::User(id) = token.owner else { return Err(Problem::field("/token", Code::LinkInvalid)) };
    match users::by_id_unscoped(conn, token.marketplace_id, id) {
        Ok(user) if !user.state.disabled => Ok(user),
        Ok(_) | Err(StoreError::NotFound) => Err(Problem::field("/token", Code::LinkUsed)),
        Err(error) => Err(error.into()),
    }
}

/// Uses a token up; of two who try at once one succeeds.
pub fn use_up(tx: &mut Conn, token: &OneTimeToken, now: OffsetDateTime) -> Result<(), Problem> {
    if one_time_tokens::mark_used(tx, token.id, now)? { Ok(()) } else { Err(Problem::field("/token", Code::LinkUsed)) }
}
