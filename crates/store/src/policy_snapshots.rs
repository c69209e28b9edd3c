//! Policies as they are frozen on subscriptions: a row for each content, which never changes. A subscription holds the
//! id, a process each content once.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::schema::policy_snapshots;
use crate::statement::LIST;
use crate::types::sql::Uid;
use crate::types::{Id, Json};
use aws_lc_rs::digest::{SHA256, digest};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use domain::policy::Policy;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// The most contents that a process holds, of 1 to 2 kB each.
const HELD: usize = 4_096;

/// What this process has read. An id is made of its content, so that it means the same in every database.
static KNOWN: LazyLock<RwLock<HashMap<u128, Arc<Policy>>>> = LazyLock::new(RwLock::default);

/// The policy of a subscription in its column: going in it is the content, whose id is written; coming out, the id.
#[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Uid)]
pub(crate) enum Frozen<'a> {
    Content(&'a Policy),
    Id(Id<u128>),
}

impl Frozen<'_> {
    fn id(&self) -> Result<Id<u128>> {
        match self {
            Self::Content(policy) => id_of(policy),
            Self::Id(id) => Ok(*id),
        }
    }
}

impl ToSql<Uid, Pg> for Frozen<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Uid, Pg>::to_sql(&self.id()?, &mut out.reborrow())
    }
}

impl ToSql<Uid, Sqlite> for Frozen<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.id()?.0.to_be_bytes().to_vec());
        Ok(serialize::IsNull::No)
    }
}

impl FromSql<Uid, Pg> for Frozen<'_> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Uid, Pg>::from_sql(value).map(Self::Id)
    }
}

impl FromSql<Uid, Sqlite> for Frozen<'_> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        FromSql::<Uid, Sqlite>::from_sql(value).map(Self::Id)
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_snapshots)]
struct Row<'a> {
    id: Id<u128>,
    key: Cow<'a, str>,
    version: i64,
    policy: Json<Cow<'a, Policy>>,
}

/// The first half of the digest of what is stored.
fn id_of(policy: &Policy) -> Result<Id<u128>> {
    let content = serde_json::to_vec(policy).map_err(|error| StoreError::Other(error.to_string()))?;
    let digest = digest(&SHA256, &content);
    let bits = digest.as_ref().iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte));
    Ok(Id(bits))
}

/// Sees to it that the policies of subscriptions that are about to be written are there.
pub(crate) fn keep<'a>(tx: &mut Conn, policies: impl IntoIterator<Item = &'a Policy>) -> Result<()> {
    let mut distinct: Vec<&Policy> = Vec::new();
    for policy in policies {
        // Few: the last one is most often the same.
        if !distinct.iter().rev().any(|known| *known == policy) {
            distinct.push(policy);
        }
    }
    let row = |policy: &'a Policy| -> Result<Row<'a>> {
        Ok(Row {
            id: id_of(policy)?,
            key: Cow::Borrowed(policy.key.as_str()),
            version: policy.version.into(),
            policy: Json(Cow::Borrowed(policy)),
        })
    };
    let mut rows: Vec<_> = distinct.into_iter().map(row).collect::<Result<_>>()?;
    // In one order, so that two transactions that bring the same ones do not wait for each other.
    rows.sort_unstable_by_key(|row| row.id);
    insert_rows!(tx, &rows, batch => diesel::insert_into(policy_snapshots::table)
        .values(batch)
        .on_conflict_do_nothing());
    Ok(())
}

/// The policies of what was read, by what their columns hold.
pub(crate) fn of(c: &mut Conn, frozen: &[Frozen<'_>]) -> Result<HashMap<u128, Arc<Policy>>> {
    let mut found: HashMap<u128, Arc<Policy>> = HashMap::new();
    let mut missing: Vec<Id<u128>> = Vec::new();
    {
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
        for frozen in frozen {
            let Frozen::Id(id) = frozen else { continue };
            match known.get(&id.0) {
                Some(policy) => {
                    found.insert(id.0, Arc::clone(policy));
                }
                None => missing.push(*id),
            }
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    missing.sort_unstable();
    missing.dedup();
    let read = match read(c, &missing) {
        Ok(read) => read,
        // One that cannot be read must not keep the others from it: it is missing then.
        Err(StoreError::Corrupt(_)) => missing.iter().filter_map(|id| read(c, &[*id]).ok()).flatten().collect(),
        Err(error) => return Err(error),
    };
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    for (id, policy) in read {
        if known.len() >= HELD {
            known.clear();
        }
        known.insert(id, Arc::clone(&policy));
        found.insert(id, policy);
    }
    Ok(found)
}

fn read(c: &mut Conn, ids: &[Id<u128>]) -> Result<Vec<(u128, Arc<Policy>)>> {
    let mut found = Vec::new();
    for ids in ids.chunks(LIST) {
        let query = policy_snapshots::table.filter(policy_snapshots::id.eq_any(ids));
        let rows: Vec<Row<'_>> = on!(c, c => query.select(Row::as_select()).load(c))?;
        found.extend(rows.into_iter().map(|row| (row.id.0, Arc::new(row.policy.0.into_owned()))));
    }
    Ok(found)
}
