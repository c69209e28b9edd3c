//! What a change would do: the facts are loaded through the scope, the decision is
//! `domain::subscription::rules::decide`. A preview and the change itself ask here alike.

use crate::App;
use crate::auth::delegated;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::subscriptions::changes::facts::{self, Loaded};
use domain::access::Scope;
use domain::delegation::Act;
use domain::id::{ChangeId, UserId};
use domain::subscription::change::{AlignTo, Change, ChangeRequest, Decision, Offered, Starts, Timing, When};
use domain::subscription::{AtTermEnd, Subscription, rules};
use domain::tax::TaxRule;
use store::Conn;
use time::OffsetDateTime;

/// A change that somebody asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is to change.
    pub change: Change,
    /// When it is to take effect.
    pub when: When,
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
    let tax_rule = tax_rule(app, conn, scope, &subscription)?;
    let rule = subscription.policy.rules.delegated_administration;
    delegated::may_act(conn, scope, subscription.customer_id, Act::Buy, [rule])??;
    let loaded = facts::load(app, conn, scope, subscription, Some(&asked.change), asked.by, now)?;
    let request = ChangeRequest { id: ChangeId::new(), change: asked.change, when: asked.when };
    let decision = rules::decide(&loaded.facts, &request, loaded.now)
        .map_err(|refusal| Problem::refusals(vec![(pointer(&asked.change).to_owned(), refusal)]))?;
    Ok(Decided::new(loaded, request, decision, tax_rule))
}

impl Decided {
    /// A decision with the offers of the instant at which it shows.
    pub fn new(loaded: Loaded, request: ChangeRequest, decision: Decision, tax_rule: TaxRule) -> Self {
        let then = later(&request.change, &decision).map(|at| (at, loaded.offers_at(at)));
        Self { loaded, request, decision, then, tax_rule }
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
