//! Subscriptions as a scope sees them.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::page::{Order, Page, Place, SortValue, SortedRequest, Times};
use crate::schema::subscriptions;
use crate::search::{self, Search};
use crate::statement::Fixed;
use crate::subscriptions::ending;
use crate::subscriptions::rows::{Owned, OwnedRow, Row, all};
use crate::types::{Coded, Id};
use diesel::prelude::*;
use domain::access::Scope;
use domain::calendar::Day;
use domain::catalog::OfferKind;
use domain::id::{CustomerId, OfferId, ProductId, SkuId, SubscriptionId, UserId};
use domain::subscription::{Subscription, SubscriptionStatus};
use std::collections::HashMap;

/// Which subscriptions; all conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// That stand at one of these; empty for wherever they stand.
    pub statuses: Vec<SubscriptionStatus>,
    /// Of this offer.
    pub offer_id: Option<OfferId>,
    /// Of this product.
    pub product_id: Option<ProductId>,
    /// Of one of these products; none for whatever product.
    pub products: Option<Vec<ProductId>>,
    /// Of offers of one of these kinds; empty for whatever kind.
    pub kinds: Vec<OfferKind>,
    /// That renew, or that do not.
    pub auto_renew: Option<bool>,
    /// Whose term ends on this day or before.
    pub term_ends_before: Option<Day>,
    /// That this person is responsible for.
    pub responsible_user: Option<UserId>,
    /// That this person has a licence of.
    pub assigned_to: Option<UserId>,
    /// Whose customer is called so, or which are of one of the products that are.
    pub search: Option<(Search, Vec<ProductId>)>,
    /// Ordered and changed then.
    pub times: Times,
}

impl Filter {
    /// Whether there is no condition but the day by which the term ends.
    fn is_alone(&self) -> bool {
        let Self { customer_id, offer_id, product_id, products, responsible_user, assigned_to, search, times, .. } =
            self;
        let ids = [customer_id.is_some(), offer_id.is_some(), product_id.is_some(), products.is_some()];
        let states = [!self.statuses.is_empty(), !self.kinds.is_empty(), self.auto_renew.is_some()];
        let people = [responsible_user.is_some(), assigned_to.is_some()];
        let others = [search.is_some(), *times != Times::default()];
        ![&ids[..], &states, &people, &others].concat().contains(&true)
    }
}

/// Those that run.
pub(crate) const RUNNING: [SubscriptionStatus; 3] =
    [SubscriptionStatus::Active, SubscriptionStatus::Suspended, SubscriptionStatus::Extended];

/// A subscription that the scope sees.
pub fn get(c: &mut Conn, scope: &Scope, id: SubscriptionId) -> Result<Subscription> {
    let row: Row<'_> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::id.eq(Id(id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, subscriptions).get_result(c)
    })?;
    all(c, vec![row])?.pop().ok_or(StoreError::NotFound)
}

/// Subscriptions by their ids, as many of them as the scope sees.
pub fn of_ids(c: &mut Conn, scope: &Scope, ids: &[SubscriptionId]) -> Result<Vec<Subscription>> {
    let rows: Vec<Row<'_>> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::id.eq_any(ids.iter().copied().map(Id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, subscriptions).load(c)
    })?;
    all(c, rows)
}

/// The subscriptions that the scope sees, page by page.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter, page: &SortedRequest) -> Result<Page<Subscription, Place>> {
    let times = filter.times;
    let ending = match filter.term_ends_before {
        Some(day) if page.by == Order::Created && filter.is_alone() => ending::page_of(c, scope, day, &page.plain())?,
        _ => None,
    };
    let column = match page.by {
        Order::Updated => Some("subscriptions.updated_at"),
        Order::TermEnd => Some("subscriptions.last_day"),
        Order::Created | Order::Name => times.of_creation().then_some("subscriptions.created_at"),
    };
    let value = |row: &Row<'_>| match page.by {
        Order::Updated => SortValue::At(row.updated_at.0),
        Order::TermEnd => SortValue::Day(Day::new(row.last_day)),
        Order::Created | Order::Name => SortValue::At(row.created_at.0),
    };
    let times = page.left(times);
    let rows: Vec<Row<'_>> = on!(c, c, Db => {
        let mut query = subscriptions::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some((search, products)) = &filter.search {
            query = query.filter(search::of_subscriptions(search, products, scope));
        }
        query = created!(query, subscriptions::created_at, times);
        query = updated_since!(query, subscriptions::updated_at, times);
        if let Some(id) = filter.customer_id {
            query = query.filter(subscriptions::customer_id.eq(Id(id)));
        }
        query = match filter.statuses.as_slice() {
            [] => query,
            [one] => query.filter(subscriptions::status.eq(Coded(*one))),
            several => query.filter(subscriptions::status.eq_any(several.iter().copied().map(Coded))),
        };
        if let Some(id) = filter.offer_id {
            query = query.filter(subscriptions::offer_id.eq(Id(id)));
        }
        if let Some(id) = filter.product_id {
            query = query.filter(subscriptions::product_id.eq(Id(id)));
        }
        if let Some(products) = &filter.products {
            query = query.filter(subscriptions::product_id.eq_any(products.iter().copied().map(Id)));
        }
        query = match filter.kinds.as_slice() {
            [] => query,
            [one] => query.filter(subscriptions::kind.eq(Coded(*one))),
            several => query.filter(subscriptions::kind.eq_any(several.iter().copied().map(Coded))),
        };
        if let Some(renews) = filter.auto_renew {
            query = query.filter(subscriptions::auto_renew.eq(renews));
        }
        if let Some(day) = filter.term_ends_before {
            query = match ending {
                Some(ids) => query.filter(subscriptions::id.eq_any(ids)),
                None => query.filter(subscriptions::term_last.le(Some(day.date()))),
            };
        }
        if let Some(id) = filter.responsible_user {
            query = query.filter(subscriptions::responsible_user_id.eq(Some(Id(id))));
        }
        if let Some(id) = filter.assigned_to {
            query = query.filter(subscriptions::id.eq_any(held_by!(scope.marketplace(), id)));
        }
        sorted!(within!(query, scope, subscriptions), subscriptions::id, "subscriptions.id", column, page).load(c)
    })?;
    let place = |row: &Row<'_>| Place { value: column.map(|_| value(row)), id: row.id.0.as_u128() };
    let Page { items, next } = Page::sorted(rows, page, place);
    Ok(Page { items: all(c, items)?, next })
}

/// The add-ons of a subscription that have not ended for good, oldest first.
pub fn add_ons(c: &mut Conn, scope: &Scope, base: SubscriptionId) -> Result<Vec<Subscription>> {
    let rows: Vec<Row<'_>> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::base_id.eq(Some(Id(base))))
            .filter(subscriptions::status.ne(Coded(SubscriptionStatus::Canceled)))
            .order(subscriptions::id)
            .select(Row::as_select())
            .into_boxed::<Db>();
        within!(query, scope, subscriptions).load(c)
    })?;
    all(c, rows)
}

/// The subscriptions of a customer that run or are about to, oldest first.
pub fn of_customer(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<Subscription>> {
    let rows: Vec<Row<'_>> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::customer_id.eq(Id(customer)))
            .filter(subscriptions::status.eq_any(owned_statuses()))
            .order(subscriptions::id)
            .select(Row::as_select())
            .into_boxed::<Db>();
        Fixed(within!(query, scope, subscriptions)).load(c)
    })?;
    all(c, rows)
}

fn owned_statuses() -> impl Iterator<Item = Coded<SubscriptionStatus>> {
    SubscriptionStatus::ALL.iter().copied().filter(|status| status.owned()).map(Coded)
}

/// What a customer owns, oldest first.
pub fn owned(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<Owned>> {
    let rows: Vec<OwnedRow> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::customer_id.eq(Id(customer)))
            .filter(subscriptions::status.eq_any(owned_statuses()))
            .order(subscriptions::id)
            .select(OwnedRow::as_select())
            .into_boxed::<Db>();
        Fixed(within!(query, scope, subscriptions)).load(c)
    })?;
    rows.into_iter().map(Owned::try_from).collect()
}

/// How many subscriptions of each of some SKUs a customer ever had, whatever became of them.
pub fn ever_ordered(c: &mut Conn, scope: &Scope, customer: CustomerId, skus: &[SkuId]) -> Result<HashMap<SkuId, u64>> {
    let rows: Vec<Id<SkuId>> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::customer_id.eq(Id(customer)))
            .filter(subscriptions::sku_id.eq_any(skus.iter().copied().map(Id)))
            .select(subscriptions::sku_id)
            .into_boxed::<Db>();
        within!(query, scope, subscriptions).load(c)
    })?;
    let mut ever = HashMap::new();
    for Id(sku) in rows {
        *ever.entry(sku).or_default() += 1;
    }
    Ok(ever)
}
