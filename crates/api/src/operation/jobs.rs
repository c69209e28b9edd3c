//! Jobs: the work that events cause; parked work can be seen and replayed.

use crate::auth::caller::Caller;
use crate::auth::permits::JobsManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::codes::EventKind;
use crate::http::wire::{instant, list};
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::{HttpResponse, get, post, web};
use domain::id::TaskId;
use serde::{Deserialize, Serialize};
use store::outbox::{TaskRecord, TaskStatus};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// To be done, or to be tried again.
    Pending,
    /// Done.
    Done,
    /// Given up after many tries; replay it once the cause is mended.
    Parked,
}

/// One event's work for one consumer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Its id.
    #[schema(example = "job_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Who does it.
    #[schema(example = "provision")]
    pub consumer: String,
    /// Where it stands.
    pub status: JobStatus,
    /// What caused it.
    pub event_kind: EventKind,
    /// What it is about.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// How often it was begun.
    #[schema(example = 1)]
    pub attempts: i32,
    /// When it is due, in real time; null once it is done or parked.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub due_at: Option<String>,
    /// Why it did not work the last time.
    #[schema(required, example = "partner center: throttled")]
    pub last_error: Option<String>,
}

page!(
    /// A page of jobs, newest first.
    JobPage of Job
);

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobFilter {
    /// Only those that stand so.
    status: Option<JobStatus>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

fn view(task: &TaskRecord) -> Job {
    Job {
        id: task.id.to_string(),
        consumer: task.consumer.clone(),
        status: match task.status {
            TaskStatus::Pending => JobStatus::Pending,
            TaskStatus::Done => JobStatus::Done,
            TaskStatus::Parked => JobStatus::Parked,
        },
        event_kind: EventKind(task.kind),
        subject: task.subject.clone(),
        attempts: task.attempts,
        due_at: task.due_at.map(instant),
        last_error: task.error.clone(),
    }
}

/// List jobs
///
/// Newest first.
#[utoipa::path(
    tag = "jobs",
    params(JobFilter),
    responses((status = 200, body = JobPage)),
    security(("bearer" = ["jobs.manage"])),
)]
#[get("/jobs")]
pub async fn list_jobs(
    app: web::Data<App>,
    caller: Caller<JobsManage>,
    query: Query<JobFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let status = query.0.status.map(|status| match status {
        JobStatus::Pending => TaskStatus::Pending,
        JobStatus::Done => TaskStatus::Done,
        JobStatus::Parked => TaskStatus::Parked,
    });
    let scope = caller.scope();
    let found = transaction::read(&app, move |_, conn| Ok(store::outbox::tasks(conn, &scope, status, &page)?)).await?;
    reply::ok(&JobPage::of(found, |task| view(&task)))
}

/// Show a job
///
/// How often it was tried, when it is due again, and why it did not work the last time.
#[utoipa::path(
    tag = "jobs",
    params(("job_id" = String, Path, description = "The job's id")),
    responses((status = 200, body = Job)),
    security(("bearer" = ["jobs.manage"])),
)]
#[get("/jobs/{job_id}")]
pub async fn show_job(
    app: web::Data<App>,
    caller: Caller<JobsManage>,
    request: actix_web::HttpRequest,
    id: PathId<TaskId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let task = transaction::read(&app, move |_, conn| Ok(store::outbox::task(conn, &scope, id.0)?)).await?;
    reply::resource(&request, version(&task), &view(&task))
}

/// A task has no counter of its own: its state and tries tell two versions apart.
fn version(task: &TaskRecord) -> i64 {
    let status = match task.status {
        TaskStatus::Pending => 0,
        TaskStatus::Done => 1,
        TaskStatus::Parked => 2,
    };
    i64::from(task.attempts) * 4 + status
}

/// Replay a parked job
///
/// It is due again at once, with its tries counted anew.
#[utoipa::path(
    tag = "jobs",
    params(("job_id" = String, Path, description = "The job's id")),
    responses((status = 200, body = Job)),
    security(("bearer" = ["jobs.manage"])),
)]
#[post("/jobs/{job_id}/replay")]
pub async fn replay_job(
    app: web::Data<App>,
    caller: Caller<JobsManage>,
    meta: Meta,
    id: PathId<TaskId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let scope = write.identity.scope;
        let task = store::outbox::task(write.tx, &scope, id.0)?;
        if task.status != TaskStatus::Parked {
            return Err(Problem::new(Code::TaskNotParked));
        }
        store::outbox::replay(write.tx, &scope, id.0, write.app.clock.now())?;
        write.audit("job.replayed", None, id.0.to_string(), None, None)?;
        let task = store::outbox::task(write.tx, &scope, id.0)?;
        Ok(Reply::json(200, &view(&task))?.version(version(&task)))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_jobs).service(show_job).service(replay_job);
}
