//! One row taken apart: cells of RFC 4180, read leniently.

/// Where in a row the reader is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Start,
    Plain,
    Quoted,
    /// After a quote within quotes: the first of two, or the closing one.
    Quote,
}

/// The cells of one row, in a buffer that is used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    place: Place,
}

impl Cells {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.place = Place::Start;
    }

    /// Adds a line of the file with its line break. Whether the row is whole: in an open quote the next line belongs
    /// to it too.
    pub(crate) fn feed(&mut self, line: &[u8]) -> bool {
        for byte in line {
            self.place = match (self.place, byte) {
                (Place::Quoted, b'"') => Place::Quote,
                (Place::Quote, b'"') | (Place::Quoted, _) => {
                    self.bytes.push(*byte);
                    Place::Quoted
                }
                (Place::Start, b'"') => Place::Quoted,
                (_, b',') => self.end_cell(),
                (place, b'\n' | b'\r') | (place @ Place::Start, b' ') => place,
                // Also what stands between a closing quote and the comma.
                (_, byte) => {
                    self.bytes.push(*byte);
                    Place::Plain
                }
            };
        }
        let whole = self.place != Place::Quoted;
        if whole {
            self.end_cell();
        }
        whole
    }

    fn end_cell(&mut self) -> Place {
        self.ends.push(self.bytes.len());
        Place::Start
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell's bytes; none behind the last.
    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.bytes[start..end])
    }

    /// Every byte of every cell.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<String> {
        let mut cells = Cells::default();
        cells.feed(line.as_bytes());
        (0..cells.len()).filter_map(|index| cells.get(index)).map(|cell| String::from_utf8_lossy(cell).into()).collect()
    }

    #[test]
    fn cells_are_split_and_unquoted() {
        assert_eq!(split("a,b,c\r\n"), ["a", "b", "c"]);
        assert_eq!(split("\"a,b\",\"say \"\"no\"\"\",\n"), ["a,b", "say \"no\"", ""]);
        assert_eq!(split("a, \"b,c\" ,d"), ["a", "b,c ", "d"]);
        assert_eq!(split("a \"b\" c,\"d\"e\n"), ["a \"b\" c", "de"]);
        assert_eq!(split("\n"), [""]);
    }

    #[test]
    fn an_open_quote_goes_on_in_the_next_line() {
        let mut cells = Cells::default();
        assert!(!cells.feed(b"\"one\r\n"));
        assert!(cells.feed(b"two\",3\n"));
        assert_eq!(cells.get(0), Some(&b"one\r\ntwo"[..]));
        assert_eq!(cells.get(1), Some(&b"3"[..]));
        assert_eq!(cells.get(2), None);
    }
}
