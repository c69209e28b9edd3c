//! The rows of subscriptions.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::policy_snapshots::{self, Frozen};
use crate::schema::subscriptions;
use crate::types::{At, Coded, Id, Json, count, trial_then};
use diesel::prelude::*;
use domain::calendar::{BillingCycle, Day, DaySpan, Term};
use domain::catalog::OfferKind;
use domain::id::{
    BranchId, ChangeId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId,
    SubscriptionId, UserId,
};
use domain::money::{Currency, UnitPrice};
use domain::party::Country;
use domain::policy::Policy;
use domain::pricing::Payer;
use domain::subscription::counts::{counted, most_quantity};
use domain::subscription::{
    AtTermEnd, Ending, QuantityLot, ScheduledChange, Subscription, SubscriptionStatus, renewal,
};
use domain::tax::billed::{Billed, InvoiceAddress};
use domain::tax::place::TaxPlace;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use time::{Date, OffsetDateTime};

/// Declares the columns of a subscription, each of them once: its type, and what it is of a subscription. From this
/// come the rows, and the two statements that update them.
macro_rules! columns {
    (
        |$subscription:ident|
        origin { $($origin:ident: $origin_type:ty = $origin_value:expr,)+ }
        contract { $($contract:ident: $contract_type:ty = $contract_value:expr,)+ }
        course { $($course:ident: $course_type:ty = $course_value:expr,)+ }
    ) => {
        /// All of a subscription.
        #[derive(Queryable, Selectable, Insertable)]
        #[diesel(table_name = subscriptions, treat_none_as_default_value = false)]
        pub(super) struct Row<'a> {
            marketplace_id: Id<MarketplaceId>,
            pub(super) id: Id<SubscriptionId>,
            $(pub(super) $origin: $origin_type,)+
            $($contract: $contract_type,)+
            $(pub(super) $course: $course_type,)+
            pub(super) updated_at: At,
            version: i64,
        }

        impl<'a> From<&'a Subscription> for Row<'a> {
            fn from($subscription: &'a Subscription) -> Self {
                Self {
                    marketplace_id: Id($subscription.marketplace_id),
                    id: Id($subscription.id),
                    $($origin: $origin_value,)+
                    $($contract: $contract_value,)+
                    $($course: $course_value,)+
                    updated_at: At($subscription.updated_at),
                    version: $subscription.version,
                }
            }
        }

        impl<'a> Row<'a> {
            /// The row of the version after the one that was read, changed at an instant.
            pub(super) fn changed(subscription: &'a Subscription, at: OffsetDateTime) -> Self {
                Self { version: subscription.version + 1, updated_at: At(at), ..Self::from(subscription) }
            }
        }

        /// Only the course of a subscription: its policy above all is not written again with each renewal.
        pub(super) struct Course<'a> {
            marketplace_id: Id<MarketplaceId>,
            id: Id<SubscriptionId>,
            $($course: $course_type,)+
            updated_at: At,
            version: i64,
        }

        impl<'a> Course<'a> {
            /// The course of the version after the one that was read, changed at an instant.
            pub(super) fn changed($subscription: &'a Subscription, at: OffsetDateTime) -> Self {
                Self {
                    marketplace_id: Id($subscription.marketplace_id),
                    id: Id($subscription.id),
                    $($course: $course_value,)+
                    updated_at: At(at),
                    version: $subscription.version + 1,
                }
            }
        }

        /// Whether two states of a subscription differ in nothing but their course.
        pub(super) fn same_contract<'a>(before: &'a Subscription, after: &'a Subscription) -> bool {
            true $(&& {
                let [before, after]: [$contract_type; 2] = [before, after].map(|$subscription| $contract_value);
                before == after
            })+
        }

        updates! {
            /// Writes all that may change.
            pub(super) fn write(subscriptions: Row<'a>, $($contract,)+ $($course,)+ updated_at, version)
        }

        updates! {
            /// Writes the course only.
            pub(super) fn write_course(subscriptions: Course<'a>, $($course,)+ updated_at, version)
        }
    };
}

// Whose it is and where it came from never changes with it, where it is billed to only with that address
// (`subscriptions::rebill`, `subscriptions::bill_to`); what it is of seldom changes; its course is what time changes.
// What is due next, whether it renews and by which last day it is sorted is kept for the indexes and lists, and not
// read back.
columns! {
    |subscription|
    origin {
        customer_id: Id<CustomerId> = Id(subscription.customer_id),
        reseller_id: Option<Id<ResellerId>> = subscription.reseller_id.map(Id),
        payer: Coded<Payer> = Coded(subscription.payer),
        order_id: Id<OrderId> = Id(subscription.order_id),
        order_line_id: Id<LineId> = Id(subscription.order_line_id),
        created_at: At = At(subscription.created_at),
        billed_to: Coded<InvoiceAddress> = Coded(subscription.billed.address),
        billed_branch_id: Option<Id<BranchId>> = subscription.billed.branch_id.map(Id),
        billed_country: Coded<Country> = Coded(subscription.billed.place.country),
        billed_postal_code: String = subscription.billed.place.postal_code.clone(),
    }
    contract {
        base_id: Option<Id<SubscriptionId>> = subscription.base_id.map(Id),
        product_id: Id<ProductId> = Id(subscription.product_id),
        sku_id: Id<SkuId> = Id(subscription.sku_id),
        offer_id: Id<OfferId> = Id(subscription.offer_id),
        kind: Coded<OfferKind> = Coded(subscription.kind),
        term: Coded<Term> = Coded(subscription.term),
        billing_cycle: Coded<BillingCycle> = Coded(subscription.billing_cycle),
        changes: i64 = subscription.changes.into(),
        policy_id: Frozen<'a> = Frozen::Content(&subscription.policy),
        responsible_user_id: Option<Id<UserId>> = subscription.responsible_user.map(Id),
        partner_of_record: Option<Cow<'a, str>> = subscription.partner_of_record.as_deref().map(Cow::Borrowed),
        reference: Option<Cow<'a, str>> = subscription.reference.as_deref().map(Cow::Borrowed),
        external_id: Option<Cow<'a, str>> = subscription.external_id.as_deref().map(Cow::Borrowed),
        activated_at: Option<At> = subscription.activated_at.map(At),
    }
    course {
        status: Coded<SubscriptionStatus> = Coded(subscription.status),
        quantity: i64 = subscription.quantity.into(),
        lots: Json<Cow<'a, [QuantityLot]>> = Json(Cow::Borrowed(subscription.lots.as_slice())),
        peak_quantity: i64 = subscription.peak_quantity.into(),
        unit_price: i64 = subscription.unit_price.micros,
        currency: Coded<Currency> = Coded(subscription.unit_price.currency),
        term_first: Option<Date> = subscription.term_span.map(|span| span.first.date()),
        term_last: Option<Date> = subscription.term_span.map(|span| span.last.date()),
        last_day: Date = subscription.term_span.map_or(Date::MAX, |span| span.last.date()),
        anchor_day: i32 = subscription.anchor_day.into(),
        next_charge_on: Option<Date> = subscription.next_charge_on.map(Day::date),
        auto_renew: bool = subscription.auto_renew(),
        at_term_end: Coded<AtTermEnd> = Coded(subscription.at_term_end),
        at_term_end_before: Option<Coded<AtTermEnd>> = subscription.at_term_end_before.map(Coded),
        trial_then: Option<String> = subscription.trial_then.map(|then| then.to_string()),
        prepaid: i64 = subscription.prepaid.into(),
        pending: Option<Json<Cow<'a, ScheduledChange>>> =
            subscription.pending.as_ref().map(|change| Json(Cow::Borrowed(change))),
        applying: Option<Id<ChangeId>> = subscription.applying.map(Id),
        cancel_until: Option<At> = subscription.cancel_until.map(At),
        cancel_requested_at: Option<At> = subscription.ending.and_then(|ending| ending.requested_at).map(At),
        ended_at: Option<At> = subscription.ending.map(|ending| At(ending.ends_at)),
        access_ends_at: Option<At> = subscription.ending.map(|ending| At(ending.access_ends_at)),
        data_deleted_at: Option<At> = subscription.ending.map(|ending| At(ending.data_deleted_at)),
        next_reminder_on: Option<Date> = subscription.next_reminder_on.map(Day::date),
        next_due_at: Option<At> = next_due(subscription).map(At),
    }
}

/// When something is due next by itself: nothing while Microsoft is asked for a change.
pub(super) fn next_due(subscription: &Subscription) -> Option<OffsetDateTime> {
    if subscription.applying.is_some() { None } else { renewal::due_at(subscription) }
}

impl Row<'_> {
    /// The licences by when they came; a row from before that was kept says that they came with the order.
    fn lots(&self, quantity: u32) -> Vec<QuantityLot> {
        if !self.lots.0.is_empty() || quantity == 0 {
            return self.lots.0.clone().into_owned();
        }
        vec![QuantityLot {
            quantity,
            added_at: self.created_at.0,
            reducible_until: self.cancel_until.map(|until| until.0),
            paid_from: None,
        }]
    }

    fn ending(&self) -> Result<Option<Ending>> {
        let Some(ends_at) = self.ended_at else { return Ok(None) };
        let (Some(access_ends_at), Some(data_deleted_at)) = (self.access_ends_at, self.data_deleted_at) else {
            return Err(StoreError::Corrupt(format!("the end of {}", self.id.0)));
        };
        Ok(Some(Ending {
            requested_at: self.cancel_requested_at.map(|at| at.0),
            ends_at: ends_at.0,
            access_ends_at: access_ends_at.0,
            data_deleted_at: data_deleted_at.0,
        }))
    }
}

/// The subscriptions of rows, each as it can be read, with their policies.
pub(super) fn each(c: &mut Conn, rows: Vec<Row<'_>>) -> Result<Vec<Result<Subscription>>> {
    let frozen: Vec<_> = rows.iter().map(|row| row.policy_id).collect();
    let policies = policy_snapshots::of(c, &frozen)?;
    Ok(rows.into_iter().map(|row| row.with(&policies)).collect())
}

/// The same of one row.
pub(super) fn one(c: &mut Conn, row: Row<'_>) -> Result<Subscription> {
    each(c, vec![row])?.pop().ok_or(StoreError::NotFound)?
}

/// The same where each of them must be readable.
pub(super) fn all(c: &mut Conn, rows: Vec<Row<'_>>) -> Result<Vec<Subscription>> {
    each(c, rows)?.into_iter().collect()
}

impl Row<'_> {
    fn with(self, policies: &HashMap<u128, Arc<Policy>>) -> Result<Subscription> {
        let row = self;
        let policy = match row.policy_id {
            Frozen::Content(policy) => Some(policy),
            Frozen::Id(id) => policies.get(&id.0).map(Arc::as_ref),
        };
        let policy = policy.ok_or_else(|| StoreError::Corrupt(format!("the policy of {}", row.id.0)))?.clone();
        let quantity = count(row.quantity)?;
        let lots = row.lots(quantity);
        let ending = row.ending()?;
        let peak_quantity = if row.peak_quantity == 0 { quantity } else { count(row.peak_quantity)? };
        let anchor_day = u8::try_from(row.anchor_day);
        let term_span = row.term_first.zip(row.term_last);
        Ok(Subscription {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            payer: row.payer.0,
            base_id: row.base_id.map(|id| id.0),
            status: row.status.0,
            product_id: row.product_id.0,
            sku_id: row.sku_id.0,
            offer_id: row.offer_id.0,
            kind: row.kind.0,
            term: row.term.0,
            billing_cycle: row.billing_cycle.0,
            quantity,
            lots,
            peak_quantity,
            unit_price: UnitPrice::from_micros(row.unit_price, row.currency.0),
            term_span: term_span.map(|(first, last)| DaySpan::new(Day::new(first), Day::new(last))),
            anchor_day: anchor_day.map_err(|_| StoreError::Corrupt(format!("the day {}", row.anchor_day)))?,
            next_charge_on: row.next_charge_on.map(Day::new),
            at_term_end: row.at_term_end.0,
            at_term_end_before: row.at_term_end_before.map(|then| then.0),
            trial_then: trial_then(row.trial_then.as_deref())?,
            prepaid: count(row.prepaid)?,
            pending: row.pending.map(|pending| pending.0.into_owned()),
            applying: row.applying.map(|id| id.0),
            cancel_until: row.cancel_until.map(|at| at.0),
            ending,
            next_reminder_on: row.next_reminder_on.map(Day::new),
            changes: count(row.changes)?,
            policy,
            billed: Billed {
                address: row.billed_to.0,
                branch_id: row.billed_branch_id.map(|id| id.0),
                place: TaxPlace { country: row.billed_country.0, postal_code: row.billed_postal_code },
            },
            order_id: row.order_id.0,
            order_line_id: row.order_line_id.0,
            responsible_user: row.responsible_user_id.map(|id| id.0),
            partner_of_record: row.partner_of_record.map(Cow::into_owned),
            reference: row.reference.map(Cow::into_owned),
            external_id: row.external_id.map(Cow::into_owned),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            activated_at: row.activated_at.map(|at| at.0),
            version: row.version,
        })
    }
}

/// What a customer owns, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    /// The subscription that it is in.
    pub subscription_id: SubscriptionId,
    /// The product of its offer.
    pub product_id: ProductId,
    /// The SKU of its offer.
    pub sku_id: SkuId,
    /// The offer that was bought.
    pub offer_id: OfferId,
    /// How many licences it has.
    pub quantity: u32,
    /// As [`most_quantity`] says.
    pub most_quantity: u32,
    /// The offer that a change which waits will make of it.
    pub next_offer: Option<OfferId>,
    /// Where it stands.
    pub status: SubscriptionStatus,
}

impl Owned {
    /// What counts of it against the limits of editions, where it is known of which an offer is.
    pub fn counted(&self, sku_of: impl Fn(OfferId) -> Option<SkuId>) -> impl Iterator<Item = (SkuId, u32)> {
        counted(self.sku_id, self.quantity, self.most_quantity, self.next_offer.and_then(sku_of))
    }
}

impl From<&Subscription> for Owned {
    fn from(subscription: &Subscription) -> Self {
        Self {
            subscription_id: subscription.id,
            product_id: subscription.product_id,
            sku_id: subscription.sku_id,
            offer_id: subscription.offer_id,
            quantity: subscription.quantity,
            most_quantity: subscription.most_quantity(),
            next_offer: subscription.pending.as_ref().and_then(ScheduledChange::offer),
            status: subscription.status,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = subscriptions)]
pub(super) struct OwnedRow {
    id: Id<SubscriptionId>,
    product_id: Id<ProductId>,
    sku_id: Id<SkuId>,
    offer_id: Id<OfferId>,
    quantity: i64,
    pending: Option<Json<ScheduledChange>>,
    status: Coded<SubscriptionStatus>,
}

impl TryFrom<OwnedRow> for Owned {
    type Error = StoreError;
    fn try_from(row: OwnedRow) -> Result<Self> {
        let quantity = count(row.quantity)?;
        let waits = row.pending.as_ref().map(|change| &change.0);
        Ok(Self {
            subscription_id: row.id.0,
            product_id: row.product_id.0,
            sku_id: row.sku_id.0,
            offer_id: row.offer_id.0,
            quantity,
            most_quantity: most_quantity(quantity, waits),
            next_offer: waits.and_then(ScheduledChange::offer),
            status: row.status.0,
        })
    }
}
