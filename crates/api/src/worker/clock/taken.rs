//! The subscriptions of a batch, taken one instant further each.

use crate::App;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::memory::catalogs::catalog::Catalog;
use crate::subscriptions::changes::facts::offers_of;
use crate::subscriptions::changes::remote::{self, Cause};
use crate::subscriptions::changes::undo::Undo;
use crate::subscriptions::licenses::surplus;
use crate::worker::clock::told::Told;
use domain::access::Scope;
use domain::billing;
use domain::event::EventKind;
use domain::id::{ChangeId, ChargeId, CustomerId, MarketplaceId, ProductId, SubscriptionId, UserId};
use domain::license;
use domain::party::{Country, Customer};
use domain::people::PeopleRules;
use domain::pricing::Buyer;
use domain::subscription::change::{Offered, Outcome};
use domain::subscription::due::Due;
use domain::subscription::renewal::{self, Happened, Step};
use domain::subscription::{Effect, ScheduledChange, Subscription, add_ons};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use store::Conn;
use store::changes::{RequestedChange, Status};
use store::charges::{self, BookedCharge};
use store::subscriptions::Moved;
use time::OffsetDateTime;

/// Takes subscriptions that are locked one instant further.
pub fn take(app: &App, tx: &mut Conn, marketplace: MarketplaceId, due: &[Subscription]) -> Result<(), Problem> {
    if due.is_empty() {
        return Ok(());
    }
    let catalog = app.catalog_in(tx, marketplace)?;
    let people = app.marketplaces.people(marketplace)?;
    let seller = app.marketplaces.get(marketplace)?.marketplace.country;
    let mut taken = Taken::new(marketplace, seller, catalog, people);
    taken.take_all(tx, due)?;
    taken.write(app, tx)
}

/// Whether it matters how many people have a licence of a subscription: a change of its quantity waits, or its people
/// are reminded of its end.
fn counts_people(due: &Subscription) -> bool {
    let reminds = due.next_reminder_on.map(|day| due.start(day));
    due.pending.as_ref().is_some_and(|pending| pending.quantity().is_some())
        || reminds.is_some_and(|at| renewal::due_at(due) == Some(at))
}

/// What a batch writes, collected so that it is written in few statements.
struct Taken {
    marketplace: MarketplaceId,
    /// Where the provider is, which is half of what decides the tax.
    seller: Country,
    /// The customers of a batch: the other half.
    customers: HashMap<CustomerId, Customer>,
    catalog: Arc<Catalog>,
    /// Offers by product, buyer and instant: the same for most of a batch.
    offers: HashMap<(ProductId, Buyer, OffsetDateTime), Arc<Vec<Offered>>>,
    subscriptions: Vec<Moved>,
    /// Where each of these is.
    taken: HashMap<SubscriptionId, usize>,
    /// What the add-ons of a batch belong to, where nothing is due of it.
    bases: HashMap<SubscriptionId, Subscription>,
    charges: Vec<BookedCharge>,
    told: Told,
    changes: Vec<(ChangeId, Status, OffsetDateTime)>,
    undos: Vec<(ChangeId, Undo)>,
    /// How many people have a licence of those of which it matters.
    assigned: HashMap<SubscriptionId, u32>,
    /// Changes that could not take effect, and why.
    failed: Vec<(ChangeId, &'static str)>,
}

/// What became of the add-ons of a base that ended.
#[derive(Default)]
struct EndedAddOns {
    /// Who lost licences of which.
    licenses: Vec<(SubscriptionId, Vec<UserId>)>,
    /// What takes back what they were given, should Microsoft refuse the end.
    reversals: Vec<(SubscriptionId, billing::Charge)>,
}

impl Taken {
    /// Nothing is taken yet; the catalogue is the one in force.
    fn new(marketplace: MarketplaceId, seller: Country, catalog: Arc<Catalog>, people: Arc<PeopleRules>) -> Self {
        Self {
            marketplace,
            seller,
            customers: HashMap::new(),
            catalog,
            offers: HashMap::new(),
            subscriptions: vec![],
            taken: HashMap::new(),
            bases: HashMap::new(),
            charges: vec![],
            told: Told::new(marketplace, people),
            changes: vec![],
            undos: vec![],
            assigned: HashMap::new(),
            failed: vec![],
        }
    }

    fn offers(&mut self, subscription: &Subscription, at: OffsetDateTime) -> Arc<Vec<Offered>> {
        let alike = self.catalog.alike(subscription.buyer());
        let key = (subscription.product_id, alike, renewal::in_force_at(subscription, at));
        let catalog = &self.catalog;
        let offers = self.offers.entry(key).or_insert_with(|| Arc::new(offers_of(catalog, key.0, alike, key.2)));
        Arc::clone(offers)
    }

    /// Takes subscriptions one instant further each. A base comes before its add-ons: these end with it, and what
    /// has ended is not renewed.
    fn take_all(&mut self, tx: &mut Conn, due: &[Subscription]) -> Result<(), Problem> {
        let scope = Scope::Marketplace(self.marketplace);
        let customers: BTreeSet<_> = due.iter().map(|due| due.customer_id).collect();
        let customers = store::customers::of_ids(tx, &scope, &Vec::from_iter(customers))?;
        self.customers = customers.into_iter().map(|customer| (customer.id, customer)).collect();
        let waiting: Vec<_> = due.iter().filter(|due| counts_people(due)).map(|due| due.id).collect();
        if !waiting.is_empty() {
            self.assigned = store::assignments::counts(tx, &scope, &waiting)?;
        }
        for subscription in due {
            if let Some(base) = subscription.base_id.filter(|base| !self.taken.contains_key(base)) {
                let base = store::subscriptions::lock(tx, &scope, base)?;
                if counts_people(&base) {
                    self.assigned.extend(store::assignments::counts(tx, &scope, &[base.id])?);
                }
                if renewal::due_at(&base).is_some_and(|at| Some(at) <= renewal::due_at(subscription)) {
                    self.take(tx, &base)?;
                }
                self.bases.insert(base.id, base);
            }
            if !self.taken.contains_key(&subscription.id) {
                self.take(tx, subscription)?;
            }
        }
        Ok(())
    }

    /// What a subscription is an add-on of, as that stands by now.
    fn base_of(&self, add_on: &Subscription) -> Option<&Subscription> {
        let id = add_on.base_id?;
        let taken = self.taken.get(&id).map(|place| self.subscriptions[*place].subscription());
        taken.or_else(|| self.bases.get(&id))
    }

    /// Takes a subscription one instant further.
    fn take(&mut self, tx: &mut Conn, subscription: &Subscription) -> Result<(), Problem> {
        let Some(at) = renewal::due_at(subscription) else {
            return Err(Problem::internal(format!("{} is not due", subscription.id)));
        };
        let offers = self.offers(subscription, at);
        let assigned = self.assigned.get(&subscription.id).copied().unwrap_or_default();
        let base = self.base_of(subscription).cloned();
        let due = Due { subscription, offers: &offers, assigned, base: base.as_ref() };
        let mut step = renewal::step(&due, at).map_err(Problem::internal)?;
        self.share_tax(subscription, &mut step.charges)?;
        if let Some(without) = &mut step.without {
            self.share_tax(subscription, &mut without.charges)?;
        }
        let refused = step.happened.iter().any(|happened| matches!(happened, Happened::StillAssigned(_)));
        let change = step.applied.as_ref().map(|applied| applied.change_id);
        let booked = Self::book(subscription, &step.charges, change, at);
        let mut lost = self.take_surplus(tx, subscription, &step.after, at)?;
        let mut asked = None;
        if let Some(applied) = &step.applied {
            let mut undo = self.undo(subscription, &step, applied, &booked)?;
            if let Some(undo) = undo.as_mut().filter(|_| applied.effect == Effect::End) {
                let scope = Scope::Marketplace(self.marketplace);
                undo.add_ons = store::subscriptions::add_ons(tx, &scope, subscription.id)?;
            }
            if refused {
                self.failed.push((applied.change_id, "licenses_assigned"));
            } else {
                let status = if undo.is_some() { Status::Applying } else { Status::Done };
                self.changes.push((applied.change_id, status, at));
            }
            asked = undo.map(|undo| (applied.change_id, undo));
        }
        // A reminder names the price of the term that follows.
        let reminded = step.happened.iter().any(|happened| matches!(happened, Happened::Reminded(_)));
        let renewal = subscription.term_ends_at().filter(|_| reminded);
        let next = renewal.map_or_else(|| Arc::clone(&offers), |renewal| self.offers(subscription, renewal));
        self.told.step(&Due { offers: &next, ..due }, &step, at);
        if !step.after.status.owned() && subscription.status.owned() {
            let ended = self.end_add_ons(tx, &step.after, change, at)?;
            if let Some((_, undo)) = &mut asked {
                undo.charges.extend(ended.reversals);
            }
            lost.extend(ended.licenses);
        }
        let applying = asked.as_ref().map(|(id, _)| *id).or(step.after.applying);
        self.undos.extend(asked.map(|(id, undo)| (id, Undo { licenses: lost, ..undo })));
        self.charges.extend(booked);
        self.push(subscription, Subscription { applying, ..step.after });
        Ok(())
    }

    /// What is charged of a subscription at an instant is taxed as one document, by where it is billed to.
    fn share_tax(&self, of: &Subscription, charges: &mut [billing::Charge]) -> Result<(), Problem> {
        let Some(customer) = self.customers.get(&of.customer_id) else { return Ok(()) };
        let (rule, mode) = (of.tax_rule(self.seller, customer), of.policy.rules.rounding.mode);
        billing::share_tax(charges, rule, mode).map_err(Problem::internal)
    }

    fn push(&mut self, before: &Subscription, after: Subscription) {
        self.taken.insert(after.id, self.subscriptions.len());
        self.subscriptions.push(Moved::new(before, after));
    }

    fn book(
        of: &Subscription,
        charged: &[billing::Charge],
        change_id: Option<ChangeId>,
        at: OffsetDateTime,
    ) -> Vec<BookedCharge> {
        let booked = |charge: &billing::Charge| BookedCharge::new(ChargeId::new(), of, change_id, charge.clone(), at);
        charged.iter().map(booked).collect()
    }

    /// What Microsoft is asked for at the instant of a scheduled change; none where it needs not know.
    fn undo(
        &self,
        before: &Subscription,
        step: &Step,
        applied: &ScheduledChange,
        booked: &[BookedCharge],
    ) -> Result<Option<Undo>, Problem> {
        let Some(without) = &step.without else { return Ok(None) };
        let remote = remote::of(before, &step.after, Cause::Applied(applied.effect), &self.catalog)?;
        let Some(remote) = remote else { return Ok(None) };
        let reversals = booked.iter().map(|record| (before.id, billing::undo(record.id, &record.charge)));
        let instead = without.charges.iter().map(|charge| (before.id, charge.clone()));
        Ok(Some(Undo {
            remote,
            renewal: None,
            before: without.after.clone(),
            charges: reversals.chain(instead).collect(),
            add_ons: vec![],
            new_subscription: None,
            licenses: vec![],
        }))
    }

    /// Add-ons end with their base, at its instant and in its state, and are given back what they were charged
    /// for later days.
    fn end_add_ons(
        &mut self,
        tx: &mut Conn,
        base: &Subscription,
        change: Option<ChangeId>,
        at: OffsetDateTime,
    ) -> Result<EndedAddOns, Problem> {
        let scope = Scope::Marketplace(self.marketplace);
        let mut ended = EndedAddOns::default();
        let add_ons = store::subscriptions::add_ons(tx, &scope, base.id)?;
        let ids: Vec<_> = add_ons.iter().map(|add_on| add_on.id).collect();
        let mut ledgers = store::charges::of_subscriptions(tx, &scope, &ids, base.day(at).plus_days(-1))?;
        for add_on in add_ons {
            // One that this batch took further already ends as it then stands.
            let taken = self.taken.get(&add_on.id).copied();
            let add_on = taken.map_or(add_on, |taken| self.subscriptions[taken].subscription().clone());
            let mut ledger = ledgers.remove(&add_on.id).unwrap_or_default();
            let just_booked = self.charges.iter().filter(|booked| booked.subscription_id == add_on.id);
            ledger.extend(just_booked.map(|booked| (booked.id, booked.charge.clone())));
            let open = billing::open_charges(&ledger);
            let outcome = add_ons::end_with_base(&add_on, &open, base).map_err(Problem::internal)?;
            let Some(Outcome { after, mut charges }) = outcome else { continue };
            self.share_tax(&add_on, &mut charges)?;
            let booked = Self::book(&add_on, &charges, change, at);
            ended.reversals.extend(booked.iter().map(|booked| (add_on.id, billing::undo(booked.id, &booked.charge))));
            self.charges.extend(booked);
            self.told.ended_with_base(base, &add_on, &after, at);
            ended.licenses.extend(self.take_surplus(tx, &add_on, &after, at)?);
            match taken {
                Some(taken) => self.subscriptions[taken].go_on(after),
                None => self.push(&add_on, after),
            }
        }
        Ok(ended)
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
        let Some((users, payload)) = surplus::take_from(tx, after)? else { return Ok(vec![]) };
        self.told.event(after, EventKind::LicenseTakenBack, at, payload);
        Ok(vec![(after.id, users)])
    }

    /// Writes all of it.
    fn write(&mut self, app: &App, tx: &mut Conn) -> Result<(), Problem> {
        let now = app.now_in(tx, self.marketplace)?;
        store::subscriptions::save_moved(tx, &self.subscriptions, now)?;
        charges::insert_all(tx, &self.charges)?;
        for (id, status, at) in &self.changes {
            store::changes::set_status(tx, self.marketplace, *id, *status, *at)?;
        }
        let scope = Scope::Marketplace(self.marketplace);
        for (id, why) in &self.failed {
            let record = store::changes::get(tx, &scope, *id)?;
            let failure = Some((*why).to_owned());
            let failed = RequestedChange { status: Status::Failed, failure, ..record };
            store::changes::save(tx, &failed)?;
        }
        for (id, undo) in &self.undos {
            let record = store::changes::get(tx, &scope, *id)?;
            let undo = Some(serde_json::to_value(undo).map_err(Problem::internal)?);
            store::changes::save(tx, &RequestedChange { undo, applied_at: None, ..record })?;
        }
        self.told.write(app, tx)
    }
}
