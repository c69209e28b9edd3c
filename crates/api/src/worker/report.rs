//! The transaction in which a task's result is written: one instant, what happened, and the end of the task.

use crate::App;
use crate::events;
use crate::worker::outcome::{MICROSOFT, Outcome, Trouble};
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

    /// Begins to report with the end of the task, in one statement; nothing is written where another worker took it
    /// over.
    pub fn finishing(app: &'a App, tx: &'a mut Conn, task: &'a Task) -> Result<Self, Trouble> {
        let ahead = outbox::finish_by_clock(tx, task)?;
        Self::ahead(app, tx, task, ahead)
    }

    /// The same, and the task waits for Microsoft.
    pub fn waiting(app: &'a App, tx: &'a mut Conn, task: &'a Task, wait: time::Duration) -> Result<Self, Trouble> {
        let ahead = outbox::wait_by_clock(tx, task, app.clock.now() + wait, MICROSOFT)?;
        Self::ahead(app, tx, task, ahead)
    }

    fn ahead(app: &'a App, tx: &'a mut Conn, task: &'a Task, ahead: Option<i64>) -> Result<Self, Trouble> {
        let (ahead, real) = (ahead.ok_or(Trouble::LeaseLost)?, app.clock.now());
        let now = real.checked_add(time::Duration::microseconds(ahead)).unwrap_or(real);
        Ok(Self { app, tx, task, now })
    }

    /// Remembers facts that the task brought about, in this order, each with the work that it causes.
    pub fn remember_all(&mut self, facts: Vec<(EventKind, String, Value)>) -> Result<(), Trouble> {
        let (marketplace, customer) = (self.task.marketplace_id, self.task.event.customer_id);
        let all: Vec<_> = facts
            .into_iter()
            .map(|(kind, subject, payload)| {
                let event = events::event(marketplace, customer, kind, subject, self.now, payload);
                (event, events::tasks(self.app, events::consumers_of(kind)))
            })
            .collect();
        Ok(outbox::append_all(self.tx, &all)?)
    }

    /// Remembers a fact that the task brought about, with the work that it causes.
    pub fn remember(&mut self, kind: EventKind, subject: String, payload: Value) -> Result<(), Trouble> {
        let (marketplace, customer) = (self.task.marketplace_id, self.task.event.customer_id);
        let event = events::event(marketplace, customer, kind, subject, self.now, payload);
        Ok(events::append(self.app, self.tx, &event)?)
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
