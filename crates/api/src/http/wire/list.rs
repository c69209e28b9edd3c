//! Lists: `{"data":[…],"next_cursor":…}`, walked by a cursor over the order of creation.

use crate::http::held;
use crate::http::problem::{Code, Problem};
use crate::http::wire::checks::Checks;
use crate::texts::place::Place;
use actix_web::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use store::page::PageRequest;
use utoipa::IntoParams;

/// The most rows of a page.
pub const MAX_LIMIT: u32 = 200;
/// The rows of a page where none are asked for.
pub const DEFAULT_LIMIT: u32 = 50;

/// Reads `limit`, `cursor` and `sort` (`created_at` or `-created_at`, newest first by default).
pub fn page_request(limit: Option<u32>, cursor: Option<&str>, sort: Option<&str>) -> Result<PageRequest, Problem> {
    let mut checks = Checks::new();
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        checks.note("limit", Code::OutOfRange, vec![("limit", Place::Range(1, MAX_LIMIT.into()))]);
    }
    let after = cursor.and_then(|cursor| {
        let after = read_cursor(cursor);
        if after.is_none() {
            checks.note("cursor", Code::InvalidCursor, vec![]);
        }
        after
    });
    if !matches!(sort, None | Some("created_at" | "-created_at")) {
        checks.note("sort", Code::InvalidValue, vec![("expected", Place::wire("created_at, -created_at"))]);
    }
    checks.done()?;
    Ok(PageRequest { limit, after, descending: sort != Some("created_at") })
}

/// Which page of a list, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`; left out for the first page.
    pub cursor: Option<String>,
    /// The order: `created_at` for the oldest first, `-created_at` (the default) for the newest first.
    #[param(example = "-created_at")]
    pub sort: Option<String>,
}

impl PageQuery {
    /// The page that is asked for.
    pub fn read(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.as_deref(), self.sort.as_deref())
    }
}

/// Which page of a list that is short and at hand, walked by what its rows are called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ShortQuery {
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`; left out for the first page.
    cursor: Option<String>,
}

impl ShortQuery {
    /// The page of a query that also has filters.
    pub const fn new(limit: Option<u32>, cursor: Option<String>) -> Self {
        Self { limit, cursor }
    }

    /// The rows of the page, and what to pass for the next one.
    pub fn page<T>(&self, mut rows: Vec<T>, name: impl Fn(&T) -> &str) -> Result<(Vec<T>, Option<String>), Problem> {
        let limit = page_request(self.limit, None, None)?.limit as usize;
        if let Some(cursor) = &self.cursor {
            let last = opened(cursor).and_then(|last| rows.iter().position(|row| name(row).as_bytes() == last));
            let last = last.ok_or_else(|| Problem::field("cursor", Code::InvalidCursor))?;
            rows.drain(..=last);
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| sealed(name(row).as_bytes()));
        Ok((rows, next))
    }
}

/// The cursor after a row.
pub fn cursor(id: u128) -> String {
    cursor_in(&held::asked(), id)
}

/// The same of a list that has this path with these parameters.
pub fn cursor_in(list: &Uri, id: u128) -> String {
    sealed_in(list, &id.to_be_bytes())
}

/// The row that a cursor stands after.
pub fn read_cursor(text: &str) -> Option<u128> {
    Some(u128::from_be_bytes(opened(text)?.try_into().ok()?))
}

/// A cursor of the list that is asked for, behind the row that a place names. Whoever passes it with another list,
/// filter or order is refused: there the same place would mean something else.
pub fn sealed(place: &[u8]) -> String {
    sealed_in(&held::asked(), place)
}

fn sealed_in(list: &Uri, place: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode([place, &mark_of(list)].concat())
}

/// The place in a cursor of the list that is asked for; none where it is of another.
pub fn opened(cursor: &str) -> Option<Vec<u8>> {
    let mut place = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let list = place.split_off(place.len().checked_sub(LIST)?);
    (list == mark_of(&held::asked())).then_some(place)
}

/// The bytes of a cursor that say of which list it is.
const LIST: usize = 6;

/// Parameters that say how much of a list is shown, not what is in it and in which order.
const OF_THE_PAGE: [&str; 5] = ["cursor", "limit", "include_total", "expand", "fields"];

/// What tells a list from all others: its path, filters and order, however they are written.
fn mark_of(list: &Uri) -> [u8; LIST] {
    let parameters = form_urlencoded::parse(list.query().unwrap_or_default().as_bytes());
    let mut parameters: Vec<_> = parameters.filter(|(name, _)| !OF_THE_PAGE.contains(&&**name)).collect();
    parameters.sort_unstable();
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let hash = crate::keys::sha256(format!("{}?{query}", list.path()).as_bytes());
    hash.first_chunk().copied().unwrap_or_default()
}

/// A page type: concrete, so that the OpenAPI document refers to the row's schema by name.
#[macro_export]
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $row:ty) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $name {
            /// The rows of this page; empty where there are none.
            pub data: Vec<$row>,
            /// What to pass as `cursor` for the next page; null where this page is the last.
            #[schema(required, example = "AZqRzcKncdONM9lKx5JebA")]
            pub next_cursor: Option<String>,
        }

        impl $name {
            /// The page of stored rows.
            pub fn of<T>(page: store::page::Page<T>, view: impl FnMut(T) -> $row) -> Self {
                Self {
                    next_cursor: page.next.map($crate::http::wire::list::cursor),
                    data: page.items.into_iter().map(view).collect(),
                }
            }
        }
    };
}
