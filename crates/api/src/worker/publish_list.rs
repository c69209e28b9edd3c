//! The job that brings a price list into force: one transaction, so that it has happened or it has not.

use crate::jobs::{Held, Stopped};
use crate::pricing::price_lists::publish::publish;
use serde_json::json;

/// Publishes the list that the job is about.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let id = held.subject()?;
    held.write(|write| {
        let list = publish(write, id)?;
        held.go_on(write.tx, Some((list.rows, list.rows)))?;
        held.done(write.tx, json!({"price_list_id": list.id}))
    })?;
    // It is in force already; whoever reads from memory is to see that, too.
    if let Err(problem) = held.app.refresh() {
        tracing::warn!(%problem, "the published prices are taken up a little later");
    }
    Ok(())
}
