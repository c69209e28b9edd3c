//! The file taken apart into rows, with their lines, in bounded memory.
//!
//! The `csv` crate is not used: it gathers a row of any length before anybody sees it, so that one quote that is never
//! closed swallows the rest of a file, in memory.

use super::cells::Cells;
use super::reason;
use std::collections::VecDeque;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

/// The most bytes of a row.
const LIMIT: usize = 64 << 10;

/// Quotes that word processors make of straight ones; the documented header ends with one.
pub(crate) const TYPOGRAPHIC_QUOTES: [char; 4] = ['“', '”', '„', '‟'];

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// With its line break.
    Whole(Vec<u8>),
    /// Its beginning; the rest was skipped unread.
    TooLong(Vec<u8>),
}

/// One row of the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// Its cells are in [`Records::cells`].
    Cells { line: u64 },
    /// It cannot be taken apart; its first line.
    Broken { line: u64, reason: &'static str, text: Vec<u8> },
}

/// The rows of a file.
pub(crate) struct Records<'a> {
    input: BufReader<Box<dyn Read + 'a>>,
    /// Lines that were taken for part of a row and are not.
    returned: VecDeque<Line>,
    /// How many lines are behind us.
    passed: u64,
    cells: Cells,
}

impl fmt::Debug for Records<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("passed", &self.passed).finish_non_exhaustive()
    }
}

impl<'a> Records<'a> {
    pub(crate) fn new(input: Box<dyn Read + 'a>) -> Self {
        let input = BufReader::with_capacity(LIMIT, input);
        Self { input, returned: VecDeque::new(), passed: 0, cells: Cells::default() }
    }

    /// The cells of the row that was read last.
    pub(crate) fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The next line that is not blank.
    pub(crate) fn line(&mut self) -> io::Result<Option<Line>> {
        loop {
            let line = match self.returned.pop_front() {
                Some(line) => Some(line),
                None => self.read_line()?,
            };
            self.passed += u64::from(line.is_some());
            match line {
                Some(Line::Whole(bytes)) if bytes.trim_ascii().is_empty() => {}
                line => return Ok(line),
            }
        }
    }

    fn read_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(LIMIT as u64).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        if bytes.len() < LIMIT || bytes.ends_with(b"\n") {
            return Ok(Some(Line::Whole(bytes)));
        }
        self.input.skip_until(b'\n')?;
        bytes.truncate(LIMIT / 64);
        Ok(Some(Line::TooLong(bytes)))
    }

    fn give_back(&mut self, lines: Vec<Vec<u8>>) {
        self.passed -= lines.len() as u64;
        lines.into_iter().rev().for_each(|line| self.returned.push_front(Line::Whole(line)));
    }

    /// The next row of at most so many cells. `fits` says whether the cells can be a row of this sheet.
    ///
    /// A quote that is not closed makes a row of several. Where these do not fit, only the first line is taken for the
    /// bad one, and the others are read again.
    pub(crate) fn next(&mut self, most: usize, fits: impl Fn(&Cells) -> bool) -> io::Result<Option<Record>> {
        let first = match self.line()? {
            None => return Ok(None),
            Some(Line::TooLong(text)) => {
                return Ok(Some(Record::Broken { line: self.passed, reason: reason::TOO_LONG, text }));
            }
            Some(Line::Whole(first)) => first,
        };
        let line = self.passed;
        self.cells.clear();
        let whole = self.cells.feed(&first);
        let (whole, others) = if whole { (true, Vec::new()) } else { self.gather(first.len(), most)? };
        if whole && fits(&self.cells) {
            return Ok(Some(Record::Cells { line }));
        }
        self.give_back(others);
        // The doc's own sample opens a cell with a straight quote and closes it with another.
        self.cells.clear();
        if self.cells.feed(&straightened(&first)) && fits(&self.cells) {
            return Ok(Some(Record::Cells { line }));
        }
        let reason = if whole { reason::COLUMN_COUNT } else { reason::UNCLOSED_QUOTE };
        Ok(Some(Record::Broken { line, reason, text: first }))
    }

    /// The further lines of a row with an open quote, and whether it was closed.
    ///
    /// Gives up on the first cell too many: a file of lines that each leave a quote open, whether or not one was open
    /// before, would else be gathered up to the limit once for every line.
    fn gather(&mut self, mut size: usize, most: usize) -> io::Result<(bool, Vec<Vec<u8>>)> {
        let mut lines = Vec::new();
        loop {
            let next = match self.returned.pop_front() {
                Some(line) => Some(line),
                None => self.read_line()?,
            };
            match next {
                None => return Ok((false, lines)),
                Some(Line::Whole(bytes)) if size + bytes.len() <= LIMIT => {
                    self.passed += 1;
                    size += bytes.len();
                    let whole = self.cells.feed(&bytes);
                    lines.push(bytes);
                    if whole || self.cells.len() > most {
                        return Ok((whole, lines));
                    }
                }
                Some(line) => {
                    self.returned.push_front(line);
                    return Ok((false, lines));
                }
            }
        }
    }
}

/// A line with straight quotes only.
pub(crate) fn straightened(line: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(line) {
        Ok(text) => text.replace(TYPOGRAPHIC_QUOTES, "\"").into_bytes(),
        Err(_) => line.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and cells, or line and reason, of each row of three cells.
    fn rows(text: &str) -> Vec<(u64, String)> {
        let mut records = Records::new(Box::new(text.as_bytes()));
        let mut rows = Vec::new();
        while let Some(record) = records.next(3, |cells| cells.len() == 3).unwrap() {
            rows.push(match record {
                Record::Cells { line } => {
                    let cell = |index| String::from_utf8_lossy(records.cells().get(index).unwrap());
                    (line, format!("{}|{}|{}", cell(0), cell(1), cell(2)))
                }
                Record::Broken { line, reason, .. } => (line, reason.to_owned()),
            });
        }
        rows
    }

    fn expect(text: &str, expected: &[(u64, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(rows(text), expected, "{text}");
    }

    #[test]
    fn rows_have_the_line_they_begin_in() {
        expect("a,b,c\n\n  \r\n\"d\ne\",f,g\nh,i,j", &[(1, "a|b|c"), (4, "d\ne|f|g"), (6, "h|i|j")]);
    }

    #[test]
    fn blank_lines_in_quotes_stay() {
        expect("a,\"b\n\n\nc\",d\ne,f,g\n", &[(1, "a|b\n\n\nc|d"), (5, "e|f|g")]);
    }

    #[test]
    fn a_quote_that_is_never_closed_spoils_one_line() {
        expect("a,\"b,c\nd,e,f\ng,h,i\n", &[(1, reason::UNCLOSED_QUOTE), (2, "d|e|f"), (3, "g|h|i")]);
        expect("\"a\",\"b\",\"c\n\"d\",\"e\",\"f\"\ng,h,i\n", &[(1, reason::COLUMN_COUNT), (2, "d|e|f"), (3, "g|h|i")]);
    }

    #[test]
    fn lines_that_all_leave_a_quote_open_are_read_a_few_times_at_most() {
        let lines = 200_000;
        let read = rows(&"x\",\"\n".repeat(lines));
        assert_eq!(read.len(), lines);
    }

    #[test]
    fn a_typographic_quote_closes_the_last_cell() {
        expect("\"a\",\"b\",\"c”\r\n\"d\",\"e\",\"f\"\r\n", &[(1, "a|b|c"), (2, "d|e|f")]);
        expect("\"a\",\"b\",\"c”", &[(1, "a|b|c")]);
        expect("a,\"“b”, he said\",c\n", &[(1, "a|“b”, he said|c")]);
    }

    #[test]
    fn a_row_that_is_too_long_is_left_out() {
        let long = "x".repeat(3 * LIMIT);
        expect(&format!("a,b,c\n{long}\nd,e,f\n"), &[(1, "a|b|c"), (2, reason::TOO_LONG), (3, "d|e|f")]);
        let lines = "y\n".repeat(LIMIT);
        let read = rows(&format!("a,\"{lines}"));
        assert_eq!(read.first(), Some(&(1, reason::UNCLOSED_QUOTE.to_owned())));
        assert_eq!(read.len(), LIMIT);
    }
}
