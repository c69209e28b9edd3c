//! Notifications: who was told what, and whether the mail server took it.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::mail::notifications;
use crate::types::{At, Coded, Id, count};
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, EventId, MarketplaceId, NotificationId, ResellerId, UserId};
use domain::notification::{NotificationKind, NotificationStatus};
use time::OffsetDateTime;

/// What one person is told about one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredNotification {
    /// The id that a mail carries.
    pub id: NotificationId,
    /// The event's marketplace.
    pub marketplace_id: MarketplaceId,
    /// About which event.
    pub event_id: EventId,
    /// What the event happened to.
    pub subject: String,
    /// What the mail is about: which text it has.
    pub kind: NotificationKind,
    /// At which address.
    pub recipient: String,
    /// In which language: its tag.
    pub language: String,
    /// Whom, where it is somebody who can log in.
    pub user_id: Option<UserId>,
    /// Whose customer it is.
    pub customer_id: Option<CustomerId>,
    /// Whose reseller it is, or of whose customer.
    pub reseller_id: Option<ResellerId>,
    /// What became of it.
    pub status: NotificationStatus,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it last did not go.
    pub failure: Option<String>,
    /// When it was decided on, by the marketplace's clock.
    pub created_at: OffsetDateTime,
    /// When the mail server took it, by the marketplace's clock.
    pub sent_at: Option<OffsetDateTime>,
}

/// Which notifications; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Those of which became this.
    pub status: Option<NotificationStatus>,
    /// Of this kind.
    pub kind: Option<NotificationKind>,
    /// To this person.
    pub user_id: Option<UserId>,
    /// About this thing.
    pub subject: Option<&'a str>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<NotificationId>,
    event_id: Id<EventId>,
    subject: String,
    kind: Coded<NotificationKind>,
    recipient: String,
    language: String,
    user_id: Option<Id<UserId>>,
    customer_id: Option<Id<CustomerId>>,
    reseller_id: Option<Id<ResellerId>>,
    status: Coded<NotificationStatus>,
    attempts: i32,
    failure: Option<String>,
    created_at: At,
    sent_at: Option<At>,
}

impl From<&StoredNotification> for Row {
    fn from(record: &StoredNotification) -> Self {
        let record = record.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            id: Id(record.id),
            event_id: Id(record.event_id),
            subject: record.subject,
            kind: Coded(record.kind),
            recipient: record.recipient,
            language: record.language,
            user_id: record.user_id.map(Id),
            customer_id: record.customer_id.map(Id),
            reseller_id: record.reseller_id.map(Id),
            status: Coded(record.status),
            attempts: record.attempts,
            failure: record.failure,
            created_at: At(record.created_at),
            sent_at: record.sent_at.map(At),
        }
    }
}

impl From<Row> for StoredNotification {
    fn from(row: Row) -> Self {
        Self {
            marketplace_id: row.marketplace_id.0,
            id: row.id.0,
            event_id: row.event_id.0,
            subject: row.subject,
            kind: row.kind.0,
            recipient: row.recipient,
            language: row.language,
            user_id: row.user_id.map(|id| id.0),
            customer_id: row.customer_id.map(|id| id.0),
            reseller_id: row.reseller_id.map(|id| id.0),
            status: row.status.0,
            attempts: row.attempts,
            failure: row.failure,
            created_at: row.created_at.0,
            sent_at: row.sent_at.map(|at| at.0),
        }
    }
}

/// Remembers who is told about an event; whoever is already keeps the first row.
pub fn insert_all(tx: &mut Conn, all: &[StoredNotification]) -> Result<()> {
    let rows: Vec<_> = all.iter().map(Row::from).collect();
    insert_rows!(tx, &rows, batch =>
        diesel::insert_into(notifications::table).values(batch).on_conflict_do_nothing());
    Ok(())
}

/// Who is told about an event, whoever asks.
pub fn of_event_unscoped(c: &mut Conn, marketplace: MarketplaceId, event: EventId) -> Result<Vec<StoredNotification>> {
    let query = notifications::table
        .filter(notifications::marketplace_id.eq(Id(marketplace)))
        .filter(notifications::event_id.eq(Id(event)))
        .order(notifications::id);
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredNotification::from).collect())
}

/// Those of these addresses that are told about an event already.
pub fn of_recipients_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    event: EventId,
    recipients: &[&str],
) -> Result<Vec<StoredNotification>> {
    let query = notifications::table
        .filter(notifications::marketplace_id.eq(Id(marketplace)))
        .filter(notifications::event_id.eq(Id(event)))
        .filter(notifications::recipient.eq_any(recipients));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredNotification::from).collect())
}

/// Those who are still to be told about an event: at most so many, the first that were decided on.
pub fn pending_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    event: EventId,
    most: u32,
) -> Result<Vec<StoredNotification>> {
    let query = notifications::table
        .filter(notifications::marketplace_id.eq(Id(marketplace)))
        .filter(notifications::event_id.eq(Id(event)))
        .filter(notifications::status.eq(Coded(NotificationStatus::Pending)))
        .order((notifications::attempts, notifications::id))
        .limit(most.into());
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(StoredNotification::from).collect())
}

/// How many mails were decided on for an address since an instant of the marketplace's clock.
pub fn count_to_unscoped(
    c: &mut Conn,
    marketplace: MarketplaceId,
    recipient: &str,
    since: OffsetDateTime,
) -> Result<u32> {
    let query = notifications::table
        .filter(notifications::marketplace_id.eq(Id(marketplace)))
        .filter(notifications::recipient.eq(recipient))
        .filter(notifications::created_at.gt(At(since)))
        .count();
    count(on!(c, c => query.get_result(c))?)
}

/// Notes a try and what became of it; one that was sent stays so.
pub fn note(
    tx: &mut Conn,
    record: &StoredNotification,
    status: NotificationStatus,
    failure: Option<&str>,
    sent_at: Option<OffsetDateTime>,
) -> Result<()> {
    let target = notifications::table
        .find((Id(record.marketplace_id), Id(record.id)))
        .filter(notifications::status.eq(Coded(NotificationStatus::Pending)));
    let set = (
        notifications::status.eq(Coded(status)),
        notifications::attempts.eq(notifications::attempts + 1),
        notifications::failure.eq(failure),
        notifications::sent_at.eq(sent_at.map(At)),
    );
    rows_changed!(tx, diesel::update(target).set(set))?;
    Ok(())
}

/// The notifications that a scope sees: those to its own people, and a reseller's to its customers' people.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter<'_>, page: &PageRequest) -> Result<Page<StoredNotification>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = notifications::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(status) = filter.status {
            query = query.filter(notifications::status.eq(Coded(status)));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(notifications::kind.eq(Coded(kind)));
        }
        if let Some(id) = filter.user_id {
            query = query.filter(notifications::user_id.eq(Some(Id(id))));
        }
        if let Some(subject) = filter.subject {
            query = query.filter(notifications::subject.eq(subject.to_owned()));
        }
        paged!(within!(query, scope, notifications), notifications::id, page).load(c)
    })?;
    Ok(Page::of(rows, page, |row| row.id.0.as_u128()).map(StoredNotification::from))
}
