//! Charges: facts, never changed.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::charges;
use crate::statement::LIST;
use crate::types::{At, Coded, Id, count};
use diesel::prelude::*;
use domain::access::Scope;
use domain::billing::{Charge, ChargeKind};
use domain::calendar::{Day, DaySpan};
use domain::id::{ChangeId, ChargeId, CustomerId, MarketplaceId, OrderId, ResellerId, SubscriptionId};
use domain::money::{Currency, Money, UnitPrice};
use domain::order::Order;
use domain::subscription::Subscription;
use std::collections::{HashMap, HashSet};
use time::{Date, OffsetDateTime};

/// A charge and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedCharge {
    /// The id that a reversal names.
    pub id: ChargeId,
    /// The subscription's marketplace.
    pub marketplace_id: MarketplaceId,
    /// The customer who pays.
    pub customer_id: CustomerId,
    /// Through which reseller.
    pub reseller_id: Option<ResellerId>,
    /// For which subscription.
    pub subscription_id: SubscriptionId,
    /// With which order.
    pub order_id: OrderId,
    /// Of which change, where one brought it about.
    pub change_id: Option<ChangeId>,
    /// What is charged: its days, quantity and amount.
    pub charge: Charge,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// What a charge is made for, and who pays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChargedFor {
    /// Whose marketplace it is.
    pub marketplace_id: MarketplaceId,
    /// The customer who pays.
    pub customer_id: CustomerId,
    /// Through which reseller it was bought.
    pub reseller_id: Option<ResellerId>,
    /// The subscription that is charged.
    pub subscription_id: SubscriptionId,
    /// The order that it came from.
    pub order_id: OrderId,
}

impl From<&Subscription> for ChargedFor {
    fn from(subscription: &Subscription) -> Self {
        Self {
            marketplace_id: subscription.marketplace_id,
            customer_id: subscription.customer_id,
            reseller_id: subscription.reseller_id,
            subscription_id: subscription.id,
            order_id: subscription.order_id,
        }
    }
}

impl From<(&Order, SubscriptionId)> for ChargedFor {
    fn from((order, subscription_id): (&Order, SubscriptionId)) -> Self {
        Self {
            marketplace_id: order.marketplace_id,
            customer_id: order.customer_id,
            reseller_id: order.reseller_id,
            subscription_id,
            order_id: order.id,
        }
    }
}

impl BookedCharge {
    /// A charge of a subscription, or of one that an order began, with the change that brought it about, where one did.
    pub fn new(
        id: ChargeId,
        of: impl Into<ChargedFor>,
        change_id: Option<ChangeId>,
        charge: Charge,
        created_at: OffsetDateTime,
    ) -> Self {
        let ChargedFor { marketplace_id, customer_id, reseller_id, subscription_id, order_id } = of.into();
        Self { id, marketplace_id, customer_id, reseller_id, subscription_id, order_id, change_id, charge, created_at }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = charges, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<ChargeId>,
    customer_id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    subscription_id: Id<SubscriptionId>,
    order_id: Id<OrderId>,
    change_id: Option<Id<ChangeId>>,
    kind: Coded<ChargeKind>,
    span_first: Date,
    span_last: Date,
    cycle_first: Option<Date>,
    cycle_last: Option<Date>,
    quantity: i64,
    unit_price: i64,
    net: i64,
    currency: Coded<Currency>,
    explain: String,
    reverses: Option<Id<ChargeId>>,
    created_at: At,
    tax: Option<i64>,
}

impl From<&BookedCharge> for Row {
    fn from(record: &BookedCharge) -> Self {
        let charge = record.charge.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            id: Id(record.id),
            customer_id: Id(record.customer_id),
            reseller_id: record.reseller_id.map(Id),
            subscription_id: Id(record.subscription_id),
            order_id: Id(record.order_id),
            change_id: record.change_id.map(Id),
            kind: Coded(charge.kind),
            span_first: charge.service_span.first.date(),
            span_last: charge.service_span.last.date(),
            cycle_first: charge.cycle_span.map(|span| span.first.date()),
            cycle_last: charge.cycle_span.map(|span| span.last.date()),
            quantity: charge.quantity.into(),
            unit_price: charge.unit_price.micros,
            net: charge.net.minor,
            currency: Coded(charge.net.currency),
            explain: charge.explain,
            reverses: charge.reverses.map(Id),
            created_at: At(record.created_at),
            tax: charge.tax.map(|tax| tax.minor),
        }
    }
}

impl TryFrom<Row> for BookedCharge {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let span = |first, last| DaySpan::new(Day::new(first), Day::new(last));
        let charge = Charge {
            kind: row.kind.0,
            service_span: span(row.span_first, row.span_last),
            cycle_span: row.cycle_first.zip(row.cycle_last).map(|(first, last)| span(first, last)),
            quantity: count(row.quantity)?,
            unit_price: UnitPrice::from_micros(row.unit_price, row.currency.0),
            net: Money::new(row.net, row.currency.0),
            tax: row.tax.map(|tax| Money::new(tax, row.currency.0)),
            explain: row.explain,
            reverses: row.reverses.map(|id| id.0),
        };
        Ok(Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            customer_id: row.customer_id.0,
            reseller_id: row.reseller_id.map(|id| id.0),
            subscription_id: row.subscription_id.0,
            order_id: row.order_id.0,
            change_id: row.change_id.map(|id| id.0),
            charge,
            created_at: row.created_at.0,
        })
    }
}

/// Adds charges, in few statements however many.
pub fn insert_all(tx: &mut Conn, charges: &[BookedCharge]) -> Result<()> {
    let rows: Vec<_> = charges.iter().map(Row::from).collect();
    insert_many!(
        tx,
        charges,
        &rows,
        marketplace_id,
        id,
        customer_id,
        reseller_id,
        subscription_id,
        order_id,
        change_id,
        kind,
        span_first,
        span_last,
        cycle_first,
        cycle_last,
        quantity,
        unit_price,
        net,
        currency,
        explain,
        reverses,
        created_at,
        tax,
    );
    Ok(())
}

/// A subscription's charges, oldest first.
pub fn of_subscription(c: &mut Conn, scope: &Scope, subscription: SubscriptionId) -> Result<Vec<BookedCharge>> {
    let rows: Vec<Row> = on!(c, c, Db => {
        let query = charges::table
            .filter(charges::subscription_id.eq(Id(subscription)))
            .order(charges::id)
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, charges).load(c)
    })?;
    rows.into_iter().map(BookedCharge::try_from).collect()
}

/// A subscription's charges that pay for a day or later ones, and whatever gives something of those back; oldest
/// first, so that each comes before what reverses it.
pub fn standing(
    c: &mut Conn,
    scope: &Scope,
    subscription: SubscriptionId,
    since: Day,
) -> Result<Vec<(ChargeId, Charge)>> {
    let mut standing = of_subscriptions(c, scope, &[subscription], since)?;
    Ok(standing.remove(&subscription).unwrap_or_default())
}

/// The same of many subscriptions at once; those without any are left out.
pub fn of_subscriptions(
    c: &mut Conn,
    scope: &Scope,
    ids: &[SubscriptionId],
    since: Day,
) -> Result<HashMap<SubscriptionId, Vec<(ChargeId, Charge)>>> {
    let mut rows: Vec<Row> = Vec::new();
    for ids in ids.chunks(LIST) {
        rows.extend(on!(c, c, Db => {
            let query = charges::table
                .filter(charges::subscription_id.eq_any(ids.iter().copied().map(Id)))
                .filter(charges::span_last.ge(since.date()).or(charges::reverses.is_not_null()))
                .select(Row::as_select())
                .into_boxed::<Db>();
            within!(query, scope, charges).load::<Row>(c)
        })?);
    }
    // Sorted here: asked for an order, SQLite would rather walk all charges in it than look these up.
    rows.sort_unstable_by_key(|row| row.id);
    let pays = |row: &Row| row.span_last >= since.date();
    let paying: HashSet<ChargeId> = rows.iter().filter(|row| pays(row)).map(|row| row.id.0).collect();
    rows.retain(|row| pays(row) || row.reverses.is_some_and(|of| paying.contains(&of.0)));
    let mut standing: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let record = BookedCharge::try_from(row)?;
        standing.entry(record.subscription_id).or_default().push((record.id, record.charge));
    }
    Ok(standing)
}
