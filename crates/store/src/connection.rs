//! The two databases: which one a URL means, its pool of connections, and how each connection is set up.
//!
//! A query is written once and compiled for both with `on!`.

use crate::counted::{Counted, Counting};
use crate::error::StoreError;
use crate::file::DatabaseFile;
#[cfg(feature = "postgres")]
use crate::silence::{Watching, with_patience};
#[cfg(feature = "postgres")]
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
#[cfg(feature = "postgres")]
use diesel::r2d2::NopConnectionCustomizer;
use diesel::r2d2::{
    ConnectionManager, CustomizeConnection, HandleError, ManageConnection, Pool, PoolError, PooledConnection,
};
use diesel::{Connection, SqliteConnection};
use std::fmt::Display;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A connection to either database, lent by the pool.
pub enum Conn {
    /// To a server of PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(PooledConnection<Watching>),
    /// To SQLite's file, in this process.
    Sqlite(PooledConnection<ConnectionManager<SqliteConnection>>),
}

impl Conn {
    /// Which database it leads to.
    pub(crate) const fn engine(&self) -> Engine {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Engine::Postgres,
            Self::Sqlite(_) => Engine::Sqlite,
        }
    }
}

/// `on!(conn, c => query.execute(c))`: the same expression for each database's own connection type.
/// With `on!(conn, c, Db => …)` it can also name the database, as boxed queries must.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        on!($conn, $c, Db => $body)
    };
    ($conn:expr, $c:ident, $db:ident => $body:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::connection::Conn::Postgres(pooled) => {
                #[allow(dead_code, reason = "only boxed queries name the database")]
                type $db = diesel::pg::Pg;
                let $c: &mut diesel::PgConnection = pooled;
                $body
            }
            $crate::connection::Conn::Sqlite(pooled) => {
                #[allow(dead_code, reason = "only boxed queries name the database")]
                type $db = diesel::sqlite::Sqlite;
                let $c: &mut diesel::SqliteConnection = pooled;
                $body
            }
        }
    };
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:path` or `postgres://user@host/database`. TLS to PostgreSQL is asked for in the URL, as libpq
    /// knows it: `?sslmode=verify-full&sslrootcert=system`.
    pub url: String,
    /// The most connections; on SQLite of readers, beside the one that writes.
    pub pool_size: u32,
    /// How long to wait for a free connection before [`StoreError::Busy`].
    pub acquire_timeout: Duration,
    /// Whether SQLite waits for the disk at each commit. Without it a power failure may lose the last
    /// commits, though never tear one. PostgreSQL's own setting holds there.
    pub durable: bool,
}

impl Options {
    /// The usual options for a URL.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), pool_size: 8, acquire_timeout: Duration::from_secs(5), durable: true }
    }
}

/// Why a store could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The URL is of another database, or misspelt; only its scheme is told, the rest may be secret.
    #[error("{0:?} is no database Kontor knows: expected sqlite:PATH or postgres://…")]
    UnsupportedUrl(String),
    /// The SQLite file cannot be written.
    #[error("{} cannot be written: {reason}", path.display())]
    NotWritable {
        /// The file that the URL names.
        path: PathBuf,
        /// What the operating system or SQLite said.
        reason: String,
    },
    /// The URL is of PostgreSQL, and the program was built without it.
    #[error("this program was built without PostgreSQL: build it with the feature `postgres`, which is on by default")]
    WithoutPostgres,
    /// The PostgreSQL server cannot be reached or does not let us in.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
}

/// How the pool stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// The most connections.
    pub max: u32,
    /// Connections that are open.
    pub connections: u32,
    /// Of these, the ones that nobody uses.
    pub idle: u32,
}

type SqlitePool = Pool<ConnectionManager<SqliteConnection>>;
#[cfg(feature = "postgres")]
type PostgresPool = Pool<Watching>;

/// The pools of a database.
#[derive(Clone)]
pub(crate) enum Pools {
    #[cfg(feature = "postgres")]
    Postgres(PostgresPool),
    /// SQLite lets one write at a time. A pool of one connection makes writers of this process queue
    /// for it, instead of sleeping and trying again, and keeps what they need in one cache.
    Sqlite { writer: SqlitePool, readers: SqlitePool, file: DatabaseFile },
}

impl Pools {
    /// Opens the database that the URL means.
    pub(crate) fn open(options: &Options, counted: &Counted) -> Result<Self, OpenError> {
        let (scheme, rest) = options.url.split_once(':').unwrap_or((&options.url, ""));
        match scheme {
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => open_postgres(options, counted),
            #[cfg(not(feature = "postgres"))]
            "postgres" | "postgresql" => Err(OpenError::WithoutPostgres),
            "sqlite" => open_sqlite(Path::new(rest.strip_prefix("//").unwrap_or(rest)), options, counted),
            other => Err(OpenError::UnsupportedUrl(other.to_owned())),
        }
    }

    /// A connection for queries only.
    pub(crate) fn reader(&self) -> Result<Conn, StoreError> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.get().map(Conn::Postgres),
            Self::Sqlite { readers, .. } => readers.get().map(Conn::Sqlite),
        }
        .map_err(no_connection)
    }

    /// A connection for writing.
    pub(crate) fn writer(&self) -> Result<Conn, StoreError> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.get().map(Conn::Postgres),
            Self::Sqlite { writer, .. } => writer.get().map(Conn::Sqlite),
        }
        .map_err(no_connection)
    }

    /// Whether what is written goes where it is read from at the next start.
    pub(crate) fn file(&self) -> Result<(), StoreError> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
            Self::Sqlite { file, .. } => file.is_there(),
        }
    }

    /// The sizes, of both pools together.
    pub(crate) fn state(&self) -> PoolState {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => state_of(pool),
            Self::Sqlite { writer, readers, .. } => {
                let (one, many) = (state_of(writer), state_of(readers));
                PoolState {
                    max: one.max + many.max,
                    connections: one.connections + many.connections,
                    idle: one.idle + many.idle,
                }
            }
        }
    }
}

fn state_of<M: ManageConnection>(pool: &Pool<M>) -> PoolState {
    let state = pool.state();
    PoolState { max: pool.max_size(), connections: state.connections, idle: state.idle_connections }
}

/// The pool has an error to tell where connections could not be made; without one they are all in use.
fn no_connection(error: PoolError) -> StoreError {
    let text = error.to_string();
    match text.split_once(": ") {
        Some((_, reason)) => StoreError::Unavailable(reason.trim().to_owned()),
        None => StoreError::Busy,
    }
}

#[cfg(feature = "postgres")]
fn open_postgres(options: &Options, counted: &Counted) -> Result<Pools, OpenError> {
    let url = with_patience(&options.url);
    // The pool would try again and again; whoever starts the server wants to know at once.
    PgConnection::establish(&url).map_err(|error| OpenError::Unreachable(error.to_string().trim().to_owned()))?;
    let manager = Watching::new(url, SETUP_POSTGRES, counted.clone());
    let pool = build(manager, options.pool_size, options, Box::new(NopConnectionCustomizer));
    pool.map(Pools::Postgres).map_err(|error| OpenError::Unreachable(error.to_string()))
}

/// Nobody waits for ever: not for a lock, not for a statement, and the server not for a client that is gone, whose
/// locks it would keep. PostgreSQL would compile statements over many rows for longer than it takes to run them.
#[cfg(feature = "postgres")]
const SETUP_POSTGRES: &str = "
    SET lock_timeout = '5s';
    SET statement_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s';
    SET tcp_keepalives_idle = 10;
    SET tcp_keepalives_interval = 3;
    SET tcp_keepalives_count = 3;
    SET jit = off;";

fn open_sqlite(path: &Path, options: &Options, counted: &Counted) -> Result<Pools, OpenError> {
    let not_writable =
        |reason: &dyn Display| OpenError::NotWritable { path: path.to_owned(), reason: reason.to_string() };
    let name = path.to_str().unwrap_or_default();
    if name.is_empty() || name.starts_with(":memory:") {
        // Each connection of a pool would have a memory of its own.
        return Err(OpenError::UnsupportedUrl(options.url.clone()));
    }
    // For its owner only; the files that SQLite makes beside it take its mode.
    let opened = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    let file = opened.and_then(|opened| DatabaseFile::of(path, &opened)).map_err(|error| not_writable(&error))?;
    // The first connection changes the file to write-ahead logging: that needs the directory, too.
    let name = existing(name);
    SqliteConnection::establish(&name)
        .map_err(|error| error.to_string())
        .and_then(|mut first| first.batch_execute(&setup_sqlite(options.durable)).map_err(|error| error.to_string()))
        .map_err(|error| not_writable(&error))?;
    let writing = setup_sqlite(options.durable);
    let reading = format!("{writing} PRAGMA query_only = ON;");
    let pool = |size, sql| {
        let setup = Setup { sql, counted: counted.clone() };
        build(ConnectionManager::new(name.as_str()), size, options, Box::new(setup))
            .map_err(|error| not_writable(&error))
    };
    Ok(Pools::Sqlite { writer: pool(1, writing)?, readers: pool(options.pool_size, reading)?, file })
}

/// The file as SQLite opens it without making it: one that was deleted must not come back empty with the next
/// connection. What has a meaning in such a name is escaped.
fn existing(path: &str) -> String {
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // Two slashes at the beginning would name a host.
    let root = if path.starts_with("//") { "//" } else { "" };
    format!("file:{root}{path}?mode=rw")
}

fn setup_sqlite(durable: bool) -> String {
    let synchronous = if durable { "FULL" } else { "NORMAL" };
    // The timeout comes first: the next line already needs a lock. The cache is in KiB, for each connection;
    // the log is cut back to 64 MiB when a long read has let it grow.
    format!(
        "PRAGMA busy_timeout = 5000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = {synchronous};
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -2048;
         PRAGMA journal_size_limit = 67108864;"
    )
}

fn build<M: ManageConnection>(
    manager: M,
    size: u32,
    options: &Options,
    setup: Box<dyn CustomizeConnection<M::Connection, M::Error>>,
) -> Result<Pool<M>, PoolError> {
    Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(1))
        .connection_timeout(options.acquire_timeout)
        // A test would cost a round trip each time; broken connections show themselves (see `transaction`), silent
        // ones are given up (see `silence`).
        .test_on_check_out(false)
        .connection_customizer(setup)
        .error_handler(Box::new(Log))
        .build(manager)
}

/// Statements that each new connection to SQLite runs; what it is asked from then on is counted.
#[derive(Debug)]
struct Setup {
    sql: String,
    counted: Counted,
}

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Setup {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(&self.sql).map_err(diesel::r2d2::Error::QueryError)?;
        conn.set_instrumentation(Counting::new(&self.counted));
        Ok(())
    }
}

/// Tells of connections that could not be made.
#[derive(Debug)]
struct Log;

impl<E: Display> HandleError<E> for Log {
    fn handle_error(&self, error: E) {
        tracing::warn!(%error, "no connection to the database");
    }
}
