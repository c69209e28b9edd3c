//! What came with the request that a job is of.

use crate::App;
use crate::http::problem::Problem;
use crate::jobs::Stopped;
use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::rc::Rc;
use store::jobs::StoredJob;

/// The file that came with the request, from its first byte on, and how far it is read by then; it is never held in
/// memory.
pub fn received(app: &App, job: &StoredJob) -> Result<(Counted, Rc<Cell<i64>>), Stopped> {
    let mut file = tempfile::tempfile().map_err(Problem::internal)?;
    for number in 0.. {
        let piece = app.store.read_one(|conn| {
            Ok::<_, Stopped>(store::jobs::piece_unscoped(conn, job.marketplace_id, job.id, number)?)
        })?;
        let Some(piece) = piece else { break };
        file.write_all(&piece).map_err(Problem::internal)?;
    }
    file.rewind().map_err(Problem::internal)?;
    let furthest = Rc::new(Cell::new(0));
    Ok((Counted { file, size: job.total, furthest: Rc::clone(&furthest) }, furthest))
}

/// A file that says how far it was read.
pub struct Counted {
    file: File,
    size: i64,
    furthest: Rc<Cell<i64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        let at = i64::try_from(self.file.stream_position()?).unwrap_or(i64::MAX);
        // An archive's directory stands at its end, and is read first.
        self.furthest.set(at.min(self.size));
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}
