//! Log-in of people: password for an access token, and refresh tokens that rotate.

pub mod end;
pub mod keep;
pub mod try_password;
pub mod view;

use crate::App;
use crate::auth::limits;
use crate::auth::token::Speaker;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::http::routes::Routes;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::keys::{random_secret, sha256};
use crate::lane::Lane;
use crate::people::sessions::keep::Refreshed;
use crate::people::sessions::try_password::{Credentials, LoggedIn};
use crate::people::sessions::view::TokenPair;
use crate::threads;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

/// What somebody logs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The log-in name: the e-mail address, or where the marketplace has free names that one.
    #[schema(max_length = 254, example = "admin@kunde.cancom.example")]
    email: String,
    /// The password, exactly as it was set.
    #[schema(max_length = 1024, example = "Kontor-demo-1!")]
    password: String,
    /// The marketplace's slug; only needed where the same name and password open several.
    #[schema(max_length = 50, example = "cancom")]
    marketplace: Option<String>,
    /// The `device_token` that this device got at the account's last log-in from it, where it has one; one that is not
    /// known any more does no harm.
    #[schema(max_length = 200, example = "AZqRzcKncdONM9lKx5JebAGaka…")]
    device_token: Option<String>,
}

/// The refresh token of a log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The newest refresh token of the log-in.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    refresh_token: String,
}

/// Log in
///
/// The answer to a wrong password and to the right one of an account that is unknown, locked, disabled or not activated
/// is the same, and takes as long. After too many wrong ones (`lockout` of the marketplace's rules) the account is
/// locked, its owner is told by mail, and who is logged in stays logged in. A device that sends the `device_token` of
/// an earlier log-in still gets in: what strangers guess does not count against it, only its own wrong passwords do. A
/// name that fails too often from one network is answered 429 there until `Retry-After`; where a network has too many
/// failures in all, whoever fails there is answered late. 503 says that too many passwords wait to be checked.
#[utoipa::path(tag = "auth", request_body = LoginRequest, responses((status = 200, body = TokenPair)))]
#[post("/auth/login")]
pub async fn log_in(
    app: web::Data<App>,
    request: HttpRequest,
    origin: Origin,
    body: Body<LoginRequest>,
) -> Result<HttpResponse, Problem> {
    let LoginRequest { email, password, marketplace, device_token } = body.value;
    limits::count_log_in(&app, &request, &email)?;
    let mut checks = Checks::new();
    checks.optional("/marketplace", marketplace.as_deref(), 50);
    checks.optional("/device_token", device_token.as_deref(), 200);
    checks.done()?;
    let credentials = Credentials { login: email, password, marketplace, device_token };
    let LoggedIn { speaker, refresh_token, device_token } = try_password::log_in(&app, credentials, origin).await?;
    answer(&app, &speaker, refresh_token, Some(device_token))
}

/// Refresh a log-in
///
/// Answers a new pair; the old refresh token is used up. Using an old one again ends the whole log-in (RFC 9700).
#[utoipa::path(tag = "auth", request_body = RefreshRequest, responses((status = 200, body = TokenPair)))]
#[post("/auth/refresh")]
pub async fn refresh_login(
    app: web::Data<App>,
    origin: Origin,
    body: Body<RefreshRequest>,
) -> Result<HttpResponse, Problem> {
    let hash = sha256(body.value.refresh_token.as_bytes());
    let secret = random_secret().map_err(Problem::internal)?;
    let next = secret.clone();
    let refreshed =
        threads::writing(&app, move |app| app.store.write(|tx| keep::refresh(app, tx, &hash, &origin, &next)));
    // The end of a reused log-in must be committed, so it is an answer, not an error, inside.
    match refreshed.await? {
        Refreshed::Goes(speaker) => answer(&app, &speaker, secret, None),
        Refreshed::Refused => Err(Problem::new(Code::InvalidCredentials)),
        Refreshed::Reused => {
            app.standings.forget();
            app.wake(Lane::Mail);
            Err(Problem::new(Code::InvalidCredentials))
        }
    }
}

/// Log out
///
/// Ends the log-in that the refresh token belongs to. An unknown token is fine.
#[utoipa::path(
    tag = "auth",
    request_body = RefreshRequest,
    responses((status = 204, description = "The log-in is ended, or there was none")),
)]
#[post("/auth/logout")]
pub async fn log_out(app: web::Data<App>, body: Body<RefreshRequest>) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    checks.text("/refresh_token", &body.value.refresh_token, 200);
    checks.done()?;
    let hash = sha256(body.value.refresh_token.as_bytes());
    if threads::writing(&app, move |app| app.store.write(|tx| keep::log_out(app, tx, &hash))).await? {
        app.standings.forget();
    }
    Ok(HttpResponse::NoContent().finish())
}

fn answer(
    app: &App,
    speaker: &Speaker,
    refresh_token: String,
    device_token: Option<String>,
) -> Result<HttpResponse, Problem> {
    let (access_token, expires_in) = app.tokens.issue(speaker, app.clock.now()).map_err(Problem::internal)?;
    let pair = TokenPair { access_token, token_type: "Bearer", expires_in, refresh_token, device_token };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(pair))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(log_in).service(refresh_login).service(log_out);
}
