//! Notifications: who was told what by mail, and whether the mail server took it.

use crate::auth::caller::Caller;
use crate::auth::permits::NotificationsRead;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::Query;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{NotificationKind, NotificationStatus};
use crate::http::wire::{instant, list};
use crate::{App, page, transaction};
use actix_web::{HttpResponse, get, web};
use domain::id::UserId;
use serde::{Deserialize, Serialize};
use store::notifications::{Filter, StoredNotification};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// What one person was told about one event. What the mail says is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notification {
    /// Its id; the mail's Message-ID begins with it.
    #[schema(example = "ntf_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What about.
    pub kind: NotificationKind,
    /// What became of it.
    pub status: NotificationStatus,
    /// The event.
    #[schema(example = "evt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub event_id: String,
    /// What the event happened to.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// At which address.
    #[schema(example = "admin@kunde.cancom.example")]
    pub recipient: String,
    /// In which language: `de`, `en` or `pl`.
    #[schema(example = "de")]
    pub language: String,
    /// Who it is; null for somebody who cannot log in.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: Option<String>,
    /// How often it was tried.
    #[schema(example = 1)]
    pub attempts: i32,
    /// Why it last did not go: the mail server's words.
    #[schema(required, example = "permanent error (550): no such user")]
    pub failure: Option<String>,
    /// When it was decided on.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When the mail server took it.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:01Z")]
    pub sent_at: Option<String>,
}

page!(
    /// A page of notifications, newest first.
    NotificationPage of Notification
);

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationFilter {
    /// Only those of which became this.
    status: Option<NotificationStatus>,
    /// Only of this kind.
    kind: Option<NotificationKind>,
    /// Only to this person.
    #[param(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws", max_length = 64)]
    user_id: Option<String>,
    /// Only about this thing.
    #[param(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws", max_length = 64)]
    subject: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

fn view(record: StoredNotification) -> Notification {
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

/// List notifications
///
/// Newest first: mails to the people of one's own organisation, and of a reseller's customers. Never what they say.
#[utoipa::path(
    tag = "notifications",
    params(NotificationFilter),
    responses((status = 200, body = NotificationPage)),
    security(("bearer" = ["notifications.read"])),
)]
#[get("/notifications")]
pub async fn list_notifications(
    app: web::Data<App>,
    caller: Caller<NotificationsRead>,
    query: Query<NotificationFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let mut checks = Checks::new();
    let user_id = query.0.user_id.as_deref().and_then(|id| checks.id::<UserId>("user_id", id));
    let subject = checks.optional("subject", query.0.subject.as_deref(), 64);
    checks.done()?;
    let (status, kind) = (query.0.status.map(|status| status.0), query.0.kind.map(|kind| kind.0));
    let scope = caller.scope();
    let found = transaction::read(&app, move |_, conn| {
        let filter = Filter { status, kind, user_id, subject: subject.as_deref() };
        Ok(store::notifications::list(conn, &scope, &filter, &page)?)
    })
    .await?;
    reply::ok(&NotificationPage::of(found, view))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_notifications);
}
