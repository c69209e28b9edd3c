//! All sentences that people read.

pub mod lang;
pub mod policies;
pub mod problems;
