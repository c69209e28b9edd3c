//! How people have logged in, and where they are logged in (L-12).

use crate::auth::caller::Caller;
use crate::auth::permits::{UsersManage, UsersRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::instant;
use crate::http::wire::list::PageQuery;
use crate::people::users::edit;
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::{HttpResponse, delete, get, web};
use domain::id::UserId;
use serde::Serialize;
use store::{login_attempts, sessions};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// A try to log in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginAttempt {
    /// When, by real time.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// From which network address.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// By which program.
    #[schema(example = "Mozilla/5.0")]
    pub user_agent: String,
    /// `succeeded`, `wrong_password`, `locked`, `disabled` or `not_activated`.
    #[schema(example = "succeeded")]
    pub outcome: &'static str,
}

impl From<login_attempts::Record> for LoginAttempt {
    fn from(attempt: login_attempts::Record) -> Self {
        Self {
            at: instant(attempt.at),
            address: attempt.address,
            user_agent: attempt.user_agent,
            outcome: attempt.outcome.code(),
        }
    }
}

page!(
    /// A page of tries to log in, newest first.
    LoginAttemptPage of LoginAttempt
);

/// A log-in that has not ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserSession {
    /// Its id.
    #[schema(example = "ses_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// When it began, by real time.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub started_at: String,
    /// When it was refreshed last.
    #[schema(format = DateTime, example = "2026-11-20T11:00:00Z")]
    pub last_used_at: String,
    /// When it ends in any case.
    #[schema(format = DateTime, example = "2026-12-20T10:15:00Z")]
    pub expires_at: String,
    /// The network address it began from.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// The program it began with.
    #[schema(example = "Mozilla/5.0")]
    pub user_agent: String,
    /// Who acts in the person's name.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
}

page!(
    /// A page of log-ins, newest first.
    UserSessionPage of UserSession
);

/// List how somebody has logged in
///
/// Every try with its time, network address and outcome, newest first (L-12).
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id"), PageQuery),
    responses((status = 200, body = LoginAttemptPage)),
    security(("bearer" = ["users.read"])),
)]
#[get("/users/{user_id}/logins")]
pub async fn list_user_logins(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    id: PathId<UserId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found = transaction::read(&app, move |_, conn| {
        let user = store::users::seen(conn, &scope, id.0)?;
        Ok(login_attempts::of_user(conn, user.marketplace_id, user.id, &page)?)
    })
    .await?;
    reply::ok(&LoginAttemptPage::of(found, LoginAttempt::from))
}

/// List where somebody is logged in
///
/// The log-ins that have not ended, newest first; also those of who acts in the person's name.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id"), PageQuery),
    responses((status = 200, body = UserSessionPage)),
    security(("bearer" = ["users.read"])),
)]
#[get("/users/{user_id}/sessions")]
pub async fn list_user_sessions(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    id: PathId<UserId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope, now) = (query.0.read()?, caller.scope(), app.clock.now());
    let used_after = now - app.marketplaces.people(scope.marketplace())?.sessions.idle();
    let found = transaction::read(&app, move |_, conn| {
        let user = store::users::seen(conn, &scope, id.0)?;
        Ok(sessions::open_of(conn, user.marketplace_id, user.id, now, used_after, &page)?)
    })
    .await?;
    reply::ok(&UserSessionPage::of(found, |session| UserSession {
        id: session.id.to_string(),
        started_at: instant(session.started_at),
        last_used_at: instant(session.last_used_at),
        expires_at: instant(session.absolute_until),
        address: session.address,
        user_agent: session.user_agent,
        impersonator: session.impersonator.map(|id| id.to_string()),
    }))
}

/// End somebody's log-ins
///
/// All of them, at once: tokens that are out are refused from the next request on.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 204, description = "Ended")),
    security(("bearer" = ["users.manage"])),
)]
#[delete("/users/{user_id}/sessions")]
pub async fn end_user_sessions(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::end_sessions(write, id.0)).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_user_logins).service(list_user_sessions).service(end_user_sessions);
}
