//! The platform: who runs this installation, and its marketplaces.

pub mod command_line;
pub mod marketplaces;
pub mod operators;
