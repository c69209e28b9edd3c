//! Licences given to people, and what a customer has of them.

pub mod edit;

use crate::auth::caller::Caller;
use crate::auth::permits::{LicensesManage, SubscriptionsRead};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query, given};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::SubscriptionStatus;
use crate::http::wire::instant;
use crate::http::wire::list::{self, ShortQuery};
use crate::{App, page, transaction};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::id::{CustomerId, SubscriptionId, UserId};
use domain::license::{self, MAX_AT_ONCE};
use domain::subscription;
use serde::{Deserialize, Serialize};
use store::assignments::Holder;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// Who is to get a licence: one user, or several at once; either all of them get one or nobody does.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "usr_01kagy2qk8e3vrc6h1x0m4t7ws"}))]
pub struct AssignmentRequest {
    /// One user of the subscription's customer.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 30, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    user_id: Option<String>,
    /// Several, each once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 100, example = json!(["usr_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    user_ids: Option<Vec<String>>,
}

/// That somebody has a licence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assignment {
    /// Who.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: String,
    /// The address.
    #[schema(example = "erika@kunde.example")]
    pub email: String,
    /// First and last name.
    #[schema(example = "Erika Muster")]
    pub name: String,
    /// Whether it can be used now: the subscription serves and the user is not disabled (L-20).
    pub in_use: bool,
    /// Since when.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub assigned_at: String,
    /// Who gave it: a user's or API client's id; null where it came by itself: from the policy (K-10), or again after
    /// a change that Microsoft refused.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub assigned_by: Option<String>,
}

page!(
    /// A page of who has a licence.
    AssignmentPage of Assignment
);

/// Licences that were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignedLicenses {
    /// Of which subscription.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Its licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// How many of them somebody has now.
    #[schema(example = 2)]
    pub assigned: u32,
    /// Who got one, in the order of the request.
    pub data: Vec<Assignment>,
}

/// What a customer has of a SKU, over all subscriptions and terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseSummary {
    /// The product.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// The SKU.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// Its title; null where it is no longer in the catalogue.
    #[schema(required, example = "Office 365 E1")]
    pub sku_title: Option<String>,
    /// Licences of subscriptions that are ordered, run or are suspended; what was not renewed is not owned.
    #[schema(example = 15)]
    pub owned: u64,
    /// How many of them somebody has.
    #[schema(example = 11)]
    pub assigned: u64,
    /// How many nobody has.
    #[schema(example = 4)]
    pub free: u64,
    /// The same by subscription, the one whose term ends first at the top.
    pub by_term_end: Vec<LicenseHolding>,
}

/// A subscription's part of what a customer has of a SKU.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseHolding {
    /// The last day of its term, itself included; null for a perpetual licence.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// The subscription.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Where it stands; only one that serves has licences to give.
    pub status: SubscriptionStatus,
    /// Its licences.
    #[schema(example = 10)]
    pub quantity: u32,
    /// How many of them somebody has.
    #[schema(example = 9)]
    pub assigned: u32,
}

/// What a customer has, by SKU.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseSummaryPage {
    /// The rows, by SKU.
    pub data: Vec<LicenseSummary>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "c2t1XzAxa2FneTJxazhlM3ZyYzZoMXgwbTR0N3dz")]
    pub next_cursor: Option<String>,
}

/// Which page of the assignments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssignmentQuery {
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

impl AssignmentRequest {
    /// Who is wanted, each with the place in the request that names it.
    fn check(&self) -> Result<Vec<(String, UserId)>, Problem> {
        let named: Vec<_> = match (&self.user_id, &self.user_ids) {
            (Some(one), None) => vec![("/user_id".to_owned(), one)],
            (None, Some(several)) => {
                several.iter().enumerate().map(|(place, one)| (format!("/user_ids/{place}"), one)).collect()
            }
            (None, None) => return Err(Problem::field("/user_id", Code::MissingField).with("field", "user_id")),
            (Some(_), Some(_)) => {
                return Err(Problem::field("/user_ids", Code::InvalidValue).with("expected", "user_id or user_ids"));
            }
        };
        if !(1..=MAX_AT_ONCE).contains(&named.len()) {
            return Err(Problem::field("/user_ids", Code::OutOfRange).with("limit", format!("1-{MAX_AT_ONCE}")));
        }
        let mut checks = Checks::new();
        let ids: Option<Vec<_>> =
            named.into_iter().map(|(pointer, id)| checks.id(&pointer, id).map(|id| (pointer, id))).collect();
        checks.finish(ids)
    }
}

/// A licence on the wire.
pub fn view(holder: Holder, status: subscription::SubscriptionStatus) -> Assignment {
    Assignment {
        user_id: holder.user_id.to_string(),
        email: holder.email,
        name: format!("{} {}", holder.first_name, holder.last_name),
        in_use: license::in_use(status, !holder.disabled),
        assigned_at: instant(holder.assigned_at),
        assigned_by: holder.assigned_by,
    }
}

fn summary_view(app: &App, caller: &Caller<SubscriptionsRead>, summary: license::SkuSummary) -> LicenseSummary {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let skus = catalog.position(summary.product_id).map(|position| &catalog.products[position].skus);
    let sku = skus.and_then(|skus| skus.iter().find(|node| node.sku.id == summary.sku_id));
    let holding = |one: license::Holding| LicenseHolding {
        term_end: one.term_last.map(|day| day.to_string()),
        subscription_id: one.subscription_id.to_string(),
        status: SubscriptionStatus(one.status),
        quantity: one.quantity,
        assigned: one.assigned,
    };
    LicenseSummary {
        product_id: summary.product_id.to_string(),
        sku_id: summary.sku_id.to_string(),
        sku_title: sku.map(|node| node.sku.title.clone()),
        owned: summary.owned,
        assigned: summary.assigned,
        free: summary.free,
        by_term_end: summary.holdings.into_iter().map(holding).collect(),
    }
}

/// List who has a licence
///
/// Of one subscription (C-60), the newest first.
#[utoipa::path(
    tag = "licenses",
    params(("subscription_id" = String, Path, description = "The subscription's id"), AssignmentQuery),
    responses((status = 200, body = AssignmentPage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/assignments")]
pub async fn list_assignments(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    id: PathId<SubscriptionId>,
    query: Query<AssignmentQuery>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let scope = caller.scope();
    let (status, found) = transaction::read(&app, move |_, conn| {
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        Ok((subscription.status, store::assignments::list(conn, &scope, id.0, &page)?))
    })
    .await?;
    reply::ok(&AssignmentPage::of(found, |holder| view(holder, status)))
}

/// Give licences to people
///
/// To one user of the customer or to up to 100 at once, all or nobody (C-60, L-07). Never more than the subscription
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
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| edit::assign(write, id.0, &wanted))
        .await
}

/// Take a licence back
///
/// The user cannot use the subscription any more; another can get the licence at once (L-07). `If-Match` is about the
/// subscription's version.
#[utoipa::path(
    tag = "licenses",
    params(
        ("subscription_id" = String, Path, description = "The subscription's id"),
        ("user_id" = String, Path, description = "The user's id"),
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
    transaction::write(&app, caller.identity(), meta, transaction::NO_BODY, move |write| {
        edit::take_back(write, id.0, user.0)
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
    id: PathId<CustomerId>,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let holdings = transaction::read(&app, move |_, conn| {
        store::customers::get(conn, &scope, id.0)?;
        Ok(store::assignments::holdings(conn, &scope, id.0)?)
    })
    .await?;
    let rows = license::summary(holdings).into_iter().map(|one| summary_view(&app, &caller, one)).collect();
    let (data, next_cursor) = query.0.page(rows, |row: &LicenseSummary| &row.sku_id)?;
    reply::ok(&LicenseSummaryPage { data, next_cursor })
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_assignments).service(assign_licenses).service(take_license_back).service(list_license_summary);
}
