//! Giving up the draft of an offer matrix.

use crate::http::problem::Problem;
use crate::pricing::offer_matrices::draft::draft;
use crate::transaction::Write;
use domain::id::OfferMatrixId;
use store::price_lists::Status;

/// Gives a draft up; it stays in the list, as discarded.
pub fn discard(write: &mut Write<'_>, id: OfferMatrixId) -> Result<(), Problem> {
    let mut matrix = draft(write, id)?;
    matrix.status = Status::Discarded;
    store::offer_matrices::update(write.tx, &matrix, write.meta.expected(matrix.version))?;
    write.audit("offer_matrix.discarded", None, id.to_string(), None, None)
}
