//! What is remembered: one set of queries over SQLite and PostgreSQL.
//!
//! [`Store`] opens the database and hands out connections inside of transactions; the modules are
//! plain functions over them, one module an aggregate: `orders::insert(tx, &order)`. This crate holds
//! no rule. It answers only that something is not found, conflicts, is stale or corrupt, or that the
//! database is busy or gone ([`StoreError`]). Whose data is read is part of every read
//! ([`domain::access::Scope`]); what is not the caller's is not found. A read that takes no scope ends in `_unscoped`.
//!
//! The feature `postgres` is on by default. Without it nothing of libpq and OpenSSL is built, for whoever only tries
//! the program; its locks of rows are then nobody's, since SQLite has one writer.

#![cfg_attr(not(feature = "postgres"), allow(unused, reason = "what only PostgreSQL needs"))]

#[macro_use]
mod connection;
#[macro_use]
mod statement;
#[macro_use]
pub mod page;

mod counted;
mod error;
mod file;
mod licences_mark;
mod migrate;
mod policy_snapshots;
mod raw;
mod schema;
#[cfg(feature = "postgres")]
mod silence;
mod transaction;
mod types;
mod version;

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
pub mod digests;
pub mod idempotency;
pub mod jobs;
pub mod key_charges;
pub mod login_attempts;
pub mod look;
pub mod marketplaces;
pub mod missing_prices;
pub mod notifications;
pub mod offer_matrices;
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
pub mod request_counts;
pub mod resellers;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod subscriptions;
pub mod tenants;
pub mod users;
pub mod vat_checks;

#[cfg(test)]
mod tests;

pub use connection::{Conn, Engine, OpenError, Options, PoolState};
pub use counted::Asked;
pub use error::{Failure, Result, StoreError};
pub use transaction::Store;
pub use version::Versioned;
