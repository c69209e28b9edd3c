//! The lanes of the worker, each a loop of its own: the clock, what is asked of Microsoft, mails. One that is slow or
//! broken holds up no other. They sleep until [`crate::worker::watch`] sees work, or a transaction of this process has
//! caused some.

use crate::App;
use crate::http::problem::Problem;
use crate::lane::Lane;
use crate::worker::clock::troubled::Troubled;
use crate::worker::{clock, housekeeping, rounds};
use actix_web::web;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How often the clock looks for what nobody wakes it for: resellers that wait for access.
const UNASKED: Duration = Duration::from_secs(10);
/// How often it is looked whether the clock of the machine was set back.
const HEED: Duration = Duration::from_secs(60);
/// How often old rows are swept away.
const SWEEP: Duration = Duration::from_secs(3_600);
/// How long a stop may take to be noticed where nothing else happens.
const NOTICE: Duration = Duration::from_secs(1);

/// Runs until the process stops.
pub async fn run(app: web::Data<App>) {
    tokio::join!(tell_time(app.clone()), work(app.clone(), Lane::Work), work(app.clone(), Lane::Mail), keep_house(app));
}

async fn tell_time(app: web::Data<App>) {
    let troubled = Arc::new(Mutex::new(Troubled::default()));
    while !app.draining() {
        let (working, troubled) = (app.clone(), Arc::clone(&troubled));
        let round = web::block(move || {
            let mut troubled = troubled.lock().unwrap_or_else(PoisonError::into_inner);
            clock::round(&working, &mut troubled)
        });
        match round.await {
            Ok(Ok(0)) => {}
            Ok(Ok(_)) => continue,
            Ok(Err(problem)) => tracing::warn!(%problem, "the clock could not go on"),
            Err(error) => tracing::error!(%error, "a round of the clock broke off"),
        }
        let _ = tokio::time::timeout(UNASKED, app.woken(Lane::Clock)).await;
    }
}

/// Several tasks at once, each customer's one after the other.
async fn work(app: web::Data<App>, lane: Lane) {
    let mut hands = JoinSet::new();
    let mut hungry = true;
    while !app.draining() {
        let room = app.lane_tasks.saturating_sub(hands.len());
        // A claim costs the same for one as for some.
        if hungry && room > 0 && room * 4 >= app.lane_tasks {
            let claiming = app.clone();
            match web::block(move || rounds::claim(&claiming, None, lane, room, true)).await {
                Ok(Ok(tasks)) => {
                    hungry = !tasks.is_empty();
                    for task in tasks {
                        let working = app.clone();
                        hands.spawn_blocking(move || rounds::work_on(&working, &task));
                    }
                    continue;
                }
                Ok(Err(problem)) => tracing::warn!(lane = lane.name(), %problem, "no work could be claimed"),
                Err(error) => tracing::error!(lane = lane.name(), %error, "a claim broke off"),
            }
        }
        tokio::select! {
            Some(done) = hands.join_next(), if !hands.is_empty() => {
                told(lane, done);
                hungry = true;
            }
            () = app.woken(lane) => hungry = true,
        }
    }
    while let Some(done) = hands.join_next().await {
        told(lane, done);
    }
}

fn told(lane: Lane, done: Result<Result<(), Problem>, tokio::task::JoinError>) {
    match done {
        Ok(Ok(())) => {}
        // Its lease runs out, and it is taken up again.
        Ok(Err(problem)) => tracing::warn!(lane = lane.name(), %problem, "what became of a task could not be written"),
        Err(error) => tracing::error!(lane = lane.name(), %error, "a task broke off"),
    }
}

async fn keep_house(app: web::Data<App>) {
    let (mut heeded, mut swept) = (None, None);
    let over = |last: Option<Instant>, every: Duration| last.is_none_or(|at| at.elapsed() >= every);
    while !app.draining() {
        if over(heeded, HEED) {
            heeded = Some(Instant::now());
            keep(&app, housekeeping::heed_clock).await;
        }
        if over(swept, SWEEP) {
            swept = Some(Instant::now());
            keep(&app, housekeeping::sweep).await;
        }
        tokio::time::sleep(NOTICE).await;
    }
}

async fn keep(app: &web::Data<App>, what: fn(&App) -> Result<(), Problem>) {
    let keeping = app.clone();
    match web::block(move || what(&keeping)).await {
        Ok(Ok(())) => {}
        Ok(Err(problem)) => tracing::warn!(%problem, "housekeeping did not work"),
        Err(error) => tracing::error!(%error, "housekeeping broke off"),
    }
}
