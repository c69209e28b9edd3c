//! Who am I.

use crate::auth::caller::Caller;
use crate::auth::permits::MeRead;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::codes::{AccountConsentKind, Permission};
use crate::people::own_account::open_consents;
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::id::{ApiClientId, UserId};
use domain::people::PeopleRules;
use serde::Serialize;
use store::Conn;
use store::users::StoredUser;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Who calls, what it may do, and whose data it sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The user's or API client's id.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Whether it is a script or portal.
    pub machine: bool,
    /// Its name.
    #[schema(example = "Erika Muster")]
    pub name: String,
    /// Its e-mail address; a machine has none.
    #[schema(required, example = "admin@kunde.cancom.example")]
    pub email: Option<String>,
    /// What it is at its organisation: a shipped role, or one of the marketplace's own.
    #[schema(example = "customer_admin")]
    pub role: String,
    /// Who acts in this person's name.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// The texts that the account needs agreement to, and that were not agreed to in the version in force.
    pub consents_outdated: Vec<AccountConsentKind>,
    /// The marketplace's slug.
    #[schema(example = "cancom")]
    pub marketplace: String,
    /// The marketplace's id.
    #[schema(example = "mkt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub marketplace_id: String,
    /// The reseller it belongs to.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The customer it belongs to.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
}

/// Show who I am
///
/// User or API client, role, permissions, and whose data it sees.
#[utoipa::path(tag = "auth", responses((status = 200, body = Me)), security(("bearer" = ["me.read"])))]
#[get("/me")]
pub async fn show_me(
    app: web::Data<App>,
    caller: Caller<MeRead>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let identity = caller.identity();
    let marketplace = app.marketplaces.get(identity.scope.marketplace())?;
    let who = identity.clone();
    let rules = app.marketplaces.people(identity.scope.marketplace())?;
    let (name, email, version, consents_outdated) = transaction::read(&app, move |_, conn| {
        if let Ok(id) = who.actor.parse::<UserId>() {
            let user = store::users::by_id_unscoped(conn, who.scope.marketplace(), id)?;
            let outdated = outdated(conn, &rules, &user)?;
            return Ok((format!("{} {}", user.first_name, user.last_name), Some(user.email), user.version, outdated));
        }
        let id = who.actor.parse::<ApiClientId>().map_err(Problem::internal)?;
        Ok((store::api_clients::by_id_unscoped(conn, id)?.name, None, 1, vec![]))
    })
    .await?;
    let me = Me {
        id: identity.actor,
        machine: identity.machine,
        name,
        email,
        role: identity.role.to_string(),
        impersonator: identity.impersonator.map(|id| id.to_string()),
        permissions: identity.permissions.iter().map(Permission).collect(),
        consents_outdated,
        marketplace: marketplace.marketplace.slug.clone(),
        marketplace_id: marketplace.marketplace.id.to_string(),
        reseller_id: identity.scope.reseller().map(|id| id.to_string()),
        customer_id: identity.scope.customer().map(|id| id.to_string()),
    };
    reply::reviewed(&request, version, &me)
}

/// What somebody is to agree to; asked only where the marketplace needs any consent.
fn outdated(conn: &mut Conn, rules: &PeopleRules, user: &StoredUser) -> Result<Vec<AccountConsentKind>, Problem> {
    if rules.consents.is_empty() {
        return Ok(vec![]);
    }
    let agreed = store::account_consents::of_user_unscoped(conn, user.marketplace_id, user.id)?;
    Ok(open_consents(rules, &agreed).into_iter().map(|need| AccountConsentKind(need.kind)).collect())
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_me);
}
