//! Policies: each publication is kept; the last one that holds counts.

use crate::schema::policies;
use crate::types::{At, Id, Json};
use crate::{Conn, Result, StoreError, count};
use diesel::prelude::*;
use domain::id::MarketplaceId;
use domain::policy::{Policy, Rules};
use time::OffsetDateTime;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = policies)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    key: String,
    version: i64,
    valid_from: At,
    rules: Json<Rules>,
}

impl TryFrom<Row> for Policy {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let version = count(row.version)?;
        Ok(Self { key: row.key, version, rules: row.rules.0 })
    }
}

/// Publishes a policy.
pub fn insert(tx: &mut Conn, marketplace: MarketplaceId, policy: &Policy, valid_from: OffsetDateTime) -> Result<()> {
    let row = Row {
        marketplace_id: Id(marketplace),
        key: policy.key.clone(),
        version: policy.version.into(),
        valid_from: At(valid_from),
        rules: Json(policy.rules.clone()),
    };
    on!(tx, c => diesel::insert_into(policies::table).values(row).execute(c))?;
    Ok(())
}

/// The policies that hold at an instant, by key: of each key the highest version that is valid.
pub fn current(c: &mut Conn, marketplace: MarketplaceId, at: OffsetDateTime) -> Result<Vec<Policy>> {
    let query = policies::table
        .filter(policies::marketplace_id.eq(Id(marketplace)))
        .filter(policies::valid_from.le(At(at)))
        .order((policies::key.asc(), policies::version.desc()));
    let mut rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    rows.dedup_by(|later, first| later.key == first.key);
    rows.into_iter().map(Policy::try_from).collect()
}
