//! Log-ins of people as administrators see them: how they went, where they go on, and ending them (L-12).

pub mod end;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{UsersManage, UsersRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::list::PageQuery;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpResponse, delete, get, web};
use domain::id::UserId;
use store::{login_attempts, sessions};
use view::{LoginAttempt, LoginAttemptPage, UserSession, UserSessionPage};

/// List how somebody has logged in
///
/// Every try with its time, network address and outcome, newest first.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user"), PageQuery),
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
        let user = store::users::get(conn, &scope, id.0)?;
        Ok(login_attempts::of_user_unscoped(conn, user.marketplace_id, user.id, &page)?)
    })
    .await?;
    reply::ok(&LoginAttemptPage::of(found, LoginAttempt::from))
}

/// List where somebody is logged in
///
/// The log-ins that have not ended, newest first; also those of who acts in the person's name.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user"), PageQuery),
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
        let user = store::users::get(conn, &scope, id.0)?;
        Ok(sessions::open_of_unscoped(conn, user.marketplace_id, user.id, now, used_after, &page)?)
    })
    .await?;
    reply::ok(&UserSessionPage::of(found, UserSession::from))
}

/// End somebody's log-ins
///
/// All of them, at once: tokens that are out are refused from the next request on.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    responses((status = 204, description = "The log-ins are ended")),
    security(("bearer" = ["users.manage"])),
)]
#[delete("/users/{user_id}/sessions")]
pub async fn end_user_sessions(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    let end = move |write: &mut Write<'_>| end::end_sessions(write, id.0).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, end).await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_user_logins).service(list_user_sessions).service(end_user_sessions);
}
