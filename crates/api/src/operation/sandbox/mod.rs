//! The clock of a sandbox marketplace: only forward; everything due until then happens.

pub mod move_clock;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::SandboxManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::routes::Routes;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::http::wire::job::{self, Job};
use crate::operation::sandbox::view::{SandboxClock, view};
use crate::{App, threads, transaction};
use actix_web::{HttpResponse, get, put, web};
use domain::access::Scope;
use std::time::{Duration, Instant};
use store::jobs::StoredJob;

/// How long one request waits for the clock: below what proxies wait for an answer.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often a job is looked at that another process does.
const LOOK: Duration = Duration::from_millis(100);

/// Show the sandbox's clock
///
/// The marketplace's now: real time, moved forward by as much as was asked for.
#[utoipa::path(
    tag = "sandbox",
    responses(
        (status = 200, body = SandboxClock),
        (
            status = 409,
            body = crate::http::problem::schema::Problem,
            content_type = "application/problem+json",
            description = "The marketplace is no sandbox",
        ),
    ),
    security(("bearer" = ["sandbox.manage"])),
)]
#[get("/sandbox/clock")]
pub async fn show_sandbox_clock(app: web::Data<App>, caller: Caller<SandboxManage>) -> Result<HttpResponse, Problem> {
    let marketplace = caller.scope().marketplace();
    let record = app.marketplaces.get(marketplace)?;
    if !record.marketplace.sandbox {
        return Err(Problem::new(Code::NotASandbox));
    }
    // The tag stands for how far the clock was moved, not for the time that passes by itself.
    Ok(Reply::json(200, &view(app.now(marketplace)))?.version(record.clock_offset_us).respond())
}

/// Move the sandbox's clock
///
/// Only forward, one move at a time; the clock goes on from there. 200 once everything that is due until then has
/// happened. Where that takes longer than a request waits, 202: the job in the answer goes on (`GET /v1/jobs/{job_id}`,
/// which needs `jobs.manage`), and the same request again waits for it. While another move is under way, 409 with where
/// the clock stands, in `now`.
#[utoipa::path(
    tag = "sandbox",
    request_body = SandboxClock,
    responses(
        (status = 200, body = SandboxClock),
        (status = 202, body = Job, description = "It takes longer: `Location` is where the job is followed"),
    ),
    security(("bearer" = ["sandbox.manage"])),
)]
#[put("/sandbox/clock")]
pub async fn move_sandbox_clock(
    app: web::Data<App>,
    caller: Caller<SandboxManage>,
    meta: Meta,
    body: Body<SandboxClock>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let target = checks.instant("/now", &body.value.now);
    let target = checks.finish(target)?;
    // The same move twice is one move anyway.
    let meta = Meta { idempotency_key: None, ..meta };
    let scope = caller.scope();
    let accepted = transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        job::accepted(&move_clock::ask(write, target)?)
    })
    .await?;
    app.wake_jobs();
    let Some(job) = until_over(&app, scope, &accepted).await? else { return Ok(accepted) };
    // Whoever asks next is to see the clock that this one moved, whichever process did it.
    threads::reading(&app, App::refresh).await?;
    let moved = transaction::read(&app, move |app, conn| move_clock::moved(app, conn, &job)).await?;
    Ok(Reply::json(200, &SandboxClock { now: moved.now })?.version(moved.ahead).respond())
}

/// The job of an answer once it is over; none where that takes longer than a request waits.
async fn until_over(app: &web::Data<App>, scope: Scope, accepted: &HttpResponse) -> Result<Option<StoredJob>, Problem> {
    let Some(id) = job::of_answer(accepted) else { return Ok(None) };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        // From here on, so that an end between the look and the wait is heard of, too.
        let over = app.until_job_over();
        let mut over = std::pin::pin!(over);
        over.as_mut().enable();
        let job = transaction::read_one(app, move |_, conn| Ok(store::jobs::get(conn, &scope, id)?)).await?;
        if job.is_over() {
            return Ok(Some(job));
        }
        let _ = tokio::time::timeout(LOOK, over).await;
    }
    Ok(None)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_sandbox_clock).service(move_sandbox_clock);
}
