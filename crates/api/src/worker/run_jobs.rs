//! Doing the long work that somebody asked for: a few jobs at a time, each on a thread of its own, under a lease that
//! is renewed as long as it is worked on.

use crate::App;
use crate::http::problem::Problem;
use crate::jobs::{Held, Stopped, told};
use crate::lane::Lane;
use crate::worker::back_off::back_off;
use crate::worker::{import_matrix, import_sheet, play_clock, publish_list, publish_matrix};
use actix_web::web;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use store::Conn;
use store::jobs::{self, JobKind, JobState, StoredJob};
use tokio::sync::Semaphore;

/// Jobs that a process does at a time.
const AT_ONCE: usize = 2;
/// How often jobs are looked for that another process was asked for, or has left behind.
const POLL: Duration = Duration::from_secs(2);
/// After so many faults a job has failed.
const MAX_FAILURES: i32 = 5;
/// After so many claims it has failed, too: it ends whatever process takes it up.
const MAX_ATTEMPTS: i32 = 100;

/// Runs until the process stops.
pub async fn run(app: web::Data<App>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    while !app.draining() {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let working = app.clone();
        match web::block(move || claim(&working)).await {
            Ok(Ok(Some(job))) => {
                let working = app.clone();
                actix_web::rt::spawn(async move {
                    if let Err(error) = web::block(move || work_on(&working, job)).await {
                        tracing::error!(%error, "work on a job broke off");
                    }
                    drop(place);
                });
                continue;
            }
            Ok(Ok(None)) => {}
            Ok(Err(problem)) => tracing::warn!(%problem, "the worker could not look for jobs"),
            Err(error) => tracing::error!(%error, "the look for jobs broke off"),
        }
        drop(place);
        let _ = tokio::time::timeout(POLL, app.jobs_woken()).await;
    }
}

fn claim(app: &App) -> Result<Option<StoredJob>, Problem> {
    let (now, lease) = (app.clock.now(), app.job_lease);
    // Most looks find nothing: they are one statement.
    if !app.store.read_one(|conn| Ok::<_, Problem>(jobs::due_unscoped(conn, now, lease)?))? {
        return Ok(None);
    }
    app.store.write(|tx| Ok(jobs::claim(tx, now, lease)?))
}

/// Does a job as far as it goes now, and says how it ended.
fn work_on(app: &App, job: StoredJob) {
    let held = Held { app, job };
    let (over, heard) = mpsc::channel();
    let ended = std::thread::scope(|threads| {
        let held = &held;
        threads.spawn(move || keep(held, &heard));
        let ended = std::panic::catch_unwind(AssertUnwindSafe(|| do_it(held)));
        drop(over);
        ended
    });
    let ended = ended.unwrap_or_else(|_| Err(Problem::internal("a job panicked").into()));
    if let Err(problem) = end(&held, ended) {
        tracing::warn!(job = %held.job.id, %problem, "how a job ended could not be written: it is taken up again");
    }
    app.job_over();
    Lane::ALL.into_iter().for_each(|lane| app.wake(lane));
}

/// Renews the lease until the work is over.
fn keep(held: &Held<'_>, over: &mpsc::Receiver<()>) {
    let third = held.app.job_lease.unsigned_abs() / 3;
    while over.recv_timeout(third) == Err(mpsc::RecvTimeoutError::Timeout) {
        let until = held.app.clock.now() + held.app.job_lease;
        // Not had now, it is tried again in time.
        let _ = held.app.store.write(|tx| jobs::beat(tx, &held.job, until, None));
    }
}

fn do_it(held: &Held<'_>) -> Result<(), Stopped> {
    match held.job.kind {
        JobKind::PriceListImport => import_sheet::run(held),
        JobKind::PriceListPublication => publish_list::run(held),
        JobKind::OfferMatrixImport => import_matrix::run(held),
        JobKind::OfferMatrixPublication => publish_matrix::run(held),
        JobKind::SandboxClock => play_clock::run(held),
    }
}

fn end(held: &Held<'_>, ended: Result<(), Stopped>) -> Result<(), Problem> {
    let (app, job) = (held.app, &held.job);
    let count = |result| app.metrics.task(job.kind.code(), result);
    match ended {
        Ok(()) => count("done"),
        Err(Stopped::Lost) => {}
        Err(Stopped::Leaving) => {
            app.store.write(|tx| Ok::<_, Problem>(jobs::release(tx, job, app.clock.now(), job.failures)?))?;
        }
        Err(Stopped::Canceled) => {
            count("canceled");
            give_up(held, JobState::Canceled, None)?;
        }
        Err(Stopped::Problem(problem)) => {
            let fault = problem.status().is_server_error();
            let failures = job.failures + 1;
            count("failed");
            if fault && failures < MAX_FAILURES && job.attempts < MAX_ATTEMPTS {
                let again = app.clock.now() + back_off(failures);
                app.store.write(|tx| Ok::<_, Problem>(jobs::release(tx, job, again, failures)?))?;
            } else {
                give_up(held, JobState::Failed, Some(&problem))?;
            }
        }
    }
    Ok(())
}

/// Ends a job of which nothing has come; what it has left is forgotten.
fn give_up(held: &Held<'_>, state: JobState, problem: Option<&Problem>) -> Result<(), Problem> {
    let (app, job) = (held.app, &held.job);
    let problem = problem.map(|problem| told(problem, &job.request_id));
    app.store.write(|tx| {
        if jobs::finish(tx, job, state, None, problem.clone(), app.clock.now())? {
            forget(tx, job, state)?;
        }
        Ok(())
    })
}

/// Why rows could not be read is still worth knowing where an import has failed by it.
fn forget(tx: &mut Conn, job: &StoredJob, state: JobState) -> Result<(), Problem> {
    let failed = state == JobState::Failed;
    match job.kind {
        JobKind::PriceListImport => {
            let clear = if failed { store::price_lists::clear_rows } else { store::price_lists::clear };
            job.subject.parse().map_or(Ok(()), |list| Ok(clear(tx, list, job.marketplace_id)?))
        }
        JobKind::OfferMatrixImport => {
            let clear = if failed { store::offer_matrices::clear_rows } else { store::offer_matrices::clear };
            job.subject.parse().map_or(Ok(()), |matrix| Ok(clear(tx, matrix, job.marketplace_id)?))
        }
        JobKind::PriceListPublication | JobKind::OfferMatrixPublication | JobKind::SandboxClock => Ok(()),
    }
}
