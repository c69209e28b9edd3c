//! A connection below the parser. It is counted; it is closed once nothing was answered on it for too long, whatever
//! drips in; and what the parser refuses by itself, before there is a request, is answered by a problem document.

use crate::http::edge::{self, DEADLINE};
use actix_web::body::MessageBody as _;
use actix_web::http::StatusCode;
use prometheus_client::metrics::gauge::Gauge;
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a client may take to send its request's head.
pub const REQUEST_HEAD: Duration = Duration::from_secs(15);

/// The longest that a connection in order answers nothing: it waits for a request, which arrives, and is worked on.
pub fn longest_silence(keep_alive: Duration) -> Duration {
    keep_alive + REQUEST_HEAD + DEADLINE
}

/// A stream of a client.
pub struct Connection<S> {
    stream: S,
    /// Counts the open ones.
    open: Gauge,
    silence: Duration,
    /// Ends when nothing was written for so long.
    silent: Pin<Box<Sleep>>,
    /// What is being written in place of what the parser said.
    refusal: Option<Refusal>,
}

/// An answer in place of another.
struct Refusal {
    answer: Vec<u8>,
    written: usize,
    /// The bytes that it stands for.
    replaced: usize,
}

impl<S> Connection<S> {
    /// A connection that begins.
    pub fn new(stream: S, open: Gauge, silence: Duration) -> Self {
        open.inc();
        Self { stream, open, silence, silent: Box::pin(tokio::time::sleep(silence)), refusal: None }
    }

    fn is_silent(&mut self, cx: &mut Context<'_>) -> bool {
        self.silent.as_mut().poll(cx).is_ready()
    }
}

impl<S> Drop for Connection<S> {
    fn drop(&mut self) {
        self.open.dec();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        if self.is_silent(cx) {
            // As if the client had ended its side.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        if self.is_silent(cx) {
            return Poll::Ready(Err(Error::from(ErrorKind::TimedOut)));
        }
        if self.refusal.is_none() {
            self.refusal = match own_refusal(bytes) {
                Some((0, status)) => Some(Refusal::new(bytes, status)),
                // First what was answered before.
                Some((before, _)) => return self.poll_plain(cx, &bytes[..before]),
                None => return self.poll_plain(cx, bytes),
            };
        }
        while let Some(rest) = self.refusal.as_ref().map(Refusal::rest).filter(|rest| !rest.is_empty()) {
            let rest = rest.to_vec();
            let written = ready!(self.as_mut().poll_plain(cx, &rest))?;
            if let Some(refusal) = &mut self.refusal {
                refusal.written += written;
            }
        }
        Poll::Ready(Ok(self.refusal.take().map_or(0, |refusal| refusal.replaced)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncWrite + Unpin> Connection<S> {
    fn poll_plain(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        let until = Instant::now() + self.silence;
        self.silent.as_mut().reset(until);
        Poll::Ready(Ok(written))
    }
}

impl Refusal {
    /// In place of the parser's own head, which stays but for its length.
    fn new(head: &[u8], status: StatusCode) -> Self {
        let response = edge::unparsed(status);
        let (kept, rest) = (String::from_utf8_lossy(head), response.headers().clone());
        let body = response.into_body().try_into_bytes().unwrap_or_default();
        let lines = kept.lines().filter(|line| !line.is_empty() && !is_length(line)).map(str::to_owned);
        let ours = rest.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or_default()));
        let ends = [format!("content-length: {}", body.len()), "connection: close".to_owned(), String::new()];
        let mut answer = Vec::new();
        for line in lines.chain(ours).chain(ends) {
            answer.extend_from_slice(line.as_bytes());
            answer.extend_from_slice(b"\r\n");
        }
        answer.extend_from_slice(&body);
        Self { answer, written: 0, replaced: head.len() }
    }

    fn rest(&self) -> &[u8] {
        &self.answer[self.written..]
    }
}

fn is_length(line: &str) -> bool {
    line.to_ascii_lowercase().starts_with("content-length:")
}

/// Where the parser's own refusal begins, which is the last thing that it says, and its status: it has no body and
/// none of the headers that every answer of the edge has.
fn own_refusal(bytes: &[u8]) -> Option<(usize, StatusCode)> {
    const VERSION: &[u8] = b"HTTP/1.1 ";
    let bytes = bytes.ends_with(b"\r\n\r\n").then_some(bytes)?;
    let begin = bytes.windows(VERSION.len()).rposition(|window| window == VERSION)?;
    let head = std::str::from_utf8(&bytes[begin..]).ok()?;
    let status = StatusCode::from_bytes(head.as_bytes().get(VERSION.len()..VERSION.len() + 3)?).ok()?;
    let own = head.lines().any(is_length) && !head.contains("\r\nx-request-id: ");
    (own && (status.is_client_error() || status.is_server_error())).then_some((begin, status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const OWN: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: Sun, 06 Sep 2026 10:15:00 GMT\r\n\r\n";

    fn pair(silence: Duration) -> (std::net::TcpStream, Connection<tokio::net::TcpStream>, Gauge) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        server.set_nonblocking(true).unwrap();
        let (open, server) = (Gauge::default(), tokio::net::TcpStream::from_std(server).unwrap());
        (client, Connection::new(server, open.clone(), silence), open)
    }

    /// U-103: what was answered before stays, what the parser says becomes a problem.
    #[actix_web::test]
    async fn what_the_parser_refuses_is_a_problem() {
        let (mut client, mut connection, open) = pair(Duration::from_secs(60));
        let before = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-request-id: 1\r\n\r\n{}";
        assert_eq!(open.get(), 1);
        connection.write_all(&[before, OWN].concat()).await.unwrap();
        drop(connection);
        assert_eq!(open.get(), 0);
        let mut said = String::new();
        client.read_to_string(&mut said).unwrap();
        let problem = said.strip_prefix(std::str::from_utf8(before).unwrap()).unwrap();
        let (head, body) = problem.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["code"], "malformed_request");
        for line in [
            "HTTP/1.1 400 Bad Request".to_owned(),
            "date: Sun, 06 Sep 2026 10:15:00 GMT".to_owned(),
            "content-type: application/problem+json".to_owned(),
            "connection: close".to_owned(),
            format!("x-request-id: {}", body["request_id"].as_str().unwrap()),
            format!("content-length: {}", body.to_string().len()),
        ] {
            assert_eq!(head.lines().filter(|found| *found == line).count(), 1, "{line} in {head}");
        }
        assert_eq!(head.matches("content-length").count(), 1);
    }

    #[test]
    fn answers_of_the_edge_are_left_alone() {
        let empty = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx-request-id: 1\r\n\r\n".as_slice();
        let text = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-request-id: 1\r\n\r\n\r\n\r\n".as_slice();
        for bytes in [empty, text, b"HTTP/1.1 100 Continue\r\n\r\n", b"\r\n\r\n", b"{}"] {
            assert_eq!(own_refusal(bytes), None);
        }
        assert_eq!(own_refusal(OWN), Some((0, StatusCode::BAD_REQUEST)));
    }

    /// U-113: one byte a while keeps a connection that is never answered only so long.
    #[actix_web::test]
    async fn a_connection_on_which_nothing_is_answered_ends() {
        let (mut client, mut connection, _) = pair(Duration::from_millis(300));
        let begun = Instant::now();
        let dripping = std::thread::spawn(move || {
            while client.write_all(b"x").is_ok() && begun.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        let mut heard = vec![];
        connection.read_to_end(&mut heard).await.unwrap();
        let lasted = begun.elapsed();
        assert!(
            (Duration::from_millis(300)..Duration::from_secs(5)).contains(&lasted) && heard.len() > 2,
            "{lasted:?}"
        );
        assert!(connection.write_all(b"late").await.is_err());
        drop(connection);
        dripping.join().unwrap();
    }
}
