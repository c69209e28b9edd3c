//! The first line: which column is where. Columns come by name, in any order.

use super::cells::Cells;
use super::error::SheetError;
use super::records::{Line, Records, straightened};
use std::marker::PhantomData;

/// A column that is read of a kind of sheet.
pub(crate) trait Column: Copy + Eq + 'static {
    /// Every one, in the order of their places.
    const ALL: &'static [Self];

    /// Its name in the sheet.
    fn title(self) -> &'static str;

    /// Whether there is no sheet without it.
    fn required(self) -> bool;

    /// Its place in the list of all.
    fn place(self) -> usize;
}

/// `columns! { ProductTitle = "ProductTitle", true; … }`: the columns of a kind of sheet, and which must be there.
macro_rules! columns {
    ($($name:ident = $title:literal, $required:literal;)+) => {
        /// A column that we read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Column { $($name),+ }

        impl $crate::sheet::header::Column for Column {
            const ALL: &'static [Self] = &[$(Self::$name),+];

            fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            fn required(self) -> bool {
                match self { $(Self::$name => $required),+ }
            }

            fn place(self) -> usize {
                self as usize
            }
        }
    };
}
pub(crate) use columns;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where each column is.
#[derive(Debug)]
pub(crate) struct Header<C> {
    /// By column, in the order of all.
    places: Vec<Option<usize>>,
    /// How many columns the sheet has.
    width: usize,
    /// How many cells a row needs to have all required ones.
    needed: usize,
    of: PhantomData<C>,
}

impl<C: Column> Header<C> {
    pub(crate) fn read(records: &mut Records) -> Result<Self, SheetError> {
        let line = match records.line()? {
            None => return Err(SheetError::Empty),
            Some(Line::TooLong(_)) => return Err(SheetError::HeaderTooLong),
            Some(Line::Whole(line)) => line,
        };
        let mut cells = Cells::default();
        cells.feed(&straightened(line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line)));
        let names: Vec<String> = (0..cells.len()).map(|index| plain(cells.get(index).unwrap_or_default())).collect();
        let places = C::ALL.iter().map(|column| place(*column, &names)).collect::<Result<Vec<_>, _>>()?;
        if places.iter().all(Option::is_none) {
            return Err(SheetError::NoSuchSheet);
        }
        let columns = || C::ALL.iter().zip(&places).filter(|(column, _)| column.required());
        let missing: Vec<_> =
            columns().filter(|(_, place)| place.is_none()).map(|(column, _)| column.title()).collect();
        if !missing.is_empty() {
            return Err(SheetError::MissingColumns(missing));
        }
        let needed = columns().filter_map(|(_, place)| *place).max().map_or(0, |last| last + 1);
        Ok(Self { width: names.len(), needed, places, of: PhantomData })
    }

    /// Whether cells can be a row: the last, optional ones may be left out, and blank ones may follow.
    pub(crate) fn fits(&self, cells: &Cells) -> bool {
        let beyond = |index| cells.get(index).is_some_and(|cell| !cell.trim_ascii().is_empty());
        cells.len() >= self.needed && !(self.width..cells.len()).any(beyond)
    }

    /// More cells than this no row has, blank ones at its end included.
    pub(crate) fn most(&self) -> usize {
        2 * self.width
    }

    /// The cell of a column, blank where the sheet or the row does not have it.
    pub(crate) fn cell<'c>(&self, cells: &'c Cells, column: C) -> &'c [u8] {
        let place = self.places.get(column.place()).copied().flatten();
        place.and_then(|place| cells.get(place)).unwrap_or_default()
    }
}

fn place<C: Column>(column: C, names: &[String]) -> Result<Option<usize>, SheetError> {
    let wanted = plain(column.title().as_bytes());
    let mut places = (0..names.len()).filter(|index| names[*index] == wanted);
    match (places.next(), places.next()) {
        (_, Some(_)) => Err(SheetError::DuplicateColumn(column.title())),
        (place, None) => Ok(place),
    }
}

/// A name without its blanks and case: `ERP Price` has a blank that not every export keeps.
fn plain(name: &[u8]) -> String {
    let letters = String::from_utf8_lossy(name);
    letters.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
