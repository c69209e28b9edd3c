//! The clock job: what time alone does to subscriptions, in the order of its instants, each exactly once.
//!
//! A batch is one transaction: the subscriptions that are due are claimed, taken one instant further by
//! `domain::subscription::renewal::step`, and written with their charges and events. Whatever kills the process, a
//! batch has happened or it has not. A subscription that cannot be read or taken further is set aside (`aside`), and
//! a marketplace that cannot go on is left alone for a while ([`troubled`]): all others go on.

mod aside;
mod digests;
mod taken;
mod told;
pub mod troubled;

use crate::App;
use crate::http::problem::Problem;
use crate::worker::grant_access;
use domain::id::{MarketplaceId, SubscriptionId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::Conn;
use taken::take;
use time::OffsetDateTime;
use troubled::Troubled;

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
    let (mut steps, mut troubled) = (0, Troubled::default());
    loop {
        let done = round(app, &mut troubled)?;
        steps += done;
        if done == 0 {
            break;
        }
    }
    // All others have gone on.
    troubled.over().map_or(Ok(steps), Err)
}

/// Does a batch of what is due by now in each marketplace in which something is; says how many steps there were.
pub fn round(app: &App, troubled: &mut Troubled) -> Result<usize, Problem> {
    let mut steps = 0;
    for parked in aside::to_retry(app)? {
        let until = app.now(parked.marketplace_id);
        aside::take_alone(app, parked.marketplace_id, parked.subscription_id, until, parked.attempts)?;
        steps += 1;
    }
    let waiting = app.store.read_one(|conn| Ok::<_, Problem>(store::resellers::awaiting_unscoped(conn)?))?;
    for (id, since) in waiting {
        // A reseller waits longer than no time at all; how much longer is the marketplace's own.
        if since <= app.now(id) && troubled.may_go_on(id) {
            steps += troubled.heed(id, grant_access::overdue(app, id, app.now(id)));
        }
    }
    let now = app.clock.now();
    let due = |conn: &mut Conn| Ok::<_, Problem>(store::subscriptions::due_marketplaces_unscoped(conn, now)?);
    for id in app.store.read_one(due)? {
        if troubled.may_go_on(id) {
            steps += troubled.heed(id, batch(app, id, app.now(id)));
        }
    }
    Ok(steps)
}

/// Where a batch does not work, each of its subscriptions is taken by itself.
fn batch(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let before = app.caused();
    let together = || app.store.write(|tx| claim_and_take(app, tx, marketplace, until));
    let done = match catch_unwind(AssertUnwindSafe(together)) {
        Ok(Ok((done, unreadable))) => {
            unreadable.iter().for_each(|(id, why)| aside::told(app, marketplace, *id, 1, why));
            Ok(done + unreadable.len())
        }
        Ok(Err(problem)) if aside::passes(&problem) => Err(problem),
        Ok(Err(_)) | Err(_) => apart(app, marketplace, until),
    };
    let done = match done {
        // Nothing is left that reminders could come from.
        Ok(0) => begin_mails(app, marketplace, until),
        done => done,
    };
    app.wake_caused(before);
    done
}

/// Begins the mails of a day that are due, if some are.
fn begin_mails(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let next = |conn: &mut Conn| Ok::<_, Problem>(store::digests::next_due_unscoped(conn, marketplace)?);
    if app.store.read_one(next)?.is_none_or(|next| next > until) {
        return Ok(0);
    }
    app.store.write(|tx| digests::begin(app, tx, marketplace, until))
}

type Unreadable = Vec<(SubscriptionId, String)>;

fn claim_and_take(
    app: &App,
    tx: &mut Conn,
    marketplace: MarketplaceId,
    until: OffsetDateTime,
) -> Result<(usize, Unreadable), Problem> {
    let due = store::subscriptions::claim_due(tx, marketplace, until, BATCH)?;
    for (id, why) in &due.unreadable {
        aside::park(app, tx, marketplace, *id, 1, why)?;
    }
    take(app, tx, marketplace, &due.subscriptions)?;
    Ok((due.subscriptions.len(), due.unreadable))
}

fn apart(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    // What all of them need is not one subscription's fault.
    app.store.read(|conn| app.catalog_in(conn, marketplace).map(drop))?;
    let ids =
        |conn: &mut Conn| Ok::<_, Problem>(store::subscriptions::due_ids_unscoped(conn, marketplace, until, BATCH)?);
    let mut steps = 0;
    for id in app.store.read_one(ids)? {
        aside::take_alone(app, marketplace, id, until, 0)?;
        steps += 1;
    }
    Ok(steps)
}
