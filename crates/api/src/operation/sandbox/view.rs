//! A sandbox's clock as it is shown, and as it is to be.

use crate::clock::instant;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// The clock of a sandbox marketplace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxClock {
    /// The marketplace's now, in UTC; it only moves forward.
    #[schema(format = DateTime, max_length = 40, example = "2027-04-06T09:00:00Z")]
    pub now: String,
}

/// A clock that shows an instant.
pub fn view(now: OffsetDateTime) -> SandboxClock {
    SandboxClock { now: instant(now) }
}
