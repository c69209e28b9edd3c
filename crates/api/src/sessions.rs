//! Log-in of people: password for an access token, and refresh tokens that rotate.

use crate::App;
use crate::auth::token::Speaker;
use crate::keys::{random_secret, sha256};
use crate::operations::keep_session::{self, Refreshed};
use crate::origin::Origin;
use crate::problem::{Code, Problem};
use crate::wire::body::Body;
use crate::work;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use store::users::Record;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// E-mail address.
    #[schema(max_length = 254, example = "admin@kunde.cancom.example")]
    email: String,
    /// Password.
    #[schema(max_length = 1024, example = "Kontor-demo-1!")]
    password: String,
    /// The marketplace's slug; only needed where the same address and password open several.
    #[schema(max_length = 50, example = "cancom")]
    marketplace: Option<String>,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The newest refresh token of the log-in.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    refresh_token: String,
}

/// What opens the API.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// To be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds that the access token lives.
    #[schema(example = 900)]
    expires_in: i64,
    /// For the next access token; each is used once.
    #[schema(example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    refresh_token: String,
}

/// Log in
///
/// The answer to a wrong password, an unknown address and a disabled account is the same.
#[utoipa::path(tag = "auth", request_body = LoginRequest, responses((status = 200, body = TokenPair)))]
#[post("/auth/login")]
pub async fn log_in(app: web::Data<App>, origin: Origin, body: Body<LoginRequest>) -> Result<HttpResponse, Problem> {
    let LoginRequest { email, password, marketplace } = body.value;
    let login = email.trim().to_lowercase();
    let marketplace = match marketplace.as_deref().map(|slug| app.marketplaces.by_slug(slug)) {
        None => None,
        Some(Some(record)) => Some(record.marketplace.id),
        // An unknown marketplace has no accounts: said no differently than a wrong password.
        Some(None) => return refuse_slowly(&app, password).await,
    };
    let candidates = work::read(&app, move |_, conn| Ok(store::users::by_login(conn, &login, marketplace)?)).await?;
    let mut opened = vec![];
    let usable = |user: &&Record| !user.state.disabled && user.password_hash.is_some();
    for user in candidates.iter().filter(usable) {
        if app.passwords.check(password.clone(), user.password_hash.clone()).await? {
            opened.push(user);
        }
    }
    match opened.as_slice() {
        [] if !candidates.iter().any(|user| usable(&user)) => refuse_slowly(&app, password).await,
        [] => Err(Problem::new(Code::InvalidCredentials)),
        [user] => begin(&app, (*user).clone(), origin).await,
        _ => Err(Problem::field("/marketplace", Code::MarketplaceRequired)),
    }
}

/// Takes as long as a wrong password does.
async fn refuse_slowly(app: &App, password: String) -> Result<HttpResponse, Problem> {
    app.passwords.check(password, None).await?;
    Err(Problem::new(Code::InvalidCredentials))
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
    let refreshed = web::block({
        let app = app.clone();
        move || app.store.write(|tx| keep_session::refresh(&app, tx, &hash, &origin, &next))
    });
    // The end of a reused log-in must be committed, so it is an answer, not an error, inside.
    match refreshed.await.map_err(Problem::internal)?? {
        Refreshed::Goes(speaker) => answer(&app, &speaker, secret),
        Refreshed::Refused => Err(Problem::new(Code::InvalidCredentials)),
        Refreshed::Reused => {
            app.standings.forget();
            app.wake();
            Err(Problem::new(Code::InvalidCredentials))
        }
    }
}

/// Log out
///
/// Ends the log-in that the refresh token belongs to. An unknown token is fine.
#[utoipa::path(tag = "auth", request_body = RefreshRequest, responses((status = 204, description = "Logged out")))]
#[post("/auth/logout")]
pub async fn log_out(app: web::Data<App>, body: Body<RefreshRequest>) -> Result<HttpResponse, Problem> {
    let hash = sha256(body.value.refresh_token.as_bytes());
    let ended = web::block({
        let app = app.clone();
        move || app.store.write(|tx| keep_session::log_out(&app, tx, &hash))
    });
    if ended.await.map_err(Problem::internal)?? {
        app.standings.forget();
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Begins a log-in.
async fn begin(app: &web::Data<App>, user: Record, origin: Origin) -> Result<HttpResponse, Problem> {
    let secret = random_secret().map_err(Problem::internal)?;
    let first = secret.clone();
    let speaker = web::block({
        let app = app.clone();
        move || app.store.write(|tx| keep_session::begin(&app, tx, &user, &origin, &first))
    });
    let speaker = speaker.await.map_err(Problem::internal)??;
    answer(app, &speaker, secret)
}

fn answer(app: &App, speaker: &Speaker, refresh_token: String) -> Result<HttpResponse, Problem> {
    let (access_token, expires_in) = app.tokens.issue(speaker, app.clock.now()).map_err(Problem::internal)?;
    let pair = TokenPair { access_token, token_type: "Bearer", expires_in, refresh_token };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(pair))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(log_in).service(refresh_login).service(log_out);
}
