//! A mail server for tests: in the clear, one conversation at a time, as obliging as it is told to be.

use api::mail::{Mail, SendError, Transport};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// No server where one should be.
pub struct NoMailServer;

impl Transport for NoMailServer {
    fn send(&self, _: &Mail) -> Result<(), SendError> {
        Err(SendError::Unavailable("nobody listens".to_owned()))
    }
}

/// How a server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes every mail.
    Obliging,
    /// Takes mails of who has logged in.
    Guarded,
    /// Puts every recipient off.
    Busy,
    /// Knows no recipient.
    Strict,
    /// Never says a word.
    Silent,
}

/// A mail as the server got it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Received {
    /// What the client said before the text, line by line.
    pub commands: Vec<String>,
    /// The text, unstuffed.
    pub text: String,
}

/// A running server.
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    manner: Arc<Mutex<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
    stopped: Arc<AtomicBool>,
}

impl MailServer {
    /// Starts one.
    pub fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("an address").port();
        let server =
            Self { port, manner: Arc::new(Mutex::new(manner)), received: Arc::default(), stopped: Arc::default() };
        let (manner, received, stopped) =
            (Arc::clone(&server.manner), Arc::clone(&server.received), Arc::clone(&server.stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let manner = *manner.lock().expect("a manner");
                let _ = converse(&stream, manner, &received);
            }
        });
        server
    }

    /// Behaves otherwise from the next conversation on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().expect("a manner") = manner;
    }

    /// The mails it took.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("mails").clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn converse(stream: &TcpStream, manner: Manner, received: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    if manner == Manner::Silent {
        // Until the client has enough of it.
        let _ = BufReader::new(stream).read_line(&mut String::new());
        return Ok(());
    }
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    let mut say = |line: &str| writer.write_all(format!("{line}\r\n").as_bytes());
    let mut got = Received::default();
    say("220 test ESMTP")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        got.commands.push(line.clone());
        match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" if manner == Manner::Guarded => say("250-test\r\n250 AUTH PLAIN LOGIN")?,
            "EHLO" => say("250-test\r\n250 8BITMIME")?,
            "AUTH" => say("235 welcome")?,
            "MAIL" if manner == Manner::Guarded && !got.commands.iter().any(|line| line.starts_with("AUTH")) => {
                say("530 authentication required")?;
            }
            "RCPT" if manner == Manner::Busy => say("451 try again later")?,
            "RCPT" if manner == Manner::Strict => say("550 no such user")?,
            "MAIL" | "RCPT" | "RSET" | "NOOP" => say("250 ok")?,
            "DATA" => {
                say("354 go on")?;
                got.text = text(&mut reader)?;
                say("250 taken")?;
                received.lock().expect("mails").push(std::mem::take(&mut got));
            }
            "QUIT" => return say("221 bye"),
            _ => say("500 what")?,
        }
    }
}

fn text(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
