//! What makes a whole sheet unreadable.

use std::io;

/// Why a sheet as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// There is nothing in it.
    #[error("the sheet is empty")]
    Empty,
    /// There is nothing after its first line.
    #[error("the sheet has no rows")]
    NoRows,
    /// It has none of the columns of its kind of sheet.
    #[error("the first line names none of the columns of such a sheet")]
    NoSuchSheet,
    /// Columns that must be there are not.
    #[error("the sheet has no column {}", .0.join(", "))]
    MissingColumns(Vec<&'static str>),
    /// A column is there twice, and nobody knows which counts.
    #[error("the sheet has the column {0} twice")]
    DuplicateColumn(&'static str),
    /// The first line is longer than any sheet's.
    #[error("the first line of the sheet is too long")]
    HeaderTooLong,
    /// The archive is damaged, encrypted, or has not exactly one CSV file.
    #[error("the archive cannot be read: {0}")]
    Archive(String),
    /// It is larger than 1 GiB once unpacked.
    #[error("the sheet is too large")]
    TooLarge,
    /// It could not be read to its end.
    #[error("the sheet cannot be read: {0}")]
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
