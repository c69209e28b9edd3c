//! What holds for people at a marketplace: registration, activation, passwords, lock-out, log-ins, consents, roles; as
//! data that the provider may change.

pub mod set;

use crate::auth::caller::Caller;
use crate::auth::permits::{PoliciesPublish, PoliciesRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::{Body, Members, parse_at};
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use domain::people::PeopleRules as Rules;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// What holds for people at a marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleRules {
    /// The rules; what each means is told in the guide.
    #[schema(value_type = Object, example = json!({"registration_mode": "approval", "activation": {"optional": false, "ttl_hours": 48}, "lockout": {"max_attempts": 5, "window_minutes": 15, "duration_minutes": 15, "unlock": "auto", "max_per_address": 100}}))]
    pub rules: Value,
}

/// The rules that are to hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPeopleRules {
    /// The whole document, as `GET /v1/people-rules` shows it.
    #[schema(value_type = Object, example = json!({"registration_mode": "invite_only", "registers": "customer", "login_kind": "email", "password": {"min_length": 12, "all_of": ["letter", "digit"]}, "roles": [], "shop_url": "https://shop.cancom.example"}))]
    rules: Members,
}

/// The rules on the wire.
pub fn view(rules: &Rules) -> Result<PeopleRules, Problem> {
    Ok(PeopleRules { rules: serde_json::to_value(rules).map_err(Problem::internal)? })
}

/// Show the rules for people
///
/// Registration, activation, passwords, lock-out, log-ins, consents and roles of this marketplace. What forms need of
/// them is public with `GET /v1/marketplaces/{slug}`.
#[utoipa::path(
    tag = "marketplaces",
    responses((status = 200, body = PeopleRules)),
    security(("bearer" = ["policies.read"])),
)]
#[get("/people-rules")]
pub async fn show_people_rules(
    app: web::Data<App>,
    caller: Caller<PoliciesRead>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.people(caller.scope().marketplace())?;
    reply::by_content(&request, &view(&rules)?)
}

/// Change the rules for people
///
/// They hold at once: for the next form, log-in, lock and link. What was sent or agreed to before stays as it was; who
/// agreed to an older version of a consent is asked again.
#[utoipa::path(
    tag = "marketplaces",
    request_body = PutPeopleRules,
    responses((status = 200, body = PeopleRules)),
    security(("bearer" = ["policies.publish"])),
)]
#[put("/people-rules")]
pub async fn put_people_rules(
    app: web::Data<App>,
    caller: Caller<PoliciesPublish>,
    meta: Meta,
    body: Body<PutPeopleRules>,
) -> Result<HttpResponse, Problem> {
    let rules: Rules = parse_at("/rules", Value::Object(body.value.rules.0).to_string().as_bytes())?;
    let set = move |write: &mut transaction::Write<'_>| set::set(write, &rules);
    let done = transaction::write(&app, caller.identity(), meta, body.digest, set).await?;
    let fresh = app.clone();
    web::block(move || fresh.refresh()).await.map_err(Problem::internal)??;
    Ok(done)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_people_rules).service(put_people_rules);
}
