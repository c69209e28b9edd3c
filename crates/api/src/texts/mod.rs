//! All sentences that people read.

pub mod dates;
#[cfg(test)]
pub mod flaws;
pub mod lang;
pub mod phrases;
pub mod place;
pub mod plans;
pub mod policies;
pub mod problems;
