//! Migrations: part of the binary, one tree for each database.

use crate::connection::Conn;
use crate::error::StoreError;
use crate::transaction::Store;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Any number that nobody else takes in the same database: "kontor" in ASCII.
const LOCK_POSTGRES: &str = "SELECT pg_advisory_xact_lock(118126338666354)";

type AnyError = Box<dyn std::error::Error + Send + Sync>;

impl Store {
    /// Brings the tables up to date, all of it or nothing. Of several processes that start at once one
    /// does it while the others wait: on SQLite for the write lock, on PostgreSQL for a lock of our own.
    pub fn migrate(&self) -> Result<(), StoreError> {
        self.write(|tx| match tx {
            #[cfg(feature = "postgres")]
            Conn::Postgres(c) => {
                // A table of millions takes its time.
                c.batch_execute("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0")?;
                c.batch_execute(LOCK_POSTGRES)?;
                c.run_pending_migrations(POSTGRES).map(|_| ()).map_err(failed)
            }
            Conn::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|_| ()).map_err(failed),
        })
    }
}

fn failed(error: AnyError) -> StoreError {
    StoreError::Other(format!("migration: {error}"))
}

/// Whether the tables are older than this program.
#[cfg(test)]
pub(crate) fn is_pending(tx: &mut Conn) -> Result<bool, StoreError> {
    match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => c.has_pending_migration(POSTGRES).map_err(failed),
        Conn::Sqlite(c) => c.has_pending_migration(SQLITE).map_err(failed),
    }
}

/// Takes every migration back.
#[cfg(test)]
pub(crate) fn revert_all(tx: &mut Conn) -> Result<(), StoreError> {
    match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => c.revert_all_migrations(POSTGRES).map(|_| ()).map_err(failed),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE).map(|_| ()).map_err(failed),
    }
}

/// Takes back a migration, by its version, and all that came after it.
#[cfg(test)]
pub(crate) fn revert_from(tx: &mut Conn, version: &str) -> Result<(), StoreError> {
    loop {
        let reverted = match tx {
            #[cfg(feature = "postgres")]
            Conn::Postgres(c) => c.revert_last_migration(POSTGRES),
            Conn::Sqlite(c) => c.revert_last_migration(SQLITE),
        };
        if reverted.map_err(failed)?.to_string() == version {
            return Ok(());
        }
    }
}
