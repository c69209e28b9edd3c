//! The token by which somebody acts in another one's name, as the answer gives it out.

use crate::App;
use crate::http::problem::Problem;
use crate::people::sessions::keep;
use serde::Serialize;
use store::sessions::StoredSession;
use utoipa::ToSchema;

/// What lets somebody act in somebody else's name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Impersonation {
    /// The access token, to be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    pub access_token: String,
    /// How the token is sent: always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds that the token works from now; it is not refreshed.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// The id of the user in whose name one acts.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: String,
}

/// The access token of a log-in in somebody else's name that has just begun.
pub fn view(app: &App, session: &StoredSession) -> Result<Impersonation, Problem> {
    let issued = app.tokens.issue(&keep::speaker(session), session.started_at);
    let (access_token, expires_in) = issued.map_err(Problem::internal)?;
    Ok(Impersonation { access_token, token_type: "Bearer", expires_in, user_id: session.user_id.to_string() })
}
