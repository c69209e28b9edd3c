//! The rounds of the worker: due tasks are claimed and each is taken as far as it goes; what time does comes first.

use crate::App;
use crate::events::Consumer;
use crate::http::problem::{Code, Problem};
use crate::worker::back_off::back_off;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::{apply_change, clock, create_tenant, grant_access, housekeeping, notify, provision, register};
use actix_web::web;
use domain::id::MarketplaceId;
use provisioning::ProvisioningError;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use store::Conn;
use store::outbox::{self, Lane, Task};

/// Tasks taken at once.
const BATCH: u32 = 20;
/// How often due work is looked for where nobody says that there is some.
const POLL: Duration = Duration::from_millis(500);
/// After so many failures without getting on a task is parked.
const MAX_FAILURES: i32 = 12;
/// The longest that moving a sandbox's clock waits for what is due.
const DRAIN: Duration = Duration::from_secs(60);

/// The lane of mails.
const MAILS: Lane<'static> = Lane::Only(Consumer::Notify.name());
/// The lane of everything else.
const WORK: Lane<'static> = Lane::Except(Consumer::Notify.name());

/// Runs until the process stops. Mails have a lane of their own: a mail server that answers slowly keeps nothing else
/// from being done.
pub async fn run(app: web::Data<App>) {
    tokio::join!(run_work(app.clone()), run_mails(app));
}

async fn run_mails(app: web::Data<App>) {
    while !app.draining() {
        let working = app.clone();
        match web::block(move || run_lane(&working, None, MAILS)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(_)) => continue,
            Ok(Err(problem)) => tracing::warn!(%problem, "the worker could not look for mails"),
            Err(error) => tracing::error!(%error, "the mails' round broke off"),
        }
        let _ = tokio::time::timeout(POLL, app.mail_woken()).await;
    }
}

async fn run_work(app: web::Data<App>) {
    let mut swept = None;
    while !app.draining() {
        let working = app.clone();
        let sweep = swept.is_none_or(|at: Instant| at.elapsed() > Duration::from_secs(3_600));
        let round = web::block(move || {
            if sweep && let Err(problem) = housekeeping::sweep(&working) {
                tracing::warn!(%problem, "housekeeping did not work");
            }
            Ok::<_, Problem>(clock::run_all(&working)? + run_lane(&working, None, WORK)?)
        });
        match round.await {
            Ok(Ok(0)) => {}
            Ok(Ok(_)) => continue,
            Ok(Err(problem)) => tracing::warn!(%problem, "the worker could not look for work"),
            Err(error) => tracing::error!(%error, "the worker's round broke off"),
        }
        if sweep {
            swept = Some(Instant::now());
        }
        let _ = tokio::time::timeout(POLL, app.woken()).await;
    }
}

/// Works on due tasks once; says how many there were.
pub fn run_once(app: &App, only: Option<MarketplaceId>) -> Result<usize, Problem> {
    Ok(run_lane(app, only, WORK)? + run_lane(app, only, MAILS)?)
}

fn run_lane(app: &App, only: Option<MarketplaceId>, lane: Lane<'_>) -> Result<usize, Problem> {
    let now = app.clock.now();
    let lease = now + app.job_lease;
    let tasks = app.store.write(|tx| Ok::<_, Problem>(outbox::claim(tx, now, lease, BATCH, only, lane)?))?;
    for task in &tasks {
        work_on(app, task)?;
    }
    Ok(tasks.len())
}

/// Works until nothing is left to be claimed, and nothing has become due.
pub fn drain(app: &App, only: Option<MarketplaceId>) -> Result<(), Problem> {
    loop {
        let steps = match only {
            Some(id) => clock::run(app, id, app.now(id))?,
            None => clock::run_all(app)?,
        };
        if steps + run_once(app, only)? == 0 {
            return Ok(());
        }
    }
}

/// Works until nothing of a marketplace is due any more, what other workers have claimed included.
pub fn settle(app: &App, marketplace: MarketplaceId) -> Result<(), Problem> {
    let started = Instant::now();
    while started.elapsed() < DRAIN {
        drain(app, Some(marketplace))?;
        let due = |conn: &mut Conn| Ok::<_, Problem>(outbox::due_unscoped(conn, app.clock.now(), Some(marketplace))?);
        if app.store.read(due)? == 0 {
            return Ok(());
        }
        std::thread::sleep(POLL / 25);
    }
    Err(Problem::unavailable(Code::Unavailable, "what is due takes longer"))
}

/// Takes a task as far as it goes now.
fn work_on(app: &App, task: &Task) -> Result<(), Problem> {
    let Some(consumer) = Consumer::from_name(&task.consumer) else {
        app.store.write(|tx| Ok::<_, Problem>(outbox::park(tx, task, "no such consumer")?))?;
        return Ok(());
    };
    if app.clock.now() >= task.lease {
        // It waited too long for the others of its batch: whoever claims it next does it.
        return Ok(());
    }
    match steps(app, consumer, task) {
        Ok(Outcome::Done | Outcome::Next) => app.metrics.task(consumer.name(), "done"),
        Err(Trouble::LeaseLost) => {}
        Ok(Outcome::Wait(wait)) => postpone(app, consumer, task, "waited", wait, MICROSOFT)?,
        Ok(Outcome::Hold(wait, why)) => postpone(app, consumer, task, "waited", wait, &why)?,
        Err(Trouble::PartnerCenter(ProvisioningError::Throttled { after })) => {
            let wait = time::Duration::try_from(after).unwrap_or(time::Duration::MINUTE);
            postpone(app, consumer, task, "throttled", wait, MICROSOFT)?;
        }
        Err(Trouble::PartnerCenter(error)) => failed(app, consumer, task, &error.to_string())?,
        Err(Trouble::Own(problem)) => failed(app, consumer, task, &problem.to_string())?,
    }
    Ok(())
}

/// Has a consumer take a task one step further.
fn handle(consumer: Consumer, app: &App, task: &Task) -> Result<Outcome, Trouble> {
    match consumer {
        Consumer::CreateTenant => create_tenant::handle(app, task),
        Consumer::Provision => provision::handle(app, task),
        Consumer::ApplyChange => apply_change::handle(app, task),
        Consumer::GrantAccess => grant_access::handle(app, task),
        Consumer::Notify => notify::handle(app, task),
        Consumer::Register => register::handle(app, task),
    }
}

/// One committed step after the other. A consumer that panics has failed; the other tasks go on.
fn steps(app: &App, consumer: Consumer, task: &Task) -> Result<Outcome, Trouble> {
    let all = || loop {
        match handle(consumer, app, task) {
            Ok(Outcome::Next) => {}
            other => break other,
        }
    };
    std::panic::catch_unwind(AssertUnwindSafe(all))
        .unwrap_or_else(|_| Err(Trouble::Own(Problem::internal("a consumer panicked"))))
}

const MICROSOFT: &str = "waiting for Microsoft";

/// Somebody else is not ready: that is no failure, however often it happens.
fn postpone(
    app: &App,
    consumer: Consumer,
    task: &Task,
    result: &'static str,
    wait: time::Duration,
    why: &str,
) -> Result<(), Problem> {
    app.metrics.task(consumer.name(), result);
    app.store.write(|tx| {
        outbox::wait(tx, task, app.clock.now() + wait, why)?;
        Ok(())
    })
}

fn failed(app: &App, consumer: Consumer, task: &Task, error: &str) -> Result<(), Problem> {
    app.metrics.task(consumer.name(), "failed");
    let failures = task.failures + 1;
    app.store.write(|tx| {
        if failures < MAX_FAILURES {
            outbox::retry(tx, task, app.clock.now() + back_off(failures), error)?;
        } else {
            tracing::error!(task = %task.id, consumer = consumer.name(), error, "a task is parked");
            outbox::park(tx, task, error)?;
        }
        Ok(())
    })
}
