//! Subscriptions that the clock could not take further: set aside, so that all others go on, and tried again later.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::{parked_subscriptions, subscriptions};
use crate::statement::found;
use crate::subscriptions::rows::next_due;
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::id::{MarketplaceId, SubscriptionId};
use domain::subscription::Subscription;
use time::OffsetDateTime;

/// A subscription that is set aside. Instants are of the real clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Where it was bought.
    pub marketplace_id: MarketplaceId,
    /// Which one it is.
    pub subscription_id: SubscriptionId,
    /// Since when it has been.
    pub parked_at: OffsetDateTime,
    /// When it is tried again.
    pub retry_at: OffsetDateTime,
    /// How often it could not be taken further.
    pub attempts: i32,
    /// Why not, the last time.
    pub error: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parked_subscriptions)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    subscription_id: Id<SubscriptionId>,
    parked_at: At,
    retry_at: At,
    attempts: i32,
    error: String,
}

impl From<Row> for Parked {
    fn from(row: Row) -> Self {
        Self {
            marketplace_id: row.marketplace_id.0,
            subscription_id: row.subscription_id.0,
            parked_at: row.parked_at.0,
            retry_at: row.retry_at.0,
            attempts: row.attempts,
            error: row.error,
        }
    }
}

/// `row!(marketplace, id)`: the row of a subscription that is set aside.
macro_rules! row {
    ($marketplace:expr, $id:expr) => {
        parked_subscriptions::table.find((Id($marketplace), Id($id)))
    };
}

/// Sets a subscription aside, or aside again. It is not due any more until it is tried again.
pub fn park(tx: &mut Conn, parked: &Parked) -> Result<()> {
    use parked_subscriptions as table;
    let (marketplace, id) = (parked.marketplace_id, parked.subscription_id);
    let target = subscriptions::table.find((Id(marketplace), Id(id)));
    let due: Option<At> = on!(tx, c => target.select(subscriptions::next_due_at).get_result(c))?;
    let tried =
        (table::retry_at.eq(At(parked.retry_at)), table::attempts.eq(parked.attempts), table::error.eq(&parked.error));
    let known = on!(tx, c => diesel::update(row!(marketplace, id)).set(tried).execute(c))?;
    if known == 0 {
        let values = (
            table::marketplace_id.eq(Id(marketplace)),
            table::subscription_id.eq(Id(id)),
            table::due_at.eq(due),
            table::parked_at.eq(At(parked.parked_at)),
            tried,
        );
        on!(tx, c => diesel::insert_into(table::table).values(values).execute(c))?;
    }
    found(on!(tx, c => diesel::update(target).set(subscriptions::next_due_at.eq(None::<At>)).execute(c))?)
}

/// Takes a subscription back among the others, due when it says.
pub fn unpark(tx: &mut Conn, subscription: &Subscription) -> Result<()> {
    let (marketplace, id) = (subscription.marketplace_id, subscription.id);
    on!(tx, c => diesel::delete(row!(marketplace, id)).execute(c))?;
    let target = subscriptions::table.find((Id(marketplace), Id(id)));
    let due = subscriptions::next_due_at.eq(next_due(subscription).map(At));
    found(on!(tx, c => diesel::update(target).set(due).execute(c))?)
}

/// Those that are to be tried again by an instant, at most `limit`.
pub fn to_retry_unscoped(c: &mut Conn, now: OffsetDateTime, limit: u32) -> Result<Vec<Parked>> {
    let query = parked_subscriptions::table
        .filter(parked_subscriptions::retry_at.le(At(now)))
        .order((parked_subscriptions::retry_at, parked_subscriptions::subscription_id))
        .limit(limit.into());
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(Parked::from).collect())
}

/// How many are set aside, and those that have been so longest.
pub fn parked_unscoped(c: &mut Conn, most: u32) -> Result<(i64, Vec<Parked>)> {
    let all = parked_subscriptions::table.count();
    let longest = parked_subscriptions::table
        .order((parked_subscriptions::parked_at, parked_subscriptions::subscription_id))
        .limit(most.into());
    let rows: Vec<Row> = on!(c, c => longest.select(Row::as_select()).load(c))?;
    Ok((on!(c, c => all.get_result(c))?, rows.into_iter().map(Parked::from).collect()))
}

/// Tries again at once what would be tried after an instant: the clock was set back since. Says how many that were.
pub fn heed_clock(tx: &mut Conn, now: OffsetDateTime, beyond: OffsetDateTime) -> Result<usize> {
    let target = parked_subscriptions::table.filter(parked_subscriptions::retry_at.gt(At(beyond)));
    Ok(on!(tx, c => diesel::update(target).set(parked_subscriptions::retry_at.eq(At(now))).execute(c))?)
}
