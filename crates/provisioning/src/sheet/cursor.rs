//! The cells of a row by their columns, and what Microsoft's sheets have in common.

use super::cells::Cells;
use super::header::{Column, Header};
use super::reason;
use super::records::TYPOGRAPHIC_QUOTES;
use domain::party::Country;

/// How much of a wrong value is shown.
const SHOWN: usize = 100;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {} {value:?}: {reason}", if column.is_empty() { "row" } else { column })]
pub struct RowError {
    /// The line in the file where the row begins, from 1.
    pub line: u64,
    /// The column; empty where the row as a whole is wrong.
    pub column: &'static str,
    /// What stands there, at most 100 characters of it.
    pub value: String,
    /// Why it cannot be: one of [`super::reason`].
    pub reason: &'static str,
    /// The product and SKU that the row names nevertheless: they are in the sheet.
    pub sku: Option<(String, String)>,
}

impl RowError {
    /// An error of a whole row.
    pub(crate) fn whole(line: u64, text: &[u8], reason: &'static str) -> Self {
        Self { line, column: "", value: shown(String::from_utf8_lossy(text).trim()), reason, sku: None }
    }
}

/// Without what is not printed, and what no database keeps.
fn shown(text: &str) -> String {
    text.chars()
        .take(SHOWN)
        .map(|letter| if is_control(letter) { char::REPLACEMENT_CHARACTER } else { letter })
        .collect()
}

/// A row being read.
pub(crate) struct Cursor<'a, C> {
    header: &'a Header<C>,
    cells: &'a Cells,
    /// The line in the file where it begins.
    pub(crate) line: u64,
}

impl<'a, C: Column> Cursor<'a, C> {
    /// A cell without blanks and typographic quotes around it.
    pub(crate) fn text(&self, column: C) -> &'a str {
        // The whole row was found to be UTF-8, and a cell begins and ends between characters.
        let text = std::str::from_utf8(self.header.cell(self.cells, column)).unwrap_or_default().trim();
        let quoted = text.starts_with(TYPOGRAPHIC_QUOTES) && text.ends_with(TYPOGRAPHIC_QUOTES);
        if quoted { text.trim_matches(TYPOGRAPHIC_QUOTES).trim() } else { text }
    }

    pub(crate) fn error(&self, column: C, reason: &'static str) -> RowError {
        RowError { line: self.line, column: column.title(), value: shown(self.text(column)), reason, sku: None }
    }

    /// The product and SKU that the row names, whatever else is wrong with it.
    pub(crate) fn sku(&self, (product, sku): (C, C)) -> Option<(String, String)> {
        Some((product_id(self.text(product)).ok()?, sku_id(self.text(sku)).ok()?))
    }

    /// A cell that must not be blank.
    pub(crate) fn needed(&self, column: C) -> Result<&'a str, RowError> {
        match self.text(column) {
            "" => Err(self.error(column, reason::MISSING)),
            text => Ok(text),
        }
    }

    /// What a cell that must not be blank means.
    pub(crate) fn read<T>(&self, column: C, read: impl FnOnce(&str) -> Result<T, &'static str>) -> Result<T, RowError> {
        read(self.needed(column)?).map_err(|reason| self.error(column, reason))
    }

    /// What a cell means; none where it is blank.
    pub(crate) fn read_if_any<T>(
        &self,
        column: C,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<Option<T>, RowError> {
        if self.text(column).is_empty() { Ok(None) } else { self.read(column, read).map(Some) }
    }
}

fn is_control(letter: char) -> bool {
    letter.is_ascii_control() && !matches!(letter, '\n' | '\r' | '\t')
}

/// The row in cells, or the first thing that is wrong with it; by the columns that name its product and SKU.
pub(crate) fn parse<C: Column, T>(
    header: &Header<C>,
    cells: &Cells,
    line: u64,
    named_by: (C, C),
    read: impl FnOnce(&Cursor<'_, C>) -> Result<T, RowError>,
) -> Result<T, RowError> {
    match std::str::from_utf8(cells.bytes()) {
        // Descriptions may have several lines; no other control character belongs in a text.
        Ok(text) if !text.contains(is_control) => {}
        _ => return Err(RowError::whole(line, cells.bytes(), reason::ENCODING)),
    }
    let cursor = Cursor { header, cells, line };
    read(&cursor).map_err(|error| RowError { sku: cursor.sku(named_by), ..error })
}

pub(crate) fn product_id(text: &str) -> Result<String, &'static str> {
    let right = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if right { Ok(text.to_ascii_uppercase()) } else { Err(reason::MALFORMED) }
}

pub(crate) fn sku_id(text: &str) -> Result<String, &'static str> {
    let right = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if right { Ok(format!("{:0>4}", text.to_ascii_uppercase())) } else { Err(reason::MALFORMED) }
}

pub(crate) fn country(text: &str) -> Result<Country, &'static str> {
    Country::from_code(&text.to_ascii_uppercase()).ok_or(reason::MALFORMED)
}

pub(crate) fn count(text: &str) -> Result<u32, &'static str> {
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse().map_err(|_| reason::OUT_OF_RANGE),
        false => Err(reason::MALFORMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sku_ids_get_their_zeros_back() {
        assert_eq!(sku_id("1").unwrap(), "0001");
        assert_eq!(sku_id("000p").unwrap(), "000P");
        assert_eq!(sku_id("00001"), Err(reason::MALFORMED));
        assert_eq!(sku_id("0-1"), Err(reason::MALFORMED));
    }
}
