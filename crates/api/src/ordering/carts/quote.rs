//! What a cart costs: the facts are loaded here, the decision is `domain::cart::quote`. Preview and order share it.

use crate::App;
use crate::auth::delegated;
use crate::http::problem::{Problem, named};
use crate::ordering::carts::beside::{Beside, ever_ordered};
use crate::ordering::carts::open::NewCart;
use crate::ordering::carts::trials;
use domain::access::Scope;
use domain::base::{Base, BaseId};
use domain::cart::{self, BuyerFacts, Cart, CartLine, LineFacts, MAX_LINES, OfferFacts, Quotation};
use domain::catalog::sold_in;
use domain::delegation::Act;
use domain::id::{CartId, CustomerId, OfferId};
use domain::party::{Address, Branch, Customer};
use domain::pricing::{Buyer, Payer};
use domain::refusal::Refusal;
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
    /// Who pays that.
    pub payer: Payer,
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

/// Prices what no cart holds, in the same way.
pub fn quote_lines(app: &App, conn: &mut Conn, scope: &Scope, wanted: &NewCart) -> Result<Quoted, Problem> {
    let buying = named("/customer_id", store::customers::buying(conn, scope, wanted.customer(scope)?))?;
    let now = app.now_ahead(buying.clock_offset_us);
    let cart = wanted.cart(&buying.customer, now);
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
    // Who asks pays, and sees no other price: a reseller what it pays the provider, its customer what it pays there.
    let payer = Payer::of(scope.customer().is_some(), customer.reseller_id);
    let buyer = Buyer::of(payer, customer.id, customer.reseller_id);
    let offers = cart.lines.iter().map(|line| line.offer_id);
    let ever = ever_ordered(conn, scope, &catalog, customer.id, offers)?;
    let asking = Asking { buyer, beside: Beside { catalog: &catalog, owned: &owned, ever: &ever }, now };
    let branches = branches_of(conn, scope, &cart)?;
    let line = |line: &CartLine| LineFacts {
        line: line.clone(),
        offer: offer_facts(&asking, line.offer_id),
        branch: branch_of(&branches, line).map(|branch| Billed::to_branch(branch.id, &branch.address)),
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
    Ok(Quoted { cart, customer: buying.customer, billing_address, quotation, payer, branches })
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

/// When bases of add-ons end, where that is settled: one query, and none where nothing is an add-on of what runs.
fn know_base_ends(
    conn: &mut Conn,
    scope: &Scope,
    lines: &mut [LineFacts],
    customer: CustomerId,
) -> Result<(), Problem> {
    let offers = || lines.iter().filter_map(|line| line.offer.as_ref());
    if offers().all(|offer| offer.bases.is_empty()) {
        return Ok(());
    }
    let running = store::subscriptions::of_customer(conn, scope, customer)?;
    let ends: HashMap<_, _> = running.iter().map(|base| (BaseId::Subscription(base.id), base.last_day())).collect();
    let offers = lines.iter_mut().filter_map(|line| line.offer.as_mut());
    for base in offers.flat_map(|offer| &mut offer.bases) {
        base.ends_on = ends.get(&base.id).copied().flatten();
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

fn branch_of<'a>(branches: &'a [Branch], line: &CartLine) -> Option<&'a Branch> {
    let name = line.branch.as_ref()?;
    branches.iter().find(|branch| branch.name == *name)
}

/// A line's branch is one of the customer's; it may have gone since it was put in.
fn unknown_branches(branches: &[Branch], cart: &Cart) -> Vec<cart::Problem> {
    let problem = |(n, line): (usize, &CartLine)| {
        let name = line.branch.as_ref().filter(|_| branch_of(branches, line).is_none())?;
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

/// For whom an offer is asked about.
pub struct Asking<'a> {
    /// Whose prices hold.
    pub buyer: Buyer,
    /// What the customer has.
    pub beside: Beside<'a>,
    /// The marketplace's now.
    pub now: OffsetDateTime,
}

/// What is known about an offer; nothing where it is not sold here.
pub fn offer_facts(asking: &Asking<'_>, id: OfferId) -> Option<OfferFacts> {
    let Asking { buyer, beside, now } = asking;
    let Beside { catalog, owned, .. } = beside;
    let found = catalog.offer(id)?;
    let policy = catalog.policy(found.offer, *now)?;
    // only what is provisioned can carry an add-on.
    let carries = |owned: &&Owned| owned.status.serves() && found.offer.prerequisites.contains(&owned.sku_id);
    let base = |owned: &Owned| Base {
        id: BaseId::Subscription(owned.subscription_id),
        name: catalog.sku_of(owned.offer_id).map(|node| node.sku.title.clone()).unwrap_or_default(),
        quantity: owned.quantity,
        ends_on: None,
    };
    Some(OfferFacts {
        trial: trials::facts(catalog, &found, policy, *buyer, *now),
        policy: policy.clone(),
        offer: found.offer.clone(),
        product_id: found.product.id,
        publisher: found.product.publisher.clone(),
        name: found.sku.title.clone(),
        price: catalog.price(id, *buyer, *now),
        sold_in: sold_in(catalog.siblings(id), found.offer, catalog.market.currency, *now),
        active: beside.active(found.product.id, found.sku.id),
        subscriptions: beside.subscriptions(found.sku),
        needs_base: found.sku.needs_base(),
        bases: owned.iter().filter(carries).take(MAX_LINES).map(base).collect(),
        ceiling: beside.ceiling(found.sku),
    })
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
