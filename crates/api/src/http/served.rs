//! Pages, files and the API document as they are served: with an entity tag, how long each may be kept, and what it may
//! do in a browser.

use crate::http::{reply, security};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

/// Something to look at or to load; mostly the same for everybody until the program is another.
#[derive(Debug)]
pub struct Served {
    media: String,
    body: Bytes,
    tag: String,
    kept: &'static str,
    policy: Option<&'static str>,
    lasts: bool,
}

/// Marks an answer that is the same until the program is another: it is packed once, as small as it gets.
pub struct Lasting;

impl Served {
    /// A page in HTML, asked for anew each time; `policy` is one of those of [`security`].
    pub fn page(html: String, policy: &'static str) -> Self {
        Self::new("text/html; charset=utf-8", html, "no-cache", Some(policy))
    }

    /// A page in HTML that is written for one request.
    pub fn written(html: String, policy: &'static str) -> Self {
        Self { lasts: false, ..Self::page(html, policy) }
    }

    /// The API document: data, which may be kept for an hour.
    pub fn document(json: String) -> Self {
        Self::new("application/json", json, "public, max-age=3600", None)
    }

    /// A file that is named together with its content, as scripts, style sheets and pictures are: kept for a day.
    pub fn file(media: &str, content: impl Into<Bytes>) -> Self {
        Self::new(media, content, "public, max-age=86400", Some(security::PAGE))
    }

    fn new(media: &str, body: impl Into<Bytes>, kept: &'static str, policy: Option<&'static str>) -> Self {
        let body = body.into();
        Self { media: media.to_owned(), tag: reply::content_tag(&body), body, kept, policy, lasts: true }
    }

    /// The first letters of its entity tag: in a link they name this content and no other.
    pub fn digest(&self) -> &str {
        self.tag.get(1..9).unwrap_or_default()
    }

    /// The answer; 304 where the reader has it already.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let known = reply::not_modified(request, &self.tag);
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((ETAG, self.tag.clone())).insert_header((CACHE_CONTROL, self.kept));
        if let Some(policy) = self.policy {
            response.insert_header((CONTENT_SECURITY_POLICY, policy));
        }
        let mut response = match known {
            true => response.finish(),
            false => response.insert_header((CONTENT_TYPE, self.media.clone())).body(self.body.clone()),
        };
        if self.lasts {
            response.extensions_mut().insert(Lasting);
        }
        response
    }
}
