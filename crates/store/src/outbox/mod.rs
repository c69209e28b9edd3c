//! The outbox: facts, appended in the transaction that made them true, and the work that each causes.

mod events;
mod rows;
mod tasks;

pub use events::{append, append_all, events_of};
pub use rows::{NewTask, Task, TaskRecord, TaskStatus};
pub use tasks::{
    Backlog, Lane, backlog_unscoped, bring_forward, claim, due_unscoped, finish, park, replay, retry, still_leased,
    task, tasks, wait,
};
