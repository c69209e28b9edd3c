//! Sheets that Microsoft hands out as CSV, read row by row, whatever is in them: as the file itself, packed with gzip,
//! or as the zip archive with one CSV that the API sends.
//!
//! A bad row is reported with its line and reading goes on; only what makes the whole sheet doubtful ends it.
//! Memory stays bounded whatever comes: a row has at most 64 KiB, a sheet 1 GiB once unpacked.

pub(crate) mod cells;
pub mod cursor;
pub mod error;
pub(crate) mod header;
pub(crate) mod letters;
pub mod reason;
pub(crate) mod records;
pub(crate) mod source;

use cells::Cells;
use cursor::RowError;
use error::SheetError;
use header::{Column, Header};
use records::{Record, Records};
use source::Source;
use std::io::{Read, Seek};

/// A sheet, not yet read.
#[derive(Debug)]
pub(crate) struct Sheet<R> {
    source: Source<R>,
}

impl<R: Read + Seek> Sheet<R> {
    /// Takes a file or buffer for a sheet, packed or not. Nothing is unpacked yet.
    pub(crate) fn of(input: R) -> Result<Self, SheetError> {
        Ok(Self { source: Source::of(input)? })
    }

    /// Its rows from the first on, each as `parse` understands it; may be asked for again.
    pub(crate) fn rows<C: Column, T>(&mut self, parse: Parse<C, T>) -> Result<Rows<'_, C, T>, SheetError> {
        let mut records = Records::new(self.source.open()?);
        let header = Header::read(&mut records)?;
        Ok(Rows { records, header, parse, done: false })
    }
}

/// How the cells of a row are understood.
pub(crate) type Parse<C, T> = fn(&Header<C>, &Cells, u64) -> Result<T, RowError>;

/// The rows of a sheet. The outer error ends the sheet; the inner one is about one row, and reading goes on.
pub(crate) struct Rows<'a, C, T> {
    records: Records<'a>,
    header: Header<C>,
    parse: Parse<C, T>,
    done: bool,
}

impl<C: Column, T> Iterator for Rows<'_, C, T> {
    type Item = Result<Result<T, RowError>, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.records.next(self.header.most(), |cells| self.header.fits(cells)) {
            Ok(Some(Record::Cells { line })) => Some(Ok((self.parse)(&self.header, self.records.cells(), line))),
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
