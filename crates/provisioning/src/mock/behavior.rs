//! What Microsoft leaves open, or does sooner or later: set for each mock.

use time::Duration;

/// What Microsoft leaves open, or does sooner or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behavior {
    /// When a subscription is provided.
    pub provisioning: Provisioning,
    /// How long an order is not listed after its check-out; up to 15 minutes at Microsoft.
    pub order_lag: Duration,
    /// What a second check-out is told; sources differ.
    pub repeated_check_out: RepeatedCheckOut,
    /// Whether licences can be given back (`800090`) and subscriptions cancelled (`900117`) only within 168 hours of
    /// their purchase by the mock's clock (30 days for a perpetual licence). Off where the marketplace has a
    /// clock of its own (N-10).
    pub windows: bool,
}

impl Default for Behavior {
    /// Provided on the second poll, orders listed at once, a second check-out refused, no windows.
    fn default() -> Self {
        Self {
            provisioning: Provisioning::AfterPolls(1),
            order_lag: Duration::ZERO,
            repeated_check_out: RepeatedCheckOut::Refused,
            windows: false,
        }
    }
}

/// When a subscription is provided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisioning {
    /// After so many polls that say "not yet".
    AfterPolls(u32),
    /// So long after its order.
    After(Duration),
}

/// What a check-out of a submitted cart is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatedCheckOut {
    /// With the first one's request id its answer again; else `800065`, as the table of codes says.
    Refused,
    /// `800065` even then: nobody promises that a check-out minds its request id.
    AlwaysRefused,
    /// The first one's answer, as a third party saw.
    SameAnswer,
}
