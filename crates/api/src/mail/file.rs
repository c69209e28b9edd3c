//! Mails as files: for trying things out, and where something else carries them further.

use crate::mail::transport::{Mail, SendError, Transport};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
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
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
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
        let bytes = mail.readable()?;
        self.write(mail, &bytes).map_err(|error| SendError::Unavailable(format!("{}: {error}", self.folder.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::mail;
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_mail_is_one_file_that_a_repeated_one_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let transport = FileTransport::new(folder.path().join("mails"));
        transport.send(&mail()).unwrap();
        transport.send(&Mail { subject: "again".to_owned(), ..mail() }).unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("mails")).unwrap().flatten().collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name().to_str(), Some("ntf_01kagy2qk8e3vrc6h1x0m4t7ws.eml"));
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(files[0].path()).unwrap().contains("Subject: again"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_waited_for() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let sent = FileTransport::new(file.path().join("mails")).send(&mail());
        assert!(matches!(sent, Err(SendError::Unavailable(_))), "{sent:?}");
    }
}
