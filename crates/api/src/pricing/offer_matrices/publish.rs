//! Publishing an offer matrix: what it says of SKUs holds for all of their offers, now and later.

use crate::http::problem::{Code, Problem};
use crate::jobs;
use crate::pricing::offer_matrices::draft::draft;
use crate::pricing::offer_matrices::view::view;
use crate::transaction::Write;
use domain::id::OfferMatrixId;
use domain::offer_matrix::MatrixEffect;
use serde_json::json;
use store::jobs::{JobKind, StoredJob};
use store::offer_matrices::StoredOfferMatrix;
use store::price_lists::Status;

/// Asks for the publication of a draft, where it could be published now.
pub fn ask(write: &mut Write<'_>, id: OfferMatrixId) -> Result<StoredJob, Problem> {
    let matrix = publishable(write, id)?;
    write.expect_version(matrix.version)?;
    let asked = json!({"version": matrix.version});
    jobs::ask(write, JobKind::OfferMatrixPublication, id.to_string(), asked, matrix.rows)
}

/// Publishes a draft whose comparison is still true.
pub fn publish(write: &mut Write<'_>, id: OfferMatrixId) -> Result<StoredOfferMatrix, Problem> {
    let mut matrix = publishable(write, id)?;
    let marketplace = matrix.marketplace_id;
    let renames = !matrix.keep_titles && matrix.effects.get(&MatrixEffect::Renamed).is_some_and(|rows| *rows > 0);
    store::offer_matrices::publish(write.tx, marketplace, id, renames)?;
    // As those of price lists, publications of a marketplace come one after the other.
    let version = store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    if matrix.catalog_version + 1 != version {
        return Err(Problem::new(Code::OfferMatrixStale));
    }
    matrix.status = Status::Published;
    matrix.published_at = Some(write.now);
    matrix.version = store::offer_matrices::update(write.tx, &matrix, None)?;
    let after = serde_json::to_value(view(&matrix)).map_err(Problem::internal)?;
    write.audit("offer_matrix.published", None, id.to_string(), None, Some(after))?;
    Ok(matrix)
}

/// A draft that was compared with the catalogue in force.
fn publishable(write: &mut Write<'_>, id: OfferMatrixId) -> Result<StoredOfferMatrix, Problem> {
    let matrix = draft(write, id)?;
    let stored = store::marketplaces::by_id_unscoped(write.tx, matrix.marketplace_id)?;
    if matrix.catalog_version == stored.catalog_version {
        Ok(matrix)
    } else {
        Err(Problem::new(Code::OfferMatrixStale))
    }
}
