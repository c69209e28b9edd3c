//! Answers of more than a kilobyte packed, as their reader says that it can unpack them: zstd, br, gzip.
//!
//! The outermost layer. What must not be kept by anybody is not packed either: its length would tell of the secret in
//! it. A packed answer has a weak entity tag: its bytes are others, what it says is the same.

use crate::http::served::Lasting;
use crate::texts::lang::weighed;
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Fewer bytes than this fit into one packet anyway.
const LEAST: usize = 1_024;
/// More than this is packed on another thread.
const AT_ONCE: usize = 64 * 1_024;
/// The most packed files that are kept: there are fewer.
const MOST_FILES: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

/// The packed bytes of what is the same until the program is another, by its entity tag.
static PACKED: LazyLock<Mutex<HashMap<(String, Coding), Bytes>>> = LazyLock::new(Mutex::default);

/// The outermost layer.
pub async fn pack(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let coding = wanted(request.headers());
    let response = next.call(request).await?.map_into_boxed_body();
    let (request, response) = response.into_parts();
    let response = packed(response, coding).await;
    Ok(ServiceResponse::new(request, response))
}

async fn packed(response: HttpResponse, coding: Option<Coding>) -> HttpResponse {
    let lasts = response.extensions().contains::<Lasting>();
    if !lasts && !is_packable(response.headers()) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        // A stream: it goes out as it comes.
        Err(body) => return head.set_body(body),
    };
    let packable = bytes.len() >= LEAST && is_packable(head.headers());
    if lasts || packable {
        head.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    let Some(coding) = coding.filter(|_| packable) else { return head.set_body(BoxBody::new(bytes)) };
    let tag = head.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let Some(smaller) = shortened(bytes.clone(), coding, tag.clone().filter(|_| lasts)).await else {
        return head.set_body(BoxBody::new(bytes));
    };
    let headers = head.headers_mut();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    let strong = tag.filter(|tag| !tag.starts_with("W/"));
    if let Some(weak) = strong.and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok()) {
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
    if let Some(known) = file.as_ref().and_then(|file| kept().get(file).cloned()) {
        return Some(known);
    }
    let (length, lasting) = (bytes.len(), file.is_some());
    let done = if length > AT_ONCE {
        web::block(move || coding.pack(&bytes, lasting)).await.ok()?
    } else {
        coding.pack(&bytes, lasting)
    };
    let done = Bytes::from(done.ok()?);
    if let Some(file) = file.filter(|_| kept().len() < MOST_FILES) {
        kept().insert(file, done.clone());
    }
    (done.len() < length).then_some(done)
}

fn kept() -> MutexGuard<'static, HashMap<(String, Coding), Bytes>> {
    PACKED.lock().unwrap_or_else(PoisonError::into_inner)
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
    let lines = headers.get_all(header::ACCEPT_ENCODING).filter_map(|line| line.to_str().ok());
    let asked: Vec<_> = lines.flat_map(weighed).collect();
    let weight = |name: &str| asked.iter().find(|(asked, _)| asked == name).map(|(_, weight)| *weight);
    let of = |coding: &Coding| weight(coding.name()).or_else(|| weight("*")).unwrap_or(0);
    let plain = weight("identity").unwrap_or(0);
    let liked = Coding::ALL.into_iter().filter(|coding| of(coding) > 0 && of(coding) >= plain);
    // The first of the best.
    liked.rev().max_by_key(of)
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
