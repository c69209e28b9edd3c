//! The tokens of a log-in as answers give them out.

use serde::Serialize;
use utoipa::ToSchema;

/// The tokens of a log-in: what opens the API, and what goes on with it.
#[derive(Serialize, ToSchema)]
pub struct TokenPair {
    /// The access token, to be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    pub access_token: String,
    /// How the token is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the access token works from now.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// The refresh token for the next access token; each is used once.
    #[schema(example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    pub refresh_token: String,
}
