//! What is known of trials, and how it is shown before one is ordered.

use crate::http::problem::Problem;
use crate::http::wire::charge::PayableCharge;
use crate::http::wire::codes::{BillingCycle, Term};
use crate::http::wire::money::{Payable, Price};
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Found;
use domain::access::Scope;
use domain::cart::{LineFacts, PricedLine};
use domain::catalog::{Offer, OfferKind};
use domain::id::CustomerId;
use domain::policy::Policy;
use domain::pricing::Buyer;
use domain::trial::{self, Following, PaidPlan, TrialFacts};
use serde::Serialize;
use store::Conn;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A trial with what follows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewTrial {
    /// What follows: `end`, or the id of a paid offer; null where that is still to be said.
    #[schema(required, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub then: Option<String>,
    /// The paid term that begins by itself; null where none does.
    #[schema(required)]
    pub following: Option<TrialFollowing>,
    /// What may follow; empty where nothing paid is sold: it ends, and nothing needs to be said.
    pub plans: Vec<TrialPlan>,
}

/// The paid term after a trial, as it would be charged were nothing changed until then.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialFollowing {
    /// Its first day, the one after the trial.
    #[schema(required, format = Date, example = "2026-12-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2027-12-05")]
    pub term_end: Option<String>,
    /// The price of one licence and billing cycle on its first day, as it is published by now.
    pub unit_price: Price,
    /// Its first charge; null where nothing is charged.
    #[schema(required)]
    pub charge: Option<PayableCharge>,
    /// What each later cycle costs; null where nothing recurs.
    #[schema(required)]
    pub recurring: Option<Payable>,
}

/// A paid offer that may follow a trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialPlan {
    /// The offer, as `trial_then` of the cart's line takes it.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// How long its terms are.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// The price of one licence and billing cycle on its first day, as it is published by now.
    pub unit_price: Price,
    /// Whether the trial's policy proposes it.
    pub proposed: bool,
}

/// What is known of an offer that is a trial, without what the customer has had.
pub fn facts(
    catalog: &Catalog,
    found: &Found<'_>,
    policy: &Policy,
    buyer: Buyer,
    now: OffsetDateTime,
) -> Option<TrialFacts> {
    if found.offer.kind != OfferKind::Trial {
        return None;
    }
    let plans = trial::followed_at(policy, found.offer, now).map(|at| {
        let plan = |offer: &Offer| {
            let (policy, price) = (catalog.policy(offer, at)?.clone(), catalog.price(offer.id, buyer, at)?);
            Some(PaidPlan { offer: offer.clone(), policy, price })
        };
        let siblings = catalog.siblings(found.offer.id);
        siblings.iter().filter(|offer| trial::may_follow(found.offer, offer, at)).filter_map(plan).collect()
    });
    Some(TrialFacts { had: false, plans: plans.unwrap_or_default() })
}

/// Which trials the customer has had: one query, and none where no trial is wanted.
pub fn know_had(conn: &mut Conn, scope: &Scope, lines: &mut [LineFacts], customer: CustomerId) -> Result<(), Problem> {
    let offers = lines.iter_mut().filter_map(|line| line.offer.as_mut());
    let mut trials: Vec<_> = offers.filter_map(|offer| Some((offer.product_id, offer.trial.as_mut()?))).collect();
    if trials.is_empty() {
        return Ok(());
    }
    let products: Vec<_> = trials.iter().map(|(product, _)| *product).collect();
    let had = store::orders::trials_had(conn, scope, customer, &products)?;
    for (product, trial) in &mut trials {
        trial.had = had.contains(product);
    }
    Ok(())
}

/// A trial of a priced line on the wire, with the plans that may follow or without.
pub fn shown(line: &PricedLine, with_plans: bool) -> Option<PreviewTrial> {
    let facts = line.facts.trial.as_ref()?;
    let proposed = line.facts.policy.rules.trial_converts_to;
    let plan = |plan: &PaidPlan| TrialPlan {
        offer_id: plan.offer.id.to_string(),
        term: Term(plan.offer.term),
        billing_cycle: BillingCycle(plan.offer.billing_cycle),
        unit_price: plan.price.unit_price.into(),
        proposed: (plan.offer.term, plan.offer.billing_cycle) == (proposed.term, proposed.billing_cycle),
    };
    Some(PreviewTrial {
        then: line.then.map(|then| then.to_string()),
        following: line.following.as_ref().map(following),
        plans: facts.plans_of(line.line.quantity).filter(|_| with_plans).map(plan).collect(),
    })
}

fn following(following: &Following) -> TrialFollowing {
    TrialFollowing {
        term_start: following.term_span.map(|span| span.first.to_string()),
        term_end: following.term_span.map(|span| span.last.to_string()),
        unit_price: following.plan.price.unit_price.into(),
        charge: following.charge.as_ref().map(PayableCharge::from),
        recurring: following.recurring.map(Payable::from),
    }
}
