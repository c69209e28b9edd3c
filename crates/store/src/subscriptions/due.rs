//! Subscriptions that time does something to next.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::subscriptions;
use crate::subscriptions::rows::{Row, each, one};
use crate::types::sql::{Instant, Uid};
use crate::types::{At, Id};
use diesel::prelude::*;
use diesel::sql_query;
use domain::id::{MarketplaceId, SubscriptionId};
use domain::subscription::Subscription;
use time::OffsetDateTime;

/// What was claimed of what is due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// Those that have been due longest come first.
    pub subscriptions: Vec<Subscription>,
    /// Those that cannot be read, and why.
    pub unreadable: Vec<(SubscriptionId, String)>,
}

impl Due {
    fn take(&mut self, id: SubscriptionId, read: Result<Subscription>) -> Result<()> {
        match read {
            Ok(subscription) => self.subscriptions.push(subscription),
            Err(StoreError::Corrupt(why)) => self.unreadable.push((id, why)),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct MarketplaceRow {
    #[diesel(sql_type = Uid)]
    id: Id<MarketplaceId>,
}

/// When the first subscription of a marketplace is due, by the marketplace's clock; none where nothing is.
pub fn next_due_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<Option<OffsetDateTime>> {
    let first = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(marketplace)))
        .filter(subscriptions::next_due_at.is_not_null())
        .order(subscriptions::next_due_at)
        .select(subscriptions::next_due_at);
    let due: Option<Option<At>> = on!(c, c => first.first(c).optional())?;
    Ok(due.flatten().map(|at| at.0))
}

/// The marketplaces in which a subscription is due, or the mails of a day are, each by its own clock: `now` is real. A
/// clock is never behind real time, so that only those that were moved forward are looked at one by one.
pub fn due_marketplaces_unscoped(c: &mut Conn, now: OffsetDateTime) -> Result<Vec<MarketplaceId>> {
    let rows: Vec<MarketplaceRow> = match c {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => sql_query(due_somewhere("$1", "$1 + m.clock_offset_us * interval '1 microsecond'"))
            .bind::<Instant, _>(At(now))
            .load(c),
        Conn::Sqlite(c) => sql_query(due_somewhere("?1", "?1 + m.clock_offset_us")).bind::<Instant, _>(At(now)).load(c),
    }?;
    Ok(rows.into_iter().map(|row| row.id.0).collect())
}

fn due_somewhere(now: &str, ahead: &str) -> String {
    format!(
        "SELECT DISTINCT marketplace_id AS id FROM subscriptions WHERE next_due_at <= {now} \
         UNION SELECT marketplace_id FROM digests WHERE event_id IS NULL AND due_at <= {now} \
         UNION SELECT m.id FROM marketplaces AS m WHERE m.clock_offset_us > 0 AND (EXISTS \
         (SELECT 1 FROM subscriptions AS s WHERE s.marketplace_id = m.id AND s.next_due_at <= {ahead}) OR EXISTS \
         (SELECT 1 FROM digests AS d WHERE d.marketplace_id = m.id AND d.event_id IS NULL AND d.due_at <= {ahead}))"
    )
}

/// `due!(marketplace, until, limit)`: those that have been due longest.
macro_rules! due {
    ($marketplace:expr, $until:expr, $limit:expr) => {
        subscriptions::table
            .filter(subscriptions::marketplace_id.eq(Id($marketplace)))
            .filter(subscriptions::next_due_at.le(Some(At($until))))
            .order((subscriptions::next_due_at, subscriptions::id))
            .limit($limit.into())
    };
}

/// The ids of those that have been due longest, readable or not.
pub fn due_ids_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    until: OffsetDateTime,
    limit: u32,
) -> Result<Vec<SubscriptionId>> {
    let query = due!(marketplace, until, limit).select(subscriptions::id);
    let ids: Vec<Id<SubscriptionId>> = on!(c, c => query.load(c))?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// The subscriptions of a marketplace that have been due longest: at most `limit`, due by `until`. They are locked
/// until the transaction ends; those that somebody else has claimed are left out.
pub fn claim_due(tx: &mut Conn, marketplace: MarketplaceId, until: OffsetDateTime, limit: u32) -> Result<Due> {
    let due = due!(marketplace, until, limit);
    let rows: QueryResult<Vec<Row<'_>>> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => due.select(Row::as_select()).for_update().skip_locked().load(c),
        Conn::Sqlite(c) => due.select(Row::as_select()).load(c),
    };
    let read = rows.map_err(StoreError::from).and_then(|rows| {
        let ids: Vec<_> = rows.iter().map(|row| row.id.0).collect();
        Ok(ids.into_iter().zip(each(tx, rows)?).collect::<Vec<_>>())
    });
    let read = match read {
        // One of them: each is read by itself.
        Err(StoreError::Corrupt(_)) => return one_by_one(tx, marketplace, until, limit),
        read => read?,
    };
    let mut found = Due::default();
    for (id, subscription) in read {
        found.take(id, subscription)?;
    }
    Ok(found)
}

fn one_by_one(tx: &mut Conn, marketplace: MarketplaceId, until: OffsetDateTime, limit: u32) -> Result<Due> {
    let due = due!(marketplace, until, limit).select(subscriptions::id);
    let ids: Vec<Id<SubscriptionId>> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => due.for_update().skip_locked().load(c),
        Conn::Sqlite(c) => due.load(c),
    }?;
    let mut found = Due::default();
    for id in ids {
        let query = subscriptions::table.find((Id(marketplace), id));
        let row: QueryResult<Row<'_>> = on!(tx, c => query.select(Row::as_select()).get_result(c));
        let subscription = row.map_err(StoreError::from).and_then(|row| one(tx, row));
        found.take(id.0, subscription)?;
    }
    Ok(found)
}
