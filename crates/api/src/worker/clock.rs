//! The clock job: what time alone does to subscriptions, in the order of its instants, each exactly once.
//!
//! A batch is one transaction: the subscriptions that are due are claimed, taken one instant further by
//! `domain::subscription::renewal::step`, and written with their charges and events. Whatever kills the process, a
//! batch has happened or it has not.

use crate::App;
use crate::events;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::memory::catalogs::catalog::Catalog;
use crate::subscriptions::changes::commit::{self, Undo, snapshot};
use crate::subscriptions::changes::facts::offers_of;
use crate::subscriptions::licenses::edit;
use crate::worker::grant_access;
use domain::access::Scope;
use domain::billing;
use domain::event::{Event, EventKind};
use domain::id::{ChangeId, ChargeId, MarketplaceId, ProductId, SubscriptionId, UserId};
use domain::license;
use domain::pricing::Buyer;
use domain::subscription::change::Offered;
use domain::subscription::renewal::{self, Due, Happened, Step};
use domain::subscription::{Effect, ScheduledChange, Subscription, SubscriptionStatus};
use provisioning::RemoteChange;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use store::Conn;
use store::changes::Status;
use store::charges;
use store::subscriptions::Moved;
use time::OffsetDateTime;

/// Subscriptions of one transaction.
const BATCH: u32 = 500;

/// Does everything that is due in a marketplace until an instant; says how many steps there were.
pub fn run(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let mut steps = grant_access::overdue(app, marketplace, until)?;
    loop {
        let done = batch(app, marketplace, until)?;
        steps += done;
        if done == 0 {
            return Ok(steps);
        }
    }
}

/// Does everything that is due by now in every marketplace.
pub fn run_all(app: &App) -> Result<usize, Problem> {
    let mut steps = 0;
    for record in app.marketplaces.all() {
        let id = record.marketplace.id;
        let now = app.now(id);
        steps += grant_access::overdue(app, id, now)?;
        let next = app.store.read_one(|conn| Ok::<_, Problem>(store::subscriptions::next_due(conn, id)?))?;
        if next.is_some_and(|next| next <= now) {
            steps += run(app, id, now)?;
        }
    }
    Ok(steps)
}

fn batch(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    app.store.write(|tx| {
        let due = store::subscriptions::claim_due(tx, marketplace, until, BATCH)?;
        if due.is_empty() {
            return Ok(0);
        }
        let catalog = app.catalog_in(tx, marketplace)?;
        let mut written = Written::new(marketplace, catalog);
        written.take_all(tx, &due)?;
        written.write(tx, app.clock.now())?;
        Ok(due.len())
    })
}

/// What a batch writes, collected so that it is written in few statements.
struct Written {
    marketplace: MarketplaceId,
    catalog: Arc<Catalog>,
    /// Offers by product, buyer and instant: the same for most of a batch.
    offers: HashMap<(ProductId, Buyer, OffsetDateTime), Arc<Vec<Offered>>>,
    subscriptions: Vec<Moved>,
    /// Where each of these is.
    taken: HashMap<SubscriptionId, usize>,
    charges: Vec<charges::Record>,
    events: Vec<(Event<Value>, &'static [events::Consumer])>,
    changes: Vec<(ChangeId, Status, OffsetDateTime)>,
    undos: Vec<(ChangeId, Undo)>,
}

impl Written {
    fn new(marketplace: MarketplaceId, catalog: Arc<Catalog>) -> Self {
        Self {
            marketplace,
            catalog,
            offers: HashMap::new(),
            subscriptions: vec![],
            taken: HashMap::new(),
            charges: vec![],
            events: vec![],
            changes: vec![],
            undos: vec![],
        }
    }

    fn offers(&mut self, subscription: &Subscription, at: OffsetDateTime) -> Arc<Vec<Offered>> {
        let buyer = Buyer { customer: Some(subscription.customer_id), reseller: subscription.reseller_id };
        let alike = self.catalog.audience(buyer, false).buyer;
        let key = (subscription.product_id, alike, at);
        let catalog = &self.catalog;
        let offers = self.offers.entry(key).or_insert_with(|| Arc::new(offers_of(catalog, key.0, alike, at)));
        Arc::clone(offers)
    }

    /// Takes subscriptions one instant further each. A base comes before its add-ons: these end with it, and what
    /// has ended is not renewed.
    fn take_all(&mut self, tx: &mut Conn, due: &[Subscription]) -> Result<(), Problem> {
        let scope = Scope::Marketplace(self.marketplace);
        for subscription in due {
            if let Some(base) = subscription.base_id.filter(|base| !self.taken.contains_key(base)) {
                let base = store::subscriptions::lock(tx, &scope, base)?;
                if renewal::due_at(&base).is_some_and(|at| Some(at) <= renewal::due_at(subscription)) {
                    self.take(tx, &base)?;
                }
            }
            if !self.taken.contains_key(&subscription.id) {
                self.take(tx, subscription)?;
            }
        }
        Ok(())
    }

    /// Takes a subscription one instant further.
    fn take(&mut self, tx: &mut Conn, subscription: &Subscription) -> Result<(), Problem> {
        let Some(at) = renewal::due_at(subscription) else {
            return Err(Problem::internal(format!("{} is not due", subscription.id)));
        };
        let offers = self.offers(subscription, at);
        let step = renewal::step(&Due { subscription, offers: &offers }, at).map_err(Problem::internal)?;
        let change = step.applied.as_ref().map(|applied| applied.change_id);
        let booked = self.book(subscription, &step.charges, change, at);
        let mut lost = self.take_surplus(tx, subscription, &step.after, at)?;
        let mut asked = None;
        if let Some(applied) = &step.applied {
            let mut undo = self.undo(subscription, &step, applied, &booked)?;
            if let Some(undo) = undo.as_mut().filter(|_| applied.effect == Effect::End) {
                let scope = Scope::Marketplace(self.marketplace);
                undo.add_ons = store::subscriptions::add_ons(tx, &scope, subscription.id)?;
            }
            let status = if undo.is_some() { Status::Applying } else { Status::Done };
            self.changes.push((applied.change_id, status, at));
            asked = undo.map(|undo| (applied.change_id, undo));
        }
        self.tell(subscription, &step, &offers, at);
        if !step.after.status.owned() && subscription.status.owned() {
            lost.extend(self.end_add_ons(tx, &step.after, at)?);
        }
        let applying = asked.as_ref().map(|(id, _)| *id).or(step.after.applying);
        self.undos.extend(asked.map(|(id, undo)| (id, Undo { licenses: lost, ..undo })));
        self.charges.extend(booked);
        self.push(subscription, Subscription { applying, ..step.after });
        Ok(())
    }

    fn push(&mut self, before: &Subscription, after: Subscription) {
        self.taken.insert(after.id, self.subscriptions.len());
        self.subscriptions.push(Moved::new(before, after));
    }

    fn book(
        &self,
        of: &Subscription,
        charged: &[billing::Charge],
        change_id: Option<ChangeId>,
        at: OffsetDateTime,
    ) -> Vec<charges::Record> {
        let record = |charge: &billing::Charge| charges::Record {
            id: ChargeId::new(),
            marketplace_id: self.marketplace,
            customer_id: of.customer_id,
            reseller_id: of.reseller_id,
            subscription_id: of.id,
            order_id: of.order_id,
            change_id,
            charge: charge.clone(),
            created_at: at,
        };
        charged.iter().map(record).collect()
    }

    /// What Microsoft is asked for at the instant of a scheduled change; none where it needs not know.
    fn undo(
        &self,
        before: &Subscription,
        step: &Step,
        applied: &ScheduledChange,
        booked: &[charges::Record],
    ) -> Result<Option<Undo>, Problem> {
        let (Some(without), Some(_)) = (&step.without, &before.external_id) else { return Ok(None) };
        let after = &step.after;
        let new_term = after.term_span != before.term_span;
        let differs = (after.quantity, after.offer_id) != (before.quantity, before.offer_id);
        let remote = match applied.effect {
            Effect::End => RemoteChange::Cancel,
            Effect::Quantity(_) | Effect::Offer(_) if differs && new_term => {
                RemoteChange::Renew(commit::plan(after, &self.catalog)?)
            }
            Effect::Quantity(_) if differs => RemoteChange::Quantity(after.quantity),
            Effect::Quantity(_) | Effect::Offer(_) | Effect::TermEnd(_) => return Ok(None),
        };
        let reversals = booked.iter().map(|record| (before.id, billing::undo(record.id, &record.charge)));
        let instead = without.charges.iter().map(|charge| (before.id, charge.clone()));
        Ok(Some(Undo {
            remote,
            before: without.after.clone(),
            charges: reversals.chain(instead).collect(),
            add_ons: vec![],
            new_subscription: None,
            licenses: vec![],
        }))
    }

    /// add-ons end with their base, at its instant and in its state; who lost licences of which.
    fn end_add_ons(
        &mut self,
        tx: &mut Conn,
        base: &Subscription,
        at: OffsetDateTime,
    ) -> Result<Vec<(SubscriptionId, Vec<UserId>)>, Problem> {
        let mut lost = vec![];
        for add_on in store::subscriptions::add_ons(tx, &Scope::Marketplace(self.marketplace), base.id)? {
            // One that this batch took further already ends as it then stands.
            let taken = self.taken.get(&add_on.id).copied();
            let add_on = taken.map_or(add_on, |taken| self.subscriptions[taken].subscription().clone());
            let Some(after) = renewal::end_with_base(&add_on, base) else { continue };
            let told = json!({"base_id": base.id, "before": snapshot(&add_on), "after": snapshot(&after)});
            self.event(&add_on, ended_kind(after.status), at, told);
            lost.extend(self.take_surplus(tx, &add_on, &after, at)?);
            match taken {
                Some(taken) => self.subscriptions[taken].go_on(after),
                None => self.push(&add_on, after),
            }
        }
        Ok(lost)
    }

    /// Takes licences back that there are no more, from who got theirs last; says from whom.
    fn take_surplus(
        &mut self,
        tx: &mut Conn,
        before: &Subscription,
        after: &Subscription,
        at: OffsetDateTime,
    ) -> Result<Vec<(SubscriptionId, Vec<UserId>)>, Problem> {
        let most = |subscription: &Subscription| license::most(subscription.status, subscription.quantity);
        if most(after) >= most(before) {
            return Ok(vec![]);
        }
        let Some((users, payload)) = edit::surplus(tx, after)? else { return Ok(vec![]) };
        self.event(after, EventKind::LicenseTakenBack, at, payload);
        Ok(vec![(after.id, users)])
    }

    fn tell(&mut self, before: &Subscription, step: &Step, offers: &[Offered], at: OffsetDateTime) {
        for happened in &step.happened {
            let kind = match happened {
                Happened::CycleCharged => continue,
                Happened::Applied | Happened::NotApplied => EventKind::SubscriptionChanged,
                Happened::Renewed => EventKind::SubscriptionRenewed,
                Happened::Converted => EventKind::SubscriptionConverted,
                Happened::Extended => EventKind::SubscriptionExtended,
                Happened::NotRenewed => EventKind::SubscriptionNotRenewed,
                Happened::Expired => EventKind::SubscriptionExpired,
                Happened::Disabled => EventKind::SubscriptionDisabled,
                Happened::Canceled => EventKind::SubscriptionCanceled,
                Happened::Reminded(days) => {
                    let payload = reminder(before, *days, offers);
                    self.event(before, EventKind::SubscriptionReminded, at, payload);
                    continue;
                }
            };
            let mut payload = json!({"before": snapshot(before), "after": snapshot(&step.after)});
            if let Some(applied) = &step.applied {
                payload["change_id"] = json!(applied.change_id);
                payload["applied"] = json!(*happened != Happened::NotApplied);
            }
            self.event(before, kind, at, payload);
        }
    }

    fn event(&mut self, of: &Subscription, kind: EventKind, at: OffsetDateTime, payload: Value) {
        let event = events::event(self.marketplace, Some(of.customer_id), kind, of.id.to_string(), at, payload);
        // What time alone did is not asked of Microsoft.
        let asks = event.payload.get("change_id").is_some();
        let consumers = events::consumers_of(kind);
        let heard = asks || !consumers.contains(&events::Consumer::ApplyChange);
        self.events.push((event, if heard { consumers } else { &[] }));
    }

    fn write(&mut self, tx: &mut Conn, real_now: OffsetDateTime) -> Result<(), Problem> {
        store::subscriptions::save_moved(tx, &self.subscriptions)?;
        charges::insert_all(tx, &self.charges)?;
        for (id, status, at) in &self.changes {
            store::changes::set_status(tx, self.marketplace, *id, *status, *at)?;
        }
        let scope = Scope::Marketplace(self.marketplace);
        for (id, undo) in &self.undos {
            let record = store::changes::get(tx, &scope, *id)?;
            let undo = Some(serde_json::to_value(undo).map_err(Problem::internal)?);
            store::changes::save(tx, &store::changes::Record { undo, applied_at: None, ..record })?;
        }
        let with_tasks = |(event, consumers): (Event<Value>, &[_])| (event, events::tasks(consumers, real_now));
        let events: Vec<_> = self.events.drain(..).map(with_tasks).collect();
        Ok(store::outbox::append_all(tx, &events)?)
    }
}

fn ended_kind(status: SubscriptionStatus) -> EventKind {
    match status {
        SubscriptionStatus::Expired => EventKind::SubscriptionExpired,
        SubscriptionStatus::Disabled => EventKind::SubscriptionDisabled,
        _ => EventKind::SubscriptionCanceled,
    }
}

/// What its people need to decide before the term ends (K-16, R-03).
fn reminder(subscription: &Subscription, days: i64, offers: &[Offered]) -> Value {
    let next = renewal::follow_up(subscription, offers).map(|(_, price)| price);
    json!({
        "days": days,
        "term_end": subscription.term_span.map(|span| span.last),
        "at_term_end": subscription.at_term_end,
        "quantity": subscription.quantity,
        "unit_price": subscription.unit_price.to_string(),
        "next_unit_price": next.map(|price| price.to_string()),
        "currency": subscription.unit_price.currency,
        "renewal_can_be_stopped_until": subscription.notice_until().map(crate::http::wire::instant),
        "pending_change_id": subscription.pending.as_ref().map(|pending| pending.change_id),
    })
}
