//! API clients as answers show them; a secret only in the answer to its creation.

use crate::clock::instant;
use crate::http::wire::codes::Permission;
use crate::page;
use serde::Serialize;
use store::api_clients::{Secret, StoredApiClient};
use utoipa::ToSchema;

/// A script or portal of an organisation that calls the API with a secret of its own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiClientDetails)]
pub struct ApiClient {
    /// The id of the client: `client_id` at `POST /v1/oauth/token`.
    #[schema(example = "key_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What its organisation calls it.
    #[schema(example = "ERP")]
    pub name: String,
    /// What it may do: never more than an administrator of its organisation.
    pub permissions: Vec<Permission>,
    /// Its live secrets, the older first; two at most, so that they can be changed without a pause.
    pub secrets: Vec<ApiClientSecret>,
    /// The new secret, in the answer to its creation only; null in every other answer.
    #[schema(required, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    pub secret: Option<String>,
    /// Whether it is revoked, and so kept out for good.
    pub revoked: bool,
    /// The id of the user or API client that created it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When it was created, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

/// A secret of an API client, without the secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiClientSecret {
    /// The id of the secret, to revoke it by.
    #[schema(example = "sec_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The last four characters of the secret, to tell it from the other.
    #[schema(example = "yQkU")]
    pub hint: String,
    /// When it was made, by real time also in a sandbox.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When a token was issued for it last; null where none was yet.
    #[schema(required, format = DateTime, example = "2026-11-20T10:20:00Z")]
    pub last_used_at: Option<String>,
}

page!(
    /// A page of API clients, newest first.
    ApiClientPage of ApiClient
);

/// An API client on the wire; `secret` is a new one, shown this once.
pub fn view(client: &StoredApiClient, secrets: &[Secret], secret: Option<String>) -> ApiClient {
    let shown = |secret: &Secret| ApiClientSecret {
        id: secret.id.to_string(),
        hint: secret.hint.clone(),
        created_at: instant(secret.created_at),
        last_used_at: secret.last_used_at.map(instant),
    };
    let permissions = client.permissions.unwrap_or(client.role.permissions());
    ApiClient {
        id: client.id.to_string(),
        name: client.name.clone(),
        permissions: permissions.iter().map(Permission).collect(),
        secrets: secrets.iter().filter(|secret| secret.client_id == client.id).map(shown).collect(),
        secret,
        revoked: client.revoked,
        created_by: client.created_by.clone(),
        created_at: instant(client.created_at),
    }
}
