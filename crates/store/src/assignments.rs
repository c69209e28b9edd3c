//! Licences: which people have one of which subscription. Only what is there is here: whoever adds locks the
//! subscription first, so that two cannot take the last one.

use crate::connection::Conn;
use crate::error::Result;
use crate::page::{Page, PageRequest};
use crate::schema::{license_assignments, subscriptions, users};
use crate::statement::LIST;
use crate::types::{At, Coded, Id, count};
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::access::Scope;
use domain::calendar::Day;
use domain::id::{CustomerId, MarketplaceId, ProductId, ResellerId, SkuId, SubscriptionId, UserId};
use domain::license::Holding;
use domain::subscription::SubscriptionStatus;
use std::collections::HashMap;
use time::{Date, OffsetDateTime};

/// That somebody has a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseAssignment {
    /// The subscription's marketplace.
    pub marketplace_id: MarketplaceId,
    /// Of which subscription.
    pub subscription_id: SubscriptionId,
    /// Who has the licence.
    pub user_id: UserId,
    /// A UUIDv7: the order in which people got theirs.
    pub id: u128,
    /// Whose subscription it is.
    pub customer_id: CustomerId,
    /// Through which reseller it was bought.
    pub reseller_id: Option<ResellerId>,
    /// Since when, by the marketplace's clock.
    pub assigned_at: OffsetDateTime,
    /// Who gave it; none where it came by itself (K-10).
    pub assigned_by: Option<String>,
}

/// Somebody who has a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who has the licence.
    pub user_id: UserId,
    /// The e-mail address of the person.
    pub email: String,
    /// The person's first name.
    pub first_name: String,
    /// The person's last name.
    pub last_name: String,
    /// Whether the person is kept out.
    pub disabled: bool,
    /// Since when, by the marketplace's clock.
    pub assigned_at: OffsetDateTime,
    /// Who gave it; none where it came by itself.
    pub assigned_by: Option<String>,
}

/// A licence of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Of which subscription.
    pub subscription_id: SubscriptionId,
    /// What the subscription is of.
    pub sku_id: SkuId,
    /// Where it stands.
    pub status: SubscriptionStatus,
}

#[derive(Insertable)]
#[diesel(table_name = license_assignments, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    subscription_id: Id<SubscriptionId>,
    user_id: Id<UserId>,
    id: Id<u128>,
    customer_id: Id<CustomerId>,
    reseller_id: Option<Id<ResellerId>>,
    assigned_at: At,
    assigned_by: Option<String>,
}

impl From<&LicenseAssignment> for Row {
    fn from(record: &LicenseAssignment) -> Self {
        Self {
            marketplace_id: Id(record.marketplace_id),
            subscription_id: Id(record.subscription_id),
            user_id: Id(record.user_id),
            id: Id(record.id),
            customer_id: Id(record.customer_id),
            reseller_id: record.reseller_id.map(Id),
            assigned_at: At(record.assigned_at),
            assigned_by: record.assigned_by.clone(),
        }
    }
}

type HolderRow = (Id<u128>, Id<UserId>, String, String, String, bool, At, Option<String>);

/// Gives licences; a conflict where somebody has one of the subscription.
pub fn insert_all(tx: &mut Conn, assignments: &[LicenseAssignment]) -> Result<()> {
    let rows: Vec<_> = assignments.iter().map(Row::from).collect();
    insert_rows!(tx, license_assignments, &rows);
    Ok(())
}

/// Takes licences back; how many of these people had one.
pub fn remove(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    subscription: SubscriptionId,
    users: &[UserId],
) -> Result<usize> {
    let mut removed = 0;
    for users in users.chunks(LIST) {
        let of = license_assignments::table
            .filter(license_assignments::marketplace_id.eq(Id(marketplace)))
            .filter(license_assignments::subscription_id.eq(Id(subscription)))
            .filter(license_assignments::user_id.eq_any(users.iter().copied().map(Id)));
        removed += on!(tx, c => diesel::delete(of).execute(c))?;
    }
    Ok(removed)
}

/// Takes back what is more than so many licences of a subscription, from those who got theirs last; who they are,
/// the last one first. The subscription's version is the caller's to count.
pub fn keep(tx: &mut Conn, marketplace: MarketplaceId, subscription: SubscriptionId, most: u32) -> Result<Vec<UserId>> {
    let mut lost = of_subscription(tx, &Scope::Marketplace(marketplace), subscription)?;
    lost.drain(..lost.len().min(most as usize));
    lost.reverse();
    remove(tx, marketplace, subscription, &lost)?;
    Ok(lost)
}

/// Who has a licence of a subscription, the oldest first.
pub fn of_subscription(c: &mut Conn, scope: &Scope, subscription: SubscriptionId) -> Result<Vec<UserId>> {
    let rows: Vec<Id<UserId>> = on!(c, c, Db => {
        let query = license_assignments::table
            .filter(license_assignments::subscription_id.eq(Id(subscription)))
            .order(license_assignments::id)
            .select(license_assignments::user_id)
            .into_boxed::<Db>();
        within!(query, scope, license_assignments).load(c)
    })?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Those of these people who have a licence of a subscription.
pub fn holders(c: &mut Conn, scope: &Scope, subscription: SubscriptionId, users: &[UserId]) -> Result<Vec<UserId>> {
    let rows: Vec<Id<UserId>> = on!(c, c, Db => {
        let query = license_assignments::table
            .filter(license_assignments::subscription_id.eq(Id(subscription)))
            .filter(license_assignments::user_id.eq_any(users.iter().copied().map(Id)))
            .select(license_assignments::user_id)
            .into_boxed::<Db>();
        within!(query, scope, license_assignments).load(c)
    })?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}

/// Who has a licence of a subscription, page by page.
pub fn list(c: &mut Conn, scope: &Scope, subscription: SubscriptionId, page: &PageRequest) -> Result<Page<Holder>> {
    let of_user =
        users::marketplace_id.eq(license_assignments::marketplace_id).and(users::id.eq(license_assignments::user_id));
    let rows: Vec<HolderRow> = on!(c, c, Db => {
        let query = license_assignments::table
            .inner_join(users::table.on(of_user))
            .filter(license_assignments::subscription_id.eq(Id(subscription)))
            .select((
                license_assignments::id,
                users::id,
                users::email,
                users::first_name,
                users::last_name,
                users::disabled,
                license_assignments::assigned_at,
                license_assignments::assigned_by,
            ))
            .into_boxed::<Db>();
        paged!(within!(query, scope, license_assignments), license_assignments::id, page).load(c)
    })?;
    let holder = |(_, user, email, first_name, last_name, disabled, at, assigned_by): HolderRow| Holder {
        user_id: user.0,
        email,
        first_name,
        last_name,
        disabled,
        assigned_at: at.0,
        assigned_by,
    };
    Ok(Page::of(rows, page, |row| row.0.0).map(holder))
}

/// The licences that somebody has, of the subscriptions that the scope sees.
pub fn of_user(c: &mut Conn, scope: &Scope, user: UserId) -> Result<Vec<Held>> {
    let of_subscription = subscriptions::marketplace_id
        .eq(license_assignments::marketplace_id)
        .and(subscriptions::id.eq(license_assignments::subscription_id));
    let rows: Vec<(Id<SubscriptionId>, Id<SkuId>, Coded<SubscriptionStatus>)> = on!(c, c, Db => {
        let query = license_assignments::table
            .inner_join(subscriptions::table.on(of_subscription))
            .filter(license_assignments::user_id.eq(Id(user)))
            .order(license_assignments::id)
            .select((subscriptions::id, subscriptions::sku_id, subscriptions::status))
            .into_boxed::<Db>();
        within!(query, scope, license_assignments).load(c)
    })?;
    let held = |(subscription, sku, status): (Id<_>, Id<_>, Coded<_>)| Held {
        subscription_id: subscription.0,
        sku_id: sku.0,
        status: status.0,
    };
    Ok(rows.into_iter().map(held).collect())
}

/// How many people have a licence, of each of these subscriptions that anybody has one of.
pub fn counts(c: &mut Conn, scope: &Scope, subscriptions: &[SubscriptionId]) -> Result<HashMap<SubscriptionId, u32>> {
    let mut counted = HashMap::new();
    for ids in subscriptions.chunks(LIST) {
        let rows: Vec<(Id<SubscriptionId>, i64)> = on!(c, c, Db => {
            let query = license_assignments::table
                .group_by(license_assignments::subscription_id)
                .select((license_assignments::subscription_id, count_star()))
                .filter(license_assignments::subscription_id.eq_any(ids.iter().copied().map(Id)))
                .into_boxed::<Db>();
            within!(query, scope, license_assignments).load(c)
        })?;
        for (id, number) in rows {
            counted.insert(id.0, count(number)?);
        }
    }
    Ok(counted)
}

type HoldingRow = (Id<SubscriptionId>, Id<ProductId>, Id<SkuId>, Coded<SubscriptionStatus>, i64, Option<Date>);

/// What a customer owns, with how many people have a licence of each: two queries, however many there are.
pub fn holdings(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Vec<Holding>> {
    let statuses = SubscriptionStatus::ALL.iter().copied().filter(|status| status.owned()).map(Coded);
    let rows: Vec<HoldingRow> = on!(c, c, Db => {
        let query = subscriptions::table
            .filter(subscriptions::customer_id.eq(Id(customer)))
            .filter(subscriptions::status.eq_any(statuses))
            .order(subscriptions::id)
            .select((
                subscriptions::id,
                subscriptions::product_id,
                subscriptions::sku_id,
                subscriptions::status,
                subscriptions::quantity,
                subscriptions::term_last,
            ))
            .into_boxed::<Db>();
        within!(query, scope, subscriptions).load(c)
    })?;
    let counted = counts_of_customer(c, scope, customer)?;
    let holding = |(id, product, sku, status, quantity, term_last): HoldingRow| {
        Ok(Holding {
            subscription_id: id.0,
            product_id: product.0,
            sku_id: sku.0,
            status: status.0,
            quantity: count(quantity)?,
            assigned: counted.get(&id.0).copied().unwrap_or(0),
            term_last: term_last.map(Day::new),
        })
    };
    rows.into_iter().map(holding).collect()
}

fn counts_of_customer(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<HashMap<SubscriptionId, u32>> {
    let rows: Vec<(Id<SubscriptionId>, i64)> = on!(c, c, Db => {
        let query = license_assignments::table
            .group_by(license_assignments::subscription_id)
            .select((license_assignments::subscription_id, count_star()))
            .filter(license_assignments::customer_id.eq(Id(customer)))
            .into_boxed::<Db>();
        within!(query, scope, license_assignments).load(c)
    })?;
    rows.into_iter().map(|(id, number)| Ok((id.0, count(number)?))).collect()
}
