//! What a change would do: the facts are loaded through the scope, the decision is
//! `domain::subscription::rules::decide`. A preview and the change itself ask here alike.

use crate::App;
use crate::auth::delegated;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::subscriptions::changes::facts::{self, Loaded};
use domain::access::Scope;
use domain::consent;
use domain::delegation::Act;
use domain::id::{ChangeId, UserId};
use domain::policy::{ConsentRule, PaymentMethod};
use domain::purchase;
use domain::refusal::Refusal;
use domain::subscription::change::{AlignTo, Change, ChangeRequest, Decision, Offered, Starts, Terms, Timing, When};
use domain::subscription::{AtTermEnd, Subscription, rules};
use domain::tax::TaxRule;
use domain::tax::billed::Billed;
use store::Conn;
use time::OffsetDateTime;

/// A change that somebody asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is to change.
    pub change: Change,
    /// When it is to take effect.
    pub when: When,
    /// Reference, branch, payment method and consents.
    pub terms: Terms,
    /// The preview that was seen.
    pub preview_token: Option<String>,
    /// Who asks, where it is a person.
    pub by: Option<UserId>,
}

/// A change with everything that decides it, and the decision.
pub struct Decided {
    /// The facts that it was decided by.
    pub loaded: Loaded,
    /// The change as it was asked for, with the id that it gets.
    pub request: ChangeRequest,
    /// What it does, and when.
    pub decision: Decision,
    /// The instant at which it shows, where that is later: of the change, or of the renewal that it brings back; with
    /// the offers at the prices that are known for it.
    pub then: Option<(OffsetDateTime, Vec<Offered>)>,
    /// The tax of where the subscription is billed to.
    pub tax_rule: TaxRule,
    /// What it was asked for with, and what had to be.
    pub purchase: Purchase,
}

/// What a change is asked for with, and what its policy wants of it.
#[derive(Default)]
pub struct Purchase {
    /// Reference, branch, payment method and consents, as they were said.
    pub terms: Terms,
    /// Reference and invoice address of the subscription before, where another one was said.
    pub before: Option<Was>,
    /// The texts of what is bought.
    pub texts: Vec<ConsentRule>,
    /// Those of them that are still to be agreed to.
    pub consents_required: Vec<ConsentRule>,
    /// How it may be paid.
    pub payment_methods: Vec<PaymentMethod>,
}

/// What a subscription had before a change that says something else of it.
#[derive(Debug, Clone)]
pub struct Was {
    /// What was printed with its positions on invoices.
    pub reference: Option<String>,
    /// Where it was billed to.
    pub billed: Billed,
}

impl Purchase {
    /// What keeps a change from being made that was asked for so: as with an order, missing consents, and a
    /// payment method that is not offered.
    pub fn refused(&self) -> Vec<(String, Refusal)> {
        let Terms { consents, payment_method, .. } = &self.terms;
        let refused = purchase::refused(&self.consents_required, consents, &self.payment_methods, *payment_method);
        refused.into_iter().map(|(member, refusal)| (format!("/{member}"), refusal)).collect()
    }

    /// What is kept of it.
    pub fn kept(&self) -> Terms {
        let consents = consent::kept(&self.texts, &self.terms.consents);
        Terms { consents, ..self.terms.clone() }
    }
}

/// What a change would do to a subscription, read through the scope.
pub fn decide(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    subscription: Subscription,
    asked: &Asked,
    now: OffsetDateTime,
) -> Result<Decided, Problem> {
    let (subscription, before) = moved(conn, scope, subscription, &asked.terms)?;
    let tax_rule = tax_rule(app, conn, scope, &subscription)?;
    let (rule, zone) = (subscription.policy.rules.delegated_administration, subscription.policy.zone.clone());
    delegated::may_act(conn, scope, subscription.customer_id, Act::Buy, [rule])??;
    let loaded = facts::load(app, conn, scope, subscription, Some(&asked.change), asked.by, now)?;
    let request = ChangeRequest { id: ChangeId::new(), change: asked.change, when: asked.when };
    let decision = rules::decide(&loaded.facts, &request, loaded.now)
        .map_err(|refusal| Problem::refusals(vec![(pointer(&asked.change).to_owned(), refusal)]).in_zone(&zone))?;
    let purchase = Purchase { before, ..purchase(conn, scope, &loaded, asked)? };
    Ok(Decided { purchase, ..Decided::new(loaded, request, decision, tax_rule)? })
}

/// The subscription with the reference and at the invoice address that are said with a change; and how these were.
fn moved(
    conn: &mut Conn,
    scope: &Scope,
    mut subscription: Subscription,
    terms: &Terms,
) -> Result<(Subscription, Option<Was>), Problem> {
    if terms.reference.is_none() && terms.branch.is_none() {
        return Ok((subscription, None));
    }
    let before = Was { reference: subscription.reference.clone(), billed: subscription.billed.clone() };
    if let Some(name) = &terms.branch {
        let found = store::branches::of_names(conn, scope, subscription.customer_id, &[name])?;
        let unknown = || Problem::refusals(vec![("/branch".to_owned(), Refusal::BranchUnknown(name.clone()))]);
        let branch = found.first().ok_or_else(unknown)?;
        subscription.billed = Billed::to_branch(branch.id, &branch.address);
    }
    subscription.reference = terms.reference.clone().or(subscription.reference);
    Ok((subscription, Some(before)))
}

/// What an order of the offer that then holds would ask for now; but not for what was agreed to with the subscription's
/// order or an earlier change of it.
fn purchase(conn: &mut Conn, scope: &Scope, loaded: &Loaded, asked: &Asked) -> Result<Purchase, Problem> {
    let subscription = &loaded.facts.subscription;
    let offer = asked.change.offer().unwrap_or(subscription.offer_id);
    let sold = loaded.facts.offered(offer).map(|offered| &offered.policy.rules);
    let rules = sold.unwrap_or(&subscription.policy.rules);
    let payment_methods = purchase::payment_methods(std::iter::once(rules));
    let mut purchase = Purchase { terms: asked.terms.clone(), payment_methods, ..Purchase::default() };
    if !asked.change.buys(subscription.quantity) {
        return Ok(purchase);
    }
    let publisher = loaded.catalog.offer(offer).map_or("", |found| found.product.publisher.as_str());
    purchase.texts = consent::required([(rules, publisher)]);
    if !purchase.texts.is_empty() {
        // Whoever of the customer's has agreed.
        let all = Scope::Marketplace(scope.marketplace());
        let mut agreed = store::orders::consents(conn, &all, subscription.order_id)?;
        agreed.extend(store::changes::consents(conn, &all, subscription.id)?);
        purchase.consents_required = consent::open(purchase.texts.clone(), &agreed);
    }
    Ok(purchase)
}

impl Decided {
    /// A decision with the tax of what it charges, and with the offers of the instant at which it shows.
    pub fn new(
        loaded: Loaded,
        request: ChangeRequest,
        mut decision: Decision,
        tax_rule: TaxRule,
    ) -> Result<Self, Problem> {
        decision.share_tax(tax_rule).map_err(Problem::internal)?;
        let then = later(&request.change, &decision).map(|at| (at, loaded.offers_at(at)));
        Ok(Self { loaded, request, decision, then, tax_rule, purchase: Purchase::default() })
    }
}

/// When a change shows that has no effect at once.
fn later(change: &Change, decision: &Decision) -> Option<OffsetDateTime> {
    let renews = matches!(
        change,
        Change::SetAutoRenew(true) | Change::SetAtTermEnd(AtTermEnd::Renew) | Change::Renew(Starts::AtTermEnd)
    );
    match decision.timing {
        Timing::At(at) => Some(at),
        Timing::Now => decision.after.term_ends_at().filter(|_| renews),
    }
}

/// The VAT of a subscription: of where it is billed to (C-40).
pub fn tax_rule(app: &App, conn: &mut Conn, scope: &Scope, subscription: &Subscription) -> Result<TaxRule, Problem> {
    let marketplace = app.marketplaces.get(subscription.marketplace_id)?;
    let customer = store::customers::get(conn, scope, subscription.customer_id)?.value;
    Ok(subscription.tax_rule(marketplace.marketplace.country, &customer))
}

/// The field of a request that a refusal is about.
const fn pointer(change: &Change) -> &'static str {
    match change {
        Change::SetQuantity(_) | Change::Transition { quantity: Some(_), .. } => "/quantity",
        Change::Transition { .. } | Change::ChangeOffer(_) => "/offer_id",
        Change::AlignTermEnd(AlignTo::Date(_)) => "/date",
        Change::AlignTermEnd(AlignTo::Subscription(_)) => "/subscription_id",
        Change::SetAutoRenew(_) => "/auto_renew",
        Change::SetAtTermEnd(_) => "/at_term_end",
        Change::Renew(_) => "/starts",
        Change::Cancel | Change::Suspend | Change::Resume | Change::Reactivate | Change::TakeOver(_) => "/type",
    }
}
