//! The platform: who runs this installation, and its marketplaces.

pub mod marketplaces;
pub mod operators;
