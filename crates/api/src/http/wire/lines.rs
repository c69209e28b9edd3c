//! Lists whose rows are the lines of a file: walked by the number of the line.

use crate::http::problem::{Code, Problem};
use crate::http::wire::list::{opened, page_request, sealed};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which page of what was left out of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineQuery {
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    pub cursor: Option<String>,
}

/// How many rows the page has, and the line that it comes after.
pub fn line_page(limit: Option<u32>, cursor: Option<&str>) -> Result<(u32, Option<i64>), Problem> {
    let limit = page_request(limit, None, None)?.limit;
    let line = |text| opened(text).and_then(|line| Some(i64::from_be_bytes(line.try_into().ok()?)));
    let after = cursor.map(|text| line(text).ok_or_else(|| Problem::field("cursor", Code::InvalidCursor)));
    Ok((limit, after.transpose()?))
}

/// Cuts rows of which one too many was read down to the page; what to pass for the next one.
pub fn next_line<T>(rows: &mut Vec<T>, limit: u32, line: impl Fn(&T) -> i64) -> Option<String> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more).map(|row| sealed(&line(row).to_be_bytes()))
}
