//! Invitations: people whose accounts are not activated yet (C-61).

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{UsersManage, UsersRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::list::PageQuery;
use crate::people::users::request::InvitationCreate;
use crate::people::users::view::{self, UserBatch, UserPage};
use crate::people::users::{add, edit};
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::id::UserId;
use domain::people::UserStatus;
use store::users::Filter;
use utoipa_actix_web::service_config::ServiceConfig;

/// Invite people
///
/// By their e-mail addresses, up to 100 at once, all or none (C-61): each is added and sent a mail by whose link it
/// activates its account. Whoever is there already is named by its id (409 `already_exists`); an address that belongs to
/// another organisation is taken (422 `login_taken`), and whose it is is not told.
#[utoipa::path(
    tag = "users",
    request_body = InvitationCreate,
    responses((status = 201, body = UserBatch)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/invitations")]
pub async fn invite_users(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    body: Body<InvitationCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.people(caller.scope().marketplace())?;
    let new = body.value.check(&rules)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        add::create_all(write, &new, "/v1/invitations")
    })
    .await
}

/// List open invitations
///
/// The people who have not activated their accounts yet, newest first, with until when their links work.
#[utoipa::path(
    tag = "users",
    params(PageQuery),
    responses((status = 200, body = UserPage)),
    security(("bearer" = ["users.read"])),
)]
#[get("/invitations")]
pub async fn list_invitations(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope, now) = (query.0.read()?, caller.scope(), app.clock.now());
    let found = transaction::read(&app, move |_, conn| {
        let filter = Filter { status: Some((UserStatus::NotActivated, now)), ..Filter::default() };
        let found = store::users::list(conn, &scope, &filter, &page)?;
        let links = view::links(conn, found.items.iter())?;
        Ok(view::page(found, &links, now))
    })
    .await?;
    reply::ok(&found)
}

/// Withdraw an invitation
///
/// Its link works no longer, and the person is removed. Not once the account is activated.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 204, description = "Withdrawn")),
    security(("bearer" = ["users.manage"])),
)]
#[delete("/invitations/{user_id}")]
pub async fn withdraw_invitation(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::withdraw(write, id.0)).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(invite_users).service(list_invitations).service(withdraw_invitation);
}
