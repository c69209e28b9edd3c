//! Answers: JSON with its ETag and Location, and 304 where the reader has it already.

use crate::http::condition;
use crate::http::meta::language;
use crate::http::problem::Problem;
use crate::texts::lang::Lang;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, ETAG, HeaderValue, LOCATION, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

/// An answer to a write, as it is stored under its idempotency key.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The JSON body; empty with 204.
    pub body: Vec<u8>,
    /// `ETag`, `Location`, and the language where it has texts.
    pub headers: Vec<(String, String)>,
    /// Of what it tells a secret that is told only once: the path of that. Such an answer is not stored.
    pub secret_of: Option<String>,
}

impl Reply {
    /// A body with a status.
    pub fn json(status: u16, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(body).map_err(Problem::internal)?;
        Ok(Self { status, body, headers: vec![], secret_of: None })
    }

    /// Nothing to say: 204.
    pub const fn empty() -> Self {
        Self { status: 204, body: vec![], headers: vec![], secret_of: None }
    }

    /// With the version that the resource now has.
    pub fn version(mut self, version: i64) -> Self {
        self.headers.push((ETAG.to_string(), tag(version)));
        self
    }

    /// With the version that the resource now has, where it also shows what its version says nothing about: what others
    /// did meanwhile. The digest of the body is part of its entity tag, the version stays what `If-Match` is about.
    pub fn reviewed(mut self, version: i64) -> Self {
        let tag = reviewed_tag(version, &self.body);
        self.headers.push((ETAG.to_string(), tag));
        self
    }

    /// With an entity tag that is made of what the answer says.
    pub fn by_content(mut self) -> Self {
        let tag = content_tag(&self.body);
        self.headers.push((ETAG.to_string(), tag));
        self
    }

    /// With the language of its texts.
    pub fn in_language(mut self, lang: Lang) -> Self {
        self.headers.push((CONTENT_LANGUAGE.to_string(), lang.code().to_owned()));
        self.headers.push((VARY.to_string(), "Accept-Language".to_owned()));
        self
    }

    /// Tells a secret of what is at a path: kept by nobody on the way, and not told again under an idempotency key.
    pub fn telling_secret_of(mut self, path: impl Into<String>) -> Self {
        self.headers.push((CACHE_CONTROL.to_string(), "no-store".to_owned()));
        self.secret_of = Some(path.into());
        self
    }

    /// With the path of the resource.
    pub fn location(mut self, path: String) -> Self {
        self.headers.push((LOCATION.to_string(), path));
        self
    }

    /// The HTTP answer.
    pub fn respond(self) -> HttpResponse {
        let status = actix_web::http::StatusCode::from_u16(self.status).unwrap_or(actix_web::http::StatusCode::OK);
        let mut response = HttpResponse::build(status);
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if self.body.is_empty() { response.finish() } else { response.content_type("application/json").body(self.body) }
    }
}

/// The entity tag of a version.
pub fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// A single resource: its ETag, or 304 where `If-None-Match` names it.
pub fn resource(request: &HttpRequest, version: i64, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let tag = tag(version);
    if not_modified(request, &tag) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    Ok(Reply::json(200, body)?.version(version).respond())
}

/// The same for a resource that also shows what others did meanwhile.
pub fn reviewed(request: &HttpRequest, version: i64, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(body).map_err(Problem::internal)?;
    Ok(in_language(tagged(request, reviewed_tag(version, &body), body), language(request.headers())))
}

/// The entity tag of what an answer says.
pub fn content_tag(body: &[u8]) -> String {
    format!("\"{}\"", short_digest(body))
}

/// The entity tag of a part of an answer: of the same version, where the whole one's says it.
pub fn tag_of_part(whole: &str, part: &[u8]) -> String {
    let version = whole.trim_matches('"').split('-').next().and_then(|text| text.parse().ok());
    version.map_or_else(|| content_tag(part), |version| reviewed_tag(version, part))
}

fn reviewed_tag(version: i64, body: &[u8]) -> String {
    format!("\"{version}-{}\"", short_digest(body))
}

fn short_digest(body: &[u8]) -> String {
    crate::keys::sha256(body)[..16].iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether the reader has this entity already.
pub fn not_modified(request: &HttpRequest, tag: &str) -> bool {
    condition::not_modified(request.headers(), tag)
}

/// A single resource without a version of its own: its ETag is made of what it says, also in which language.
pub fn by_content(request: &HttpRequest, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_vec(body).map_err(Problem::internal)?;
    Ok(in_language(tagged(request, content_tag(&body), body), language(request.headers())))
}

/// With the language of its texts, which is what was asked for or what comes next to it.
pub fn in_language(mut response: HttpResponse, lang: Lang) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
    response
}

/// Ready bytes with their entity tag, or 304.
pub fn tagged(request: &HttpRequest, tag: String, body: impl Into<Bytes>) -> HttpResponse {
    if not_modified(request, &tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).content_type("application/json").body(body.into())
}

/// A list or other answer without an ETag.
pub fn ok(body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(Reply::json(200, body)?.respond())
}
