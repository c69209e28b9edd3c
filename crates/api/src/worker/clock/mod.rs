//! The clock job: what time alone does to subscriptions, in the order of its instants, each exactly once.
//!
//! A batch is one transaction: the subscriptions that are due are claimed, taken one instant further by
//! `domain::subscription::renewal::step`, and written with their charges and events. Whatever kills the process, a
//! batch has happened or it has not.

mod taken;
mod told;

use crate::App;
use crate::http::problem::Problem;
use crate::worker::grant_access;
use domain::id::MarketplaceId;
use taken::Taken;
use time::OffsetDateTime;

/// Subscriptions of one transaction.
const BATCH: u32 = 500;

/// Does everything that is due in a marketplace until an instant; says how many steps there were.
pub fn run(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let mut steps = grant_access::overdue(app, marketplace, until)?;
    loop {
        let done = batch(app, marketplace, until)?;
        steps += done;
        if done == 0 {
            return Ok(steps);
        }
    }
}

/// Does everything that is due by now in every marketplace.
pub fn run_all(app: &App) -> Result<usize, Problem> {
    let mut steps = 0;
    for record in app.marketplaces.all() {
        let id = record.marketplace.id;
        let now = app.now(id);
        steps += grant_access::overdue(app, id, now)?;
        let next = app.store.read_one(|conn| Ok::<_, Problem>(store::subscriptions::next_due_unscoped(conn, id)?))?;
        if next.is_some_and(|next| next <= now) {
            steps += run(app, id, now)?;
        }
    }
    Ok(steps)
}

fn batch(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    app.store.write(|tx| {
        let due = store::subscriptions::claim_due(tx, marketplace, until, BATCH)?;
        if due.is_empty() {
            return Ok(0);
        }
        let catalog = app.catalog_in(tx, marketplace)?;
        let mut taken = Taken::new(marketplace, catalog);
        taken.take_all(tx, &due)?;
        taken.write(tx, app.clock.now())?;
        Ok(due.len())
    })
}
