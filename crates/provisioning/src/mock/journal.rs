//! The mock's memory on disk: one fact a line.
//!
//! Several processes may share a journal (a server and a worker): each holds the file's lock while it serves
//! a call and first reads what the others have written.

use super::fact::Fact;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// An open journal.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    /// Up to here everything is read.
    offset: u64,
}

impl Journal {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        // For its owner only, like the database.
        let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        Ok(Self { file, offset: 0 })
    }

    /// Takes the lock and reads what is new.
    pub(super) fn lock(&mut self) -> io::Result<Vec<Fact>> {
        self.file.lock()?;
        self.read_new().inspect_err(|_| self.unlock())
    }

    /// Gives the lock back. Closing the file would do so too, so an error here changes nothing.
    pub(super) fn unlock(&self) {
        let _ = self.file.unlock();
    }

    fn read_new(&mut self) -> io::Result<Vec<Fact>> {
        if self.file.metadata()?.len() < self.offset {
            return Err(invalid("the journal is shorter than it was"));
        }
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(self.offset))?;
        self.file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines = bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let facts: Vec<Fact> = lines.map(serde_json::from_slice).collect::<Result<_, _>>().map_err(invalid)?;
        self.offset += whole as u64;
        if whole < bytes.len() {
            // A process was killed while it wrote. Nobody was told of that fact, so it never happened.
            self.file.set_len(self.offset)?;
        }
        Ok(facts)
    }

    /// Writes a fact; the lock must be held.
    pub(super) fn append(&mut self, fact: &Fact) -> io::Result<()> {
        let mut line = serde_json::to_vec(fact)?;
        line.push(b'\n');
        self.file.seek(SeekFrom::Start(self.offset))?;
        if let Err(error) = self.file.write_all(&line).and_then(|()| self.file.flush()) {
            // What was written of it must not stand in front of the next fact.
            self.file.set_len(self.offset)?;
            return Err(error);
        }
        self.offset += line.len() as u64;
        Ok(())
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
