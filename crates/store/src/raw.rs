//! Statements that are written out: those that one statement does over all rows of an import.

use crate::connection::Conn;
use crate::error::Result;
use crate::types::sql::{Instant, Uid};
use crate::types::{At, Id};
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};
use time::OffsetDateTime;

/// A value of a statement, in the order of `$1`, `$2`…
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Id(u128),
    Text(&'a str),
    Number(i64),
    At(OffsetDateTime),
}

/// Runs a statement with its values.
pub(crate) fn run(tx: &mut Conn, sql: &str, values: &[Value<'_>]) -> Result<()> {
    // SQLite would take `$1` for a name.
    let sql = if matches!(tx, Conn::Sqlite(_)) { sql.replace('$', "?") } else { sql.to_owned() };
    on!(tx, c, Db => {
        let query = values.iter().fold(diesel::sql_query(&sql).into_boxed::<Db>(), |query, value| match value {
            Value::Id(bits) => query.bind::<Uid, _>(Id(*bits)),
            Value::Text(text) => query.bind::<Text, _>(*text),
            Value::Number(number) => query.bind::<BigInt, _>(*number),
            Value::At(instant) => query.bind::<Instant, _>(At(*instant)),
        });
        query.execute(c)
    })?;
    Ok(())
}

/// A product's former names with the title that it has until now, as the database says it.
pub(crate) const fn former_title(conn: &Conn) -> &'static str {
    match conn {
        Conn::Postgres(_) => {
            "CASE WHEN products.aliases @> to_jsonb(products.title) THEN products.aliases \
             ELSE products.aliases || to_jsonb(products.title) END"
        }
        // 36 is the dollar sign of a JSON path.
        Conn::Sqlite(_) => {
            "CASE WHEN EXISTS (SELECT 1 FROM json_each(products.aliases) AS a \
             WHERE a.value = products.title) THEN products.aliases \
             ELSE json_insert(products.aliases, char(36) || '[#]', products.title) END"
        }
    }
}
