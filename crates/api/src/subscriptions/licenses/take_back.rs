//! Taking licences back, under the lock of the subscription whose they are, and as one of its versions.

use crate::http::problem::{Code, Problem};
use crate::subscriptions::licenses::facts::{count, delegated, payload};
use crate::transaction::Write;
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::{SubscriptionId, UserId};
use store::assignments;
use store::users;

/// Takes somebody's licence back.
pub fn take_back(write: &mut Write<'_>, id: SubscriptionId, user: UserId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    delegated(write.tx, &scope, &subscription)?;
    let marketplace = subscription.marketplace_id;
    if assignments::holders(write.tx, &scope, id, &[user])?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    write.expect_version(subscription.version)?;
    assignments::remove(write.tx, marketplace, id, &[user])?;
    store::subscriptions::save(write.tx, &subscription)?;
    let assigned = count(write.tx, &subscription)?;
    let payload = payload(&[user], subscription.quantity, assigned);
    write.record(EventKind::LicenseTakenBack, Some(subscription.customer_id), id.to_string(), payload)
}

/// Takes all licences back from somebody who goes.
pub fn take_all_back(write: &mut Write<'_>, user: &users::StoredUser) -> Result<(), Problem> {
    let (marketplace, scope) = (user.marketplace_id, Scope::Marketplace(user.marketplace_id));
    for held in assignments::of_user(write.tx, &scope, user.id)? {
        let subscription = store::subscriptions::lock(write.tx, &scope, held.subscription_id)?;
        if assignments::remove(write.tx, marketplace, subscription.id, &[user.id])? == 0 {
            continue;
        }
        store::subscriptions::save(write.tx, &subscription)?;
        let assigned = count(write.tx, &subscription)?;
        let payload = payload(&[user.id], subscription.quantity, assigned);
        let (customer, subject) = (Some(subscription.customer_id), subscription.id.to_string());
        write.record(EventKind::LicenseTakenBack, customer, subject, payload)?;
    }
    Ok(())
}
