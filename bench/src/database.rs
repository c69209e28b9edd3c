//! The databases that are measured: a SQLite file in a directory, or a database of a PostgreSQL server.

use crate::process::Server;
use crate::{Result, Settings};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Makes the names of databases different.
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// Which kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Engine {
    /// Its name for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A database nobody else uses.
pub(crate) enum Database {
    /// A file, with the server's other files beside it; removed at the end.
    Sqlite(TempDir),
    /// On a throw-away server: never removed.
    Postgres {
        /// The server's address, without a database.
        server: String,
        /// The database.
        name: String,
    },
}

impl Database {
    /// An empty file.
    pub(crate) fn sqlite() -> Result<Self> {
        Ok(Self::Sqlite(TempDir::with_prefix("kontor-bench")?))
    }

    /// An empty database of a server.
    pub(crate) fn postgres(url: &str) -> Result<Self> {
        let (server, _) = url.rsplit_once('/').ok_or("no database in the server's address")?;
        Self::create(server, "template1")
    }

    fn create(server: &str, template: &str) -> Result<Self> {
        let name = format!("bench_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        psql(&format!("{server}/postgres"), &format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
        Ok(Self::Postgres { server: server.to_owned(), name })
    }

    /// The same again; no server may have it open.
    pub(crate) fn copy(&self) -> Result<Self> {
        match self {
            Self::Sqlite(from) => {
                let to = TempDir::with_prefix("kontor-bench")?;
                for entry in std::fs::read_dir(from.path())? {
                    let entry = entry?;
                    // Mails lie in a folder of their own; no copy needs them.
                    if !entry.file_type()?.is_file() {
                        continue;
                    }
                    std::fs::copy(entry.path(), to.path().join(entry.file_name()))?;
                }
                Ok(Self::Sqlite(to))
            }
            Self::Postgres { server, name } => Self::create(server, name),
        }
    }

    /// As `KONTOR_DATABASE_URL` names it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(directory) => format!("sqlite:{}", file(directory.path()).display()),
            Self::Postgres { server, name } => format!("{server}/{name}"),
        }
    }

    /// Which kind it is.
    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The lines that a query gives, one text each.
    pub(crate) fn query(&self, sql: &str) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(_) => {
                let connection = self.open_sqlite()?;
                let mut statement = connection.prepare(sql)?;
                let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
                Ok(lines.collect::<std::result::Result<_, _>>()?)
            }
            Self::Postgres { .. } => psql(&self.url(), sql),
        }
    }

    /// A connection of our own, as durable as Kontor's: `crates/store/src/connection.rs`.
    pub(crate) fn open_sqlite(&self) -> Result<rusqlite::Connection> {
        let url = self.url();
        let connection = rusqlite::Connection::open(url.strip_prefix("sqlite:").ok_or("not a SQLite database")?)?;
        connection.execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048;",
        )?;
        Ok(connection)
    }
}

fn file(directory: &Path) -> std::path::PathBuf {
    directory.join("kontor.db")
}

fn psql(url: &str, sql: &str) -> Result<Vec<String>> {
    let output = Command::new("psql").args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, url]).output()?;
    if !output.status.success() {
        return Err(format!("psql: {sql}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

/// Lets Kontor migrate an empty database and fill it with the demo data.
pub(crate) fn with_demo_data(settings: &Settings, empty: Database) -> Result<Database> {
    Server::kontor(settings, &empty.url(), &["--demo"])?.stop()?;
    Ok(empty)
}
