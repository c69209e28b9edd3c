//! An order: what a buyer asked for, and what became of each line.

use crate::access::codes;
use crate::billing::Charge;
use crate::calendar::{BillingCycle, Term};
use crate::cart::{Problem, Quotation};
use crate::id::{CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId};
use crate::money::UnitPrice;
use crate::party::Address;
use crate::policy::{ConsentKind, PaymentMethod};
use crate::tax::Taxed;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

codes! {
    /// Where an order stands: the sum of its lines.
    OrderStatus {
        /// Taken; Microsoft is yet to be asked.
        Placed = "placed",
        /// Microsoft is working on it.
        Provisioning = "provisioning",
        /// Every line runs.
        Completed = "completed",
        /// Some lines run, some were refused.
        PartiallyFailed = "partially_failed",
        /// Every line was refused.
        Failed = "failed",
    }
}

codes! {
    /// Where an order line stands.
    OrderLineStatus {
        /// Taken.
        Placed = "placed",
        /// Ordered at Microsoft.
        Ordered = "ordered",
        /// Its subscription runs.
        Active = "active",
        /// Refused by Microsoft.
        Failed = "failed",
    }
}

/// A consent as it was given: a fact kept with the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// To what.
    pub kind: ConsentKind,
    /// To which text of it.
    pub version: String,
}

/// What the buyer says when ordering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What is agreed to.
    pub consents: Vec<Consent>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Whose marketplace.
    pub marketplace_id: MarketplaceId,
    /// For whom.
    pub customer_id: CustomerId,
    /// Through which reseller.
    pub reseller_id: Option<ResellerId>,
    /// The cart it was.
    pub cart_id: CartId,
    /// Its name (T-36).
    pub name: Option<String>,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was due with it.
    pub due_now: Taxed,
    /// What recurs, one entry a cycle.
    pub recurring: Vec<(BillingCycle, Taxed)>,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What was agreed to.
    pub consents: Vec<Consent>,
    /// The invoice address.
    pub billing_address: Address,
    /// Who placed it: a user's or an API client's id.
    pub placed_by: String,
    /// When, by the marketplace's clock.
    pub placed_at: OffsetDateTime,
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// One offer of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Its id: the cart line's.
    pub id: LineId,
    /// Where it stands.
    pub status: OrderLineStatus,
    /// What.
    pub offer_id: OfferId,
    /// Its SKU.
    pub sku_id: SkuId,
    /// Its product.
    pub product_id: ProductId,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// How many licences.
    pub quantity: u32,
    /// At which price per licence and cycle.
    pub unit_price: UnitPrice,
    /// Printed on the invoice position (C-33).
    pub reference: Option<String>,
    /// Whose invoice address (C-34).
    pub branch: Option<String>,
    /// The subscription it made.
    pub subscription_id: SubscriptionId,
    /// What was charged with it.
    pub charges: Vec<Charge>,
    /// Microsoft's or our code, where it was refused.
    pub failure: Option<String>,
}

/// Whether a quoted cart can be ordered like this; else every problem at once: the quotation's, then
/// missing or outdated consents, then the payment method.
pub fn check(quotation: &Quotation, request: &PlaceOrder) -> Result<(), Vec<Problem>> {
    let _ = (quotation, request);
    todo!()
}

/// Where an order stands when its lines stand like this.
pub fn status_of(lines: impl IntoIterator<Item = OrderLineStatus>) -> OrderStatus {
    let _ = lines.into_iter().count();
    todo!()
}
