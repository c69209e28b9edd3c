//! The few answers of a store that are no rows.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

/// The answer of a query.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why the store could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing, or it is not the caller's.
    #[error("not found")]
    NotFound,
    /// There is one already: which unique thing, as `table.column`.
    #[error("there is one already: {0}")]
    Conflict(&'static str),
    /// It was changed meanwhile: its version is not the expected one.
    #[error("it was changed meanwhile")]
    Stale,
    /// A row says what cannot be.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// No connection became free, or others held the rows for too long; worth trying later.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The database cannot write: its disk is full or broken, or it is read only. Worth trying later.
    #[error("the database cannot write: {0}")]
    Unwritable(String),
    /// SQLite's file was deleted or replaced under the running process: what is written now is lost.
    #[error("the database is lost: {0}")]
    Lost(String),
    /// Anything else: a fault of ours or of the database.
    #[error("database: {0}")]
    Other(String),
}

/// An error that may be a store's: transactions must see which ones are worth another try.
pub trait Failure: From<StoreError> {
    /// The store's error inside, if it is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl Failure for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(kind, information) => of_database(&kind, &*information),
            Error::DeserializationError(reason) => Self::Corrupt(with_sources(&*reason)),
            Error::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            Error::BrokenTransactionManager => Self::Unavailable("the connection broke in a transaction".to_owned()),
            other => Self::Other(other.to_string()),
        }
    }
}

/// The field that could not be read, and why.
fn with_sources(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn of_database(kind: &DatabaseErrorKind, information: &dyn DatabaseErrorInformation) -> StoreError {
    let message = information.message();
    match kind {
        DatabaseErrorKind::UniqueViolation => StoreError::Conflict(unique_thing(information)),
        DatabaseErrorKind::SerializationFailure => StoreError::Busy,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            StoreError::Unavailable(message.trim().to_owned())
        }
        _ if BUSY.iter().any(|text| message.contains(text)) => StoreError::Busy,
        _ if UNWRITABLE.iter().any(|text| message.contains(text)) => StoreError::Unwritable(message.trim().to_owned()),
        _ if UNAVAILABLE.iter().any(|text| message.contains(text)) => {
            StoreError::Unavailable(message.trim().to_owned())
        }
        _ => StoreError::Other(message.to_owned()),
    }
}

/// What diesel has no kind for: SQLite's locks (SQLITE_BUSY, SQLITE_LOCKED), PostgreSQL's deadlock
/// (40P01) and lock timeout (55P03).
const BUSY: [&str; 4] = ["database is locked", "database table is locked", "deadlock detected", "lock timeout"];

/// Nothing can be written: SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY; PostgreSQL's disk_full (53100), io_error (58030)
/// and read_only_sql_transaction (25006), as after a failover to a standby.
const UNWRITABLE: [&str; 7] = [
    "database or disk is full",
    "disk I/O error",
    "readonly database",
    "No space left on device",
    "could not extend file",
    "could not write",
    "in a read-only transaction",
];

/// The server cannot be asked: SQLITE_CANTOPEN; PostgreSQL's admin_shutdown (57P01), cannot_connect_now (57P03),
/// idle_in_transaction_session_timeout (25P03), and the statement timeout (57014): to try that again at once would take
/// as long again.
const UNAVAILABLE: [&str; 5] = [
    "unable to open database file",
    "statement timeout",
    "terminating connection",
    "the database system is",
    "idle-in-transaction timeout",
];

/// What is unique, beyond ids. PostgreSQL says the constraint's name, `users_login`; SQLite the columns,
/// `users.marketplace_id, users.login`, or of an index over expressions its name.
const UNIQUE: [&str; 25] = [
    "marketplaces.slug",
    "policies.version",
    "policy_overrides.version",
    "users.login",
    "users.external_ref",
    "customers.external_ref",
    "branches.name",
    "orders.external_ref",
    "resellers.customer_number",
    "resellers.external_ref",
    "customer_numbers.number",
    "roles.key",
    "account_consents.kind",
    "agreements.customer_id",
    "products.external_id",
    "skus.external_id",
    "price_list_rows.line",
    "price_list_failures.field",
    "offer_matrix_rows.line",
    "offer_matrix_failures.field",
    "provisionings.order_id",
    "orders.cart_id",
    "license_assignments.user_id",
    "registrations.email",
    "jobs.subject",
];

fn unique_thing(information: &dyn DatabaseErrorInformation) -> &'static str {
    let known = |name: &&&'static str| match information.constraint_name() {
        // What is unique in two ways has two indexes.
        Some(constraint) => name.replace('.', "_") == constraint.trim_end_matches("_direct"),
        None => {
            let (message, index) = (information.message(), format!("index '{}'", name.replace('.', "_")));
            message.ends_with(**name) || message.ends_with(&index)
        }
    };
    UNIQUE.iter().find(known).copied().unwrap_or("id")
}
