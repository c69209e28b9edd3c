//! Jobs: long work that somebody asked for, to be followed and canceled.

pub mod cancel;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::JobsManage;
use crate::http::meta::{Meta, language};
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::job::{Job, JobState, view};
use crate::http::wire::list;
use crate::page;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::JobId;
use serde::Deserialize;
use store::jobs;
use utoipa::IntoParams;

page!(
    /// A page of jobs, newest first.
    JobPage of Job
);

/// Which jobs a list shows; what is left out does not restrict it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobFilter {
    /// Only jobs that stand so.
    state: Option<JobState>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
    /// The order: `created_at` is the oldest first, `-created_at` the newest first, as where it is left out.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// List jobs
///
/// Newest first: long work that somebody asked for, such as an import, queued, running or over.
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
    request: HttpRequest,
    query: Query<JobFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let state = query.0.state.map(|state| match state {
        JobState::Queued => jobs::JobState::Queued,
        JobState::Running => jobs::JobState::Running,
        JobState::Done => jobs::JobState::Done,
        JobState::Failed => jobs::JobState::Failed,
        JobState::Canceled => jobs::JobState::Canceled,
    });
    let (scope, lang) = (caller.scope(), language(request.headers()));
    let found = transaction::read(&app, move |_, conn| Ok(jobs::list(conn, &scope, state, &page)?)).await?;
    Ok(reply::in_language(reply::ok(&JobPage::of(found, |job| view(&job, lang)))?, lang))
}

/// Show a job
///
/// Where it stands, how far it is, and what came of it. Ask again every second or so until `state` is `done`, `failed`
/// or `canceled`.
#[utoipa::path(
    tag = "jobs",
    params(("job_id" = String, Path, description = "The id of the job")),
    responses((status = 200, body = Job)),
    security(("bearer" = ["jobs.manage"])),
)]
#[get("/jobs/{job_id}")]
pub async fn show_job(
    app: web::Data<App>,
    caller: Caller<JobsManage>,
    request: HttpRequest,
    id: PathId<JobId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let job = transaction::read_one(&app, move |_, conn| Ok(jobs::get(conn, &scope, id.0)?)).await?;
    reply::reviewed(&request, job.version, &view(&job, language(request.headers())))
}

/// Cancel a job
///
/// One that is queued is canceled at once. One that is running stops after the step that it is in, unless that was its
/// last: ask for it again to see. An import leaves a discarded list, a publication leaves the prices as they were, a
/// sandbox's clock stays where it has got to.
#[utoipa::path(
    tag = "jobs",
    params(("job_id" = String, Path, description = "The id of the job")),
    responses((status = 200, body = Job)),
    security(("bearer" = ["jobs.manage"])),
)]
#[post("/jobs/{job_id}/cancel")]
pub async fn cancel_job(
    app: web::Data<App>,
    caller: Caller<JobsManage>,
    meta: Meta,
    request: HttpRequest,
    id: PathId<JobId>,
) -> Result<HttpResponse, Problem> {
    let lang = language(request.headers());
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let job = cancel::cancel(write, id.0)?;
        Ok(Reply::json(200, &view(&job, lang))?.reviewed(job.version).in_language(lang))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_jobs).service(show_job).service(cancel_job);
}
