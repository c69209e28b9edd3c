//! What the token endpoint answers, in the shapes of OAuth.

use domain::access::Permission;
use serde::Serialize;
use utoipa::ToSchema;

/// An access token (RFC 6749 5.1).
#[derive(Serialize, ToSchema)]
pub struct AccessToken {
    /// The access token, to be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    pub access_token: String,
    /// How the token is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the token works from now.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// The permissions that the token carries, one blank between them: those of the client that were asked for.
    #[schema(example = "catalog.read orders.place")]
    pub scope: String,
}

/// An error of the token endpoint (RFC 6749 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// What was wrong: `invalid_request`, `invalid_client`, `invalid_scope` or
    /// `unsupported_grant_type`.
    #[schema(example = "invalid_client")]
    pub error: &'static str,
    /// What was wrong, in English, for who writes the script.
    #[schema(example = "client id or secret is wrong")]
    pub error_description: &'static str,
}

/// What an authorization server says of itself (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct AuthorizationServer {
    /// Who issues the tokens: their `iss`, and the address of this installation.
    #[schema(example = "https://kontor.example")]
    issuer: String,
    /// Where scripts get their tokens.
    #[schema(example = "https://kontor.example/v1/oauth/token")]
    token_endpoint: String,
    /// How a script says there who it is: by `Authorization: Basic`, or in the form.
    #[schema(example = json!(["client_secret_basic", "client_secret_post"]))]
    token_endpoint_auth_methods_supported: [&'static str; 2],
    /// By what tokens are granted: a client's own credentials alone.
    #[schema(example = json!(["client_credentials"]))]
    grant_types_supported: [&'static str; 1],
    /// Always empty: nobody is sent to a page of an authorization server.
    #[schema(max_items = 0, example = json!([]))]
    response_types_supported: Vec<String>,
    /// What a token may be asked for: every permission that there is.
    #[schema(example = json!(["catalog.read", "orders.place"]))]
    scopes_supported: Vec<&'static str>,
    /// Where the public keys of the tokens are.
    #[schema(example = "https://kontor.example/.well-known/jwks.json")]
    jwks_uri: String,
    /// Where all this is described for people.
    #[schema(example = "https://kontor.example/docs/")]
    service_documentation: String,
}

impl AuthorizationServer {
    /// That of the installation with this address.
    pub fn at(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            token_endpoint: format!("{issuer}/v1/oauth/token"),
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
            grant_types_supported: ["client_credentials"],
            response_types_supported: vec![],
            scopes_supported: Permission::ALL.iter().map(|permission| permission.code()).collect(),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            service_documentation: format!("{issuer}/docs/"),
        }
    }
}

/// The public keys of the access tokens (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct JsonWebKeySet {
    /// The keys that tokens may be signed with now, all of Ed25519.
    #[schema(value_type = Vec<JsonWebKey>)]
    keys: Vec<serde_json::Value>,
}

/// A public key that verifies tokens (RFC 8037).
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "the shape that auth::token::Tokens::jwks writes")]
pub struct JsonWebKey {
    /// The family of the key: always `OKP`.
    #[schema(example = "OKP")]
    kty: String,
    /// The curve: always `Ed25519`.
    #[schema(example = "Ed25519")]
    crv: String,
    /// The algorithm of the signatures: always `EdDSA`.
    #[schema(example = "EdDSA")]
    alg: String,
    /// What the key is for, signatures: always `sig`.
    #[schema(rename = "use", example = "sig")]
    r#use: String,
    /// What tokens name the key by, in their `kid` header.
    #[schema(example = "2Qk1pU0gkPZb")]
    kid: String,
    /// The public key itself, base64url without padding.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    x: String,
}
