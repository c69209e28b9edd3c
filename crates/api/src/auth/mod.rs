//! Getting in: who a caller is, and what it may do.

pub mod caller;
pub mod hashing;
pub mod one_time;
pub mod password;
pub mod permits;
pub mod refusals;
pub mod standing;
pub mod token;
