//! The job that brings a price list into force: one transaction, so that it has happened or it has not.

use crate::jobs::{Held, Stopped};
use crate::pricing::price_lists::publish::publish;
use domain::id::PriceListId;
use serde_json::json;

/// Publishes the list that the job is about. It is done once this process sells by it, too.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let id: PriceListId = held.subject()?;
    let told = json!({ "price_list_id": id });
    if held.job.result.is_none() {
        held.write(|write| {
            let list = publish(write, id)?;
            held.go_on(write.tx, Some((list.rows, list.rows)))?;
            if store::jobs::keep_result(write.tx, &held.job, &told)? { Ok(()) } else { Err(Stopped::Lost) }
        })?;
    }
    held.app.refresh()?;
    held.write(|write| held.done(write.tx, told.clone()))
}
