//! Trials: one a customer and product, and what follows it is said when it is ordered.

use crate::billing::{self, Charge, ChargeKind, Plan, TermStart};
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::catalog::{Offer, OfferKind};
use crate::cycles::Calendar;
use crate::id::{InvalidId, OfferId};
use crate::money::{Money, MoneyError};
use crate::policy::Policy;
use crate::pricing::PriceQuote;
use crate::refusal::Refusal;
use crate::tax::{self, Payable, TaxRule};
use crate::zone::Zone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use time::OffsetDateTime;

/// What follows a trial; written as `end` or as the offer's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrialThen {
    /// Nothing: it ends with its term.
    End,
    /// A paid offer, at its price of that day.
    Paid(OfferId),
}

const END: &str = "end";

impl fmt::Display for TrialThen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str(END),
            Self::Paid(offer) => offer.fmt(f),
        }
    }
}

impl FromStr for TrialThen {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text == END { Ok(Self::End) } else { text.parse().map(Self::Paid) }
    }
}

impl Serialize for TrialThen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TrialThen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A paid offer that may follow a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidPlan {
    /// The offer of the trial's SKU.
    pub offer: Offer,
    /// The policy that it would be begun under, as it is known now.
    pub policy: Policy,
    /// The buyer's price of the day on which it would begin, as it is known now.
    pub price: PriceQuote,
}

/// What is known of a trial beside its offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialFacts {
    /// Whether the customer has had one of the same product, whatever has become of it.
    pub had: bool,
    /// What may follow it; nothing where nothing paid is sold.
    pub plans: Vec<PaidPlan>,
}

impl TrialFacts {
    /// The plans that so many licences can have.
    pub fn plans_of(&self, quantity: u32) -> impl Iterator<Item = &PaidPlan> {
        self.plans.iter().filter(move |plan| plan.offer.limits.allow(quantity))
    }

    /// The plan that follows so many licences of the trial, where an offer is said that can.
    pub fn chosen(&self, then: Option<TrialThen>, quantity: u32) -> Option<&PaidPlan> {
        let Some(TrialThen::Paid(offer)) = then else { return None };
        self.plans_of(quantity).find(|plan| plan.offer.id == offer)
    }

    /// What follows where so much was said; where nothing paid could follow, it ends unasked.
    pub fn then(&self, said: Option<TrialThen>, quantity: u32) -> Result<TrialThen, Refusal> {
        match said {
            None if self.plans_of(quantity).next().is_none() => Ok(TrialThen::End),
            Some(TrialThen::End) => Ok(TrialThen::End),
            Some(TrialThen::Paid(offer)) if self.chosen(said, quantity).is_some() => Ok(TrialThen::Paid(offer)),
            None | Some(TrialThen::Paid(_)) => Err(Refusal::TrialThenRequired),
        }
    }
}

/// The plan that begins after a trial, as it would be charged were nothing changed until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Its offer, policy and price.
    pub plan: PaidPlan,
    /// Its first term.
    pub term_span: Option<DaySpan>,
    /// Its first charge.
    pub charge: Option<Charge>,
    /// What each later billing cycle costs; none where nothing recurs.
    pub recurring: Option<Payable>,
}

/// The days of a trial that begins on a day.
pub fn days(policy: &Policy, term: Term, first: Day) -> Option<DaySpan> {
    Calendar::new(&policy.rules, term, first, first.of_month()).term_span()
}

/// The instant whose prices hold for what follows a trial that is ordered now.
pub fn followed_at(policy: &Policy, trial: &Offer, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let next = days(policy, trial.term, policy.zone.day(now))?.last.plus_days(1);
    Some(policy.zone.start(next).max(Zone::UTC.start(next)))
}

/// Whether an offer may follow a trial: paid, of the same SKU for the same buyers, and on sale at that instant.
pub fn may_follow(trial: &Offer, offer: &Offer, at: OffsetDateTime) -> bool {
    let same = (offer.sku_id, offer.segment, offer.market) == (trial.sku_id, trial.segment, trial.market);
    let paid = offer.kind == OfferKind::Licensed && offer.billing_cycle != BillingCycle::OneTime;
    same && paid && offer.sale_ended(at).is_none()
}

/// What a plan costs for so many licences from the day after a trial on, each charge with its tax, where that is known.
pub fn following(
    plan: &PaidPlan,
    quantity: u32,
    trial: DaySpan,
    tax_rule: Option<TaxRule>,
) -> Result<Following, MoneyError> {
    let (offer, rules) = (&plan.offer, &plan.policy.rules);
    let unit_price = plan.price.unit_price;
    let costs = Plan { rules, term: offer.term, cycle: offer.billing_cycle, unit_price, quantity };
    let mut begins = billing::start_term(costs, TermStart::on(trial.last.plus_days(1)), ChargeKind::Convert)?;
    if let Some(rule) = tax_rule {
        billing::share_tax(&mut begins.charge, rule, rules.rounding.mode)?;
    }
    let payable = |net: Money| tax::payable(net.currency, &[(tax_rule, net)], rules.rounding.mode);
    Ok(Following {
        plan: plan.clone(),
        term_span: begins.term_span,
        charge: begins.charge,
        recurring: begins.recurring.map(payable).transpose()?,
    })
}
