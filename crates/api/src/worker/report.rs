//! The transaction in which a task's result is written: one instant, what happened, and the end of the task.

use crate::App;
use crate::events;
use crate::worker::outcome::{Outcome, Trouble};
use domain::event::EventKind;
use serde_json::Value;
use store::Conn;
use store::outbox::{self, Task};
use time::OffsetDateTime;

/// A transaction of a consumer.
pub struct Report<'a> {
    /// The application, with what is held in memory.
    pub app: &'a App,
    /// The transaction itself.
    pub tx: &'a mut Conn,
    /// The task that is worked on.
    pub task: &'a Task,
    /// The marketplace's now: the one instant of everything that this transaction writes.
    pub now: OffsetDateTime,
}

impl<'a> Report<'a> {
    /// Begins to report in a transaction that has just been opened.
    pub fn begin(app: &'a App, tx: &'a mut Conn, task: &'a Task) -> Result<Self, Trouble> {
        let now = app.now_in(tx, task.marketplace_id)?;
        Ok(Self { app, tx, task, now })
    }

    /// Remembers a fact that the task brought about, with the work that it causes.
    pub fn remember(&mut self, kind: EventKind, subject: String, payload: Value) -> Result<(), Trouble> {
        let (marketplace, customer) = (self.task.marketplace_id, self.task.event.customer_id);
        let event = events::event(marketplace, customer, kind, subject, self.now, payload);
        Ok(events::append(self.tx, &event, self.app.clock.now())?)
    }

    /// Ends the task together with its result, unless another worker took it over.
    pub fn finish(&mut self) -> Result<(), Trouble> {
        if outbox::finish(self.tx, self.task)? { Ok(()) } else { Err(Trouble::LeaseLost) }
    }

    /// Nothing is written of a step whose task another worker took over.
    pub fn still_ours(&mut self) -> Result<(), Trouble> {
        if outbox::still_leased(self.tx, self.task)? { Ok(()) } else { Err(Trouble::LeaseLost) }
    }
}

/// Ends a task that has nothing more to write.
pub fn finish(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    app.store.write(|tx| if outbox::finish(tx, task)? { Ok(Outcome::Done) } else { Err(Trouble::LeaseLost) })
}
