//! Taking licences back from people who go. What subscriptions do with licences builds on the same words.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::UserId;
use domain::subscription::Subscription;
use serde_json::{Value, json};
use store::users::StoredUser;
use store::{Conn, assignments};

/// Takes all licences back from somebody, each under the lock of its subscription and as one of its versions: a
/// subscription shows how many of its licences are given.
pub fn take_all_back(write: &mut Write<'_>, user: &StoredUser) -> Result<(), Problem> {
    let (marketplace, scope) = (user.marketplace_id, Scope::Marketplace(user.marketplace_id));
    for held in assignments::of_user(write.tx, &scope, user.id)? {
        let subscription = store::subscriptions::lock(write.tx, &scope, held.subscription_id)?;
        if assignments::remove(write.tx, marketplace, subscription.id, &[user.id])? == 0 {
            continue;
        }
        store::subscriptions::save(write.tx, &subscription, write.now)?;
        let assigned = count(write.tx, &subscription)?;
        let payload = payload(&[user.id], subscription.quantity, assigned);
        let (customer, subject) = (Some(subscription.customer_id), subscription.id.to_string());
        write.record(EventKind::LicenseTakenBack, customer, subject, payload)?;
    }
    Ok(())
}

/// How many people have a licence of a subscription.
pub fn count(tx: &mut Conn, subscription: &Subscription) -> Result<u32, Problem> {
    let scope = Scope::Marketplace(subscription.marketplace_id);
    let counted = assignments::counts(tx, &scope, &[subscription.id])?;
    Ok(counted.get(&subscription.id).copied().unwrap_or(0))
}

/// What the events of licences say: whose were given or taken, of how many, and how many are given from then on.
pub fn payload(users: &[UserId], quantity: u32, assigned: u32) -> Value {
    json!({"user_ids": users, "quantity": quantity, "assigned": assigned})
}
