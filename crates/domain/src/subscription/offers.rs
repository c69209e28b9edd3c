//! Another SKU (C-53, C-54, U-84) and another term or billing cycle.

use super::change::{AddOn, ChangeRequest, Decision, Facts, Offered, Split, When};
use super::follows::Follows;
use super::quantity::{check_limits, rest_of_cycle};
use super::refund::{self, Ledger};
use super::schedule::at_renewal;
use super::{AtTermEnd, Effect, QuantityLot, Subscription, SubscriptionStatus, renewal};
use crate::billing::{Charge, ChargeKind, TermStart};
use crate::catalog::OfferKind;
use crate::id::OfferId;
use crate::money::{MoneyError, UnitPrice};
use crate::policy::{EditionChange, OneActivePer, RuleKey, TermChange, UpgradeWindow};
use crate::pricing;
use crate::refusal::{Bounds, Refusal};
use time::OffsetDateTime;

/// Another SKU, of the product or one that Microsoft names: up at once, down with the next term; all licences or some.
pub(super) fn transition(
    facts: &Facts,
    request: &ChangeRequest,
    offer: OfferId,
    quantity: Option<u32>,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let (target, price) = target(facts, offer, now)?;
    if target.offer.sku_id == subscription.sku_id {
        return Err(Refusal::TransitionNotOffered);
    }
    let rule = subscription.policy.rules.edition_change;
    if rule == EditionChange::NewSubscription {
        return Err(Refusal::NotOffered(Some(RuleKey::EditionChange), Bounds::default()));
    }
    let quantity = quantity.unwrap_or(subscription.quantity);
    if quantity == 0 || quantity > subscription.quantity {
        return Err(Refusal::QuantityOutOfRange(target.offer.limits));
    }
    fits(facts, target, quantity)?;
    let same_plan = (target.offer.term, target.offer.billing_cycle) == (subscription.term, subscription.billing_cycle);
    let at_once = rule == EditionChange::InPlaceImmediate
        && is_up(facts, target, price)?
        && (same_plan || is_longer(target, subscription));
    let at_once = at_once && request.when != When::AtRenewal;
    carries_add_ons(facts, target, at_once)?;
    match (at_once, quantity == subscription.quantity) {
        (true, true) if same_plan => Ok(in_place(facts, target, price, now)?),
        (true, true) => Ok(from_today(facts, target, price, now)?),
        (true, false) if same_plan => split(facts, target, price, quantity, now),
        (true | false, false) => Err(Refusal::NotOffered(Some(RuleKey::EditionChange), Bounds::default())),
        (false, true) if request.when == When::Now => Err(only_at_renewal(subscription, RuleKey::EditionChange)),
        (false, true) => at_renewal(subscription, request, Effect::Offer(offer), now),
    }
}

/// Another term or billing cycle of the same SKU; a trial becomes paid.
pub(super) fn change_offer(
    facts: &Facts,
    request: &ChangeRequest,
    offer: OfferId,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let subscription = &facts.subscription;
    let (target, price) = target(facts, offer, now)?;
    if target.offer.sku_id != subscription.sku_id {
        return Err(Refusal::TransitionNotOffered);
    }
    let extended = subscription.status == SubscriptionStatus::Extended;
    if offer == subscription.offer_id && !extended {
        return Err(Refusal::NothingChanges);
    }
    fits(facts, target, subscription.quantity)?;
    let trial = subscription.kind == OfferKind::Trial;
    let longer = is_longer(target, subscription) && subscription.policy.rules.term_change == TermChange::LongerNow;
    if (trial || extended || longer) && request.when != When::AtRenewal {
        return Ok(from_today(facts, target, price, now)?);
    }
    if request.when == When::Now {
        return Err(only_at_renewal(subscription, RuleKey::TermChange));
    }
    // What is said now takes the place of the end that a trial was ordered with.
    let at_term_end = if trial { AtTermEnd::Renew } else { subscription.at_term_end };
    let going_on = Subscription { at_term_end, ..subscription.clone() };
    at_renewal(&going_on, request, Effect::Offer(offer), now)
}

/// How another SKU stands to that of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinship {
    /// Microsoft names it as an upgrade.
    Upgrade,
    /// Microsoft names ours as an upgrade of it.
    Downgrade,
    /// An edition of the same product of which Microsoft says nothing, or the same SKU.
    Product,
}

/// How an offer's SKU stands to that of the subscription; none where one does not become the other (U-84).
pub(super) fn kinship(facts: &Facts, target: &Offered) -> Option<Kinship> {
    let subscription = &facts.subscription;
    let names = |of: &Offered, sku| of.upgrade_of.contains(&sku);
    if names(target, subscription.sku_id) {
        Some(Kinship::Upgrade)
    } else if facts.own().is_some_and(|own| names(own, target.offer.sku_id)) {
        Some(Kinship::Downgrade)
    } else {
        (target.product_id == subscription.product_id).then_some(Kinship::Product)
    }
}

/// The offer to change to, where this buyer can have it instead of what runs: of a SKU that is akin, and of the same
/// segment, market and currency.
fn target(facts: &Facts, offer: OfferId, now: OffsetDateTime) -> Result<(&Offered, UnitPrice), Refusal> {
    let subscription = &facts.subscription;
    let target = facts.offered(offer).ok_or(Refusal::OfferUnknown)?;
    // What a SKU needs may have changed since it was bought.
    let same_sku = target.offer.sku_id == subscription.sku_id;
    let fits = match (subscription.kind, target.offer.kind) {
        (OfferKind::Licensed | OfferKind::Trial, OfferKind::Licensed) | (OfferKind::AddOn, OfferKind::AddOn) => true,
        (OfferKind::Licensed, OfferKind::AddOn) | (OfferKind::AddOn, OfferKind::Licensed) => same_sku,
        _ => false,
    };
    if kinship(facts, target).is_none() || !fits {
        return Err(Refusal::TransitionNotOffered);
    }
    if let Some(own) = facts.own() {
        if own.offer.segment != target.offer.segment {
            return Err(Refusal::SegmentRequired(target.offer.segment));
        }
        if own.offer.market.country != target.offer.market.country {
            return Err(Refusal::OfferNotInMarket(own.offer.market.country));
        }
    }
    if let Some(since) = target.offer.sale_ended(now) {
        return Err(Refusal::SaleEnded(since));
    }
    let price = target.price.ok_or(Refusal::NoPrice)?;
    let (ours, theirs) = (subscription.unit_price.currency, price.currency);
    if ours == theirs { Ok((target, price)) } else { Err(Refusal::MixedCurrencies(ours, theirs)) }
}

fn fits(facts: &Facts, target: &Offered, quantity: u32) -> Result<(), Refusal> {
    let limits = target.offer.limits;
    let other_sku = target.offer.sku_id != facts.subscription.sku_id;
    let has = if other_sku { 0 } else { facts.subscription.quantity };
    if !limits.beside(has).allow(quantity) {
        return Err(Refusal::QuantityOutOfRange(limits));
    }
    if !other_sku {
        return Ok(());
    }
    let too_many = target.ceiling.and_then(|of| Refusal::beyond(of, 0, quantity));
    let full = target.subscriptions.filter(|of| of.left(0) == 0).map(|of| Refusal::SubscriptionLimit(of.limit));
    // What is of the same product is the one order of it that there may be.
    let same_product = target.product_id == facts.subscription.product_id;
    let unit = Some(target.policy.rules.one_active_per);
    let unit = unit.filter(|unit| *unit == OneActivePer::Sku || !same_product);
    let twice = unit.and_then(|unit| target.active.refusal(unit));
    too_many.or(full).or(twice).map_or(Ok(()), Err)
}

/// What is an add-on of one SKU is not one of every other. At the renewal only those count that go on.
fn carries_add_ons(facts: &Facts, target: &Offered, at_once: bool) -> Result<(), Refusal> {
    let left_alone = |add_on: &&AddOn| {
        (at_once || add_on.subscription.auto_renew())
            && !add_on.needs.is_empty()
            && !add_on.needs.contains(&target.offer.sku_id)
    };
    let left_alone: Vec<_> = facts.add_ons.iter().filter(left_alone).map(|add_on| add_on.subscription.id).collect();
    if left_alone.is_empty() { Ok(()) } else { Err(Refusal::AddOnsNotCarried(left_alone)) }
}

/// Up is what Microsoft names so; where it says nothing, what costs more a month, list against list. What is paid once
/// or a trial is neither up nor down.
fn is_up(facts: &Facts, target: &Offered, price: UnitPrice) -> Result<bool, Refusal> {
    let subscription = &facts.subscription;
    match kinship(facts, target) {
        Some(Kinship::Upgrade) => return Ok(true),
        Some(Kinship::Downgrade) => return Ok(false),
        Some(Kinship::Product) | None => {}
    }
    let ours = facts.own().and_then(|own| own.price).unwrap_or(subscription.unit_price);
    let ours = pricing::per_month(ours, subscription.billing_cycle);
    match (ours, pricing::per_month(price, target.offer.billing_cycle)) {
        (Some(ours), Some(theirs)) => Ok(theirs.exceeds(ours)?),
        _ => Err(Refusal::TransitionNotOffered),
    }
}

fn is_longer(target: &Offered, subscription: &Subscription) -> bool {
    target.offer.term.months() > subscription.term.months()
}

fn only_at_renewal(subscription: &Subscription, rule: RuleKey) -> Refusal {
    let next_allowed_at = subscription.term_ends_at().filter(|_| subscription.auto_renew());
    Refusal::OnlyLater(Some(rule), Bounds { next_allowed_at, ..Bounds::default() })
}

/// The same term and cycle go on with another SKU: the days that are left are given back at the old price and
/// charged at the new one.
fn in_place(facts: &Facts, target: &Offered, price: UnitPrice, now: OffsetDateTime) -> Result<Decision, MoneyError> {
    let subscription = &facts.subscription;
    let rules = subscription.rules();
    let mut ledger = Ledger::new(subscription, &rules, &facts.charges, ChargeKind::Transition);
    ledger.from(subscription.quantity, rules.first_paid(subscription.day(now)))?;
    let mut after = moved(subscription, target, price);
    // Of the new SKU no more was charged yet (T-58).
    after.peak_quantity = after.quantity;
    if rules.upgrade_window == UpgradeWindow::None {
        close_windows(&mut after);
    }
    let charge = rest_of_new(&after, now)?;
    Ok(Decision::now(after, ledger.given().into_iter().chain(charge).collect()))
}

/// A longer term starts today; the old one's days that are left are given back (G-135).
fn from_today(facts: &Facts, target: &Offered, price: UnitPrice, now: OffsetDateTime) -> Result<Decision, MoneyError> {
    let subscription = &facts.subscription;
    let rules = subscription.rules();
    let kind = if subscription.kind == OfferKind::Trial { ChargeKind::Convert } else { ChargeKind::Transition };
    let mut ledger = Ledger::new(subscription, &rules, &facts.charges, kind);
    let day = subscription.day(now);
    ledger.from(subscription.quantity, day)?;
    let start = TermStart::on(day);
    let (after, charges) = renewal::new_term(subscription, &Follows::at(target, price), start, kind, None, now)?;
    Ok(Decision::now(after, ledger.given().into_iter().chain(charges).collect()))
}

/// Some licences go to a subscription of their own that ends with this one.
fn split(
    facts: &Facts,
    target: &Offered,
    price: UnitPrice,
    quantity: u32,
    now: OffsetDateTime,
) -> Result<Decision, Refusal> {
    let left = facts.subscription.quantity - quantity;
    let same_product = target.product_id == facts.subscription.product_id;
    if same_product && target.policy.rules.one_active_per == OneActivePer::Product {
        let Subscription { id: subscription_id, quantity, .. } = facts.subscription;
        return Err(Refusal::ActiveOrderExists { subscription_id, quantity });
    }
    check_limits(facts, left)?;
    if facts.assigned.len() > left as usize {
        return Err(Refusal::LicensesAssigned { must_give_up: facts.assigned[left as usize..].to_vec() });
    }
    let rules = facts.subscription.rules();
    let mut after = facts.subscription.clone();
    let taken = refund::take(&mut after, quantity, |_| true);
    let mut ledger = Ledger::new(&facts.subscription, &rules, &facts.charges, ChargeKind::Transition);
    ledger.from(quantity, rules.first_paid(after.day(now)))?;
    after.peak_quantity -= quantity;
    let lots = taken.iter().rev().map(|(lot, quantity)| QuantityLot { quantity: *quantity, ..*lot }).collect();
    let mut moved = moved(&facts.subscription, target, price);
    moved = Subscription {
        quantity,
        peak_quantity: quantity,
        lots,
        pending: None,
        changes: 0,
        created_at: now,
        updated_at: now,
        external_id: None,
        ..moved
    };
    if rules.upgrade_window == UpgradeWindow::None {
        close_windows(&mut moved);
    }
    let charges = rest_of_new(&moved, now)?.into_iter().collect();
    let split = Split { subscription: moved, charges };
    Ok(Decision { split: Some(split), ..Decision::now(after, ledger.given()) })
}

fn moved(subscription: &Subscription, target: &Offered, price: UnitPrice) -> Subscription {
    Subscription {
        offer_id: target.offer.id,
        product_id: target.product_id,
        sku_id: target.offer.sku_id,
        kind: target.offer.kind,
        unit_price: price,
        ..subscription.clone()
    }
}

fn close_windows(subscription: &mut Subscription) {
    subscription.cancel_until = None;
    for lot in &mut subscription.lots {
        lot.reducible_until = None;
    }
}

/// What the new SKU costs for the days that are left.
fn rest_of_new(subscription: &Subscription, now: OffsetDateTime) -> Result<Option<Charge>, MoneyError> {
    let (rules, today) = (subscription.rules(), subscription.day(now));
    let plan = subscription.plan(&rules, subscription.quantity);
    rest_of_cycle(subscription, plan, today, rules.first_paid(today), ChargeKind::Transition)
}
