//! What batches of product keys cost the resellers that they were sold to: facts, never changed.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::keys::key_charges;
use crate::types::{At, Coded, Id, count};
use diesel::prelude::*;
use domain::access::Scope;
use domain::billing::ChargeKind;
use domain::id::{ChargeId, KeyBatchId, MarketplaceId, ResellerId};
use domain::money::{Currency, Money, UnitPrice};
use domain::product_key::KeyBatch;
use domain::product_key::sale::KeyCharge;
use std::collections::HashMap;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = key_charges, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    id: Id<ChargeId>,
    batch_id: Id<KeyBatchId>,
    reseller_id: Id<ResellerId>,
    kind: Coded<ChargeKind>,
    key_count: i64,
    quantity: i64,
    unit_price: i64,
    net: i64,
    currency: Coded<Currency>,
    explain: String,
    reverses: Option<Id<ChargeId>>,
    created_by: String,
    created_at: At,
    tax: Option<i64>,
}

impl TryFrom<Row> for KeyCharge {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            reseller_id: row.reseller_id.0,
            kind: row.kind.0,
            keys: count(row.key_count)?,
            quantity: count(row.quantity)?,
            unit_price: UnitPrice::from_micros(row.unit_price, row.currency.0),
            net: Money::new(row.net, row.currency.0),
            tax: row.tax.map(|tax| Money::new(tax, row.currency.0)),
            explain: row.explain,
            reverses: row.reverses.map(|id| id.0),
            created_by: row.created_by,
            created_at: row.created_at.0,
        })
    }
}

/// Adds a charge of a batch that was read in this transaction; a conflict where it has one of that kind.
pub fn insert(tx: &mut Conn, batch: &KeyBatch, charge: &KeyCharge) -> Result<()> {
    let row = Row {
        marketplace_id: Id(batch.marketplace_id),
        id: Id(charge.id),
        batch_id: Id(batch.id),
        reseller_id: Id(charge.reseller_id),
        kind: Coded(charge.kind),
        key_count: charge.keys.into(),
        quantity: charge.quantity.into(),
        unit_price: charge.unit_price.micros,
        net: charge.net.minor,
        currency: Coded(charge.net.currency),
        explain: charge.explain.clone(),
        reverses: charge.reverses.map(Id),
        created_by: charge.created_by.clone(),
        created_at: At(charge.created_at),
        tax: charge.tax.map(|tax| tax.minor),
    };
    on!(tx, c => diesel::insert_into(key_charges::table).values(row).execute(c))?;
    Ok(())
}

/// The charges of some batches that were read in the scope, each batch's oldest first; those without any are left out.
/// A reseller sees its own only.
pub fn of_batches(c: &mut Conn, scope: &Scope, batches: &[KeyBatchId]) -> Result<HashMap<KeyBatchId, Vec<KeyCharge>>> {
    if scope.customer().is_some() {
        return Ok(HashMap::new());
    }
    let mut rows: Vec<Row> = on!(c, c, Db => {
        let query = key_charges::table
            .filter(key_charges::marketplace_id.eq(Id(scope.marketplace())))
            .filter(key_charges::batch_id.eq_any(batches.iter().copied().map(Id)))
            .select(Row::as_select())
            .into_boxed::<Db>();
        match scope.reseller() {
            Some(id) => query.filter(key_charges::reseller_id.eq(Id(id))).load(c),
            None => query.load(c),
        }
    })?;
    rows.sort_unstable_by_key(|row| row.id);
    let mut charges: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        charges.entry(row.batch_id.0).or_default().push(row.try_into()?);
    }
    Ok(charges)
}
