//! Notifications as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::{NotificationKind, NotificationStatus};
use crate::page;
use serde::Serialize;
use store::notifications::StoredNotification;
use utoipa::ToSchema;

/// What one person was told about one event. What the mail says is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notification {
    /// Its id; the mail's Message-ID begins with it.
    #[schema(example = "ntf_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What the mail is about.
    pub kind: NotificationKind,
    /// What became of the mail.
    pub status: NotificationStatus,
    /// The event that the person was told about.
    #[schema(example = "evt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub event_id: String,
    /// The id of what the event happened to.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// The address that it is sent to.
    #[schema(example = "admin@kunde.cancom.example")]
    pub recipient: String,
    /// In which language: `de`, `en` or `pl`.
    #[schema(example = "de")]
    pub language: String,
    /// Who it is; null for somebody who cannot log in.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: Option<String>,
    /// How often it was tried to send it.
    #[schema(example = 1)]
    pub attempts: i32,
    /// Why it last did not go, in the mail server's words; null where it always did.
    #[schema(required, example = "permanent error (550): no such user")]
    pub failure: Option<String>,
    /// When it was decided on.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When the mail server took it; null as long as it has not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:01Z")]
    pub sent_at: Option<String>,
}

page!(
    /// A page of notifications, newest first.
    NotificationPage of Notification
);

/// A notification on the wire.
pub fn view(record: StoredNotification) -> Notification {
    Notification {
        id: record.id.to_string(),
        kind: NotificationKind(record.kind),
        status: NotificationStatus(record.status),
        event_id: record.event_id.to_string(),
        subject: record.subject,
        recipient: record.recipient,
        language: record.language,
        user_id: record.user_id.map(|id| id.to_string()),
        attempts: record.attempts,
        failure: record.failure,
        created_at: instant(record.created_at),
        sent_at: record.sent_at.map(instant),
    }
}
