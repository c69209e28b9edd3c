//! Logging in: one password, tried, counted, and locked out where it was wrong too often.
//!
//! A name that nobody has takes the way of a wrong password: as many hashes, the same statements, the same answer. The
//! password is hashed first, outside of any transaction; what came of it is decided and counted in one, behind a lock
//! on the person. So of many guesses at once not one more than the policy's number is looked at: once the account is
//! locked, the rest is refused whatever was guessed. A network address is counted before the hash, so as many more can
//! slip through as wait for theirs, at most.

use crate::App;
use crate::auth::token::Speaker;
use crate::clock::instant;
use crate::events::happened;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem, there};
use crate::ids::New as _;
use crate::keys::random_secret;
use crate::lane::Lane;
use crate::people::sessions::keep;
use crate::transaction;
use actix_web::web;
use domain::event::EventKind;
use domain::id::{LoginAttemptId, MarketplaceId, UserId};
use domain::people::{Lock, Lockout, UserStatus};
use serde_json::json;
use store::Conn;
use store::login_attempts::{self, LoginOutcome};
use store::users::{self, StoredUser};
use time::Duration;

/// What somebody logs in with.
pub struct Credentials {
    /// The log-in name as it was typed.
    pub login: String,
    /// The password, exactly as typed.
    pub password: String,
    /// The marketplace's slug, where one is named.
    pub marketplace: Option<String>,
}

/// Where a name is looked for.
#[derive(Clone, Copy)]
enum Place {
    Everywhere,
    In(MarketplaceId),
    /// A marketplace that there is not has no accounts: said no differently than a wrong password.
    Nowhere,
}

/// A password that was held against somebody's.
#[derive(Clone)]
pub struct Tried {
    /// In which marketplace as whom; zeros for nobody.
    pub user: (MarketplaceId, UserId),
    /// The hash it was held against.
    pub hash: Option<String>,
    /// Whether it was the right one.
    pub right: bool,
}

/// Nobody has the id of zeros.
const NOBODY: (MarketplaceId, UserId) = (MarketplaceId::from_u128(0), UserId::from_u128(0));

/// What came of a try.
enum Decided {
    In(Speaker),
    Refused { locked: bool },
    Several,
}

/// Logs somebody in: who speaks, and its first refresh token.
pub async fn log_in(
    app: &web::Data<App>,
    credentials: Credentials,
    origin: Origin,
) -> Result<(Speaker, String), Problem> {
    let place = match credentials.marketplace.as_deref().map(|slug| app.marketplaces.by_slug(slug)) {
        None => Place::Everywhere,
        Some(Some(record)) => Place::In(record.marketplace.id),
        Some(None) => Place::Nowhere,
    };
    let (login, from) = (credentials.login.trim().to_ascii_lowercase(), origin.clone());
    let found = transaction::read(app, move |app, conn| {
        let found = found(conn, &login, place)?;
        wait_your_turn(app, conn, &from, place)?;
        Ok(found)
    });
    let mut tried = Vec::new();
    for user in found.await? {
        let right = app.passwords.check(credentials.password.clone(), user.password_hash.clone()).await?;
        tried.push(Tried { user: (user.marketplace_id, user.id), hash: user.password_hash, right });
    }
    if tried.is_empty() {
        app.passwords.check(credentials.password, None).await?;
        tried.push(Tried { user: NOBODY, hash: None, right: false });
    }
    let secret = random_secret().map_err(Problem::internal)?;
    let (first, worker) = (secret.clone(), app.clone());
    let decided = web::block(move || worker.store.write(|tx| decide(&worker, tx, &tried, &origin, &first)));
    match decided.await.map_err(Problem::internal)?? {
        Decided::In(speaker) => Ok((speaker, secret)),
        Decided::Several => Err(Problem::field("/marketplace", Code::MarketplaceRequired)),
        Decided::Refused { locked } => {
            if locked {
                app.wake(Lane::Mail);
            }
            Err(Problem::new(Code::InvalidCredentials))
        }
    }
}

/// Those who may be meant.
fn found(conn: &mut Conn, login: &str, place: Place) -> Result<Vec<StoredUser>, Problem> {
    let marketplace = match place {
        Place::Everywhere => None,
        Place::In(id) => Some(id),
        Place::Nowhere => Some(NOBODY.0),
    };
    Ok(users::by_login_unscoped(conn, login, marketplace)?)
}

/// Refuses a network address with too many failures within an hour; says when the oldest that counts will not any more.
fn wait_your_turn(app: &App, conn: &mut Conn, origin: &Origin, place: Place) -> Result<(), Problem> {
    let now = app.clock.now();
    let most = match place {
        Place::In(id) => app.marketplaces.people(id)?.lockout.max_per_address,
        // Who does not say where must not get around the marketplace that is strictest.
        Place::Everywhere | Place::Nowhere => strictest(app)?,
    };
    match login_attempts::failure_from_unscoped(conn, &origin.address, now - Duration::HOUR, most.max(1))? {
        None => Ok(()),
        Some(at) => {
            let left = (at + Duration::HOUR - now).whole_seconds();
            Err(Problem::new(Code::TooManyRequests).retry_after(u64::try_from(left).unwrap_or(1).max(1)))
        }
    }
}

fn strictest(app: &App) -> Result<u32, Problem> {
    let mut most = Lockout::default().max_per_address;
    for record in app.marketplaces.all() {
        most = most.min(app.marketplaces.people(record.marketplace.id)?.lockout.max_per_address);
    }
    Ok(most)
}

fn decide(app: &App, tx: &mut Conn, tried: &[Tried], origin: &Origin, first: &str) -> Result<Decided, Problem> {
    let (mut open, mut shut) = (vec![], vec![]);
    for one in tried {
        match judge(app, tx, one)? {
            (Some(user), LoginOutcome::Succeeded) => open.push(user),
            (user, outcome) => shut.push((one, user, outcome)),
        }
    }
    match open.as_slice() {
        [user] => {
            remember(app, tx, Some((user.marketplace_id, user.id)), LoginOutcome::Succeeded, origin)?;
            Ok(Decided::In(keep::begin(app, tx, user, origin, first)?))
        }
        [] => {
            let mut locked = false;
            for (one, user, outcome) in shut {
                locked |= count(app, tx, one, user, outcome, origin)?;
            }
            Ok(Decided::Refused { locked })
        }
        // The password was right: nothing to count.
        _ => Ok(Decided::Several),
    }
}

/// What a try is worth as things stand now, behind a lock on the person.
fn judge(app: &App, tx: &mut Conn, tried: &Tried) -> Result<(Option<StoredUser>, LoginOutcome), Problem> {
    let (marketplace, id) = tried.user;
    let _ = there(users::lock(tx, marketplace, id))?;
    let Some(user) = there(users::by_id_unscoped(tx, marketplace, id))? else {
        return Ok((None, LoginOutcome::Unknown));
    };
    let outcome = match user.state.status(app.clock.now()) {
        UserStatus::Disabled => LoginOutcome::Disabled,
        UserStatus::NotActivated => LoginOutcome::NotActivated,
        UserStatus::Locked => LoginOutcome::Locked,
        // Right is only the password that still is one.
        UserStatus::Ready if tried.right && user.password_hash == tried.hash => LoginOutcome::Succeeded,
        UserStatus::Ready => LoginOutcome::WrongPassword,
    };
    Ok((Some(user), outcome))
}

/// Remembers a try that failed, and locks the account where it was one too many; whether it did.
fn count(
    app: &App,
    tx: &mut Conn,
    tried: &Tried,
    user: Option<StoredUser>,
    outcome: LoginOutcome,
    origin: &Origin,
) -> Result<bool, Problem> {
    remember(app, tx, user.as_ref().map(|_| tried.user), outcome, origin)?;
    let (now, (marketplace, id)) = (app.clock.now(), tried.user);
    let rules = app.marketplaces.people(marketplace).map(|rules| rules.lockout).unwrap_or_default();
    let state = user.as_ref().map(|user| user.state);
    let since = state.map_or_else(|| rules.counted_since(now), |state| state.failures_count_from(&rules, now));
    let failures = login_attempts::failures_of_unscoped(tx, marketplace, id, since)?;
    match (user, outcome, rules.lock(failures, now)) {
        (Some(user), LoginOutcome::WrongPassword, Some(lock)) => lock_out(app, tx, user, lock, failures, origin),
        _ => Ok(false),
    }
}

fn lock_out(
    app: &App,
    tx: &mut Conn,
    mut user: StoredUser,
    lock: Lock,
    failures: u32,
    origin: &Origin,
) -> Result<bool, Problem> {
    user.state.lock = Some(lock);
    users::update(tx, &user, None)?;
    tracing::warn!(user = %user.id, failures, "too many failed log-ins; the account is locked");
    let facts = json!({"until": lock.until.map(instant), "failures": failures, "address": origin.address});
    happened(app, tx, &user, EventKind::UserLocked, facts)?;
    Ok(true)
}

fn remember(
    app: &App,
    tx: &mut Conn,
    user: Option<(MarketplaceId, UserId)>,
    outcome: LoginOutcome,
    origin: &Origin,
) -> Result<(), Problem> {
    let (address, user_agent, at) = (origin.address.clone(), origin.user_agent.clone(), app.clock.now());
    let attempt =
        login_attempts::StoredLoginAttempt { id: LoginAttemptId::new(), user, address, user_agent, outcome, at };
    Ok(login_attempts::insert(tx, &attempt)?)
}

/// Whether somebody who is logged in knows its password. Guesses count as log-ins do, and lock out as they do.
pub async fn knows_password(
    app: &web::Data<App>,
    user: StoredUser,
    password: String,
    origin: Origin,
) -> Result<bool, Problem> {
    let right = app.passwords.check(password, user.password_hash.clone()).await?;
    let tried = Tried { user: (user.marketplace_id, user.id), hash: user.password_hash, right };
    let worker = app.clone();
    let known = web::block(move || {
        worker.store.write(|tx| match judge(&worker, tx, &tried)? {
            (Some(_), LoginOutcome::Succeeded) => Ok::<_, Problem>((true, false)),
            (user, outcome) => Ok((false, count(&worker, tx, &tried, user, outcome, &origin)?)),
        })
    });
    let (known, locked) = known.await.map_err(Problem::internal)??;
    if locked {
        app.wake(Lane::Mail);
    }
    Ok(known)
}
