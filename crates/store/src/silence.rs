//! Connections to PostgreSQL that fall silent.
//!
//! libpq waits for the answer to a statement without end. Where the network drops packets, TCP gives up
//! ([`with_patience`]); where something in between takes them and loses the answer (a proxy that forgot the connection,
//! a server that is frozen), nobody does. So a statement that takes long is asked about over another connection: only
//! where the server says that it works on it, it is waited for; else its socket is shut, and whoever waits is told
//! that the database is unavailable.

use crate::counted::{Counted, Counting};
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::deserialize::QueryableByName;
use diesel::r2d2::{ConnectionManager, ManageConnection};
use diesel::sql_types::{Bool, Integer};
use diesel::{Connection, PgConnection, RunQueryDsl};
use nix::sys::socket::{Shutdown, SockaddrStorage, getpeername, shutdown};
use std::collections::BTreeSet;
use std::os::fd::RawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long a statement may take until it is asked about. Nearly all take milliseconds.
const SUSPICIOUS: Duration = Duration::from_secs(5);
/// How often is looked for such statements.
const EVERY: Duration = Duration::from_secs(1);
/// How long the question may take: the connection for it may be silent, too.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// What libpq is told where the URL does not say it: a server that does not answer is not waited for as long as the
/// operating system does, minutes. All but `tcp_user_timeout` (milliseconds) in seconds.
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
    ("tcp_user_timeout", "8000"),
];

/// The URL with the time-outs that it does not set itself.
pub(crate) fn with_patience(url: &str) -> String {
    PATIENCE.iter().fold(url.to_owned(), |url, (name, value)| {
        if url.contains(&format!("{name}=")) {
            return url;
        }
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}{name}={value}")
    })
}

/// Makes connections that are set up, watched, and counted from then on.
pub struct Watching {
    manager: ConnectionManager<PgConnection>,
    setup: &'static str,
    counted: Counted,
    ports: BTreeSet<u16>,
    watch: Arc<Watch>,
}

/// The connections of a pool that can be watched; gone ones are dropped at the next look.
struct Watch {
    url: String,
    connections: Mutex<Vec<Weak<Watched>>>,
}

/// One connection as its watch sees it.
struct Watched {
    socket: RawFd,
    peer: SockaddrStorage,
    /// The process of the server that serves it; 0 until it said so.
    backend: AtomicI32,
    /// When its statement began, in milliseconds of [`elapsed`]; 0 where it has none.
    since: AtomicU64,
}

impl Watching {
    /// Connections to the URL, each set up by these statements. Those over a Unix socket are not watched: there is no
    /// network to lose anything.
    pub(crate) fn new(url: String, setup: &'static str, counted: Counted) -> Self {
        let watch = Arc::new(Watch { url: url.clone(), connections: Mutex::default() });
        let watching = Arc::downgrade(&watch);
        // Ends with the pool.
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(EVERY);
                let Some(watch) = watching.upgrade() else { break };
                watch.look();
            }
        });
        Self { ports: ports_of(&url), manager: ConnectionManager::new(url), setup, counted, watch }
    }
}

impl ManageConnection for Watching {
    type Connection = PgConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<PgConnection, Self::Error> {
        let (mut conn, socket) = with_socket(&self.ports, || self.manager.connect())?;
        // Watched from the first statement on: what sets a connection up may be lost as well.
        let watched = socket.map(|(socket, peer)| self.watch.over(socket, peer));
        let prepared = conn.batch_execute(self.setup).and_then(|()| backend_of(&mut conn));
        let backend = prepared.map_err(diesel::r2d2::Error::QueryError)?;
        if let Some(watched) = &watched {
            watched.backend.store(backend, Ordering::Relaxed);
            watched.since.store(0, Ordering::Relaxed);
        }
        conn.set_instrumentation(Statements { watched, counting: Counting::new(&self.counted) });
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut PgConnection) -> Result<(), Self::Error> {
        self.manager.is_valid(conn)
    }

    fn has_broken(&self, conn: &mut PgConnection) -> bool {
        self.manager.has_broken(conn)
    }
}

/// Keeps when the statement of a connection began, and counts it.
struct Statements {
    watched: Option<Arc<Watched>>,
    counting: Counting,
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let since = match event {
            InstrumentationEvent::StartQuery { .. } => Some(elapsed()),
            InstrumentationEvent::FinishQuery { .. } => Some(0),
            _ => None,
        };
        if let Some((watched, since)) = self.watched.as_ref().zip(since) {
            watched.since.store(since, Ordering::Relaxed);
        }
        self.counting.on_connection_event(event);
    }
}

impl Watch {
    /// Watches one more, whose first statement begins now.
    fn over(&self, socket: RawFd, peer: SockaddrStorage) -> Arc<Watched> {
        let (backend, since) = (AtomicI32::new(0), AtomicU64::new(elapsed()));
        let watched = Arc::new(Watched { socket, peer, backend, since });
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain(|known| known.strong_count() > 0);
        connections.push(Arc::downgrade(&watched));
        watched
    }

    /// Shuts what takes long and is not worked on.
    fn look(&self) {
        let suspicious: Vec<_> = {
            let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            let known = connections.iter().filter_map(Weak::upgrade);
            known.filter_map(|one| Some((one.suspicious()?, one))).collect()
        };
        if suspicious.is_empty() {
            return;
        }
        let working = ask(&self.url);
        for (since, one) in suspicious {
            // The same statement still: the socket is that connection's as long as it runs.
            let backend = one.backend.load(Ordering::Relaxed);
            let silent = !working.includes(backend) && one.since.load(Ordering::Relaxed) == since;
            if silent && getpeername::<SockaddrStorage>(one.socket) == Ok(one.peer) {
                tracing::warn!(backend, "a connection to the database fell silent and is given up");
                let _ = shutdown(one.socket, Shutdown::Both);
            }
        }
    }
}

impl Watched {
    /// When its statement began, where that is long ago.
    fn suspicious(&self) -> Option<u64> {
        let since = self.since.load(Ordering::Relaxed);
        (since > 0 && elapsed() > since + SUSPICIOUS.as_millis() as u64).then_some(since)
    }
}

/// What the server works on.
#[derive(Debug, PartialEq, Eq)]
enum Working {
    /// On the statements of these processes of its own, it says.
    On(BTreeSet<i32>),
    /// It answers, but lets nobody ask: it has too many connections, or stops.
    Unsaid,
    /// It does not answer.
    Silent,
}

impl Working {
    fn includes(&self, backend: i32) -> bool {
        match self {
            Self::On(backends) => backends.contains(&backend),
            Self::Unsaid => true,
            Self::Silent => false,
        }
    }
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    backend: i32,
    #[diesel(sql_type = Bool)]
    active: bool,
}

const OWN_BACKEND: &str = "SELECT pg_backend_pid() AS backend, true AS active";

const ACTIVE_BACKENDS: &str = "SELECT pid AS backend, state = 'active' AS active FROM pg_stat_activity \
     WHERE pid IS NOT NULL AND state IS NOT NULL";

fn backend_of(conn: &mut PgConnection) -> diesel::QueryResult<i32> {
    diesel::sql_query(OWN_BACKEND).get_result::<Backend>(conn).map(|own| own.backend)
}

/// Asks over a new connection, on a thread that is left behind where even that falls silent.
fn ask(url: &str) -> Working {
    let (answer, answered) = mpsc::channel();
    let url = url.to_owned();
    std::thread::spawn(move || {
        let _ = answer.send(active(&url));
    });
    match answered.recv_timeout(ANSWERED_WITHIN) {
        Ok(working) => working,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Working::Silent,
    }
}

fn active(url: &str) -> Working {
    let asked = PgConnection::establish(url).map_err(|error| error.to_string()).and_then(|mut conn| {
        diesel::sql_query(ACTIVE_BACKENDS).get_results::<Backend>(&mut conn).map_err(|error| error.to_string())
    });
    match asked {
        Ok(all) => Working::On(all.iter().filter(|one| one.active).map(|one| one.backend).collect()),
        // Whatever the server itself refuses begins with this.
        Err(reason) if reason.contains("FATAL") => Working::Unsaid,
        Err(_) => Working::Silent,
    }
}

/// Milliseconds since the first question; never 0.
fn elapsed() -> u64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed().as_millis() as u64 + 1
}

/// The socket that a connection opened, with who is at its other end: libpq knows it, and diesel does not tell. None
/// where the operating system does not show a process its sockets, or where it is not certain.
fn with_socket<T, E>(
    ports: &BTreeSet<u16>,
    connect: impl FnOnce() -> Result<T, E>,
) -> Result<(T, Option<(RawFd, SockaddrStorage)>), E> {
    /// Two that connect at once could take each other's.
    static CONNECTING: Mutex<()> = Mutex::new(());
    let _one = CONNECTING.lock().unwrap_or_else(PoisonError::into_inner);
    let before = sockets();
    let connected = connect()?;
    let new = sockets().into_iter().filter(|socket| !before.contains(socket));
    let mut ours = new.filter_map(|(descriptor, _)| {
        let peer = getpeername::<SockaddrStorage>(descriptor).ok()?;
        port_of(&peer).is_some_and(|port| ports.contains(&port)).then_some((descriptor, peer))
    });
    let only = ours.next().filter(|_| ours.next().is_none());
    Ok((connected, only))
}

/// The sockets that are open, each with what tells it from another one under the same number.
fn sockets() -> BTreeSet<(RawFd, PathBuf)> {
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    let socket = |entry: std::fs::DirEntry| {
        let kind = std::fs::read_link(entry.path()).ok()?;
        let number = entry.file_name().to_str()?.parse().ok()?;
        kind.to_str()?.starts_with("socket:").then_some((number, kind))
    };
    open.filter_map(|entry| socket(entry.ok()?)).collect()
}

fn port_of(address: &SockaddrStorage) -> Option<u16> {
    let v4 = address.as_sockaddr_in().map(|v4| v4.port());
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| v6.port()))
}

/// The ports that a URL names, of one host or of several: `//user:password@host:5432,other:5433/name?port=…`.
fn ports_of(url: &str) -> BTreeSet<u16> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let hosts = rest.split(['/', '?']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let named = hosts.split(',').map(|host| host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()));
    let asked = url.split(['?', '&']).filter_map(|pair| pair.strip_prefix("port=")?.parse().ok());
    named.map(|port| port.unwrap_or(5432)).chain(asked).collect()
}

#[cfg(test)]
mod tests {
    use super::{ports_of, with_patience};

    #[test]
    fn the_ports_of_a_url() {
        let cases = [
            ("postgres://kontor@127.0.0.1:20001/postgres", vec![20001]),
            ("postgres://kontor:a%40b@db.example/kontor?sslmode=require", vec![5432]),
            ("postgres://kontor@a:5433,b:5434/kontor", vec![5433, 5434]),
            ("postgres://[::1]:6000/kontor", vec![6000]),
            ("postgres:///kontor?host=db&port=7000", vec![5432, 7000]),
        ];
        for (url, ports) in cases {
            assert_eq!(ports_of(url).into_iter().collect::<Vec<_>>(), ports, "{url}");
        }
    }

    #[test]
    fn what_the_url_says_holds() {
        let url = with_patience("postgres://kontor@db/kontor?connect_timeout=2");
        assert_eq!(
            url,
            "postgres://kontor@db/kontor?connect_timeout=2&keepalives_idle=5&keepalives_interval=2\
             &keepalives_count=2&tcp_user_timeout=8000"
        );
    }
}
