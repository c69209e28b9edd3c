//! The audit log: who did what, on whose data, and what it was before and after.

pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::AuditRead;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::routes::Routes;
use crate::http::wire::body::Query;
use crate::http::wire::checks::Checks;
use crate::http::wire::list::{self, BY_CREATION, Walk};
use crate::operation::audit_log::view::{AuditPage, of_resold, view};
use crate::texts::place::Place;
use crate::{App, transaction};
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

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
    /// Only of what was done so; several with commas between them: `order.placed,customer.changed`.
    #[param(max_length = 500, example = "order.placed")]
    action: Option<String>,
    /// Only those done at this instant or later.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    from: Option<String>,
    /// Only those done before this instant.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    to: Option<String>,
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
    let scope = caller.scope();
    let AuditFilter { subject, actor, action, from, to, limit, cursor, sort } = &query.0;
    let mut checks = Checks::new();
    let subject = checks.optional("subject", subject.as_deref(), 64);
    let actor = checks.optional("actor", actor.as_deref(), 64);
    let actions = actions(&mut checks, action.as_deref());
    let times = list::times(&mut checks, [("from", from.as_deref()), ("to", to.as_deref())], None);
    let walk = Walk { limit: *limit, cursor: cursor.as_deref(), sort: sort.as_deref() };
    let page = walk.read(&mut checks, BY_CREATION, times);
    checks.done()?;
    let found = transaction::read(&app, move |_, conn| {
        let (subject, actor) = (subject.as_deref(), actor.as_deref());
        let filter = store::audit::Filter { subject, actor, actions: &actions, times };
        Ok(store::audit::list(conn, &scope, &filter, &page)?)
    })
    .await?;
    let resold = caller.scope().customer().is_some() && caller.identity().buys_through.is_some();
    let shown: fn(_) -> _ = if resold { of_resold } else { view };
    reply::ok(&AuditPage::of(found, shown))
}

/// What was done, by its codes: whatever is written so.
fn actions(checks: &mut Checks, text: Option<&str>) -> Vec<String> {
    let written = |code: &str| {
        let letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '.');
        code.len() <= 64 && code.starts_with(|first: char| first.is_ascii_lowercase()) && code.chars().all(letter)
    };
    let actions = checks.codes(
        "action",
        text,
        |code| written(code).then(|| code.to_owned()),
        "codes of actions such as order.placed",
    );
    if actions.len() > MOST_ACTIONS {
        checks.note("action", Code::OutOfRange, vec![("limit", Place::Range(1, MOST_ACTIONS as u64))]);
    }
    actions
}

/// The most actions that are asked for at once.
const MOST_ACTIONS: usize = 20;

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_audit_log);
}
