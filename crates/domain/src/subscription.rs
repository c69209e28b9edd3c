//! A subscription: one offer, one customer, one quantity, running in terms.

use crate::access::codes;
use crate::calendar::{BillingCycle, DaySpan, Term};
use crate::id::{
    CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId, UserId,
};
use crate::money::UnitPrice;
use crate::policy::Policy;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

codes! {
    /// Where a subscription stands; orthogonal to money.
    SubscriptionStatus {
        /// Ordered, not yet provided by Microsoft.
        Pending = "pending",
        /// Running.
        Active = "active",
        /// Service off, billing on.
        Suspended = "suspended",
        /// In the extended service term.
        Extended = "extended",
        /// Term over, not renewed; still usable (K-19).
        Expired = "expired",
        /// Not usable, data kept (K-20).
        Disabled = "disabled",
        /// Ended for good.
        Canceled = "canceled",
    }
}

impl SubscriptionStatus {
    /// Whether the service is on.
    pub const fn serves(self) -> bool {
        match self {
            Self::Active | Self::Extended | Self::Expired => true,
            Self::Pending | Self::Suspended | Self::Disabled | Self::Canceled => false,
        }
    }

    /// Whether the customer owns its licences: counts for add-ons, limits and what is shown as owned.
    pub const fn owned(self) -> bool {
        match self {
            Self::Pending | Self::Active | Self::Suspended | Self::Extended => true,
            Self::Expired | Self::Disabled | Self::Canceled => false,
        }
    }
}

/// A subscription as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose marketplace.
    pub marketplace_id: MarketplaceId,
    /// Who uses it.
    pub customer_id: CustomerId,
    /// Through which reseller it was bought.
    pub reseller_id: Option<ResellerId>,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// The product.
    pub product_id: ProductId,
    /// The SKU.
    pub sku_id: SkuId,
    /// The offer.
    pub offer_id: OfferId,
    /// The offer's term.
    pub term: Term,
    /// The offer's billing cycle.
    pub billing_cycle: BillingCycle,
    /// Licences.
    pub quantity: u32,
    /// The price that was agreed, per licence and billing cycle (C-47).
    pub unit_price: UnitPrice,
    /// The running term; none for a perpetual licence.
    pub term_span: Option<DaySpan>,
    /// The day of the next charge, where one follows.
    pub next_charge_on: Option<crate::calendar::Day>,
    /// Whether it renews at the term's end.
    pub auto_renew: bool,
    /// Until when it may be cancelled for its policy's window, where there is one.
    pub cancel_until: Option<OffsetDateTime>,
    /// The policy as it was at the start of the term.
    pub policy: Policy,
    /// The order and line it came from.
    pub order_id: OrderId,
    /// The line.
    pub order_line_id: LineId,
    /// Who is responsible for it (C-43).
    pub responsible_user: Option<UserId>,
    /// Microsoft's id of it, once known.
    pub external_id: Option<String>,
    /// When it was ordered.
    pub created_at: OffsetDateTime,
    /// When it began to run.
    pub activated_at: Option<OffsetDateTime>,
    /// Counts each change; the ETag.
    pub version: i64,
}
