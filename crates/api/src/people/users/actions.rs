//! What administrators do with people's accounts: keep out and let in, unlock, activate, mail (L-11, L-15, L-16).

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::UsersManage;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::wire::body::{Body, PathId};
use crate::people::users::edit;
use crate::people::users::request::PasswordPut;
use crate::people::users::view::User;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpResponse, post, put, web};
use domain::id::UserId;
use utoipa_actix_web::service_config::ServiceConfig;

/// Enable a person
///
/// It can log in and use its licences again. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 200, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/{user_id}/enable")]
pub async fn enable_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::enable(write, id.0)).await
}

/// Disable a person
///
/// It can neither log in nor use any assigned service (L-20): its log-ins are ended, tokens that are out are refused
/// from the next request on, links in mails work no longer. Its licences stay its own. Not oneself, and not the last
/// administrator. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 200, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/{user_id}/disable")]
pub async fn disable_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::disable(write, id.0)).await
}

/// Unlock a person
///
/// Ends the lock after too many failed log-ins. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 200, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/{user_id}/unlock")]
pub async fn unlock_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::unlock(write, id.0)).await
}

/// Activate a person
///
/// Without the link in the mail (L-16). Who has no password yet still sets it by that link. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 200, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/{user_id}/activate")]
pub async fn activate_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::activate(write, id.0)).await
}

/// Send the activation mail again
///
/// With a new link; the one before works no longer (L-16).
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 200, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/{user_id}/activation-mail")]
pub async fn send_activation_mail(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::send_activation_mail(write, id.0))
        .await
}

/// Have a password reset
///
/// The person is sent a link by which it sets a new password. The present one works until then.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 204, description = "The mail will be sent")),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/{user_id}/password-reset")]
pub async fn reset_user_password(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::reset_password(write, id.0)).await
}

/// Set somebody's password
///
/// Only where the marketplace lets administrators do that (L-11), and not in somebody else's name. All log-ins of the
/// person are ended, and it is told by mail.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    request_body = PasswordPut,
    responses((status = 204, description = "Set")),
    security(("bearer" = ["users.manage"])),
)]
#[put("/users/{user_id}/password")]
pub async fn set_user_password(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
    body: Body<PasswordPut>,
) -> Result<HttpResponse, Problem> {
    let (scope, id) = (caller.scope(), id.0);
    let user = transaction::read(&app, move |_, conn| Ok(store::users::seen(conn, &scope, id)?)).await?;
    body.value.check(&user.login, &*app.marketplaces.people(scope.marketplace())?)?;
    let hash = app.passwords.hash_in_turn(body.value.password).await?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| edit::set_password(write, id, &hash))
        .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(enable_user)
        .service(disable_user)
        .service(unlock_user)
        .service(activate_user)
        .service(send_activation_mail)
        .service(reset_user_password)
        .service(set_user_password);
}
