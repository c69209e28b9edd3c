//! Reads Microsoft's price sheets row by row: as CSV, packed with gzip or not, or as the zip archive with one
//! CSV that the API sends.
//!
//! ```
//! # use provisioning::price_sheet::{self, SheetError};
//! # fn import(file: std::fs::File) -> Result<(), SheetError> {
//! let mut sheet = price_sheet::read(file)?;
//! for row in sheet.rows()? {
//!     match row? {
//!         Ok(row) => drop(row.sku_title),
//!         Err(bad) => drop(bad.reason),
//!     }
//! }
//! # Ok(()) }
//! ```

mod instant;
mod row;

pub use crate::sheet::cursor::RowError;
pub use crate::sheet::error::SheetError;
pub use crate::sheet::reason;
pub use row::SheetRow;

use crate::sheet::Sheet;
use std::io::{Read, Seek};

/// A price sheet, not yet read.
#[derive(Debug)]
pub struct PriceSheet<R>(Sheet<R>);

/// Takes a file or buffer for a price sheet, zipped or not. Nothing is unpacked yet.
pub fn read<R: Read + Seek>(input: R) -> Result<PriceSheet<R>, SheetError> {
    Ok(PriceSheet(Sheet::of(input)?))
}

impl<R: Read + Seek> PriceSheet<R> {
    /// The rows, from the first on; may be asked for again. The outer error ends the sheet; the inner one is about one
    /// row, and reading goes on.
    pub fn rows(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<Result<SheetRow, RowError>, SheetError>> + use<'_, R>, SheetError> {
        self.0.rows(row::parse)
    }
}
