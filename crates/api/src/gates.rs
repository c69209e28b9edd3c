//! Who waits on a thread, and for what: reads of the database, writes, and questions to Microsoft have each their own
//! number of threads. Writers that wait for each other keep no reader waiting, and a Microsoft that takes its time
//! neither. Whoever waits for a turn needs no thread, and is told to come again after a while.

use crate::http::problem::{Code, Problem};
use actix_web::web;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::{Engine, Store};
use tokio::sync::Semaphore;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many may wait at a gate; who comes then is sent away at once.
const LONGEST_QUEUE: usize = 1_000;
/// One writes, and the next has its connection as soon as that is done.
const SQLITE_WRITERS: usize = 2;
/// Questions to Microsoft at a time.
const QUESTIONS: usize = 4;

/// The gates of a process.
pub struct Gates {
    reads: Gate,
    writes: Gate,
    questions: Gate,
}

impl Gates {
    /// As many as the database has connections for. On PostgreSQL readers and writers share them, and a quarter is
    /// never taken by writers.
    pub fn of(store: &Store) -> Self {
        let pool = store.pool().max as usize;
        let (reads, writes) = match store.engine() {
            Engine::Sqlite => (pool.saturating_sub(1).max(1), SQLITE_WRITERS),
            Engine::Postgres => (pool, (pool - pool.div_ceil(4)).max(1)),
        };
        Self { reads: Gate::new(reads), writes: Gate::new(writes), questions: Gate::new(QUESTIONS) }
    }

    /// The most threads that wait at a time, with a few for whatever passes no gate.
    pub const fn threads(&self) -> usize {
        self.reads.width + self.writes.width + self.questions.width + 4
    }

    /// Lets work through that reads the database.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.reads.pass(work).await
    }

    /// Lets work through that writes to the database.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.writes.pass(work).await
    }

    /// Lets work through that waits for Microsoft.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.questions.pass(work).await
    }

    /// How many requests wait until it is their turn to write.
    pub fn writers_waiting(&self) -> usize {
        self.writes.waiting.load(Ordering::Relaxed)
    }
}

/// Lets so many through at a time.
struct Gate {
    width: usize,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Gate {
    fn new(width: usize) -> Self {
        Self { width, turns: Arc::new(Semaphore::new(width)), waiting: AtomicUsize::new(0) }
    }

    /// Does the work on a thread when its turn comes. Once begun it goes on, and keeps its turn, when nobody waits for
    /// the answer any more.
    async fn pass<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let waiting = Waiting::at(&self.waiting)?;
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        drop(waiting);
        let turn = turn.map_err(|_| too_many())?.map_err(Problem::internal)?;
        let done = web::block(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(Problem::internal)?
    }
}

/// A place in the queue; given back also by a client that goes away.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn at(queue: &'a AtomicUsize) -> Result<Self, Problem> {
        let before = queue.fetch_add(1, Ordering::Relaxed);
        let place = Self(queue);
        if before < LONGEST_QUEUE { Ok(place) } else { Err(too_many()) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn too_many() -> Problem {
    Problem::unavailable(Code::Unavailable, "too many requests wait for the database")
}
