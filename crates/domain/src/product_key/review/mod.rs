//! What completing a redemption does, and everything that keeps it from being completed (K-02, K-06, K-09).

use crate::base::BaseId;
use crate::calendar::DaySpan;
use crate::cart::{self, BuyerFacts, CartLine, LineFacts, OfferFacts, PricedLine, Problem, Quotation};
use crate::cycles::Calendar;
use crate::id::{ChangeId, LineId, OfferId, SubscriptionId};
use crate::policy::PaymentMethod;
use crate::product_key::KeyUse;
use crate::product_key::action::KeyAction;
use crate::refusal::Refusal;
use crate::subscription::change::{self, Change, ChangeRequest, Decision, Starts, When};
use crate::subscription::rules;
use crate::subscription::{Effect, Subscription, SubscriptionStatus};
use crate::tax::standing::UnconfirmedVatId;
use crate::tax::{Payable, Taxed};
use time::OffsetDateTime;

/// What is known about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// What it pays a term of.
    pub offer_id: OfferId,
    /// That offer with what holds for the customer now; none where it is no longer sold.
    pub offer: Option<OfferFacts>,
    /// Licences that one key pays.
    pub quantity: u32,
    /// Whether it was redeemed.
    pub used: bool,
    /// Whether its batch was revoked.
    pub revoked: bool,
}

/// A key of the redemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// What tells it from the others.
    pub digest: [u8; 32],
    /// What it is to do.
    pub wanted: KeyUse,
    /// What is known; nothing where the marketplace has no such key.
    pub known: Option<KnownKey>,
    /// The order line that it may become.
    pub line_id: LineId,
    /// The change that it may become.
    pub change_id: ChangeId,
}

/// What decides a redemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The customer that redeems, as far as it decides what may be bought.
    pub buyer: BuyerFacts,
    /// The keys, in the order they were entered.
    pub keys: Vec<Entered>,
    /// The customer's subscriptions of the keys' offers that are not over for good, oldest first.
    pub subscriptions: Vec<change::Facts>,
}

/// A key with what it will do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewed {
    /// What it is for; none where there is no such key.
    pub offer_id: Option<OfferId>,
    /// Licences that it pays; none where there is no such key.
    pub quantity: Option<u32>,
    /// What it could do for this customer.
    pub possible: Vec<KeyAction>,
    /// What it will do.
    pub action: Option<KeyAction>,
    /// With which subscription; the one that it activates is not there yet.
    pub subscription_id: Option<SubscriptionId>,
    /// When its renewal starts.
    pub starts: Option<Starts>,
}

/// A subscription that begins. Keys of one offer begin one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// The keys, by their place.
    pub keys: Vec<usize>,
    /// The line of its order: nothing is charged, the keys paid.
    pub line: PricedLine,
}

/// A change of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChange {
    /// The keys, by their place.
    pub keys: Vec<usize>,
    /// Of which subscription.
    pub subscription_id: SubscriptionId,
    /// The change as any other is asked for.
    pub request: ChangeRequest,
    /// What it does: nothing is charged, the keys paid.
    pub decision: Decision,
    /// The term that the keys pay, or that runs.
    pub term_span: Option<DaySpan>,
}

/// What completing a redemption does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Each key, in the order they were entered.
    pub keys: Vec<Reviewed>,
    /// The subscriptions that begin, one an offer.
    pub activations: Vec<Activation>,
    /// The subscriptions that change, each once.
    pub changes: Vec<KeyChange>,
    /// Everything that keeps it from being completed; a problem's line is the key's place.
    pub problems: Vec<Problem>,
}

impl Review {
    /// The quotation of the order that begins what is activated: nothing is due and nothing recurs, the keys paid.
    pub fn quotation(&self, buyer: &BuyerFacts) -> Quotation {
        Quotation {
            lines: self.activations.iter().map(|activation| activation.line.clone()).collect(),
            due_now: Payable::Taxed(Taxed::zero(buyer.currency)),
            recurring: Vec::new(),
            tax_rule: buyer.billed.as_ref().map(|billed| buyer.tax_rule(billed, UnconfirmedVatId::default())),
            consents_required: Vec::new(),
            payment_methods: vec![PaymentMethod::ProductKey],
            problems: Vec::new(),
        }
    }
}

/// Reviews a redemption. Completing it does exactly this, or nothing.
pub fn review(facts: &Facts, now: OffsetDateTime) -> Review {
    let mut review = Review { keys: Vec::new(), activations: Vec::new(), changes: Vec::new(), problems: Vec::new() };
    for place in 0..facts.keys.len() {
        let reviewed = review_key(facts, place, &mut review.problems);
        review.keys.push(reviewed);
    }
    activate(facts, &mut review, now);
    change(facts, &mut review, now);
    review
}

fn problem(place: usize, field: &'static str, refusal: Refusal) -> Problem {
    Problem { line: Some(place), field, refusal }
}

/// What one key is, and what it will do.
fn review_key(facts: &Facts, place: usize, problems: &mut Vec<Problem>) -> Reviewed {
    let key = &facts.keys[place];
    let Some(known) = &key.known else {
        problems.push(problem(place, "", Refusal::ProductKeyUnknown));
        return Reviewed::default();
    };
    let twice = facts.keys[..place].iter().any(|earlier| earlier.digest == key.digest);
    let (owned, lapsed) = candidates(facts, known.offer_id);
    let reviewed = Reviewed {
        offer_id: Some(known.offer_id),
        quantity: Some(known.quantity),
        possible: possible(&owned, &lapsed),
        ..Reviewed::default()
    };
    let refusal = match (known.used || twice, known.revoked) {
        (true, _) => Some(Refusal::KeyAlreadyUsed),
        (false, true) => Some(Refusal::KeyRevoked),
        (false, false) => None,
    };
    if let Some(refusal) = refusal {
        problems.push(problem(place, "", refusal));
        return reviewed;
    }
    match choose(key.wanted, &reviewed.possible, &owned, &lapsed) {
        Ok((action, subscription_id, starts)) => Reviewed { action: Some(action), subscription_id, starts, ..reviewed },
        Err((field, refusal)) => {
            problems.push(problem(place, field, refusal));
            reviewed
        }
    }
}

/// The customer's subscriptions of an offer: those that it owns, and those whose term is over.
fn candidates(facts: &Facts, offer: OfferId) -> (Vec<&change::Facts>, Vec<&change::Facts>) {
    let of_offer = facts.subscriptions.iter().filter(|known| known.subscription.offer_id == offer);
    let (owned, ended): (Vec<_>, Vec<_>) = of_offer.partition(|known| known.subscription.status.owned());
    let lapsed = |known: &&change::Facts| known.subscription.status != SubscriptionStatus::Canceled;
    (owned, ended.into_iter().filter(lapsed).collect())
}

/// A running subscription gets users or a term, one that is over a term; without one that runs a key begins another.
fn possible(owned: &[&change::Facts], lapsed: &[&change::Facts]) -> Vec<KeyAction> {
    match (owned.is_empty(), lapsed.is_empty()) {
        (false, _) => vec![KeyAction::AddUsers, KeyAction::Renew],
        (true, false) => vec![KeyAction::Renew, KeyAction::Activate],
        (true, true) => vec![KeyAction::Activate],
    }
}

type Choice = (KeyAction, Option<SubscriptionId>, Option<Starts>);

/// What a key does: what is wanted where that is possible, else the first that is.
fn choose(
    wanted: KeyUse,
    possible: &[KeyAction],
    owned: &[&change::Facts],
    lapsed: &[&change::Facts],
) -> Result<Choice, (&'static str, Refusal)> {
    let action = wanted.action.or(possible.first().copied()).unwrap_or(KeyAction::Activate);
    if !possible.contains(&action) {
        let refusal = match action {
            KeyAction::Renew => Refusal::NothingToRenew,
            KeyAction::Activate | KeyAction::AddUsers => Refusal::KeyActionNotPossible(action),
        };
        return Err(("action", refusal));
    }
    let targets: Vec<_> = match action {
        KeyAction::Activate => return Ok((action, None, None)),
        KeyAction::AddUsers => owned.to_vec(),
        KeyAction::Renew => owned.iter().chain(lapsed).copied().collect(),
    };
    let target = match wanted.subscription_id {
        Some(id) => targets.iter().find(|known| known.subscription.id == id),
        None => targets.first(),
    };
    let target = target.ok_or(("subscription_id", Refusal::KeyActionNotPossible(action)))?;
    let starts = (action == KeyAction::Renew).then(|| wanted.starts.unwrap_or(usual_start(target)));
    Ok((action, Some(target.subscription.id), starts))
}

/// With the term's end, as long as the term is not over.
fn usual_start(known: &change::Facts) -> Starts {
    if known.subscription.status.owned() { Starts::AtTermEnd } else { Starts::Immediately }
}

/// Prices what begins as a cart would (K-09, A-11, R-28, T-20, T-21), and charges nothing of it.
fn activate(facts: &Facts, review: &mut Review, now: OffsetDateTime) {
    let mut groups: Vec<(Vec<usize>, LineFacts)> = Vec::new();
    for (place, key) in facts.keys.iter().enumerate() {
        let reviewed = &review.keys[place];
        let (Some(KeyAction::Activate), Some(known)) = (reviewed.action, &key.known) else { continue };
        if let Some((places, line)) = groups.iter_mut().find(|(_, line)| line.line.offer_id == known.offer_id) {
            places.push(place);
            line.line.quantity = line.line.quantity.saturating_add(known.quantity);
            continue;
        }
        let line = CartLine {
            id: key.line_id,
            offer_id: known.offer_id,
            quantity: known.quantity,
            reference: None,
            branch: None,
            trial_then: None,
            // What an add-on begins beside.
            base: key.wanted.subscription_id.map(BaseId::Subscription),
        };
        groups.push((vec![place], LineFacts { line, offer: known.offer.clone(), branch: None }));
    }
    if groups.is_empty() {
        return;
    }
    let lines: Vec<_> = groups.iter().map(|(_, line)| line.clone()).collect();
    let quotation = cart::quote(&lines, &facts.buyer, now);
    let of_key = |problem: Problem| Problem {
        line: problem.line.map(|line| groups[line].0[0]),
        field: match problem.field {
            // Keys have no invoice address of their own: it is the customer's that is missing.
            _ if problem.refusal == Refusal::InvoiceAddressRequired => "customer_id",
            "base_id" => "subscription_id",
            field => field,
        },
        refusal: problem.refusal,
    };
    review.problems.extend(quotation.problems.into_iter().map(of_key));
    for line in quotation.lines {
        let keys = groups.iter().find(|(_, known)| known.line.id == line.line.id);
        let keys = keys.map(|(places, _)| places.clone()).unwrap_or_default();
        let line = PricedLine { charges: Vec::new(), recurring: None, next_charge_on: None, ..line };
        review.activations.push(Activation { keys, line });
    }
}

/// Decides what changes as any change is decided, and charges nothing of it.
fn change(facts: &Facts, review: &mut Review, now: OffsetDateTime) {
    let mut groups: Vec<(SubscriptionId, Vec<usize>)> = Vec::new();
    for (place, reviewed) in review.keys.iter().enumerate() {
        let Some(id) = reviewed.subscription_id else { continue };
        match groups.iter_mut().find(|(known, _)| *known == id) {
            Some((_, places)) => places.push(place),
            None => groups.push((id, vec![place])),
        }
    }
    for (id, keys) in groups {
        let Some(known) = facts.subscriptions.iter().find(|known| known.subscription.id == id) else { continue };
        match change_of(facts, review, known, &keys, now) {
            Ok((request, decision)) => {
                let term_span = paid_term(&decision.after, &request.change);
                review.changes.push(KeyChange { keys, subscription_id: id, request, decision, term_span });
            }
            Err(refused) => review.problems.push(refused),
        }
    }
}

/// What the keys of one subscription do with it: all the same, because Microsoft takes one change at a time.
fn change_of(
    facts: &Facts,
    review: &Review,
    known: &change::Facts,
    keys: &[usize],
    now: OffsetDateTime,
) -> Result<(ChangeRequest, Decision), Problem> {
    let first = &review.keys[keys[0]];
    let differs = |place: &&usize| {
        let other = &review.keys[**place];
        (other.action, other.starts) != (first.action, first.starts)
    };
    if let Some(place) = keys.iter().find(differs) {
        return Err(problem(*place, "action", Refusal::KeyActionsMixed));
    }
    let given = keys.iter().filter_map(|place| review.keys[*place].quantity).fold(0_u32, u32::saturating_add);
    let has = known.subscription.quantity;
    let wanted = match first.starts {
        None => Change::SetQuantity(has.saturating_add(given)),
        Some(_) if given < has => {
            return Err(problem(keys[0], "", Refusal::RenewalNotCovered { needed: has, given }));
        }
        Some(starts) => Change::Renew(starts),
    };
    let request = ChangeRequest { id: facts.keys[keys[0]].change_id, change: wanted, when: When::Now };
    let decision = decide(known, &request, now).map_err(|refusal| problem(keys[0], "", refusal))?;
    Ok((request, paid(decision, wanted)))
}

/// Any change is decided by the rules. A term that would follow anyhow can be paid with keys, too, once.
fn decide(known: &change::Facts, request: &ChangeRequest, now: OffsetDateTime) -> Result<Decision, Refusal> {
    let subscription = &known.subscription;
    if request.change == Change::Renew(Starts::AtTermEnd) {
        if subscription.prepaid > 0 {
            return Err(Refusal::NextTermPrepaid);
        }
        if subscription.pending.as_ref().is_some_and(|pending| matches!(pending.effect, Effect::Offer(_))) {
            return Err(Refusal::ChangePending);
        }
    }
    match rules::decide(known, request, now) {
        Err(Refusal::NothingChanges) if request.change == Change::Renew(Starts::AtTermEnd) => {
            Ok(Decision::now(subscription.clone(), Vec::new()))
        }
        decided => decided,
    }
}

/// The keys paid: no charge, neither now nor within a term that they begin, nor for the next one.
fn paid(mut decision: Decision, change: Change) -> Decision {
    decision.charges.clear();
    match change {
        Change::Renew(Starts::Immediately) => decision.after.next_charge_on = None,
        Change::Renew(Starts::AtTermEnd) => decision.after.prepaid = decision.after.quantity,
        _ => {}
    }
    decision
}

/// The term that keys pay: the one that runs then, or the one after it.
fn paid_term(after: &Subscription, change: &Change) -> Option<DaySpan> {
    let span = after.term_span?;
    if *change != Change::Renew(Starts::AtTermEnd) {
        return Some(span);
    }
    let start = span.last.plus_days(1);
    Calendar::new(&after.policy.rules, after.term, start, after.anchor_day).term_span()
}

#[cfg(test)]
mod tests;
