//! A mail as it is handed over, and what any way for it to go must do.

use crate::texts::lang::Lang;
use domain::notification::NotificationKind;
use time::OffsetDateTime;

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What makes it this mail and no other: the notification's id. A repeated mail has the same.
    pub id: String,
    /// What it is about.
    pub kind: NotificationKind,
    /// The language that it is written in, for the header `Content-Language`.
    pub language: Lang,
    /// From whom: the name people see.
    pub from_name: String,
    /// From whom: the address.
    pub from: String,
    /// Whom an answer reaches.
    pub reply_to: Option<String>,
    /// To whom: one address.
    pub to: String,
    /// The subject, on one line.
    pub subject: String,
    /// The text, its lines ended by `\n`.
    pub text: String,
    /// When it is sent.
    pub date: OffsetDateTime,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// There is no server to take any mail: it cannot be reached, does not answer, or does not let us in.
    #[error("the mail server is unavailable: {0}")]
    Unavailable(String),
    /// The server does not take this mail now.
    #[error("the mail server asks to try later: {0}")]
    Later(String),
    /// The server will never take this mail.
    #[error("the mail server refuses: {0}")]
    Refused(String),
}

/// A way for mails to go.
pub trait Transport: Send + Sync {
    /// Hands a mail over. Whoever is killed right after it hands the same mail over again.
    fn send(&self, mail: &Mail) -> Result<(), SendError>;
}
