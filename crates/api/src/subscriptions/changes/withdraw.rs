//! Taking back a change that waits.

use crate::clock::instant;
use crate::http::problem::{Code, Problem};
use crate::organizations::delegations::check as delegations;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{ChangeId, SubscriptionId};
use domain::subscription::{Effect, Subscription};
use serde_json::json;
use store::changes::Status;

/// Takes back a change that waits: the subscription goes on as if it had not been asked for.
pub fn withdraw(write: &mut Write<'_>, id: SubscriptionId, change: ChangeId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    let rule = subscription.policy.rules.delegated_administration;
    delegations::check(write.tx, &scope, subscription.customer_id, rule)?;
    let made = store::changes::get(write.tx, &scope, change)?;
    if made.subscription_id != id {
        return Err(Problem::new(Code::NotFound));
    }
    write.expect_version(made.version)?;
    let waits = subscription.pending.clone().filter(|pending| pending.change_id == change);
    let Some(pending) = waits.filter(|_| made.status == Status::Scheduled) else {
        return Err(Problem::new(Code::ChangeNotWaiting));
    };
    store::subscriptions::save(write.tx, &Subscription { pending: None, ..subscription.clone() })?;
    if pending.effect == Effect::End {
        for add_on in store::subscriptions::add_ons(write.tx, &scope, id)? {
            if add_on.pending.as_ref().is_some_and(|own| own.change_id == change) {
                store::subscriptions::save(write.tx, &Subscription { pending: None, ..add_on })?;
            }
        }
    }
    store::changes::set_status(write.tx, subscription.marketplace_id, change, Status::Withdrawn, write.now)?;
    let payload = json!({"change_id": change, "effective_at": instant(pending.effective_at)});
    let kind = EventKind::SubscriptionChangeWithdrawn;
    write.record(kind, Some(subscription.customer_id), id.to_string(), payload)
}
