//! The platform: the marketplaces of this installation.

pub mod marketplaces;
