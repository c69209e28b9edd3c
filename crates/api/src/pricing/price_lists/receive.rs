//! Receiving a price sheet, which may be larger than what is held in memory.

use crate::http::problem::{Code, Problem};
use crate::keys::Sha256;
use actix_web::web;
use futures_util::StreamExt as _;
use std::fs::File;
use std::io::{Seek as _, Write as _};

/// The largest file that is taken, in bytes.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// A file that was received.
pub struct Upload {
    /// Its bytes, from the first on.
    pub file: File,
    /// SHA-256 of the bytes.
    pub digest: [u8; 32],
}

/// Streams the body to a temporary file: it is never held in memory.
pub async fn receive(mut payload: web::Payload) -> Result<Upload, Problem> {
    let mut file = tempfile::tempfile().map_err(Problem::internal)?;
    let (mut size, mut digest) = (0_u64, Sha256::new());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedRequest))?;
        size += chunk.len() as u64;
        if size > MAX_FILE {
            return Err(Problem::new(Code::PayloadTooLarge).with("limit", format!("{} MiB", MAX_FILE / 1024 / 1024)));
        }
        digest.update(&chunk);
        file = web::block(move || file.write_all(&chunk).map(|()| file))
            .await
            .map_err(Problem::internal)?
            .map_err(Problem::internal)?;
    }
    file.rewind().map_err(Problem::internal)?;
    Ok(Upload { file, digest: digest.finish() })
}
