//! Policies: the rules of the marketplace as data, and in words.

pub mod words;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::PoliciesRead;
use crate::problem::{Code, Problem};
use crate::reply;
use crate::wire::Lang;
use crate::wire::body::Query;
use crate::wire::list::ShortQuery;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// A policy in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct Policy {
    /// Its key.
    #[schema(example = "cancom_monthly12")]
    pub key: String,
    /// Counts up with each publication under the key.
    #[schema(example = 1)]
    pub version: u32,
    /// The rules, as the decision functions read them.
    #[schema(value_type = Object)]
    pub rules: Value,
    /// The rules in words, in the language of the request.
    #[schema(example = json!(["Charged by calendar month.", "Renews for twelve months."]))]
    pub words: Vec<String>,
}

/// The policies in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyPage {
    /// The rows, by key.
    pub data: Vec<Policy>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Y2FuY29tX21vbnRobHkxMg")]
    pub next_cursor: Option<String>,
}

/// A policy on the wire.
pub fn view(policy: &domain::policy::Policy, lang: Lang) -> Policy {
    Policy {
        key: policy.key.clone(),
        version: policy.version,
        rules: serde_json::to_value(&policy.rules).unwrap_or(Value::Null),
        words: words::of(&policy.rules, lang),
    }
}

/// List the policies in force
///
/// The rules by which this marketplace's offers are sold, as data and in words.
#[utoipa::path(tag = "policies", params(ShortQuery), responses((status = 200, body = PolicyPage)), security(("bearer" = ["policies.read"])))]
#[get("/policies")]
pub async fn list_policies(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let lang = crate::edge::language(request.headers());
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let (policies, next_cursor) = query.0.page(catalog.policies(), |policy| &policy.key)?;
    reply::ok(&PolicyPage { data: policies.into_iter().map(|policy| view(policy, lang)).collect(), next_cursor })
}

/// Show a policy in force
///
/// As data and in words, in the language of the request.
#[utoipa::path(tag = "policies", params(("key" = String, Path, description = "The policy's key", example = "cancom_monthly12", max_length = 50)), responses((status = 200, body = Policy)), security(("bearer" = ["policies.read"])))]
#[get("/policies/{key}")]
pub async fn show_policy(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let policy =
        catalog.policies().into_iter().find(|policy| policy.key == *key).ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::by_content(&request, &view(policy, crate::edge::language(request.headers())))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_policies).service(show_policy);
}
