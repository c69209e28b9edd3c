//! Log-in of machines: RFC 6749 client credentials, and the public keys of the tokens.

pub mod identify;
pub mod view;

use crate::App;
use crate::auth::limits;
use crate::auth::token::{Speaker, Who, granted_by, scope_of};
use crate::http::problem::Problem;
use crate::http::routes::Routes;
use crate::keys::sha256;
use crate::threads;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use base64::Engine as _;
use domain::access::Permissions;
use domain::id::ApiClientId;
use identify::KnownClient;
use serde::Deserialize;
use utoipa::ToSchema;
use view::{AccessToken, AuthorizationServer, JsonWebKeySet, TokenError};

/// The form by which a client gets a token (RFC 6749, section 4.4.2).
#[derive(Default, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// The way of getting a token: always `client_credentials`.
    #[schema(value_type = String, required = true, pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: Option<String>,
    /// The client's id, where it is not in the `Authorization` header.
    #[schema(value_type = String, required = false, max_length = 30, example = "key_01kagy2qk8e3vrc6h1x0m4t7ws")]
    client_id: Option<String>,
    /// The client's secret, where it is not in the `Authorization` header.
    #[schema(value_type = String, required = false, max_length = 200, example = "kontor-demo-secret")]
    client_secret: Option<String>,
    /// The permissions that the token is to carry, one blank between them (RFC 6749 3.3); where it is left out, all
    /// that the client has. What the client has not, or nobody knows, is left out: the answer's `scope` says what the
    /// token carries. Where nothing is left, there is none: `invalid_scope`.
    #[schema(value_type = String, required = false, max_length = 2000, example = "orders.place")]
    scope: Option<String>,
}

/// Get a token for a script or portal
///
/// RFC 6749 `client_credentials`, with the secret in the form or in the `Authorization: Basic` header; errors in
/// OAuth's own body. With a `scope` the token may less than the client: a script asks for what it needs.
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
    let mut asked = match form(&request, &body) {
        Ok(form) => form,
        Err(error) => return Ok(refuse(error)),
    };
    let scope = asked.scope.take();
    let Some((id, secret)) = credentials(&request, asked) else {
        return Ok(refuse(wrong("invalid_client", "client id or secret is missing")));
    };
    limits::count_log_in(&app, &request, &id)?;
    match identified(&app, id, secret).await? {
        Some(client) => grant(&app, &client, scope.as_deref()),
        None => Ok(refuse(wrong("invalid_client", "client id or secret is wrong"))),
    }
}

/// The form of a request, where it is one that asks for a token by client credentials.
fn form(request: &HttpRequest, body: &web::Bytes) -> Result<TokenRequest, TokenError> {
    let media = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !media.is_some_and(|media| media.starts_with(b"application/x-www-form-urlencoded")) {
        return Err(wrong("invalid_request", "send an application/x-www-form-urlencoded body"));
    }
    let form = web::Query::<TokenRequest>::from_query(std::str::from_utf8(body).unwrap_or("%"));
    let Ok(form) = form.map(web::Query::into_inner) else {
        return Err(wrong("invalid_request", "send an application/x-www-form-urlencoded body"));
    };
    match form.grant_type.as_deref() {
        Some("client_credentials") => Ok(form),
        Some(_) => Err(wrong("unsupported_grant_type", "only client_credentials is supported")),
        None => Err(wrong("invalid_request", "grant_type is missing")),
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

async fn identified(app: &web::Data<App>, id: String, secret: String) -> Result<Option<KnownClient>, Problem> {
    // A secret has 256 random bits: a plain digest is enough to store it by.
    let digest = sha256(secret.as_bytes());
    let Ok(id) = id.parse::<ApiClientId>() else { return Ok(None) };
    threads::writing(app, move |app| app.store.write(|tx| identify::identify(app, tx, id, &digest))).await
}

fn grant(app: &App, client: &KnownClient, scope: Option<&str>) -> Result<HttpResponse, Problem> {
    let granted = match granted(client.permissions, scope) {
        Ok(granted) => granted,
        Err(error) => return Ok(refuse(error)),
    };
    let who = Who::Machine { client: client.id, secret: client.secret, granted };
    let speaker = Speaker { marketplace: client.marketplace, who };
    let (access_token, expires_in) = app.tokens.issue(&speaker, app.clock.now()).map_err(Problem::internal)?;
    let body = AccessToken { access_token, token_type: "Bearer", expires_in, scope: scope_of(granted) };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

/// What a token is to carry of what its client may; a `scope` without a value counts as none (RFC 6749 3.1).
fn granted(own: Permissions, scope: Option<&str>) -> Result<Permissions, TokenError> {
    let scope = scope.filter(|scope| !scope.is_empty());
    let is_letter = |letter: u8| matches!(letter, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
    if scope.is_some_and(|scope| !scope.bytes().all(is_letter)) {
        return Err(wrong("invalid_scope", "scope is no list of permissions with one blank between them"));
    }
    let granted = scope.map_or(own, |scope| own.within(granted_by(scope)));
    if granted.is_empty() {
        return Err(wrong("invalid_scope", "nothing is left: the client has none of these permissions"));
    }
    Ok(granted)
}

const fn wrong(error: &'static str, error_description: &'static str) -> TokenError {
    TokenError { error, error_description }
}

fn refuse(error: TokenError) -> HttpResponse {
    let unauthorized = error.error == "invalid_client";
    let mut response =
        HttpResponse::build(if unauthorized { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST });
    response.insert_header((CACHE_CONTROL, "no-store"));
    if unauthorized {
        response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"kontor\""));
    }
    response.json(error)
}

/// Show the public keys of the tokens
///
/// Whoever verifies access tokens itself finds the key by the token's `kid`.
#[utoipa::path(tag = "auth", responses((status = 200, body = JsonWebKeySet)))]
#[get("/.well-known/jwks.json")]
pub async fn show_jwks(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(app.tokens.jwks())
}

/// Show how scripts log in
///
/// The metadata of the authorization server (RFC 8414), for libraries that find the token endpoint by themselves.
#[utoipa::path(tag = "auth", responses((status = 200, body = AuthorizationServer)))]
#[get("/.well-known/oauth-authorization-server")]
pub async fn show_authorization_server(app: web::Data<App>) -> HttpResponse {
    let body = AuthorizationServer::at(app.tokens.issuer());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(body)
}

/// The routes of this noun under `/v1`.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(issue_token);
}
