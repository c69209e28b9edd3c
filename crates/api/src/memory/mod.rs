//! What a process holds in memory of the database, so that no request asks for it.

pub mod catalogs;
pub mod marketplaces;
pub mod owned;
pub mod profile;
