//! Pages of a list, walked by id: ids are UUIDv7, so their order is that of creation. A page begins
//! after the last id that was seen, so that rows which come and go meanwhile neither repeat nor hide others.

use crate::error::Result;

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

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page, in its order.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; none at the end.
    pub next: Option<u128>,
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

impl<T> Page<T> {
    /// A page without rows.
    pub(crate) fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }

    /// The page of what was fetched.
    pub(crate) fn of(mut fetched: Vec<T>, request: &PageRequest, id: impl Fn(&T) -> u128) -> Self {
        let more = fetched.len() > request.rows();
        fetched.truncate(request.rows());
        let next = fetched.last().filter(|_| more).map(id);
        Self { items: fetched, next }
    }

    /// The same page of something else.
    pub(crate) fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), next: self.next }
    }

    /// The same page of something else, if every row can be one.
    pub(crate) fn try_map<U>(self, convert: impl FnMut(T) -> Result<U>) -> Result<Page<U>> {
        Ok(Page { items: self.items.into_iter().map(convert).collect::<Result<_>>()?, next: self.next })
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
