//! Completing a redemption: exactly what its review says is written and every key consumed, or nothing at all.

use crate::http::problem::Problem;
use crate::ids::{self, New as _};
use crate::ordering::carts::quote::Quoted;
use crate::ordering::orders::place::place_quoted;
use crate::product_keys::redemptions::open::open;
use crate::product_keys::redemptions::review::{Considered, consider, known_keys};
use crate::product_keys::redemptions::set_up::set_up;
use crate::subscriptions::changes::commit::commit;
use crate::subscriptions::changes::decide::{Decided, tax_rule};
use crate::subscriptions::changes::facts::Loaded;
use crate::subscriptions::name_partner::named;
use crate::transaction::Write;
use domain::cart::Cart;
use domain::delegation::Act;
use domain::event::EventKind;
use domain::id::{CartId, CustomerId, OrderId, RedemptionId, SubscriptionId};
use domain::onboarding::is_partner_id;
use domain::order::PlaceOrder;
use domain::policy::{DelegatedAdministration, PaymentMethod};
use domain::product_key::review::{Activation, KeyChange, Review};
use domain::product_key::{KeyUse, Redemption, RedemptionStatus};
use domain::refusal::Refusal;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::product_keys::Use;

/// Completes a redemption: what its review says, and every key consumed. A customer that it is for comes into being;
/// `domain_free` is what Microsoft says of its tenant's domain.
pub fn complete(write: &mut Write<'_>, id: RedemptionId, domain_free: bool) -> Result<Redemption, Problem> {
    let mut redemption = open(write, id)?;
    let scope = write.identity.scope;
    let known = known_keys(write.tx, &redemption)?;
    let considered = consider(write.app, write.tx, &scope, &redemption, known, store::subscriptions::lock, write.now)?;
    let (review, problems) = considered.reviewed(&redemption);
    if !problems.is_empty() {
        return Err(Problem::refusals(problems));
    }
    if let Some(customer) = redemption.customer_id {
        write.acts_for(customer, Act::Buy, rules(&considered))?;
    }
    set_up(write, &mut redemption, &considered.customer, domain_free)?;
    redemption.order_id = activate(write, &redemption, &considered, &review)?;
    for change in &review.changes {
        apply(write, &considered, change)?;
    }
    settle(write, &mut redemption, &review)?;
    name_partners(write, &redemption)?;
    Ok(redemption)
}

/// K-15: the partner that was named with the keys is then that of whatever they began, added to or renewed.
fn name_partners(write: &mut Write<'_>, redemption: &Redemption) -> Result<(), Problem> {
    let Some(partner) = redemption.partner_of_record.as_deref().filter(|number| is_partner_id(number)) else {
        return Ok(());
    };
    let concerned: BTreeSet<_> = redemption.keys.iter().filter_map(|key| key.wanted.subscription_id).collect();
    for id in concerned {
        let subscription = store::subscriptions::lock(write.tx, &write.identity.scope, id)?;
        named(write, subscription, Some(partner))?;
    }
    Ok(())
}

/// Whether the keys' offers ask for the customer's acceptance before a partner acts.
fn rules(considered: &Considered) -> impl Iterator<Item = DelegatedAdministration> {
    let offers = considered.facts.keys.iter().filter_map(|key| key.known.as_ref()?.offer.as_ref());
    offers.map(|offer| offer.policy.rules.delegated_administration)
}

/// Consumes every key, in the order of what they are known by, so that two redemptions never wait for each other.
fn consume(write: &mut Write<'_>, redemption: &Redemption, review: &Review) -> Result<(), Problem> {
    let mut keys: Vec<_> = redemption.keys.iter().enumerate().collect();
    keys.sort_by_key(|(_, key)| key.digest);
    for (place, key) in keys {
        let change = review.changes.iter().find(|change| change.keys.contains(&place));
        let change = change.map(|change| change.request.id.as_u128());
        let begun = key.wanted.subscription_id.map(SubscriptionId::as_u128);
        let used_for = change.or(begun).ok_or_else(|| Problem::internal("a key without an effect"))?;
        let by = Use { redemption_id: redemption.id, used_for, at: write.now };
        if !store::product_keys::consume(write.tx, redemption.marketplace_id, &key.digest, by)? {
            return Err(Problem::refusals(vec![(format!("/keys/{place}"), Refusal::KeyAlreadyUsed)]));
        }
    }
    Ok(())
}

/// The order of what begins: the keys paid, so nothing is due.
fn activate(
    write: &mut Write<'_>,
    redemption: &Redemption,
    considered: &Considered,
    review: &Review,
) -> Result<Option<OrderId>, Problem> {
    if review.activations.is_empty() {
        return Ok(None);
    }
    let customer = &considered.customer;
    let quoted = Quoted {
        cart: cart(write, redemption, customer.id, &review.activations)?,
        customer: customer.clone(),
        billing_address: customer.address.clone(),
        quotation: review.quotation(&considered.facts.buyer),
        payer: considered.payer,
        branches: vec![],
    };
    let payment_method = PaymentMethod::ProductKey;
    let request = PlaceOrder { payment_method, consents: Vec::new(), external_ref: None };
    Ok(Some(place_quoted(write, quoted, &request, ids::fresh)?.order.id))
}

/// The cart of that order: an order is always of one.
fn cart(
    write: &mut Write<'_>,
    redemption: &Redemption,
    customer_id: CustomerId,
    activations: &[Activation],
) -> Result<Cart, Problem> {
    let line = |activation: &Activation| activation.line.line.clone();
    let cart = Cart {
        id: CartId::new(),
        marketplace_id: redemption.marketplace_id,
        customer_id,
        reseller_id: redemption.reseller_id,
        name: None,
        billing_address: None,
        lines: activations.iter().map(line).collect(),
        ordered_as: None,
        created_at: write.now,
        version: 1,
    };
    store::carts::insert(write.tx, &cart)?;
    Ok(cart)
}

/// A change as any other, but that its charges were dropped.
fn apply(write: &mut Write<'_>, considered: &Considered, change: &KeyChange) -> Result<(), Problem> {
    let known = considered.facts.subscriptions.iter().find(|known| known.subscription.id == change.subscription_id);
    let facts = known.ok_or_else(|| Problem::internal("a change without its subscription"))?.clone();
    let tax_rule = tax_rule(write.app, write.tx, &write.identity.scope, &facts.subscription)?;
    let loaded = Loaded { facts, now: considered.now, catalog: Arc::clone(&considered.catalog) };
    let decided = Decided::new(loaded, change.request, change.decision.clone(), tax_rule)?;
    commit(write, &decided)?;
    Ok(())
}

/// Remembers what each key did, and tells it.
fn settle(write: &mut Write<'_>, redemption: &mut Redemption, review: &Review) -> Result<(), Problem> {
    let order = redemption.order_id.map(|id| store::orders::get(write.tx, &write.identity.scope, id)).transpose()?;
    let begun = |place: usize| {
        let activation = review.activations.iter().find(|begun| begun.keys.contains(&place))?;
        let lines = &order.as_ref()?.lines;
        lines.iter().find(|line| line.id == activation.line.line.id).map(|line| line.subscription_id)
    };
    for (place, (key, reviewed)) in redemption.keys.iter_mut().zip(&review.keys).enumerate() {
        let subscription_id = reviewed.subscription_id.or_else(|| begun(place));
        key.wanted = KeyUse { action: reviewed.action, subscription_id, starts: reviewed.starts };
    }
    consume(write, redemption, review)?;
    redemption.status = RedemptionStatus::Completed;
    redemption.completed_at = Some(write.now);
    redemption.version = store::redemptions::save(write.tx, redemption, None)?;
    let (id, customer) = (redemption.id.to_string(), redemption.customer_id);
    for (key, reviewed) in redemption.keys.iter().zip(&review.keys) {
        let payload = json!({
            "last_five": key.last_five,
            "offer_id": reviewed.offer_id,
            "quantity": reviewed.quantity,
            "action": key.wanted.action,
            "subscription_id": key.wanted.subscription_id,
            "starts": key.wanted.starts,
        });
        write.record(EventKind::ProductKeyRedeemed, customer, id.clone(), payload)?;
    }
    let payload = json!({
        "customer_id": redemption.customer_id,
        "order_id": redemption.order_id,
        "keys": redemption.keys.len(),
        "partner_of_record": redemption.partner_of_record,
    });
    write.record(EventKind::RedemptionCompleted, customer, id, payload)
}
