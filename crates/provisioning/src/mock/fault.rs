//! Faults on demand, and what was called: for tests.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// A call of [`PartnerCenter`](crate::PartnerCenter).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// `domain_available`: whether a domain is free.
    DomainAvailable,
    /// `create_tenant`: makes a tenant.
    CreateTenant,
    /// `find_tenant`: whose a domain is.
    FindTenant,
    /// `invitation_url`: where a relationship is confirmed.
    InvitationUrl,
    /// `reseller_standing`: what Microsoft says of a reseller.
    ResellerStanding,
    /// `relationship_url`: where a reseller joins the provider.
    RelationshipUrl,
    /// `confirm_agreement`: records an acceptance.
    ConfirmAgreement,
    /// `create_cart`: puts lines in a remote cart.
    CreateCart,
    /// `cart`: looks a remote cart up.
    Cart,
    /// `check_out`: buys a remote cart.
    CheckOut,
    /// `orders_of_cart`: what became of a purchase.
    OrdersOfCart,
    /// `subscription`: looks a remote subscription up.
    Subscription,
    /// `change_subscription`: changes a running subscription.
    ChangeSubscription,
}

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing happens, and the caller is told so.
    TransientBefore,
    /// It happens, but the caller does not get to know.
    TimeoutAfterEffect,
    /// Nothing happens; the caller has to wait so long.
    ThrottledFor(Duration),
    /// Nothing happens; refused with this code.
    RefusedWith(String),
}

/// The faults still to come and the calls so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    queued: HashMap<Call, VecDeque<Fault>>,
    calls: HashMap<Call, usize>,
}

impl Faults {
    pub(super) fn push(&mut self, call: Call, fault: Fault) {
        self.queued.entry(call).or_default().push_back(fault);
    }

    /// Counts a call and takes the fault that is due for it.
    pub(super) fn enter(&mut self, call: Call) -> Option<Fault> {
        *self.calls.entry(call).or_default() += 1;
        self.queued.get_mut(&call)?.pop_front()
    }

    pub(super) fn calls(&self, call: Call) -> usize {
        self.calls.get(&call).copied().unwrap_or_default()
    }
}
