//! What can be bought: product → SKU (edition) → offer (term × billing cycle × segment × market), C-15.

use crate::calendar::{BillingCycle, Term};
use crate::coded::coded_enum;
use crate::id::{CustomerId, OfferId, PriceListId, ProductId, ResellerId, SkuId};
use crate::money::UnitPrice;
use crate::party::Market;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

coded_enum! {
    /// Who may buy (partner-center.md 2.7); proven by a qualification.
    Segment {
        /// Open to everybody, without proof.
        Commercial = "commercial",
        /// Schools and universities.
        Education = "education",
        /// Public authorities and their agencies.
        Government = "government",
        /// Charities; `Charity` in Microsoft's price sheet.
        Nonprofit = "nonprofit",
    }
}

coded_enum! {
    /// What an offer is.
    OfferKind {
        /// Licences for a term.
        Licensed = "licensed",
        /// For nothing, for a while.
        Trial = "trial",
        /// Bought once, used without end (T-42).
        Perpetual = "perpetual",
        /// Licences for a term that need another subscription.
        AddOn = "add_on",
    }
}

/// A group of SKUs; not itself for sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Ours, and for ever; Microsoft's is `external_id`.
    pub id: ProductId,
    /// Microsoft's `ProductId`, twelve characters.
    pub external_id: String,
    /// The name as Microsoft's price sheet spells it.
    pub title: String,
    /// Who makes it.
    pub publisher: String,
    /// What it is for.
    pub description: String,
    /// The slug of its category.
    pub category: String,
    /// Former names, found by search as well (T-47).
    pub aliases: Vec<String>,
}

/// An edition of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sku {
    /// Ours, and for ever; Microsoft's is `external_id`.
    pub id: SkuId,
    /// The product that it is an edition of.
    pub product_id: ProductId,
    /// Microsoft's `SkuId`, four characters, unique only within its product.
    pub external_id: String,
    /// Its title: the edition.
    pub title: String,
    /// What is in it.
    pub description: String,
}

/// The thing one can buy. Its identity is the tuple (sku, term, billing cycle, segment, market).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Ours, made once for the tuple that the offer is; Microsoft's availability ids come and go.
    pub id: OfferId,
    /// The edition that is sold.
    pub sku_id: SkuId,
    /// How long the buyer is bound.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
    /// Who may buy it.
    pub segment: Segment,
    /// Where it is sold.
    pub market: Market,
    /// What it is.
    pub kind: OfferKind,
    /// How many may be bought.
    pub limits: QuantityLimits,
    /// SKUs of which the customer must own one first: an add-on where not empty.
    pub prerequisites: Vec<SkuId>,
    /// The key of the policy that rules it.
    pub policy_key: String,
    /// Preselected among its SKU's offers (C-25).
    pub preselected: bool,
}

/// How many licences of an offer may be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuantityLimits {
    /// The fewest licences of one subscription, at least 1.
    pub min: u32,
    /// The most licences of one subscription, this number included.
    pub max: u32,
    /// Only multiples of this.
    pub step: u32,
}

impl QuantityLimits {
    /// From one to as many as Microsoft takes in one line, one by one.
    pub const ANY: Self = Self { min: 1, max: 100_000, step: 1 };

    /// Whether so many may be bought.
    pub fn allow(self, quantity: u32) -> bool {
        (self.min.max(1)..=self.max).contains(&quantity) && quantity.is_multiple_of(self.step.max(1))
    }
}

/// Whom a price is for: the most specific wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceOwner {
    /// Everybody in the marketplace.
    Everybody,
    /// One reseller and its customers.
    Reseller(ResellerId),
    /// One customer, whoever it buys from.
    Customer(CustomerId),
}

/// A price of an offer in a published price list. Both amounts are per licence and billing cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceEntry {
    /// The price list it came with.
    pub price_list_id: PriceListId,
    /// The offer whose price it is.
    pub offer_id: OfferId,
    /// Which buyers it holds for.
    pub owner: PriceOwner,
    /// What the provider pays; seen only by the provider.
    pub cost: Option<UnitPrice>,
    /// What a buyer pays.
    pub list_price: UnitPrice,
    /// From this instant on.
    pub valid_from: OffsetDateTime,
    /// Until before this instant; none is open.
    pub valid_until: Option<OffsetDateTime>,
}
