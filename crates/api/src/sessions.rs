//! Log-in of people: password for an access token, and refresh tokens that rotate.

use crate::App;
use crate::auth::token::Identity;
use crate::keys::{random_secret, sha256};
use crate::problem::{Code, Problem};
use crate::wire::body::Body;
use crate::work;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, web};
use domain::access::Scope;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::refresh_tokens;
use store::users::Record;
use time::Duration;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// How long a refresh token may be used.
const REFRESH_LIFETIME: Duration = Duration::days(30);

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
pub async fn log_in(app: web::Data<App>, body: Body<LoginRequest>) -> Result<HttpResponse, Problem> {
    let LoginRequest { email, password, marketplace } = body.value;
    let email = email.trim().to_lowercase();
    let marketplace = match marketplace.as_deref().map(|slug| app.marketplaces.by_slug(slug)) {
        None => None,
        Some(Some(record)) => Some(record.marketplace.id),
        // An unknown marketplace has no accounts: said no differently than a wrong password.
        Some(None) => return refuse_slowly(&app, password).await,
    };
    let candidates = work::read(&app, move |_, conn| Ok(store::users::by_email(conn, &email, marketplace)?)).await?;
    let mut opened = vec![];
    for user in candidates.iter().filter(|user| !user.disabled) {
        if app.passwords.check(password.clone(), Some(user.password_hash.clone())).await? {
            opened.push(user);
        }
    }
    match opened.as_slice() {
        [] if candidates.iter().all(|user| user.disabled) => refuse_slowly(&app, password).await,
        [] => Err(Problem::new(Code::InvalidCredentials)),
        [user] => begin(&app, (*user).clone()).await,
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
pub async fn refresh_login(app: web::Data<App>, body: Body<RefreshRequest>) -> Result<HttpResponse, Problem> {
    let hash = sha256(body.value.refresh_token.as_bytes());
    let secret = random_secret().map_err(Problem::internal)?;
    let next = secret.clone();
    let known = web::block({
        let app = app.clone();
        // One transaction: whoever uses the old token meanwhile revokes the new one too.
        move || {
            app.store.write(|tx| match use_up(&app, tx, &hash)? {
                None => Ok(None),
                Some((user, family)) => go_on(&app, tx, &user, family, &next).map(Some),
            })
        }
    });
    // The revocation of a reused family must be committed, so it is an answer, not an error, inside.
    let identity = known.await.map_err(Problem::internal)??.ok_or_else(|| Problem::new(Code::InvalidCredentials))?;
    answer(&app, &identity, secret)
}

fn use_up(app: &App, tx: &mut Conn, hash: &[u8; 32]) -> Result<Option<(Record, u128)>, Problem> {
    let now = app.clock.now();
    let Some(token) = find(tx, hash)? else { return Ok(None) };
    if token.revoked_at.is_some() || token.expires_at <= now {
        return Ok(None);
    }
    if !refresh_tokens::mark_used(tx, hash, now)? {
        refresh_tokens::revoke_family(tx, token.family, now)?;
        tracing::warn!(user = %token.user_id, "a refresh token was used twice; its log-in is ended");
        return Ok(None);
    }
    let user = store::users::get(tx, token.marketplace_id, token.user_id)?;
    Ok((!user.disabled).then_some((user, token.family)))
}

fn find(tx: &mut Conn, hash: &[u8; 32]) -> Result<Option<refresh_tokens::Record>, Problem> {
    match refresh_tokens::by_hash(tx, hash) {
        Ok(token) => Ok(Some(token)),
        Err(store::StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Log out
///
/// Ends the log-in that the refresh token belongs to. An unknown token is fine.
#[utoipa::path(tag = "auth", request_body = RefreshRequest, responses((status = 204, description = "Logged out")))]
#[post("/auth/logout")]
pub async fn log_out(app: web::Data<App>, body: Body<RefreshRequest>) -> Result<HttpResponse, Problem> {
    let hash = sha256(body.value.refresh_token.as_bytes());
    web::block(move || {
        app.store.write(|tx| {
            if let Some(token) = find(tx, &hash)? {
                refresh_tokens::revoke_family(tx, token.family, app.clock.now())?;
            }
            Ok::<_, Problem>(())
        })
    })
    .await
    .map_err(Problem::internal)??;
    Ok(HttpResponse::NoContent().finish())
}

/// Begins a log-in.
async fn begin(app: &web::Data<App>, user: Record) -> Result<HttpResponse, Problem> {
    let secret = random_secret().map_err(Problem::internal)?;
    let first = secret.clone();
    let identity = web::block({
        let app = app.clone();
        move || app.store.write(|tx| go_on(&app, tx, &user, crate::ids::fresh(), &first))
    });
    let identity = identity.await.map_err(Problem::internal)??;
    answer(app, &identity, secret)
}

/// Adds a refresh token to a log-in's family; says who it is.
fn go_on(app: &App, tx: &mut Conn, user: &Record, family: u128, secret: &str) -> Result<Identity, Problem> {
    let now = app.clock.now();
    let token = refresh_tokens::Record {
        hash: sha256(secret.as_bytes()).to_vec(),
        family,
        marketplace_id: user.marketplace_id,
        user_id: user.id,
        issued_at: now,
        expires_at: now + REFRESH_LIFETIME,
        used_at: None,
        revoked_at: None,
    };
    refresh_tokens::insert(tx, &token)?;
    identity(tx, user)
}

fn answer(app: &App, identity: &Identity, refresh_token: String) -> Result<HttpResponse, Problem> {
    let (access_token, expires_in) = app.tokens.issue(identity, app.clock.now()).map_err(Problem::internal)?;
    let pair = TokenPair { access_token, token_type: "Bearer", expires_in, refresh_token };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(pair))
}

fn identity(tx: &mut Conn, user: &Record) -> Result<Identity, Problem> {
    let scope = scope_of(user.marketplace_id, user.reseller_id, user.customer_id);
    let buys_through = match user.customer_id {
        Some(customer) => store::customers::get(tx, &scope, customer)?.value.reseller_id,
        None => None,
    };
    Ok(Identity { actor: user.id.to_string(), machine: false, role: user.role, scope, buys_through })
}

/// Whose data somebody at an organisation sees.
pub const fn scope_of(
    marketplace: domain::id::MarketplaceId,
    reseller: Option<domain::id::ResellerId>,
    customer: Option<domain::id::CustomerId>,
) -> Scope {
    match (customer, reseller) {
        (Some(customer), _) => Scope::Customer(marketplace, customer),
        (None, Some(reseller)) => Scope::Reseller(marketplace, reseller),
        (None, None) => Scope::Marketplace(marketplace),
    }
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(log_in).service(refresh_login).service(log_out);
}
