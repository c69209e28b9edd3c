//! What is counted of a subscription: its licences against the limits of editions, its changes against the most that
//! there may be.

use super::{ScheduledChange, Subscription};
use crate::id::SkuId;

/// So many percent of the changes that a policy allows are used when its people are warned.
const FEW_LEFT_FROM_PERCENT: u64 = 80;

/// How many licences there are, or will be by the change that waits where that is more: what counts against a limit.
pub fn most_quantity(quantity: u32, waits: Option<&ScheduledChange>) -> u32 {
    waits.and_then(ScheduledChange::quantity).map_or(quantity, |then| then.max(quantity))
}

/// What counts against the limits of editions: of its own the most that there are or will be, and of one that it will
/// be by the change that waits what there is.
pub fn counted(
    sku: SkuId,
    quantity: u32,
    most_quantity: u32,
    will_be: Option<SkuId>,
) -> impl Iterator<Item = (SkuId, u32)> {
    let then = will_be.filter(|then| *then != sku).map(|then| (then, quantity));
    [(sku, most_quantity)].into_iter().chain(then)
}

impl Subscription {
    /// As [`most_quantity`], of this one.
    pub fn most_quantity(&self) -> u32 {
        most_quantity(self.quantity, self.pending.as_ref())
    }

    /// How many more changes its policy allows; none where it sets no limit.
    pub fn updates_left(&self) -> Option<u32> {
        self.policy.rules.max_changes.map(|most| most.saturating_sub(self.changes))
    }

    /// Whether few changes are left of those that its policy allows.
    pub fn few_updates_left(&self) -> bool {
        let used = u64::from(self.changes) * 100;
        self.policy.rules.max_changes.is_some_and(|most| used >= u64::from(most) * FEW_LEFT_FROM_PERCENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u33_what_waits_to_be_of_another_edition_counts_for_both() {
        let (e1, e3) = (SkuId::from_u128(1), SkuId::from_u128(3));
        let of = |will_be| counted(e1, 5, 8, will_be).collect::<Vec<_>>();
        assert_eq!(of(None), [(e1, 8)]);
        assert_eq!(of(Some(e3)), [(e1, 8), (e3, 5)]);
        // Another term of the same edition.
        assert_eq!(of(Some(e1)), [(e1, 8)]);
    }
}
