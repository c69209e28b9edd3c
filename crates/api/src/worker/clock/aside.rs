//! Subscriptions that cannot be taken further: set aside with the reason, named in log and metrics, and tried again
//! by themselves, later and later.

use crate::App;
use crate::http::problem::Problem;
use crate::worker::clock::taken::take;
use domain::access::Scope;
use domain::id::{MarketplaceId, SubscriptionId};
use domain::subscription::{Subscription, renewal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::subscriptions::Parked;
use store::{Conn, Failure as _, StoreError};
use time::{Duration, OffsetDateTime};

/// The most that are tried again at once.
const MOST: u32 = 50;

/// Whether somebody else's turn, or the database's return, is all that it takes.
pub fn passes(problem: &Problem) -> bool {
    matches!(problem.store_error(), Some(StoreError::Busy | StoreError::Unavailable(_)))
}

/// 1 min, 2 min, 4 min … at most an hour.
fn wait(attempts: i32) -> Duration {
    let exponent = u32::try_from(attempts.clamp(1, 7)).unwrap_or(1) - 1;
    Duration::minutes(2_i64.pow(exponent)).min(Duration::HOUR)
}

/// Sets a subscription aside, for so many failures in a row.
pub fn park(
    app: &App,
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    attempts: i32,
    why: &str,
) -> Result<(), Problem> {
    let now = app.clock.now();
    let parked = Parked {
        marketplace_id: marketplace,
        subscription_id: id,
        parked_at: now,
        retry_at: now + wait(attempts),
        attempts,
        error: why.to_owned(),
    };
    Ok(store::subscriptions::park(tx, &parked)?)
}

/// Tells operators of one that was set aside.
pub fn told(app: &App, marketplace: MarketplaceId, id: SubscriptionId, attempts: i32, why: &str) {
    app.metrics.task("clock", "parked");
    let slug = app.marketplaces.get(marketplace).map_or_else(|_| String::new(), |of| of.marketplace.slug.clone());
    tracing::error!(marketplace = slug, subscription = %id, attempts, why, "a subscription is set aside");
}

/// Those whose time to be tried again has come.
pub fn to_retry(app: &App) -> Result<Vec<Parked>, Problem> {
    let now = app.clock.now();
    app.store.read_one(|conn| Ok(store::subscriptions::to_retry_unscoped(conn, now, MOST)?))
}

/// Takes one subscription one instant further, where it is due by an instant, in a transaction of its own; it was set
/// aside before for so many failures. Where that does not work it is set aside.
pub fn take_alone(
    app: &App,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    until: OffsetDateTime,
    attempts: i32,
) -> Result<(), Problem> {
    let scope = Scope::Marketplace(marketplace);
    let alone = || {
        app.store.write(|tx| {
            let subscription = store::subscriptions::lock(tx, &scope, id)?;
            if attempts > 0 {
                store::subscriptions::unpark(tx, &subscription)?;
            }
            if is_due(&subscription, until) { take(app, tx, marketplace, &[subscription]) } else { Ok(()) }
        })
    };
    let why = match catch_unwind(AssertUnwindSafe(alone)) {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(problem)) if passes(&problem) => return Err(problem),
        Ok(Err(problem)) => problem.store_error().map_or_else(|| problem.to_string(), ToString::to_string),
        Err(_) => "a panic".to_owned(),
    };
    app.store.write(|tx| park(app, tx, marketplace, id, attempts + 1, &why))?;
    told(app, marketplace, id, attempts + 1, &why);
    Ok(())
}

/// Nothing is due while Microsoft is asked for a change.
fn is_due(subscription: &Subscription, until: OffsetDateTime) -> bool {
    subscription.applying.is_none() && renewal::due_at(subscription).is_some_and(|at| at <= until)
}
