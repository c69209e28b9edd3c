//! Log-ins of people, and tries to log in, as answers show them.

use crate::clock::instant;
use crate::page;
use serde::Serialize;
use store::{login_attempts, sessions};
use utoipa::ToSchema;

/// A try to log in, whether or not it succeeded.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginAttempt {
    /// When it was, by real time also in a sandbox.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// The network address it came from.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// The program it came from, as that calls itself (`User-Agent`).
    #[schema(example = "Mozilla/5.0")]
    pub user_agent: String,
    /// How it went: `succeeded`, `wrong_password`, or refused because the account was `locked`, `disabled` or
    /// `not_activated`.
    #[schema(example = "succeeded")]
    pub outcome: &'static str,
}

impl From<login_attempts::StoredLoginAttempt> for LoginAttempt {
    fn from(attempt: login_attempts::StoredLoginAttempt) -> Self {
        Self {
            at: instant(attempt.at),
            address: attempt.address,
            user_agent: attempt.user_agent,
            outcome: attempt.outcome.code(),
        }
    }
}

page!(
    /// A page of tries to log in, newest first.
    LoginAttemptPage of LoginAttempt
);

/// A log-in that has not ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserSession {
    /// The id of the log-in; it stays the same when tokens are refreshed.
    #[schema(example = "ses_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// When it began, by real time also in a sandbox.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub started_at: String,
    /// When its tokens were refreshed last.
    #[schema(format = DateTime, example = "2026-11-20T11:00:00Z")]
    pub last_used_at: String,
    /// When it ends in any case, however often it is refreshed.
    #[schema(format = DateTime, example = "2026-12-20T10:15:00Z")]
    pub expires_at: String,
    /// The network address it began from.
    #[schema(example = "203.0.113.7")]
    pub address: String,
    /// The program it began with, as that calls itself (`User-Agent`).
    #[schema(example = "Mozilla/5.0")]
    pub user_agent: String,
    /// Who acts in the person's name by it; null where the person does itself.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
}

impl From<sessions::StoredSession> for UserSession {
    fn from(session: sessions::StoredSession) -> Self {
        Self {
            id: session.id.to_string(),
            started_at: instant(session.started_at),
            last_used_at: instant(session.last_used_at),
            expires_at: instant(session.absolute_until),
            address: session.address,
            user_agent: session.user_agent,
            impersonator: session.impersonator.map(|id| id.to_string()),
        }
    }
}

page!(
    /// A page of log-ins, newest first.
    UserSessionPage of UserSession
);
