//! The rows of subscriptions.

use super::Owned;
use crate::schema::subscriptions;
use crate::types::{At, Coded, Id, Json};
use crate::{StoreError, count};
use diesel::prelude::*;
use domain::calendar::{BillingCycle, Day, DaySpan, Term};
use domain::id::{
    CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId, UserId,
};
use domain::money::{Currency, UnitPrice};
use domain::policy::Policy;
use domain::subscription::{Subscription, SubscriptionStatus};
use time::Date;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = subscriptions, treat_none_as_default_value = false)]
pub(super) struct Row {
    marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<SubscriptionId>,
    customer_id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    status: Coded<SubscriptionStatus>,
    product_id: Id<ProductId>,
    sku_id: Id<SkuId>,
    offer_id: Id<OfferId>,
    term: Coded<Term>,
    billing_cycle: Coded<BillingCycle>,
    quantity: i64,
    unit_price: i64,
    currency: Coded<Currency>,
    term_first: Option<Date>,
    term_last: Option<Date>,
    next_charge_on: Option<Date>,
    auto_renew: bool,
    cancel_until: Option<At>,
    policy: Json<Policy>,
    order_id: Id<OrderId>,
    order_line_id: Id<LineId>,
    responsible_user_id: Option<Id<UserId>>,
    external_id: Option<String>,
    created_at: At,
    activated_at: Option<At>,
    version: i64,
}

impl From<&Subscription> for Row {
    fn from(subscription: &Subscription) -> Self {
        let subscription = subscription.clone();
        Self {
            marketplace_id: Id(subscription.marketplace_id),
            id: Id(subscription.id),
            customer_id: Id(subscription.customer_id),
            reseller_id: subscription.reseller_id.map(Id),
            status: Coded(subscription.status),
            product_id: Id(subscription.product_id),
            sku_id: Id(subscription.sku_id),
            offer_id: Id(subscription.offer_id),
            term: Coded(subscription.term),
            billing_cycle: Coded(subscription.billing_cycle),
            quantity: subscription.quantity.into(),
            unit_price: subscription.unit_price.micros,
            currency: Coded(subscription.unit_price.currency),
            term_first: subscription.term_span.map(|span| span.first.date()),
            term_last: subscription.term_span.map(|span| span.last.date()),
            next_charge_on: subscription.next_charge_on.map(Day::date),
            auto_renew: subscription.auto_renew,
            cancel_until: subscription.cancel_until.map(At),
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

impl TryFrom<Row> for Subscription {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let term_span = row.term_first.zip(row.term_last);
        Ok(Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            status: row.status.0,
            product_id: row.product_id.0,
            sku_id: row.sku_id.0,
            offer_id: row.offer_id.0,
            term: row.term.0,
            billing_cycle: row.billing_cycle.0,
            quantity: count(row.quantity)?,
            unit_price: UnitPrice::from_micros(row.unit_price, row.currency.0),
            term_span: term_span.map(|(first, last)| DaySpan::new(Day::new(first), Day::new(last))),
            next_charge_on: row.next_charge_on.map(Day::new),
            auto_renew: row.auto_renew,
            cancel_until: row.cancel_until.map(|at| at.0),
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
