//! Tasks: the work that events cause; parked work can be seen and replayed.

pub mod replay;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::TasksManage;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::list;
use crate::operation::tasks::view::{Task, TaskPage, TaskStatus, version, view};
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpResponse, get, post, web};
use domain::id::TaskId;
use serde::Deserialize;
use store::outbox;
use utoipa::IntoParams;

/// Which tasks a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskFilter {
    /// Only tasks that stand so.
    status: Option<TaskStatus>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
    /// The order: `created_at` is the oldest first, `-created_at` the newest first, as where it is left out.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// List tasks
///
/// Newest first: work that events caused, waiting, under way, done or parked.
#[utoipa::path(
    tag = "tasks",
    params(TaskFilter),
    responses((status = 200, body = TaskPage)),
    security(("bearer" = ["tasks.manage"])),
)]
#[get("/tasks")]
pub async fn list_tasks(
    app: web::Data<App>,
    caller: Caller<TasksManage>,
    query: Query<TaskFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let status = query.0.status.map(|status| match status {
        TaskStatus::Pending => outbox::TaskStatus::Pending,
        TaskStatus::Done => outbox::TaskStatus::Done,
        TaskStatus::Parked => outbox::TaskStatus::Parked,
    });
    let scope = caller.scope();
    let found = transaction::read(&app, move |_, conn| Ok(store::outbox::tasks(conn, &scope, status, &page)?)).await?;
    reply::ok(&TaskPage::of(found, |task| view(&task)))
}

/// Show a task
///
/// How often it was tried, when it is due again, and why it did not work the last time.
#[utoipa::path(
    tag = "tasks",
    params(("task_id" = String, Path, description = "The id of the task")),
    responses((status = 200, body = Task)),
    security(("bearer" = ["tasks.manage"])),
)]
#[get("/tasks/{task_id}")]
pub async fn show_task(
    app: web::Data<App>,
    caller: Caller<TasksManage>,
    request: actix_web::HttpRequest,
    id: PathId<TaskId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let task = transaction::read(&app, move |_, conn| Ok(store::outbox::task(conn, &scope, id.0)?)).await?;
    reply::resource(&request, version(&task), &view(&task))
}

/// Replay a parked task
///
/// It is due again at once, with its tries counted anew.
#[utoipa::path(
    tag = "tasks",
    params(("task_id" = String, Path, description = "The id of the task")),
    responses((status = 200, body = Task)),
    security(("bearer" = ["tasks.manage"])),
)]
#[post("/tasks/{task_id}/replay")]
pub async fn replay_task(
    app: web::Data<App>,
    caller: Caller<TasksManage>,
    meta: Meta,
    id: PathId<TaskId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let task = replay::replay(write, id.0)?;
        Ok(Reply::json(200, &view(&task))?.version(version(&task)))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_tasks).service(show_task).service(replay_task);
}
