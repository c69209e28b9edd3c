//! The job that makes a draft of a price sheet. Begun again it begins with the first row: an import that broke off has
//! left nothing that anybody uses.

use crate::App;
use crate::http::problem::Problem;
use crate::jobs::{Held, Stopped};
use crate::pricing::price_lists::import::{self, ImportedAs};
use serde_json::json;
use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::rc::Rc;
use store::jobs::StoredJob;

/// Imports the sheet that came with the request.
pub fn run(held: &Held<'_>) -> Result<(), Stopped> {
    let id = held.subject()?;
    let asked: ImportedAs = serde_json::from_value(held.job.asked.clone()).map_err(Problem::internal)?;
    let read = Rc::new(Cell::new(0));
    let sheet = Counted { file: received(held.app, &held.job)?, furthest: Rc::clone(&read) };
    let total = held.job.total;
    let list = import::import(held.app, &held.asker(), &asked, id, sheet, &mut |tx| {
        held.go_on(tx, Some((read.get().min(total), total)))
    })?;
    held.write(|write| {
        held.go_on(write.tx, None)?;
        let draft = import::finish(write, &list)?;
        held.done(write.tx, json!({"price_list_id": draft.id}))
    })
}

/// The file that came with the request, from its first byte on; it is never held in memory.
fn received(app: &App, job: &StoredJob) -> Result<File, Stopped> {
    let mut file = tempfile::tempfile().map_err(Problem::internal)?;
    for number in 0.. {
        let piece = app.store.read_one(|conn| {
            Ok::<_, Stopped>(store::jobs::piece_unscoped(conn, job.marketplace_id, job.id, number)?)
        })?;
        let Some(piece) = piece else { break };
        file.write_all(&piece).map_err(Problem::internal)?;
    }
    file.rewind().map_err(Problem::internal)?;
    Ok(file)
}

/// A file that says how far it was read.
struct Counted {
    file: File,
    furthest: Rc<Cell<i64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        let at = i64::try_from(self.file.stream_position()?).unwrap_or(i64::MAX);
        // An archive's directory stands at its end, and is read first.
        self.furthest.set(at);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}
