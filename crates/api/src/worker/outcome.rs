//! What became of a task, and why it could not be done.

use crate::http::problem::Problem;
use provisioning::ProvisioningError;

/// What is waited for, in the words that operators see.
pub const MICROSOFT: &str = "waiting for Microsoft";

/// What became of a task.
pub enum Outcome {
    /// Finished, together with its result.
    Done,
    /// A step is done; the next may follow at once.
    Next,
    /// Microsoft is not ready: look again later.
    Wait(time::Duration),
    /// The same, and written already.
    Waits,
    /// Somebody else is not ready, and why.
    Hold(time::Duration, String),
}

/// Why a task could not be done.
pub enum Trouble {
    /// Microsoft did not do it, or did not say.
    PartnerCenter(ProvisioningError),
    /// Somebody else answered what nobody understands.
    Garbled(String),
    /// Something of ours broke, or a rule said no.
    Own(Problem),
    /// Another worker took the task over.
    LeaseLost,
}

impl From<ProvisioningError> for Trouble {
    fn from(error: ProvisioningError) -> Self {
        Self::PartnerCenter(error)
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Own(problem)
    }
}

impl From<store::StoreError> for Trouble {
    fn from(error: store::StoreError) -> Self {
        Self::Own(error.into())
    }
}

impl store::Failure for Trouble {
    fn store_error(&self) -> Option<&store::StoreError> {
        match self {
            Self::Own(problem) => store::Failure::store_error(problem),
            Self::PartnerCenter(_) | Self::Garbled(_) | Self::LeaseLost => None,
        }
    }
}
