//! Answers of more than a kilobyte packed, as their reader says that it can unpack them: zstd, br, gzip. And what never
//! changes while the process runs (the document, the documentation's files) with an entity tag and an age, where it has
//! none of its own.
//!
//! The outermost layer. What must not be kept by anybody is not packed either: its length would tell of the secret in
//! it. A packed answer has a weak entity tag: its bytes are others, what it says is the same.

use crate::http::condition::not_modified;
use crate::http::reply::content_tag;
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::hash::Hash;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Fewer bytes than this fit into one packet anyway.
const LEAST: usize = 1_024;
/// More than this is packed on another thread.
const AT_ONCE: usize = 64 * 1_024;
/// How long a file of the documentation may be shown without asking whether there is another.
const AGE: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// The most files that are kept: there are fewer.
const MOST_FILES: usize = 300;

/// Where the files are that never change while the process runs: paths, and what they begin with.
const FILES_AT: &[&str] =
    &["/", "/openapi.json", "/guide", "/reference", "/access", "/changelog", "/docs/", "/assets/"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

/// The entity tags of the files that were asked for, by path and language: they are in the program, and never others.
static TAGS: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
/// Their packed bytes, by tag.
static PACKED: LazyLock<Mutex<HashMap<(String, Coding), Bytes>>> = LazyLock::new(Mutex::default);

/// The outermost layer.
pub async fn pack(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let coding = wanted(request.headers());
    let safe = [Method::GET, Method::HEAD].contains(request.method());
    let file = Some(request.path()).filter(|path| safe && is_file(path)).map(str::to_owned);
    let conditions = file.is_some().then(|| request.headers().clone());
    let response = next.call(request).await?.map_into_boxed_body();
    let (request, response) = response.into_parts();
    let file = file.filter(|_| response.status() == StatusCode::OK);
    // A page may be in several languages.
    let lang = response.headers().get(header::CONTENT_LANGUAGE).and_then(|lang| lang.to_str().ok()).unwrap_or_default();
    let file = file.map(|path| format!("{path} {lang}"));
    let response = packed(response, coding, file, conditions.as_ref()).await;
    Ok(ServiceResponse::new(request, response))
}

/// Whether what is at a path is the same as long as the process runs.
fn is_file(path: &str) -> bool {
    FILES_AT.iter().any(|at| path == *at || (at.len() > 1 && at.ends_with('/') && path.starts_with(at)))
}

async fn packed(
    response: HttpResponse,
    coding: Option<Coding>,
    file: Option<String>,
    conditions: Option<&HeaderMap>,
) -> HttpResponse {
    if file.is_none() && !is_packable(response.headers()) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        // A stream: it goes out as it comes.
        Err(body) => return head.set_body(body),
    };
    let mut file = file;
    if let Some(path) = file.take() {
        let headers = head.headers_mut();
        let own = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let tag = own.clone().unwrap_or_else(|| tag_of(path, &bytes));
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if own.is_none() {
            headers.insert(header::CACHE_CONTROL, AGE);
            if let Ok(value) = HeaderValue::from_str(&tag) {
                headers.insert(header::ETAG, value);
            }
            if conditions.is_some_and(|asked| not_modified(asked, &tag)) {
                headers.remove(header::CONTENT_TYPE);
                *head.status_mut() = StatusCode::NOT_MODIFIED;
                return head.set_body(BoxBody::new(()));
            }
        }
        file = Some(tag);
    }
    if bytes.len() < LEAST || !is_packable(head.headers()) {
        return head.set_body(BoxBody::new(bytes));
    }
    if file.is_none() {
        head.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    let Some(coding) = coding else { return head.set_body(BoxBody::new(bytes)) };
    let Some(smaller) = shortened(bytes.clone(), coding, file.clone()).await else {
        return head.set_body(BoxBody::new(bytes));
    };
    let headers = head.headers_mut();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| !tag.starts_with("W/"));
    if let Some(weak) = tag.and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok()) {
        headers.insert(header::ETAG, weak);
    }
    head.set_body(BoxBody::new(smaller))
}

/// Whether an answer is text that anybody may keep, and is not packed yet.
fn is_packable(headers: &HeaderMap) -> bool {
    let has = |name: HeaderName, part: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(part))
    };
    let text = ["json", "text/", "javascript", "xml", "svg"].iter().any(|part| has(header::CONTENT_TYPE, part));
    text && !has(header::CACHE_CONTROL, "no-store") && !headers.contains_key(header::CONTENT_ENCODING)
}

/// The packed bytes, where they are fewer; of a file with a tag those that are known.
async fn shortened(bytes: Bytes, coding: Coding, file: Option<String>) -> Option<Bytes> {
    let file = file.map(|tag| (tag, coding));
    if let Some(known) = file.as_ref().and_then(|file| locked(&PACKED).get(file).cloned()) {
        return Some(known);
    }
    let (length, lasting) = (bytes.len(), file.is_some());
    let done = if length > AT_ONCE {
        web::block(move || coding.pack(&bytes, lasting)).await.ok()?
    } else {
        coding.pack(&bytes, lasting)
    };
    let done = Bytes::from(done.ok()?);
    if let Some(file) = file {
        keep(&PACKED, file, done.clone());
    }
    (done.len() < length).then_some(done)
}

fn tag_of(path: String, bytes: &[u8]) -> String {
    let known = locked(&TAGS).get(&path).cloned();
    known.unwrap_or_else(|| {
        let tag = content_tag(bytes);
        keep(&TAGS, path, tag.clone());
        tag
    })
}

fn locked<T>(kept: &'static Mutex<T>) -> MutexGuard<'static, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep<K: Eq + Hash, V>(kept: &'static Mutex<HashMap<K, V>>, key: K, value: V) {
    let mut kept = locked(kept);
    if kept.len() < MOST_FILES {
        kept.insert(key, value);
    }
}

impl Coding {
    /// Those that there are; of those that a reader likes as much, the first.
    const ALL: [Self; 3] = [Self::Zstd, Self::Brotli, Self::Gzip];

    const fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// `lasting`: as small as it gets in a second, else in no time.
    fn pack(self, bytes: &[u8], lasting: bool) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::bulk::compress(bytes, if lasting { 19 } else { 3 }),
            Self::Brotli => {
                let quality = if lasting { 9 } else { 4 };
                let mut packer = brotli::CompressorWriter::new(vec![], 4_096, quality, 22);
                packer.write_all(bytes)?;
                Ok(packer.into_inner())
            }
            Self::Gzip => {
                let level = flate2::Compression::new(if lasting { 9 } else { 4 });
                let mut packer = GzEncoder::new(vec![], level);
                packer.write_all(bytes)?;
                packer.finish()
            }
        }
    }
}

/// The coding that a reader likes best of those that there are (RFC 9110 12.5.3); none where it would rather have the
/// bytes as they are.
fn wanted(headers: &HeaderMap) -> Option<Coding> {
    let asked: Vec<(String, u16)> = headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|one| {
            let mut parts = one.split(';').map(|part| part.trim().to_ascii_lowercase());
            let name = parts.next().unwrap_or_default();
            (name, parts.find_map(|part| thousandths(part.strip_prefix("q=")?)).unwrap_or(1_000))
        })
        .collect();
    let weight = |name: &str| asked.iter().find(|(asked, _)| asked == name).map(|(_, weight)| *weight);
    let of = |coding: &Coding| weight(coding.name()).or_else(|| weight("*")).unwrap_or(0);
    let plain = weight("identity").unwrap_or(0);
    let liked = Coding::ALL.into_iter().filter(|coding| of(coding) > 0 && of(coding) >= plain);
    // The first of the best.
    liked.rev().max_by_key(of)
}

/// A weight, such as `0.5`.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    Some(whole.parse::<u16>().ok()?.min(1) * 1_000 + format!("{rest:0<3.3}").parse::<u16>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn asked(value: &str) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(value).unwrap());
        wanted(&headers)
    }

    #[test]
    fn u78_what_the_reader_likes_best_is_taken() {
        for (value, coding) in [
            ("gzip, deflate, br, zstd", Some(Coding::Zstd)),
            ("gzip, deflate, br", Some(Coding::Brotli)),
            ("gzip", Some(Coding::Gzip)),
            ("GZIP;q=0.9, br;q=0.5", Some(Coding::Gzip)),
            ("*", Some(Coding::Zstd)),
            ("zstd;q=0, *;q=0.1", Some(Coding::Brotli)),
            ("identity, gzip;q=0.5", None),
            ("gzip;q=0", None),
            ("deflate", None),
            ("", None),
        ] {
            assert_eq!(asked(value), coding, "{value}");
        }
        assert_eq!(wanted(&HeaderMap::new()), None);
    }

    #[test]
    fn u78_what_is_packed_is_unpacked_to_the_same() {
        let text = "Kontor sells licences. ".repeat(500).into_bytes();
        for lasting in [false, true] {
            let packed = Coding::ALL.map(|coding| coding.pack(&text, lasting).unwrap());
            assert!(packed.iter().all(|packed| packed.len() < text.len() / 10));
            let [zstd, brotli, gzip] = packed;
            assert_eq!(zstd::bulk::decompress(&zstd, text.len()).unwrap(), text);
            let mut unpacked = [vec![], vec![]];
            brotli::Decompressor::new(&*brotli, 4_096).read_to_end(&mut unpacked[0]).unwrap();
            flate2::read::GzDecoder::new(&*gzip).read_to_end(&mut unpacked[1]).unwrap();
            assert_eq!(unpacked, [text.clone(), text.clone()]);
        }
    }
}
