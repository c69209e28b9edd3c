//! The one question of an idle process: whether anything is due, and whether others have changed what it holds.

use crate::connection::Conn;
use crate::error::Result;
use crate::types::At;
use crate::types::sql::Instant;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool};
use time::OffsetDateTime;

/// What there is to do, over all marketplaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Look {
    /// Other than the last time where a marketplace was added or changed.
    #[diesel(sql_type = BigInt)]
    pub marketplaces: i64,
    /// Whether a subscription or the mails of a day are due by their marketplace's clock, or a subscription that was
    /// set aside is to be tried again.
    #[diesel(sql_type = Bool)]
    pub clock: bool,
    /// Whether a task can be claimed that is no mail.
    #[diesel(sql_type = Bool)]
    pub work: bool,
    /// Whether a mail can be claimed.
    #[diesel(sql_type = Bool)]
    pub mail: bool,
}

/// Looks what there is to do at a real instant.
pub fn look_unscoped(c: &mut Conn, now: OffsetDateTime) -> Result<Look> {
    Ok(match c {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => sql_query(question("$1", "$1 + m.clock_offset_us * interval '1 microsecond'"))
            .bind::<Instant, _>(At(now))
            .get_result(c),
        Conn::Sqlite(c) => {
            sql_query(question("?1", "?1 + m.clock_offset_us")).bind::<Instant, _>(At(now)).get_result(c)
        }
    }?)
}

fn question(now: &str, ahead: &str) -> String {
    let tasks = |lane: &str| {
        format!(
            "EXISTS (SELECT 1 FROM tasks WHERE lane = '{lane}' AND due_at <= {now} \
             AND (leased_until IS NULL OR leased_until <= {now}))"
        )
    };
    format!(
        "SELECT (SELECT CAST(coalesce(sum(version), 0) + count(*) AS BIGINT) FROM marketplaces) AS marketplaces, \
         EXISTS (SELECT 1 FROM subscriptions WHERE next_due_at <= {now}) \
         OR EXISTS (SELECT 1 FROM parked_subscriptions WHERE retry_at <= {now}) \
         OR EXISTS (SELECT 1 FROM digests WHERE event_id IS NULL AND due_at <= {now}) \
         OR EXISTS (SELECT 1 FROM marketplaces AS m WHERE m.clock_offset_us > 0 AND (EXISTS \
         (SELECT 1 FROM subscriptions AS s WHERE s.marketplace_id = m.id AND s.next_due_at <= {ahead}) OR EXISTS \
         (SELECT 1 FROM digests AS d WHERE d.marketplace_id = m.id AND d.event_id IS NULL AND d.due_at <= {ahead}))) \
         AS clock, \
         {} AS work, {} AS mail",
        tasks("work"),
        tasks("mail")
    )
}
