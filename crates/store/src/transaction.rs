//! Transactions: the only place that begins, commits and rolls back.

use crate::connection::{Conn, Engine, OpenError, Options, PoolState, Pools};
use crate::counted::{Asked, Counted};
use crate::error::{Failure, StoreError};
use crate::licences_mark::LicencesMarks;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use domain::id::CustomerId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often work is done in all, when each time others got in its way.
const ATTEMPTS: u32 = 5;

/// How long dead connections are exchanged for others: after that it is the database that is dead.
const EXCHANGING: Duration = Duration::from_secs(5);

/// The database. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    counted: Counted,
    licences: LicencesMarks,
    /// The last write failed because nothing can be written.
    unwritable: Arc<AtomicBool>,
}

impl Store {
    /// Opens the database; makes the file of a SQLite database that is not there.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let counted = Counted::default();
        let pools = Pools::open(options, &counted)?;
        Ok(Self { pools, counted, licences: LicencesMarks::default(), unwritable: Arc::default() })
    }

    /// Reads in one transaction: all queries see the same state.
    pub fn read<T, E: Failure>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.connected(Pools::reader, |mut conn| {
            let sql = match conn {
                #[cfg(feature = "postgres")]
                Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Conn::Sqlite(_) => "BEGIN DEFERRED",
            };
            begin(&mut conn, sql)?;
            let result = work(&mut conn);
            end(&mut conn, result)
        })
    }

    /// Reads without a transaction: cheaper, for work that is a single query.
    pub fn read_one<T, E: Failure>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.connected(Pools::reader, |mut conn| work(&mut conn))
    }

    /// Writes in one transaction: all of it or, on an error, nothing. Where others got in its way (a
    /// deadlock, a lock not had), the work is done again: it must have no other effects.
    pub fn write<T, E: Failure>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let mut conn = self.begin_writing()?;
            let result = work(&mut conn);
            let result = end(&mut conn, result);
            drop(conn);
            self.licences.move_on();
            self.note(&result);
            let busy = result.as_ref().is_err_and(|error| error.store_error() == Some(&StoreError::Busy));
            if !busy || attempt == ATTEMPTS {
                return result;
            }
            std::thread::sleep(Duration::from_millis(5 << attempt));
            attempt += 1;
        }
    }

    /// Writes by one statement, which is a transaction by itself: cheaper. Tried again as in [`Store::write`].
    pub fn write_one<T, E: Failure>(&self, mut work: impl FnMut(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            // A connection that turns out to be dead is no reason to do it twice: it may have had its effect.
            let result = work(&mut self.pools.writer()?);
            self.licences.move_on();
            self.note(&result);
            let busy = result.as_ref().is_err_and(|error| error.store_error() == Some(&StoreError::Busy));
            if !busy || attempt == ATTEMPTS {
                return result;
            }
            std::thread::sleep(Duration::from_millis(5 << attempt));
            attempt += 1;
        }
    }

    /// Whether the database answers and, where it lately could not write, whether it can again.
    pub fn ping(&self) -> Result<(), StoreError> {
        self.pools.file()?;
        self.read_one(|conn| Ok::<_, StoreError>(on!(conn, c => c.batch_execute("SELECT 1"))?))?;
        if self.unwritable.load(Ordering::Relaxed) {
            self.write(|tx| Ok::<_, StoreError>(on!(tx, c => c.batch_execute(WRITE_SOMETHING))?))?;
        }
        Ok(())
    }

    /// Whether SQLite's file is still the one that was opened: [`StoreError::Lost`] where it was deleted or replaced.
    pub fn still_there(&self) -> Result<(), StoreError> {
        self.pools.file()
    }

    /// Remembers whether the database can write.
    fn note<T, E: Failure>(&self, result: &Result<T, E>) {
        match result.as_ref().map_err(Failure::store_error) {
            Ok(_) if self.unwritable.swap(false, Ordering::Relaxed) => tracing::info!("the database can write again"),
            Err(Some(StoreError::Unwritable(reason))) if !self.unwritable.swap(true, Ordering::Relaxed) => {
                tracing::error!(reason, "the database cannot write");
            }
            _ => {}
        }
    }

    /// How the pool of connections stands.
    pub fn pool(&self) -> PoolState {
        self.pools.state()
    }

    /// What the database was asked by this process so far.
    pub fn asked(&self) -> Asked {
        self.counted.asked()
    }

    /// A number that is another one whenever a transaction of this process has changed what a customer owns. Whoever
    /// keeps what was read of it takes the number before reading.
    pub fn licences_mark(&self, customer: CustomerId) -> u64 {
        self.licences.of(customer)
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        match self.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => Engine::Postgres,
            Pools::Sqlite { .. } => Engine::Sqlite,
        }
    }

    /// A connection with a transaction for writing. SQLite's takes the write lock at once: taken later, it
    /// could find that somebody else has written, and fail without waiting.
    fn begin_writing(&self) -> Result<Conn, StoreError> {
        self.connected(Pools::writer, |mut conn| {
            let sql = match conn {
                #[cfg(feature = "postgres")]
                Conn::Postgres(_) => "BEGIN",
                Conn::Sqlite(_) => "BEGIN IMMEDIATE",
            };
            begin(&mut conn, sql)?;
            Ok(conn)
        })
    }

    /// Tries again while pooled connections turn out to be dead, as all do once the server was started
    /// anew: each failure takes one out of the pool. Only for what has no effect when it fails.
    fn connected<T, E: Failure>(
        &self,
        lend: impl Fn(&Pools) -> Result<Conn, StoreError>,
        mut attempt: impl FnMut(Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let begun = Instant::now();
        for _ in 0..self.pools.state().connections {
            match attempt(lend(&self.pools)?) {
                Err(error)
                    if matches!(error.store_error(), Some(StoreError::Unavailable(_)))
                        && begun.elapsed() < EXCHANGING => {}
                result => return result,
            }
        }
        attempt(lend(&self.pools)?)
    }
}

/// Takes a page or a row like any write; all that comes of it is that every process reads that marketplace once more.
/// An empty installation has no marketplace, and then nothing to write.
const WRITE_SOMETHING: &str = "UPDATE marketplaces SET version = version + 1 \
     WHERE id = (SELECT id FROM marketplaces ORDER BY id LIMIT 1)";

fn begin(conn: &mut Conn, sql: &str) -> Result<(), StoreError> {
    Ok(on!(conn, c => AnsiTransactionManager::begin_transaction_sql(c, sql))?)
}

/// Commits what went well and rolls back what did not. A rollback that fails breaks the connection; the
/// pool drops it, and the database rolls back by itself.
fn end<T, E: Failure>(conn: &mut Conn, result: Result<T, E>) -> Result<T, E> {
    match result {
        Ok(value) => {
            on!(conn, c => AnsiTransactionManager::commit_transaction(c)).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => {
            if let Err(rollback) = on!(conn, c => AnsiTransactionManager::rollback_transaction(c)) {
                tracing::debug!(error = %rollback, "rollback failed");
            }
            Err(error)
        }
    }
}
