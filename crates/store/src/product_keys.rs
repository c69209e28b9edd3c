//! Product keys and the batches they were made in. A key is known by its keyed hash; the key itself is nowhere.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest};
use crate::schema::keys::{product_key_batches, product_keys, redemptions};
use crate::statement::updated;
use crate::types::{At, Id, count};
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{CustomerId, KeyBatchId, MarketplaceId, OfferId, RedemptionId, ResellerId};
use domain::product_key::KeyBatch;
use std::collections::HashMap;
use time::OffsetDateTime;

/// A key that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// Its keyed hash.
    pub digest: [u8; 32],
    /// Its last group.
    pub last_five: String,
}

/// What a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// Its keyed hash.
    pub digest: [u8; 32],
    /// What it pays a term of.
    pub offer_id: OfferId,
    /// How many licences it pays.
    pub quantity: u32,
    /// The redemption that consumed it.
    pub redemption_id: Option<RedemptionId>,
    /// Whether its batch was revoked.
    pub revoked: bool,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = product_key_batches, treat_none_as_default_value = false)]
struct BatchRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<KeyBatchId>,
    offer_id: Id<OfferId>,
    quantity: i64,
    key_count: i64,
    created_by: String,
    created_at: At,
    revoked_at: Option<At>,
    version: i64,
    reseller_id: Option<Id<ResellerId>>,
    sold_at: Option<At>,
}

impl From<&KeyBatch> for BatchRow {
    fn from(batch: &KeyBatch) -> Self {
        Self {
            marketplace_id: Id(batch.marketplace_id),
            id: Id(batch.id),
            offer_id: Id(batch.offer_id),
            quantity: batch.quantity.into(),
            key_count: batch.count.into(),
            created_by: batch.created_by.clone(),
            created_at: At(batch.created_at),
            revoked_at: batch.revoked_at.map(At),
            version: batch.version,
            reseller_id: batch.reseller_id.map(Id),
            sold_at: batch.sold_at.map(At),
        }
    }
}

impl TryFrom<BatchRow> for KeyBatch {
    type Error = StoreError;
    fn try_from(row: BatchRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            offer_id: row.offer_id.0,
            quantity: count(row.quantity)?,
            count: count(row.key_count)?,
            reseller_id: row.reseller_id.map(|id| id.0),
            sold_at: row.sold_at.map(|at| at.0),
            created_by: row.created_by,
            created_at: row.created_at.0,
            revoked_at: row.revoked_at.map(|at| at.0),
            version: row.version,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = product_keys)]
struct KeyRow<'a> {
    marketplace_id: Id<MarketplaceId>,
    digest: &'a [u8],
    batch_id: Id<KeyBatchId>,
    last_five: &'a str,
    position: i32,
}

impl<'a> KeyRow<'a> {
    fn new(batch: &KeyBatch, position: i32, key: &'a KeptKey) -> Self {
        Self {
            marketplace_id: Id(batch.marketplace_id),
            digest: &key.digest,
            batch_id: Id(batch.id),
            last_five: &key.last_five,
            position,
        }
    }
}

/// Adds a batch with its keys; a conflict where there is such a key.
pub fn insert(tx: &mut Conn, batch: &KeyBatch, keys: &[KeptKey]) -> Result<()> {
    on!(tx, c => diesel::insert_into(product_key_batches::table).values(BatchRow::from(batch)).execute(c))?;
    let rows: Vec<_> = (0..).zip(keys).map(|(position, key)| KeyRow::new(batch, position, key)).collect();
    insert_rows!(tx, product_keys, &rows);
    Ok(())
}

/// `batches_within!(query, scope)`: only the batches of a boxed query that the scope sees, which is not a customer's:
/// the provider all of them, a reseller those that it bought.
macro_rules! batches_within {
    ($query:expr, $scope:expr) => {{
        let query = $query.filter(product_key_batches::marketplace_id.eq(Id($scope.marketplace())));
        match $scope.reseller() {
            Some(id) => query.filter(product_key_batches::reseller_id.eq(Some(Id(id)))),
            None => query,
        }
    }};
}

/// A batch of keys that the scope sees: the provider's, or one that its reseller bought.
pub fn get(c: &mut Conn, scope: &Scope, id: KeyBatchId) -> Result<KeyBatch> {
    if scope.customer().is_some() {
        return Err(StoreError::NotFound);
    }
    let row: BatchRow = on!(c, c, Db => {
        let query = product_key_batches::table
            .filter(product_key_batches::id.eq(Id(id)))
            .select(BatchRow::as_select())
            .into_boxed::<Db>();
        batches_within!(query, scope).get_result(c)
    })?;
    row.try_into()
}

/// The batches that the scope sees, page by page.
pub fn list(c: &mut Conn, scope: &Scope, page: &PageRequest) -> Result<Page<KeyBatch>> {
    if scope.customer().is_some() {
        return Ok(Page::empty());
    }
    let rows: Vec<BatchRow> = on!(c, c, Db => {
        let query = product_key_batches::table.select(BatchRow::as_select()).into_boxed::<Db>();
        paged!(batches_within!(query, scope), product_key_batches::id, page).load(c)
    })?;
    Page::of(rows, page, |row| row.id.0.as_u128()).try_map(KeyBatch::try_from)
}

/// How many keys were redeemed of each of some batches, which were read in the scope.
pub fn used(c: &mut Conn, scope: &Scope, batches: &[KeyBatchId]) -> Result<HashMap<KeyBatchId, u32>> {
    let query = product_keys::table
        .filter(product_keys::marketplace_id.eq(Id(scope.marketplace())))
        .filter(product_keys::batch_id.eq_any(batches.iter().copied().map(Id)))
        .filter(product_keys::redemption_id.is_not_null())
        .group_by(product_keys::batch_id)
        .select((product_keys::batch_id, count_star()));
    let rows: Vec<(Id<KeyBatchId>, i64)> = on!(c, c => query.load(c))?;
    rows.into_iter().map(|(id, used)| Ok((id.0, count(used)?))).collect()
}

/// A key in the list of its batch's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// Its place in the batch, from 0.
    pub position: u32,
    /// Its last group.
    pub last_five: String,
    /// By what it was consumed; none where it was not, or was given back.
    pub redeemed: Option<RedeemedKey>,
}

/// By what a key was consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedeemedKey {
    /// When, by the marketplace's clock.
    pub at: OffsetDateTime,
    /// The redemption, where the scope sees it.
    pub redemption: Option<(RedemptionId, CustomerId)>,
}

/// The keys of a batch that was read in the scope, in the order of their places. Where one was redeemed by a customer
/// whom the scope does not see, only that and when is told.
pub fn keys(c: &mut Conn, scope: &Scope, batch: KeyBatchId, page: &PageRequest) -> Result<Page<ListedKey>> {
    type Redemption = (Id<RedemptionId>, Option<Id<CustomerId>>, Option<Id<ResellerId>>);
    type Columns = (i32, String, Option<At>, Option<Redemption>);
    let after = page.after.map_or(-1, |after| i32::try_from(after).unwrap_or(i32::MAX));
    let of_key = redemptions::marketplace_id
        .eq(product_keys::marketplace_id)
        .and(redemptions::id.nullable().eq(product_keys::redemption_id));
    let query = product_keys::table
        .left_join(redemptions::table.on(of_key))
        .filter(product_keys::marketplace_id.eq(Id(scope.marketplace())))
        .filter(product_keys::batch_id.eq(Id(batch)))
        .filter(product_keys::position.gt(after))
        .order(product_keys::position)
        .limit(page.fetch())
        .select((
            product_keys::position,
            product_keys::last_five,
            product_keys::redeemed_at,
            (redemptions::id, redemptions::customer_id, redemptions::reseller_id).nullable(),
        ));
    let rows: Vec<Columns> = on!(c, c => query.load(c))?;
    let seen = |(id, customer, reseller): Redemption| {
        let sees = scope.reseller().is_none_or(|own| reseller.map(|id| id.0) == Some(own));
        // What has consumed a key is completed, and has its customer.
        customer.filter(|_| sees).map(|customer| (id.0, customer.0))
    };
    let listed = |(position, last_five, at, redemption): Columns| {
        Ok(ListedKey {
            position: count(position.into())?,
            last_five,
            redeemed: at.map(|at| RedeemedKey { at: at.0, redemption: redemption.and_then(seen) }),
        })
    };
    Page::of(rows, page, |row| u128::try_from(row.0).unwrap_or_default()).try_map(listed)
}

/// Sells a batch that was read in this transaction to the reseller that it names: a whole one that nobody else changed
/// meanwhile. Keys that are being redeemed are waited for.
pub fn sell(tx: &mut Conn, batch: &KeyBatch) -> Result<()> {
    let set = (
        product_key_batches::reseller_id.eq(batch.reseller_id.map(Id)),
        product_key_batches::sold_at.eq(batch.sold_at.map(At)),
        product_key_batches::version.eq(batch.version + 1),
    );
    let target = product_key_batches::table
        .find((Id(batch.marketplace_id), Id(batch.id)))
        .filter(product_key_batches::version.eq(batch.version));
    updated(rows_changed!(tx, diesel::update(target).set(set))?)
}

/// Revokes a batch that was read in this transaction, and that nobody else changed meanwhile: its unused keys can no
/// longer be redeemed. Those that are being redeemed are waited for.
pub fn revoke(tx: &mut Conn, batch: &KeyBatch, at: OffsetDateTime) -> Result<()> {
    let target = product_key_batches::table
        .find((Id(batch.marketplace_id), Id(batch.id)))
        .filter(product_key_batches::version.eq(batch.version));
    let set = (product_key_batches::revoked_at.eq(Some(At(at))), product_key_batches::version.eq(batch.version + 1));
    updated(rows_changed!(tx, diesel::update(target).set(set))?)
}

/// What the keys with some keyed hashes are; those that there are none of are left out.
pub fn by_digests_unscoped(c: &mut Conn, marketplace: MarketplaceId, digests: &[[u8; 32]]) -> Result<Vec<KnownKey>> {
    let of_batch = product_key_batches::marketplace_id
        .eq(product_keys::marketplace_id)
        .and(product_key_batches::id.eq(product_keys::batch_id));
    let query = product_keys::table
        .inner_join(product_key_batches::table.on(of_batch))
        .filter(product_keys::marketplace_id.eq(Id(marketplace)))
        .filter(product_keys::digest.eq_any(digests.iter().map(<[u8; 32]>::as_slice)))
        .select((
            product_keys::digest,
            product_key_batches::offer_id,
            product_key_batches::quantity,
            product_keys::redemption_id,
            product_key_batches::revoked_at,
        ));
    type Columns = (Vec<u8>, Id<OfferId>, i64, Option<Id<RedemptionId>>, Option<At>);
    let rows: Vec<Columns> = on!(c, c => query.load(c))?;
    let known = |(bytes, offer_id, quantity, redemption_id, revoked_at): Columns| {
        Ok(KnownKey {
            digest: digest(bytes)?,
            offer_id: offer_id.0,
            quantity: count(quantity)?,
            redemption_id: redemption_id.map(|id| id.0),
            revoked: revoked_at.is_some(),
        })
    };
    rows.into_iter().map(known).collect()
}

/// By what a key is consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The redemption that the key was entered in.
    pub redemption_id: RedemptionId,
    /// The bits of the id of the subscription that begins, or of the change that is made.
    pub used_for: u128,
    /// When, by the marketplace's clock.
    pub at: OffsetDateTime,
}

/// Consumes a key, unless it was redeemed or revoked; says whether it did. Whoever comes second, even at the same time,
/// gets nothing.
pub fn consume(tx: &mut Conn, marketplace: MarketplaceId, digest: &[u8; 32], by: Use) -> Result<bool> {
    let batch = product_keys::table.find((Id(marketplace), digest.as_slice())).select(product_keys::batch_id);
    let batch: Option<Id<KeyBatchId>> = on!(tx, c => batch.get_result(c).optional())?;
    let Some(batch) = batch else { return Ok(false) };
    if is_revoked(tx, marketplace, batch.0)? {
        return Ok(false);
    }
    let unused =
        product_keys::table.find((Id(marketplace), digest.as_slice())).filter(product_keys::redemption_id.is_null());
    let set = (
        product_keys::redemption_id.eq(Some(Id(by.redemption_id))),
        product_keys::redeemed_at.eq(Some(At(by.at))),
        product_keys::used_for.eq(Some(Id(by.used_for))),
    );
    Ok(rows_changed!(tx, diesel::update(unused).set(set))? == 1)
}

/// Gives back the keys that were used for what Microsoft refused: they can be redeemed again. Says the last group of
/// each, with the redemption that had consumed it.
pub fn release(tx: &mut Conn, marketplace: MarketplaceId, used_for: u128) -> Result<Vec<(RedemptionId, String)>> {
    let used = product_keys::table
        .filter(product_keys::marketplace_id.eq(Id(marketplace)))
        .filter(product_keys::used_for.eq(Some(Id(used_for))));
    let keys = used.order(product_keys::digest).select((product_keys::redemption_id, product_keys::last_five));
    let rows: Vec<(Option<Id<RedemptionId>>, String)> = on!(tx, c => keys.load(c))?;
    let set = (
        product_keys::redemption_id.eq(None::<Id<RedemptionId>>),
        product_keys::redeemed_at.eq(None::<At>),
        product_keys::used_for.eq(None::<Id<u128>>),
    );
    rows_changed!(tx, diesel::update(used).set(set))?;
    Ok(rows.into_iter().filter_map(|(redemption, last_five)| Some((redemption?.0, last_five))).collect())
}

/// Whether a batch is revoked; nobody revokes it any more while the transaction lasts. SQLite has one writer anyway.
fn is_revoked(tx: &mut Conn, marketplace: MarketplaceId, id: KeyBatchId) -> Result<bool> {
    let revoked = product_key_batches::table.find((Id(marketplace), Id(id))).select(product_key_batches::revoked_at);
    let at: Option<At> = match tx {
        #[cfg(feature = "postgres")]
        Conn::Postgres(c) => revoked.for_share().get_result(c)?,
        Conn::Sqlite(c) => revoked.get_result(c)?,
    };
    Ok(at.is_some())
}

/// A keyed hash from a column.
pub(crate) fn digest(bytes: Vec<u8>) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|bytes: Vec<u8>| StoreError::Corrupt(format!("a keyed hash of {} bytes", bytes.len())))
}
