//! What holds for people at a marketplace: registration, activation, passwords, lock-out, log-ins, consents, roles; as
//! data that the provider may change.

pub mod set;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{PoliciesPublish, PoliciesRead};
use crate::http::json::parse_at;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, Members};
use crate::threads;
use crate::transaction::{self, Write};
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use domain::people::PeopleRules as Rules;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use view::{PeopleRules, view};

/// The rules that are to hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPeopleRules {
    /// The whole document, as `GET /v1/people-rules` shows it: what is left out is as if never set.
    #[schema(
        value_type = Object,
        example = json!({
            "registration_mode": "invite_only",
            "registers": "customer",
            "login_kind": "email",
            "password": {"min_length": 12, "all_of": ["letter", "digit"]},
            "roles": [],
            "told": [
                {"kind": "order_ready", "to": [{"who": "actor"}]},
                {"kind": "term_ending", "to": [{"who": "partner_of_record", "days": [30, 7], "digest": true}]},
            ],
            "digest_hour": 6,
            "shop_url": "https://shop.cancom.example",
        }),
    )]
    rules: Members,
}

/// Show the rules for people
///
/// Registration, activation, passwords, lock-out, log-ins, consents and roles of this marketplace, and who is told of
/// what by mail. What forms need of them is public with `GET /v1/marketplaces/{slug}`.
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
/// agreed to an older version of a consent is asked again. They guard everybody's log-in: only who may all that anybody
/// of the marketplace may changes them.
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
    let set = move |write: &mut Write<'_>| {
        set::set(write, &rules)?;
        Ok(Reply::json(200, &view(&rules)?)?.by_content())
    };
    let done = transaction::write(&app, caller.identity(), meta, body.digest, set).await?;
    threads::reading(&app, App::refresh).await?;
    Ok(done)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_people_rules).service(put_people_rules);
}
