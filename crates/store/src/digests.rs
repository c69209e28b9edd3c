//! The mails of a day: reminders that wait for one, and what each of them tells of. Instants are of the marketplace's
//! clock.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::mail::{digest_lines, digests, notifications, reminders};
use crate::statement::LIST;
use crate::types::{At, Id, count};
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::id::{EventId, MarketplaceId, NotificationId, SubscriptionId};
use std::collections::HashMap;
use time::OffsetDateTime;

/// A reminder that waits for the mail of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder {
    /// The event of it.
    pub event_id: EventId,
    /// The subscription whose term ends.
    pub subscription_id: SubscriptionId,
    /// How many days before its end.
    pub days: i32,
}

/// What a mail tells of: one subscription's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// In which mail.
    pub notification_id: NotificationId,
    /// Where in it, from 0 on.
    pub place: i32,
    /// The subscription whose term ends.
    pub subscription_id: SubscriptionId,
    /// How many days before its end.
    pub days: i32,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = reminders)]
struct ReminderRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<EventId>,
    due_at: At,
    subscription_id: Id<SubscriptionId>,
    days: i32,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = digest_lines)]
struct LineRow {
    marketplace_id: Id<MarketplaceId>,
    notification_id: Id<NotificationId>,
    place: i32,
    subscription_id: Id<SubscriptionId>,
    days: i32,
}

/// Whether the mails that are due at an instant still take reminders; if so, they wait until the transaction ends.
pub fn join(tx: &mut Conn, marketplace: MarketplaceId, due_at: OffsetDateTime) -> Result<bool> {
    let row = (digests::marketplace_id.eq(Id(marketplace)), digests::due_at.eq(At(due_at)));
    on!(tx, c => diesel::insert_into(digests::table).values(row).on_conflict_do_nothing().execute(c))?;
    let begun = digests::table.find((Id(marketplace), At(due_at))).select(digests::event_id);
    let begun: Option<Id<EventId>> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => begun.for_share().get_result(c),
        Conn::Sqlite(c) => begun.get_result(c),
    }?;
    Ok(begun.is_none())
}

/// Has reminders wait for the mails that are due at an instant, which were joined.
pub fn add(tx: &mut Conn, marketplace: MarketplaceId, due_at: OffsetDateTime, all: &[Reminder]) -> Result<()> {
    let row = |reminder: &Reminder| ReminderRow {
        marketplace_id: Id(marketplace),
        id: Id(reminder.event_id),
        due_at: At(due_at),
        subscription_id: Id(reminder.subscription_id),
        days: reminder.days,
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    insert_rows!(tx, reminders, &rows);
    Ok(())
}

/// When the next mails of a day are due; none where no reminder waits.
pub fn next_due_unscoped(c: &mut Conn, marketplace: MarketplaceId) -> Result<Option<OffsetDateTime>> {
    let first = digests::table
        .filter(digests::marketplace_id.eq(Id(marketplace)))
        .filter(digests::event_id.is_null())
        .order(digests::due_at)
        .select(digests::due_at);
    let due: Option<At> = on!(c, c => first.first(c).optional())?;
    Ok(due.map(|at| at.0))
}

/// The first mails that are due by an instant and not begun, locked; none where there are none, or where somebody else
/// begins them.
pub fn lock_due(tx: &mut Conn, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<Option<OffsetDateTime>> {
    let due = digests::table
        .filter(digests::marketplace_id.eq(Id(marketplace)))
        .filter(digests::event_id.is_null())
        .filter(digests::due_at.le(At(until)))
        .order(digests::due_at)
        .limit(1)
        .select(digests::due_at);
    let due: Vec<At> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => due.for_update().skip_locked().load(c),
        Conn::Sqlite(c) => due.load(c),
    }?;
    Ok(due.first().map(|at| at.0))
}

/// Begins them: no reminder is added any more.
pub fn begin(tx: &mut Conn, marketplace: MarketplaceId, due_at: OffsetDateTime, event: EventId) -> Result<()> {
    let target = digests::table.find((Id(marketplace), At(due_at)));
    rows_changed!(tx, diesel::update(target).set(digests::event_id.eq(Some(Id(event)))))?;
    Ok(())
}

/// When those that an event began were due; none where they are over.
pub fn of_event_unscoped(c: &mut Conn, marketplace: MarketplaceId, event: EventId) -> Result<Option<OffsetDateTime>> {
    let query = digests::table
        .filter(digests::marketplace_id.eq(Id(marketplace)))
        .filter(digests::event_id.eq(Some(Id(event))))
        .select(digests::due_at);
    let due: Option<At> = on!(c, c => query.get_result(c).optional())?;
    Ok(due.map(|at| at.0))
}

/// The reminders that wait for them: those of the terms that end first, at most so many.
pub fn waiting_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    due_at: OffsetDateTime,
    most: u32,
) -> Result<Vec<Reminder>> {
    let query = reminders::table
        .filter(reminders::marketplace_id.eq(Id(marketplace)))
        .filter(reminders::due_at.eq(At(due_at)))
        .order((reminders::days, reminders::id))
        .limit(most.into());
    let rows: Vec<ReminderRow> = on!(c, c => query.select(ReminderRow::as_select()).load(c))?;
    let reminder =
        |row: ReminderRow| Reminder { event_id: row.id.0, subscription_id: row.subscription_id.0, days: row.days };
    Ok(rows.into_iter().map(reminder).collect())
}

/// Forgets reminders for which it is decided who is told.
pub fn decided(tx: &mut Conn, marketplace: MarketplaceId, events: &[EventId]) -> Result<()> {
    for ids in events.chunks(LIST) {
        let target = reminders::table
            .filter(reminders::marketplace_id.eq(Id(marketplace)))
            .filter(reminders::id.eq_any(ids.iter().copied().map(Id)));
        on!(tx, c => diesel::delete(target).execute(c))?;
    }
    Ok(())
}

/// Adds what mails tell of.
pub fn add_lines(tx: &mut Conn, marketplace: MarketplaceId, all: &[Line]) -> Result<()> {
    let row = |line: &Line| LineRow {
        marketplace_id: Id(marketplace),
        notification_id: Id(line.notification_id),
        place: line.place,
        subscription_id: Id(line.subscription_id),
        days: line.days,
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    insert_rows!(tx, digest_lines, &rows);
    Ok(())
}

/// What these mails tell of, of each the first so many, in order.
pub fn lines_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    mails: &[NotificationId],
    most: i32,
) -> Result<Vec<Line>> {
    let query = digest_lines::table
        .filter(digest_lines::marketplace_id.eq(Id(marketplace)))
        .filter(digest_lines::notification_id.eq_any(mails.iter().copied().map(Id)))
        .filter(digest_lines::place.lt(most))
        .order((digest_lines::notification_id, digest_lines::place));
    let rows: Vec<LineRow> = on!(c, c => query.select(LineRow::as_select()).load(c))?;
    let line = |row: LineRow| Line {
        notification_id: row.notification_id.0,
        place: row.place,
        subscription_id: row.subscription_id.0,
        days: row.days,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Of how much each of these mails tells; those that tell of nothing yet are not in it.
pub fn counts_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    mails: &[NotificationId],
) -> Result<HashMap<NotificationId, u32>> {
    let mut counted = HashMap::new();
    for ids in mails.chunks(LIST) {
        let query = digest_lines::table
            .group_by(digest_lines::notification_id)
            .filter(digest_lines::marketplace_id.eq(Id(marketplace)))
            .filter(digest_lines::notification_id.eq_any(ids.iter().copied().map(Id)))
            .select((digest_lines::notification_id, count_star()));
        let rows: Vec<(Id<NotificationId>, i64)> = on!(c, c => query.load(c))?;
        for (id, number) in rows {
            counted.insert(id.0, count(number)?);
        }
    }
    Ok(counted)
}

/// Forgets what the mails of an event told of, and the days that are over, but for the last: it takes no reminders.
pub fn end(tx: &mut Conn, marketplace: MarketplaceId, event: EventId) -> Result<()> {
    let told = notifications::table
        .filter(notifications::marketplace_id.eq(Id(marketplace)))
        .filter(notifications::event_id.eq(Id(event)))
        .select(notifications::id);
    let lines = digest_lines::table
        .filter(digest_lines::marketplace_id.eq(Id(marketplace)))
        .filter(digest_lines::notification_id.eq_any(told));
    on!(tx, c => diesel::delete(lines).execute(c))?;
    let last = digests::table
        .filter(digests::marketplace_id.eq(Id(marketplace)))
        .filter(digests::event_id.is_not_null())
        .order(digests::due_at.desc())
        .select(digests::due_at);
    let last: Option<At> = on!(tx, c => last.first(c).optional())?;
    if let Some(last) = last {
        let waiting = reminders::table.filter(reminders::marketplace_id.eq(Id(marketplace))).select(reminders::due_at);
        let over = digests::table
            .filter(digests::marketplace_id.eq(Id(marketplace)))
            .filter(digests::event_id.is_not_null())
            .filter(digests::due_at.lt(last))
            .filter(digests::due_at.ne_all(waiting));
        on!(tx, c => diesel::delete(over).execute(c))?;
    }
    Ok(())
}
