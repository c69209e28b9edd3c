//! Changes of subscriptions: each is read, changed as a value and saved whole, by the version that was read.

use crate::connection::Conn;
use crate::error::Result;
use crate::licences_mark::touch;
use crate::policy_snapshots;
use crate::schema::subscriptions;
use crate::statement::{found, updated};
use crate::subscriptions::reading::get;
use crate::subscriptions::rows::{Course, Row, one, same_contract, write, write_course};
use crate::types::{At, Id};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::access::Scope;
use domain::id::{MarketplaceId, SubscriptionId};
use domain::subscription::{Subscription, SubscriptionStatus};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Adds subscriptions as they begin, with their first version.
pub fn insert_all(tx: &mut Conn, subscriptions: &[Subscription]) -> Result<()> {
    policy_snapshots::keep(tx, subscriptions.iter().map(|subscription| &subscription.policy))?;
    let rows: Vec<_> = subscriptions.iter().map(Row::from).collect();
    touch(subscriptions.iter().map(|subscription| subscription.customer_id));
    insert_rows!(tx, subscriptions, &rows);
    follow_bases(tx, subscriptions)
}

/// What renews but for the end of its base, as `Outlook` of the domain says.
const RENEWS: &str = "(subscriptions.at_term_end = 'renew' AND NOT EXISTS (SELECT 1 FROM subscriptions base \
    WHERE base.marketplace_id = subscriptions.marketplace_id AND base.id = subscriptions.base_id \
    AND base.at_term_end = 'end' AND base.term_last <= subscriptions.term_last))";

/// Says of the add-ons of some subscriptions anew whether they renew, for lists that are filtered by it; rows that say
/// so already are not written. Whoever changes what follows the term of a base says so; who saves an add-on need not.
pub fn followed(tx: &mut Conn, marketplace: MarketplaceId, bases: &[SubscriptionId]) -> Result<()> {
    if bases.is_empty() {
        return Ok(());
    }
    let add_ons = subscriptions::table
        .filter(subscriptions::marketplace_id.eq(Id(marketplace)))
        .filter(subscriptions::base_id.eq_any(bases.iter().copied().map(|base| Some(Id(base)))))
        .filter(subscriptions::auto_renew.ne(sql::<Bool>(RENEWS)));
    let renews = subscriptions::auto_renew.eq(sql::<Bool>(RENEWS));
    rows_changed!(tx, diesel::update(add_ons).set(renews))?;
    Ok(())
}

/// The same for those among them that are add-ons and would renew.
fn follow_bases<'a>(tx: &mut Conn, saved: impl IntoIterator<Item = &'a Subscription>) -> Result<()> {
    let renew = saved.into_iter().filter(|saved| saved.auto_renew());
    follow(tx, renew.filter_map(|saved| Some((saved.marketplace_id, saved.base_id?))))
}

fn follow(tx: &mut Conn, bases: impl Iterator<Item = (MarketplaceId, SubscriptionId)>) -> Result<()> {
    let mut marketplaces: BTreeMap<_, Vec<_>> = BTreeMap::new();
    bases.for_each(|(marketplace, base)| marketplaces.entry(marketplace).or_default().push(base));
    marketplaces.into_iter().try_for_each(|(marketplace, bases)| followed(tx, marketplace, &bases))
}

/// A subscription, that nobody else changes until the transaction ends. SQLite has one writer anyway.
pub fn lock(tx: &mut Conn, scope: &Scope, id: SubscriptionId) -> Result<Subscription> {
    #[cfg(feature = "postgres")]
    if let (Conn::Postgres(c), Scope::Marketplace(marketplace)) = (&mut *tx, scope) {
        let row = subscriptions::table.find((Id(*marketplace), Id(id))).select(Row::as_select());
        let row = row.for_update().get_result::<Row<'_>>(c)?;
        return one(tx, row);
    }
    #[cfg(feature = "postgres")]
    if let Conn::Postgres(c) = tx {
        let row = subscriptions::table.find((Id(scope.marketplace()), Id(id))).select(subscriptions::id);
        row.for_update().get_result::<Id<SubscriptionId>>(c)?;
    }
    get(tx, scope, id)
}

/// Remembers a subscription as it was read and changed in this transaction, under the version after that one, changed
/// at an instant; busy where somebody else was faster. Whose it is, where it came from and when are not changed.
pub fn save(tx: &mut Conn, subscription: &Subscription, at: OffsetDateTime) -> Result<()> {
    save_all(tx, [subscription], at)
}

/// The same for many at once, each of them another one: all of them or, where one was changed meanwhile, none. The
/// caller has locked them.
fn save_all<'a>(
    tx: &mut Conn,
    subscriptions: impl IntoIterator<Item = &'a Subscription>,
    at: OffsetDateTime,
) -> Result<()> {
    let subscriptions: Vec<_> = subscriptions.into_iter().collect();
    policy_snapshots::keep(tx, subscriptions.iter().map(|subscription| &subscription.policy))?;
    touch(subscriptions.iter().map(|subscription| subscription.customer_id));
    let rows: Vec<_> = subscriptions.iter().map(|subscription| Row::changed(subscription, at)).collect();
    all(write(tx, &rows)?, rows.len())?;
    follow_bases(tx, subscriptions)
}

/// The same for subscriptions that time has moved on.
pub fn save_moved(tx: &mut Conn, moved: &[Moved], at: OffsetDateTime) -> Result<()> {
    let (whole, others): (Vec<_>, Vec<_>) = moved.iter().partition(|moved| moved.whole);
    save_all(tx, whole.into_iter().map(|moved| &moved.subscription), at)?;
    touch(others.iter().map(|moved| moved.subscription.customer_id));
    let rows: Vec<_> = others.iter().map(|moved| Course::changed(&moved.subscription, at)).collect();
    all(write_course(tx, &rows)?, rows.len())?;
    follow_bases(tx, others.into_iter().map(|moved| &moved.subscription))?;
    let bases = moved.iter().filter(|moved| moved.follows_anew).map(|moved| &moved.subscription);
    follow(tx, bases.map(|base| (base.marketplace_id, base.id)))
}

fn all(saved: usize, wanted: usize) -> Result<()> {
    if saved == wanted { Ok(()) } else { updated(0) }
}

/// A subscription that time has moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    subscription: Subscription,
    /// Whether all of it is written: what it is of, and under which policy, stays as it is with most renewals.
    whole: bool,
    /// Whether something else follows its term now, and what is added to it must say so, too.
    follows_anew: bool,
}

impl Moved {
    /// As it stood and as it stands.
    pub fn new(before: &Subscription, after: Subscription) -> Self {
        let whole = !same_contract(before, &after);
        let follows_anew = before.at_term_end != after.at_term_end && after.status.owned();
        Self { subscription: after, whole, follows_anew }
    }

    /// As it stands.
    pub fn subscription(&self) -> &Subscription {
        &self.subscription
    }

    /// Moves it on once more in the same transaction.
    pub fn go_on(&mut self, after: Subscription) {
        let Self { subscription, whole, follows_anew } = Self::new(&self.subscription, after);
        *self = Self { subscription, whole: self.whole || whole, follows_anew: self.follows_anew || follows_anew };
    }
}

/// Reads a subscription, changes it and saves it.
fn change(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    at: OffsetDateTime,
    change: impl FnOnce(&mut Subscription),
) -> Result<Subscription> {
    let mut subscription = lock(tx, &Scope::Marketplace(marketplace), id)?;
    change(&mut subscription);
    touch([subscription.customer_id]);
    // Its policy is the one that was read.
    all(write(tx, &[Row::changed(&subscription, at)])?, 1)?;
    follow_bases(tx, [&subscription])?;
    Ok(Subscription { version: subscription.version + 1, updated_at: at, ..subscription })
}

/// Says that a subscription runs since an instant, and Microsoft's id of it, changed at another; as it then stands.
pub fn activate(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    external_id: &str,
    since: OffsetDateTime,
    at: OffsetDateTime,
) -> Result<Subscription> {
    change(tx, marketplace, id, at, |subscription| {
        subscription.status = SubscriptionStatus::Active;
        subscription.external_id = Some(external_id.to_owned());
        subscription.activated_at = Some(since);
    })
}

/// Remembers Microsoft's id of a subscription that is ordered there.
pub fn set_external_id(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    external_id: &str,
    at: OffsetDateTime,
) -> Result<()> {
    let target = subscriptions::table.find((Id(marketplace), Id(id)));
    let changed = (subscriptions::version.eq(subscriptions::version + 1), subscriptions::updated_at.eq(At(at)));
    let set = (subscriptions::external_id.eq(Some(external_id)), changed);
    found(rows_changed!(tx, diesel::update(target).set(set))?)
}

/// Says where a subscription stands from an instant on.
pub fn set_status(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: SubscriptionId,
    status: SubscriptionStatus,
    at: OffsetDateTime,
) -> Result<()> {
    change(tx, marketplace, id, at, |subscription| subscription.status = status).map(drop)
}
