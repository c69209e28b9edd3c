//! The rows of orders and their lines.

use crate::error::{Result, StoreError};
use crate::schema::{order_lines, orders};
use crate::types::{At, Coded, Id, Json, count, trial_then};
use diesel::prelude::*;
use domain::billing::Charge;
use domain::calendar::{BillingCycle, Term};
use domain::consent::Consent;
use domain::id::{
    CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId,
};
use domain::money::{Currency, Money, UnitPrice};
use domain::order::{Order, OrderLine, OrderLineStatus, OrderStatus};
use domain::party::Address;
use domain::policy::PaymentMethod;
use domain::pricing::Payer;
use domain::tax::Taxed;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<OrderId>,
    customer_id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    cart_id: Id<CartId>,
    name: Option<String>,
    status: Coded<OrderStatus>,
    due_net: i64,
    due_tax: i64,
    due_gross: i64,
    currency: Coded<Currency>,
    recurring: Json<Vec<(BillingCycle, Taxed)>>,
    payment_method: Coded<PaymentMethod>,
    consents: Json<Vec<Consent>>,
    billing_address: Json<Address>,
    placed_by: String,
    pub(super) placed_at: At,
    version: i64,
    external_ref: Option<String>,
    payer: Coded<Payer>,
    pub(super) updated_at: At,
}

impl From<&Order> for Row {
    fn from(order: &Order) -> Self {
        Self {
            marketplace_id: Id(order.marketplace_id),
            id: Id(order.id),
            customer_id: Id(order.customer_id),
            reseller_id: order.reseller_id.map(Id),
            cart_id: Id(order.cart_id),
            name: order.name.clone(),
            status: Coded(order.status),
            due_net: order.due_now.net.minor,
            due_tax: order.due_now.tax.minor,
            due_gross: order.due_now.gross.minor,
            currency: Coded(order.due_now.net.currency),
            recurring: Json(order.recurring.clone()),
            payment_method: Coded(order.payment_method),
            consents: Json(order.consents.clone()),
            billing_address: Json(order.billing_address.clone()),
            placed_by: order.placed_by.clone(),
            placed_at: At(order.placed_at),
            version: order.version,
            external_ref: order.external_ref.clone(),
            payer: Coded(order.payer),
            updated_at: At(order.updated_at),
        }
    }
}

impl Row {
    pub(super) fn with(self, lines: Vec<OrderLine>) -> Order {
        let money = |minor| Money::new(minor, self.currency.0);
        Order {
            id: self.id.0,
            marketplace_id: self.marketplace_id.0,
            customer_id: self.customer_id.0,
            reseller_id: self.reseller_id.map(|id| id.0),
            payer: self.payer.0,
            cart_id: self.cart_id.0,
            name: self.name,
            external_ref: self.external_ref,
            status: self.status.0,
            due_now: Taxed { net: money(self.due_net), tax: money(self.due_tax), gross: money(self.due_gross) },
            recurring: self.recurring.0,
            payment_method: self.payment_method.0,
            consents: self.consents.0,
            billing_address: self.billing_address.0,
            placed_by: self.placed_by,
            placed_at: self.placed_at.0,
            updated_at: self.updated_at.0,
            lines,
            version: self.version,
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = order_lines, treat_none_as_default_value = false)]
pub(super) struct LineRow {
    marketplace_id: Id<MarketplaceId>,
    pub(super) order_id: Id<OrderId>,
    position: i32,
    id: Id<LineId>,
    status: Coded<OrderLineStatus>,
    offer_id: Id<OfferId>,
    sku_id: Id<SkuId>,
    product_id: Id<ProductId>,
    term: Coded<Term>,
    billing_cycle: Coded<BillingCycle>,
    quantity: i64,
    unit_price: i64,
    currency: Coded<Currency>,
    reference: Option<String>,
    branch: Option<String>,
    subscription_id: Id<SubscriptionId>,
    charges: Json<Vec<Charge>>,
    failure: Option<String>,
    trial_then: Option<String>,
    branch_address: Option<Json<Address>>,
}

impl LineRow {
    pub(super) fn new(order: &Order, position: i32, line: &OrderLine) -> Self {
        let line = line.clone();
        Self {
            marketplace_id: Id(order.marketplace_id),
            order_id: Id(order.id),
            position,
            id: Id(line.id),
            status: Coded(line.status),
            offer_id: Id(line.offer_id),
            sku_id: Id(line.sku_id),
            product_id: Id(line.product_id),
            term: Coded(line.term),
            billing_cycle: Coded(line.billing_cycle),
            quantity: line.quantity.into(),
            unit_price: line.unit_price.micros,
            currency: Coded(line.unit_price.currency),
            reference: line.reference,
            branch: line.branch,
            subscription_id: Id(line.subscription_id),
            charges: Json(line.charges),
            failure: line.failure,
            trial_then: line.trial_then.map(|then| then.to_string()),
            branch_address: line.branch_address.map(Json),
        }
    }
}

impl TryFrom<LineRow> for OrderLine {
    type Error = StoreError;
    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            status: row.status.0,
            offer_id: row.offer_id.0,
            sku_id: row.sku_id.0,
            product_id: row.product_id.0,
            term: row.term.0,
            billing_cycle: row.billing_cycle.0,
            quantity: count(row.quantity)?,
            unit_price: UnitPrice::from_micros(row.unit_price, row.currency.0),
            reference: row.reference,
            branch: row.branch,
            branch_address: row.branch_address.map(|address| address.0),
            subscription_id: row.subscription_id.0,
            charges: row.charges.0,
            failure: row.failure,
            trial_then: trial_then(row.trial_then.as_deref())?,
        })
    }
}
