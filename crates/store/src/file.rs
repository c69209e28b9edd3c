//! SQLite's file: whether the one that is open is the one that the path names. A file that was deleted or replaced
//! takes every write, and is gone when the process ends.

use crate::error::StoreError;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The file as it was opened.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl DatabaseFile {
    /// Remembers which file is open under the path.
    pub(crate) fn of(path: &Path, opened: &File) -> std::io::Result<Self> {
        Ok(Self { path: path.to_owned(), identity: identity_of(&opened.metadata()?) })
    }

    /// Whether the path still names that file; [`StoreError::Lost`] where it names another or none.
    pub(crate) fn is_there(&self) -> Result<(), StoreError> {
        match std::fs::metadata(&self.path) {
            Ok(found) if identity_of(&found) == self.identity => Ok(()),
            Ok(_) => Err(StoreError::Lost(format!("{} is another file now", self.path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(StoreError::Lost(format!("{} was deleted", self.path.display())))
            }
            Err(error) => Err(StoreError::Unavailable(format!("{}: {error}", self.path.display()))),
        }
    }
}

fn identity_of(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
