//! What a request says beside its body: its id, its language, and the headers that a write heeds.

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

/// What a write needs to know of its request besides the body.
#[derive(Debug, Clone)]
pub struct Meta {
    /// The request's id.
    pub request_id: String,
    /// The header `Idempotency-Key`, its quotes taken off; none where it is missing.
    pub idempotency_key: Option<String>,
    /// The version in `If-Match`; none where the header is missing or `*`.
    pub if_match: Option<i64>,
    /// The entity tag in `If-Match`, as it stands there; for what has no version.
    pub if_match_tag: Option<String>,
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
            if_match_tag: None,
            target: String::new(),
            lang: Lang::default(),
        }
    }

    /// Holds `If-Match` against the version of what is about to be changed; none where there is nothing yet, which no
    /// version matches.
    pub fn expect_version(&self, current: impl Into<Option<i64>>) -> Result<(), Problem> {
        match self.if_match {
            Some(expected) if current.into() != Some(expected) => Err(Problem::new(Code::PreconditionFailed)),
            _ => Ok(()),
        }
    }
}

fn read_meta(request: &actix_web::HttpRequest) -> Result<Meta, Problem> {
    let text =
        |name: HeaderName| request.headers().get(&name).map(|value| value.to_str().map(|text| text.trim().to_owned()));
    let wrong = |name: &'static str| Problem::field(name, Code::InvalidHeader).with("header", Place::wire(name));
    let key = text(HeaderName::from_static("idempotency-key")).transpose().map_err(|_| wrong("Idempotency-Key"))?;
    // Both spellings are in use: Stripe's bare text and the draft's quoted one.
    let key = key.map(|key| key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(&key).to_owned());
    if key
        .as_ref()
        .is_some_and(|key| !(1..=255).contains(&key.len()) || key.bytes().any(|byte| !(0x20..0x7f).contains(&byte)))
    {
        return Err(wrong("Idempotency-Key"));
    }
    let if_match_tag = text(header::IF_MATCH).transpose().ok().flatten().filter(|tag| tag != "*");
    let if_match = match text(header::IF_MATCH).transpose().map_err(|_| wrong("If-Match"))?.as_deref() {
        None | Some("*") => None,
        // An entity tag that we did not make matches nothing. Behind the version may stand a digest of what was shown.
        Some(tag) => Some(tag.trim_matches('"').split('-').next().and_then(|text| text.parse().ok()).unwrap_or(-1)),
    };
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Ok(Meta {
        request_id,
        idempotency_key: key,
        if_match,
        if_match_tag,
        target: format!("{} {}", request.method(), request.uri()),
        lang: language(request.headers()),
    })
}
