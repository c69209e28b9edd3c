//! What a price sheet comes in: archives, files that stream, files that break off.

mod sample;

use provisioning::price_sheet::{self, RowError, SheetError, SheetRow};
use sample::{HEADER, ROW};
use std::cell::RefCell;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

/// An archive of files.
fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        archive.start_file(*name, options).expect("file");
        archive.write_all(text.as_bytes()).expect("text");
    }
    archive.finish().expect("archive").into_inner()
}

#[test]
fn a_zip_archive_with_one_csv_is_a_sheet() {
    let text = format!("{HEADER}\r\n{}", format!("{ROW}\r\n").repeat(1_000));
    let archive = zipped(&[("readme.txt", "hello"), ("Sheets.CSV", &text)]);
    assert!(archive.len() < text.len() / 10);
    let mut sheet = price_sheet::read(Cursor::new(archive)).unwrap();
    for _ in 0..2 {
        let rows: Vec<_> = sheet.rows().unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(rows.iter().filter(|row: &&Result<SheetRow, RowError>| row.is_ok()).count(), 1_000);
    }
}

#[test]
fn other_archives_are_refused() {
    let sheet = format!("{HEADER}\n{ROW}\n");
    let whole = zipped(&[("a.csv", &sheet)]);
    for archive in [
        zipped(&[("a.txt", "hello")]),
        zipped(&[("a.csv", &sheet), ("b.csv", &sheet)]),
        whole[..whole.len() / 2].to_vec(),
        b"PK\x03\x04".to_vec(),
    ] {
        assert!(matches!(price_sheet::read(Cursor::new(archive)), Err(SheetError::Archive(_))));
    }
}

#[test]
fn a_damaged_archive_ends_in_an_error_and_not_as_if_it_were_whole() {
    let text = format!("{HEADER}\r\n{}", format!("{ROW}\r\n").repeat(1_000));
    let mut archive = zipped(&[("a.csv", &text)]);
    let middle = archive.len() / 2;
    archive[middle] ^= 0xff;
    let mut sheet = price_sheet::read(Cursor::new(archive)).unwrap();
    let read: Result<Vec<_>, _> = sheet.rows().and_then(|rows| rows.collect());
    assert!(matches!(read, Err(SheetError::Io(_))), "{read:?}");
}

/// A sheet of so many rows that is nowhere whole: each row is made when it is read.
struct Generator {
    rows: u32,
    next: u32,
    buffer: Vec<u8>,
    given: usize,
}

impl Generator {
    fn new(rows: u32) -> Self {
        Self { rows, next: 0, buffer: Vec::new(), given: 0 }
    }
}

impl Read for Generator {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.buffer.len() && self.next <= self.rows {
            self.given = 0;
            self.buffer = match self.next {
                0 => format!("{HEADER}\r\n"),
                row => format!("{}\r\n", ROW.replace("\"115.2\"", &format!("\"{row}.5\""))),
            }
            .into_bytes();
            self.next += 1;
        }
        let read = (&self.buffer[self.given..]).read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

impl Seek for Generator {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        assert_eq!(to, SeekFrom::Start(0), "a sheet is read from its beginning to its end");
        *self = Self::new(self.rows);
        Ok(0)
    }
}

#[test]
fn a_large_sheet_streams() {
    /// Shares the generator, so that its counter can be seen while it is read.
    struct Shared(Rc<RefCell<Generator>>);
    impl Read for Shared {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.borrow_mut().read(buffer)
        }
    }
    impl Seek for Shared {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.borrow_mut().seek(to)
        }
    }

    let generator = Rc::new(RefCell::new(Generator::new(200_000)));
    let mut sheet = price_sheet::read(Shared(Rc::clone(&generator))).unwrap();
    let mut count = 0_u64;
    for row in sheet.rows().unwrap() {
        let row = row.unwrap().unwrap();
        count += 1;
        assert_eq!(row.line, count + 1);
        assert_eq!(row.cost_of_term.to_string(), format!("{count}.5"));
        // A row has more than 200 bytes, and what is read ahead fits a buffer of 64 KiB.
        let ahead = u64::from(generator.borrow().next) - count;
        assert!(ahead < 64 * 1024 / 200, "{ahead} rows read ahead");
    }
    assert_eq!(count, 200_000);
}

#[test]
fn a_sheet_that_breaks_off_ends_in_an_error() {
    struct Breaking(Cursor<Vec<u8>>);
    impl Read for Breaking {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::ErrorKind::ConnectionReset.into()),
                read => Ok(read),
            }
        }
    }
    impl Seek for Breaking {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    let text = format!("{HEADER}\n{ROW}\n");
    let mut sheet = price_sheet::read(Breaking(Cursor::new(text.into_bytes()))).unwrap();
    let mut rows = sheet.rows().unwrap();
    assert!(rows.next().unwrap().unwrap().is_ok());
    assert!(matches!(rows.next(), Some(Err(SheetError::Io(_)))));
    assert!(rows.next().is_none());
}
