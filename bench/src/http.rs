//! The smallest HTTP/1.1 client that a closed loop needs: one keep-alive connection, blocking, loopback only.

use crate::Result;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The longest that an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(150);
/// What is read at once; a list of products fits in.
const CHUNK: usize = 128 * 1024;

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub(crate) struct Answer<'a> {
    /// Its status.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) body: &'a [u8],
}

impl Connection {
    /// Connects; no other machine is ever loaded.
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        if !address.ip().is_loopback() {
            return Err(format!("{address} is not on this machine").into());
        }
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; CHUNK] })
    }

    /// Sends a request and reads its answer.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        let head = loop {
            filled += self.read(filled)?;
            if let Some(end) = self.buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let (status, length) = read_head(&self.buffer[..head])?;
        while filled < head + length {
            filled += self.read(filled)?;
        }
        Ok(Answer { status, body: &self.buffer[head..head + length] })
    }

    fn read(&mut self, filled: usize) -> Result<usize> {
        if self.buffer.len() == filled {
            self.buffer.resize(filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[filled..])? {
            0 => Err("the server closed the connection".into()),
            read => Ok(read),
        }
    }
}

/// Status and length of the body; answers in chunks are not understood.
fn read_head(head: &[u8]) -> Result<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let status = head.get(9..12).ok_or("no status")?.parse()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse())
    });
    Ok((status, length.transpose()?.unwrap_or(0)))
}

/// The bytes of a request; an empty token or content type leaves its header out.
pub(crate) fn request(method: &str, path: &str, token: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in [("Authorization: Bearer", token), ("Content-Type:", content_type)] {
        if !value.is_empty() {
            head.push_str(&format!("{name} {value}\r\n"));
        }
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
