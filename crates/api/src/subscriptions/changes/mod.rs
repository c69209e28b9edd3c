//! Changes of a subscription: previewed, made, listed, withdrawn; and what could be changed now.

pub mod actions;
pub mod commit;
pub mod facts;
pub mod outcome;
pub mod request;

use crate::auth::caller::Caller;
use crate::auth::permits::{SubscriptionsChange, SubscriptionsRead};
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::{instant, list};
use crate::{App, page};

use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use domain::id::{ChangeId, SubscriptionId, UserId};
use outcome::ChangeOutcome;
use request::ChangeRequest;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::changes::{Record, Status};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// What a change would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangePreview {
    /// Of which subscription.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// What was asked for.
    pub request: ChangeRequest,
    /// What it would do.
    pub outcome: ChangeOutcome,
    /// Binds the change to exactly this preview.
    #[schema(example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    pub preview_token: String,
}

/// A change that was made or waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionChange {
    /// Its id.
    #[schema(example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Of which subscription.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// What was asked for.
    pub request: ChangeRequest,
    /// Where it stands.
    pub status: ChangeStatus,
    /// Who asked.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub requested_by: String,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub requested_at: String,
    /// When it takes or took effect.
    #[schema(format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub effective_at: String,
    /// When it was done, withdrawn, replaced or refused; null while it waits.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:02Z")]
    pub applied_at: Option<String>,
    /// Microsoft's code, where it was refused and undone.
    #[schema(required, example = "800069")]
    pub failure: Option<String>,
    /// What it did, as previewed.
    #[schema(value_type = ChangeOutcome)]
    pub outcome: Value,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// Microsoft is being asked.
    Applying,
    /// It waits for its instant.
    Scheduled,
    /// It has taken effect.
    Done,
    /// Microsoft refused it; it is undone.
    Failed,
    /// A later change took its place.
    Replaced,
    /// Somebody took it back.
    Withdrawn,
}

impl From<Status> for ChangeStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Applying => Self::Applying,
            Status::Scheduled => Self::Scheduled,
            Status::Done => Self::Done,
            Status::Failed => Self::Failed,
            Status::Replaced => Self::Replaced,
            Status::Withdrawn => Self::Withdrawn,
        }
    }
}

page!(
    /// A page of changes, newest first.
    SubscriptionChangePage of SubscriptionChange
);

/// A change on the wire.
pub fn view(record: &Record) -> SubscriptionChange {
    SubscriptionChange {
        id: record.id.to_string(),
        subscription_id: record.subscription_id.to_string(),
        request: request::of(&record.change, record.when),
        status: record.status.into(),
        requested_by: record.requested_by.clone(),
        requested_at: instant(record.requested_at),
        effective_at: instant(record.effective_at),
        applied_at: record.applied_at.map(instant),
        failure: record.failure.clone(),
        outcome: record.outcome.clone(),
    }
}

/// The person who asks; none for a script.
pub fn person(identity: &Identity) -> Option<UserId> {
    identity.actor.parse().ok()
}

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
    _meta: Meta,
    id: PathId<SubscriptionId>,
    body: Body<ChangeRequest>,
) -> Result<HttpResponse, Problem> {
    let asked = body.value.check(person(&caller))?;
    let scope = caller.scope();
    let preview = transaction::read(&app, move |app, conn| {
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        let now = app.now_in(conn, scope.marketplace())?;
        commit::decide(app, conn, &scope, subscription, &asked, now)?.preview(app)
    })
    .await?;
    reply::ok(&preview)
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
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| commit::change(write, id.0, &asked))
        .await
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// List a subscription's changes
///
/// Newest first; also those that wait, were replaced, withdrawn or refused.
#[utoipa::path(
    tag = "changes",
    params(("subscription_id" = String, Path, description = "The subscription's id"), ChangeFilter),
    responses((status = 200, body = SubscriptionChangePage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/changes")]
pub async fn list_changes(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    id: PathId<SubscriptionId>,
    query: Query<ChangeFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let scope = caller.scope();
    let found = transaction::read(&app, move |_, conn| {
        store::subscriptions::get(conn, &scope, id.0)?;
        Ok(store::changes::list(conn, &scope, id.0, &page)?)
    })
    .await?;
    reply::ok(&SubscriptionChangePage::of(found, |record| view(&record)))
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
            description = "The change's id",
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
    let record = transaction::read(&app, move |_, conn| {
        let record = store::changes::get(conn, &scope, change)?;
        if record.subscription_id == subscription { Ok(record) } else { Err(Problem::new(Code::NotFound)) }
    })
    .await?;
    reply::resource(&request, record.version, &view(&record))
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
            description = "The change's id",
            max_length = 30,
            example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws",
        ),
    ),
    responses(
        (status = 204, description = "Withdrawn"),
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
    let identity = caller.identity();
    transaction::write(&app, identity, meta, NO_BODY, move |write| commit::withdraw(write, subscription, change)).await
}

/// An id that cannot be one is nobody's.
fn ids(path: &(String, String)) -> Result<(SubscriptionId, ChangeId), Problem> {
    let unknown = |_| Problem::new(Code::NotFound);
    Ok((path.0.parse().map_err(unknown)?, path.1.parse().map_err(unknown)?))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(preview_change)
        .service(change_subscription)
        .service(list_changes)
        .service(show_change)
        .service(withdraw_change)
        .configure(actions::routes);
}
