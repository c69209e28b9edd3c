//! What follows a term: which offer, and at which price (X-12, T-55, K-17).

use super::change::Offered;
use super::{Subscription, SubscriptionStatus};
use crate::calendar::{BillingCycle, Term};
use crate::catalog::OfferKind;
use crate::id::{OfferId, ProductId, SkuId};
use crate::money::{MoneyError, UnitPrice};
use crate::policy::{EndOfTerm, Policy, RenewalWithoutPrice};
use crate::pricing;
use crate::trial::TrialThen;
use time::OffsetDateTime;

/// What a new term is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Follows<'a> {
    /// The offer of the term.
    pub offer_id: OfferId,
    /// The product that the offer is of.
    pub product_id: ProductId,
    /// The edition that the offer is of.
    pub sku_id: SkuId,
    /// What the offer is.
    pub kind: OfferKind,
    /// How long the term is.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// The policy that it is begun under.
    pub policy: &'a Policy,
    /// What a licence costs a billing cycle.
    pub unit_price: UnitPrice,
    /// Since when that is the price; none where it is the last one of what has no price any more.
    pub price_valid_from: Option<OffsetDateTime>,
}

impl<'a> Follows<'a> {
    /// An offer at a price that is its own.
    pub(super) fn at(offered: &'a Offered, unit_price: UnitPrice) -> Self {
        let offer = &offered.offer;
        Self {
            offer_id: offer.id,
            product_id: offered.product_id,
            sku_id: offer.sku_id,
            kind: offer.kind,
            term: offer.term,
            billing_cycle: offer.billing_cycle,
            policy: &offered.policy,
            unit_price,
            price_valid_from: offered.price_valid_from,
        }
    }

    /// The same again at the price that it has, whatever became of its offer; under the policy in force where that is
    /// known.
    fn same(subscription: &'a Subscription, offers: &'a [Offered]) -> Self {
        let own = own(subscription, offers);
        Self {
            offer_id: subscription.offer_id,
            product_id: subscription.product_id,
            sku_id: subscription.sku_id,
            kind: subscription.kind,
            term: subscription.term,
            billing_cycle: subscription.billing_cycle,
            policy: own.map_or(&subscription.policy, |own| &own.policy),
            unit_price: subscription.unit_price,
            price_valid_from: None,
        }
    }
}

fn own<'a>(subscription: &Subscription, offers: &'a [Offered]) -> Option<&'a Offered> {
    offers.iter().find(|offered| offered.offer.id == subscription.offer_id)
}

/// An offer at its price of the day; none where it is not sold.
pub(super) fn sold(offers: &[Offered], id: OfferId) -> Option<Follows<'_>> {
    let offered = offers.iter().find(|offered| offered.offer.id == id)?;
    Some(Follows::at(offered, offered.price?))
}

/// What a term is followed by where nothing was scheduled. What product keys have paid follows whatever became of its
/// offer (K-17).
pub fn next_term<'a>(subscription: &'a Subscription, offers: &'a [Offered]) -> Option<Follows<'a>> {
    if subscription.prepaid == 0 {
        return follow_up(subscription, offers);
    }
    sold(offers, subscription.offer_id).or_else(|| Some(Follows::same(subscription, offers)))
}

/// The same where no keys have paid: the same again, or the SKU's offer of the policy's term. What has
/// lost its price goes on at its last one, unless the policy lets it end.
fn follow_up<'a>(subscription: &'a Subscription, offers: &'a [Offered]) -> Option<Follows<'a>> {
    let rules = &subscription.policy.rules;
    let last = || {
        let keeps = rules.renewal_without_price == RenewalWithoutPrice::LastPrice;
        keeps.then(|| Follows::same(subscription, offers))
    };
    let own = || sold(offers, subscription.offer_id).or_else(last);
    if subscription.kind == OfferKind::Trial {
        return after_trial(subscription, offers);
    }
    let (term, cycle) = match rules.end_of_term {
        EndOfTerm::RenewToYear => (Term::P1Y, subscription.billing_cycle),
        EndOfTerm::RenewToMonth => (Term::P1M, BillingCycle::Monthly),
        EndOfTerm::RenewSame | EndOfTerm::AsOrdered | EndOfTerm::ExtendedServiceTerm | EndOfTerm::Expire => {
            return own();
        }
    };
    sibling(subscription, offers, term, cycle).or_else(own)
}

/// What a trial's order says; one that was ordered before that was asked becomes what its policy says.
fn after_trial<'a>(subscription: &'a Subscription, offers: &'a [Offered]) -> Option<Follows<'a>> {
    let then = subscription.policy.rules.trial_converts_to;
    match subscription.trial_then {
        Some(TrialThen::Paid(offer)) => sold(offers, offer),
        Some(TrialThen::End) => None,
        None => sibling(subscription, offers, then.term, then.billing_cycle),
    }
}

/// The offer of the same SKU for a term and cycle.
fn sibling<'a>(
    subscription: &Subscription,
    offers: &'a [Offered],
    term: Term,
    cycle: BillingCycle,
) -> Option<Follows<'a>> {
    let own = own(subscription, offers)?;
    let same = |offered: &&Offered| {
        let (ours, theirs) = (&own.offer, &offered.offer);
        (ours.sku_id, ours.segment, ours.market) == (theirs.sku_id, theirs.segment, theirs.market)
            && (theirs.term, theirs.billing_cycle) == (term, cycle)
            && theirs.kind != OfferKind::Trial
    };
    let offered = offers.iter().find(same)?;
    Some(Follows::at(offered, offered.price?))
}

/// What a licence costs in the extended service term: more than the monthly term or, where the SKU has none, than the
/// month of a longer one (G-69, G-70). Where neither has a price any more, more than the last one.
pub fn extended_price(subscription: &Subscription, offers: &[Offered]) -> Result<Option<UnitPrice>, MoneyError> {
    let rule = subscription.policy.rules.extended_term;
    let of = |term| sibling(subscription, offers, term, BillingCycle::Monthly).map(|follows| follows.unit_price);
    match (of(Term::P1M), of(Term::P1Y)) {
        (Some(monthly), _) => pricing::raised(monthly, rule.percent_on_monthly).map(Some),
        (None, Some(yearly)) => pricing::raised(yearly, rule.percent_on_longer).map(Some),
        (None, None) => last_extended_price(subscription),
    }
}

fn last_extended_price(subscription: &Subscription) -> Result<Option<UnitPrice>, MoneyError> {
    let rules = &subscription.policy.rules;
    let month = pricing::per_month(subscription.unit_price, subscription.billing_cycle);
    let Some(month) = month.filter(|_| rules.renewal_without_price == RenewalWithoutPrice::LastPrice) else {
        return Ok(None);
    };
    let month = month.unit_price()?;
    let percent = match (subscription.status, subscription.term) {
        // It is raised already.
        (SubscriptionStatus::Extended, _) => return Ok(Some(month)),
        (_, Term::P1M) => rules.extended_term.percent_on_monthly,
        _ => rules.extended_term.percent_on_longer,
    };
    pricing::raised(month, percent).map(Some)
}
