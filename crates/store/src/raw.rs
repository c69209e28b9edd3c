//! Statements that are written out: those that one statement does over all rows of an import.

use crate::connection::{Conn, Engine};
use crate::error::Result;
use crate::types::sql::{Instant, Uid};
use crate::types::{At, Id};
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Date, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};
use std::borrow::Cow;
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
    let sql = if tx.engine() == Engine::Sqlite { sql.replace('$', "?") } else { sql.to_owned() };
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
        #[cfg(feature = "postgres")]
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

/// A condition or an order that diesel has no word for: what it says, with its values between.
#[derive(Debug, Clone)]
pub(crate) struct Raw(Vec<Piece>);

/// A piece of such a condition.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Sql(Cow<'static, str>),
    Id(Id<u128>),
    Text(String),
    At(At),
    Day(time::Date),
}

impl Piece {
    /// An id of any kind.
    pub(crate) const fn id(bits: u128) -> Self {
        Self::Id(Id(bits))
    }
}

impl Raw {
    /// It begins with this.
    pub(crate) fn sql(text: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Piece::Sql(text.into())])
    }

    /// It goes on with a value.
    pub(crate) fn with(mut self, value: Piece) -> Self {
        self.0.push(value);
        self
    }

    /// It goes on with this.
    pub(crate) fn and_sql(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.with(Piece::Sql(text.into()))
    }
}

impl Expression for Raw {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for Raw {}

impl<GB> ValidGrouping<GB> for Raw {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Raw {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

macro_rules! written_for {
    ($db:ty) => {
        impl QueryFragment<$db> for Raw {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $db>) -> QueryResult<()> {
                for piece in &self.0 {
                    match piece {
                        Piece::Sql(text) => out.push_sql(text),
                        Piece::Id(id) => out.push_bind_param::<Uid, _>(id)?,
                        Piece::Text(text) => out.push_bind_param::<Text, _>(text)?,
                        Piece::At(at) => out.push_bind_param::<Instant, _>(at)?,
                        Piece::Day(day) => out.push_bind_param::<Date, _>(day)?,
                    }
                }
                Ok(())
            }
        }
    };
}

written_for!(Pg);
written_for!(Sqlite);
