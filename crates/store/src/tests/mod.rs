//! Tests of the store: each runs on SQLite, and on PostgreSQL where `KONTOR_TEST_POSTGRES_URL` names a server.

mod changes;
mod fixture;
mod frozen;
mod idempotency;
mod identity;
mod keys;
mod letting_in;
mod licenses;
mod lifecycle;
mod ordering;
mod organizations;
mod outbox;
mod payers;
mod people;
mod prepared;
mod pricing;
mod schema;
mod transactions;

use crate::connection::{Conn, Options};
use crate::error::Result;
use crate::transaction::Store;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// `both!(name, …)`: runs each test function on each database.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[test]
                fn $name() {
                    super::$name(&crate::tests::TestStore::sqlite());
                }
            )+
        }

        mod postgres {
            $(
                #[test]
                fn $name() {
                    if let Some(store) = crate::tests::TestStore::postgres() {
                        super::$name(&store);
                    }
                }
            )+
        }
    };
}
use both;

/// A database of its own for a test, gone afterwards.
struct TestStore {
    store: Store,
    options: Options,
    place: Place,
}

enum Place {
    Sqlite { _dir: TempDir },
    Postgres { server: String, database: String },
}

impl TestStore {
    /// An up-to-date SQLite file.
    fn sqlite() -> Self {
        let test = Self::empty_sqlite();
        test.store.migrate().unwrap();
        test
    }

    /// An up-to-date PostgreSQL database, where there is a server.
    fn postgres() -> Option<Self> {
        let test = Self::empty_postgres()?;
        test.store.migrate().unwrap();
        Some(test)
    }

    fn empty_sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options::new(&format!("sqlite:{}", dir.path().join("kontor.db").display()));
        let options = Options { durable: false, ..options };
        Self { store: Store::open(&options).unwrap(), options, place: Place::Sqlite { _dir: dir } }
    }

    #[allow(clippy::disallowed_methods, reason = "the test server is named by the environment")]
    fn empty_postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("KONTOR_TEST_POSTGRES_URL").ok()?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = format!("store_{}_{count}", std::process::id());
        administer(&server, &format!("CREATE DATABASE {database}"));
        let (base, _) = server.rsplit_once('/').unwrap();
        let options = Options::new(&format!("{base}/{database}"));
        let store = Store::open(&options).unwrap();
        Some(Self { store, options, place: Place::Postgres { server, database } })
    }

    /// Writes with a store error.
    fn write<T>(&self, work: impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
        self.store.write(work)
    }

    /// Reads with a store error.
    fn read<T>(&self, work: impl FnMut(&mut Conn) -> Result<T>) -> Result<T> {
        self.store.read(work)
    }

    /// Runs SQL as it is.
    fn execute(&self, sql: &str) -> Result<()> {
        self.write(|tx| Ok(on!(tx, c => c.batch_execute(sql))?))
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Place::Postgres { server, database } = &self.place {
            administer(server, &format!("DROP DATABASE {database} WITH (FORCE)"));
        }
    }
}

fn administer(server: &str, sql: &str) {
    PgConnection::establish(server).unwrap().batch_execute(sql).unwrap();
}
