//! Keeping a sheet that was received until its import is over, and what is said of one that cannot be read.

use crate::http::problem::{Code, Problem};
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::transaction::Write;
use provisioning::price_sheet::SheetError;
use std::fs::File;
use std::io::{Read, Seek as _};
use store::jobs::StoredJob;

/// Bytes of the file that are kept together until its import is over.
const PIECE: usize = 256 * 1024;

/// How many bytes a file has.
pub fn size(file: &File) -> Result<i64, Problem> {
    let bytes = file.metadata().map_err(Problem::internal)?.len();
    Ok(i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// Keeps a file with the job that is to read it, piece by piece.
pub fn keep(write: &mut Write<'_>, job: &StoredJob, file: &mut File) -> Result<(), Problem> {
    // From its beginning each time: the transaction may be tried again.
    file.rewind().map_err(Problem::internal)?;
    let mut piece = Vec::with_capacity(PIECE);
    for number in 0.. {
        piece.clear();
        Read::by_ref(file).take(PIECE as u64).read_to_end(&mut piece).map_err(Problem::internal)?;
        if piece.is_empty() {
            break;
        }
        store::jobs::insert_piece(write.tx, job, number, &piece)?;
    }
    Ok(())
}

/// Why a sheet as a whole cannot be read, as whoever sent it is told.
pub fn unreadable(error: SheetError) -> Problem {
    match error {
        SheetError::MissingColumns(columns) => {
            Problem::new(Code::SheetColumnsMissing).with("columns", Place::text(columns.join(", ")))
        }
        other => Problem::new(Code::SheetUnreadable).with("reason", Phrase::from(&other)),
    }
}
