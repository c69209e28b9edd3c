//! The job that brings an offer matrix into force: one transaction, so that it has happened or it has not.

use crate::jobs::{Held, Stopped};
use crate::pricing::offer_matrices::publish::publish;
use domain::id::OfferMatrixId;
use serde_json::json;

/// Publishes the matrix that the job is about. It is done once this process sells by it, too.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let id: OfferMatrixId = held.subject()?;
    let told = json!({ "offer_matrix_id": id });
    if held.job.result.is_none() {
        held.write(|write| {
            let matrix = publish(write, id)?;
            held.go_on(write.tx, Some((matrix.rows, matrix.rows)))?;
            if store::jobs::keep_result(write.tx, &held.job, &told)? { Ok(()) } else { Err(Stopped::Lost) }
        })?;
    }
    held.app.refresh()?;
    held.write(|write| held.done(write.tx, told.clone()))
}
