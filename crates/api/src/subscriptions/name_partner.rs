//! Naming the partner of record of a subscription (K-15).

use crate::http::problem::Problem;
use crate::organizations::customers::partner_of_record::only_the_customer;
use crate::transaction::Write;
use domain::id::SubscriptionId;
use domain::refusal::Refusal;
use domain::subscription::Subscription;
use serde_json::json;

/// Names the partner of one of the customer's subscriptions; none names the one that it names for all.
pub fn name_partner(write: &mut Write<'_>, id: SubscriptionId, partner: Option<&str>) -> Result<Subscription, Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    // The customer first, as orders do: what is written must not change meanwhile.
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    only_the_customer(write.identity)?;
    write.expect_version(subscription.version)?;
    if subscription.applying.is_some() {
        // Should Microsoft refuse it, the subscription is as it was before.
        return Err(Refusal::ChangeInProgress.into());
    }
    named(write, subscription, partner)
}

/// The same for whoever redeems: the partner is the redemption's, and nothing is asked besides.
pub fn named(
    write: &mut Write<'_>,
    mut subscription: Subscription,
    partner: Option<&str>,
) -> Result<Subscription, Problem> {
    if subscription.partner_of_record.as_deref() == partner {
        return Ok(subscription);
    }
    let before = json!({"partner_of_record": subscription.partner_of_record});
    subscription.partner_of_record = partner.map(str::to_owned);
    store::subscriptions::save(write.tx, &subscription, write.now)?;
    subscription.version += 1;
    subscription.updated_at = write.now;
    let (customer, after) = (Some(subscription.customer_id), json!({"partner_of_record": partner}));
    let subject = subscription.id.to_string();
    write.audit("subscription.partner_named", customer, subject, Some(before), Some(after))?;
    Ok(subscription)
}
