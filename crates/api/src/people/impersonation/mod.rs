//! Acting in somebody else's name (L-13): an access token of that person, with who really acts in its `act` claim.

pub mod begin;

use crate::App;
use crate::auth::caller::InPerson;
use crate::auth::permits::UsersImpersonate;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::wire::body::PathId;
use crate::transaction::{self, NO_BODY};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, post, web};
use domain::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// What lets somebody act in somebody else's name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Impersonation {
    /// To be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that it lives; it is not refreshed.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// In whose name.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: String,
}

/// Act as a user
///
/// Somebody who may not more than oneself. Both are named in the audit log with whatever is done; passwords and
/// consents stay the user's own. It ends with the token, and at once where one of the two may no longer.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The user's id")),
    responses((status = 200, body = Impersonation)),
    security(("bearer" = ["users.impersonate"])),
)]
#[post("/users/{user_id}/impersonation")]
pub async fn impersonate_user(
    app: web::Data<App>,
    caller: InPerson<UsersImpersonate>,
    origin: Origin,
    mut meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    // A token is not kept to be given again.
    meta.idempotency_key = None;
    let own = caller.user;
    let begin = move |write: &mut transaction::Write<'_>| begin::begin(write, own, id.0, &origin);
    let mut response = transaction::write(&app, caller.identity(), meta, NO_BODY, begin).await?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(impersonate_user);
}
