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
    /// What this device sends with the account's next log-in from it, 180 days at most, so that strangers who have the
    /// account locked by guessing do not lock this device out; it lets nobody in. Only of a log-in, not of a refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "AZqRzcKncdONM9lKx5JebAGaka…")]
    pub device_token: Option<String>,
}
