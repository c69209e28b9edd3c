//! The outbox: facts, appended in the transaction that made them true, and the work that each causes.

mod claiming;
mod events;
mod rows;
mod tasks;

pub use claiming::{Want, claim, heed_clock};
pub use events::{append, append_all, events_of};
pub use rows::{Claimed, NewTask, Task, TaskRecord, TaskStatus, Unreadable};
pub use tasks::{
    Backlog, backlog_unscoped, bring_forward, due_unscoped, finish, finish_by_clock, park, replay, retry, still_leased,
    task, tasks, wait, wait_by_clock,
};
