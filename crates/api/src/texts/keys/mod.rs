//! The keys of the texts that people read, one set for each kind of text. Which file has which keys, and in which
//! order, is held by [`crate::texts::library`].

mod closed;
pub mod mail;
pub mod phrase;
pub mod policy;
