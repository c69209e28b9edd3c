//! Mails as files: for trying things out, and where something else carries them further.

use super::{Mail, SendError, Transport};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// Writes a file for each mail, `ntf_….eml`; a repeated mail overwrites itself. Mails carry links that let people in:
/// the files are readable for their owner only.
pub struct FileTransport {
    folder: PathBuf,
}

impl FileTransport {
    /// Into a folder, which is made with the first mail.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn write(&self, mail: &Mail, bytes: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        // The file appears with its content, whenever somebody looks or the process is killed.
        let draft = self.folder.join(format!(".{}.draft", mail.id));
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, self.folder.join(format!("{}.eml", mail.id)))
    }
}

impl Transport for FileTransport {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let bytes = mail.formatted()?;
        self.write(mail, &bytes).map_err(|error| SendError::Unavailable(format!("{}: {error}", self.folder.display())))
    }
}
