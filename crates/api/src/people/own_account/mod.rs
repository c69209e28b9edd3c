//! One's own account: log-ins and their history (L-12), and what was agreed to (C-09, T-06).

pub mod view;

use crate::App;
use crate::auth::caller::{Caller, InPerson};
use crate::auth::permits::{MeRead, MeWrite};
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::consents::{self, GivenConsent};
use crate::http::wire::list::{PageQuery, ShortQuery};
use crate::people::consents::agree;
use crate::people::logins::view::{LoginAttempt, LoginAttemptPage};
use crate::people::sessions::end;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::id::{SessionId, UserId};
use serde::Deserialize;
use store::{Conn, login_attempts, sessions};
use utoipa::ToSchema;
use view::{OwnConsentPage, Session, SessionPage, own_consents};

/// Consents that one gives to texts in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveConsents {
    /// What is agreed to, at most once of a kind, each in the version in force.
    #[schema(min_items = 1, max_items = 10)]
    consents: Vec<GivenConsent>,
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
    let find = move |_: &App, conn: &mut Conn| Ok(login_attempts::of_user_unscoped(conn, marketplace, user, &page)?);
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
    let find = move |app: &App, conn: &mut Conn| {
        Ok(sessions::open_of_unscoped(conn, marketplace, user, app.clock.now(), used_after, &page)?)
    };
    let found = transaction::read_one(&app, find).await?;
    reply::ok(&SessionPage::of(found, |record| Session::of(record, caller.session, &rules)))
}

/// End one of my log-ins
///
/// Its tokens are refused from the next request on. Also the current one: that is a log-out.
#[utoipa::path(
    tag = "auth",
    params(("session_id" = String, Path, description = "The id of the log-in")),
    responses((status = 204, description = "The log-in is ended")),
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
    let end = move |write: &mut Write<'_>| end::end_own(write, user, id.0).map(|()| Reply::empty());
    transaction::write(&app, person.identity(), meta, NO_BODY, end).await
}

/// End all my other log-ins
///
/// All but the one that asks.
#[utoipa::path(
    tag = "auth",
    responses((status = 204, description = "The other log-ins are ended")),
    security(("bearer" = ["me.write"])),
)]
#[delete("/me/sessions")]
pub async fn end_own_sessions(
    app: web::Data<App>,
    person: InPerson<MeWrite>,
    meta: Meta,
) -> Result<HttpResponse, Problem> {
    let (user, session) = (person.user, person.session);
    let end = move |write: &mut Write<'_>| end::end_others(write, user, session).map(|()| Reply::empty());
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
    let find = move |_: &App, conn: &mut Conn| Ok(store::account_consents::of_user_unscoped(conn, marketplace, user)?);
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
    responses((status = 204, description = "The consents are kept")),
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
    let given: Vec<_> = given.into_iter().map(Into::into).collect();
    let agree = move |write: &mut Write<'_>| {
        let user = store::users::by_id_unscoped(write.tx, marketplace, user)?;
        agree(write, &user, &given, &origin.address)?;
        Ok(Reply::empty())
    };
    transaction::write(&app, person.identity(), meta, body.digest, agree).await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_own_logins)
        .service(list_own_sessions)
        .service(end_own_session)
        .service(end_own_sessions)
        .service(list_own_consents)
        .service(give_own_consents);
}
