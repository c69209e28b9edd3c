//! Reads Microsoft's price sheets (3.3) row by row: as CSV, or as the zip archive with one CSV that the API sends.
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
mod header;
mod instant;
mod records;
mod row;
mod source;

pub use row::{Row, RowError, reason};

use header::Header;
use records::{Record, Records};
use source::Source;
use std::io::{self, Read, Seek};

/// Why a sheet as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// There is nothing in it.
    #[error("the price sheet is empty")]
    Empty,
    /// It has none of a price sheet's columns.
    #[error("this is not a price sheet: the first line names none of its columns")]
    NotAPriceSheet,
    /// Columns that must be there are not.
    #[error("the price sheet has no column {}", .0.join(", "))]
    MissingColumns(Vec<&'static str>),
    /// A column is there twice, and nobody knows which counts.
    #[error("the price sheet has the column {0} twice")]
    DuplicateColumn(&'static str),
    /// The first line is longer than any price sheet's.
    #[error("the first line of the price sheet is too long")]
    HeaderTooLong,
    /// The archive is damaged, encrypted, or has not exactly one CSV file.
    #[error("the archive cannot be read: {0}")]
    Archive(String),
    /// It is larger than 1 GiB once unpacked.
    #[error("the price sheet is too large")]
    TooLarge,
    /// It could not be read to its end.
    #[error("the price sheet cannot be read: {0}")]
    Io(io::Error),
}

impl From<io::Error> for SheetError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Io(error),
        }
    }
}

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
    type Item = Result<Result<Row, RowError>, SheetError>;

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
