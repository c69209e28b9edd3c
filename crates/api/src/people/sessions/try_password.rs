//! Logging in: one password, tried, counted, and locked out where it was wrong too often.
//!
//! A name that nobody has takes the way of a wrong password: as many hashes, the same statements, the same answer. The
//! password is hashed first, outside of any transaction; what came of it is decided and counted in one, behind a lock
//! on the person. So of many guesses at once not one more than the policy's number is looked at: once the account is
//! locked, the rest is refused whatever was guessed.
//!
//! Failures are counted three times more. By the name in its network (U-47): after a tenth of the failures that a
//! network has, the name waits there, before anything is hashed; as many more can slip through as wait for their hash,
//! at most. By the network: after all of them, whoever fails there is answered late, and whoever is right is let in. By
//! the device (U-69): who has logged in from one before is neither locked out nor kept waiting by what strangers tried,
//! until the device itself was wrong as often as locks an account.

use crate::App;
use crate::auth::device::Device;
use crate::auth::token::Speaker;
use crate::clock::instant;
use crate::events::happened;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem, there};
use crate::ids::New as _;
use crate::keys::random_secret;
use crate::lane::Lane;
use crate::people::sessions::keep;
use crate::threads;
use crate::transaction;
use actix_web::web;
use domain::event::EventKind;
use domain::id::{LoginAttemptId, MarketplaceId, UserId};
use domain::people::{Lock, LoginName, UserStatus};
use serde_json::json;
use store::Conn;
use store::login_attempts::{self, CountedUnder, LoginOutcome};
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
    /// The token that the device got at an earlier log-in, where it has one.
    pub device_token: Option<String>,
}

/// Somebody who got in.
pub struct LoggedIn {
    /// For whom tokens speak.
    pub speaker: Speaker,
    /// The first refresh token.
    pub refresh_token: String,
    /// What the device shows at its next log-in.
    pub device_token: String,
}

/// Who fails in a network with too many failures is answered after so long.
const LATE: std::time::Duration = std::time::Duration::from_secs(1);
/// One name may bring such a part of the failures that its network may have, and in any case so many.
const OF_ONE_NAME: (u32, u32) = (10, 5);

/// Where a try comes from, as the counts know it.
#[derive(Clone)]
struct Source {
    origin: Origin,
    name: Option<u128>,
    network: u128,
    device: Option<Device>,
}

impl Source {
    fn new(app: &App, origin: Origin) -> Self {
        let network = app.keys.counted_under(&origin.network());
        Self { origin, name: None, network, device: None }
    }

    /// The device, where it is one of an account and was not wrong there too often; asked again behind the lock on the
    /// person, since many may guess at once.
    fn device_of(&self, app: &App, c: &mut Conn, user: (MarketplaceId, UserId)) -> Result<Option<Device>, Problem> {
        let Some(device) = self.device.filter(|device| device.user == user) else { return Ok(None) };
        let most = app.marketplaces.people(user.0)?.lockout.max_attempts;
        Ok((login_attempts::failures_by_device_unscoped(c, device.id)? < most).then_some(device))
    }
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
    In(Speaker, Device),
    Refused { locked: bool },
    Several,
}

/// Logs somebody in.
pub async fn log_in(app: &web::Data<App>, credentials: Credentials, origin: Origin) -> Result<LoggedIn, Problem> {
    let late = tokio::time::Instant::now() + LATE;
    let place = match credentials.marketplace.as_deref().map(|slug| app.marketplaces.by_slug(slug)) {
        None => Place::Everywhere,
        Some(Some(record)) => Place::In(record.marketplace.id),
        Some(None) => Place::Nowhere,
    };
    let login = LoginName::meant(&credentials.login);
    let token = credentials.device_token.as_deref();
    let from = Source {
        name: Some(app.keys.counted_under(&login)),
        device: token.and_then(|text| Device::of_token(&app.keys, text, app.clock.now())),
        ..Source::new(app, origin)
    };
    let asked = from.clone();
    let found = transaction::read(app, move |app, conn| {
        let found = found(conn, &login, place)?;
        let too_many = wait_your_turn(app, conn, &asked, &found, place)?;
        Ok((found, too_many))
    });
    let (found, too_many) = found.await?;
    let mut tried = Vec::new();
    for user in found {
        let right = app.passwords.check(credentials.password.clone(), user.password_hash.clone()).await?;
        tried.push(Tried { user: (user.marketplace_id, user.id), hash: user.password_hash, right });
    }
    if tried.is_empty() {
        app.passwords.check(credentials.password, None).await?;
        tried.push(Tried { user: NOBODY, hash: None, right: false });
    }
    let secret = random_secret().map_err(Problem::internal)?;
    let first = secret.clone();
    let decided = threads::writing(app, move |app| app.store.write(|tx| decide(app, tx, &tried, &from, &first)));
    match decided.await? {
        Decided::In(speaker, device) => {
            let device_token = device.token(&app.keys, app.clock.now());
            Ok(LoggedIn { speaker, refresh_token: secret, device_token })
        }
        Decided::Several => Err(Problem::field("/marketplace", Code::MarketplaceRequired)),
        Decided::Refused { locked } => {
            if locked {
                app.wake(Lane::Mail);
            }
            if too_many {
                tokio::time::sleep_until(late).await;
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

/// Refuses a name that failed too often in its network, and says when the oldest failure that counts will not any more.
/// Answers whether the network itself has too many. A known device waits for nobody.
fn wait_your_turn(
    app: &App,
    conn: &mut Conn,
    from: &Source,
    found: &[StoredUser],
    place: Place,
) -> Result<bool, Problem> {
    for user in found {
        if from.device_of(app, conn, (user.marketplace_id, user.id))?.is_some() {
            return Ok(false);
        }
    }
    let most = match place {
        Place::In(id) => app.marketplaces.people(id)?.lockout.max_per_address,
        // Who does not say where must not get around the marketplace that is strictest.
        Place::Everywhere | Place::Nowhere => app.marketplaces.fewest_failures_from_a_network(),
    };
    let now = app.clock.now();
    let (hour, of_name) = (now - Duration::HOUR, (most / OF_ONE_NAME.0).max(OF_ONE_NAME.1));
    if let Some(name) = from.name
        && let Some(at) = login_attempts::failure_of_name_unscoped(conn, from.network, name, hour, of_name)?
    {
        let left = (at + Duration::HOUR - now).whole_seconds();
        return Err(Problem::new(Code::TooManyRequests).retry_after(u64::try_from(left).unwrap_or(1).max(1)));
    }
    Ok(login_attempts::failure_from_unscoped(conn, from.network, hour, most.max(1))?.is_some())
}

fn decide(app: &App, tx: &mut Conn, tried: &[Tried], from: &Source, first: &str) -> Result<Decided, Problem> {
    let (mut open, mut shut) = (vec![], vec![]);
    for one in tried {
        match judge(app, tx, one, from)? {
            Judged { user: Some(user), outcome: LoginOutcome::Succeeded, device } => open.push((user, device)),
            judged => shut.push((one, judged)),
        }
    }
    match open.as_slice() {
        [(user, known)] => {
            let id = (user.marketplace_id, user.id);
            remember(app, tx, Some(id), LoginOutcome::Succeeded, from, *known)?;
            let speaker = keep::begin(app, tx, user, &from.origin, first)?;
            Ok(Decided::In(speaker, known.unwrap_or_else(|| Device::new(id))))
        }
        [] => {
            let mut locked = false;
            for (one, judged) in shut {
                locked |= count(app, tx, one, judged, from)?;
            }
            Ok(Decided::Refused { locked })
        }
        // The password was right: nothing to count.
        _ => Ok(Decided::Several),
    }
}

/// What a try is worth, and from which known device it came.
struct Judged {
    user: Option<StoredUser>,
    outcome: LoginOutcome,
    device: Option<Device>,
}

/// What a try is worth as things stand now, behind a lock on the person.
fn judge(app: &App, tx: &mut Conn, tried: &Tried, from: &Source) -> Result<Judged, Problem> {
    let (marketplace, id) = tried.user;
    let _ = there(users::lock(tx, marketplace, id))?;
    let Some(user) = there(users::by_id_unscoped(tx, marketplace, id))? else {
        return Ok(Judged { user: None, outcome: LoginOutcome::Unknown, device: None });
    };
    let device = from.device_of(app, tx, tried.user)?;
    let outcome = match user.state.status(app.clock.now()) {
        UserStatus::Disabled => LoginOutcome::Disabled,
        UserStatus::NotActivated => LoginOutcome::NotActivated,
        UserStatus::Locked if device.is_none() => LoginOutcome::Locked,
        // Right is only the password that still is one.
        _ if tried.right && user.password_hash == tried.hash => LoginOutcome::Succeeded,
        _ => LoginOutcome::WrongPassword,
    };
    Ok(Judged { user: Some(user), outcome, device })
}

/// Remembers a try that failed, and locks the account where it was one too many; whether it did. What a known device
/// tries locks nobody out but itself.
fn count(app: &App, tx: &mut Conn, tried: &Tried, judged: Judged, from: &Source) -> Result<bool, Problem> {
    let Judged { user, outcome, device } = judged;
    remember(app, tx, user.as_ref().map(|_| tried.user), outcome, from, device)?;
    let (now, (marketplace, id)) = (app.clock.now(), tried.user);
    let rules = app.marketplaces.people(marketplace).map(|rules| rules.lockout).unwrap_or_default();
    let state = user.as_ref().map(|user| user.state);
    let since = state.map_or_else(|| rules.counted_since(now), |state| state.failures_count_from(&rules, now));
    let failures = login_attempts::failures_of_unscoped(tx, marketplace, id, since)?;
    match (user, outcome, rules.lock(failures, now)) {
        (Some(user), LoginOutcome::WrongPassword, Some(lock)) if device.is_none() => {
            lock_out(app, tx, user, lock, failures, &from.origin)
        }
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
    let now = app.now_in(tx, user.marketplace_id)?;
    users::update(tx, &mut user, None, now)?;
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
    from: &Source,
    device: Option<Device>,
) -> Result<(), Problem> {
    let Origin { address, user_agent } = from.origin.clone();
    let counted = CountedUnder { name: from.name, network: Some(from.network), device: device.map(|device| device.id) };
    let (id, at) = (LoginAttemptId::new(), app.clock.now());
    let attempt = login_attempts::StoredLoginAttempt { id, user, address, user_agent, outcome, at, counted };
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
    let from = Source::new(app, origin);
    let known = threads::writing(app, move |app| {
        app.store.write(|tx| match judge(app, tx, &tried, &from)? {
            Judged { user: Some(_), outcome: LoginOutcome::Succeeded, .. } => Ok::<_, Problem>((true, false)),
            judged => Ok((false, count(app, tx, &tried, judged, &from)?)),
        })
    });
    let (known, locked) = known.await?;
    if locked {
        app.wake(Lane::Mail);
    }
    Ok(known)
}
