//! A sheet's characters and line ends, whatever program has saved it: UTF-16 becomes UTF-8, and the carriage returns of
//! a file that has no other line ends become line feeds.

use std::io::{self, BufRead, BufReader, Read};

/// So much of the file tells, at most, how it is written: more than any first line has.
const LOOKED_AT: usize = 64 << 10;

/// How many bytes are converted at once.
const PIECE: usize = 16 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// UTF-8, or whatever else: the rows say which of them are not.
    Bytes,
    LittleEndian,
    BigEndian,
}

/// The same text in UTF-8 with line feeds at its line ends.
pub(crate) fn as_utf8<'a>(input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut input = BufReader::with_capacity(LOOKED_AT, input);
    let letters = letters(input.fill_buf()?);
    let text: Box<dyn Read + 'a> = match letters {
        Letters::Bytes => Box::new(input),
        wide => Box::new(Wide { input, wide, ready: Vec::new(), given: 0, half: None, over: false }),
    };
    let mut text = BufReader::with_capacity(LOOKED_AT, text);
    let start = text.fill_buf()?;
    let only_returns = start.contains(&b'\r') && !start.contains(&b'\n');
    Ok(if only_returns { Box::new(Returns(text)) } else { Box::new(text) })
}

/// By its mark, or because every other byte of a first line in Latin letters is zero.
fn letters(start: &[u8]) -> Letters {
    match start {
        [0xff, 0xfe, ..] => Letters::LittleEndian,
        [0xfe, 0xff, ..] => Letters::BigEndian,
        [first, 0, third, 0, ..] if *first != 0 && *third != 0 => Letters::LittleEndian,
        [0, second, 0, fourth, ..] if *second != 0 && *fourth != 0 => Letters::BigEndian,
        _ => Letters::Bytes,
    }
}

/// UTF-16 read as UTF-8; its mark becomes UTF-8's.
struct Wide<R> {
    input: R,
    wide: Letters,
    ready: Vec<u8>,
    given: usize,
    /// The first half of a character of four bytes, where a piece ended in it.
    half: Option<u16>,
    over: bool,
}

impl<R: Read> Wide<R> {
    /// Converts another piece; what is no text becomes the replacement character, as everywhere.
    fn refill(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(PIECE);
        self.input.by_ref().take(PIECE as u64).read_to_end(&mut bytes)?;
        self.over = bytes.len() < PIECE;
        let (pairs, odd) = bytes.as_chunks::<2>();
        let unit = |pair: &[u8; 2]| match self.wide {
            Letters::BigEndian => u16::from_be_bytes(*pair),
            _ => u16::from_le_bytes(*pair),
        };
        let mut units: Vec<u16> = self.half.take().into_iter().chain(pairs.iter().map(unit)).collect();
        if !self.over {
            self.half = units.pop_if(|last| (0xd800..0xdc00).contains(last));
        }
        // Half a character at the very end.
        units.extend((!odd.is_empty()).then_some(0xfffd));
        (self.ready, self.given) = (String::from_utf16_lossy(&units).into_bytes(), 0);
        Ok(())
    }
}

impl<R: Read> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.over {
            self.refill()?;
        }
        let read = (&self.ready[self.given..]).read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

/// Carriage returns read as line feeds.
struct Returns<R>(R);

impl<R: Read> Read for Returns<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        buffer[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        let mut text = String::new();
        as_utf8(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn u31_utf_16_is_read_with_its_mark_and_without() {
        // A character of four bytes on the edge of every piece.
        let text = format!("abc{}\r\n", "\u{1f600}".repeat(PIECE));
        for text in [text.as_str(), "\"Größe\",\"ł\"\n", "\u{feff}Ab"] {
            assert_eq!(read(&wide(text, u16::to_le_bytes)), text);
            assert_eq!(read(&wide(text, u16::to_be_bytes)), text);
            assert_eq!(read(text.as_bytes()), text);
        }
        assert_eq!(read(b"a\0b\0c"), "ab\u{fffd}");
    }

    #[test]
    fn u31_carriage_returns_alone_are_line_ends() {
        assert_eq!(read(b"a,b\rc,d\r"), "a,b\nc,d\n");
        assert_eq!(read(b"a,b\r\nc,\"d\re\"\r\n"), "a,b\r\nc,\"d\re\"\r\n");
        assert_eq!(read(&wide("a,b\rc,d", u16::to_le_bytes)), "a,b\nc,d");
        assert_eq!(read(b""), "");
    }
}
