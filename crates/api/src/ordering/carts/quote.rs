//! What a cart costs: the facts are loaded here, the decision is `domain::cart::quote`. Preview and order share it.

use crate::App;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::wire::charge::Recurring;
use crate::http::wire::codes::{BillingCycle, ConsentKind, PaymentMethod};
use crate::http::wire::money::Money;
use crate::memory::catalogs::catalog::Catalog;
use crate::ordering::carts::preview::{self, CartPreview, PreviewProblem};
use crate::platform::marketplaces::profile::ConsentRule;
use crate::texts::lang::Lang;
use domain::access::Scope;
use domain::cart::{self, BuyerFacts, Cart, CartLine, LineFacts, OfferFacts, Quotation};
use domain::id::{CartId, OfferId};
use domain::party::{Address, Customer};
use domain::pricing::Buyer;
use domain::refusal::Refusal;
use store::Conn;
use store::subscriptions::Owned;
use time::OffsetDateTime;

/// A cart with its facts and its quotation.
pub struct Quoted {
    /// The cart.
    pub cart: Cart,
    /// For whom.
    pub customer: Customer,
    /// Whose invoice it is: the cart's address, else the customer's.
    pub billing_address: Address,
    /// The decision.
    pub quotation: Quotation,
}

/// Loads a cart's facts through the scope and prices it.
pub fn quote(app: &App, conn: &mut Conn, scope: &Scope, id: CartId, now: OffsetDateTime) -> Result<Quoted, Problem> {
    let cart = store::carts::get(conn, scope, id)?;
    let customer = store::customers::get(conn, scope, cart.customer_id)?.value;
    let catalog = app.catalog_in(conn, cart.marketplace_id)?;
    let owned = store::subscriptions::owned(conn, scope, customer.id)?;
    let buyer = Buyer { customer: Some(customer.id), reseller: customer.reseller_id };
    let facts_of = |line: &CartLine| offer_facts(&catalog, line.offer_id, buyer, &owned, now);
    let lines: Vec<_> = cart.lines.iter().map(|line| LineFacts { line: line.clone(), offer: facts_of(line) }).collect();
    let billing_address = cart.billing_address.clone().unwrap_or_else(|| customer.address.clone());
    let facts = buyer_facts(app, conn, scope, &customer, &billing_address)?;
    let mut quotation = cart::quote(&lines, &facts, now);
    if cart.ordered_as.is_some() {
        quotation.problems.insert(0, cart::Problem { line: None, field: "cart_id", refusal: Refusal::CartOrdered });
    }
    quotation.problems.extend(unknown_branches(conn, scope, &cart)?);
    quotation.problems.extend(not_ready(app, conn, &customer)?);
    Ok(Quoted { cart, customer, billing_address, quotation })
}

/// Before its first purchase a reseller needs what its marketplace says (T-12…T-16).
fn not_ready(app: &App, conn: &mut Conn, customer: &Customer) -> Result<Option<cart::Problem>, Problem> {
    let needs = &app.marketplaces.organizations(customer.marketplace_id)?.reseller_needs;
    let Some(id) = customer.reseller_id.filter(|_| !needs.is_empty()) else { return Ok(None) };
    let scope = Scope::Marketplace(customer.marketplace_id);
    let missing = store::resellers::get(conn, &scope, id)?.value.onboarding.missing(needs);
    let refusal = (!missing.is_empty()).then_some(Refusal::ResellerNotReady(missing));
    Ok(refusal.map(|refusal| cart::Problem { line: None, field: "customer_id", refusal }))
}

/// A line's branch is one of the customer's (C-34); it may have gone since it was put in.
fn unknown_branches(conn: &mut Conn, scope: &Scope, cart: &Cart) -> Result<Vec<cart::Problem>, Problem> {
    let lines = cart.lines.iter().enumerate();
    let named: Vec<_> = lines.filter_map(|(n, line)| Some((n, line.branch.as_deref()?))).collect();
    let names: Vec<_> = named.iter().map(|(_, name)| *name).collect();
    let known = store::branches::known(conn, scope, cart.customer_id, &names)?;
    let unknown = named.into_iter().filter(|(_, name)| !known.iter().any(|known| known == name));
    let problem = |(line, name): (usize, &str)| cart::Problem {
        line: Some(line),
        field: "branch",
        refusal: Refusal::BranchUnknown(name.to_owned()),
    };
    Ok(unknown.map(problem).collect())
}

/// What is known about a buyer with an invoice address.
pub fn buyer_facts(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    customer: &Customer,
    billing: &Address,
) -> Result<BuyerFacts, Problem> {
    let marketplace = app.marketplaces.get(customer.marketplace_id)?;
    let tenant = store::tenants::get(conn, scope, customer.id)?;
    let agreement = store::agreements::get(conn, scope, customer.id)?;
    Ok(BuyerFacts {
        country: billing.country,
        seller_country: marketplace.marketplace.country,
        vat_id: customer.vat_id.clone(),
        currency: marketplace.marketplace.currency,
        segments: vec![domain::catalog::Segment::Commercial],
        tenant: tenant.map(|record| record.tenant.status),
        agreement_accepted: agreement.is_some(),
    })
}

/// What is known about an offer for a buyer; nothing where it is not sold here.
pub fn offer_facts(
    catalog: &Catalog,
    id: OfferId,
    buyer: Buyer,
    owned: &[Owned],
    now: OffsetDateTime,
) -> Option<OfferFacts> {
    let found = catalog.offer(id)?;
    let prerequisites = &found.offer.prerequisites;
    let of = |owned: &Owned| owned.subscription_id;
    let same_product = owned.iter().find(|subscription| subscription.product_id == found.product.id);
    Some(OfferFacts {
        policy: catalog.policy(found.offer, now)?.clone(),
        offer: found.offer.clone(),
        product_id: found.product.id,
        price: catalog.price(id, buyer, now),
        owned_of_product: same_product.map(|subscription| (subscription.subscription_id, subscription.quantity)),
        // only what is provisioned can carry an add-on.
        base_owned: owned.iter().find(|base| base.status.serves() && prerequisites.contains(&base.sku_id)).map(of),
    })
}

impl Quoted {
    /// The quotation on the wire, with the token that binds an order to it.
    pub fn preview(&self, app: &App, lang: Lang) -> CartPreview {
        let quotation = &self.quotation;
        let consents = quotation.consents_required.iter();
        let mut preview = CartPreview {
            cart_id: self.cart.id.to_string(),
            due_now: quotation.due_now.into(),
            recurring: recurring(quotation),
            lines: quotation.lines.iter().map(preview::line).collect(),
            tax: (&quotation.tax_rule).into(),
            consents_required: consents
                .map(|rule| ConsentRule { kind: ConsentKind(rule.kind), version: rule.version.clone() })
                .collect(),
            payment_methods: quotation.payment_methods.iter().map(|method| PaymentMethod(*method)).collect(),
            problems: vec![],
            preview_token: String::new(),
        };
        preview.preview_token = token(app, &preview);
        let problems = quotation.problems.iter().map(|problem| (pointer(problem), problem.refusal.clone()));
        preview.problems = told(problems.collect(), lang);
        preview
    }

    /// The token that a preview made now would have.
    pub fn token(&self, app: &App) -> String {
        self.preview(app, Lang::En).preview_token
    }
}

/// Bound to everything that a buyer was shown of the order: cart, lines, amounts, spans, policies, price lists, consents.
fn token(app: &App, preview: &CartPreview) -> String {
    let content = serde_json::to_vec(preview).unwrap_or_default();
    app.keys.bind("cart preview", &content)
}

/// What recurs, on the wire.
pub fn recurring(quotation: &Quotation) -> Vec<Recurring> {
    let entry = |(cycle, taxed): &(domain::calendar::BillingCycle, domain::tax::Taxed)| Recurring {
        billing_cycle: BillingCycle(*cycle),
        money: Money::from(*taxed),
    };
    quotation.recurring.iter().map(entry).collect()
}

/// Refusals with their pointers, in words.
pub fn told(refusals: Vec<(String, Refusal)>, lang: Lang) -> Vec<PreviewProblem> {
    let all = Problem::refusals(refusals);
    let text = |field: &FieldProblem| PreviewProblem {
        detail: crate::texts::problems::of(field.code.as_str(), lang, &field.arguments).1,
        pointer: field.pointer.clone(),
        code: field.code,
    };
    all.fields.iter().map(text).collect()
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
