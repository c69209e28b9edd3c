//! Subscriptions: each read within a scope, changed as a value and saved whole.

mod due;
mod ending;
mod reading;
mod rows;
mod saving;

pub use due::{claim_due, next_due_unscoped};
pub(crate) use reading::RUNNING;
pub use reading::{Filter, add_ons, get, list, of_customer, owned};
pub use rows::Owned;
pub use saving::{Moved, activate, insert_all, lock, save, save_moved, set_external_id, set_status};
