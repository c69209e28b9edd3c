//! Naming the partner of record of a subscription (K-15).

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::subscription::Subscription;
use serde_json::json;

/// Names the partner of a subscription that is locked; none names the one that the customer names for all it has.
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
