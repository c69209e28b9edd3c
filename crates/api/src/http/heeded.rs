//! What a request says and its operation does not read is refused, not ignored: parameters of a query that takes none,
//! and a body where there is none to read. What an operation reads is refused by whoever reads it. Conditions and
//! keys are read everywhere.

use crate::http::held;
use crate::http::json::parse;
use crate::http::meta;
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::wire::body::unreadable;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{FromRequest as _, HttpMessage as _, web};
use serde::Deserialize;
use std::collections::HashMap;

/// What each operation reads, by its method and its path in the API document.
pub struct Reads(HashMap<(String, String), Read>);

/// What an operation reads beside its path and its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// Whether it has parameters in the query string.
    pub query: bool,
    /// Whether it takes a body.
    pub body: bool,
}

impl Reads {
    /// Of triples of method, path and what is read there.
    pub fn of(operations: impl IntoIterator<Item = (String, String, Read)>) -> Self {
        Self(operations.into_iter().map(|(method, path, read)| ((method, path), read)).collect())
    }
}

/// Has its own words for what it does not take, and ignores what it does not know (RFC 6749 3.2).
const OAUTH: &str = "/v1/oauth/token";

/// A body that has nothing to say: `{}`, or `null`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A layer inside of that which holds what is wrong: who may not ask is not told what was too much.
pub async fn heed(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Err(problem) = meta::check(request.headers()) {
        return Ok(request.error_response(problem));
    }
    let (query, body) = (!request.query_string().is_empty(), has_body(request.headers()));
    if (query || body)
        && let Some(read) = read(&request)
    {
        let mut wrong = vec![];
        if query && !read.query {
            wrong.extend(parameters(request.query_string()));
        }
        if body && !read.body {
            match rest(&mut request).await {
                Ok(()) => {}
                Err(problem) if problem.fields.is_empty() => return Ok(request.error_response(problem)),
                Err(problem) => wrong.extend(problem.fields.iter().cloned()),
            }
        }
        if !wrong.is_empty() {
            held::hold(wrong, false)?;
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// What the operation of a request reads; none where there is no such operation of the API.
fn read(request: &ServiceRequest) -> Option<Read> {
    // Who watches over the service may ask as its tools do.
    let held = request.path().starts_with("/v1/") && request.path() != OAUTH;
    let reads = request.app_data::<web::Data<Reads>>().filter(|_| held)?;
    let pattern = request.match_pattern()?;
    reads.0.get(&(request.method().to_string(), plain(&pattern))).copied()
}

/// The path of a route without what its parameters must look like: `{user_id:usr_[^/]+}` is `{user_id}`.
pub fn plain(route: &str) -> String {
    let mut parts = route.split(':');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| path + part.find('}').map_or("", |end| &part[end..]))
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
}

fn parameters(query: &str) -> Vec<FieldProblem> {
    let mut names: Vec<_> = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
    names.sort_unstable();
    names.dedup();
    let unknown = |name: String| FieldProblem {
        arguments: vec![("field", Place::wire(name.clone()))],
        pointer: name,
        code: Code::UnknownField,
    };
    names.into_iter().map(unknown).collect()
}

/// Reads a body that nobody else reads.
async fn rest(request: &mut ServiceRequest) -> Result<(), Problem> {
    let mut payload: Payload = request.take_payload();
    let bytes = web::Bytes::from_request(request.request(), &mut payload).await;
    let bytes = bytes.map_err(|error| unreadable(&error))?;
    if matches!(bytes.trim_ascii(), b"" | b"null") {
        return Ok(());
    }
    match parse::<Nothing>(&bytes) {
        Ok(_) => Ok(()),
        Err(problem) if problem.code == Code::MalformedJson => {
            Err(Problem::field("", Code::InvalidType).with("expected", Phrase::Object))
        }
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_reads_like_the_path_of_the_document() {
        assert_eq!(plain("/v1/users/{user_id:usr_[^/]+}"), "/v1/users/{user_id}");
        assert_eq!(plain("/a/{b}/c/{d:chn_[0-9a-z]+}/e"), "/a/{b}/c/{d}/e");
        assert_eq!(plain("/v1/carts"), "/v1/carts");
    }
}
