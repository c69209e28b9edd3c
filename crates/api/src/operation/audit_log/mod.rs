//! The audit log: who did what, on whose data, and what it was before and after.

pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::AuditRead;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::Query;
use crate::http::wire::checks::Checks;
use crate::http::wire::list;
use crate::operation::audit_log::view::{AuditPage, of_resold, view};
use crate::{App, transaction};
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// Which entries a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Only about this thing.
    #[param(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws", max_length = 64)]
    subject: Option<String>,
    /// Only by this user or API client, in its own or in somebody else's name.
    #[param(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws", max_length = 64)]
    actor: Option<String>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
    /// The order: `created_at` is the oldest first, `-created_at` the newest first, as where it is left out.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// List the audit log
///
/// Newest first; one's own organisation's only.
#[utoipa::path(
    tag = "audit",
    params(AuditFilter),
    responses((status = 200, body = AuditPage)),
    security(("bearer" = ["audit.read"])),
)]
#[get("/audit-log")]
pub async fn list_audit_log(
    app: web::Data<App>,
    caller: Caller<AuditRead>,
    query: Query<AuditFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let scope = caller.scope();
    let mut checks = Checks::new();
    let subject = checks.optional("subject", query.0.subject.as_deref(), 64);
    let actor = checks.optional("actor", query.0.actor.as_deref(), 64);
    checks.done()?;
    let found = transaction::read(&app, move |_, conn| {
        let filter = store::audit::Filter { subject: subject.as_deref(), actor: actor.as_deref() };
        Ok(store::audit::list(conn, &scope, &filter, &page)?)
    })
    .await?;
    let resold = caller.scope().customer().is_some() && caller.identity().buys_through.is_some();
    let shown: fn(_) -> _ = if resold { of_resold } else { view };
    reply::ok(&AuditPage::of(found, shown))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_audit_log);
}
