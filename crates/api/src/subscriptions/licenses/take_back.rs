//! Taking licences back, under the lock of the subscription whose they are, and as one of its versions.

use crate::http::problem::{Code, Problem};
use crate::people::users::licenses::{count, payload};
use crate::transaction::Write;
use domain::delegation::Act;
use domain::event::EventKind;
use domain::id::{SubscriptionId, UserId};
use store::assignments;

/// Takes somebody's licence back.
pub fn take_back(write: &mut Write<'_>, id: SubscriptionId, user: UserId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    let rule = subscription.policy.rules.delegated_administration;
    write.acts_for(subscription.customer_id, Act::SetUp, [rule])?;
    let marketplace = subscription.marketplace_id;
    if assignments::holders(write.tx, &scope, id, &[user])?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    write.expect_version(subscription.version)?;
    assignments::remove(write.tx, marketplace, id, &[user])?;
    store::subscriptions::save(write.tx, &subscription, write.now)?;
    let assigned = count(write.tx, &subscription)?;
    let payload = payload(&[user], subscription.quantity, assigned);
    write.record(EventKind::LicenseTakenBack, Some(subscription.customer_id), id.to_string(), payload)
}
