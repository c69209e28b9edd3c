//! Versions: each change of a thing counts, so that nobody writes over what they have not seen.

use crate::error::{Result, StoreError};
use time::OffsetDateTime;

/// A thing with what the store adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The thing as the domain knows it.
    pub value: T,
    /// Counts each change; the ETag.
    pub version: i64,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it was changed last; none of what does not remember it.
    pub updated_at: Option<OffsetDateTime>,
}

/// The version after the current one, where the current one is as expected.
pub(crate) fn next_version(current: i64, expected: Option<i64>) -> Result<i64> {
    if expected.is_some_and(|expected| expected != current) { Err(StoreError::Stale) } else { Ok(current + 1) }
}
