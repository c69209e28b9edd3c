//! Writes what was decided: the subscription, its charges, its add-ons, the change itself and its event. Microsoft is
//! asked afterwards.

use crate::clock::instant;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::subscriptions::changes::decide::Decided;
use crate::subscriptions::changes::outcome;
use crate::subscriptions::changes::remote::{self, Cause};
use crate::subscriptions::changes::snapshot::snapshot;
use crate::subscriptions::changes::undo::Undo;
use crate::subscriptions::licenses::surplus;
use crate::transaction::Write;
use domain::billing::{self, Charge};
use domain::delegation::Act;
use domain::event::EventKind;
use domain::id::{ChargeId, SubscriptionId, UserId};
use domain::marketplace::Doing;
use domain::subscription::change::Timing;
use domain::subscription::{Subscription, SubscriptionStatus};
use provisioning::RemoteChange;
use serde_json::{Value, json};
use store::changes::{RequestedChange, Status};
use store::charges::{self, BookedCharge, ChargedFor};

/// Writes what was decided; answers the change as it is kept.
pub fn commit(write: &mut Write<'_>, decided: &Decided) -> Result<RequestedChange, Problem> {
    let Decided { loaded, request, decision, .. } = decided;
    let before = &loaded.facts.subscription;
    write.lets(Doing::Change)?;
    write.acts_for(before.customer_id, Act::Buy, [before.policy.rules.delegated_administration])?;
    let remote = asked_of_microsoft(decided)?;
    let new_id = decision.split.as_ref().map(|_| SubscriptionId::new());
    let applying = remote.as_ref().map(|_| request.id);
    store::subscriptions::save(write.tx, &Subscription { applying, ..decision.after.clone() }, write.now)?;
    if decided.purchase.terms.branch.is_some() {
        store::subscriptions::bill_to(write.tx, &write.identity.scope, before.id, &decision.after.billed)?;
    }
    for add_on in &decision.add_ons {
        store::subscriptions::save(write.tx, &add_on.after, write.now)?;
    }
    if !loaded.facts.add_ons.is_empty() {
        store::subscriptions::followed(write.tx, before.marketplace_id, &[before.id])?;
    }
    if let Some((split, id)) = decision.split.as_ref().zip(new_id) {
        let status = if remote.is_some() { SubscriptionStatus::Pending } else { split.subscription.status };
        let new = Subscription { id, status, applying: None, version: 1, ..split.subscription.clone() };
        store::subscriptions::insert_all(write.tx, &[new])?;
    }
    let charged = charges_of(decided, new_id);
    charges::insert_all(write.tx, &charged)?;
    let add_ons = decision.add_ons.iter().map(|add_on| &add_on.after);
    let licenses = surplus::take(write, std::iter::once(&decision.after).chain(add_ons))?;
    if let Some(replaced) = &decision.replaced {
        store::changes::set_status(write.tx, before.marketplace_id, replaced.change_id, Status::Replaced, loaded.now)?;
    }
    let undo = remote.map(|remote| undo(decided, remote, &charged, new_id, licenses));
    let change = change(write, decided, new_id, undo.as_ref())?;
    store::changes::insert(write.tx, &change)?;
    tell(write, decided, &change)?;
    Ok(change)
}

/// What Microsoft is asked for; where the change waits for its instant, nothing yet but whether it renews.
fn asked_of_microsoft(decided: &Decided) -> Result<Option<RemoteChange>, Problem> {
    let Decided { loaded, request, decision, .. } = decided;
    match decision.timing {
        Timing::At(_) => Ok(remote::renewal(&loaded.facts.subscription, &decision.after)),
        Timing::Now => {
            let split = decision.split.as_ref().map(|split| &split.subscription);
            let cause = Cause::Asked { change: &request.change, split };
            remote::of(&loaded.facts.subscription, &decision.after, cause, &loaded.catalog)
        }
    }
}

/// What is charged at once, as it is kept: with the subscription's order and the change that made it.
fn charges_of(decided: &Decided, new_id: Option<SubscriptionId>) -> Vec<BookedCharge> {
    let Decided { loaded, request, decision, .. } = decided;
    let of = &loaded.facts.subscription;
    let add_ons = decision.add_ons.iter().map(|add_on| (add_on.after.id, &add_on.charges));
    let split = decision.split.as_ref().zip(new_id).map(|(split, id)| (id, &split.charges));
    let booked = |subscription_id: SubscriptionId, charge: &Charge| {
        let of = ChargedFor { subscription_id, ..ChargedFor::from(of) };
        BookedCharge::new(ChargeId::new(), of, Some(request.id), charge.clone(), loaded.now)
    };
    std::iter::once((of.id, &decision.charges))
        .chain(add_ons)
        .chain(split)
        .flat_map(|(id, charged)| charged.iter().map(move |charge| booked(id, charge)))
        .collect()
}

/// How things stand again should Microsoft refuse.
fn undo(
    decided: &Decided,
    remote: RemoteChange,
    charged: &[BookedCharge],
    new_subscription: Option<SubscriptionId>,
    licenses: Vec<(SubscriptionId, Vec<UserId>)>,
) -> Undo {
    let facts = &decided.loaded.facts;
    let reversal = |booked: &BookedCharge| (booked.subscription_id, billing::undo(booked.id, &booked.charge));
    let mut before = facts.subscription.clone();
    if let Some(was) = decided.purchase.before.clone() {
        (before.reference, before.billed) = (was.reference, was.billed);
    }
    Undo {
        renewal: remote::renewal_beside(&remote, &facts.subscription, &decided.decision.after),
        remote,
        before,
        charges: charged.iter().map(reversal).collect(),
        add_ons: facts.add_ons.iter().map(|add_on| add_on.subscription.clone()).collect(),
        new_subscription,
        licenses,
    }
}

/// The change itself, to be kept.
fn change(
    write: &Write<'_>,
    decided: &Decided,
    new_id: Option<SubscriptionId>,
    undo: Option<&Undo>,
) -> Result<RequestedChange, Problem> {
    let Decided { loaded, request, decision, then, tax_rule, purchase } = decided;
    let before = &loaded.facts.subscription;
    let base = loaded.facts.base.as_ref();
    let outcome = outcome::of(decision, base, then.as_ref(), *tax_rule, new_id).map_err(Problem::internal)?;
    let effective_at = match decision.timing {
        Timing::At(at) => at,
        Timing::Now => loaded.now,
    };
    let status = match decision.timing {
        _ if undo.is_some() => Status::Applying,
        Timing::At(_) => Status::Scheduled,
        Timing::Now => Status::Done,
    };
    Ok(RequestedChange {
        id: request.id,
        marketplace_id: before.marketplace_id,
        customer_id: before.customer_id,
        reseller_id: before.reseller_id,
        subscription_id: before.id,
        change: request.change,
        when: request.when,
        terms: purchase.kept(),
        status,
        requested_by: write.identity.actor.clone(),
        requested_at: loaded.now,
        effective_at,
        applied_at: (status == Status::Done).then_some(loaded.now),
        outcome: serde_json::to_value(&outcome).map_err(Problem::internal)?,
        undo: undo.map(serde_json::to_value).transpose().map_err(Problem::internal)?,
        failure: None,
        version: 1,
    })
}

/// The fact, and who brought it about.
fn tell(write: &mut Write<'_>, decided: &Decided, change: &RequestedChange) -> Result<(), Problem> {
    let Decided { loaded, decision, .. } = decided;
    let (before, after) = (&loaded.facts.subscription, &decision.after);
    let kind = match decision.timing {
        Timing::Now if after.status == SubscriptionStatus::Canceled => EventKind::SubscriptionCanceled,
        Timing::Now => EventKind::SubscriptionChanged,
        Timing::At(_) => EventKind::SubscriptionChangeScheduled,
    };
    let mut told = snapshot(after);
    told["change_id"] = json!(change.id);
    told["type"] = json!(change.change.kind());
    told["charges"] = change.outcome["charges"].clone();
    told["effective_at"] = json!(instant(change.effective_at));
    write.changed(kind, Some(before.customer_id), before.id.to_string(), snapshot(before), told.clone())?;
    if kind == EventKind::SubscriptionChangeScheduled && change.status == Status::Applying {
        // Whether it renews has changed already, and Microsoft must know.
        write.record(EventKind::SubscriptionChanged, Some(before.customer_id), before.id.to_string(), told)?;
    }
    if after.few_updates_left() && !before.few_updates_left() {
        let told = json!({"updates_left": after.updates_left(), "most": after.policy.rules.max_changes});
        write.record(EventKind::SubscriptionUpdatesLow, Some(before.customer_id), before.id.to_string(), told)?;
    }
    for add_on in &decision.add_ons {
        let ended = add_on.after.status == SubscriptionStatus::Canceled;
        let kind = if ended { EventKind::SubscriptionCanceled } else { kind };
        let mut told = snapshot(&add_on.after);
        told["base_id"] = json!(before.id);
        let old = loaded.facts.add_ons.iter().find(|old| old.subscription.id == add_on.after.id);
        let old = old.map_or(Value::Null, |old| snapshot(&old.subscription));
        write.changed(kind, Some(before.customer_id), add_on.after.id.to_string(), old, told)?;
    }
    Ok(())
}
