//! Subscriptions: each read within a scope, changed as a value and saved whole.

mod due;
mod ending;
mod parked;
mod reading;
mod rebilling;
mod rows;
mod saving;

pub use due::{Due, claim_due, due_ids_unscoped, due_marketplaces_unscoped, next_due_unscoped};
pub use parked::{Parked, heed_clock, park, parked_unscoped, to_retry_unscoped, unpark};
pub(crate) use reading::RUNNING;
pub use reading::{Filter, add_ons, ever_ordered, get, list, of_customer, of_ids, owned};
pub use rebilling::{bill_to, rebill};
pub use rows::Owned;
pub use saving::{Moved, activate, followed, insert_all, lock, save, save_moved, set_external_id, set_status};
