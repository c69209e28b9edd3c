//! The job that makes a draft of a price sheet. Begun again it begins with the first row: an import that broke off has
//! left nothing that anybody uses.

use crate::http::problem::Problem;
use crate::jobs::{Held, Stopped};
use crate::pricing::price_lists::import::{self, ImportedAs};
use crate::worker::received::received;
use serde_json::json;

/// Imports the sheet that came with the request.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let id = held.subject()?;
    let asked: ImportedAs = serde_json::from_value(held.job.asked.clone()).map_err(Problem::internal)?;
    let (sheet, read) = received(held.app, &held.job)?;
    let list = import::import(held.app, &held.asker(), &asked, id, sheet, &mut |tx| {
        held.go_on(tx, Some((read.get(), held.job.total)))
    })?;
    held.write(|write| {
        held.go_on(write.tx, None)?;
        let draft = import::finish(write, &list)?;
        held.done(write.tx, json!({"price_list_id": draft.id}))
    })
}
