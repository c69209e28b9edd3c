//! Taking back a change that waits.

use crate::clock::instant;
use crate::http::problem::{Code, Problem};
use crate::subscriptions::changes::commit::commit;
use crate::subscriptions::changes::decide::{Asked, decide};
use crate::transaction::Write;
use domain::delegation::Act;
use domain::event::EventKind;
use domain::id::{ChangeId, SubscriptionId};
use domain::subscription::change::{Change, Starts, Terms, When};
use domain::subscription::{AtTermEnd, Effect, ScheduledChange, Subscription};
use serde_json::json;
use store::changes::Status;

/// Takes back a change that waits: the subscription goes on as if it had not been asked for.
pub fn withdraw(write: &mut Write<'_>, id: SubscriptionId, change: ChangeId) -> Result<(), Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    let rule = subscription.policy.rules.delegated_administration;
    write.acts_for(subscription.customer_id, Act::Buy, [rule])?;
    let made = store::changes::get(write.tx, &scope, change)?;
    if made.subscription_id != id {
        return Err(Problem::new(Code::NotFound));
    }
    write.expect_version(made.version)?;
    let waits = subscription.pending.clone().filter(|pending| pending.change_id == change);
    let Some(pending) = waits.filter(|_| made.status == Status::Scheduled) else {
        return Err(Problem::new(Code::ChangeNotWaiting));
    };
    let (marketplace, customer) = (subscription.marketplace_id, subscription.customer_id);
    if subscription.is_stopped_by(&pending) {
        renew_again(write, subscription)?;
    } else if subscription.trial_ends() && subscription.auto_renew() {
        end_again(write, subscription)?;
    } else {
        free(write, subscription, &pending)?;
    }
    store::changes::set_status(write.tx, marketplace, change, Status::Withdrawn, write.now)?;
    let payload = json!({"change_id": change, "effective_at": instant(pending.effective_at)});
    write.record(EventKind::SubscriptionChangeWithdrawn, Some(customer), id.to_string(), payload)
}

/// Microsoft was told that nothing follows the term: it is told again, with a change of its own.
fn renew_again(write: &mut Write<'_>, subscription: Subscription) -> Result<(), Problem> {
    let (scope, now) = (write.identity.scope, write.now);
    let renews = subscription.policy.rules.auto_renews();
    let change = if renews { Change::SetAutoRenew(true) } else { Change::Renew(Starts::AtTermEnd) };
    let asked = Asked { change, when: When::Earliest, terms: Terms::default(), preview_token: None, by: None };
    let decided = decide(write.app, write.tx, &scope, subscription, &asked, now)?;
    commit(write, &decided).map(drop)
}

/// The same the other way round: nothing follows a trial that was ordered so.
fn end_again(write: &mut Write<'_>, subscription: Subscription) -> Result<(), Problem> {
    let (scope, now) = (write.identity.scope, write.now);
    let change = Change::SetAtTermEnd(AtTermEnd::End);
    let asked = Asked { change, when: When::Earliest, terms: Terms::default(), preview_token: None, by: None };
    let open = Subscription { pending: None, ..subscription };
    let decided = decide(write.app, write.tx, &scope, open, &asked, now)?;
    commit(write, &decided).map(drop)
}

/// The place for what waits is free again, that of its add-ons with it.
fn free(write: &mut Write<'_>, subscription: Subscription, pending: &ScheduledChange) -> Result<(), Problem> {
    let (scope, id) = (write.identity.scope, subscription.id);
    let freed = subscription.freed();
    store::subscriptions::save(write.tx, &freed, write.now)?;
    if freed.at_term_end != subscription.at_term_end {
        store::subscriptions::followed(write.tx, subscription.marketplace_id, &[id])?;
    }
    if pending.effect != Effect::End {
        return Ok(());
    }
    for add_on in store::subscriptions::add_ons(write.tx, &scope, id)? {
        if add_on.pending.as_ref().is_some_and(|own| own.change_id == pending.change_id) {
            store::subscriptions::save(write.tx, &add_on.freed(), write.now)?;
        }
    }
    Ok(())
}
