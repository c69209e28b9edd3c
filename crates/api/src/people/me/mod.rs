//! Who am I: the one question that every caller may ask.

pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::Anyone;
use crate::auth::standing::Identity;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::people::consents;
use crate::transaction;
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::id::{ApiClientId, UserId};
use domain::people::{AccountConsentKind, PeopleRules};
use store::Conn;
use store::users::StoredUser;
use utoipa_actix_web::service_config::ServiceConfig;
use view::{Me, Person};

/// Show who I am
///
/// User or API client, role, permissions, and whose data it sees. Whoever has a token may ask, whatever it is for.
#[utoipa::path(tag = "auth", responses((status = 200, body = Me)), security(("bearer" = [])))]
#[get("/me")]
pub async fn show_me(
    app: web::Data<App>,
    caller: Caller<Anyone>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let identity = caller.identity();
    let marketplace = app.marketplaces.get(identity.scope.marketplace())?;
    let rules = app.marketplaces.people(identity.scope.marketplace())?;
    let who = identity.clone();
    let (version, person) = transaction::read(&app, move |_, conn| who_is(conn, &rules, &who)).await?;
    reply::reviewed(&request, version, &view::view(identity, person, &marketplace.marketplace))
}

/// What is stored of who calls, with its version.
fn who_is(conn: &mut Conn, rules: &PeopleRules, who: &Identity) -> Result<(i64, Person), Problem> {
    if let Ok(id) = who.actor.parse::<UserId>() {
        let user = store::users::by_id_unscoped(conn, who.scope.marketplace(), id)?;
        let outdated = outdated(conn, rules, &user)?;
        let name = format!("{} {}", user.first_name, user.last_name);
        return Ok((user.version, Person { name, email: Some(user.email), outdated }));
    }
    let id = who.actor.parse::<ApiClientId>().map_err(Problem::internal)?;
    Ok((1, Person { name: store::api_clients::by_id_unscoped(conn, id)?.name, email: None, outdated: vec![] }))
}

/// What somebody is to agree to; asked only where the marketplace needs any consent.
fn outdated(conn: &mut Conn, rules: &PeopleRules, user: &StoredUser) -> Result<Vec<AccountConsentKind>, Problem> {
    if rules.consents.is_empty() {
        return Ok(vec![]);
    }
    let agreed = store::account_consents::of_user_unscoped(conn, user.marketplace_id, user.id)?;
    Ok(consents::open(rules, &agreed).into_iter().map(|need| need.kind).collect())
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_me);
}
