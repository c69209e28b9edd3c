//! Notifications: who was told what by mail, and whether the mail server took it.

pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::NotificationsRead;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::routes::Routes;
use crate::http::wire::body::Query;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{NotificationKind, NotificationStatus};
use crate::http::wire::list;
use crate::operation::notifications::view::{NotificationPage, view};
use crate::{App, transaction};
use actix_web::{HttpResponse, get, web};
use domain::id::UserId;
use serde::Deserialize;
use store::notifications::Filter;
use utoipa::IntoParams;

/// Which notifications a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationFilter {
    /// Only those of which this became.
    status: Option<NotificationStatus>,
    /// Only notifications of this kind.
    kind: Option<NotificationKind>,
    /// Only to this person.
    #[param(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws", max_length = 64)]
    user_id: Option<String>,
    /// Only about this thing.
    #[param(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws", max_length = 64)]
    subject: Option<String>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
    /// The order: `created_at` is the oldest first, `-created_at` the newest first, as where it is left out.
    #[param(example = "-created_at")]
    sort: Option<String>,
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
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_notifications);
}
