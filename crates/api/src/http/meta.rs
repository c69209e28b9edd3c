//! What a request says beside its body: its id, its language, and the headers that a write heeds.

use crate::http::condition::Condition;
use crate::http::problem::{Code, Problem};
use crate::texts::lang::Lang;
use crate::texts::place::Place;
use actix_web::HttpMessage as _;
use actix_web::http::header::{self, HeaderMap, HeaderName};

/// The request's id: the client's where it is sane, else a new one.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The language that a request asks for.
pub fn language(headers: &HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(Lang::from_header)
        .unwrap_or_default()
}

/// The header by which a request that is sent again is known.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What no thing has as its version.
const NO_VERSION: i64 = -1;

/// What a write needs to know of its request besides the body.
#[derive(Debug, Clone)]
pub struct Meta {
    /// The request's id.
    pub request_id: String,
    /// The header `Idempotency-Key`, its quotes taken off; none where it is missing.
    pub idempotency_key: Option<String>,
    /// What `If-Match` names.
    pub if_match: Option<Condition>,
    /// Method, path and query: part of what an idempotency key stands for.
    pub target: String,
    /// The language of the answer's texts.
    pub lang: Lang,
}

impl actix_web::FromRequest for Meta {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &actix_web::HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(read_meta(request))
    }
}

impl Meta {
    /// Of work that no request waits for; the id is that of the request that once caused it.
    pub fn of_work(request_id: &str) -> Self {
        Self {
            request_id: request_id.to_owned(),
            idempotency_key: None,
            if_match: None,
            target: String::new(),
            lang: Lang::default(),
        }
    }

    /// Holds `If-Match` against the version of what is about to be changed; none where there is nothing yet, which no
    /// version matches.
    pub fn expect_version(&self, current: impl Into<Option<i64>>) -> Result<(), Problem> {
        let named = |condition: &Condition| current.into().is_some_and(|current| condition.names_version(current));
        if self.if_match.as_ref().is_none_or(named) { Ok(()) } else { Err(Problem::new(Code::PreconditionFailed)) }
    }

    /// The version that the store is to find where this one was read; none where any will do.
    pub fn expected(&self, read: i64) -> Option<i64> {
        let condition = self.if_match.as_ref()?;
        Some(if condition.names_version(read) { read } else { NO_VERSION })
    }
}

/// Holds the headers against what they may be, whoever reads them.
pub fn check(headers: &HeaderMap) -> Result<(), Problem> {
    key_of(headers)?;
    Condition::read(headers, &header::IF_MATCH)?;
    Condition::read(headers, &header::IF_NONE_MATCH)?;
    Ok(())
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let wrong = || {
        let name = "Idempotency-Key";
        Problem::field(name, Code::InvalidHeader).with("header", Place::wire(name))
    };
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().map_err(|_| wrong())?.trim();
    // Both spellings are in use: Stripe's bare text and the draft's quoted one.
    let key = text.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(text);
    let printable = key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if printable && (1..=255).contains(&key.len()) { Ok(Some(key.to_owned())) } else { Err(wrong()) }
}

fn read_meta(request: &actix_web::HttpRequest) -> Result<Meta, Problem> {
    let key = key_of(request.headers())?;
    let if_match = Condition::read(request.headers(), &header::IF_MATCH)?;
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Ok(Meta {
        request_id,
        idempotency_key: key,
        if_match,
        target: format!("{} {}", request.method(), request.uri()),
        lang: language(request.headers()),
    })
}
