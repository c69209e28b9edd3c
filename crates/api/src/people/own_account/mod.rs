//! One's own account: log-ins and their history (L-12), and what was agreed to (C-09, T-06).

pub mod end_sessions;

use crate::auth::caller::{Caller, InPerson};
use crate::auth::permits::{MeRead, MeWrite};
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::AccountConsentKind;
use crate::http::wire::consents::{self, GivenConsent};
use crate::http::wire::instant;
use crate::http::wire::list::PageQuery;
use crate::http::wire::list::ShortQuery;
use crate::people::activations::activate;
use crate::people::users::logins::{LoginAttempt, LoginAttemptPage};
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::id::{SessionId, UserId};
use domain::people::{AccountConsent, PeopleRules};
use serde::{Deserialize, Serialize};
use store::account_consents::Record as Agreed;
use store::{login_attempts, sessions};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// A log-in that goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id.
    #[schema(example = "ses_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// From which network address it began.
    #[schema(example = "192.0.2.1")]
    pub address: String,
    /// By which program, as it calls itself.
    #[schema(example = "Mozilla/5.0")]
    pub user_agent: String,
    /// Who acts in one's name by it; null where one is it oneself.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
    /// When it began.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub started_at: String,
    /// When it was refreshed last.
    #[schema(format = DateTime, example = "2026-11-20T11:15:00Z")]
    pub last_used_at: String,
    /// When it ends, unless it is refreshed before.
    #[schema(format = DateTime, example = "2026-11-27T11:15:00Z")]
    pub ends_at: String,
}

impl Session {
    fn of(record: sessions::Record, current: Option<SessionId>, rules: &PeopleRules) -> Self {
        Self {
            id: record.id.to_string(),
            current: current == Some(record.id),
            address: record.address,
            user_agent: record.user_agent,
            impersonator: record.impersonator.map(|id| id.to_string()),
            started_at: instant(record.started_at),
            last_used_at: instant(record.last_used_at),
            ends_at: instant((record.last_used_at + rules.sessions.idle()).min(record.absolute_until)),
        }
    }
}

page!(
    /// A page of log-ins, newest first.
    SessionPage of Session
);

/// Where a consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentStatus {
    /// Agreed to, and in force.
    Agreed,
    /// Agreed to once; another text is in force, or none is needed any more.
    Replaced,
    /// Needed in this version; an older one was agreed to.
    Outdated,
    /// Needed, and never agreed to.
    Missing,
}

/// A text that was agreed to, or that is to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnConsent {
    /// To what.
    pub kind: AccountConsentKind,
    /// Which text of it.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Where it stands.
    pub status: ConsentStatus,
    /// Where the text is; null for texts that are not in force.
    #[schema(required, example = "https://shop.cancom.example/legal/terms")]
    pub url: Option<String>,
    /// When it was agreed to; null where it was not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub agreed_at: Option<String>,
}

/// A page of one's own consents: what is in force first.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnConsentPage {
    /// The rows.
    pub data: Vec<OwnConsent>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Z2VuZXJhbF90ZXJtcyAyMDI2LTAx")]
    pub next_cursor: Option<String>,
}

/// Consents that are given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveConsents {
    /// Each to the text in force.
    #[schema(min_items = 1, max_items = 10)]
    consents: Vec<GivenConsent>,
}

/// The needed consents that somebody has not given to the text in force.
pub fn open_consents<'a>(rules: &'a PeopleRules, agreed: &[Agreed]) -> Vec<&'a AccountConsent> {
    let given = |need: &AccountConsent| agreed.iter().any(|one| one.kind == need.kind && one.version == need.version);
    rules.consents.iter().filter(|need| !given(need)).collect()
}

fn own_consents(rules: &PeopleRules, agreed: &[Agreed]) -> Vec<OwnConsent> {
    let needed = rules.consents.iter().map(|need| {
        let of_kind = || agreed.iter().filter(|one| one.kind == need.kind);
        let given = of_kind().find(|one| one.version == need.version);
        let status = match given {
            Some(_) => ConsentStatus::Agreed,
            None if of_kind().next().is_some() => ConsentStatus::Outdated,
            None => ConsentStatus::Missing,
        };
        OwnConsent {
            kind: AccountConsentKind(need.kind),
            version: need.version.clone(),
            status,
            url: Some(need.url.clone()),
            agreed_at: given.map(|one| instant(one.agreed_at)),
        }
    });
    let in_force =
        |one: &Agreed| rules.consents.iter().any(|need| need.kind == one.kind && need.version == one.version);
    let replaced = agreed.iter().rev().filter(|one| !in_force(one)).map(|one| OwnConsent {
        kind: AccountConsentKind(one.kind),
        version: one.version.clone(),
        status: ConsentStatus::Replaced,
        url: None,
        agreed_at: Some(instant(one.agreed_at)),
    });
    needed.chain(replaced).collect()
}

/// The person that calls, or in whose name somebody does.
fn person(identity: &Identity) -> Result<UserId, Problem> {
    identity.actor.parse().map_err(|_| Problem::new(Code::OnlyInPerson))
}

/// List my tries to log in
///
/// Newest first, those that failed too: when, from where, by which program, and how it went. Kept for 180 days.
#[utoipa::path(
    tag = "auth",
    params(PageQuery),
    responses((status = 200, body = LoginAttemptPage)),
    security(("bearer" = ["me.read"])),
)]
#[get("/me/logins")]
pub async fn list_own_logins(
    app: web::Data<App>,
    caller: Caller<MeRead>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, user, marketplace) = (query.0.read()?, person(&caller)?, caller.scope().marketplace());
    let find = move |_: &App, conn: &mut store::Conn| Ok(login_attempts::of_user(conn, marketplace, user, &page)?);
    reply::ok(&LoginAttemptPage::of(transaction::read_one(&app, find).await?, LoginAttempt::from))
}

/// List my log-ins
///
/// Those that go on, newest first; `current` marks the one that asks.
#[utoipa::path(
    tag = "auth",
    params(PageQuery),
    responses((status = 200, body = SessionPage)),
    security(("bearer" = ["me.read"])),
)]
#[get("/me/sessions")]
pub async fn list_own_sessions(
    app: web::Data<App>,
    caller: Caller<MeRead>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, user, marketplace) = (query.0.read()?, person(&caller)?, caller.scope().marketplace());
    let rules = app.marketplaces.people(marketplace)?;
    let used_after = app.clock.now() - rules.sessions.idle();
    let find = move |app: &App, conn: &mut store::Conn| {
        Ok(sessions::open_of(conn, marketplace, user, app.clock.now(), used_after, &page)?)
    };
    let found = transaction::read_one(&app, find).await?;
    reply::ok(&SessionPage::of(found, |record| Session::of(record, caller.session, &rules)))
}

/// End one of my log-ins
///
/// Its tokens are refused from the next request on. Also the current one: that is a log-out.
#[utoipa::path(
    tag = "auth",
    params(("session_id" = String, Path, description = "The log-in's id")),
    responses((status = 204, description = "Ended")),
    security(("bearer" = ["me.write"])),
)]
#[delete("/me/sessions/{session_id}")]
pub async fn end_own_session(
    app: web::Data<App>,
    person: InPerson<MeWrite>,
    meta: Meta,
    id: PathId<SessionId>,
) -> Result<HttpResponse, Problem> {
    let user = person.user;
    let end = move |write: &mut transaction::Write<'_>| end_sessions::end_one(write, user, id.0);
    transaction::write(&app, person.identity(), meta, NO_BODY, end).await
}

/// End all my other log-ins
///
/// All but the one that asks.
#[utoipa::path(tag = "auth", responses((status = 204, description = "Ended")), security(("bearer" = ["me.write"])))]
#[delete("/me/sessions")]
pub async fn end_own_sessions(
    app: web::Data<App>,
    person: InPerson<MeWrite>,
    meta: Meta,
) -> Result<HttpResponse, Problem> {
    let (user, session) = (person.user, person.session);
    let end = move |write: &mut transaction::Write<'_>| end_sessions::end_others(write, user, session);
    transaction::write(&app, person.identity(), meta, NO_BODY, end).await
}

/// List my consents
///
/// What is in force, agreed to or not, then what was agreed to before.
#[utoipa::path(
    tag = "auth",
    params(ShortQuery),
    responses((status = 200, body = OwnConsentPage)),
    security(("bearer" = ["me.read"])),
)]
#[get("/me/consents")]
pub async fn list_own_consents(
    app: web::Data<App>,
    caller: Caller<MeRead>,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let (user, marketplace) = (person(&caller)?, caller.scope().marketplace());
    let find = move |_: &App, conn: &mut store::Conn| Ok(store::account_consents::of_user(conn, marketplace, user)?);
    let agreed = transaction::read_one(&app, find).await?;
    let rules = app.marketplaces.people(marketplace)?;
    let named = own_consents(&rules, &agreed).into_iter();
    let named = named.map(|one| (format!("{} {}", one.kind.0.code(), one.version), one)).collect();
    let (rows, next_cursor) = query.0.page(named, |(name, _)| name)?;
    reply::ok(&OwnConsentPage { data: rows.into_iter().map(|(_, one)| one).collect(), next_cursor })
}

/// Give consents
///
/// Only in person, each to the text in force: where a text was replaced, `consents_outdated` of `GET /v1/me` names it.
/// Who agreed to the same text before keeps the earlier instant.
#[utoipa::path(
    tag = "auth",
    request_body = GiveConsents,
    responses((status = 204, description = "Kept")),
    security(("bearer" = ["me.write"])),
)]
#[post("/me/consents")]
pub async fn give_own_consents(
    app: web::Data<App>,
    person: InPerson<MeWrite>,
    origin: Origin,
    meta: Meta,
    body: Body<GiveConsents>,
) -> Result<HttpResponse, Problem> {
    let (given, user, marketplace) = (body.value.consents, person.user, person.scope().marketplace());
    let mut checks = Checks::new();
    consents::in_force(&mut checks, &app.marketplaces.people(marketplace)?.consents, &given);
    if given.is_empty() {
        checks.note("/consents", Code::Required, vec![]);
    }
    checks.done()?;
    let agree = move |write: &mut transaction::Write<'_>| {
        let user = store::users::get(write.tx, marketplace, user)?;
        activate::agree(write, &user, &given, &origin.address)?;
        Ok(Reply::empty())
    };
    transaction::write(&app, person.identity(), meta, body.digest, agree).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_own_logins)
        .service(list_own_sessions)
        .service(end_own_session)
        .service(end_own_sessions)
        .service(list_own_consents)
        .service(give_own_consents);
}
