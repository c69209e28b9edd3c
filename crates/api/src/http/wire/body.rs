//! Reading requests: JSON bodies, query strings and ids in paths, each with its problem.

use crate::http::held;
use crate::http::json::{content_digest, parse, parse_at};
use crate::http::meta::IDEMPOTENCY_KEY;
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::reading::{QUERY, escaped, field_problem, pointer};
use crate::http::unmatched::no_such_id;
use crate::texts::place::Place;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use domain::text;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

/// The most bytes that a JSON body may have.
pub const MAX_BODY: usize = 1024 * 1024;

/// A JSON body, with a digest of what it says for the idempotency key.
pub struct Body<T> {
    /// The parsed request.
    pub value: T,
    /// By which a body that says the same is known again; made only where a key is sent.
    pub digest: [u8; 32],
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request.method(), request.headers());
        let keyed = request.headers().contains_key(IDEMPOTENCY_KEY);
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(Problem::new(Code::UnsupportedMediaType).with("expected", Place::wire("application/json")));
            }
            let bytes = bytes.await.map_err(|error| unreadable(&error))?;
            let digest = if keyed { content_digest(&bytes) } else { [0; 32] };
            Ok(Self { value: parse(&bytes)?, digest })
        })
    }
}

/// A JSON body: `application/json`, with PATCH also `application/merge-patch+json` (RFC 7396).
fn is_json(method: &Method, headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json")
        || (method == Method::PATCH && media.eq_ignore_ascii_case("application/merge-patch+json"))
}

/// The problem of a body that did not arrive whole.
pub fn unreadable(error: &actix_web::Error) -> Problem {
    match error.as_response_error().status_code().as_u16() {
        413 => Problem::new(Code::PayloadTooLarge).with("limit", Place::text(format!("{} KiB", MAX_BODY / 1024))),
        408 => Problem::new(Code::RequestTimeout),
        _ => Problem::new(Code::MalformedRequest),
    }
}

/// The query string; an unknown or malformed parameter is refused.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(read_query(&composed(request.query_string())).map(Self))
    }
}

/// The most wrong parameters that are told of at once.
const MOST_PARAMETERS: usize = 20;

/// Reads a query string. What is wrong with it is told with what the handler finds, which sees it without the wrong
/// parameters.
fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let (mut query, mut wrong): (_, Vec<FieldProblem>) = (Cow::Borrowed(query), vec![]);
    loop {
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        let error = match serde_path_to_error::deserialize(pairs) {
            Ok(value) if wrong.is_empty() => return Ok(value),
            Ok(value) => return held::hold(wrong, false).map(|()| value),
            Err(error) => error,
        };
        let name = pointer(error.path()).trim_start_matches('/').to_owned();
        let at = if name.is_empty() { QUERY.to_owned() } else { name };
        let problem = field_problem(at, &error.into_inner().to_string());
        let rest = without(&query, &problem.pointer);
        wrong.push(problem);
        let Some(rest) = rest.filter(|_| wrong.len() < MOST_PARAMETERS) else { return Err(Problem::fields(wrong)) };
        query = Cow::Owned(rest);
    }
}

/// A query string without a parameter; none where it has it not.
fn without(query: &str, parameter: &str) -> Option<String> {
    let is_wrong = |name: &str| name == parameter || escaped(name) == parameter;
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.clone().any(|(name, _)| is_wrong(&name)).then(|| {
        let others = pairs.filter(|(name, _)| !is_wrong(name));
        form_urlencoded::Serializer::new(String::with_capacity(query.len())).extend_pairs(others).finish()
    })
}

/// A query string whose texts are all in their composed form (NFC), as those of bodies are.
fn composed(query: &str) -> Cow<'_, str> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    if pairs.clone().all(|(name, value)| text::is_nfc(&name) && text::is_nfc(&value)) {
        return Cow::Borrowed(query);
    }
    let mut written = form_urlencoded::Serializer::new(String::with_capacity(query.len()));
    for (name, value) in pairs {
        written.append_pair(&text::nfc(&name), &text::nfc(&value));
    }
    Cow::Owned(written.finish())
}

/// An id in the path. A text that is no id of the kind names nothing that exists: 404; or 405, where it is a path of
/// its own that takes other methods.
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut ids = request.match_info().iter().filter_map(|(_, value)| value.parse().ok());
        std::future::ready(ids.next().map(Self).ok_or_else(|| no_such_id(request)))
    }
}

/// The members of an object, for what is read as a whole later; each must stand there only once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members(pub serde_json::Map<String, Value>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = serde_json::Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.insert(name.clone(), value).is_some() {
                        return Err(serde::de::Error::custom(format!("duplicate field `{name}`")));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// What a merge patch makes of a part of a resource (RFC 7396); `at` is where the part stands.
pub fn patched<T: Serialize + DeserializeOwned>(at: &str, current: Option<&T>, patch: &Value) -> Result<T, Problem> {
    let mut whole = serde_json::to_value(current).map_err(Problem::internal)?;
    merge(&mut whole, patch);
    parse_at(at, whole.to_string().as_bytes())
}

/// A cleared member stays as null: so it is refused where it must not be cleared, or does not exist.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else { return target.clone_from(patch) };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    for (name, member) in members {
        merge(&mut target[name], member);
    }
}

/// A field of a merge patch that cannot be cleared: left out, or set.
pub fn given<'de, T: serde::Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// A field of a merge patch: left out, cleared with null, or set (RFC 7396).
pub fn present<'de, T: serde::Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the refusals are looked at")]
    struct Filter {
        name: Option<String>,
        limit: Option<u32>,
        late: Option<bool>,
    }

    #[test]
    fn u26_every_wrong_parameter_is_told_at_once() {
        // Outside of a request nothing is held: it is refused at once.
        let told = |query: &str| {
            let problem = read_query::<Filter>(query).unwrap_err();
            problem.fields.iter().map(|field| (field.pointer.clone(), field.code.as_str())).collect::<Vec<_>>()
        };
        let all = [("limit", "invalid_type"), ("colour", "unknown_field"), ("late", "invalid_value")];
        let all = all.map(|(name, code)| (name.to_owned(), code));
        assert_eq!(told("limit=many&colour=red&late=yes&name=a%26b"), all);
        assert_eq!(told("limit=1&limit=2&limit=3"), [("limit".to_owned(), "invalid_value")]);
        assert_eq!(told("a%2Fb=1&limit=-1").len(), 2);
        assert_eq!(read_query::<Filter>("name=a%26b").unwrap().name.as_deref(), Some("a&b"));
        let many: Vec<_> = (0..30).map(|n| format!("f{n}=1")).collect();
        assert_eq!(told(&many.join("&")).len(), MOST_PARAMETERS);
    }
}
