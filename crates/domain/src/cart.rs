//! A cart and its quotation: all charges and all problems at once.

use crate::billing::Charge;
use crate::calendar::{BillingCycle, Day, DaySpan};
use crate::catalog::{Offer, Segment};
use crate::id::{CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SubscriptionId};
use crate::money::{Currency, Money};
use crate::party::{Address, Country};
use crate::policy::{ConsentRule, PaymentMethod, Policy};
use crate::pricing::PriceQuote;
use crate::refusal::Refusal;
use crate::tax::{TaxRule, Taxed};
use crate::tenant::TenantStatus;
use time::OffsetDateTime;

/// The most lines in a cart.
pub const MAX_LINES: usize = 100;

/// What a buyer is about to order, for one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Its id.
    pub id: CartId,
    /// Whose marketplace.
    pub marketplace_id: MarketplaceId,
    /// For whom.
    pub customer_id: CustomerId,
    /// Through which reseller.
    pub reseller_id: Option<ResellerId>,
    /// The order's name (T-36).
    pub name: Option<String>,
    /// The invoice address, where it is not the customer's.
    pub billing_address: Option<Address>,
    /// What is in it, in the order it was put there.
    pub lines: Vec<CartLine>,
    /// The order it became.
    pub ordered_as: Option<OrderId>,
    /// When it was begun.
    pub created_at: OffsetDateTime,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// One offer in a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Its id; the order line keeps it.
    pub id: LineId,
    /// What.
    pub offer_id: OfferId,
    /// How many licences in all, as asked; may be out of range, which the quotation says.
    pub quantity: u32,
    /// Printed in the text of the invoice position (C-33).
    pub reference: Option<String>,
    /// The branch whose invoice address is used (C-34).
    pub branch: Option<String>,
}

/// What is known about a line's offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferFacts {
    /// The offer.
    pub offer: Offer,
    /// Its product.
    pub product_id: ProductId,
    /// The policy in force.
    pub policy: Policy,
    /// The buyer's price now.
    pub price: Option<PriceQuote>,
    /// A subscription of the same product that the customer owns, with its quantity.
    pub owned_of_product: Option<(SubscriptionId, u32)>,
    /// Whether the customer owns one of the prerequisites; true where there are none.
    pub prerequisites_met: bool,
}

/// A line with its facts; no facts where the offer does not exist in the marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// The line.
    pub line: CartLine,
    /// What is known.
    pub offer: Option<OfferFacts>,
}

/// What is known about the buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerFacts {
    /// The country of the invoice address (C-40) and of the offers that may be bought.
    pub country: Country,
    /// The seller's country.
    pub seller_country: Country,
    /// The VAT id, as given.
    pub vat_id: Option<String>,
    /// What the marketplace sells in.
    pub currency: Currency,
    /// Segments that the customer has proven; everybody is commercial.
    pub segments: Vec<Segment>,
    /// The tenant's state, where there is a tenant.
    pub tenant: Option<TenantStatus>,
    /// Whether Microsoft's agreement was accepted.
    pub agreement_accepted: bool,
}

/// A line with its price and charges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// The line.
    pub line: CartLine,
    /// What was priced.
    pub facts: OfferFacts,
    /// The price used.
    pub price: PriceQuote,
    /// What is charged at once.
    pub charges: Vec<Charge>,
    /// What each later billing cycle costs, net; none where nothing recurs.
    pub recurring: Option<Money>,
    /// The first term.
    pub term_span: Option<DaySpan>,
    /// The day of the second charge.
    pub next_charge_on: Option<Day>,
}

/// Something that keeps a cart from being ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The index of the line in the cart; none is the cart or order itself.
    pub line: Option<usize>,
    /// The field it is about.
    pub field: &'static str,
    /// What.
    pub refusal: Refusal,
}

/// What a cart costs and what keeps it from being ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The lines that could be priced.
    pub lines: Vec<PricedLine>,
    /// Due with the order.
    pub due_now: Taxed,
    /// Due each later cycle, one entry a cycle, shortest first.
    pub recurring: Vec<(BillingCycle, Taxed)>,
    /// The tax rule used.
    pub tax_rule: TaxRule,
    /// What must be agreed to, each once.
    pub consents_required: Vec<ConsentRule>,
    /// How may be paid: what every line's policy allows.
    pub payment_methods: Vec<PaymentMethod>,
    /// Everything that keeps it from being ordered.
    pub problems: Vec<Problem>,
}

/// Prices a cart: every line's charges, the tax of the whole, and all problems at once.
pub fn quote(lines: &[LineFacts], buyer: &BuyerFacts, now: OffsetDateTime) -> Quotation {
    let _ = (lines, buyer, now);
    todo!()
}
