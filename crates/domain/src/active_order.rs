//! One active order of a thing: what the unit of it is, its policy says.

use crate::id::SubscriptionId;
use crate::policy::OneActivePer;
use crate::refusal::Refusal;

/// An order that is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveOrder {
    /// The subscription that came of it.
    pub subscription_id: SubscriptionId,
    /// How many licences that has.
    pub quantity: u32,
}

/// What a customer has already of what another order would be of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActiveOrders {
    /// Of the same product.
    pub of_product: Option<ActiveOrder>,
    /// Of the same edition, or what will be of it by a change that waits.
    pub of_sku: Option<ActiveOrder>,
}

impl ActiveOrders {
    /// Why there is no second one, where a policy allows one of its unit (G-20).
    pub fn refusal(self, unit: OneActivePer) -> Option<Refusal> {
        let there = match unit {
            OneActivePer::None => None,
            OneActivePer::Product => self.of_product,
            OneActivePer::Sku => self.of_sku,
        };
        there.map(|ActiveOrder { subscription_id, quantity }| Refusal::ActiveOrderExists { subscription_id, quantity })
    }
}
