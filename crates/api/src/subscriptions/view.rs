//! A subscription on the wire: the fields of the service list (C-43), "my orders" and the contract (C-48).

use crate::App;
use crate::auth::standing::Identity;
use crate::http::wire::codes::{AtTermEnd, BillingCycle, OfferKind, SubscriptionStatus, Term};
use crate::http::wire::instant;
use crate::http::wire::money::{Money, Price};
use crate::memory::catalogs::catalog::Catalog;
use crate::policies::view::{PolicyOverride, overrides};
use crate::subscriptions::changes::outcome;
use domain::access::Permission;
use domain::id::{CustomerId, SubscriptionId};
use domain::party::Customer;
use domain::policy::EndOfTerm;
use domain::subscription;
use domain::tax::{self, TaxRule};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A subscription: one offer, one customer, one quantity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    /// Its id.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// Who uses it.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Through which reseller it was bought.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The subscription that it is an add-on of, and ends with.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub base_id: Option<String>,
    /// The product.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// The product's title; null where it is no longer in the catalogue.
    #[schema(required, example = "Office 365 Enterprise (NCE)")]
    pub product_title: Option<String>,
    /// The SKU.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// The SKU's title; null where it is no longer in the catalogue.
    #[schema(required, example = "Office 365 E1")]
    pub sku_title: Option<String>,
    /// The slug of the product's category; null where it is no longer in the catalogue.
    #[schema(required, example = "office-365")]
    pub category: Option<String>,
    /// The offer.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// What the offer is.
    pub kind: OfferKind,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// Licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// Licences that somebody has.
    #[schema(example = 3)]
    pub assigned: u32,
    /// The licences by when they came, oldest first.
    pub quantity_lots: Vec<QuantityLot>,
    /// The price that holds, per licence and billing cycle (C-47).
    pub unit_price: Price,
    /// What each later billing cycle costs; null where nothing recurs.
    #[schema(required)]
    pub recurring: Option<Money>,
    /// The first day of the running term.
    #[schema(required, format = Date, example = "2026-11-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// When it renews; null where it does not.
    #[schema(required, format = DateTime, example = "2027-11-06T00:00:00Z")]
    pub renews_at: Option<String>,
    /// For how long it then renews (C-48); null where it does not.
    #[schema(required)]
    pub follow_up_term: Option<Term>,
    /// The day of the next charge within the term.
    #[schema(required, format = Date, example = "2026-12-01")]
    pub next_charge_on: Option<String>,
    /// Whether it renews at the term's end.
    pub auto_renew: bool,
    /// What follows the term.
    pub at_term_end: AtTermEnd,
    /// Until when the renewal can be stopped; null where any day will do.
    #[schema(required, format = DateTime, example = "2027-10-29T23:59:59.999999Z")]
    pub renewal_can_be_stopped_until: Option<String>,
    /// Until when it may be canceled in its policy's window; null where there is none.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub cancel_until: Option<String>,
    /// The change that waits.
    #[schema(required)]
    pub pending_change: Option<PendingChange>,
    /// The change that Microsoft is being asked for; no other is taken meanwhile.
    #[schema(required, example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub applying_change_id: Option<String>,
    /// When somebody asked for its end.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub cancel_requested_at: Option<String>,
    /// From when on nothing is paid for, where that is settled.
    #[schema(required, format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub ends_at: Option<String>,
    /// From when on the service is off.
    #[schema(required, format = DateTime, example = "2026-12-31T00:00:00Z")]
    pub access_ends_at: Option<String>,
    /// From when on the data are gone.
    #[schema(required, format = DateTime, example = "2027-03-31T00:00:00Z")]
    pub data_deleted_at: Option<String>,
    /// How often it was changed; a policy may set a limit.
    #[schema(example = 2)]
    pub changes: u32,
    /// The policy as it was at the start of the term.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
    /// The policy's version.
    #[schema(example = 1)]
    pub policy_version: u32,
    /// The overrides that are in its rules: the product's, then the offer's.
    pub policy_overrides: Vec<PolicyOverride>,
    /// The order it came from.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub order_id: String,
    /// Who is responsible for it.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub responsible_user: Option<String>,
    /// Whether the caller may change it: `view` or `view_and_edit` (C-43).
    pub permission: CallerPermission,
    /// Microsoft's id of it, once provided.
    #[schema(required, example = "5f2c9c1e-7b4e-4c8f-9a37-0d1e2f3a4b5c")]
    pub external_id: Option<String>,
    /// When it was ordered.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it began to run.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:02Z")]
    pub activated_at: Option<String>,
}

/// What the caller may do with a subscription.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallerPermission {
    /// See it.
    View,
    /// See and change it.
    ViewAndEdit,
}

/// Licences that came together.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuantityLot {
    /// How many are left of them.
    #[schema(example = 3)]
    pub quantity: u32,
    /// Since when.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub added_at: String,
    /// Until when they can be given back; null where there is no window.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub reducible_until: Option<String>,
}

/// A change that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct PendingChange {
    /// The change.
    #[schema(example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub requested_at: String,
    /// When it takes effect.
    #[schema(format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub effective_at: String,
    /// Licences from then on.
    #[schema(required, example = 7)]
    pub quantity: Option<u32>,
    /// The offer from then on.
    #[schema(required, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: Option<String>,
    /// The last day of the term that then begins.
    #[schema(required, format = Date, example = "2028-06-30")]
    pub term_end: Option<String>,
    /// Whether it ends then.
    pub ends: bool,
}

/// What the rows of a page share: the catalogue, the customers with their tax, who has licences.
pub struct Context<'a> {
    /// The application.
    pub app: &'a App,
    /// Who asks.
    pub identity: &'a Identity,
    /// The customers of the rows.
    pub customers: HashMap<CustomerId, Customer>,
    /// How many licences are given to people.
    pub assigned: HashMap<SubscriptionId, u32>,
}

impl Context<'_> {
    fn tax_rule(&self, of: &subscription::Subscription) -> Option<TaxRule> {
        let customer = self.customers.get(&of.customer_id)?;
        let marketplace = self.app.marketplaces.get(of.marketplace_id).ok()?;
        Some(tax::rule(marketplace.marketplace.country, customer.address.country, customer.vat_id.as_deref()))
    }

    fn recurring(&self, of: &subscription::Subscription) -> Option<Money> {
        outcome::recurring(of, self.tax_rule(of)?).ok().flatten().map(Money::from)
    }
}

/// A subscription on the wire.
pub fn view(context: &Context<'_>, subscription: &subscription::Subscription) -> Subscription {
    let catalog = context.app.catalogs.of(subscription.marketplace_id);
    let found = catalog.offer(subscription.offer_id);
    let span = subscription.term_span;
    let ending = subscription.expected_ending();
    let may_change = context.identity.may(Permission::SubscriptionsChange);
    Subscription {
        id: subscription.id.to_string(),
        status: SubscriptionStatus(subscription.status),
        customer_id: subscription.customer_id.to_string(),
        reseller_id: subscription.reseller_id.map(|id| id.to_string()),
        base_id: subscription.base_id.map(|id| id.to_string()),
        product_id: subscription.product_id.to_string(),
        product_title: found.map(|found| found.product.title.clone()),
        sku_id: subscription.sku_id.to_string(),
        sku_title: found.map(|found| found.sku.title.clone()),
        category: found.map(|found| found.product.category.clone()),
        offer_id: subscription.offer_id.to_string(),
        kind: OfferKind(subscription.kind),
        term: Term(subscription.term),
        billing_cycle: BillingCycle(subscription.billing_cycle),
        quantity: subscription.quantity,
        assigned: context.assigned.get(&subscription.id).copied().unwrap_or_default(),
        quantity_lots: subscription.lots.iter().map(lot).collect(),
        unit_price: subscription.unit_price.into(),
        recurring: context.recurring(subscription),
        term_start: span.map(|span| span.first.to_string()),
        term_end: span.map(|span| span.last.to_string()),
        renews_at: renews_at(subscription).map(instant),
        follow_up_term: follow_up_term(&catalog, subscription).map(Term),
        next_charge_on: subscription.next_charge_on.map(|day| day.to_string()),
        auto_renew: subscription.auto_renew(),
        at_term_end: AtTermEnd(subscription.at_term_end),
        renewal_can_be_stopped_until: subscription.notice_until().map(instant),
        cancel_until: subscription.cancel_until.map(instant),
        pending_change: subscription.pending.as_ref().map(pending),
        applying_change_id: subscription.applying.map(|id| id.to_string()),
        cancel_requested_at: ending.and_then(|ending| ending.requested_at).map(instant),
        ends_at: ending.map(|ending| instant(ending.ends_at)),
        access_ends_at: ending.map(|ending| instant(ending.access_ends_at)),
        data_deleted_at: ending.map(|ending| instant(ending.data_deleted_at)),
        changes: subscription.changes,
        policy_key: subscription.policy.key.clone(),
        policy_version: subscription.policy.version,
        policy_overrides: overrides(&subscription.policy),
        order_id: subscription.order_id.to_string(),
        responsible_user: subscription.responsible_user.map(|id| id.to_string()),
        permission: if may_change { CallerPermission::ViewAndEdit } else { CallerPermission::View },
        external_id: subscription.external_id.clone(),
        created_at: instant(subscription.created_at),
        activated_at: subscription.activated_at.map(instant),
    }
}

fn lot(lot: &subscription::QuantityLot) -> QuantityLot {
    QuantityLot {
        quantity: lot.quantity,
        added_at: instant(lot.added_at),
        reducible_until: lot.reducible_until.map(instant),
    }
}

fn pending(pending: &subscription::ScheduledChange) -> PendingChange {
    use subscription::Effect;
    PendingChange {
        id: pending.change_id.to_string(),
        requested_at: instant(pending.requested_at),
        effective_at: instant(pending.effective_at),
        quantity: match pending.effect {
            Effect::Quantity(quantity) => Some(quantity),
            _ => None,
        },
        offer_id: match pending.effect {
            Effect::Offer(offer) => Some(offer.to_string()),
            _ => None,
        },
        term_end: match pending.effect {
            Effect::TermEnd(day) => Some(day.to_string()),
            _ => None,
        },
        ends: pending.effect == Effect::End,
    }
}

fn renews(subscription: &subscription::Subscription) -> bool {
    subscription.auto_renew() && subscription.status.owned() && subscription.expected_ending().is_none()
}

fn renews_at(subscription: &subscription::Subscription) -> Option<time::OffsetDateTime> {
    subscription.term_ends_at().filter(|_| renews(subscription))
}

/// C-48: the follow-up term is the subscription's own, by its policy or by what is scheduled.
fn follow_up_term(catalog: &Catalog, subscription: &subscription::Subscription) -> Option<domain::calendar::Term> {
    use domain::calendar::Term as Length;
    if !renews(subscription) {
        return None;
    }
    let scheduled = subscription.pending.as_ref().and_then(|pending| match pending.effect {
        subscription::Effect::Offer(offer) => catalog.offer(offer).map(|found| found.offer.term),
        _ => None,
    });
    let by_policy = match subscription.policy.rules.end_of_term {
        EndOfTerm::RenewToYear => Length::P1Y,
        EndOfTerm::RenewToMonth => Length::P1M,
        EndOfTerm::RenewSame | EndOfTerm::ExtendedServiceTerm | EndOfTerm::Expire => subscription.term,
    };
    Some(scheduled.unwrap_or(by_policy))
}
