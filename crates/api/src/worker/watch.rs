//! Looks for what nobody here has caused: work that has become due or that another process left, and what others have
//! changed. One question for all marketplaces and lanes; what it finds wakes a lane, or is taken up.

use crate::App;
use crate::http::problem::Problem;
use crate::lane::Lane;
use actix_web::web;
use std::time::{Duration, Instant};

/// How often it is looked: how old what is held of other processes' changes may be.
const POLL: Duration = Duration::from_millis(500);
/// How long what could not be read is left alone.
const AGAIN: Duration = Duration::from_secs(10);

/// What was seen last.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    marketplaces: Option<i64>,
    /// When the rest is tried again, where not all could be read.
    again: Option<Instant>,
}

/// Watches until the process stops.
pub async fn run(app: web::Data<App>) {
    let mut seen = Seen::default();
    while !app.draining() {
        tokio::time::sleep(POLL).await;
        if !app.check_database() {
            break;
        }
        let looking = app.clone();
        match web::block(move || look(&looking, seen)).await {
            Ok(Ok(now)) => seen = now,
            Ok(Err(problem)) => tracing::warn!(%problem, "it could not be seen what there is to do"),
            Err(error) => tracing::error!(%error, "a look broke off"),
        }
    }
}

fn look(app: &App, seen: Seen) -> Result<Seen, Problem> {
    let now = app.clock.now();
    let look = app.store.read_one(|conn| Ok::<_, Problem>(store::look::look_unscoped(conn, now)?))?;
    for (lane, due) in [(Lane::Clock, look.clock), (Lane::Work, look.work), (Lane::Mail, look.mail)] {
        if due {
            app.wake(lane);
        }
    }
    let unchanged = seen.marketplaces == Some(look.marketplaces);
    if unchanged && seen.again.is_none_or(|at| Instant::now() < at) {
        return Ok(seen);
    }
    let complete = app.refresh()?;
    Ok(Seen { marketplaces: Some(look.marketplaces), again: (!complete).then(|| Instant::now() + AGAIN) })
}
