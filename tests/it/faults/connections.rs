//! Connections: what the parser refuses, who sends slowly, who keeps one for nothing, and how they end when the server
//! stops.

use serde_json::Value;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::TestApp;
use tests::program::{Program, Setting};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(40);

/// A program of its own with these settings.
fn serve(directory: &TempDir, settings: &[Setting]) -> Program {
    let database = ("KONTOR_DATABASE_URL", format!("sqlite:{}", directory.path().join("kontor.db").display()));
    Program::serve(&[&[database], settings].concat(), &[])
}

fn directory() -> TempDir {
    TempDir::new().expect("a temporary directory")
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// An answer as it came.
#[derive(Debug)]
struct Heard {
    status: u16,
    head: String,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
    }

    /// Checks that it is a problem with its request's id, which ends the connection.
    #[track_caller]
    fn refused(&self, status: u16, code: &str) {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"));
        assert_eq!((self.status, &body["code"]), (status, &code.into()), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["request_id"], self.header("x-request-id"));
        assert_eq!(self.header("connection"), "close");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{body}");
    }
}

/// Reads one answer; none where the connection ends before it.
fn hear(stream: &mut TcpStream) -> Option<Heard> {
    let (mut bytes, mut piece) = (vec![], [0; 16_384]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
                return Some(Heard { status, head: head.to_owned(), body: body.to_owned() });
            }
        }
        match stream.read(&mut piece) {
            Ok(0) => return None,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
            Err(error) => panic!("{error} after {text:?}"),
        }
    }
}

fn ask(stream: &mut TcpStream, request: &str) -> Option<Heard> {
    // Whether it can still be sent shows in the answer.
    let _ = stream.write_all(request.as_bytes());
    hear(stream)
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// U-103: before there is a request, too.
#[test]
fn u103_what_the_parser_refuses_is_a_problem() {
    let app = TestApp::sqlite();
    for request in [
        "nonsense\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\0b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nIf-Match: a\u{7f}b\r\n\r\n",
        "GET /health\u{1}z HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
        "POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /healthz HTTP/3.0\r\nHost: x\r\n\r\n",
    ] {
        let mut stream = connect(&app.url);
        ask(&mut stream, request)
            .unwrap_or_else(|| panic!("{request:?} is not answered"))
            .refused(400, "malformed_request");
        assert!(hear(&mut stream).is_none(), "{request:?}: the connection is not ended");
    }
    let many: String = (0..200).map(|n| format!("X-{n}: x\r\n")).collect();
    let heard = ask(&mut connect(&app.url), &format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n"));
    heard.expect("an answer").refused(431, "headers_too_large");
    // What was asked before is answered first.
    let mut stream = connect(&app.url);
    assert_eq!(ask(&mut stream, HEALTH).expect("an answer").status, 200);
    ask(&mut stream, "nonsense\r\n\r\n").expect("an answer").refused(400, "malformed_request");
}

/// U-103: a client's fault is no error of ours, and is found in the log by the request's id.
#[test]
fn u103_what_the_parser_refuses_is_no_error_in_the_log() {
    let directory = directory();
    let program = serve(&directory, &[]);
    let bad = ask(&mut connect(&program.url), "nonsense\r\n\r\n").expect("an answer");
    let mut slow = connect(&program.url);
    slow.write_all(b"GET /healthz HTTP/1.1\r\n").expect("sent");
    let begun = Instant::now();
    hear(&mut slow).expect("an answer").refused(408, "request_timeout");
    assert!((Duration::from_secs(10)..PATIENCE).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    program.terminate();
    let (status, said) = program.wait();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    let line = said.lines().find(|line| line.contains(bad.header("x-request-id"))).unwrap_or_default();
    assert!(line.contains("unparsed") && line.contains("400") && line.contains("malformed_request"), "{said}");
}

/// U-113: a body that drips is not waited for; one that comes on, is.
#[test]
fn u113_a_slow_body_has_a_deadline() {
    let directory = directory();
    let program = serve(&directory, &[("KONTOR_BODY_TIMEOUT", "1".to_owned())]);
    for (path, length) in [("/v1/auth/login", 1_000), ("/v1/oauth/token", 1_000), ("/v1/auth/login", 900_000)] {
        let media = if path.ends_with("token") { "application/x-www-form-urlencoded" } else { "application/json" };
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n");
        let mut stream = connect(&program.url);
        stream.write_all(head.as_bytes()).expect("sent");
        let (begun, mut dripping) = (Instant::now(), stream.try_clone().expect("a descriptor"));
        let drops = std::thread::spawn(move || {
            while begun.elapsed() < Duration::from_secs(20) && dripping.write_all(b" ").is_ok() {
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        hear(&mut stream).expect("an answer").refused(408, "request_timeout");
        let took = begun.elapsed();
        assert!((Duration::from_millis(900)..Duration::from_secs(5)).contains(&took), "{took:?}");
        drop(stream);
        drops.join().expect("it ends");
        assert!(begun.elapsed() < Duration::from_secs(10), "the connection is not ended");
    }
    // Four seconds for 800 KB: faster than the slowest that is waited for.
    let head =
        "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 800000\r\n\r\n";
    let mut stream = connect(&program.url);
    stream.write_all(head.as_bytes()).expect("sent");
    for _ in 0..40 {
        stream.write_all(&[b' '; 20_000]).expect("it is taken");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(hear(&mut stream).expect("an answer").status, 400, "it came, and is no JSON");
}

/// U-113: more connections than there may be, all kept: whoever comes is answered all the same.
#[test]
fn u113_idle_connections_keep_nobody_out() {
    let directory = directory();
    let settings = [
        ("KONTOR_MAX_CONNECTIONS", "32".to_owned()),
        ("KONTOR_HTTP_WORKERS", "1".to_owned()),
        ("KONTOR_KEEP_ALIVE", "3600".to_owned()),
    ];
    let program = serve(&directory, &settings);
    let mut kept = vec![];
    let begun = Instant::now();
    for n in 0..200 {
        let mut stream = connect(&program.url);
        let heard = ask(&mut stream, HEALTH).unwrap_or_else(|| panic!("{n} is not answered"));
        assert_eq!(heard.status, 200);
        kept.push((heard.header("connection") == "close", stream));
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let open = kept.iter().filter(|(closed, _)| !closed).count();
    assert!((16..=24).contains(&open), "{open} are kept");
    let metrics = program.anonymous().get("/metrics").expect(200).text;
    let counted: usize =
        metrics.lines().find_map(|line| line.strip_prefix("http_connections ")?.parse().ok()).expect("counted");
    assert!((open..=open + 2).contains(&counted), "{counted} counted");
}

/// U-107: whoever keeps a connection is told that it ends, and loses no request by it.
#[test]
fn u107_a_stop_cuts_no_connection_between_two_requests() {
    let directory = directory();
    let program = serve(&directory, &[("KONTOR_STOP_NOTICE", "4".to_owned())]);
    let mut kept: Vec<_> = (0..60).map(|_| connect(&program.url)).collect();
    for stream in &mut kept {
        let heard = ask(stream, HEALTH).expect("an answer");
        assert_eq!((heard.status, heard.header("connection")), (200, ""));
    }
    let begun = Instant::now();
    program.terminate();
    let mut probe = connect(&program.url);
    while ask(&mut probe, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").is_some_and(|heard| heard.status == 200) {
        assert!(begun.elapsed() < Duration::from_secs(3), "it does not say that it stops");
    }
    for (n, stream) in kept.iter_mut().enumerate() {
        // Between two requests for up to two seconds more.
        std::thread::sleep(Duration::from_millis(30));
        let heard = ask(stream, HEALTH).unwrap_or_else(|| panic!("{n} is cut after {:?}", begun.elapsed()));
        assert_eq!((heard.status, heard.header("connection")), (200, "close"), "{n}");
        assert!(hear(stream).is_none(), "{n} stays open");
    }
    // Whoever has not noticed yet is answered, too.
    let newcomer = ask(&mut connect(&program.url), HEALTH).expect("an answer");
    assert_eq!((newcomer.status, newcomer.header("connection")), (200, "close"));
    let (status, said) = program.wait();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!((Duration::from_secs(4)..Duration::from_secs(15)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}
