//! Pages of a list, walked by id: ids are UUIDv7, so their order is that of creation. A page begins
//! after the last id that was seen, so that rows which come and go meanwhile neither repeat nor hide others.
//!
//! Where a list has other orders, too, a place in it is what the row is sorted by and its id: of rows that are alike
//! none is passed over.

use crate::error::Result;
use crate::raw::{Piece, Raw};
use crate::types::At;
use domain::calendar::Day;
use time::OffsetDateTime;

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// The most rows, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// The id of the last row seen.
    pub after: Option<u128>,
    /// Whether the newest come first.
    pub descending: bool,
}

/// The most rows of a page.
pub const MAX_LIMIT: u32 = 200;

/// What the rows of a list are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// When they were created.
    #[default]
    Created,
    /// When they were changed last.
    Updated,
    /// What they are called, whatever the capitals.
    Name,
    /// The last day of their term; those without one come as if theirs never ended.
    TermEnd,
}

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortValue {
    /// When something happened to it.
    At(OffsetDateTime),
    /// What it is called.
    Text(String),
    /// A day of its own.
    Day(Day),
}

/// A place in a list with several orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What the row there is sorted by; none where that is its id alone.
    pub value: Option<SortValue>,
    /// The id of the row there.
    pub id: u128,
}

/// Which page of a list with several orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortedRequest {
    /// The most rows, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// The place of the last row seen.
    pub after: Option<Place>,
    /// What the rows are sorted by.
    pub by: Order,
    /// Whether the last in that order come first.
    pub descending: bool,
}

/// When rows were made and changed; all conditions hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Made at this instant or later.
    pub created_from: Option<OffsetDateTime>,
    /// Made before this instant.
    pub created_to: Option<OffsetDateTime>,
    /// Changed last at this instant or later.
    pub updated_since: Option<OffsetDateTime>,
}

impl Times {
    /// Whether it matters when a row was made.
    pub fn of_creation(self) -> bool {
        self.created_from.is_some() || self.created_to.is_some()
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P = u128> {
    /// The rows of this page, in its order.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; none at the end.
    pub next: Option<P>,
}

impl PageRequest {
    fn rows(self) -> usize {
        self.limit.clamp(1, MAX_LIMIT) as usize
    }

    /// How many rows to ask for: one more than wanted says whether more follow.
    pub(crate) fn fetch(self) -> i64 {
        self.rows() as i64 + 1
    }
}

impl From<&SortValue> for Piece {
    fn from(value: &SortValue) -> Self {
        match value {
            SortValue::At(at) => Self::At(At(*at)),
            SortValue::Text(text) => Self::Text(text.clone()),
            SortValue::Day(day) => Self::Day(day.date()),
        }
    }
}

impl From<PageRequest> for SortedRequest {
    fn from(request: PageRequest) -> Self {
        let after = request.after.map(|id| Place { value: None, id });
        Self { limit: request.limit, after, by: Order::Created, descending: request.descending }
    }
}

impl SortedRequest {
    /// The same by ids alone.
    pub(crate) fn plain(&self) -> PageRequest {
        let after = self.after.as_ref().map(|place| place.id);
        PageRequest { limit: self.limit, after, descending: self.descending }
    }

    /// What is left of times behind the last row seen: the bound at which the walk began holds there anyway, and with
    /// it an index would be walked from there once more.
    pub(crate) fn left(&self, times: Times) -> Times {
        match (self.by, self.descending) {
            _ if self.after.is_none() => times,
            (Order::Created, false) => Times { created_from: None, ..times },
            (Order::Created, true) => Times { created_to: None, ..times },
            (Order::Updated, false) => Times { updated_since: None, ..times },
            _ => times,
        }
    }

    /// Where the page begins in the order of a column and the ids, and that order.
    pub(crate) fn walk(&self, column: &'static str, id: &'static str) -> (Option<Raw>, Raw) {
        let (way, beyond) = if self.descending { ("DESC", "<") } else { ("ASC", ">") };
        let place = |place: &Place| {
            let value = Piece::from(place.value.as_ref()?);
            let begins = Raw::sql(format!("({column}, {id}) {beyond} (")).with(value).and_sql(", ");
            Some(begins.with(Piece::id(place.id)).and_sql(")"))
        };
        (self.after.as_ref().and_then(place), Raw::sql(format!("{column} {way}, {id} {way}")))
    }
}

impl<T, P> Page<T, P> {
    /// A page without rows.
    pub(crate) fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }

    fn cut(mut fetched: Vec<T>, rows: usize, place: impl Fn(&T) -> P) -> Self {
        let more = fetched.len() > rows;
        fetched.truncate(rows);
        let next = fetched.last().filter(|_| more).map(place);
        Self { items: fetched, next }
    }

    /// The same page of something else.
    pub(crate) fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U, P> {
        Page { items: self.items.into_iter().map(convert).collect(), next: self.next }
    }

    /// The same page of something else, if every row can be one.
    pub(crate) fn try_map<U>(self, convert: impl FnMut(T) -> Result<U>) -> Result<Page<U, P>> {
        Ok(Page { items: self.items.into_iter().map(convert).collect::<Result<_>>()?, next: self.next })
    }
}

impl<T> Page<T> {
    /// The page of what was fetched.
    pub(crate) fn of(fetched: Vec<T>, request: &PageRequest, id: impl Fn(&T) -> u128) -> Self {
        Self::cut(fetched, request.rows(), id)
    }
}

impl<T> Page<T, Place> {
    /// The page of what was fetched in one of several orders.
    pub(crate) fn sorted(fetched: Vec<T>, request: &SortedRequest, place: impl Fn(&T) -> Place) -> Self {
        Self::cut(fetched, request.plain().rows(), place)
    }
}

/// `paged!(query, orders::id, request)`: the rows of a page of a boxed query.
macro_rules! paged {
    ($query:expr, $id:expr, $request:expr) => {{
        let query = $query.limit($request.fetch());
        match ($request.after, $request.descending) {
            (None, false) => query.order($id.asc()),
            (None, true) => query.order($id.desc()),
            (Some(after), false) => query.filter($id.gt($crate::types::Id(after))).order($id.asc()),
            (Some(after), true) => query.filter($id.lt($crate::types::Id(after))).order($id.desc()),
        }
    }};
}

/// `sorted!(query, orders::id, "orders.id", column, request)`: the same of a list with several orders: by a column,
/// named as in SQL, and the ids, or by the ids alone where none is said.
macro_rules! sorted {
    ($query:expr, $id:expr, $named:literal, $column:expr, $request:expr) => {{
        let (query, request): (_, &$crate::page::SortedRequest) = ($query, $request);
        match $column {
            None => paged!(query, $id, request.plain()),
            Some(column) => {
                let (after, order) = request.walk(column, $named);
                let query = query.limit(request.plain().fetch());
                match after {
                    Some(after) => query.filter(after).order(order),
                    None => query.order(order),
                }
            }
        }
    }};
}

/// `created!(query, orders::placed_at, times)`: only the rows of a boxed query that were made within these times.
macro_rules! created {
    ($query:expr, $column:expr, $times:expr) => {{
        let (mut query, times): (_, $crate::page::Times) = ($query, $times);
        if let Some(from) = times.created_from {
            query = query.filter($column.ge($crate::types::At(from)));
        }
        if let Some(to) = times.created_to {
            query = query.filter($column.lt($crate::types::At(to)));
        }
        query
    }};
}

/// `updated_since!(query, orders::updated_at, times)`: only those that were changed since.
macro_rules! updated_since {
    ($query:expr, $column:expr, $times:expr) => {{
        let query = $query;
        match $times.updated_since {
            Some(since) => query.filter($column.ge($crate::types::At(since))),
            None => query,
        }
    }};
}
