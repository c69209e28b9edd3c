//! Reads Microsoft's price sheets (3.3) row by row: as CSV, packed with gzip or not, or as the zip archive with one
//! CSV that the API sends.
//!
//! A bad row is reported with its line and reading goes on; only what makes the whole sheet doubtful ends it.
//! Memory stays bounded whatever comes: a row has at most 64 KiB, a sheet 1 GiB once unpacked.
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

mod cells;
mod error;
mod header;
mod instant;
mod letters;
pub mod reason;
mod records;
mod row;
mod source;

pub use error::SheetError;
pub use row::{RowError, SheetRow};

use header::Header;
use records::{Record, Records};
use source::Source;
use std::io::{Read, Seek};

/// A price sheet, not yet read.
#[derive(Debug)]
pub struct PriceSheet<R> {
    source: Source<R>,
}

/// Takes a file or buffer for a price sheet, zipped or not. Nothing is unpacked yet.
pub fn read<R: Read + Seek>(input: R) -> Result<PriceSheet<R>, SheetError> {
    Ok(PriceSheet { source: Source::of(input)? })
}

impl<R: Read + Seek> PriceSheet<R> {
    /// The rows, from the first on; may be asked for again.
    pub fn rows(&mut self) -> Result<Rows<'_>, SheetError> {
        let mut records = Records::new(self.source.open()?);
        let header = Header::read(&mut records)?;
        Ok(Rows { records, header, done: false })
    }
}

/// The rows of a sheet. The outer error ends the sheet; the inner one is about one row, and reading goes on.
#[derive(Debug)]
pub struct Rows<'a> {
    records: Records<'a>,
    header: Header,
    done: bool,
}

impl Iterator for Rows<'_> {
    type Item = Result<Result<SheetRow, RowError>, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.records.next(self.header.most(), |cells| self.header.fits(cells)) {
            Ok(Some(Record::Cells { line })) => Some(Ok(row::parse(&self.header, self.records.cells(), line))),
            Ok(Some(Record::Broken { line, reason, text })) => Some(Ok(Err(RowError::whole(line, &text, reason)))),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                Some(Err(error.into()))
            }
        }
    }
}
