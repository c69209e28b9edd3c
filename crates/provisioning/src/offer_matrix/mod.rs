//! Reads Microsoft's offer matrix row by row: which SKUs there are, how many of each a customer may have, what it
//! must own first, and to what it can be upgraded.
//!
//! The columns are those of Microsoft's page „Get an offer matrix"
//! (`GET /v1.0/sales/offermatrix(Month='YYYYMM')/$value` for updated new commerce licence-based products: CSV, or a zip
//! with one), whose sample row was looked up there; that
//! a SKU with `ProductSkuPreRequisites` is an add-on, and needs **one or more** of what is named on the customer's
//! tenant, stands in „Introduction: New commerce add-ons". A matrix has no terms, billing plans or prices.
//!
//! What no public text says, and is taken so:
//!
//! - `MaxLicenses` is the most that one customer may have over all of its subscriptions (300 for the small business
//!   suites); `MinLicenses` is per subscription. Blank or 0 is no limit; so is more than ten million.
//! - Of `AssetOwnershipLimitType` only `ConcurrentCount` is documented. What begins with `Lifetime` counts every
//!   subscription there ever was; anything else is not understood. Blank or 0 of `AssetOwnershipLimit` is no limit.
//! - Lists are taken apart at commas, semicolons and blanks, ids at `/` or `:`: the sample has `P/S,P/S` and `DE;AT`.
//! - `ProductSkuConversion` is what a SKU can be upgraded to, written as the prerequisites are.
//! - `ProvisioningId`, `ProvisioningString` and `Description` are not read.
//!
//! ```
//! # use provisioning::{offer_matrix, price_sheet::SheetError};
//! # fn import(file: std::fs::File) -> Result<(), SheetError> {
//! let mut matrix = offer_matrix::read(file)?;
//! for row in matrix.rows()? {
//!     match row? {
//!         Ok(row) => drop(row.rules),
//!         Err(bad) => drop(bad.reason),
//!     }
//! }
//! # Ok(()) }
//! ```

mod row;

pub use row::MatrixRow;

use crate::sheet::Sheet;
use crate::sheet::cursor::RowError;
use crate::sheet::error::SheetError;
use std::io::{Read, Seek};

/// An offer matrix, not yet read.
#[derive(Debug)]
pub struct OfferMatrix<R>(Sheet<R>);

/// Takes a file or buffer for an offer matrix, zipped or not. Nothing is unpacked yet.
pub fn read<R: Read + Seek>(input: R) -> Result<OfferMatrix<R>, SheetError> {
    Ok(OfferMatrix(Sheet::of(input)?))
}

impl<R: Read + Seek> OfferMatrix<R> {
    /// The rows, from the first on; may be asked for again. The outer error ends the matrix; the inner one is about one
    /// row, and reading goes on.
    pub fn rows(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<Result<MatrixRow, RowError>, SheetError>> + use<'_, R>, SheetError> {
        self.0.rows(row::parse)
    }
}
