//! Log-in of machines: RFC 6749 client credentials, and the public keys of the tokens.

use crate::App;
use crate::auth::standing::{self, Identity};
use crate::auth::token::{Speaker, Who};
use crate::http::problem::Problem;
use crate::http::problem::there;
use crate::keys::sha256;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine as _;
use domain::id::ApiClientId;
use serde::{Deserialize, Serialize};
use store::Conn;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// The form of RFC 6749 4.4.2.
#[derive(Default, Deserialize, ToSchema)]
#[allow(dead_code, reason = "scope is read by nobody: a client has its own permissions")]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(max_length = 50, example = "client_credentials")]
    grant_type: Option<String>,
    /// The client's id, where it is not in the `Authorization` header.
    #[schema(max_length = 30, example = "key_01kagy2qk8e3vrc6h1x0m4t7ws")]
    client_id: Option<String>,
    /// The client's secret, where it is not in the `Authorization` header.
    #[schema(max_length = 200, example = "kontor-demo-secret")]
    client_secret: Option<String>,
    /// Accepted and not needed: a token always carries all of the client's permissions.
    #[schema(max_length = 1000, example = "orders.place")]
    scope: Option<String>,
}

/// An access token (RFC 6749 5.1).
#[derive(Serialize, ToSchema)]
pub struct AccessToken {
    /// To be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds that it lives.
    #[schema(example = 900)]
    expires_in: i64,
    /// The permissions it carries.
    #[schema(example = "catalog.read orders.place")]
    scope: String,
}

/// An error of the token endpoint (RFC 6749 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client` or `unsupported_grant_type`.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// For developers.
    #[schema(example = "client id or secret is wrong")]
    error_description: &'static str,
}

/// The public keys of the access tokens (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct JsonWebKeySet {
    /// Ed25519 keys.
    #[schema(value_type = Vec<JsonWebKey>)]
    keys: Vec<serde_json::Value>,
}

/// A public key (RFC 8037).
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "the shape that auth::token::Tokens::jwks writes")]
pub struct JsonWebKey {
    /// Always `OKP`.
    #[schema(example = "OKP")]
    kty: String,
    /// Always `Ed25519`.
    #[schema(example = "Ed25519")]
    crv: String,
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: String,
    /// Always `sig`.
    #[schema(rename = "use", example = "sig")]
    r#use: String,
    /// What tokens name it by.
    #[schema(example = "2Qk1pU0gkPZb")]
    kid: String,
    /// The key.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    x: String,
}

/// Get a token for a script or portal
///
/// RFC 6749 `client_credentials`, with the secret in the form or in the `Authorization: Basic` header; errors in OAuth's own body.
#[utoipa::path(
    tag = "auth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = AccessToken),
        (status = 400, body = TokenError, description = "Not a request of RFC 6749"),
        (status = 401, body = TokenError, description = "Not a known client with its secret"),
    ),
)]
#[post("/oauth/token")]
pub async fn issue_token(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> Result<HttpResponse, Problem> {
    let is_form = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|media| media.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let Some(form) = is_form
        .then(|| web::Query::<TokenRequest>::from_query(std::str::from_utf8(&body).unwrap_or("%")).ok())
        .flatten()
    else {
        return Ok(refuse("invalid_request", "send an application/x-www-form-urlencoded body"));
    };
    match form.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => return Ok(refuse("unsupported_grant_type", "only client_credentials is supported")),
        None => return Ok(refuse("invalid_request", "grant_type is missing")),
    }
    let Some((id, secret)) = credentials(&request, form.into_inner()) else {
        return Ok(refuse("invalid_client", "client id or secret is missing"));
    };
    match identify(&app, id, secret).await? {
        Some((speaker, identity)) => grant(&app, &speaker, &identity),
        None => Ok(refuse("invalid_client", "client id or secret is wrong")),
    }
}

fn credentials(request: &HttpRequest, form: TokenRequest) -> Option<(String, String)> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return form.client_id.zip(form.client_secret) };
    let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    // RFC 6749 2.3.1: both are form-encoded inside the header.
    let decode = |text: &str| {
        web::Query::<Vec<(String, String)>>::from_query(&format!("v={text}"))
            .ok()?
            .into_inner()
            .pop()
            .map(|(_, value)| value)
    };
    Some((decode(id)?, decode(secret)?))
}

async fn identify(app: &web::Data<App>, id: String, secret: String) -> Result<Option<(Speaker, Identity)>, Problem> {
    // A secret has 256 random bits: a plain digest is enough to store it by.
    let digest = sha256(secret.as_bytes());
    let Ok(id) = id.parse::<ApiClientId>() else { return Ok(None) };
    let app = app.clone();
    web::block(move || app.store.write(|tx| speaker_of(&app, tx, id, &digest))).await.map_err(Problem::internal)?
}

/// Who a client with one of its live secrets is; remembers that the secret was used.
fn speaker_of(
    app: &App,
    tx: &mut Conn,
    id: ApiClientId,
    digest: &[u8; 32],
) -> Result<Option<(Speaker, Identity)>, Problem> {
    let Some(client) = there(store::api_clients::get(tx, id))? else { return Ok(None) };
    let secrets = store::api_clients::secrets(tx, &[id])?;
    let same = |hash: &[u8]| aws_lc_rs::constant_time::verify_slices_are_equal(hash, digest).is_ok();
    let Some(secret) = secrets.iter().find(|secret| same(&secret.hash)).filter(|_| !client.revoked) else {
        return Ok(None);
    };
    store::api_clients::secret_used(tx, secret.id, app.clock.now())?;
    let who = Who::Machine { client: id, secret: secret.id };
    let speaker = Speaker { marketplace: client.marketplace_id, who };
    Ok(Some((speaker, standing::of_client(tx, &client)?)))
}

fn grant(app: &App, speaker: &Speaker, identity: &Identity) -> Result<HttpResponse, Problem> {
    let (access_token, expires_in) = app.tokens.issue(speaker, app.clock.now()).map_err(Problem::internal)?;
    let scope = identity.permissions.iter().map(|permission| permission.code()).collect::<Vec<_>>().join(" ");
    let body = AccessToken { access_token, token_type: "Bearer", expires_in, scope };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

fn refuse(error: &'static str, error_description: &'static str) -> HttpResponse {
    let unauthorized = error == "invalid_client";
    let mut response =
        HttpResponse::build(if unauthorized { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST });
    response.insert_header((CACHE_CONTROL, "no-store"));
    if unauthorized {
        response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"kontor\""));
    }
    response.json(TokenError { error, error_description })
}

/// Show the public keys of the tokens
///
/// Whoever verifies access tokens itself finds the key by the token's `kid`.
#[utoipa::path(tag = "auth", responses((status = 200, body = JsonWebKeySet)))]
#[get("/.well-known/jwks.json")]
pub async fn show_jwks(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(app.tokens.jwks())
}

/// The routes of this noun under `/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(issue_token);
}
