//! A SKU as the provider keeps it, on the wire.

use crate::http::wire::codes::{BillingCycle, CountedOver, Term};
use domain::catalog::{Product, Sku, TermPlan};
use domain::offer_matrix;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many subscriptions of a SKU one customer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubscriptionLimit {
    /// The most subscriptions, this number included.
    #[schema(example = 1)]
    pub most: u32,
    /// The subscriptions that count.
    pub counted: CountedOver,
}

impl From<offer_matrix::SubscriptionLimit> for SubscriptionLimit {
    fn from(limit: offer_matrix::SubscriptionLimit) -> Self {
        Self { most: limit.most, counted: CountedOver(limit.counted) }
    }
}

/// What Microsoft's offer matrix says of a SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SkuRules {
    /// The fewest licences of one subscription; null where one will do.
    #[schema(required, example = 1)]
    pub min_quantity: Option<u32>,
    /// The most that one customer may have of it, over all of its subscriptions; null where there is no limit.
    #[schema(required, example = 300)]
    pub customer_limit: Option<u32>,
    /// How many subscriptions of it a customer may have; null where there is no limit.
    #[schema(required)]
    pub subscription_limit: Option<SubscriptionLimit>,
    /// Microsoft's product and SKU ids of which the customer must own one first; it is an add-on where there are some.
    #[schema(example = json!(["CFQ7TTC0LDPB:0001"]))]
    pub prerequisites: Vec<String>,
    /// The same of those that it can be upgraded to, also of other products.
    #[schema(example = json!(["CFQ7TTC0LDPB:0001"]))]
    pub upgrade_targets: Vec<String>,
}

/// What the matrix says of a SKU, on the wire.
pub fn rules(rules: &offer_matrix::SkuRules) -> SkuRules {
    SkuRules {
        min_quantity: rules.min_quantity,
        customer_limit: rules.customer_limit,
        subscription_limit: rules.subscription_limit.map(SubscriptionLimit::from),
        prerequisites: rules.prerequisites.clone(),
        upgrade_targets: rules.upgrade_targets.clone(),
    }
}

/// A SKU as the provider keeps it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SkuDetails {
    /// The id of the edition.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The product that it is an edition of.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// Microsoft's product and SKU id.
    #[schema(example = "CFQ7TTC0LH18:0001")]
    pub external_id: String,
    /// What the edition is called.
    #[schema(example = "Microsoft 365 Business Basic")]
    pub title: String,
    /// The most that one customer may have of it, over all of its subscriptions: `own_limit`, else the matrix's; null
    /// where no limit is known.
    #[schema(required, example = 250)]
    pub customer_limit: Option<u32>,
    /// The same, as it was set by hand; null where it was not.
    #[schema(required, example = 250)]
    pub own_limit: Option<u32>,
    /// What the last offer matrix that had it says; null where none had.
    #[schema(required)]
    pub matrix: Option<SkuRules>,
    /// The plan that is selected first among its offers, as it was set by hand; null leaves it to the marketplace.
    #[schema(required)]
    pub default_plan: Option<DefaultPlan>,
}

/// A term and how often it is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultPlan {
    /// How long the term is.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
}

impl From<TermPlan> for DefaultPlan {
    fn from(plan: TermPlan) -> Self {
        Self { term: Term(plan.term), billing_cycle: BillingCycle(plan.billing_cycle) }
    }
}

impl From<DefaultPlan> for TermPlan {
    fn from(plan: DefaultPlan) -> Self {
        Self { term: plan.term.0, billing_cycle: plan.billing_cycle.0 }
    }
}

impl SkuDetails {
    /// A SKU of a product, as it stands.
    pub fn of(product: &Product, sku: &Sku) -> Self {
        Self {
            id: sku.id.to_string(),
            product_id: product.id.to_string(),
            external_id: format!("{}:{}", product.external_id, sku.external_id),
            title: sku.title.clone(),
            customer_limit: sku.customer_limit(),
            own_limit: sku.own_limit,
            matrix: sku.rules.as_ref().map(rules),
            default_plan: sku.default_plan.map(DefaultPlan::from),
        }
    }
}
