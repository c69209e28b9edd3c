//! Receiving a sheet, of prices or of what Microsoft says of its SKUs, which may be larger than what is held in memory.

use crate::http::held;
use crate::http::problem::{Code, Problem};
use crate::keys::Sha256;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use actix_web::web;
use futures_util::StreamExt as _;
use std::fs::File;
use std::io::{Read, Seek as _, Write as _};

/// The largest file that is taken, in bytes.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// What a file may be called that is a sheet, or a sheet that is packed. Which it is, its first bytes say.
const MEDIA: [&str; 8] = [
    "text/csv",
    "application/csv",
    "application/vnd.ms-excel",
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/octet-stream",
];

/// What is said to be expected, where it is called something else.
const EXPECTED: &str = "text/csv, application/zip or application/gzip, and the file itself as the body";

/// How everything begins that is packed with gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Whether a body says that it is a file of a kind that may be a sheet: not a form, nor JSON.
pub fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    match MEDIA.iter().any(|known| media.eq_ignore_ascii_case(known)) {
        true => Ok(()),
        false => Err(Problem::new(Code::UnsupportedMediaType).with("expected", Place::wire(EXPECTED))),
    }
}

/// A file that was received.
pub struct Upload {
    /// Its bytes, from the first on.
    pub file: File,
    /// SHA-256 of the bytes.
    pub digest: [u8; 32],
}

/// Streams the body to a temporary file: it is never held in memory. A packed one stays packed: whoever reads it
/// unpacks it, up to a bound.
pub async fn receive(headers: &HeaderMap, mut payload: web::Payload) -> Result<Upload, Problem> {
    // A long file is not sent for nothing.
    held::sound()?;
    let said_packed =
        headers.get(CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let mut file = tempfile::tempfile().map_err(Problem::internal)?;
    let (mut size, mut digest) = (0_u64, Sha256::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedRequest))?;
        size += chunk.len() as u64;
        if size > MAX_FILE {
            return Err(Problem::new(Code::PayloadTooLarge)
                .with("limit", Place::text(format!("{} MiB", MAX_FILE / 1024 / 1024))));
        }
        digest.update(&chunk);
        file = web::block(move || file.write_all(&chunk).map(|()| file))
            .await
            .map_err(Problem::internal)?
            .map_err(Problem::internal)?;
    }
    file.rewind().map_err(Problem::internal)?;
    let mut start = Vec::new();
    Read::by_ref(&mut file).take(GZIP.len() as u64).read_to_end(&mut start).map_err(Problem::internal)?;
    file.rewind().map_err(Problem::internal)?;
    if said_packed && start != GZIP {
        return Err(Problem::new(Code::SheetUnreadable).with("reason", Phrase::SheetNotPacked));
    }
    Ok(Upload { file, digest: digest.finish() })
}

/// A file that was looked at before anybody waits for it: whether it can be what it is taken for.
pub async fn looked_at(mut file: File, check: fn(&mut File) -> Result<(), Problem>) -> Result<File, Problem> {
    web::block(move || check(&mut file).map(|()| file)).await.map_err(Problem::internal)?
}
