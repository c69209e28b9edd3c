//! A cart, what is known of its lines and its buyer, and its lines with their prices.

use crate::active_order::ActiveOrders;
use crate::base::{Base, BaseId};
use crate::billing::Charge;
use crate::calendar::{Day, DaySpan};
use crate::catalog::{Ceiling, Offer, Segment};
use crate::id::{CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId};
use crate::money::Currency;
use crate::party::{Address, Country};
use crate::policy::Policy;
use crate::pricing::PriceQuote;
use crate::tax::billed::Billed;
use crate::tax::standing::{self, UnconfirmedVatId, VatStanding};
use crate::tax::{self, Payable, TaxRule};
use crate::tenant::TenantStatus;
use crate::trial::{Following, TrialFacts, TrialThen};
use time::OffsetDateTime;

/// What a buyer is about to order, for one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Ours; the cart at Partner Center has another.
    pub id: CartId,
    /// The marketplace that it is bought in.
    pub marketplace_id: MarketplaceId,
    /// The customer that will use and pay it.
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
    /// The offer that is wanted; it may be none that is sold here.
    pub offer_id: OfferId,
    /// How many licences in all, as asked; may be out of range, which the quotation says.
    pub quantity: u32,
    /// Printed in the text of the invoice position (C-33).
    pub reference: Option<String>,
    /// The branch whose invoice address is used (C-34).
    pub branch: Option<String>,
    /// What follows, where the offer is a trial; none is not said.
    pub trial_then: Option<TrialThen>,
    /// What it is an add-on of; none is not said, which will do where there is but one.
    pub base: Option<BaseId>,
}

/// What is known about a line's offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferFacts {
    /// The offer as it is sold now.
    pub offer: Offer,
    /// The product that the offer is of.
    pub product_id: ProductId,
    /// Who publishes that product: whose terms a buyer agrees to.
    pub publisher: String,
    /// What its edition is called.
    pub name: String,
    /// The policy in force.
    pub policy: Policy,
    /// The buyer's price now.
    pub price: Option<PriceQuote>,
    /// The currency that the edition is sold in where the offer is sold, if that is another than the offer's.
    pub sold_in: Option<Currency>,
    /// What the customer owns of the same.
    pub active: ActiveOrders,
    /// The customer's subscriptions of the prerequisites whose service is on, oldest first; empty where the
    /// offer has none, or no such subscription runs.
    pub bases: Vec<Base>,
    /// How many of its SKU the customer may have; none where no limit is known.
    pub ceiling: Option<Ceiling>,
    /// What is known where it is a trial.
    pub trial: Option<TrialFacts>,
    /// Whether it is for those only who have another, even where none of the prerequisites is sold here.
    pub needs_base: bool,
    /// How many subscriptions of its SKU the customer may have; none where no limit is known.
    pub subscriptions: Option<Ceiling>,
}

/// A line with its facts; no facts where the offer does not exist in the marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// The line as the buyer put it in.
    pub line: CartLine,
    /// What is known.
    pub offer: Option<OfferFacts>,
    /// The address of the line's branch, where it names one that there is.
    pub branch: Option<Billed>,
}

/// What is known about the buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerFacts {
    /// The invoice address of lines that name no branch: the cart's own, else the customer's; none where neither has
    /// one. The offers of its country and of the seller's may be bought (C-40).
    pub billed: Option<Billed>,
    /// The seller's country.
    pub seller_country: Country,
    /// The VAT id, as given.
    pub vat_id: Option<String>,
    /// How far that is known to be right.
    pub vat_standing: VatStanding,
    /// What the marketplace sells in; a cart is in the currency of its first line.
    pub currency: Currency,
    /// Segments that the customer has proven; everybody is commercial.
    pub segments: Vec<Segment>,
    /// The tenant's state, where there is a tenant.
    pub tenant: Option<TenantStatus>,
    /// Whether Microsoft's agreement was accepted.
    pub agreement_accepted: bool,
}

impl BuyerFacts {
    /// The country of the invoice address.
    pub fn country(&self) -> Option<Country> {
        self.billed.as_ref().map(|billed| billed.place.country)
    }

    /// The tax of what is billed to an address of this buyer; the policy says what counts of an unconfirmed VAT id.
    pub fn tax_rule(&self, billed: &Billed, unconfirmed: UnconfirmedVatId) -> TaxRule {
        let vat_id = standing::counted(self.vat_id.as_deref(), self.vat_standing, unconfirmed);
        tax::rule(self.seller_country, &billed.place, vat_id)
    }
}

/// A line with its price and charges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// The line as the buyer put it in.
    pub line: CartLine,
    /// What was priced.
    pub facts: OfferFacts,
    /// Where it is billed to; none where that is not known yet.
    pub billed: Option<Billed>,
    /// The tax there.
    pub tax_rule: Option<TaxRule>,
    /// The price used.
    pub price: PriceQuote,
    /// What is charged at once.
    pub charges: Vec<Charge>,
    /// What each later billing cycle costs: its share of what recurs with that cycle; none where nothing recurs.
    pub recurring: Option<Payable>,
    /// The first term.
    pub term_span: Option<DaySpan>,
    /// The day of the second charge.
    pub next_charge_on: Option<Day>,
    /// What it is an add-on of; none for anything else, and where that is still to be said.
    pub base: Option<BaseId>,
    /// The last day of its base, where that ends before its own term would or with it: nothing follows then.
    pub ends_with_base: Option<Day>,
    /// What follows a trial; none for anything else, and where it is not said.
    pub then: Option<TrialThen>,
    /// The paid term that follows it.
    pub following: Option<Following>,
}
