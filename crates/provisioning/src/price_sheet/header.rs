//! The first line: which column is where. Columns come by name, in any order (3.3).

use super::cells::Cells;
use super::error::SheetError;
use super::records::{Line, Records, straightened};

macro_rules! columns {
    ($($name:ident = $title:literal, $required:literal;)+) => {
        /// A column that we read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Column { $($name),+ }

        impl Column {
            const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in the sheet.
            pub(super) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// Whether there is no sheet without it.
            const fn required(self) -> bool {
                match self { $(Self::$name => $required),+ }
            }
        }
    };
}

// In the order of the documented header; `Segment` came later.
columns! {
    ProductTitle = "ProductTitle", true;
    ProductId = "ProductId", true;
    SkuId = "SkuId", true;
    SkuTitle = "SkuTitle", true;
    Publisher = "Publisher", false;
    SkuDescription = "SkuDescription", false;
    UnitOfMeasure = "UnitOfMeasure", false;
    TermDuration = "TermDuration", true;
    BillingPlan = "BillingPlan", true;
    Market = "Market", true;
    Currency = "Currency", true;
    UnitPrice = "UnitPrice", true;
    PricingTierRangeMin = "PricingTierRangeMin", false;
    PricingTierRangeMax = "PricingTierRangeMax", false;
    EffectiveStartDate = "EffectiveStartDate", true;
    EffectiveEndDate = "EffectiveEndDate", true;
    Tags = "Tags", true;
    ErpPrice = "ERP Price", true;
    Segment = "Segment", false;
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where each column is.
#[derive(Debug)]
pub(super) struct Header {
    /// By column, in the order of the enum.
    places: Vec<Option<usize>>,
    /// How many columns the sheet has.
    width: usize,
    /// How many cells a row needs to have all required ones.
    needed: usize,
}

impl Header {
    pub(super) fn read(records: &mut Records) -> Result<Self, SheetError> {
        let line = match records.line()? {
            None => return Err(SheetError::Empty),
            Some(Line::TooLong(_)) => return Err(SheetError::HeaderTooLong),
            Some(Line::Whole(line)) => line,
        };
        let mut cells = Cells::default();
        cells.feed(&straightened(line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line)));
        let names: Vec<String> = (0..cells.len()).map(|index| plain(cells.get(index).unwrap_or_default())).collect();
        let places = Column::ALL.iter().map(|column| place(*column, &names)).collect::<Result<Vec<_>, _>>()?;
        if places.iter().all(Option::is_none) {
            return Err(SheetError::NotAPriceSheet);
        }
        let columns = || Column::ALL.iter().zip(&places).filter(|(column, _)| column.required());
        let missing: Vec<_> =
            columns().filter(|(_, place)| place.is_none()).map(|(column, _)| column.title()).collect();
        if !missing.is_empty() {
            return Err(SheetError::MissingColumns(missing));
        }
        let needed = columns().filter_map(|(_, place)| *place).max().map_or(0, |last| last + 1);
        Ok(Self { width: names.len(), needed, places })
    }

    /// Whether cells can be a row: the last, optional ones may be left out, and blank ones may follow.
    pub(super) fn fits(&self, cells: &Cells) -> bool {
        let beyond = |index| cells.get(index).is_some_and(|cell| !cell.trim_ascii().is_empty());
        cells.len() >= self.needed && !(self.width..cells.len()).any(beyond)
    }

    /// More cells than this no row has, blank ones at its end included.
    pub(super) fn most(&self) -> usize {
        2 * self.width
    }

    /// The cell of a column, blank where the sheet or the row does not have it.
    pub(super) fn cell<'c>(&self, cells: &'c Cells, column: Column) -> &'c [u8] {
        let place = self.places.get(column as usize).copied().flatten();
        place.and_then(|place| cells.get(place)).unwrap_or_default()
    }
}

fn place(column: Column, names: &[String]) -> Result<Option<usize>, SheetError> {
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
