//! Licences given to people, and what a customer has of them.

pub mod assign;
pub mod facts;
pub mod of_others;
pub mod surplus;
pub mod take_back;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{LicensesManage, SubscriptionsRead};
use crate::http::meta::{Meta, language};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, given};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::{PageQuery, ShortQuery};
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use assign::Assigned;
use domain::id::{CustomerId, SubscriptionId, UserId};
use domain::license::{self, MAX_AT_ONCE};
use serde::Deserialize;
use utoipa::ToSchema;
use view::{AssignedLicenses, AssignmentPage, LicenseSummary, LicenseSummaryPage};

/// Who is to get a licence: one user, or several at once; either all of them get one or nobody does.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "usr_01kagy2qk8e3vrc6h1x0m4t7ws"}))]
pub struct AssignmentRequest {
    /// One user of the subscription's customer.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 30, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    user_id: Option<String>,
    /// Several users of the subscription's customer, each once.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        value_type = Vec<String>,
        required = false,
        min_items = 1,
        max_items = 100,
        example = json!(["usr_01kagy2qk8e3vrc6h1x0m4t7ws"]),
    )]
    user_ids: Option<Vec<String>>,
}

impl AssignmentRequest {
    /// Who is wanted, each with the place in the request that names it.
    fn check(&self) -> Result<Vec<(String, UserId)>, Problem> {
        let named: Vec<_> = match (&self.user_id, &self.user_ids) {
            (Some(one), None) => vec![("/user_id".to_owned(), one)],
            (None, Some(several)) => {
                several.iter().enumerate().map(|(place, one)| (format!("/user_ids/{place}"), one)).collect()
            }
            (None, None) => {
                return Err(Problem::field("/user_id", Code::MissingField).with("field", Place::wire("user_id")));
            }
            (Some(_), Some(_)) => {
                return Err(Problem::field("/user_ids", Code::InvalidValue)
                    .with("expected", Place::wire("user_id or user_ids")));
            }
        };
        if !(1..=MAX_AT_ONCE).contains(&named.len()) {
            return Err(
                Problem::field("/user_ids", Code::OutOfRange).with("limit", Place::Range(1, MAX_AT_ONCE as u64))
            );
        }
        let mut checks = Checks::new();
        let ids: Option<Vec<_>> =
            named.into_iter().map(|(pointer, id)| checks.id(&pointer, id).map(|id| (pointer, id))).collect();
        checks.finish(ids)
    }
}

/// List who has a licence
///
/// Of one subscription, the newest first.
#[utoipa::path(
    tag = "licenses",
    params(("subscription_id" = String, Path, description = "The subscription's id"), PageQuery),
    responses((status = 200, body = AssignmentPage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/assignments")]
pub async fn list_assignments(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    id: PathId<SubscriptionId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.read()?;
    let scope = caller.scope();
    let (status, found) = transaction::read(&app, move |_, conn| {
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        Ok((subscription.status, store::assignments::list(conn, &scope, id.0, &page)?))
    })
    .await?;
    reply::ok(&AssignmentPage::of(found, |holder| view::assignment(holder, status)))
}

/// Give licences to people
///
/// To one user of the customer or to up to 100 at once, all or nobody. Never more than the subscription
/// has: 409 `no_license_free` says how many it has and how many are given. Answers with the subscription's version.
#[utoipa::path(
    tag = "licenses",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    request_body = AssignmentRequest,
    responses((status = 201, body = AssignedLicenses)),
    security(("bearer" = ["licenses.manage"])),
)]
#[post("/subscriptions/{subscription_id}/assignments")]
pub async fn assign_licenses(
    app: web::Data<App>,
    caller: Caller<LicensesManage>,
    meta: Meta,
    id: PathId<SubscriptionId>,
    body: Body<AssignmentRequest>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value.check()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        given_to(assign::assign(write, id.0, &wanted)?)
    })
    .await
}

fn given_to(assigned: Assigned) -> Result<Reply, Problem> {
    let (version, id) = (assigned.subscription.version, assigned.subscription.id);
    let location = format!("/v1/subscriptions/{id}/assignments");
    Ok(Reply::json(201, &view::assigned(assigned))?.version(version).location(location))
}

/// Take a licence back
///
/// The user cannot use the subscription any more; another can get the licence at once. `If-Match` is about the
/// subscription's version.
#[utoipa::path(
    tag = "licenses",
    params(
        ("subscription_id" = String, Path, description = "The subscription's id"),
        ("user_id" = String, Path, description = "The id of the user"),
    ),
    responses((status = 204)),
    security(("bearer" = ["licenses.manage"])),
)]
#[delete("/subscriptions/{subscription_id}/assignments/{user_id}")]
pub async fn take_license_back(
    app: web::Data<App>,
    caller: Caller<LicensesManage>,
    meta: Meta,
    id: PathId<SubscriptionId>,
    user: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        take_back::take_back(write, id.0, user.0).map(|()| Reply::empty())
    })
    .await
}

/// List what a customer has of each SKU
///
/// Owned, given to people and free, over all subscriptions and terms of a SKU; a recount at any instant.
#[utoipa::path(
    tag = "licenses",
    params(("customer_id" = String, Path, description = "The customer's id"), ShortQuery),
    responses((status = 200, body = LicenseSummaryPage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/customers/{customer_id}/license-summary")]
pub async fn list_license_summary(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<CustomerId>,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let (scope, lang) = (caller.scope(), language(request.headers()));
    let holdings = transaction::read(&app, move |_, conn| {
        store::customers::get(conn, &scope, id.0)?;
        Ok(store::assignments::holdings(conn, &scope, id.0)?)
    })
    .await?;
    let catalog = app.catalogs.of(scope.marketplace());
    let rows = license::summary(holdings).into_iter().map(|one| view::summary(&catalog, lang, one)).collect();
    let (data, next_cursor) = query.0.page(rows, |row: &LicenseSummary| &row.sku_id)?;
    Ok(reply::in_language(reply::ok(&LicenseSummaryPage { data, next_cursor })?, lang))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_assignments).service(assign_licenses).service(take_license_back).service(list_license_summary);
}
