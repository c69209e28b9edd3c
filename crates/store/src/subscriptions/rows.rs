//! The rows of subscriptions.

use crate::error::StoreError;
use crate::schema::subscriptions;
use crate::types::{At, Coded, Id, Json, count};
use diesel::prelude::*;
use domain::calendar::{BillingCycle, Day, DaySpan, Term};
use domain::catalog::OfferKind;
use domain::id::{
    ChangeId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId, UserId,
};
use domain::money::{Currency, UnitPrice};
use domain::policy::Policy;
use domain::subscription::{
    AtTermEnd, Ending, QuantityLot, ScheduledChange, Subscription, SubscriptionStatus, renewal,
};
use time::{Date, OffsetDateTime};

/// A row. What is due next and whether it renews is kept for the indexes and lists, and not read back.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = subscriptions, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<SubscriptionId>,
    pub(super) customer_id: Id<CustomerId>,
    pub(super) reseller_id: Option<Id<ResellerId>>,
    pub(super) base_id: Option<Id<SubscriptionId>>,
    pub(super) status: Coded<SubscriptionStatus>,
    pub(super) product_id: Id<ProductId>,
    pub(super) sku_id: Id<SkuId>,
    pub(super) offer_id: Id<OfferId>,
    pub(super) kind: Coded<OfferKind>,
    pub(super) term: Coded<Term>,
    pub(super) billing_cycle: Coded<BillingCycle>,
    pub(super) quantity: i64,
    pub(super) lots: Json<Vec<QuantityLot>>,
    pub(super) peak_quantity: i64,
    pub(super) unit_price: i64,
    pub(super) currency: Coded<Currency>,
    pub(super) term_first: Option<Date>,
    pub(super) term_last: Option<Date>,
    pub(super) anchor_day: i32,
    pub(super) next_charge_on: Option<Date>,
    pub(super) auto_renew: bool,
    pub(super) at_term_end: Coded<AtTermEnd>,
    pub(super) prepaid: i64,
    pub(super) pending: Option<Json<ScheduledChange>>,
    pub(super) applying: Option<Id<ChangeId>>,
    pub(super) cancel_until: Option<At>,
    pub(super) cancel_requested_at: Option<At>,
    pub(super) ended_at: Option<At>,
    pub(super) access_ends_at: Option<At>,
    pub(super) data_deleted_at: Option<At>,
    pub(super) next_reminder_on: Option<Date>,
    pub(super) next_due_at: Option<At>,
    pub(super) changes: i64,
    pub(super) policy: Json<Policy>,
    pub(super) order_id: Id<OrderId>,
    pub(super) order_line_id: Id<LineId>,
    pub(super) responsible_user_id: Option<Id<UserId>>,
    pub(super) external_id: Option<String>,
    pub(super) created_at: At,
    pub(super) activated_at: Option<At>,
    pub(super) version: i64,
}

impl From<&Subscription> for Row {
    fn from(subscription: &Subscription) -> Self {
        let subscription = subscription.clone();
        let ending = subscription.ending;
        Self {
            auto_renew: subscription.auto_renew(),
            next_due_at: next_due(&subscription).map(At),
            marketplace_id: Id(subscription.marketplace_id),
            id: Id(subscription.id),
            customer_id: Id(subscription.customer_id),
            reseller_id: subscription.reseller_id.map(Id),
            base_id: subscription.base_id.map(Id),
            status: Coded(subscription.status),
            product_id: Id(subscription.product_id),
            sku_id: Id(subscription.sku_id),
            offer_id: Id(subscription.offer_id),
            kind: Coded(subscription.kind),
            term: Coded(subscription.term),
            billing_cycle: Coded(subscription.billing_cycle),
            quantity: subscription.quantity.into(),
            lots: Json(subscription.lots),
            peak_quantity: subscription.peak_quantity.into(),
            unit_price: subscription.unit_price.micros,
            currency: Coded(subscription.unit_price.currency),
            term_first: subscription.term_span.map(|span| span.first.date()),
            term_last: subscription.term_span.map(|span| span.last.date()),
            anchor_day: subscription.anchor_day.into(),
            next_charge_on: subscription.next_charge_on.map(Day::date),
            at_term_end: Coded(subscription.at_term_end),
            prepaid: subscription.prepaid.into(),
            pending: subscription.pending.map(Json),
            applying: subscription.applying.map(Id),
            cancel_until: subscription.cancel_until.map(At),
            cancel_requested_at: ending.and_then(|ending| ending.requested_at).map(At),
            ended_at: ending.map(|ending| At(ending.ends_at)),
            access_ends_at: ending.map(|ending| At(ending.access_ends_at)),
            data_deleted_at: ending.map(|ending| At(ending.data_deleted_at)),
            next_reminder_on: subscription.next_reminder_on.map(Day::date),
            changes: subscription.changes.into(),
            policy: Json(subscription.policy),
            order_id: Id(subscription.order_id),
            order_line_id: Id(subscription.order_line_id),
            responsible_user_id: subscription.responsible_user.map(Id),
            external_id: subscription.external_id,
            created_at: At(subscription.created_at),
            activated_at: subscription.activated_at.map(At),
            version: subscription.version,
        }
    }
}

impl Row {
    /// The row of the version after the one that was read.
    pub(super) fn changed(subscription: &Subscription) -> Self {
        Self { version: subscription.version + 1, ..Self::from(subscription) }
    }
}

/// The columns of a row that time changes, most often: what it is of, its policy above all, is not written again.
pub(super) struct MovedRow<'a> {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<SubscriptionId>,
    pub(super) status: Coded<SubscriptionStatus>,
    pub(super) quantity: i64,
    pub(super) lots: Json<&'a [QuantityLot]>,
    pub(super) peak_quantity: i64,
    pub(super) unit_price: i64,
    pub(super) currency: Coded<Currency>,
    pub(super) term_first: Option<Date>,
    pub(super) term_last: Option<Date>,
    pub(super) anchor_day: i32,
    pub(super) next_charge_on: Option<Date>,
    pub(super) auto_renew: bool,
    pub(super) at_term_end: Coded<AtTermEnd>,
    pub(super) prepaid: i64,
    pub(super) pending: Option<Json<&'a ScheduledChange>>,
    pub(super) applying: Option<Id<ChangeId>>,
    pub(super) cancel_until: Option<At>,
    pub(super) cancel_requested_at: Option<At>,
    pub(super) ended_at: Option<At>,
    pub(super) access_ends_at: Option<At>,
    pub(super) data_deleted_at: Option<At>,
    pub(super) next_reminder_on: Option<Date>,
    pub(super) next_due_at: Option<At>,
    pub(super) version: i64,
}

impl<'a> MovedRow<'a> {
    /// The row of the version after the one that was read.
    pub(super) fn changed(subscription: &'a Subscription) -> Self {
        let ending = subscription.ending;
        Self {
            marketplace_id: Id(subscription.marketplace_id),
            id: Id(subscription.id),
            status: Coded(subscription.status),
            quantity: subscription.quantity.into(),
            lots: Json(&subscription.lots),
            peak_quantity: subscription.peak_quantity.into(),
            unit_price: subscription.unit_price.micros,
            currency: Coded(subscription.unit_price.currency),
            term_first: subscription.term_span.map(|span| span.first.date()),
            term_last: subscription.term_span.map(|span| span.last.date()),
            anchor_day: subscription.anchor_day.into(),
            next_charge_on: subscription.next_charge_on.map(Day::date),
            auto_renew: subscription.auto_renew(),
            at_term_end: Coded(subscription.at_term_end),
            prepaid: subscription.prepaid.into(),
            pending: subscription.pending.as_ref().map(Json),
            applying: subscription.applying.map(Id),
            cancel_until: subscription.cancel_until.map(At),
            cancel_requested_at: ending.and_then(|ending| ending.requested_at).map(At),
            ended_at: ending.map(|ending| At(ending.ends_at)),
            access_ends_at: ending.map(|ending| At(ending.access_ends_at)),
            data_deleted_at: ending.map(|ending| At(ending.data_deleted_at)),
            next_reminder_on: subscription.next_reminder_on.map(Day::date),
            next_due_at: next_due(subscription).map(At),
            version: subscription.version + 1,
        }
    }

    /// A subscription with only these columns as they are in another state of it.
    pub(super) fn with_only_time(before: &Subscription, after: &Subscription) -> Subscription {
        Subscription {
            status: after.status,
            quantity: after.quantity,
            lots: after.lots.clone(),
            peak_quantity: after.peak_quantity,
            unit_price: after.unit_price,
            term_span: after.term_span,
            anchor_day: after.anchor_day,
            next_charge_on: after.next_charge_on,
            at_term_end: after.at_term_end,
            prepaid: after.prepaid,
            pending: after.pending.clone(),
            applying: after.applying,
            cancel_until: after.cancel_until,
            ending: after.ending,
            next_reminder_on: after.next_reminder_on,
            ..before.clone()
        }
    }
}

/// When something is due next by itself: nothing while Microsoft is asked for a change.
fn next_due(subscription: &Subscription) -> Option<OffsetDateTime> {
    if subscription.applying.is_some() { None } else { renewal::due_at(subscription) }
}

impl Row {
    /// The licences by when they came; a row from before that was kept says that they came with the order.
    fn lots(&self, quantity: u32) -> Vec<QuantityLot> {
        if !self.lots.0.is_empty() || quantity == 0 {
            return self.lots.0.clone();
        }
        vec![QuantityLot {
            quantity,
            added_at: self.created_at.0,
            reducible_until: self.cancel_until.map(|until| until.0),
        }]
    }

    fn ending(&self) -> Result<Option<Ending>, StoreError> {
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

impl TryFrom<Row> for Subscription {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let quantity = count(row.quantity)?;
        let lots = row.lots(quantity);
        let ending = row.ending()?;
        let peak_quantity = if row.peak_quantity == 0 { quantity } else { count(row.peak_quantity)? };
        let anchor_day = u8::try_from(row.anchor_day);
        let term_span = row.term_first.zip(row.term_last);
        Ok(Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
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
            prepaid: count(row.prepaid)?,
            pending: row.pending.map(|pending| pending.0),
            applying: row.applying.map(|id| id.0),
            cancel_until: row.cancel_until.map(|at| at.0),
            ending,
            next_reminder_on: row.next_reminder_on.map(Day::new),
            changes: count(row.changes)?,
            policy: row.policy.0,
            order_id: row.order_id.0,
            order_line_id: row.order_line_id.0,
            responsible_user: row.responsible_user_id.map(|id| id.0),
            external_id: row.external_id,
            created_at: row.created_at.0,
            activated_at: row.activated_at.map(|at| at.0),
            version: row.version,
        })
    }
}

/// What a customer owns, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned {
    /// The subscription.
    pub subscription_id: SubscriptionId,
    /// Its product.
    pub product_id: ProductId,
    /// Its SKU.
    pub sku_id: SkuId,
    /// Its offer.
    pub offer_id: OfferId,
    /// Its licences.
    pub quantity: u32,
    /// Where it stands.
    pub status: SubscriptionStatus,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = subscriptions)]
pub(super) struct OwnedRow {
    id: Id<SubscriptionId>,
    product_id: Id<ProductId>,
    sku_id: Id<SkuId>,
    offer_id: Id<OfferId>,
    quantity: i64,
    status: Coded<SubscriptionStatus>,
}

impl TryFrom<OwnedRow> for Owned {
    type Error = StoreError;
    fn try_from(row: OwnedRow) -> Result<Self, StoreError> {
        Ok(Self {
            subscription_id: row.id.0,
            product_id: row.product_id.0,
            sku_id: row.sku_id.0,
            offer_id: row.offer_id.0,
            quantity: count(row.quantity)?,
            status: row.status.0,
        })
    }
}
