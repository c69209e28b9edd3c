//! How much this process asks of its database: statements and transactions, counted on every pooled connection.

use diesel::connection::{Instrumentation, InstrumentationEvent, get_default_instrumentation};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the database was asked so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Statements, each of them a round trip to a server; `BEGIN`, `COMMIT` and `ROLLBACK` count, too. Not counted is
    /// what sets a new connection up.
    pub statements: u64,
    /// Transactions that were begun; their two statements are among the statements.
    pub transactions: u64,
}

/// The counts of a process, which its connections share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted(Arc<[AtomicU64; 2]>);

impl Counted {
    pub(crate) fn asked(&self) -> Asked {
        let [statements, transactions] = [0, 1].map(|place| self.0[place].load(Ordering::Relaxed));
        Asked { statements, transactions }
    }
}

/// Counts what one connection is asked.
pub(crate) struct Counting {
    counted: Counted,
    /// Whoever else listens to every connection.
    next: Option<Box<dyn Instrumentation>>,
}

impl Counting {
    pub(crate) fn new(counted: &Counted) -> Self {
        Self { counted: counted.clone(), next: get_default_instrumentation() }
    }
}

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let place = match event {
            InstrumentationEvent::StartQuery { .. } => 0,
            InstrumentationEvent::BeginTransaction { .. } => 1,
            _ => return,
        };
        self.counted.0[place].fetch_add(1, Ordering::Relaxed);
        if let Some(next) = &mut self.next {
            next.on_connection_event(event);
        }
    }
}
