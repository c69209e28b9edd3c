//! What Microsoft's offer matrix says of a SKU, whatever the term, billing cycle and market (U-33):
//! how many of it a customer may have, and what it must own first; and what another matrix changes of that.

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

coded_enum! {
    /// Which subscriptions count towards a limit of them.
    CountedOver {
        /// Those that the customer owns now: `ConcurrentCount`.
        AtOnce = "at_once",
        /// All that it ever ordered, ended ones included.
        Ever = "ever",
    }
}

/// How many subscriptions of a SKU one customer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionLimit {
    /// The most, this number included.
    pub most: u32,
    /// Which of them count.
    pub counted: CountedOver,
}

/// What a matrix says of a SKU.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SkuRules {
    /// The fewest licences of one subscription; none is one.
    pub min_quantity: Option<u32>,
    /// The most licences that one customer may have, over all of its subscriptions; none is no limit.
    pub customer_limit: Option<u32>,
    /// How many subscriptions of it a customer may have; none is no limit.
    pub subscription_limit: Option<SubscriptionLimit>,
    /// Microsoft's ids of SKUs, as `CFQ7TTC0LH18:0001`, of which the customer must own one; an add-on where there are
    /// some.
    pub prerequisites: Vec<String>,
    /// The same of those that it can be upgraded to, also of other products.
    pub upgrade_targets: Vec<String>,
}

coded_enum! {
    /// What the publication of a row of a matrix does, or what a person should know of it before.
    MatrixEffect {
        /// The SKU gets a limit that it had not.
        LimitSet = "limit_set",
        /// Its limit becomes another.
        LimitChanged = "limit_changed",
        /// Its limit is gone.
        LimitRemoved = "limit_removed",
        /// The fewest licences of one subscription become others.
        MinimumChanged = "minimum_changed",
        /// How many subscriptions of it a customer may have is set, changed or gone.
        SubscriptionLimitChanged = "subscription_limit_changed",
        /// A SKU is added to those that it may be an add-on of.
        PrerequisitesAdded = "prerequisites_added",
        /// One of them is gone.
        PrerequisitesRemoved = "prerequisites_removed",
        /// The product or the SKU is called differently.
        Renamed = "renamed",
        /// A person has set another limit: that one holds.
        SetByHand = "set_by_hand",
        /// None of the SKUs that it needs is sold here: it cannot be ordered.
        NoBaseSold = "no_base_sold",
        /// An offer of it is in a market where Microsoft does not allow it.
        MarketNotAllowed = "market_not_allowed",
        /// The SKU is not sold here; what is said of it holds once it is.
        NotSold = "not_sold",
        /// A SKU is added to those that it can be upgraded to.
        UpgradeTargetsAdded = "upgrade_targets_added",
        /// One of them is gone.
        UpgradeTargetsRemoved = "upgrade_targets_removed",
    }
}

impl MatrixEffect {
    /// Whether it changes something; what does not is only to be known.
    pub fn changes(self) -> bool {
        !matches!(self, Self::SetByHand | Self::NoBaseSold | Self::MarketNotAllowed | Self::NotSold)
    }
}

impl SkuRules {
    /// What others of the same SKU change.
    pub fn changes(&self, to: &Self) -> BTreeSet<MatrixEffect> {
        let limit = match (self.customer_limit, to.customer_limit) {
            (None, Some(_)) => Some(MatrixEffect::LimitSet),
            (Some(_), None) => Some(MatrixEffect::LimitRemoved),
            (before, after) => (before != after).then_some(MatrixEffect::LimitChanged),
        };
        // One at least is what holds where nothing is said.
        let least = |of: &Self| of.min_quantity.unwrap_or(1).max(1);
        let missing = |from: &[String], of: &[String]| from.iter().any(|sku| !of.contains(sku));
        let others = [
            (least(self) != least(to), MatrixEffect::MinimumChanged),
            (self.subscription_limit != to.subscription_limit, MatrixEffect::SubscriptionLimitChanged),
            (missing(&to.prerequisites, &self.prerequisites), MatrixEffect::PrerequisitesAdded),
            (missing(&self.prerequisites, &to.prerequisites), MatrixEffect::PrerequisitesRemoved),
            (missing(&to.upgrade_targets, &self.upgrade_targets), MatrixEffect::UpgradeTargetsAdded),
            (missing(&self.upgrade_targets, &to.upgrade_targets), MatrixEffect::UpgradeTargetsRemoved),
        ];
        limit.into_iter().chain(others.into_iter().filter(|(does, _)| *does).map(|(_, effect)| effect)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MatrixEffect::{
        LimitChanged, LimitRemoved, LimitSet, MinimumChanged, PrerequisitesAdded, PrerequisitesRemoved,
        SubscriptionLimitChanged, UpgradeTargetsAdded, UpgradeTargetsRemoved,
    };

    fn rules(limit: Option<u32>, needs: &[&str]) -> SkuRules {
        let prerequisites = needs.iter().map(|sku| (*sku).to_owned()).collect();
        SkuRules { customer_limit: limit, prerequisites, ..SkuRules::default() }
    }

    #[test]
    fn u33_a_matrix_says_what_it_changes_of_a_sku() {
        let (none, some, more) = (rules(None, &[]), rules(Some(300), &["A:1"]), rules(Some(500), &["A:1", "B:1"]));
        let told = |from: &SkuRules, to: &SkuRules| from.changes(to).into_iter().collect::<Vec<_>>();
        assert_eq!(told(&none, &some), [LimitSet, PrerequisitesAdded]);
        assert_eq!(told(&some, &more), [LimitChanged, PrerequisitesAdded]);
        assert_eq!(told(&more, &some), [LimitChanged, PrerequisitesRemoved]);
        assert_eq!(told(&some, &none), [LimitRemoved, PrerequisitesRemoved]);
        assert_eq!(told(&some, &rules(Some(300), &["B:1"])), [PrerequisitesAdded, PrerequisitesRemoved]);
        let up = |to: &[&str]| SkuRules { upgrade_targets: rules(None, to).prerequisites, ..some.clone() };
        assert_eq!(told(&some, &up(&["C:1"])), [UpgradeTargetsAdded]);
        assert_eq!(told(&up(&["C:1"]), &up(&["D:1"])), [UpgradeTargetsAdded, UpgradeTargetsRemoved]);
        for same in [&none, &some, &more] {
            assert_eq!(told(same, same), []);
        }
        // In another order it is the same; so is a minimum of one, and none.
        assert_eq!(told(&more, &rules(Some(500), &["B:1", "A:1"])), []);
        assert_eq!(told(&none, &SkuRules { min_quantity: Some(1), ..none.clone() }), []);
        assert_eq!(told(&none, &SkuRules { min_quantity: Some(5), ..none.clone() }), [MinimumChanged]);
        let at_once = |most| SkuRules {
            subscription_limit: Some(SubscriptionLimit { most, counted: CountedOver::AtOnce }),
            ..SkuRules::default()
        };
        assert_eq!(told(&none, &at_once(2)), [SubscriptionLimitChanged]);
        assert_eq!(told(&at_once(2), &at_once(2)), []);
    }
}
