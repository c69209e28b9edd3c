//! Reads price sheets.
