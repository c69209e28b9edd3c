//! Where the CSV comes from: a file as it is, packed with gzip, or the one CSV in a zip archive; then its characters
//! and line ends.

use super::error::SheetError;
use super::letters::as_utf8;
use flate2::read::MultiGzDecoder;
use std::io::{self, Read, Seek};
use zip::ZipArchive;

/// What a sheet may have once unpacked: twenty times the largest known, and no disk is needed for it.
const LIMIT: u64 = 1 << 30;

/// How a zip archive begins. The API's answer does not say that it is one.
const ZIP: [u8; 4] = *b"PK\x03\x04";

/// How what is packed with gzip begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// An input, told apart.
#[derive(Debug)]
pub(crate) enum Source<R> {
    Plain(R),
    /// Packed, as many scripts send a large file.
    Gzipped(R),
    /// The archive and which of its files is the CSV.
    Zipped(Box<ZipArchive<R>>, usize),
}

impl<R: Read + Seek> Source<R> {
    pub(crate) fn of(mut input: R) -> Result<Self, SheetError> {
        let mut start = Vec::new();
        input.by_ref().take(ZIP.len() as u64).read_to_end(&mut start)?;
        input.rewind()?;
        if start.is_empty() {
            return Err(SheetError::Empty);
        }
        if start.starts_with(&GZIP) {
            return Ok(Self::Gzipped(input));
        }
        if start != ZIP {
            return Ok(Self::Plain(input));
        }
        let archive = ZipArchive::new(input).map_err(archive_error)?;
        let mut sheets = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_data(index).map_err(archive_error)?;
            if entry.is_file() && entry.name_raw().to_ascii_lowercase().ends_with(b".csv") {
                sheets.push(index);
            }
        }
        match sheets[..] {
            [index] => Ok(Self::Zipped(Box::new(archive), index)),
            _ => Err(SheetError::Archive(format!("it has {} CSV files, not one", sheets.len()))),
        }
    }

    /// The CSV from its beginning, in UTF-8.
    pub(crate) fn open(&mut self) -> Result<Box<dyn Read + '_>, SheetError> {
        let input: Box<dyn Read + '_> = match self {
            Self::Plain(input) => {
                input.rewind()?;
                Box::new(input)
            }
            Self::Gzipped(input) => {
                input.rewind()?;
                Box::new(MultiGzDecoder::new(input))
            }
            Self::Zipped(archive, index) => Box::new(archive.by_index(*index).map_err(archive_error)?),
        };
        Ok(as_utf8(Bounded { input, left: LIMIT })?)
    }
}

fn archive_error(error: zip::result::ZipError) -> SheetError {
    match error {
        zip::result::ZipError::Io(error) => error.into(),
        other => SheetError::Archive(other.to_string()),
    }
}

/// A reader that gives so many bytes and an error for the next.
struct Bounded<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            // Whether it ends right here only one more byte can tell.
            return match self.input.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::ErrorKind::FileTooLarge.into()),
            };
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.input.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_reader_gives_its_bytes_and_then_an_error() {
        let read = |bytes: &[u8]| {
            let mut all = Vec::new();
            Bounded { input: bytes, left: 4 }.read_to_end(&mut all).map(|_| all)
        };
        assert_eq!(read(b"abcd").unwrap(), b"abcd");
        assert_eq!(read(b"abcde").unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
