//! Events and tasks, and their rows.

use crate::error::{Result, StoreError};
use crate::schema::{events, tasks};
use crate::types::{At, Coded, Id, Json, closed_set};
use diesel::prelude::*;
use domain::event::{Event, EventKind};
use domain::id::{CustomerId, EventId, MarketplaceId, TaskId};
use serde_json::Value;
use time::OffsetDateTime;

closed_set! {
    /// Where a task stands.
    TaskStatus {
        /// To be done.
        Pending = "pending",
        /// Done for good; nobody claims it again.
        Done = "done",
        /// Given up, until somebody replays it.
        Parked = "parked",
    }
}

/// Work that an event causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTask<'a> {
    /// The id that the task will have.
    pub id: TaskId,
    /// Who does it.
    pub consumer: &'a str,
    /// Among which tasks it waits: those of other lanes do not hold it up.
    pub lane: &'a str,
    /// From when on, by the real clock.
    pub due_at: OffsetDateTime,
}

/// A task that was claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The id to finish it by.
    pub id: TaskId,
    /// The event's marketplace.
    pub marketplace_id: MarketplaceId,
    /// What happened, in full.
    pub event: Event<Value>,
    /// Who does it.
    pub consumer: String,
    /// Counts the claims, this one included.
    pub attempts: i32,
    /// Counts the failures since it last got on.
    pub failures: i32,
    /// Counts how often it had to wait for something.
    pub waits: i32,
    /// Since when it was due.
    pub due_at: OffsetDateTime,
    /// Until when nobody else claims it.
    pub lease: OffsetDateTime,
}

/// What was claimed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Claimed {
    /// The tasks, those that have been due longest first.
    pub tasks: Vec<Task>,
    /// Tasks whose event cannot be read; they are given up until somebody replays them.
    pub unreadable: Vec<Unreadable>,
}

/// A task that was given up because its event cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The id to replay it by.
    pub id: TaskId,
    /// The event's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Who would do it.
    pub consumer: String,
    /// What is wrong with the event.
    pub error: String,
}

/// A task as it stands, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord {
    /// The id to replay it by.
    pub id: TaskId,
    /// The event's marketplace.
    pub marketplace_id: MarketplaceId,
    /// The event that caused it.
    pub event_id: EventId,
    /// What kind of thing happened.
    pub kind: EventKind,
    /// To which thing.
    pub subject: String,
    /// Who does it.
    pub consumer: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// From when on it is to be done, while it is pending.
    pub due_at: Option<OffsetDateTime>,
    /// Until when somebody has claimed it.
    pub leased_until: Option<OffsetDateTime>,
    /// How often it was claimed.
    pub attempts: i32,
    /// Why it last failed.
    pub error: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
pub(super) struct EventRow {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<EventId>,
    customer_id: Option<Id<CustomerId>>,
    kind: Coded<EventKind>,
    subject: String,
    occurred_at: At,
    payload: Json<Value>,
}

impl From<EventRow> for Event<Value> {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.map(|id| id.0),
            kind: row.kind.0,
            subject: row.subject,
            occurred_at: row.occurred_at.0,
            payload: row.payload.0,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(super) struct NewEventRow<'a> {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<EventId>,
    pub(super) customer_id: Option<Id<CustomerId>>,
    pub(super) kind: Coded<EventKind>,
    pub(super) subject: &'a str,
    pub(super) occurred_at: At,
    pub(super) payload: Json<&'a Value>,
}

impl<'a> From<&'a Event<Value>> for NewEventRow<'a> {
    fn from(event: &'a Event<Value>) -> Self {
        Self {
            marketplace_id: Id(event.marketplace_id),
            id: Id(event.id),
            customer_id: event.customer_id.map(Id),
            kind: Coded(event.kind),
            subject: &event.subject,
            occurred_at: At(event.occurred_at),
            payload: Json(&event.payload),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = tasks, treat_none_as_default_value = false)]
pub(super) struct NewTaskRow<'a> {
    marketplace_id: Id<MarketplaceId>,
    id: Id<TaskId>,
    event_id: Id<EventId>,
    consumer: &'a str,
    status: Coded<TaskStatus>,
    due_at: At,
    attempts: i32,
    failures: i32,
    waits: i32,
    lane: &'a str,
    customer_id: Option<Id<CustomerId>>,
}

impl<'a> NewTaskRow<'a> {
    pub(super) fn new(event: &Event<Value>, task: &NewTask<'a>) -> Self {
        Self {
            marketplace_id: Id(event.marketplace_id),
            id: Id(task.id),
            event_id: Id(event.id),
            consumer: task.consumer,
            status: Coded(TaskStatus::Pending),
            due_at: At(task.due_at),
            attempts: 0,
            failures: 0,
            waits: 0,
            lane: task.lane,
            customer_id: event.customer_id.map(Id),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub(super) struct TaskRow {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<TaskId>,
    pub(super) event_id: Id<EventId>,
    pub(super) consumer: String,
    pub(super) status: Coded<TaskStatus>,
    pub(super) due_at: Option<At>,
    pub(super) leased_until: Option<At>,
    pub(super) attempts: i32,
    pub(super) error: Option<String>,
}

/// What a claim needs of a task.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks)]
pub(super) struct ClaimedRow {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<TaskId>,
    pub(super) event_id: Id<EventId>,
    consumer: String,
    pub(super) due_at: Option<At>,
    leased_until: Option<At>,
    attempts: i32,
    failures: i32,
    waits: i32,
}

impl ClaimedRow {
    /// The task that was claimed, with its event.
    pub(super) fn with(self, event: Event<Value>) -> Result<Task> {
        let (Some(due_at), Some(lease)) = (self.due_at, self.leased_until) else {
            return Err(StoreError::Corrupt(format!("the claimed task {}", self.id.0)));
        };
        Ok(Task {
            id: self.id.0,
            marketplace_id: self.marketplace_id.0,
            event,
            consumer: self.consumer,
            attempts: self.attempts,
            failures: self.failures,
            waits: self.waits,
            due_at: due_at.0,
            lease: lease.0,
        })
    }

    /// The task that was claimed, without its event.
    pub(super) fn unreadable(self, error: &StoreError) -> Unreadable {
        let error = error.to_string();
        Unreadable { id: self.id.0, marketplace_id: self.marketplace_id.0, consumer: self.consumer, error }
    }
}

/// A task, and what happened to which thing.
pub(super) type TaskWithEvent = (TaskRow, Coded<EventKind>, String);

/// What people are told of a task.
pub(super) fn told((row, kind, subject): TaskWithEvent) -> TaskRecord {
    TaskRecord {
        id: row.id.0,
        marketplace_id: row.marketplace_id.0,
        event_id: row.event_id.0,
        kind: kind.0,
        subject,
        consumer: row.consumer,
        status: row.status.0,
        due_at: row.due_at.map(|at| at.0),
        leased_until: row.leased_until.map(|at| at.0),
        attempts: row.attempts,
        error: row.error,
    }
}
