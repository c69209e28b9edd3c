//! People: who may log in at an organisation, and where their log-ins stand (L-03…L-22).

pub mod activate;
pub mod add;
pub mod change;
pub mod delete;
pub mod disable;
pub mod fields;
pub mod first;
pub mod give_role;
pub mod licenses;
pub mod links;
pub mod managed;
pub mod password;
pub mod request;
pub mod unlock;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{UsersManage, UsersRead};
use crate::auth::power;
use crate::http::meta::Meta;
use crate::http::problem::{Problem, named};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::UserStatus;
use crate::http::wire::list::{self, Orders, Walk};
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};
use domain::access::{RoleName, Scope};
use domain::id::{CustomerId, ResellerId, UserId};
use request::{PasswordPut, UserBatchCreate, UserCreate, UserUpdate};
use serde::Deserialize;
use store::Conn;
use store::page::{Order, SortedRequest, Times};
use store::search::Search;
use store::users::StoredUser;
use utoipa::IntoParams;
use view::{User, UserBatch, UserPage};

/// Which people are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// Only people of this customer.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Only people of this reseller itself.
    #[param(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
    /// Only people with this role.
    #[param(example = "customer_user", max_length = 40)]
    role: Option<String>,
    /// Only people whose log-in stands so.
    status: Option<UserStatus>,
    /// Only who logs in by this.
    #[param(example = "erika@kunde.example", max_length = 254)]
    login: Option<String>,
    /// Only whom its owner's scripts call this.
    #[param(example = "hr-17", max_length = 100)]
    external_ref: Option<String>,
    /// Only whose names, addresses or log-in names each of these words begins a word of.
    #[param(example = "erika must", max_length = 200)]
    q: Option<String>,
    /// Only those changed at this instant or later, by the marketplace's clock, the oldest change first.
    #[param(format = DateTime, example = "2026-11-20T10:15:00Z")]
    updated_since: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// By creation or by the last change, with a minus the last first. Left out it is `-created_at`; with
    /// `updated_since` it is `updated_at`.
    #[param(example = "-created_at", pattern = "^-?(created_at|updated_at)$")]
    sort: Option<String>,
}

/// The orders of the list.
const ORDERS: Orders = &[("created_at", Order::Created), ("updated_at", Order::Updated)];

/// What a filter asks for.
struct Asked {
    customer_id: Option<CustomerId>,
    reseller_id: Option<ResellerId>,
    role: Option<RoleName>,
    login: Option<String>,
    external_ref: Option<String>,
    search: Option<Search>,
    times: Times,
}

/// Add a person
///
/// To one's own organisation, or to a customer or reseller that one sees. It is sent a mail by whose link it activates
/// its account; where the marketplace lets that be left out, it is ready at once. Whoever adds somebody gives no more
/// than it may itself.
#[utoipa::path(
    tag = "users",
    request_body = UserCreate,
    responses((status = 201, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users")]
pub async fn create_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    body: Body<UserCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.people(caller.scope().marketplace())?;
    let (mut new, password) = body.value.check(&rules)?;
    if let Some(password) = password {
        new.password_hash = Some(app.passwords.hash_in_turn(password).await?);
    }
    let add = move |write: &mut Write<'_>| {
        let user = add::add(write, std::slice::from_ref(&new))?.remove(0);
        let shown = view::with_link(write.tx, &user, write.app.clock.now())?;
        Ok(Reply::json(201, &shown)?.reviewed(user.version).location(format!("/v1/users/{}", user.id)))
    };
    transaction::write(&app, caller.identity(), meta, body.digest, add).await
}

/// Add several people
///
/// Up to 100 at once, all or nobody: every problem of every row is told at once, by its pointer.
#[utoipa::path(
    tag = "users",
    request_body = UserBatchCreate,
    responses((status = 201, body = UserBatch)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/users/bulk")]
pub async fn create_users(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    body: Body<UserBatchCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.people(caller.scope().marketplace())?;
    let new = body.value.check(&rules)?;
    let add = move |write: &mut Write<'_>| {
        let users = add::add(write, &new)?;
        let shown = view::batch(write.tx, &users, write.app.clock.now())?;
        Ok(Reply::json(201, &shown)?.location("/v1/users".to_owned()))
    };
    transaction::write(&app, caller.identity(), meta, body.digest, add).await
}

/// List people
///
/// Of one's own organisation and of those below it, newest first, with where their log-ins stand.
#[utoipa::path(
    tag = "users",
    params(UserFilter),
    responses((status = 200, body = UserPage)),
    security(("bearer" = ["users.read"])),
)]
#[get("/users")]
pub async fn list_users(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    query: Query<UserFilter>,
) -> Result<HttpResponse, Problem> {
    let (page, asked) = query.0.read()?;
    let (scope, now) = (caller.scope(), app.clock.now());
    let status = query.0.status.map(|status| (status.0, now));
    let found = transaction::read(&app, move |_, conn| {
        asked.seen(conn, &scope)?;
        let found = store::users::list(conn, &scope, &asked.filter(status), &page)?;
        let links = view::links(conn, found.items.iter())?;
        Ok(view::page(found, &links, now))
    })
    .await?;
    reply::ok(&found)
}

/// Show a person
///
/// With where its log-in stands, and until when the last activation mail's link works.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    responses((status = 200, body = User)),
    security(("bearer" = ["users.read"])),
)]
#[get("/users/{user_id:usr_[^/]+}")]
pub async fn show_user(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    request: HttpRequest,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    let (scope, now) = (caller.scope(), app.clock.now());
    let (version, user) = transaction::read(&app, move |_, conn| {
        let user = store::users::get(conn, &scope, id.0)?;
        Ok((user.version, view::with_link(conn, &user, now)?))
    })
    .await?;
    reply::reviewed(&request, version, &user)
}

/// Change a person
///
/// A field left out stays. Another role or other areas hold at once, also for tokens that are out; the last
/// administrator of an organisation keeps its role.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    request_body = UserUpdate,
    responses((status = 200, body = User)),
    security(("bearer" = ["users.manage"])),
)]
#[patch("/users/{user_id:usr_[^/]+}")]
pub async fn update_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
    body: Body<UserUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.people(caller.scope().marketplace())?;
    let field = body.value.login_field();
    let change = move |write: &mut Write<'_>| {
        let user = change::change(write, id.0, field, |user| body.value.apply(user, &rules))?;
        shown(write, &user)
    };
    transaction::write(&app, caller.identity(), meta, body.digest, change).await
}

/// Delete a person
///
/// Its data are emptied, its log-in name is free, its licences are taken back and its log-ins ended. What it has
/// done stays in the audit log, by its id. Not oneself, and not the last administrator.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    responses((status = 204, description = "The person is deleted")),
    security(("bearer" = ["users.manage"])),
)]
#[delete("/users/{user_id:usr_[^/]+}")]
pub async fn delete_user(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    let delete = move |write: &mut Write<'_>| delete::delete(write, id.0).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, delete).await
}

/// Enable a person
///
/// It can log in and use its licences again. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
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
    let done = move |write: &mut Write<'_>| {
        let user = disable::enable(write, id.0)?;
        shown(write, &user)
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, done).await
}

/// Disable a person
///
/// It can neither log in nor use any assigned service: its log-ins are ended, tokens that are out are refused
/// from the next request on, links in mails work no longer. Its licences stay its own. Not oneself, and not the last
/// administrator. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
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
    let done = move |write: &mut Write<'_>| {
        let user = disable::disable(write, id.0)?;
        shown(write, &user)
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, done).await
}

/// Unlock a person
///
/// Ends the lock after too many failed log-ins. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
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
    let done = move |write: &mut Write<'_>| {
        let user = unlock::unlock(write, id.0)?;
        shown(write, &user)
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, done).await
}

/// Activate a person
///
/// Without the link in the mail. Who has no password yet still sets it by that link. Again is fine.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
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
    let done = move |write: &mut Write<'_>| {
        let user = activate::activate(write, id.0)?;
        shown(write, &user)
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, done).await
}

/// Send the activation mail again
///
/// With a new link; the one before works no longer.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
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
    let done = move |write: &mut Write<'_>| {
        let user = activate::send_mail(write, id.0)?;
        shown(write, &user)
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, done).await
}

/// Have a password reset
///
/// The person is sent a link by which it sets a new password. The present one works until then.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
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
    let reset = move |write: &mut Write<'_>| password::reset(write, id.0).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, reset).await
}

/// Set somebody's password
///
/// Only where the marketplace lets administrators do that, and not in somebody else's name. All log-ins of the
/// person are ended, and it is told by mail.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    request_body = PasswordPut,
    responses((status = 204, description = "The password is set")),
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
    let (scope, identity, id) = (caller.scope(), caller.identity(), id.0);
    let user = transaction::read(&app, move |_, conn| {
        let user = store::users::get(conn, &scope, id)?;
        // Asked before the hash is worked on; the write asks again.
        identity.covers(power::of_user(conn, &user)?, user)
    })
    .await?;
    body.value.check(&user.login, &*app.marketplaces.people(scope.marketplace())?)?;
    let hash = app.passwords.hash_in_turn(body.value.password).await?;
    let set = move |write: &mut Write<'_>| password::set(write, id, &hash).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, body.digest, set).await
}

/// What a write answers of the person it is about.
fn shown(write: &mut Write<'_>, user: &StoredUser) -> Result<Reply, Problem> {
    Ok(Reply::json(200, &view::with_link(write.tx, user, write.app.clock.now())?)?.reviewed(user.version))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_users)
        .service(create_user)
        .service(list_users)
        .service(show_user)
        .service(update_user)
        .service(delete_user)
        .service(enable_user)
        .service(disable_user)
        .service(unlock_user)
        .service(activate_user)
        .service(send_activation_mail)
        .service(reset_user_password)
        .service(set_user_password);
}

impl UserFilter {
    fn read(&self) -> Result<(SortedRequest, Asked), Problem> {
        let mut checks = Checks::new();
        let role = self
            .role
            .as_deref()
            .map(|role| checks.code("role", role, RoleName::from_code, Place::wire("the key of a role")));
        let asked = Asked {
            customer_id: self.customer_id.as_deref().and_then(|id| checks.id("customer_id", id)),
            reseller_id: self.reseller_id.as_deref().and_then(|id| checks.id("reseller_id", id)),
            role: role.flatten(),
            login: checks.optional("login", self.login.as_deref(), 254),
            external_ref: checks.optional("external_ref", self.external_ref.as_deref(), 100),
            search: list::search(&mut checks, self.q.as_deref()),
            times: list::times(&mut checks, [("", None); 2], self.updated_since.as_deref()),
        };
        let walk = Walk { limit: self.limit, cursor: self.cursor.as_deref(), sort: self.sort.as_deref() };
        let page = walk.read(&mut checks, ORDERS, asked.times);
        checks.done()?;
        Ok((page, asked))
    }
}

impl Asked {
    /// Whoever asks for the people of an organisation must see it.
    fn seen(&self, conn: &mut Conn, scope: &Scope) -> Result<(), Problem> {
        if let Some(id) = self.customer_id {
            named("customer_id", store::customers::get(conn, scope, id))?;
        }
        if let Some(id) = self.reseller_id {
            named("reseller_id", store::resellers::get(conn, scope, id))?;
        }
        Ok(())
    }

    fn filter(&self, status: Option<(domain::people::UserStatus, time::OffsetDateTime)>) -> store::users::Filter<'_> {
        store::users::Filter {
            customer_id: self.customer_id,
            reseller_id: self.reseller_id,
            role: self.role.as_ref(),
            status,
            login: self.login.as_deref(),
            external_ref: self.external_ref.as_deref(),
            search: self.search.as_ref(),
            times: self.times,
        }
    }
}
