//! Who am I, the one question that every caller may ask, and what people change about themselves.

pub mod change;
pub mod view;

use crate::App;
use crate::auth::caller::{Caller, InPerson};
use crate::auth::permits::{Anyone, MeWrite};
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, given, present};
use crate::people::consents;
use crate::people::users::request::UserUpdate;
use crate::transaction;
use actix_web::{HttpRequest, HttpResponse, get, patch, web};
use domain::id::{ApiClientId, UserId};
use domain::people::{AccountConsentKind, PeopleRules};
use serde::Deserialize;
use store::Conn;
use store::users::StoredUser;
use utoipa::ToSchema;
use view::{Me, Person};

/// What changes about whoever asks (RFC 7396); a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeUpdate {
    /// First name, at most 50 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Erika")]
    first_name: Option<String>,
    /// Last name, at most 50 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Muster")]
    last_name: Option<String>,
    /// Phone number, written in any way; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 50, example = "+49 221 1234567")]
    phone: Option<Option<String>>,
    /// The language of its mails: `de`, `en` or `pl`; null is its organisation's.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^(de|en|pl)$", example = "de")]
    language: Option<Option<String>>,
}

impl From<MeUpdate> for UserUpdate {
    fn from(update: MeUpdate) -> Self {
        let MeUpdate { first_name, last_name, phone, language } = update;
        Self::own(first_name, last_name, phone, language)
    }
}

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
        return Ok((user.version, person(conn, rules, user)?));
    }
    let id = who.actor.parse::<ApiClientId>().map_err(Problem::internal)?;
    let name = store::api_clients::by_id_unscoped(conn, id)?.name;
    Ok((1, Person { name, email: None, language: None, outdated: vec![] }))
}

fn person(conn: &mut Conn, rules: &PeopleRules, user: StoredUser) -> Result<Person, Problem> {
    let outdated = outdated(conn, rules, &user)?;
    let name = format!("{} {}", user.first_name, user.last_name);
    Ok(Person { name, email: Some(user.email), language: user.language, outdated })
}

/// Change my account
///
/// Name, phone number, and the language of one's mails; only in person. The e-mail address, the log-in and the role are
/// changed by who runs the organisation.
#[utoipa::path(
    tag = "auth",
    request_body = MeUpdate,
    responses((status = 200, body = Me)),
    security(("bearer" = ["me.write"])),
)]
#[patch("/me")]
pub async fn update_me(
    app: web::Data<App>,
    in_person: InPerson<MeWrite>,
    meta: Meta,
    body: Body<MeUpdate>,
) -> Result<HttpResponse, Problem> {
    let marketplace = app.marketplaces.get(in_person.scope().marketplace())?;
    let rules = app.marketplaces.people(in_person.scope().marketplace())?;
    let (user, update) = (in_person.user, UserUpdate::from(body.value));
    transaction::write(&app, in_person.identity(), meta, body.digest, move |write| {
        let changed = change::change(write, user, |stored| update.apply(stored, &rules))?;
        let version = changed.version;
        let person = person(write.tx, &rules, changed)?;
        Ok(Reply::json(200, &view::view(write.identity.clone(), person, &marketplace.marketplace))?.reviewed(version))
    })
    .await
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
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_me).service(update_me);
}
