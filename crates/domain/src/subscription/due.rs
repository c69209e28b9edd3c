//! A subscription of which something is due, or is asked what will be.

use super::Subscription;
use super::change::Offered;

/// What is known when something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<'a> {
    /// The subscription as it stands before the instant.
    pub subscription: &'a Subscription,
    /// The offers of its product with the prices of the instant.
    pub offers: &'a [Offered],
    /// How many people have a licence of it.
    pub assigned: u32,
    /// What it is an add-on of, as that stands.
    pub base: Option<&'a Subscription>,
}
