//! Redemptions of product keys, with what was entered.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::page::{Page, Place, SortValue, SortedRequest, Times};
use crate::product_keys::digest;
use crate::schema::keys::{redemption_keys, redemptions};
use crate::schema::people::users;
use crate::statement::{found, updated};
use crate::types::{At, Coded, Id, Json};
use crate::version::next_version;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, MarketplaceId, OrderId, RedemptionId, ResellerId, SubscriptionId, UserId};
use domain::product_key::action::KeyAction;
use domain::product_key::{EnteredKey, KeyUse, NewCustomer, Redemption, RedemptionStatus};
use domain::subscription::change::Starts;
use std::collections::HashMap;

/// Which redemptions; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// That stand here.
    pub status: Option<RedemptionStatus>,
    /// Only what was begun in this time.
    pub times: Times,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = redemptions, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<RedemptionId>,
    customer_id: Option<Id<CustomerId>>,
    reseller_id: Option<Id<ResellerId>>,
    status: Coded<RedemptionStatus>,
    partner_of_record: Option<String>,
    confirmed_by: String,
    created_at: At,
    completed_at: Option<At>,
    order_id: Option<Id<OrderId>>,
    version: i64,
    new_customer: Option<Json<NewCustomer>>,
    administrator_id: Option<Id<UserId>>,
}

impl From<&Redemption> for Row {
    fn from(redemption: &Redemption) -> Self {
        Self {
            marketplace_id: Id(redemption.marketplace_id),
            id: Id(redemption.id),
            customer_id: redemption.customer_id.map(Id),
            reseller_id: redemption.reseller_id.map(Id),
            status: Coded(redemption.status),
            partner_of_record: redemption.partner_of_record.clone(),
            confirmed_by: redemption.confirmed_by.clone(),
            created_at: At(redemption.created_at),
            completed_at: redemption.completed_at.map(At),
            order_id: redemption.order_id.map(Id),
            version: redemption.version,
            new_customer: redemption.new_customer.clone().map(Json),
            administrator_id: redemption.administrator_id.map(Id),
        }
    }
}

impl Row {
    fn with(self, keys: Vec<EnteredKey>) -> Redemption {
        Redemption {
            id: self.id.0,
            marketplace_id: self.marketplace_id.0,
            customer_id: self.customer_id.map(|id| id.0),
            new_customer: self.new_customer.map(|new| new.0),
            administrator_id: self.administrator_id.map(|id| id.0),
            reseller_id: self.reseller_id.map(|id| id.0),
            status: self.status.0,
            keys,
            partner_of_record: self.partner_of_record,
            confirmed_by: self.confirmed_by,
            created_at: self.created_at.0,
            completed_at: self.completed_at.map(|at| at.0),
            order_id: self.order_id.map(|id| id.0),
            version: self.version,
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = redemption_keys, treat_none_as_default_value = false)]
struct KeyRow {
    marketplace_id: Id<MarketplaceId>,
    redemption_id: Id<RedemptionId>,
    position: i32,
    digest: Vec<u8>,
    last_five: String,
    action: Option<Coded<KeyAction>>,
    subscription_id: Option<Id<SubscriptionId>>,
    starts: Option<Coded<Starts>>,
}

impl KeyRow {
    fn new(redemption: &Redemption, position: i32, key: &EnteredKey) -> Self {
        Self {
            marketplace_id: Id(redemption.marketplace_id),
            redemption_id: Id(redemption.id),
            position,
            digest: key.digest.to_vec(),
            last_five: key.last_five.clone(),
            action: key.wanted.action.map(Coded),
            subscription_id: key.wanted.subscription_id.map(Id),
            starts: key.wanted.starts.map(Coded),
        }
    }
}

impl TryFrom<KeyRow> for EnteredKey {
    type Error = StoreError;
    fn try_from(row: KeyRow) -> Result<Self> {
        Ok(Self {
            digest: digest(row.digest)?,
            last_five: row.last_five,
            wanted: KeyUse {
                action: row.action.map(|action| action.0),
                subscription_id: row.subscription_id.map(|id| id.0),
                starts: row.starts.map(|starts| starts.0),
            },
        })
    }
}

/// Adds a redemption with its keys.
pub fn insert(tx: &mut Conn, redemption: &Redemption) -> Result<()> {
    on!(tx, c => diesel::insert_into(redemptions::table).values(Row::from(redemption)).execute(c))?;
    insert_keys(tx, redemption)
}

fn insert_keys(tx: &mut Conn, redemption: &Redemption) -> Result<()> {
    let rows: Vec<_> =
        (0..).zip(&redemption.keys).map(|(position, key)| KeyRow::new(redemption, position, key)).collect();
    insert_rows!(tx, redemption_keys, &rows);
    Ok(())
}

/// A redemption with its keys.
pub fn get(c: &mut Conn, scope: &Scope, id: RedemptionId) -> Result<Redemption> {
    let row: Row = on!(c, c, Db => {
        let query = redemptions::table.filter(redemptions::id.eq(Id(id))).select(Row::as_select()).into_boxed::<Db>();
        within!(query, scope, redemptions).get_result(c)
    })?;
    let mut keys = keys_of(c, scope.marketplace(), std::slice::from_ref(&row))?;
    Ok(row.with(keys.remove(&id).unwrap_or_default()))
}

/// The redemptions with their keys.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter, page: &SortedRequest) -> Result<Page<Redemption, Place>> {
    let column = filter.times.of_creation().then_some("redemptions.created_at");
    let rows: Vec<Row> = on!(c, c, Db => {
        let mut query = redemptions::table.select(Row::as_select()).into_boxed::<Db>();
        if let Some(id) = filter.customer_id {
            query = query.filter(redemptions::customer_id.eq(Some(Id(id))));
        }
        if let Some(status) = filter.status {
            query = query.filter(redemptions::status.eq(Coded(status)));
        }
        query = created!(query, redemptions::created_at, page.left(filter.times));
        sorted!(within!(query, scope, redemptions), redemptions::id, "redemptions.id", column, page).load(c)
    })?;
    let place = |row: &Row| Place { value: column.map(|_| SortValue::At(row.created_at.0)), id: row.id.0.as_u128() };
    let page = Page::sorted(rows, page, place);
    let mut keys = keys_of(c, scope.marketplace(), &page.items)?;
    Ok(page.map(|row| {
        let keys = keys.remove(&row.id.0).unwrap_or_default();
        row.with(keys)
    }))
}

/// The keys of some redemptions, in one query.
fn keys_of(c: &mut Conn, marketplace: MarketplaceId, rows: &[Row]) -> Result<HashMap<RedemptionId, Vec<EnteredKey>>> {
    let of_redemptions = redemption_keys::table
        .filter(redemption_keys::marketplace_id.eq(Id(marketplace)))
        .filter(redemption_keys::redemption_id.eq_any(rows.iter().map(|row| row.id)))
        .order((redemption_keys::redemption_id, redemption_keys::position));
    let rows: Vec<KeyRow> = on!(c, c => of_redemptions.select(KeyRow::as_select()).load(c))?;
    let mut keys: HashMap<RedemptionId, Vec<EnteredKey>> = HashMap::new();
    for row in rows {
        keys.entry(row.redemption_id.0).or_default().push(row.try_into()?);
    }
    Ok(keys)
}

/// Remembers a redemption, as it was read and changed in this transaction, and replaces its keys; the version it then
/// has.
pub fn save(tx: &mut Conn, redemption: &Redemption, expected: Option<i64>) -> Result<i64> {
    let version = next_version(redemption.version, expected)?;
    let target = redemptions::table
        .find((Id(redemption.marketplace_id), Id(redemption.id)))
        .filter(redemptions::version.eq(redemption.version));
    let set = (
        redemptions::customer_id.eq(redemption.customer_id.map(Id)),
        redemptions::new_customer.eq(redemption.new_customer.clone().map(Json)),
        redemptions::administrator_id.eq(redemption.administrator_id.map(Id)),
        redemptions::status.eq(Coded(redemption.status)),
        redemptions::partner_of_record.eq(&redemption.partner_of_record),
        redemptions::completed_at.eq(redemption.completed_at.map(At)),
        redemptions::order_id.eq(redemption.order_id.map(Id)),
        redemptions::version.eq(version),
    );
    updated(rows_changed!(tx, diesel::update(target).set(set))?)?;
    let keys = redemption_keys::table
        .filter(redemption_keys::marketplace_id.eq(Id(redemption.marketplace_id)))
        .filter(redemption_keys::redemption_id.eq(Id(redemption.id)));
    on!(tx, c => diesel::delete(keys).execute(c))?;
    insert_keys(tx, redemption)?;
    Ok(version)
}

/// Whether who asks still sets up a customer that came into being with a redemption of its own: the first administrator
/// is there, and has not come in yet.
pub fn sets_up(c: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<bool> {
    let redemptions = redemptions::table
        .inner_join(
            users::table.on(redemptions::marketplace_id
                .eq(users::marketplace_id)
                .and(redemptions::administrator_id.eq(users::id.nullable()))),
        )
        .filter(redemptions::marketplace_id.eq(Id(scope.marketplace())))
        .filter(redemptions::customer_id.eq(Some(Id(customer))))
        .filter(users::activated_at.is_null())
        .filter(users::deleted_at.is_null())
        .select(redemptions::reseller_id);
    let by: Vec<Option<Id<ResellerId>>> = on!(c, c => redemptions.load(c))?;
    Ok(by.into_iter().any(|reseller| reseller.map(|id| id.0) == scope.reseller()))
}

/// Deletes a redemption with what was entered.
pub fn delete(tx: &mut Conn, scope: &Scope, id: RedemptionId) -> Result<()> {
    let deleted = on!(tx, c, Db => {
        let query = diesel::delete(redemptions::table).filter(redemptions::id.eq(Id(id))).into_boxed::<Db>();
        within!(query, scope, redemptions).execute(c)
    })?;
    found(deleted)
}
