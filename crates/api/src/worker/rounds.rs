//! Tasks are claimed and each is taken as far as it goes; and the same one after the other until nothing is left, for
//! who waits for that.

use crate::App;
use crate::events::Consumer;
use crate::http::problem::{Code, Problem};
use crate::lane::Lane;
use crate::microsoft;
use crate::worker::back_off::back_off;
use crate::worker::outcome::{MICROSOFT, Outcome, Trouble};
use crate::worker::{apply_change, check_vat_id, clock, create_tenant, grant_access, notify, provision, register};
use domain::id::MarketplaceId;
use provisioning::ProvisioningError;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use store::Conn;
use store::outbox::{self, Task, Want};

/// Tasks taken at once.
const BATCH: usize = 20;
/// How often it is looked whether others are done.
const POLL: Duration = Duration::from_millis(20);
/// After so many failures without getting on a task is parked.
const MAX_FAILURES: i32 = 12;
/// The longest that moving a sandbox's clock waits for what is due.
const DRAIN: Duration = Duration::from_secs(60);

/// Works on due tasks once; says how many there were.
pub fn run_once(app: &App, only: Option<MarketplaceId>) -> Result<usize, Problem> {
    Ok(run_lane(app, only, Lane::Work)? + run_lane(app, only, Lane::Mail)?)
}

/// Works on due tasks of a lane once; says how many there were. One whose result could not be written keeps none of
/// the others from being done.
pub fn run_lane(app: &App, only: Option<MarketplaceId>, lane: Lane) -> Result<usize, Problem> {
    let tasks = claim(app, only, lane, BATCH, false)?;
    let results: Vec<_> = tasks.iter().map(|task| work_on(app, task)).collect();
    results.into_iter().collect::<Result<Vec<()>, _>>().map(|done| done.len())
}

/// Claims due tasks of a lane, at most so many; of each customer only one where several are worked on at once.
pub fn claim(
    app: &App,
    only: Option<MarketplaceId>,
    lane: Lane,
    limit: usize,
    one_each: bool,
) -> Result<Vec<Task>, Problem> {
    let now = app.clock.now();
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let want = Want { lease_until: now + app.job_lease, limit, only, lane: Some(lane.name()), one_each };
    let claimed = app.store.write(|tx| Ok::<_, Problem>(outbox::claim(tx, now, &want)?))?;
    for task in claimed.unreadable {
        let (consumer, error) = (known(&task.consumer), task.error);
        app.metrics.task(consumer, "unreadable");
        tracing::error!(task = %task.id, marketplace = %task.marketplace_id, consumer, error, "a task is parked");
    }
    Ok(claimed.tasks)
}

/// A consumer's name for a metric, which must not grow with what stands in the database.
fn known(consumer: &str) -> &'static str {
    Consumer::from_name(consumer).map_or("unknown", Consumer::name)
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
        std::thread::sleep(POLL);
    }
    Err(Problem::unavailable(Code::Unavailable, "what is due takes longer"))
}

/// Takes a task as far as it goes now, and wakes the lanes of what that causes.
pub fn work_on(app: &App, task: &Task) -> Result<(), Problem> {
    let before = app.caused();
    let done = go_on(app, task);
    app.wake_caused(before);
    done
}

fn go_on(app: &App, task: &Task) -> Result<(), Problem> {
    let Some(consumer) = Consumer::from_name(&task.consumer) else {
        app.store.write(|tx| Ok::<_, Problem>(outbox::park(tx, task, "no such consumer")?))?;
        return Ok(());
    };
    if consumer.asks_microsoft() && is_only_pretended(app, task.event.marketplace_id)? {
        app.store.write(|tx| Ok::<_, Problem>(outbox::park(tx, task, PRETENDED)?))?;
        return Ok(());
    }
    if app.clock.now() >= task.lease {
        // It waited too long for the others of its batch: whoever claims it next does it.
        return Ok(());
    }
    match steps(app, consumer, task) {
        Ok(Outcome::Done | Outcome::Next) => app.metrics.task(consumer.name(), "done"),
        Ok(Outcome::Waits) => app.metrics.task(consumer.name(), "waited"),
        Err(Trouble::LeaseLost) => {}
        Ok(Outcome::Wait(wait)) => postpone(app, consumer, task, "waited", wait, MICROSOFT)?,
        Ok(Outcome::Hold(wait, why)) => postpone(app, consumer, task, "waited", wait, &why)?,
        Err(Trouble::PartnerCenter(ProvisioningError::Throttled { after })) => {
            let wait = time::Duration::try_from(after).unwrap_or(time::Duration::MINUTE);
            postpone(app, consumer, task, "throttled", wait, MICROSOFT)?;
        }
        Err(Trouble::PartnerCenter(error)) => failed(app, consumer, task, &error.to_string())?,
        Err(Trouble::Garbled(answer)) => failed(app, consumer, task, &answer)?,
        Err(Trouble::Own(problem)) => failed(app, consumer, task, &problem.to_string())?,
    }
    Ok(())
}

/// What operators see of a task whose marketplace is paid in real money, where Partner Center only pretends.
const PRETENDED: &str = "real money, and a Partner Center that only pretends: nothing is ordered there";

/// Whether what a marketplace orders is paid and not delivered. None opens so; a database may still say it.
fn is_only_pretended(app: &App, marketplace: MarketplaceId) -> Result<bool, Problem> {
    Ok(microsoft::pretends(app) && !app.marketplaces.get(marketplace)?.marketplace.sandbox)
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
        Consumer::CheckVatId => check_vat_id::handle(app, task),
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
