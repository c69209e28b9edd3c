//! What an add-on can be added to: a subscription that runs, or one that a line of a cart begins.

use crate::calendar::Day;
use crate::id::{InvalidId, LineId, SubscriptionId};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// What an add-on belongs to; written as the id of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BaseId {
    /// A subscription of the customer.
    Subscription(SubscriptionId),
    /// The subscription that a line of the same cart begins.
    Line(LineId),
}

impl fmt::Display for BaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscription(id) => id.fmt(f),
            Self::Line(id) => id.fmt(f),
        }
    }
}

impl FromStr for BaseId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.parse() {
            Ok(line) => Ok(Self::Line(line)),
            Err(_) => text.parse().map(Self::Subscription),
        }
    }
}

impl Serialize for BaseId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something that an add-on can be added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// What the add-on's line says to mean it.
    pub id: BaseId,
    /// What people call it: its edition.
    pub name: String,
    /// How many licences it has.
    pub quantity: u32,
    /// Its last day, where its end is settled.
    pub ends_on: Option<Day>,
}

/// The one that is named, else the only one that there is.
///
/// # Errors
/// Those that there are: none, several of which none is named, or none that is the named one.
pub fn chosen(mut candidates: Vec<Base>, named: Option<BaseId>) -> Result<Base, Vec<Base>> {
    let found = match named {
        Some(named) => candidates.iter().position(|base| base.id == named),
        None => (candidates.len() == 1).then_some(0),
    };
    found.map(|found| candidates.swap_remove(found)).ok_or(candidates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_a_subscription_or_a_line() {
        let (subscription, line) = (SubscriptionId::from_u128(7), LineId::from_u128(7));
        assert_eq!(subscription.to_string().parse(), Ok(BaseId::Subscription(subscription)));
        assert_eq!(line.to_string().parse(), Ok(BaseId::Line(line)));
        assert_eq!(BaseId::Line(line).to_string(), line.to_string());
        assert!("ord_00000000000000000000000007".parse::<BaseId>().is_err());
    }
}
