//! Tasks as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::EventKind;
use crate::page;
use serde::{Deserialize, Serialize};
use store::outbox::{self, TaskRecord};
use utoipa::ToSchema;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// To be done, or to be tried again.
    Pending,
    /// Its work is done for good.
    Done,
    /// Given up after many tries; replay it once the cause is mended.
    Parked,
}

/// One event's work for one consumer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Task {
    /// The id of the task.
    #[schema(example = "tsk_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Which part of the program does the work.
    #[schema(example = "provision")]
    pub consumer: String,
    /// Where the task stands.
    pub status: TaskStatus,
    /// What happened that caused it.
    pub event_kind: EventKind,
    /// The id of what the event happened to.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// How often it was begun, counted anew with a replay.
    #[schema(example = 1)]
    pub attempts: i32,
    /// When it is due, in real time; null once it is done or parked.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub due_at: Option<String>,
    /// Why it did not work the last time; null where it always did.
    #[schema(required, example = "partner center: throttled")]
    pub last_error: Option<String>,
}

page!(
    /// A page of tasks, newest first.
    TaskPage of Task
);

/// A task on the wire.
pub fn view(task: &TaskRecord) -> Task {
    Task {
        id: task.id.to_string(),
        consumer: task.consumer.clone(),
        status: match task.status {
            outbox::TaskStatus::Pending => TaskStatus::Pending,
            outbox::TaskStatus::Done => TaskStatus::Done,
            outbox::TaskStatus::Parked => TaskStatus::Parked,
        },
        event_kind: EventKind(task.kind),
        subject: task.subject.clone(),
        attempts: task.attempts,
        due_at: task.due_at.map(instant),
        last_error: task.error.clone(),
    }
}

/// A task has no counter of its own: its state and tries tell two versions apart.
pub fn version(task: &TaskRecord) -> i64 {
    let status = match task.status {
        outbox::TaskStatus::Pending => 0,
        outbox::TaskStatus::Done => 1,
        outbox::TaskStatus::Parked => 2,
    };
    i64::from(task.attempts) * 4 + status
}
