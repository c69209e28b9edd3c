//! Policies: the rules of the marketplace as data, and in words.

pub mod publish;
pub mod versions;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{PoliciesPublish, PoliciesRead};
use crate::http::json::parse_at;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem, found};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, Members, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::ShortQuery;
use crate::policies::publish::{Publication, Published};
use crate::policies::view::{
    Policy, PolicyPage, PolicyVersion, PolicyVersionPage, PublishedPolicy, override_view, published_view, version_view,
    view,
};
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::{App, threads, transaction};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::{OfferId, ProductId};
use domain::policy::Subject;
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

/// A policy to publish, or an override: one of `key`, `product_id` and `offer_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishPolicy {
    /// The policy's key: a known one gets another version, a new one its first.
    #[schema(example = "cancom_monthly12", max_length = 50, pattern = "^[a-z][a-z0-9_]*$")]
    key: Option<String>,
    /// The product whose offers the rules are put over.
    #[schema(example = json!(null), max_length = 30)]
    product_id: Option<String>,
    /// The offer that the rules are put over: they win over the product's.
    #[schema(example = json!(null), max_length = 30)]
    offer_id: Option<String>,
    /// From when on, not before now; at once where it is left out.
    #[schema(format = DateTime, example = "2026-12-01T00:00:00Z")]
    valid_from: Option<String>,
    /// The whole document of a policy; of an override the rules that it replaces, none to take it off again.
    #[schema(value_type = Object, example = json!({
        "period_anchor": "calendar_month", "first_period": "prorate", "decrease": "schedule_to_term_end",
        "notice_days": 14, "cancel": {"fee_percent": 100}, "end_of_term": "renew_to_year", "price_lock": "term",
    }))]
    rules: Members,
}

/// Which policies a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PolicyQuery {
    /// Only the policy of this key.
    #[param(example = "cancom_monthly12", max_length = 50)]
    key: Option<String>,
    /// Those in force at this instant; now where it is left out.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    at: Option<String>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
}

/// List the policies in force
///
/// The rules by which this marketplace's offers are sold, as data and in words. What overrides do to them is told with
/// each offer.
#[utoipa::path(
    tag = "policies",
    params(PolicyQuery),
    responses((status = 200, body = PolicyPage)),
    security(("bearer" = ["policies.read"])),
)]
#[get("/policies")]
pub async fn list_policies(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
    query: Query<PolicyQuery>,
) -> Result<HttpResponse, Problem> {
    let lang = crate::http::meta::language(request.headers());
    let marketplace = caller.scope().marketplace();
    let mut checks = Checks::new();
    let at = query.0.at.as_deref().and_then(|at| checks.instant("at", at));
    let key = query.0.key.as_deref().map(|key| checks.text("key", key, 50));
    checks.done()?;
    let catalog = app.catalogs.of(marketplace);
    let mut all = catalog.policies.in_force(at.unwrap_or_else(|| app.now(marketplace)));
    all.retain(|policy| key.as_ref().is_none_or(|key| *key == policy.key));
    let page = ShortQuery::new(query.0.limit, query.0.cursor);
    let (policies, next_cursor) = page.page(all, |policy| &policy.key)?;
    let data = policies.into_iter().map(|policy| view(policy, lang)).collect();
    Ok(reply::in_language(reply::ok(&PolicyPage { data, next_cursor })?, lang))
}

/// Show a policy in force
///
/// As data and in words, in the language of the request.
#[utoipa::path(
    tag = "policies",
    params(("key" = String, Path, description = "The policy's key", example = "cancom_monthly12", max_length = 50)),
    responses((status = 200, body = Policy)),
    security(("bearer" = ["policies.read"])),
)]
#[get("/policies/{key}")]
pub async fn show_policy(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let marketplace = caller.scope().marketplace();
    let catalog = app.catalogs.of(marketplace);
    let in_force = catalog.policies.in_force(app.now(marketplace));
    let policy = found(in_force.into_iter().find(|policy| policy.key == *key))?;
    reply::by_content(&request, &view(policy, crate::http::meta::language(request.headers())))
}

/// List the versions of a policy
///
/// Those that were, the one in force, and those to come: of a policy's key, or of what is put over a product or an
/// offer.
#[utoipa::path(
    tag = "policies",
    params(
        (
            "key" = String,
            Path,
            description = "The policy's key, or the id of a product or an offer",
            example = "cancom_monthly12",
            max_length = 50,
        ),
        ShortQuery,
    ),
    responses((status = 200, body = PolicyVersionPage)),
    security(("bearer" = ["policies.read"])),
)]
#[get("/policies/{key}/versions")]
pub async fn list_policy_versions(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
    key: web::Path<String>,
    query: Query<ShortQuery>,
) -> Result<HttpResponse, Problem> {
    let lang = crate::http::meta::language(request.headers());
    let all = versions(&app, &caller, &key, lang)?;
    let rows: Vec<_> = all.into_iter().map(|version| (version.version.to_string(), version)).collect();
    let (rows, next_cursor) = query.0.page(rows, |(number, _)| number)?;
    let data = rows.into_iter().map(|(_, version)| version).collect();
    Ok(reply::in_language(reply::ok(&PolicyVersionPage { data, next_cursor })?, lang))
}

/// Show a version of a policy
///
/// As it was published: of a policy's key, or of what is put over a product or an offer.
#[utoipa::path(
    tag = "policies",
    params(
        (
            "key" = String,
            Path,
            description = "The policy's key, or the id of a product or an offer",
            example = "cancom_monthly12",
            max_length = 50,
        ),
        ("version" = u32, Path, description = "The number of the version", example = 1),
    ),
    responses((status = 200, body = PolicyVersion)),
    security(("bearer" = ["policies.read"])),
)]
#[get("/policies/{key}/versions/{version}")]
pub async fn show_policy_version(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (key, number) = path.into_inner();
    let all = versions(&app, &caller, &key, crate::http::meta::language(request.headers()))?;
    let version = found(all.iter().find(|version| version.version.to_string() == number))?;
    reply::reviewed(&request, version.version.into(), version)
}

/// Publish a version of a policy, or of an override
///
/// The most specific rule wins: what is put over an offer, then over its product, then the policy of its key. The rules
/// are checked as a whole wherever they are met. What runs keeps its rules to the end of its term; the next term takes
/// those in force at its start.
#[utoipa::path(
    tag = "policies",
    request_body = PublishPolicy,
    responses((status = 201, body = PublishedPolicy)),
    security(("bearer" = ["policies.publish"])),
)]
#[post("/policies")]
pub async fn publish_policy(
    app: web::Data<App>,
    caller: Caller<PoliciesPublish>,
    request: HttpRequest,
    meta: Meta,
    body: Body<PublishPolicy>,
) -> Result<HttpResponse, Problem> {
    let lang = crate::http::meta::language(request.headers());
    let (publication, valid_from) = body.value.check()?;
    let answer = transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        shown(&publish::publish(write, &publication, valid_from, lang)?, lang)
    })
    .await?;
    threads::reading(&app, App::refresh).await?;
    Ok(answer)
}

fn shown(published: &Published, lang: Lang) -> Result<Reply, Problem> {
    let (name, number) = (published.version.name(), published.version.number());
    let body = PublishedPolicy {
        published: published_view(&published.version, lang),
        running_subscriptions: published.running_subscriptions,
        first_renewal_on: published.first_renewal_on.map(|day| day.to_string()),
    };
    let location = format!("/v1/policies/{name}/versions/{number}");
    Ok(Reply::json(201, &body)?.reviewed(number.into()).in_language(lang).location(location))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_policies)
        .service(publish_policy)
        .service(show_policy)
        .service(list_policy_versions)
        .service(show_policy_version);
}

/// All versions under a key or over a subject; none at all is not found.
fn versions(app: &App, caller: &Caller<PoliciesRead>, key: &str, lang: Lang) -> Result<Vec<PolicyVersion>, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let book = catalog.policies.book();
    let all: Vec<_> = match subject(key) {
        Some(subject) => book.overrides(subject).iter().map(|version| override_view(subject, version)).collect(),
        None => book.versions(key).iter().map(|version| version_view(key, version, lang)).collect(),
    };
    if all.is_empty() { Err(Problem::new(Code::NotFound)) } else { Ok(all) }
}

/// The product or offer whose id a text is.
fn subject(text: &str) -> Option<Subject> {
    let product = text.parse::<ProductId>().map(Subject::Product);
    product.or_else(|_| text.parse::<OfferId>().map(Subject::Offer)).ok()
}

impl PublishPolicy {
    fn check(self) -> Result<(Publication, Option<OffsetDateTime>), Problem> {
        let mut checks = Checks::new();
        let valid_from = self.valid_from.as_deref().and_then(|text| checks.instant("/valid_from", text));
        let product = self.product_id.as_deref().and_then(|id| checks.id::<ProductId>("/product_id", id));
        let offer = self.offer_id.as_deref().and_then(|id| checks.id::<OfferId>("/offer_id", id));
        match (&self.key, &self.product_id, &self.offer_id) {
            (Some(key), None, None) => check_key(&mut checks, key),
            (None, Some(_), None) | (None, None, Some(_)) => {}
            _ => {
                let expected = Place::wire("one of key, product_id and offer_id");
                checks.note("/key", Code::InvalidValue, vec![("expected", expected)]);
            }
        }
        checks.done()?;
        let over = product.map(Subject::Product).or_else(|| offer.map(Subject::Offer));
        let publication = match (self.key, over) {
            (_, Some(subject)) => Publication::Override(subject, self.rules.0),
            (key, None) => {
                let rules = parse_at("/rules", Value::Object(self.rules.0).to_string().as_bytes())?;
                Publication::Policy(key.unwrap_or_default(), Box::new(rules))
            }
        };
        Ok((publication, valid_from))
    }
}

/// A key is never an id: in a path they stand in the same place.
fn check_key(checks: &mut Checks, key: &str) {
    let letters = key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if key.len() > 50 {
        checks.note("/key", Code::TooLong, vec![("limit", 50_u32.into())]);
    } else if !letters || !key.starts_with(|first: char| first.is_ascii_lowercase()) || subject(key).is_some() {
        checks.note("/key", Code::InvalidValue, vec![("expected", Phrase::ShortName.into())]);
    }
}
