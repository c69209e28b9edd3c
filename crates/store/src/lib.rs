//! What is remembered: one set of queries over SQLite and PostgreSQL.
//!
//! [`Store`] opens the database and hands out connections inside of transactions; the modules are
//! plain functions over them, one module an aggregate: `orders::insert(tx, &order)`. This crate holds
//! no rule. It answers only that something is not found, conflicts, is stale or corrupt, or that the
//! database is busy or gone ([`StoreError`]). Whose data is read is part of every read
//! ([`domain::access::Scope`]); what is not the caller's is not found.

#[macro_use]
mod connection;
#[macro_use]
mod statement;
#[macro_use]
pub mod page;

mod error;
mod migrate;
mod schema;
mod transaction;
mod types;

pub mod account_consents;
pub mod agreements;
pub mod api_clients;
pub mod assignments;
pub mod audit;
pub mod branches;
pub mod carts;
pub mod catalog;
pub mod changes;
pub mod charges;
pub mod customer_numbers;
pub mod customers;
pub mod delegations;
pub mod idempotency;
pub mod login_attempts;
pub mod marketplaces;
pub mod notifications;
pub mod one_time_tokens;
pub mod orders;
pub mod outbox;
pub mod policies;
pub mod price_lists;
pub mod product_keys;
pub mod provisionings;
pub mod redemptions;
pub mod refresh_tokens;
pub mod registrations;
pub mod resellers;
pub mod roles;
pub mod sessions;
pub mod subscriptions;
pub mod tenants;
pub mod users;

#[cfg(test)]
mod tests;

pub use connection::{Conn, Engine, OpenError, Options, PoolState};
pub use error::{Failure, StoreError};
pub use transaction::Store;

use domain::access::Scope;
use domain::id::MarketplaceId;
use time::OffsetDateTime;

/// The answer of a query.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A thing with what the store adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The thing.
    pub value: T,
    /// Counts each change; the ETag.
    pub version: i64,
    /// When it was created.
    pub created_at: OffsetDateTime,
}

/// A count from a column; databases have no unsigned numbers.
fn count(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| StoreError::Corrupt(format!("a count of {number}")))
}

/// The version after the current one, where the current one is as expected.
fn next_version(current: i64, expected: Option<i64>) -> Result<i64> {
    if expected.is_some_and(|expected| expected != current) { Err(StoreError::Stale) } else { Ok(current + 1) }
}

/// Holds an update of a version that was just read against how many rows it found. None: somebody else
/// was faster, and the transaction is to run again on what is there now.
fn updated(rows: usize) -> Result<()> {
    if rows == 0 { Err(StoreError::Busy) } else { Ok(()) }
}

/// The marketplace, for what only its provider sees; for all others there is nothing.
fn provider(scope: &Scope) -> Result<MarketplaceId> {
    match scope {
        Scope::Marketplace(id) => Ok(*id),
        Scope::Reseller(..) | Scope::Customer(..) => Err(StoreError::NotFound),
    }
}

/// Holds what was to be changed or deleted by id against how many rows there were.
fn found(rows: usize) -> Result<()> {
    if rows == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
