//! Changes of a subscription: previewed, made, listed, withdrawn; and what could be changed now.

pub mod actions;
pub mod commit;
pub mod decide;
mod earlier;
pub mod facts;
pub mod make;
pub mod outcome;
pub mod remote;
pub mod request;
pub mod snapshot;
pub mod undo;
pub mod view;
pub mod withdraw;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{SubscriptionsChange, SubscriptionsRead};
use crate::http::meta::{Meta, language};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::list::PageQuery;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use domain::id::{ChangeId, SubscriptionId};
use request::{ChangeRequest, person};
use view::{ChangePreview, SubscriptionChange, SubscriptionChangePage};

/// Preview a change
///
/// Exactly the charges, credits and end of term that the change would bring, or why it is refused. Has no effect.
#[utoipa::path(
    tag = "changes",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    request_body = ChangeRequest,
    responses((status = 200, body = ChangePreview)),
    security(("bearer" = ["subscriptions.change"])),
)]
#[post("/subscriptions/{subscription_id}/changes/preview")]
pub async fn preview_change(
    app: web::Data<App>,
    caller: Caller<SubscriptionsChange>,
    meta: Meta,
    id: PathId<SubscriptionId>,
    body: Body<ChangeRequest>,
) -> Result<HttpResponse, Problem> {
    let asked = body.value.check(person(&caller))?;
    let (scope, lang) = (caller.scope(), meta.lang);
    let preview = transaction::read(&app, move |app, conn| {
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        let now = app.now_in(conn, scope.marketplace())?;
        view::preview(app, &decide::decide(app, conn, &scope, subscription, &asked, now)?, lang)
    })
    .await?;
    Ok(reply::in_language(reply::ok(&preview)?, lang))
}

/// Change a subscription
///
/// Binding. At once or scheduled, as the policy says and `when` asks; a refusal names the rule, until when it was
/// possible and from when on it is again. Microsoft is asked afterwards: while the change is `applying` no other is
/// taken, and one that Microsoft refuses is undone with compensating charges and stands as `failed`.
#[utoipa::path(
    tag = "changes",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    request_body = ChangeRequest,
    responses((status = 201, body = SubscriptionChange)),
    security(("bearer" = ["subscriptions.change"])),
)]
#[post("/subscriptions/{subscription_id}/changes")]
pub async fn change_subscription(
    app: web::Data<App>,
    caller: Caller<SubscriptionsChange>,
    meta: Meta,
    id: PathId<SubscriptionId>,
    body: Body<ChangeRequest>,
) -> Result<HttpResponse, Problem> {
    let asked = body.value.check(person(&caller))?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let (subscription, change) = make::make(write, id.0, &asked)?;
        let location = format!("/v1/subscriptions/{}/changes/{}", change.subscription_id, change.id);
        let lang = write.meta.lang;
        let shown = view::change(write.app, &write.identity.scope, &subscription, &change, lang);
        Ok(Reply::json(201, &shown)?.reviewed(change.version).in_language(lang).location(location))
    })
    .await
}

/// List a subscription's changes
///
/// Newest first; also those that wait, were replaced, withdrawn or refused.
#[utoipa::path(
    tag = "changes",
    params(("subscription_id" = String, Path, description = "The subscription's id"), PageQuery),
    responses((status = 200, body = SubscriptionChangePage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/changes")]
pub async fn list_changes(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<SubscriptionId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.read()?;
    let (scope, lang) = (caller.scope(), language(request.headers()));
    let (of, found) = transaction::read(&app, move |_, conn| {
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        Ok((subscription, store::changes::list(conn, &scope, id.0, &page)?))
    })
    .await?;
    let page = SubscriptionChangePage::of(found, |change| view::change(&app, &scope, &of, &change, lang));
    Ok(reply::in_language(reply::ok(&page)?, lang))
}

/// Show a change
///
/// Where it stands, and what it did.
#[utoipa::path(
    tag = "changes",
    params(
        ("subscription_id" = String, Path, description = "The subscription's id"),
        (
            "change_id" = String,
            Path,
            description = "The id of the change",
            max_length = 30,
            example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws",
        ),
    ),
    responses((status = 200, body = SubscriptionChange)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/changes/{change_id:chn_[^/]+}")]
pub async fn show_change(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (subscription, change) = ids(&path)?;
    let scope = caller.scope();
    let (of, record) = transaction::read(&app, move |_, conn| {
        let record = store::changes::get(conn, &scope, change)?;
        if record.subscription_id != subscription {
            return Err(Problem::new(Code::NotFound));
        }
        Ok((store::subscriptions::get(conn, &scope, subscription)?, record))
    })
    .await?;
    let lang = language(request.headers());
    reply::reviewed(&request, record.version, &view::change(&app, &scope, &of, &record, lang))
}

/// Withdraw a change that waits
///
/// The subscription goes on as if it had not been asked for. What has taken effect is not undone by this.
#[utoipa::path(
    tag = "changes",
    params(
        ("subscription_id" = String, Path, description = "The subscription's id"),
        (
            "change_id" = String,
            Path,
            description = "The id of the change",
            max_length = 30,
            example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws",
        ),
    ),
    responses(
        (status = 204, description = "The change is withdrawn"),
        (
            status = 409,
            body = crate::http::problem::schema::Problem,
            content_type = "application/problem+json",
            description = "It does not wait",
        ),
    ),
    security(("bearer" = ["subscriptions.change"])),
)]
#[delete("/subscriptions/{subscription_id}/changes/{change_id:chn_[^/]+}")]
pub async fn withdraw_change(
    app: web::Data<App>,
    caller: Caller<SubscriptionsChange>,
    meta: Meta,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (subscription, change) = ids(&path)?;
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        withdraw::withdraw(write, subscription, change).map(|()| Reply::empty())
    })
    .await
}

/// An id that cannot be one is nobody's.
fn ids(path: &(String, String)) -> Result<(SubscriptionId, ChangeId), Problem> {
    let unknown = |_| Problem::new(Code::NotFound);
    Ok((path.0.parse().map_err(unknown)?, path.1.parse().map_err(unknown)?))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(preview_change)
        .service(change_subscription)
        .service(list_changes)
        .service(show_change)
        .service(withdraw_change)
        .configure(actions::routes);
}
