//! Changes of subscriptions: each is read, changed as a value and saved whole, by the version that was read.

use super::rows::Row;
use crate::schema::subscriptions;
use crate::types::Id;
use crate::{Conn, Result, updated};
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use diesel::upsert::excluded;
use domain::access::Scope;
use domain::id::{MarketplaceId, SubscriptionId};
use domain::subscription::{Subscription, SubscriptionStatus};
use time::OffsetDateTime;

/// A subscription, that nobody else changes until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, scope: &Scope, id: SubscriptionId) -> Result<Subscription> {
    if let Conn::Postgres(c) = tx {
        let row = subscriptions::table.find((Id(scope.marketplace()), Id(id))).select(subscriptions::id);
        row.for_update().get_result::<Id<SubscriptionId>>(c)?;
    }
    super::get(tx, scope, id)
}

/// `columns!(a, b)`: sets each column to what the statement would have inserted.
macro_rules! columns {
    ($($column:ident),+ $(,)?) => {
        ($(subscriptions::$column.eq(excluded(subscriptions::$column))),+)
    };
}

/// Remembers a subscription as it was read and changed in this transaction, under the version after that one; busy
/// where somebody else was faster. Whose it is, where it came from and when are not changed.
pub fn save(tx: &mut Conn, subscription: &Subscription) -> Result<()> {
    save_all(tx, std::slice::from_ref(subscription))
}

/// The same for many at once, each of them another one: all of them or, where one was changed meanwhile, none. The
/// caller has locked them.
pub fn save_all(tx: &mut Conn, subscriptions: &[Subscription]) -> Result<()> {
    let rows: Vec<_> = subscriptions.iter().map(Row::changed).collect();
    let next = excluded(subscriptions::version);
    // One statement for many rows; what it would insert is always there already.
    let saved = insert_rows!(tx, &rows, batch => diesel::insert_into(subscriptions::table)
        .values(batch)
        .on_conflict((subscriptions::marketplace_id, subscriptions::id))
        .do_update()
        .set(columns!(
            base_id, status, product_id, sku_id, offer_id, kind, term, billing_cycle, quantity, lots, peak_quantity,
            unit_price, currency, term_first, term_last, anchor_day, next_charge_on, auto_renew, at_term_end, prepaid,
            pending, applying, cancel_until, cancel_requested_at, ended_at, access_ends_at, data_deleted_at, next_reminder_on,
            next_due_at, changes, policy, responsible_user_id, external_id, activated_at, version,
        ))
        .filter((subscriptions::version + 1).eq(next)));
    if saved == rows.len() { Ok(()) } else { updated(0) }
}

/// Reads a subscription, changes it and saves it.
fn change(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    change: impl FnOnce(&mut Subscription),
) -> Result<()> {
    let mut subscription = lock(tx, &Scope::Marketplace(marketplace), id)?;
    change(&mut subscription);
    save(tx, &subscription)
}

/// Says that a subscription runs, and Microsoft's id of it.
pub fn activate(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    external_id: &str,
    at: OffsetDateTime,
) -> Result<()> {
    change(tx, marketplace, id, |subscription| {
        subscription.status = SubscriptionStatus::Active;
        subscription.external_id = Some(external_id.to_owned());
        subscription.activated_at = Some(at);
    })
}

/// Remembers Microsoft's id of a subscription that is ordered there.
pub fn set_external_id(tx: &mut Conn, marketplace: MarketplaceId, id: SubscriptionId, external_id: &str) -> Result<()> {
    change(tx, marketplace, id, |subscription| subscription.external_id = Some(external_id.to_owned()))
}

/// Says where a subscription stands.
pub fn set_status(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    status: SubscriptionStatus,
) -> Result<()> {
    change(tx, marketplace, id, |subscription| subscription.status = status)
}
