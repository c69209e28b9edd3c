//! All sentences that people read.

pub mod policies;
pub mod problems;
