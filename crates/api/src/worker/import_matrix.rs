//! The job that makes a draft of an offer matrix. Begun again it begins with the first row, as that of a price sheet.

use crate::http::problem::Problem;
use crate::jobs::{Held, Stopped};
use crate::pricing::offer_matrices::import::{self, ImportedAs};
use crate::worker::received::received;
use serde_json::json;

/// Imports the offer matrix that came with the request.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let id = held.subject()?;
    let asked: ImportedAs = serde_json::from_value(held.job.asked.clone()).map_err(Problem::internal)?;
    let (file, read) = received(held.app, &held.job)?;
    let matrix = import::import(held.app, &held.asker(), &asked, id, file, &mut |tx| {
        held.go_on(tx, Some((read.get(), held.job.total)))
    })?;
    held.write(|write| {
        held.go_on(write.tx, None)?;
        let draft = import::finish(write, &matrix)?;
        held.done(write.tx, json!({"offer_matrix_id": draft.id}))
    })
}
