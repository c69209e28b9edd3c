//! The audit log: who did what, on whose data, and what it was before and after.

use crate::auth::caller::Caller;
use crate::auth::permits::AuditRead;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::Query;
use crate::http::wire::checks::Checks;
use crate::http::wire::{instant, list};
use crate::{App, page, transaction};
use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// One thing that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// When, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// Who: a user's or API client's id.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub actor: String,
    /// Who acted in the actor's name.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
    /// `user` or `api_client`.
    #[schema(example = "user")]
    pub actor_kind: String,
    /// What.
    #[schema(example = "order.placed")]
    pub action: String,
    /// To what.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// What was before.
    #[schema(required, value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What is after.
    #[schema(required, value_type = Option<Object>)]
    pub after: Option<Value>,
    /// The request it was done by.
    #[schema(example = "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a")]
    pub request_id: String,
    /// `done`, or the code of the problem that refused it.
    #[schema(example = "done")]
    pub outcome: String,
}

page!(
    /// A page of the audit log, newest first.
    AuditPage of AuditEntry
);

/// Which entries.
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
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
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
    reply::ok(&AuditPage::of(found, |entry| AuditEntry {
        at: instant(entry.at),
        actor: entry.actor,
        impersonator: entry.impersonator,
        actor_kind: entry.actor_kind,
        action: entry.action,
        subject: entry.subject,
        before: entry.before,
        after: entry.after,
        request_id: entry.request_id,
        outcome: entry.outcome,
    }))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_audit_log);
}
