//! A customer's subscription with its ledger, its add-ons and a catalogue whose prices change, played as the service
//! plays it: what is asked for is decided by `rules::decide`, what time does by `renewal::step`, instant by instant.

#![allow(dead_code, reason = "each of the tests that share it uses its part")]

use domain::active_order::ActiveOrders;
use domain::base::{Base, BaseId};
use domain::billing::{self, Charge, OpenCharge, Plan, TermStart};
use domain::calendar::{BillingCycle, Day, DaySpan, Term};
use domain::cart::{self, BuyerFacts, Cart, CartLine, LineFacts, OfferFacts, Quotation};
use domain::catalog::{Offer, OfferKind, PriceOwner, QuantityLimits, Segment};
use domain::consent::Consent;
use domain::cycles::Calendar;
use domain::id::{
    CartId, ChangeId, ChargeId, CustomerId, LineId, MarketplaceId, OfferId, PriceListId, ProductId, SkuId,
    SubscriptionId, UserId,
};
use domain::money::{Currency, Money, UnitPrice};
use domain::order::{self, PlaceOrder, QuotedCart};
use domain::party::{Address, Country, Market};
use domain::policy::{PaymentMethod, Policy, Rules, presets};
use domain::pricing::{Payer, PriceQuote};
use domain::refusal::Refusal;
use domain::subscription::change::{AddOn, Change, ChangeRequest, Decision, Facts, Neighbor, Offered, Outcome, When};
use domain::subscription::due::Due;
use domain::subscription::renewal::{self, Happened};
use domain::subscription::{Subscription, SubscriptionStatus, add_ons, rules};
use domain::tax::billed::Billed;
use domain::tax::standing::VatStanding;
use domain::tenant::TenantStatus;
use domain::zone::Zone;
use time::OffsetDateTime;
use time::macros::datetime;

/// The product that everything is an offer of.
pub(crate) const PRODUCT: ProductId = ProductId::from_u128(1);

/// A policy that ships.
pub(crate) fn preset(key: &str) -> Policy {
    let (_, rules) = presets::all().unwrap().into_iter().find(|(known, _)| *known == key).unwrap();
    Policy::new(key.to_owned(), 1, rules)
}

/// An amount of euros.
pub(crate) fn price(text: &str) -> UnitPrice {
    UnitPrice::from_decimal(text.parse().unwrap(), Currency::Eur).unwrap()
}

/// A SKU of the product for a term and billing cycle.
pub(crate) fn offer(id: u128, sku: u128, term: Term, billing_cycle: BillingCycle, policy: &Policy) -> Offer {
    let kind = match (term, billing_cycle) {
        (Term::None, _) => OfferKind::Perpetual,
        (_, BillingCycle::None) => OfferKind::Trial,
        _ => OfferKind::Licensed,
    };
    Offer {
        id: OfferId::from_u128(id),
        sku_id: SkuId::from_u128(sku),
        term,
        billing_cycle,
        segment: Segment::Commercial,
        market: Market { country: Country::from_code("DE").unwrap(), currency: Currency::Eur },
        kind,
        limits: QuantityLimits::ANY,
        prerequisites: Vec::new(),
        policy_key: policy.key.clone(),
        preselected: false,
        end_of_sale: None,
    }
}

/// Offers by their names, `E1 P1Y monthly`: SKU, term and billing cycle, each with its price. Their ids are their
/// places.
pub(crate) fn catalog(prices: &[(&str, &str)], policy: &Policy) -> Vec<Listed> {
    let skus: Vec<&str> = prices.iter().map(|(name, _)| name.split_once(' ').unwrap().0).collect();
    let listed = |(place, (name, unit_price)): (usize, &(&str, &str))| {
        let parts: Vec<&str> = name.split(' ').collect();
        let (term, cycle) = (Term::from_code(parts[1]).unwrap(), BillingCycle::from_code(parts[2]).unwrap());
        let sku = skus.iter().position(|sku| *sku == parts[0]).unwrap();
        let mut offer = offer(place as u128, sku as u128, term, cycle, policy);
        if parts[0] == "AddOn" {
            offer.kind = OfferKind::AddOn;
        }
        Listed { offer, policy: policy.clone(), prices: vec![(OffsetDateTime::UNIX_EPOCH, Some(price(unit_price)))] }
    };
    prices.iter().enumerate().map(listed).collect()
}

/// `kind first…last explain = net`.
pub(crate) fn charged(charge: &Charge) -> String {
    let (kind, span) = (charge.kind.code(), charge.service_span);
    format!("{kind} {}…{} {} = {}", span.first, span.last, charge.explain, charge.net)
}

/// An offer with its prices, each from an instant on; none is not sold any more.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) offer: Offer,
    pub(crate) policy: Policy,
    pub(crate) prices: Vec<(OffsetDateTime, Option<UnitPrice>)>,
}

impl Listed {
    fn offered(&self, at: OffsetDateTime) -> Offered {
        let (price_valid_from, price) = self.prices.iter().rev().find(|(from, _)| *from <= at).copied().unzip();
        let (offer, policy, price) = (self.offer.clone(), self.policy.clone(), price.flatten());
        let (product_id, upgrade_of, active) = (PRODUCT, vec![], ActiveOrders::default());
        let (ceiling, subscriptions) = (None, None);
        Offered { offer, product_id, upgrade_of, policy, price, price_valid_from, ceiling, subscriptions, active }
    }
}

/// A subscription and everything that was charged for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Account {
    pub(crate) subscription: Subscription,
    pub(crate) ledger: Vec<(ChargeId, Charge)>,
}

impl Account {
    /// What was charged less what was given back.
    pub(crate) fn balance(&self) -> Money {
        Money::sum(Currency::Eur, self.ledger.iter().map(|(_, charge)| charge.net)).unwrap()
    }
}

/// What an instant brought.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Played {
    pub(crate) at: OffsetDateTime,
    pub(crate) charges: Vec<Charge>,
    pub(crate) happened: Vec<Happened>,
}

/// An order, as it is placed.
pub(crate) struct Ordered {
    pub(crate) offer: OfferId,
    pub(crate) quantity: u32,
    pub(crate) at: OffsetDateTime,
    /// The last day of the first term, where it is aligned.
    pub(crate) aligned_to: Option<Day>,
}

/// The subscription, what belongs to it, and the instant.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) now: OffsetDateTime,
    pub(crate) main: Account,
    pub(crate) add_ons: Vec<Account>,
    /// Subscriptions that some of its licences went to.
    pub(crate) splits: Vec<Account>,
    pub(crate) offers: Vec<Listed>,
    pub(crate) neighbors: Vec<Neighbor>,
    pub(crate) assigned: Vec<UserId>,
    pub(crate) by: Option<UserId>,
    ids: u128,
}

impl World {
    /// The world right after an order was placed and provided.
    pub(crate) fn new(offers: Vec<Listed>, ordered: &Ordered) -> Self {
        let mut world = Self {
            now: ordered.at,
            main: opened(&offers, ordered, SubscriptionId::from_u128(1), None),
            add_ons: Vec::new(),
            splits: Vec::new(),
            offers,
            neighbors: Vec::new(),
            assigned: Vec::new(),
            by: None,
            ids: 1_000,
        };
        let base = std::mem::take(&mut world.main.ledger);
        world.main.ledger = world.numbered(base.into_iter().map(|(_, charge)| charge).collect());
        world
    }

    /// Buys an add-on.
    pub(crate) fn add(&mut self, ordered: &Ordered) {
        let id = SubscriptionId::from_u128(2 + self.add_ons.len() as u128);
        let mut account = opened(&self.offers, ordered, id, Some(&self.main.subscription));
        account.subscription.kind = OfferKind::AddOn;
        account.ledger = self.numbered(account.ledger.into_iter().map(|(_, charge)| charge).collect());
        self.add_ons.push(account);
    }

    fn numbered(&mut self, charges: Vec<Charge>) -> Vec<(ChargeId, Charge)> {
        charges
            .into_iter()
            .map(|charge| {
                self.ids += 1;
                (ChargeId::from_u128(self.ids), charge)
            })
            .collect()
    }

    /// The product's offers with their prices at an instant.
    pub(crate) fn offered(&self, at: OffsetDateTime) -> Vec<Offered> {
        self.offers.iter().map(|listed| listed.offered(at)).collect()
    }

    /// What decides a change now.
    pub(crate) fn facts(&self) -> Facts {
        let add_on = |account: &Account| AddOn {
            subscription: account.subscription.clone(),
            charges: billing::open_charges(&account.ledger),
            needs: Vec::new(),
        };
        let runs = |account: &&Account| account.subscription.status.owned();
        Facts {
            subscription: self.main.subscription.clone(),
            charges: self.open_charges(),
            offers: self.offered(self.now),
            next_offers: self
                .main
                .subscription
                .term_ends_at()
                .map(|at| self.offered(renewal::in_force_at(&self.main.subscription, at)))
                .unwrap_or_default(),
            neighbors: self.neighbors.clone(),
            add_ons: self.add_ons.iter().filter(runs).map(add_on).collect(),
            assigned: self.assigned.clone(),
            base: None,
            by: self.by,
            by_customer: false,
        }
    }

    /// The day of the instant, by the subscription's zone.
    pub(crate) fn today(&self) -> Day {
        self.main.subscription.day(self.now)
    }

    /// The charges that stand.
    pub(crate) fn open_charges(&self) -> Vec<OpenCharge> {
        billing::open_charges(&self.main.ledger)
    }

    /// A request for a change, each with its own id.
    pub(crate) fn request(&self, change: Change, when: When) -> ChangeRequest {
        ChangeRequest { id: ChangeId::from_u128(self.ids), change, when }
    }

    /// What a change would do now.
    pub(crate) fn decide(&self, change: Change, when: When) -> Result<Decision, Refusal> {
        rules::decide(&self.facts(), &self.request(change, when), self.now)
    }

    /// Asks for a change and takes what was decided.
    pub(crate) fn ask(&mut self, change: Change, when: When) -> Result<Decision, Refusal> {
        let decision = self.decide(change, when)?;
        self.take(decision.clone());
        Ok(decision)
    }

    /// Takes a decision over.
    pub(crate) fn take(&mut self, decision: Decision) {
        self.ids += 1;
        let charges = self.numbered(decision.charges);
        self.main.ledger.extend(charges);
        self.main.subscription = decision.after;
        for Outcome { after, charges } in decision.add_ons {
            let charges = self.numbered(charges);
            let id = after.id;
            let add_on = self.add_ons.iter_mut().find(|account| account.subscription.id == id).unwrap();
            add_on.ledger.extend(charges);
            add_on.subscription = after;
        }
        if let Some(split) = decision.split {
            let id = SubscriptionId::from_u128(self.ids);
            let ledger = self.numbered(split.charges);
            self.splits.push(Account { subscription: Subscription { id, ..split.subscription }, ledger });
        }
    }

    /// Another price from now on.
    pub(crate) fn reprice(&mut self, offer: OfferId, price: Option<UnitPrice>) {
        let now = self.now;
        let listed = self.offers.iter_mut().find(|listed| listed.offer.id == offer).unwrap();
        listed.prices.push((now, price));
    }

    /// Moves on to an instant and plays everything due until then, in the order of time and the base first; what it
    /// brought for the subscription itself. Add-ons end with it.
    pub(crate) fn advance(&mut self, to: OffsetDateTime) -> Vec<Played> {
        assert!(to >= self.now, "{to} is before {}", self.now);
        let mut played = Vec::new();
        while let Some((at, place)) = self.next_due().filter(|(at, _)| *at <= to) {
            let before = self.accounts()[place].subscription.clone();
            let offers = self.offered(renewal::in_force_at(&before, at));
            let assigned = if place == 0 { u32::try_from(self.assigned.len()).unwrap() } else { 0 };
            let base = (before.kind == OfferKind::AddOn).then_some(&self.main.subscription);
            let step = renewal::step(&Due { subscription: &before, offers: &offers, assigned, base }, at).unwrap();
            assert!(renewal::due_at(&step.after).is_none_or(|next| next > at), "{at} is never over: {:?}", step.after);
            let charges = self.numbered(step.charges.clone());
            let account = self.account(place);
            account.subscription = step.after;
            account.ledger.extend(charges);
            if place == 0 {
                played.push(Played { at, charges: step.charges, happened: step.happened });
                self.end_add_ons();
            }
        }
        self.now = to;
        played
    }

    /// The subscription, its add-ons, what was split off.
    pub(crate) fn accounts(&self) -> Vec<&Account> {
        [&self.main].into_iter().chain(&self.add_ons).chain(&self.splits).collect()
    }

    fn account(&mut self, place: usize) -> &mut Account {
        [&mut self.main].into_iter().chain(&mut self.add_ons).chain(&mut self.splits).nth(place).unwrap()
    }

    /// When something is due next, and for which of the accounts.
    pub(crate) fn next_due(&self) -> Option<(OffsetDateTime, usize)> {
        let due = |(place, account): (usize, &&Account)| Some((renewal::due_at(&account.subscription)?, place));
        self.accounts().iter().enumerate().filter_map(due).min()
    }

    fn end_add_ons(&mut self) {
        let base = self.main.subscription.clone();
        if base.status.owned() {
            return;
        }
        for place in 0..self.add_ons.len() {
            let add_on = &self.add_ons[place];
            let open = billing::open_charges(&add_on.ledger);
            let Some(ended) = add_ons::end_with_base(&add_on.subscription, &open, &base).unwrap() else { continue };
            let charges = self.numbered(ended.charges);
            self.add_ons[place].subscription = ended.after;
            self.add_ons[place].ledger.extend(charges);
        }
    }
}

/// The first of the offers, ordered under a preset with some rules turned.
pub(crate) fn ordered(
    key: &str,
    turn: impl Fn(&mut Rules),
    offers: &[(&str, &str)],
    quantity: u32,
    at: OffsetDateTime,
) -> World {
    let mut policy = preset(key);
    turn(&mut policy.rules);
    let order = Ordered { offer: OfferId::from_u128(0), quantity, at, aligned_to: None };
    World::new(catalog(offers, &policy), &order)
}

/// The 6th of a month of 30 days, in the morning.
pub(crate) const ORDERED: OffsetDateTime = datetime!(2026-09-06 08:00 UTC);

/// Five licences for a year, ordered on 6 September 2026.
pub(crate) fn five(key: &str, turn: impl Fn(&mut Rules)) -> World {
    ordered(key, turn, &[("E1 P1Y monthly", "9.40")], 5, ORDERED)
}

/// Everything that was charged.
pub(crate) fn ledger(world: &World) -> Vec<String> {
    world.main.ledger.iter().map(|(_, charge)| charged(charge)).collect()
}

/// The days of a whole term of a subscription that would start on a day.
pub(crate) fn whole_term(subscription: &Subscription, start: Day) -> DaySpan {
    Calendar::new(&subscription.policy.rules, subscription.term, start, start.of_month()).term_span().unwrap()
}

/// The start of a day.
pub(crate) fn at(day: &str) -> OffsetDateTime {
    Zone::UTC.start(day.parse().unwrap())
}

/// What a decision charges.
pub(crate) fn charges(decision: &Decision) -> Vec<String> {
    decision.charges.iter().map(charged).collect()
}

/// What time charges until an instant.
pub(crate) fn played(world: &mut World, to: OffsetDateTime) -> Vec<String> {
    world.advance(to).iter().flat_map(|played| &played.charges).map(charged).collect()
}

/// What a buyer in Germany has: everything that an order needs.
fn buyer() -> BuyerFacts {
    let germany = Country::from_code("DE").unwrap();
    BuyerFacts {
        billed: Some(Billed::to_customer(&address())),
        seller_country: germany,
        vat_id: None,
        vat_standing: VatStanding::Pending,
        currency: Currency::Eur,
        segments: Vec::new(),
        tenant: Some(TenantStatus::Linked),
        agreement_accepted: true,
    }
}

/// The cart of an order, priced; where its term is aligned, as billing says.
fn quoted(offered: Offered, ordered: &Ordered, base: Option<&Subscription>) -> Quotation {
    let beside = |base: &Subscription| Base {
        id: BaseId::Subscription(base.id),
        name: "E1".to_owned(),
        quantity: base.quantity,
        ends_on: base.last_day(),
    };
    let bases: Vec<_> = base.map(beside).into_iter().collect();
    let Offered { offer, policy, price, product_id, price_valid_from, ceiling, subscriptions, active, .. } = offered;
    let (unit_price, owner, valid_from) = (price.unwrap(), PriceOwner::Everybody, price_valid_from.unwrap());
    let price =
        Some(PriceQuote { unit_price, cost: None, price_list_id: PriceListId::from_u128(1), owner, valid_from });
    let (offer_id, quantity) = (offer.id, ordered.quantity);
    let line = CartLine {
        id: LineId::from_u128(1),
        offer_id,
        quantity,
        reference: None,
        branch: None,
        trial_then: None,
        base: None,
    };
    let facts = OfferFacts {
        offer,
        product_id,
        publisher: "Microsoft Corporation".to_owned(),
        policy,
        price,
        name: "Add-on".to_owned(),
        sold_in: None,
        active,
        needs_base: !bases.is_empty(),
        bases,
        ceiling,
        subscriptions,
        trial: None,
    };
    let mut quotation = cart::quote(&[LineFacts { line, offer: Some(facts), branch: None }], &buyer(), ordered.at);
    // A policy for keys alone offers no method for carts.
    quotation.payment_methods = vec![PaymentMethod::Invoice];
    if ordered.aligned_to.is_some() {
        let line = &mut quotation.lines[0];
        let OfferFacts { offer, policy, .. } = &line.facts;
        let plan = Plan { rules: &policy.rules, term: offer.term, cycle: offer.billing_cycle, unit_price, quantity };
        let start = TermStart { aligned_to: ordered.aligned_to, ..TermStart::on(policy.zone.day(ordered.at)) };
        let begins = billing::order(plan, start).unwrap();
        line.charges = begins.charge.into_iter().collect();
        (line.term_span, line.next_charge_on) = (begins.term_span, begins.next_charge_on);
    }
    quotation
}

/// The subscription of an order once it is provided, and its first charge.
fn opened(offers: &[Listed], ordered: &Ordered, id: SubscriptionId, base: Option<&Subscription>) -> Account {
    let offered = offers.iter().find(|listed| listed.offer.id == ordered.offer).unwrap().offered(ordered.at);
    let quotation = quoted(offered, ordered, base);
    let consents = quotation.consents_required.iter().map(Consent::from).collect();
    let request = PlaceOrder { payment_method: PaymentMethod::Invoice, consents, external_ref: None };
    let cart = Cart {
        id: CartId::from_u128(1),
        marketplace_id: MarketplaceId::from_u128(1),
        customer_id: CustomerId::from_u128(1),
        reseller_id: None,
        name: None,
        billing_address: None,
        lines: Vec::new(),
        ordered_as: None,
        created_at: ordered.at,
        version: 1,
    };
    let (address, payer) = (address(), Payer::Customer);
    let quoted =
        QuotedCart { cart: &cart, billing_address: Some(&address), quotation: &quotation, payer, branches: &[] };
    let placed = order::place(&quoted, &request, "script", || id.as_u128(), ordered.at).unwrap();
    let [begun] = <[Subscription; 1]>::try_from(placed.subscriptions).unwrap();
    let ledger = placed.charges.into_iter().map(|(_, charge)| (ChargeId::from_u128(0), charge)).collect();
    let status = SubscriptionStatus::Active;
    Account { subscription: Subscription { status, activated_at: Some(ordered.at), ..begun }, ledger }
}

/// An invoice address in Germany.
fn address() -> Address {
    Address {
        company: None,
        street: "Ring 1".to_owned(),
        postal_code: "51063".to_owned(),
        city: "Köln".to_owned(),
        region: None,
        country: Country::from_code("DE").unwrap(),
        phone: None,
    }
}

/// A policy's rules with some of them said anew.
pub(crate) fn overridden(policy: &Policy, keys: &serde_json::Map<String, serde_json::Value>) -> Policy {
    let mut document = serde_json::to_value(&policy.rules).unwrap();
    document.as_object_mut().unwrap().extend(keys.clone());
    Policy { rules: serde_json::from_value(document).unwrap(), ..policy.clone() }
}
