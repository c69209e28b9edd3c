//! Lists: `{"data":[…],"next_cursor":…}`, walked by a cursor over the order of creation, or over another where a list
//! has several: then a cursor holds what the last row is sorted by, too, and none of those that are alike is passed
//! over.

use crate::http::held;
use crate::http::problem::{Code, Problem};
use crate::http::wire::checks::Checks;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use actix_web::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::calendar::Day;
use serde::Deserialize;
use store::page::{self, Order, PageRequest, SortValue, SortedRequest, Times};
use store::search::Search;
use time::OffsetDateTime;
use utoipa::IntoParams;

/// The most rows of a page.
pub const MAX_LIMIT: u32 = 200;
/// The rows of a page where none are asked for.
pub const DEFAULT_LIMIT: u32 = 50;

/// Reads `limit`, `cursor` and `sort` (`created_at` or `-created_at`, newest first by default).
pub fn page_request(limit: Option<u32>, cursor: Option<&str>, sort: Option<&str>) -> Result<PageRequest, Problem> {
    let mut checks = Checks::new();
    let limit = checked_limit(&mut checks, limit);
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

fn checked_limit(checks: &mut Checks, limit: Option<u32>) -> u32 {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        checks.note("limit", Code::OutOfRange, vec![("limit", Place::Range(1, MAX_LIMIT.into()))]);
    }
    limit
}

/// What a query says of how a list with several orders is walked.
#[derive(Debug, Clone, Copy)]
pub struct Walk<'a> {
    /// The most rows of a page.
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<&'a str>,
    /// The key of an order, behind a minus where it is turned round.
    pub sort: Option<&'a str>,
}

/// The orders of a list, by their keys.
pub type Orders = &'static [(&'static str, Order)];

/// The order of every list.
pub const BY_CREATION: Orders = &[("created_at", Order::Created)];

impl Walk<'_> {
    /// The page that is asked for, of rows of these times: the newest first, where no order is chosen. What was changed
    /// since an instant comes in the order of its changes, so that whoever polls goes on where it stopped.
    pub fn read(&self, checks: &mut Checks, orders: Orders, times: Times) -> SortedRequest {
        let limit = checked_limit(checks, self.limit);
        let polled = times.updated_since.is_some();
        let mut offered = orders.iter().filter(|(_, order)| !polled || *order == Order::Updated);
        let wanted = self.sort.map(|sort| (sort.trim_start_matches('-'), sort.starts_with('-')));
        let chosen = match wanted {
            None if polled => Some((Order::Updated, false)),
            None => Some((Order::Created, true)),
            Some((key, descending)) => offered.clone().find(|(name, _)| *name == key).map(|one| (one.1, descending)),
        };
        let written_once = self.sort.is_none_or(|sort| !sort.starts_with("--"));
        if chosen.is_none() || !written_once {
            let keys: Vec<_> = offered.by_ref().map(|(name, _)| format!("{name}, -{name}")).collect();
            checks.note("sort", Code::InvalidValue, vec![("expected", Place::wire(keys.join(", ")))]);
        }
        let (by, descending) = chosen.unwrap_or_default();
        let after = self.cursor.and_then(|cursor| {
            let after = opened(cursor).and_then(|place| place_of(&place, by, times));
            if after.is_none() {
                checks.note("cursor", Code::InvalidCursor, vec![]);
            }
            after
        });
        SortedRequest { limit, after, by, descending }
    }
}

/// A place in bytes: the id of its row, and what that is sorted by.
fn place_bytes(place: &page::Place) -> Vec<u8> {
    let value = match &place.value {
        None => vec![],
        Some(SortValue::At(at)) => at.unix_timestamp_nanos().to_be_bytes().to_vec(),
        Some(SortValue::Text(text)) => text.clone().into_bytes(),
        Some(SortValue::Day(day)) => day.to_string().into_bytes(),
    };
    [&place.id.to_be_bytes()[..], &value].concat()
}

/// The place of such bytes in the order of a list.
fn place_of(bytes: &[u8], by: Order, times: Times) -> Option<page::Place> {
    let (id, value) = bytes.split_first_chunk()?;
    let at = || OffsetDateTime::from_unix_timestamp_nanos(i128::from_be_bytes(value.try_into().ok()?)).ok();
    let text = || std::str::from_utf8(value).ok();
    let value = match by {
        Order::Created if !times.of_creation() => value.is_empty().then_some(None)?,
        Order::Created | Order::Updated => Some(SortValue::At(at()?)),
        Order::Name => Some(SortValue::Text(text()?.to_owned())),
        Order::TermEnd => Some(SortValue::Day(text()?.parse::<Day>().ok()?)),
    };
    Some(page::Place { value, id: u128::from_be_bytes(*id) })
}

/// When rows were made, from one instant on and before another, and since when they were changed; each with the name
/// of its parameter.
pub fn times(checks: &mut Checks, created: [(&str, Option<&str>); 2], updated_since: Option<&str>) -> Times {
    let mut read = |(name, text): (&str, Option<&str>)| text.and_then(|text| checks.instant(name, text));
    let [created_from, created_to] = created.map(&mut read);
    Times { created_from, created_to, updated_since: read(("updated_since", updated_since)) }
}

/// What is searched by `q`.
pub fn search(checks: &mut Checks, q: Option<&str>) -> Option<Search> {
    let text = checks.optional("q", q, 200)?;
    let search = Search::of(&text);
    if search.is_none() && !checks.is_wrong("q") {
        checks.note("q", Code::InvalidValue, vec![("expected", Phrase::NameWithLetterOrDigit.into())]);
    }
    search
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

/// The same of a place in an order of it.
pub fn place_in(list: &Uri, place: &page::Place) -> String {
    sealed_in(list, &place_bytes(place))
}

/// Where a page of stored rows ends.
pub trait Ends {
    /// The cursor after it, of the list that is asked for.
    fn cursor(self) -> String;
}

impl Ends for u128 {
    fn cursor(self) -> String {
        cursor(self)
    }
}

impl Ends for page::Place {
    fn cursor(self) -> String {
        place_in(&held::asked(), &self)
    }
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
const OF_THE_PAGE: [&str; 6] = ["cursor", "limit", "include_facets", "include_total", "expand", "fields"];

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
            pub fn of<T, P: $crate::http::wire::list::Ends>(
                page: store::page::Page<T, P>,
                view: impl FnMut(T) -> $row,
            ) -> Self {
                Self {
                    next_cursor: page.next.map(P::cursor),
                    data: page.items.into_iter().map(view).collect(),
                }
            }
        }
    };
}
