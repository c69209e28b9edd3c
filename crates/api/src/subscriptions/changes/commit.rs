//! A change of a subscription: the facts are loaded, the decision is `domain::subscription::rules::decide`, and what
//! was decided is written: the subscription, its charges, the change itself and its event. Microsoft is asked afterwards.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::memory::catalogs::catalog::Catalog;
use crate::organizations::delegations::check as delegations;
use crate::subscriptions::changes::facts::{self, Loaded};
use crate::subscriptions::changes::outcome::{self, ChangeOutcome};
use crate::subscriptions::changes::request::{self, Asked};
use crate::subscriptions::changes::{self, ChangePreview};
use crate::subscriptions::licenses::edit;
use crate::transaction::Write;
use domain::access::Scope;
use domain::billing::{self, Charge};
use domain::event::EventKind;
use domain::id::{ChangeId, ChargeId, SubscriptionId, UserId};
use domain::subscription::change::{Change, Decision, Request, Starts, Timing};
use domain::subscription::{Effect, Subscription, SubscriptionStatus, rules};
use domain::tax::{self, TaxRule};
use provisioning::{RemoteChange, RemotePlan};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Conn;
use store::changes::{Record, Status};
use store::charges;
use time::OffsetDateTime;

/// A change with everything that decides it, and the decision.
pub struct Decided {
    /// The facts.
    pub loaded: Loaded,
    /// The request.
    pub request: Request,
    /// The decision.
    pub decision: Decision,
    /// The customer's tax.
    pub tax_rule: TaxRule,
}

/// What a change would do to a subscription, read through the scope.
pub fn decide(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    subscription: Subscription,
    asked: &Asked,
    now: OffsetDateTime,
) -> Result<Decided, Problem> {
    let tax_rule = tax_rule(app, conn, scope, &subscription)?;
    let rule = subscription.policy.rules.delegated_administration;
    delegations::check(conn, scope, subscription.customer_id, rule)?;
    let loaded = facts::load(app, conn, scope, subscription, Some(&asked.change), asked.by, now)?;
    let request = Request { id: ChangeId::new(), change: asked.change, when: asked.when };
    let decision = rules::decide(&loaded.facts, &request, loaded.now)
        .map_err(|refusal| Problem::refusals(vec![(request::pointer(&asked.change).to_owned(), refusal)]))?;
    Ok(Decided { loaded, request, decision, tax_rule })
}

/// The VAT of a subscription's customer (C-40).
pub fn tax_rule(app: &App, conn: &mut Conn, scope: &Scope, subscription: &Subscription) -> Result<TaxRule, Problem> {
    let marketplace = app.marketplaces.get(subscription.marketplace_id)?;
    let customer = store::customers::get(conn, scope, subscription.customer_id)?.value;
    Ok(tax::rule(marketplace.marketplace.country, customer.address.country, customer.vat_id.as_deref()))
}

/// Makes a change.
pub fn change(write: &mut Write<'_>, id: SubscriptionId, asked: &Asked) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    // The customer first, as orders do: what is decided on must not change meanwhile.
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    if write.meta.if_match.is_some_and(|version| version != subscription.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    let decided = decide(write.app, write.tx, &scope, subscription, asked, write.now)?;
    let preview = decided.preview(write.app)?;
    if asked.preview_token.as_ref().is_some_and(|token| *token != preview.preview_token) {
        return Err(Problem::new(Code::PreviewStale).with_extra("preview", preview));
    }
    let record = commit(write, &decided)?;
    let view = changes::view(&record);
    let location = format!("/v1/subscriptions/{id}/changes/{}", record.id);
    Ok(Reply::json(201, &view)?.version(record.version).location(location))
}

/// Writes what was decided.
pub fn commit(write: &mut Write<'_>, decided: &Decided) -> Result<Record, Problem> {
    let Decided { loaded, request, decision, tax_rule } = decided;
    let before = &loaded.facts.subscription;
    let remote = remote(before, request, decision, &loaded.catalog)?;
    let new_id = decision.split.as_ref().map(|_| SubscriptionId::new());
    let mut after = decision.after.clone();
    after.applying = remote.as_ref().map(|_| request.id);
    store::subscriptions::save(write.tx, &after)?;
    let mut charged = booked(before, before.id, request.id, &decision.charges, loaded.now);
    for add_on in &decision.add_ons {
        store::subscriptions::save(write.tx, &add_on.after)?;
        charged.extend(booked(before, add_on.after.id, request.id, &add_on.charges, loaded.now));
    }
    if let Some((split, id)) = decision.split.as_ref().zip(new_id) {
        let status = if remote.is_some() { SubscriptionStatus::Pending } else { split.subscription.status };
        let new = Subscription { id, status, applying: None, version: 1, ..split.subscription.clone() };
        store::subscriptions::insert_all(write.tx, &[new])?;
        charged.extend(booked(before, id, request.id, &split.charges, loaded.now));
    }
    charges::insert_all(write.tx, &charged)?;
    let add_ons = decision.add_ons.iter().map(|add_on| &add_on.after);
    let licenses = edit::take_surplus(write, std::iter::once(&decision.after).chain(add_ons))?;
    if let Some(replaced) = &decision.replaced {
        store::changes::set_status(write.tx, before.marketplace_id, replaced.change_id, Status::Replaced, loaded.now)?;
    }
    let undo = remote.map(|remote| Undo {
        remote,
        before: before.clone(),
        charges: charged
            .iter()
            .map(|record| (record.subscription_id, billing::undo(record.id, &record.charge)))
            .collect(),
        add_ons: loaded.facts.add_ons.iter().map(|add_on| add_on.subscription.clone()).collect(),
        new_subscription: new_id,
        licenses,
    });
    let outcome = outcome::of(decision, &loaded.facts.offers, *tax_rule, new_id).map_err(Problem::internal)?;
    let record = record(write, decided, &outcome, undo.as_ref())?;
    store::changes::insert(write.tx, &record)?;
    tell(write, decided, &record)?;
    Ok(record)
}

/// The change itself, to be kept.
fn record(
    write: &Write<'_>,
    decided: &Decided,
    outcome: &ChangeOutcome,
    undo: Option<&Undo>,
) -> Result<Record, Problem> {
    let Decided { loaded, request, decision, .. } = decided;
    let before = &loaded.facts.subscription;
    let (status, effective_at) = match decision.timing {
        Timing::At(at) => (Status::Scheduled, at),
        Timing::Now if undo.is_some() => (Status::Applying, loaded.now),
        Timing::Now => (Status::Done, loaded.now),
    };
    Ok(Record {
        id: request.id,
        marketplace_id: before.marketplace_id,
        customer_id: before.customer_id,
        reseller_id: before.reseller_id,
        subscription_id: before.id,
        change: request.change,
        when: request.when,
        status,
        requested_by: write.identity.actor.clone(),
        requested_at: loaded.now,
        effective_at,
        applied_at: (status == Status::Done).then_some(loaded.now),
        outcome: serde_json::to_value(outcome).map_err(Problem::internal)?,
        undo: undo.map(serde_json::to_value).transpose().map_err(Problem::internal)?,
        failure: None,
        version: 1,
    })
}

/// The fact, and who brought it about.
fn tell(write: &mut Write<'_>, decided: &Decided, record: &Record) -> Result<(), Problem> {
    let Decided { loaded, decision, .. } = decided;
    let (before, after) = (&loaded.facts.subscription, &decision.after);
    let kind = match decision.timing {
        Timing::Now if after.status == SubscriptionStatus::Canceled => EventKind::SubscriptionCanceled,
        Timing::Now => EventKind::SubscriptionChanged,
        Timing::At(_) => EventKind::SubscriptionChangeScheduled,
    };
    let mut told = snapshot(after);
    told["change_id"] = json!(record.id);
    told["type"] = json!(record.change.kind());
    told["charges"] = record.outcome["charges"].clone();
    told["effective_at"] = json!(crate::http::wire::instant(record.effective_at));
    write.changed(kind, Some(before.customer_id), before.id.to_string(), snapshot(before), told)?;
    for add_on in &decision.add_ons {
        let ended = add_on.after.status == SubscriptionStatus::Canceled;
        let kind = if ended { EventKind::SubscriptionCanceled } else { kind };
        let mut told = snapshot(&add_on.after);
        told["base_id"] = json!(before.id);
        let old = loaded.facts.add_ons.iter().find(|old| old.subscription.id == add_on.after.id);
        let old = old.map_or(serde_json::Value::Null, |old| snapshot(&old.subscription));
        write.changed(kind, Some(before.customer_id), add_on.after.id.to_string(), old, told)?;
    }
    Ok(())
}

/// What events and the audit log tell of a subscription.
pub fn snapshot(subscription: &Subscription) -> serde_json::Value {
    json!({
        "status": subscription.status,
        "quantity": subscription.quantity,
        "offer_id": subscription.offer_id,
        "unit_price": subscription.unit_price.to_string(),
        "term_start": subscription.term_span.map(|span| span.first),
        "term_end": subscription.term_span.map(|span| span.last),
        "at_term_end": subscription.at_term_end,
        "responsible_user": subscription.responsible_user,
        "ends_at": subscription.expected_ending().map(|ending| crate::http::wire::instant(ending.ends_at)),
    })
}

/// Charges as they are kept: with the subscription's order and the change that made them.
pub fn booked(
    subscription: &Subscription,
    id: SubscriptionId,
    change: ChangeId,
    charges: &[Charge],
    at: time::OffsetDateTime,
) -> Vec<charges::Record> {
    let record = |charge: &Charge| charges::Record {
        id: ChargeId::new(),
        marketplace_id: subscription.marketplace_id,
        customer_id: subscription.customer_id,
        reseller_id: subscription.reseller_id,
        subscription_id: id,
        order_id: subscription.order_id,
        change_id: Some(change),
        charge: charge.clone(),
        created_at: at,
    };
    charges.iter().map(record).collect()
}

/// What Microsoft is asked for, and how things stand again should it refuse.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Undo {
    /// What Microsoft is asked for.
    pub remote: RemoteChange,
    /// The subscription to go back to.
    pub before: Subscription,
    /// The charges that put the ledger right again, each with its subscription.
    pub charges: Vec<(SubscriptionId, Charge)>,
    /// The add-ons to go back to.
    pub add_ons: Vec<Subscription>,
    /// The subscription that came of the change, and then does not.
    pub new_subscription: Option<SubscriptionId>,
    /// Who lost licences by it.
    #[serde(default)]
    pub licenses: Vec<(SubscriptionId, Vec<UserId>)>,
}

/// What a change means to Microsoft; none where it is none of its business, or where it is told at the instant.
fn remote(
    before: &Subscription,
    request: &Request,
    decision: &Decision,
    catalog: &Catalog,
) -> Result<Option<RemoteChange>, Problem> {
    let after = &decision.after;
    if before.external_id.is_none() || decision.timing != Timing::Now {
        return Ok(None);
    }
    Ok(match request.change {
        Change::TakeOver(_) | Change::AlignTermEnd(_) => None,
        _ if after.status == SubscriptionStatus::Canceled => Some(RemoteChange::Cancel),
        Change::Suspend => Some(RemoteChange::Suspend),
        Change::Resume => Some(RemoteChange::Resume),
        _ if decision.split.is_some() => {
            let split = decision.split.as_ref().map(|split| plan(&split.subscription, catalog)).transpose()?;
            split.map(RemoteChange::Split)
        }
        _ if after.offer_id != before.offer_id => Some(RemoteChange::Replace(plan(after, catalog)?)),
        _ if after.quantity != before.quantity => Some(RemoteChange::Quantity(after.quantity)),
        _ if !before.status.owned() => Some(RemoteChange::Reactivate),
        Change::Renew(Starts::Immediately) => Some(RemoteChange::Renew(plan(after, catalog)?)),
        _ if after.auto_renew() != before.auto_renew() => Some(RemoteChange::AutoRenew(after.auto_renew())),
        _ => None,
    })
}

/// A subscription's offer in the terms of Partner Center.
pub fn plan(subscription: &Subscription, catalog: &Catalog) -> Result<RemotePlan, Problem> {
    let found = catalog.offer(subscription.offer_id);
    let found = found.ok_or_else(|| Problem::internal("a subscription's offer left the catalogue"))?;
    Ok(RemotePlan {
        product_external_id: found.product.external_id.clone(),
        sku_external_id: found.sku.external_id.clone(),
        term: subscription.term,
        billing_cycle: subscription.billing_cycle,
        quantity: subscription.quantity,
    })
}

impl Decided {
    /// The decision on the wire, with the token that binds a change to it.
    pub fn preview(&self, app: &App) -> Result<ChangePreview, Problem> {
        let subscription = &self.loaded.facts.subscription;
        let outcome =
            outcome::of(&self.decision, &self.loaded.facts.offers, self.tax_rule, None).map_err(Problem::internal)?;
        // The instant of a change at once is not part of what was seen: a second later it is another one.
        let ends_at = outcome.ends_at.clone().filter(|_| self.decision.after.status != SubscriptionStatus::Canceled);
        let shown = ChangeOutcome { ends_at, add_ons: Vec::new(), ..outcome.clone() };
        let add_ons: Vec<_> = outcome.add_ons.iter().map(|add_on| (&add_on.subscription_id, &add_on.charges)).collect();
        let content = (subscription.id, subscription.version, self.request.change, self.request.when, &shown, &add_ons);
        let content = serde_json::to_vec(&content).map_err(Problem::internal)?;
        Ok(ChangePreview {
            subscription_id: subscription.id.to_string(),
            request: request::of(&self.request.change, self.request.when),
            outcome,
            preview_token: app.keys.bind("change preview", &content),
        })
    }
}

/// Takes back a change that waits.
pub fn withdraw(write: &mut Write<'_>, id: SubscriptionId, change: ChangeId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    let rule = subscription.policy.rules.delegated_administration;
    delegations::check(write.tx, &scope, subscription.customer_id, rule)?;
    let record = store::changes::get(write.tx, &scope, change)?;
    if record.subscription_id != id {
        return Err(Problem::new(Code::NotFound));
    }
    if write.meta.if_match.is_some_and(|version| version != record.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    let waits = subscription.pending.clone().filter(|pending| pending.change_id == change);
    let Some(pending) = waits.filter(|_| record.status == Status::Scheduled) else {
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
    let payload = json!({"change_id": change, "effective_at": crate::http::wire::instant(pending.effective_at)});
    let kind = EventKind::SubscriptionChangeWithdrawn;
    write.record(kind, Some(subscription.customer_id), id.to_string(), payload)?;
    Ok(Reply::empty())
}
