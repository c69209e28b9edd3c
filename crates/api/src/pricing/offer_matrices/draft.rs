//! The draft that an offer matrix is until it is published or given up.

use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::id::OfferMatrixId;
use store::offer_matrices::StoredOfferMatrix;
use store::price_lists::Status;

/// An offer matrix that is a draft still.
pub fn draft(write: &mut Write<'_>, id: OfferMatrixId) -> Result<StoredOfferMatrix, Problem> {
    let matrix = store::offer_matrices::get(write.tx, &write.identity.scope, id)?;
    if matrix.status == Status::Draft { Ok(matrix) } else { Err(Problem::new(Code::OfferMatrixNotDraft)) }
}
