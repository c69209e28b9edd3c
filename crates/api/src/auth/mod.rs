//! Getting in: who a caller is, and what it may do.

pub mod caller;
pub mod password;
pub mod permits;
pub mod token;
