//! What can be bought: product → SKU (edition) → offer (term × billing cycle × segment × market), C-15.

use crate::calendar::{BillingCycle, Term};
use crate::coded::coded_enum;
use crate::id::{CustomerId, OfferId, PriceListId, ProductId, ResellerId, SkuId};
use crate::money::{Currency, UnitPrice};
use crate::offer_matrix::SkuRules;
use crate::party::{Country, Market};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use time::OffsetDateTime;

coded_enum! {
    /// Who may buy (L-26); proven by a qualification.
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
    /// What one of it is called, where it is no licence: the price sheet's `UnitOfMeasure`.
    pub unit: Option<String>,
    /// The most that one customer may have of it, over all subscriptions, as a person has set it; none leaves it to
    /// what Microsoft says.
    pub own_limit: Option<u32>,
    /// What Microsoft says of it, whatever its offers; none is not known.
    pub rules: Option<SkuRules>,
    /// The plan that a frontend selects first, as a person has set it; none leaves it to the marketplace.
    pub default_plan: Option<TermPlan>,
}

/// For how long one is bound, and how often one is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermPlan {
    /// How long a term is.
    pub term: Term,
    /// How often a charge is raised in it.
    pub billing_cycle: BillingCycle,
}

impl Sku {
    /// The most that one customer may have of it, over all subscriptions; none is not known.
    pub fn customer_limit(&self) -> Option<u32> {
        self.own_limit.or_else(|| self.rules.as_ref()?.customer_limit)
    }

    /// Whether nobody gets it who has not another, even where none of those is sold here.
    pub fn needs_base(&self) -> bool {
        self.rules.as_ref().is_some_and(|rules| !rules.prerequisites.is_empty())
    }
}

/// Puts what is known of SKUs over their offers: the fewest and the most licences, and what an add-on needs. Of the
/// SKUs that Microsoft names for that those count that are sold here.
pub fn ruled(products: &[Product], skus: &[Sku], offers: &mut [Offer]) {
    let names: HashMap<_, _> = products.iter().map(|product| (product.id, product.external_id.as_str())).collect();
    let named = |sku: &Sku| Some((format!("{}:{}", names.get(&sku.product_id)?, sku.external_id), sku.id));
    let ids: HashMap<String, SkuId> = skus.iter().filter_map(named).collect();
    let needs = |rules: &SkuRules| rules.prerequisites.iter().filter_map(|sku| ids.get(sku).copied()).collect();
    let rules: HashMap<SkuId, (&SkuRules, Vec<SkuId>)> =
        skus.iter().filter_map(|sku| sku.rules.as_ref().map(|rules| (sku.id, (rules, needs(rules))))).collect();
    let limits: HashMap<SkuId, u32> = skus.iter().filter_map(|sku| Some((sku.id, sku.customer_limit()?))).collect();
    for offer in offers {
        if let Some(limit) = limits.get(&offer.sku_id) {
            offer.limits.max = offer.limits.max.min(*limit);
        }
        let Some((rules, prerequisites)) = rules.get(&offer.sku_id) else { continue };
        offer.limits.min = offer.limits.min.max(rules.min_quantity.unwrap_or(1));
        offer.prerequisites.clone_from(prerequisites);
        offer.kind = match offer.kind {
            OfferKind::Licensed | OfferKind::AddOn if rules.prerequisites.is_empty() => OfferKind::Licensed,
            OfferKind::Licensed | OfferKind::AddOn => OfferKind::AddOn,
            kind => kind,
        };
    }
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
    /// From this instant on nobody orders it anew; what runs goes on. None is on sale.
    pub end_of_sale: Option<OffsetDateTime>,
}

impl Offer {
    /// For how long it binds, and how often it is charged.
    pub const fn plan(&self) -> TermPlan {
        TermPlan { term: self.term, billing_cycle: self.billing_cycle }
    }

    /// Since when it is closed for new orders at an instant; none where it is on sale.
    pub fn sale_ended(&self, at: OffsetDateTime) -> Option<OffsetDateTime> {
        self.end_of_sale.filter(|end| *end <= at)
    }
}

impl TermPlan {
    const fn new(term: Term, billing_cycle: BillingCycle) -> Self {
        Self { term, billing_cycle }
    }

    /// Which plans of a SKU a frontend selects before any other (C-25): the one that is set for it, then the one that
    /// the marketplace names; then twelve months charged monthly, twelve months at once, one month, three years.
    pub fn by_preference(sku: &Sku, offers: &[Offer]) -> Vec<Self> {
        const USUAL: [TermPlan; 6] = [
            TermPlan::new(Term::P1Y, BillingCycle::Monthly),
            TermPlan::new(Term::P1Y, BillingCycle::Annual),
            TermPlan::new(Term::P1M, BillingCycle::Monthly),
            TermPlan::new(Term::P3Y, BillingCycle::Monthly),
            TermPlan::new(Term::P3Y, BillingCycle::Annual),
            TermPlan::new(Term::P3Y, BillingCycle::Triennial),
        ];
        let named = offers.iter().find(|offer| offer.preselected).map(Offer::plan);
        sku.default_plan.into_iter().chain(named).chain(USUAL).collect()
    }
}

/// Of the offers of a SKU in one market the one that a frontend selects first, by the plans that are preferred. What
/// can be bought comes before what cannot, what is for everybody before what is for schools and the like, and a trial
/// last.
pub fn preselected<'a>(
    offers: &[&'a Offer],
    preferred: &[TermPlan],
    can_be_bought: impl Fn(&Offer) -> bool,
) -> Option<&'a Offer> {
    let rank = |offer: &Offer| {
        let place = preferred.iter().position(|plan| *plan == offer.plan()).unwrap_or(preferred.len());
        let trial = offer.kind == OfferKind::Trial;
        (!can_be_bought(offer), trial, offer.segment, place, offer.plan(), offer.id)
    };
    offers.iter().copied().min_by_key(|offer| rank(offer))
}

/// The currency in which a SKU is sold in the country of one of its offers, where that is not the offer's: that of the
/// seller, where anything is sold in it there. Nobody sees the offer then ([`sold_to`]).
pub fn sold_in(offers: &[Offer], offer: &Offer, seller: Currency, at: OffsetDateTime) -> Option<Currency> {
    let usual = |other: &Offer| {
        (other.market.country, other.market.currency) == (offer.market.country, seller)
            && other.sale_ended(at).is_none()
    };
    (offer.market.currency != seller && offers.iter().any(usual)).then_some(seller)
}

/// Of a SKU's offers those that a buyer in a country sees: what is sold now in its own country, else in the seller's;
/// there in the seller's currency, where it is sold in that, else in whatever it is sold in.
pub fn sold_to(offers: &[Offer], buyer: Country, seller: Market, at: OffsetDateTime) -> Vec<&Offer> {
    let on_sale = || offers.iter().filter(|offer| offer.sale_ended(at).is_none());
    let here = |country: Country| on_sale().any(|offer| offer.market.country == country);
    let country = if here(buyer) { buyer } else { seller.country };
    let in_country = || on_sale().filter(|offer| offer.market.country == country);
    let usual = in_country().any(|offer| offer.market.currency == seller.currency);
    in_country().filter(|offer| !usual || offer.market.currency == seller.currency).collect()
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

/// The most of anything that a line, a subscription or a batch may have, whatever an offer says.
pub const MOST: u32 = 10_000_000;

impl QuantityLimits {
    /// From one to as many as Microsoft takes in one line, one by one.
    pub const ANY: Self = Self { min: 1, max: 100_000, step: 1 };

    /// The same for whoever has so many: a limit that came later takes none away.
    pub fn beside(self, has: u32) -> Self {
        Self { max: self.max.max(has), ..self }
    }

    /// Whether so many may be bought.
    pub fn allow(self, quantity: u32) -> bool {
        (self.min.max(1)..=self.max.min(MOST)).contains(&quantity) && quantity.is_multiple_of(self.step.max(1))
    }
}

/// How many of a SKU a customer may have, over all of its subscriptions, and how many it has (U-17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceiling {
    /// The most, this number included.
    pub limit: u32,
    /// What the customer's other subscriptions have.
    pub taken: u64,
}

impl Ceiling {
    /// How many the customer can still have beside so many others that it asks for.
    pub fn left(self, others: u64) -> u32 {
        let left = u64::from(self.limit).saturating_sub(self.taken).saturating_sub(others);
        u32::try_from(left).unwrap_or(u32::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-09-06 10:00 UTC);

    fn market(country: &str, currency: Currency) -> Market {
        Market { country: Country::from_code(country).unwrap(), currency }
    }

    fn offer(id: u128, market: Market) -> Offer {
        Offer {
            id: OfferId::from_u128(id),
            sku_id: SkuId::from_u128(1),
            term: Term::P1Y,
            billing_cycle: BillingCycle::Annual,
            segment: Segment::Commercial,
            market,
            kind: OfferKind::Licensed,
            limits: QuantityLimits::ANY,
            prerequisites: Vec::new(),
            policy_key: String::new(),
            preselected: false,
            end_of_sale: None,
        }
    }

    fn sku(id: u128, rules: Option<SkuRules>) -> Sku {
        Sku {
            id: SkuId::from_u128(id),
            product_id: ProductId::from_u128(id),
            external_id: "0001".to_owned(),
            title: String::new(),
            description: String::new(),
            unit: None,
            own_limit: None,
            rules,
            default_plan: None,
        }
    }

    #[test]
    fn u27_a_buyer_sees_what_is_sold_in_its_market_and_currency() {
        let (euro, franc) = (Currency::Eur, Currency::Chf);
        let mut offers = vec![
            offer(1, market("DE", euro)),
            offer(2, market("DE", franc)),
            offer(3, market("CH", franc)),
            offer(4, market("AT", euro)),
        ];
        let seen = |offers: &[Offer], country: &str| {
            let sold = sold_to(offers, Country::from_code(country).unwrap(), market("DE", euro), NOW);
            sold.iter().map(|offer| offer.id.as_u128()).collect::<Vec<_>>()
        };
        let all = ["DE", "CH", "AT", "FR"].map(|country| seen(&offers, country));
        assert_eq!(all, [vec![1], vec![3], vec![4], vec![1]]);
        // What is closed for new orders is not sold, and then the seller's own market is what is left.
        offers[2].end_of_sale = Some(NOW);
        assert_eq!(seen(&offers, "CH"), [1]);
    }

    #[test]
    fn u27_what_nobody_sees_is_sold_in_another_currency() {
        let (euro, franc) = (Currency::Eur, Currency::Chf);
        let mut offers =
            vec![offer(1, market("DE", euro)), offer(2, market("DE", franc)), offer(3, market("CH", franc))];
        let told = |offers: &[Offer]| [0, 1, 2].map(|n: usize| sold_in(offers, &offers[n], euro, NOW));
        assert_eq!(told(&offers), [None, Some(euro), None]);
        // Where nothing is sold in the seller's any more, what else there is is seen.
        offers[0].end_of_sale = Some(NOW);
        assert_eq!(told(&offers), [None; 3]);
    }

    #[test]
    fn u51_exactly_one_plan_is_preselected_by_a_rule() {
        use BillingCycle::{Annual, Monthly, None as Never, OneTime, Triennial};
        let of = |plans: &[(Term, BillingCycle)]| {
            let euro = market("DE", Currency::Eur);
            let made = |(id, (term, billing_cycle)): (u128, &(Term, BillingCycle))| {
                let kind = if *billing_cycle == Never { OfferKind::Trial } else { OfferKind::Licensed };
                Offer { term: *term, billing_cycle: *billing_cycle, kind, ..offer(id, euro) }
            };
            (0..).zip(plans).map(made).collect::<Vec<_>>()
        };
        let preferred =
            |offers: &[Offer], default_plan| TermPlan::by_preference(&Sku { default_plan, ..sku(1, None) }, offers);
        let chosen = |offers: &[Offer], set| {
            let all: Vec<&Offer> = offers.iter().collect();
            preselected(&all, &preferred(offers, set), |_| true).map(|offer| (offer.term, offer.billing_cycle))
        };
        let mut plans = vec![
            (Term::P1M, Never),
            (Term::None, OneTime),
            (Term::P3Y, Triennial),
            (Term::P3Y, Annual),
            (Term::P3Y, Monthly),
            (Term::P1M, Monthly),
            (Term::P1Y, Annual),
            (Term::P1Y, Monthly),
        ];
        // What is best is gone each time.
        while let Some(best) = plans.last() {
            assert_eq!(chosen(&of(&plans), None), Some(*best));
            plans.pop();
        }
        assert_eq!(chosen(&[], None), None);
        let mut offers = of(&[(Term::P1Y, Monthly), (Term::P1Y, Annual), (Term::P1M, Monthly)]);
        // What the marketplace names comes first, and before that what is set for the edition.
        offers[1].preselected = true;
        assert_eq!(chosen(&offers, None), Some((Term::P1Y, Annual)));
        let month = Some(TermPlan { term: Term::P1M, billing_cycle: Monthly });
        assert_eq!(chosen(&offers, month), Some((Term::P1M, Monthly)));
        // Where that is not sold, the rule goes on.
        assert_eq!(chosen(&offers[..2], month), Some((Term::P1Y, Annual)));
        let all: Vec<&Offer> = offers.iter().collect();
        let plans = preferred(&offers, month);
        let without = preselected(&all, &plans, |offer| offer.term != Term::P1M).map(|offer| offer.billing_cycle);
        assert_eq!(without, Some(Annual), "what cannot be bought comes last");
        offers[0].segment = Segment::Education;
        offers[0].preselected = true;
        assert_eq!(chosen(&offers[..1], None), Some((Term::P1Y, Monthly)));
        assert_eq!(chosen(&offers, None), Some((Term::P1Y, Annual)));
    }

    #[test]
    fn u33_what_microsoft_says_of_a_sku_holds_for_all_of_its_offers() {
        let product = |id: u128, external: &str| Product {
            id: ProductId::from_u128(id),
            external_id: external.to_owned(),
            title: String::new(),
            publisher: String::new(),
            description: String::new(),
            category: String::new(),
            aliases: vec![],
        };
        let needs = ["BASE:0001".to_owned(), "ELSEWHERE:0001".to_owned()].to_vec();
        let rules =
            SkuRules { min_quantity: Some(5), customer_limit: Some(300), prerequisites: needs, ..<_>::default() };
        let products = [product(1, "ADDON"), product(2, "BASE")];
        let mut skus = [sku(1, Some(rules)), sku(2, None)];
        let euro = market("DE", Currency::Eur);
        let of = |kind| Offer { kind, ..offer(1, euro) };
        let told = |skus: &[Sku], kind| {
            let mut offers = [of(kind)];
            ruled(&products, skus, &mut offers);
            let [offer] = offers;
            (offer.kind, [offer.limits.min, offer.limits.max], offer.prerequisites)
        };
        let base = vec![SkuId::from_u128(2)];
        assert_eq!(told(&skus, OfferKind::Licensed), (OfferKind::AddOn, [5, 300], base.clone()));
        assert_eq!(told(&skus, OfferKind::Trial), (OfferKind::Trial, [5, 300], base));
        assert_eq!((skus[0].customer_limit(), skus[0].needs_base()), (Some(300), true));
        // What a person has set comes first, and takes nothing else away.
        skus[0].own_limit = Some(50);
        assert_eq!((skus[0].customer_limit(), skus[0].needs_base()), (Some(50), true));
        // An add-on stays one where none of what it needs is sold here.
        skus[1].external_id = "0002".to_owned();
        assert_eq!(told(&skus, OfferKind::Licensed), (OfferKind::AddOn, [5, 50], vec![]));
        skus[0].rules = Some(SkuRules::default());
        assert_eq!(told(&skus, OfferKind::AddOn), (OfferKind::Licensed, [1, 50], vec![]));
        (skus[0].rules, skus[0].own_limit) = (None, None);
        assert_eq!(told(&skus, OfferKind::AddOn), (OfferKind::AddOn, [1, 100_000], vec![]));
    }

    #[test]
    fn u19_no_more_than_ten_million_of_anything() {
        let limits = QuantityLimits { max: u32::MAX, ..QuantityLimits::ANY };
        assert!(limits.allow(MOST) && !limits.allow(MOST + 1) && !limits.allow(u32::MAX));
        assert!(!limits.beside(u32::MAX).allow(MOST + 1));
    }

    #[test]
    fn u17_a_limit_that_came_later_takes_nothing_away() {
        let limits = QuantityLimits { max: 300, ..QuantityLimits::ANY };
        assert!(!limits.allow(301) && !limits.beside(0).allow(301) && limits.beside(0).allow(300));
        assert!(limits.beside(400).allow(399) && limits.beside(400).allow(400) && !limits.beside(400).allow(401));
    }
}
