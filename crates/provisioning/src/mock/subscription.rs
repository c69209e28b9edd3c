//! A subscription of the mock and what a change makes of it. Pure; what may be changed is in `change_rules`.

use crate::{RemoteChange, RemoteLine, RemotePlan, RemoteStatus, RemoteSubscription};
use domain::calendar::{BillingCycle, Term};
use time::{Duration, OffsetDateTime};

/// For so long licences can be given back, and a subscription cancelled (`new-commerce-cancellation-policy`).
const WINDOW: Duration = Duration::hours(168);

/// For so long a perpetual licence can (G-130).
const PERPETUAL_WINDOW: Duration = Duration::days(30);

/// What was bought with one line, or split from that.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) entra_tenant_id: String,
    pub(super) plan: RemotePlan,
    pub(super) status: RemoteStatus,
    pub(super) auto_renew: bool,
    /// When it was bought, or what it was split from: its window for a cancellation begins here.
    pub(super) bought_at: OffsetDateTime,
    /// Its licences by when they were bought; all of them together.
    batches: Vec<Batch>,
    pub(super) provided: bool,
    /// How often it was asked for before it was provided.
    pub(super) polls: u32,
}

/// Licences that came together and have one window.
#[derive(Debug, Clone, Copy)]
struct Batch {
    quantity: u32,
    bought_at: OffsetDateTime,
}

impl Batch {
    fn is_open(&self, at: OffsetDateTime) -> bool {
        at - self.bought_at < WINDOW
    }
}

impl Subscription {
    /// A new one, with what a line asked for.
    pub(super) fn bought(tenant_id: &str, line: &RemoteLine, at: OffsetDateTime) -> Self {
        let plan = RemotePlan {
            product_external_id: line.product_external_id.clone(),
            sku_external_id: line.sku_external_id.clone(),
            term: line.term,
            billing_cycle: line.billing_cycle,
            quantity: line.quantity,
        };
        Self {
            entra_tenant_id: tenant_id.to_owned(),
            plan,
            status: RemoteStatus::Active,
            auto_renew: match line.billing_cycle {
                BillingCycle::None => line.renews_to.is_some(),
                _ => line.term != Term::None,
            },
            bought_at: at,
            batches: vec![Batch { quantity: line.quantity, bought_at: at }],
            provided: false,
            polls: 0,
        }
    }

    /// As Microsoft shows it.
    pub(super) fn view(&self, id: &str) -> RemoteSubscription {
        RemoteSubscription {
            id: id.to_owned(),
            provided: self.provided,
            quantity: self.plan.quantity,
            status: self.status,
            auto_renew: self.auto_renew,
        }
    }

    /// How many licences it takes of what a tenant may have.
    pub(super) fn seats(&self) -> u64 {
        if self.status == RemoteStatus::Deleted { 0 } else { u64::from(self.plan.quantity) }
    }

    /// How many licences may go at an instant: those of the batches whose window is open.
    pub(super) fn returnable(&self, at: OffsetDateTime) -> u32 {
        self.batches.iter().filter(|batch| batch.is_open(at)).map(|batch| batch.quantity).sum()
    }

    /// Whether it may be cancelled at an instant.
    pub(super) fn is_cancellable(&self, at: OffsetDateTime) -> bool {
        let window = if self.plan.term == Term::None { PERPETUAL_WINDOW } else { WINDOW };
        at - self.bought_at < window
    }

    /// Does a change; a split gives what was split off.
    pub(super) fn change(&mut self, change: &RemoteChange, at: OffsetDateTime) -> Option<Self> {
        match change {
            RemoteChange::Quantity(quantity) => self.set_quantity(*quantity, at),
            RemoteChange::AutoRenew(auto_renew) => self.auto_renew = *auto_renew,
            RemoteChange::Suspend => self.stop(RemoteStatus::Suspended),
            RemoteChange::Cancel => self.stop(RemoteStatus::Deleted),
            RemoteChange::Resume | RemoteChange::Reactivate => self.status = RemoteStatus::Active,
            RemoteChange::Replace(plan) => {
                self.set_quantity(plan.quantity, at);
                self.plan = plan.clone();
            }
            RemoteChange::Renew(plan) => {
                self.set_quantity(plan.quantity, at);
                self.batches = vec![Batch { quantity: plan.quantity, bought_at: at }];
                (self.plan, self.bought_at) = (plan.clone(), at);
            }
            RemoteChange::Split(plan) => return Some(self.split(plan, at)),
        }
        None
    }

    fn stop(&mut self, status: RemoteStatus) {
        self.status = status;
        self.auto_renew = false;
    }

    fn set_quantity(&mut self, quantity: u32, at: OffsetDateTime) {
        if let Some(more @ 1..) = quantity.checked_sub(self.plan.quantity) {
            self.batches.push(Batch { quantity: more, bought_at: at });
        } else {
            self.take(self.plan.quantity - quantity, at);
        }
        self.plan.quantity = quantity;
    }

    /// Takes licences out: those first whose window closes soonest, then those without one. Microsoft does not say.
    fn take(&mut self, quantity: u32, at: OffsetDateTime) -> Vec<Batch> {
        self.batches.sort_by_key(|batch| (!batch.is_open(at), batch.bought_at));
        let (mut left, mut taken) = (quantity, Vec::new());
        for batch in &mut self.batches {
            let from_here = left.min(batch.quantity);
            batch.quantity -= from_here;
            left -= from_here;
            taken.push(Batch { quantity: from_here, ..*batch });
        }
        self.batches.retain(|batch| batch.quantity > 0);
        taken.retain(|batch| batch.quantity > 0);
        taken
    }

    /// What is split off keeps the windows of its licences: an upgrade opens none.
    fn split(&mut self, plan: &RemotePlan, at: OffsetDateTime) -> Self {
        let batches = self.take(plan.quantity, at);
        self.plan.quantity = self.plan.quantity.saturating_sub(plan.quantity);
        Self {
            entra_tenant_id: self.entra_tenant_id.clone(),
            plan: plan.clone(),
            status: self.status,
            auto_renew: self.auto_renew,
            bought_at: self.bought_at,
            batches,
            provided: self.provided,
            polls: self.polls,
        }
    }
}
