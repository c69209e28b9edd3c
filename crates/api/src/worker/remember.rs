//! Facts that a task brought about.

use crate::App;
use crate::events;
use crate::worker::outcome::Trouble;
use domain::event::EventKind;
use serde_json::Value;
use store::Conn;
use store::outbox::Task;

/// Remembers a fact that a task brought about.
pub fn remember(
    app: &App,
    tx: &mut Conn,
    task: &Task,
    kind: EventKind,
    subject: String,
    payload: Value,
) -> Result<(), Trouble> {
    let now = app.now_in(tx, task.marketplace_id)?;
    let event = events::event(task.marketplace_id, task.event.customer_id, kind, subject, now, payload);
    Ok(events::append(tx, &event, app.clock.now())?)
}
