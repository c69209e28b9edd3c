//! What a cart costs: the facts are loaded here, the decision is `domain::cart::quote`. Preview and order share it.

use crate::App;
use crate::auth::delegated;
use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use crate::ordering::carts::trials;
use domain::access::Scope;
use domain::cart::{self, BuyerFacts, Cart, CartLine, LineFacts, OfferFacts, Quotation};
use domain::catalog::{Ceiling, Sku};
use domain::delegation::Act;
use domain::id::{CartId, CustomerId, OfferId, SkuId};
use domain::offer_matrix::CountedOver;
use domain::party::{Address, Branch, Customer};
use domain::pricing::Buyer;
use domain::refusal::Refusal;
use domain::subscription::Subscription;
use domain::tax::billed::Billed;
use domain::tax::vat_id;
use std::collections::HashMap;
use store::Conn;
use store::customers::BuyingCustomer;
use store::subscriptions::Owned;
use time::OffsetDateTime;

/// A cart with its facts and its quotation.
pub struct Quoted {
    /// The cart that was priced.
    pub cart: Cart,
    /// The customer that it is for.
    pub customer: Customer,
    /// Whose invoice it is: the cart's address, else the customer's; none where neither has one.
    pub billing_address: Option<Address>,
    /// What it costs, and what keeps it from being ordered.
    pub quotation: Quotation,
    /// The branches that its lines name.
    pub branches: Vec<Branch>,
}

/// Loads a cart and its facts through the scope and prices it by the marketplace's now. For what is shown: the order
/// prices it again.
pub fn quote(app: &App, conn: &mut Conn, scope: &Scope, id: CartId) -> Result<Quoted, Problem> {
    let cart = store::carts::get(conn, scope, id)?;
    let buying = store::customers::buying(conn, scope, cart.customer_id)?;
    let now = app.now_ahead(buying.clock_offset_us);
    price(app, conn, scope, cart, buying, now)
}

/// Loads the other facts of a cart that was read with its buyer, and prices it.
pub fn price(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    cart: Cart,
    mut buying: BuyingCustomer,
    now: OffsetDateTime,
) -> Result<Quoted, Problem> {
    let catalog = app.catalog_at(conn, cart.marketplace_id, buying.catalog_version)?;
    let customer = &buying.customer;
    let owned = store::subscriptions::owned(conn, scope, customer.id)?;
    let buyer = Buyer { customer: Some(customer.id), reseller: customer.reseller_id };
    let offers = cart.lines.iter().map(|line| line.offer_id);
    let ever = ever_ordered(conn, scope, &catalog, customer.id, offers)?;
    let facts_of = |line: &CartLine| offer_facts(&catalog, line.offer_id, buyer, &owned, &ever, now);
    let branches = branches_of(conn, scope, &cart)?;
    let line = |line: &CartLine| LineFacts {
        line: line.clone(),
        offer: facts_of(line),
        branch: named(&branches, line).map(|branch| Billed::to_branch(branch.id, &branch.address)),
    };
    let mut lines: Vec<_> = cart.lines.iter().map(line).collect();
    know_base_ends(conn, scope, &mut lines, customer.id)?;
    trials::know_had(conn, scope, &mut lines, customer.id)?;
    let own = cart.billing_address.as_ref().filter(|address| Some(*address) != customer.address.as_ref());
    let billed = own.map(Billed::to_order).or_else(|| customer.address.as_ref().map(Billed::to_customer));
    let billing_address = cart.billing_address.clone().or_else(|| customer.address.clone());
    complete_vat_id(conn, scope, &mut buying.customer, billed.as_ref())?;
    let facts = buyer_facts(app, &buying, billed)?;
    let mut quotation = cart::quote(&lines, &facts, now);
    if cart.ordered_as.is_some() {
        quotation.problems.insert(0, cart::Problem { line: None, field: "cart_id", refusal: Refusal::CartOrdered });
    }
    quotation.problems.extend(undelegated(conn, scope, &lines, cart.customer_id)?);
    quotation.problems.extend(unknown_branches(&branches, &cart));
    quotation.problems.extend(not_ready(app, &buying)?);
    Ok(Quoted { cart, customer: buying.customer, billing_address, quotation, branches })
}

/// A VAT id that was given before there was an address is read as one of where it is billed to, as it will be kept.
fn complete_vat_id(
    conn: &mut Conn,
    scope: &Scope,
    customer: &mut Customer,
    billed: Option<&Billed>,
) -> Result<(), Problem> {
    let written = |id: &String| vat_id::written(id, billed.map(|billed| billed.place.country));
    let written = customer.vat_id.as_ref().map(written);
    if let Some(id) = written.filter(|id| customer.vat_id.as_ref() != Some(id)) {
        customer.vat = store::vat_checks::standing(conn, scope, customer.id, &id)?;
        customer.vat_id = Some(id);
    }
    Ok(())
}

/// When the bases of add-ons end, where that is settled: one query, and none where nothing is an add-on of what runs.
fn know_base_ends(
    conn: &mut Conn,
    scope: &Scope,
    lines: &mut [LineFacts],
    customer: CustomerId,
) -> Result<(), Problem> {
    let offers = || lines.iter().filter_map(|line| line.offer.as_ref());
    if offers().all(|offer| offer.base_owned.is_none()) {
        return Ok(());
    }
    let running = store::subscriptions::of_customer(conn, scope, customer)?;
    for offer in lines.iter_mut().filter_map(|line| line.offer.as_mut()) {
        let base = running.iter().find(|base| Some(base.id) == offer.base_owned);
        offer.base_ends_on = base.and_then(Subscription::last_day);
    }
    Ok(())
}

/// Before its first purchase a reseller needs what its marketplace says.
fn not_ready(app: &App, buying: &BuyingCustomer) -> Result<Option<cart::Problem>, Problem> {
    let needs = &app.marketplaces.organizations(buying.customer.marketplace_id)?.reseller_needs;
    let missing = buying.seller.map(|seller| seller.missing(needs)).unwrap_or_default();
    let refusal = (!missing.is_empty()).then_some(Refusal::ResellerNotReady(missing));
    Ok(refusal.map(|refusal| cart::Problem { line: None, field: "customer_id", refusal }))
}

/// Where a line's policy asks for it, a partner orders only once the customer has accepted it (K-13).
fn undelegated(
    conn: &mut Conn,
    scope: &Scope,
    lines: &[LineFacts],
    customer: CustomerId,
) -> Result<Option<cart::Problem>, Problem> {
    let offers = lines.iter().filter_map(|line| line.offer.as_ref());
    let rules = offers.map(|offer| offer.policy.rules.delegated_administration);
    let refused = delegated::may_act(conn, scope, customer, Act::Buy, rules)?.err();
    Ok(refused.map(|refusal| cart::Problem { line: None, field: "customer_id", refusal }))
}

/// The branches that a cart's lines name.
fn branches_of(conn: &mut Conn, scope: &Scope, cart: &Cart) -> Result<Vec<Branch>, Problem> {
    let names: Vec<_> = cart.lines.iter().filter_map(|line| line.branch.as_deref()).collect();
    Ok(store::branches::of_names(conn, scope, cart.customer_id, &names)?)
}

fn named<'a>(branches: &'a [Branch], line: &CartLine) -> Option<&'a Branch> {
    let name = line.branch.as_ref()?;
    branches.iter().find(|branch| branch.name == *name)
}

/// A line's branch is one of the customer's; it may have gone since it was put in.
fn unknown_branches(branches: &[Branch], cart: &Cart) -> Vec<cart::Problem> {
    let problem = |(n, line): (usize, &CartLine)| {
        let name = line.branch.as_ref().filter(|_| named(branches, line).is_none())?;
        let refusal = Refusal::BranchUnknown(name.clone());
        Some(cart::Problem { line: Some(n), field: "branch", refusal })
    };
    cart.lines.iter().enumerate().filter_map(problem).collect()
}

/// What is known about a buyer that is billed to an address, where there is one.
pub fn buyer_facts(app: &App, buying: &BuyingCustomer, billed: Option<Billed>) -> Result<BuyerFacts, Problem> {
    let marketplace = app.marketplaces.get(buying.customer.marketplace_id)?;
    Ok(BuyerFacts {
        billed,
        seller_country: marketplace.marketplace.country,
        vat_id: buying.customer.vat_id.clone(),
        vat_standing: buying.customer.vat.standing,
        currency: marketplace.marketplace.currency,
        segments: vec![domain::catalog::Segment::Commercial],
        tenant: buying.tenant,
        agreement_accepted: buying.agreement_accepted,
    })
}

/// What is known about an offer for a buyer; nothing where it is not sold here.
pub fn offer_facts(
    catalog: &Catalog,
    id: OfferId,
    buyer: Buyer,
    owned: &[Owned],
    ever: &Ever,
    now: OffsetDateTime,
) -> Option<OfferFacts> {
    let found = catalog.offer(id)?;
    let prerequisites = &found.offer.prerequisites;
    let of = |owned: &Owned| owned.subscription_id;
    let policy = catalog.policy(found.offer, now)?;
    let same_product = owned.iter().find(|subscription| subscription.product_id == found.product.id);
    Some(OfferFacts {
        trial: trials::facts(catalog, &found, policy, buyer, now),
        policy: policy.clone(),
        offer: found.offer.clone(),
        product_id: found.product.id,
        price: catalog.price(id, buyer, now),
        owned_of_product: same_product.map(|subscription| (subscription.subscription_id, subscription.quantity)),
        subscriptions: subscriptions(found.sku, owned, ever),
        needs_base: found.sku.needs_base(),
        // only what is provisioned can carry an add-on.
        base_owned: owned.iter().find(|base| base.status.serves() && prerequisites.contains(&base.sku_id)).map(of),
        base_ends_on: None,
        ceiling: ceiling(found.sku, owned.iter().map(|of| (of.sku_id, of.most_quantity))),
    })
}

/// How many of a SKU a customer may have, where that is known, beside what it has.
pub fn ceiling(sku: &Sku, owned: impl Iterator<Item = (SkuId, u32)>) -> Option<Ceiling> {
    let limit = sku.customer_limit()?;
    let taken = owned.filter(|(of, _)| *of == sku.id).map(|(_, quantity)| u64::from(quantity)).sum();
    Some(Ceiling { limit, taken })
}

/// How many subscriptions of SKUs a customer ever ordered, where that is limited.
pub type Ever = HashMap<SkuId, u64>;

/// How many subscriptions a customer ever ordered of the SKUs of some offers, where that is limited: of most it is not,
/// and nothing is asked for.
pub fn ever_ordered(
    conn: &mut Conn,
    scope: &Scope,
    catalog: &Catalog,
    customer: CustomerId,
    offers: impl Iterator<Item = OfferId>,
) -> Result<Ever, Problem> {
    let limited = |id: OfferId| {
        let sku = catalog.offer(id)?.sku;
        let limit = sku.rules.as_ref()?.subscription_limit?;
        (limit.counted == CountedOver::Ever).then_some(sku.id)
    };
    let skus: Vec<_> = offers.filter_map(limited).collect();
    if skus.is_empty() {
        return Ok(Ever::new());
    }
    Ok(store::subscriptions::ever_ordered(conn, scope, customer, &skus)?)
}

/// How many subscriptions of a SKU a customer may have, where that is known, beside those that count.
fn subscriptions(sku: &Sku, owned: &[Owned], ever: &Ever) -> Option<Ceiling> {
    let limit = sku.rules.as_ref()?.subscription_limit?;
    let taken = match limit.counted {
        CountedOver::AtOnce => owned.iter().filter(|of| of.sku_id == sku.id).count() as u64,
        CountedOver::Ever => ever.get(&sku.id).copied().unwrap_or_default(),
    };
    Some(Ceiling { limit: limit.most, taken })
}

/// Where in the cart a problem is.
pub fn pointer(problem: &cart::Problem) -> String {
    match problem.line {
        Some(line) => format!("/lines/{line}/{}", problem.field),
        None => format!("/{}", problem.field),
    }
}

/// Problems as one refusal of the whole.
pub fn refuse(problems: Vec<cart::Problem>) -> Problem {
    let refusals: Vec<(String, Refusal)> =
        problems.into_iter().map(|problem| (pointer(&problem), problem.refusal)).collect();
    Problem::refusals(refusals)
}
