//! Getting in: who a caller is, and what it may do.

pub mod caller;
pub mod delegated;
pub mod device;
pub mod hashing;
pub mod limiter;
pub mod limits;
pub mod on_behalf;
pub mod one_time;
pub mod password;
pub mod permits;
pub mod power;
pub mod refusals;
pub mod shared_counts;
pub mod standing;
pub mod token;
