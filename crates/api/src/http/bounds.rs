//! What bounds connections, requests and the stop of a server, each a setting.

use std::time::Duration;

/// Open files that connections leave to the rest: the database, its log, mails, what is uploaded.
const OTHER_FILES: usize = 256;

/// The bounds of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// `KONTOR_MAX_CONNECTIONS`: connections at a time, over all threads.
    pub connections: usize,
    /// `KONTOR_KEEP_ALIVE`: how long a connection may wait for its next request.
    pub keep_alive: Duration,
    /// `KONTOR_BODY_TIMEOUT`: how long a small body may take to arrive.
    pub body: Duration,
    /// `KONTOR_STOP_NOTICE`: how long a server that is to stop says so before it does.
    pub stop_notice: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 10_000,
            // Above the idle timeout of usual load balancers (60 s), so that they close first.
            keep_alive: Duration::from_secs(75),
            body: Duration::from_secs(20),
            stop_notice: Duration::from_secs(5),
        }
    }
}

impl Bounds {
    /// The same with no more connections than leave files to be opened by the rest of the process.
    pub fn affordable(mut self) -> Self {
        if let Some(files) = open_files() {
            self.connections = self.connections.min(files.saturating_sub(OTHER_FILES).max(files / 2));
        }
        self
    }

    /// Whether so many connections are open that none is kept without a request.
    pub const fn is_crowded(&self, open: usize) -> bool {
        open >= self.connections / 4 * 3
    }
}

/// How many files the process may have open, where the system says so.
fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
