//! What changes about a subscription without a change: its reference, and the partner that the customer names (K-15).

use crate::http::problem::Problem;
use crate::organizations::customers::partner_of_record::only_the_customer;
use crate::subscriptions::name_partner::named;
use crate::transaction::Write;
use domain::delegation::Act;
use domain::id::SubscriptionId;
use domain::refusal::Refusal;
use domain::subscription::Subscription;
use serde_json::json;

/// What is to be another; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// The partner's number; none names the one that the customer names for all that it has.
    pub partner_of_record: Option<Option<String>>,
    /// What is printed with its positions on invoices.
    pub reference: Option<Option<String>>,
}

/// Updates a subscription; as it then stands.
pub fn update(write: &mut Write<'_>, id: SubscriptionId, update: &Update) -> Result<Subscription, Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    if update.partner_of_record.is_none() && update.reference.is_none() {
        return Ok(found);
    }
    // The customer first, as orders do: what is written must not change meanwhile.
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let mut subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    if update.partner_of_record.is_some() {
        only_the_customer(write.identity)?;
    }
    write.expect_version(subscription.version)?;
    if subscription.applying.is_some() {
        // Should Microsoft refuse it, the subscription is as it was before.
        return Err(Refusal::ChangeInProgress.into());
    }
    if let Some(reference) = &update.reference {
        subscription = referred(write, subscription, reference.as_deref())?;
    }
    match &update.partner_of_record {
        Some(partner) => named(write, subscription, partner.as_deref()),
        None => Ok(subscription),
    }
}

fn referred(
    write: &mut Write<'_>,
    mut subscription: Subscription,
    reference: Option<&str>,
) -> Result<Subscription, Problem> {
    let rule = subscription.policy.rules.delegated_administration;
    write.acts_for(subscription.customer_id, Act::Buy, [rule])?;
    if subscription.reference.as_deref() == reference {
        return Ok(subscription);
    }
    let before = json!({"reference": subscription.reference});
    subscription.reference = reference.map(str::to_owned);
    store::subscriptions::save(write.tx, &subscription, write.now)?;
    subscription.version += 1;
    let (customer, after) = (Some(subscription.customer_id), json!({"reference": reference}));
    let subject = subscription.id.to_string();
    write.audit("subscription.reference_set", customer, subject, Some(before), Some(after))?;
    Ok(subscription)
}
