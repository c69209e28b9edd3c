//! All sentences that people read: they stand in `texts/*/*.ftl`, a folder a language; here is who says which, and what
//! is written in their places.

pub mod dates;
#[cfg(test)]
pub mod flaws;
pub mod keys;
pub mod lang;
pub mod library;
pub mod numbers;
pub mod phrases;
pub mod place;
pub mod plans;
pub mod policies;
pub mod problems;
pub mod reading;
